"""Where each message of an account is: the rows and cells of the picture, and their words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal, get_args

from labserver.events import DeviceKind, letters
from labserver.snapshot.others import Shared, elsewhere
from labserver.snapshot.values import (
    Account,
    Cell,
    Copy,
    Device,
    File,
    Ghost,
    Message,
    Place,
    Refusal,
    Snapshot,
    Waiting,
)

__all__ = ["CellView", "Kept", "Row", "Situation", "State", "situation"]


_ORDER: tuple[DeviceKind, ...] = get_args(DeviceKind)


class State(Enum):
    """What a cell shows; the value is its word."""

    WHOLE = "whole"
    HEADERS = "headers"
    MARKED = "marked"
    REMOVED = "removed"
    NEVER = "never here"
    GONE = "gone"
    LOST = "lost"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    r"""One copy in a cell.

    On the server `uid` and, while a POP3 session gives it one, `number`; `marked` by DELE in a
    session, by \Deleted, or because it is `expiring`: no DELE named it, and it goes at QUIT
    because it was retrieved. On a device `file`; `tied`: the server still has what its IMAP
    folder names by UIDVALIDITY and UID, and the folder follows it, as a backup does not.
    `restored`: it was gone from the server, and has been put back.
    """

    whole: bool
    octets: int
    protocol: Literal["smtp", "pop3", "imap"]
    mailbox: str
    flags: tuple[str, ...]
    uid: int | None = None
    number: int | None = None
    marked: bool = False
    expiring: bool = False
    restored: bool = False
    file: str | None = None
    tied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One cell: its state, the copies in it, and whether this step changed it.

    `carried`: this step brought the message here over a connection; `raised`: it took it from
    here up to the server.
    """

    place: Place
    state: State
    copies: tuple[Kept, ...] = ()
    changed: bool = False
    carried: bool = False
    raised: bool = False

    @property
    def whole(self) -> int:
        """How many whole copies there are; a marked one still is one."""
        return sum(copy.whole for copy in self.copies) if self.copies else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message, with its cells in the order of the situation's places.

    The size of `message` is that of the account's own copy: on the server, else on a device.
    `shelf` is the mailbox that it is in on the server, was in last, or came from. `elsewhere`:
    somebody else has it whole; `shared` are those of their mailboxes that the account may read.
    `refusal`: it never got in; then, if nothing of it has crossed, it has no letter either.
    """

    message: Message
    cells: tuple[CellView, ...]
    lost: bool
    shelf: str = "INBOX"
    elsewhere: bool = False
    shared: tuple[Shared, ...] = ()
    refusal: Refusal | None = None

    @property
    def letter(self) -> str:
        """The message's letter; none if it never crossed."""
        return letters(self.message.number) if self.message.number > 0 else ""

    @property
    def copies(self) -> int:
        """How many whole copies there are in this account's places."""
        return sum(cell.whole for cell in self.cells)

    @property
    def holders(self) -> tuple[Place, ...]:
        """The places with a whole copy."""
        return tuple(cell.place for cell in self.cells if cell.copies and cell.whole)

    @property
    def only_on(self) -> Place | None:
        """The device or backup that holds the one whole copy the account can get at, or None."""
        holders = self.holders
        if self.copies != 1 or holders[0].kind == "server" or self.shared:
            return None
        return holders[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where the messages of one account are; `places`: the server, then the `devices`.

    `waiting` is what waits at any server and concerns the account: it has sent the message, is to
    get it, or has it in a row here. `shelves` are the account's mailboxes, INBOX first; the rows
    stand in their order, and what was refused last.
    """

    account: str
    places: tuple[Place, ...]
    devices: tuple[Device, ...]
    rows: tuple[Row, ...]
    shelves: tuple[str, ...] = ()
    strangers: tuple[int, ...] = ()
    """For each device: how many of its files hold no message that the lab knows."""
    waiting: tuple[Waiting, ...] = ()
    rewound: int | None = None
    """The step that the lab was rewound to, as long as nothing has changed since."""


def situation(
    snapshot: Snapshot, account: str, devices: Collection[str] | None = None
) -> Situation:
    """Return where each message of the account (an address) is.

    Its places are its mailboxes and, of its owner, the devices, the backups and webmail, each in
    order of name; `devices` names others instead, in the order wanted. Raises KeyError for an
    unknown account or device.
    """
    held = snapshot.accounts[account]
    shown = [snapshot.devices[name] for name in devices or ()]
    if devices is None:
        owned = (device for device in snapshot.devices.values() if device.owner == account)
        shown = sorted(owned, key=lambda device: (_ORDER.index(device.kind), device.name))
    server = Place("server", account)
    shelves = tuple(sorted(held.mailboxes, key=lambda name: (name != "INBOX", name))) or ("INBOX",)
    copies = [_on_server(held), *(_on_device(snapshot, device) for device in shown)]
    ghosts = [held.ghosts, *(device.ghosts for device in shown)]
    numbers = sorted({n for place in (*copies, *ghosts) for n in place})
    places = (server, *(device.place for device in shown))
    lost = (None, *(device.lost for device in shown))
    waiting = _waiting(snapshot)
    on_their_way = {row.message for row in waiting}
    rows = []
    for number in numbers:
        columns = [
            _Column(place, tuple(kept.get(number, ())), gone.get(number), when)
            for place, kept, gone, when in zip(places, copies, ghosts, lost, strict=True)
        ]
        shelf = _shelf(shelves, columns)
        rows.append(_row(snapshot, number, columns, shelf, waits=number in on_their_way))
    rows = _beside(snapshot, account, rows)
    rows.sort(key=lambda row: shelves.index(row.shelf) if row.shelf in shelves else 0)
    rows += _refused(snapshot, account, places, {*numbers, *on_their_way})
    concerned = [
        row for row in waiting if account in (row.sender, row.recipient) or row.message in numbers
    ]
    return Situation(
        account=account,
        places=places,
        devices=tuple(shown),
        rows=tuple(rows),
        shelves=shelves,
        strangers=tuple(
            sum(file.message is None for file in device.files.values()) for device in shown
        ),
        waiting=tuple(concerned),
        rewound=_rewound(snapshot),
    )


def _rewound(snapshot: Snapshot) -> int | None:
    epoch = snapshot.epoch
    return epoch.step if epoch is not None and snapshot.changed.step == epoch.begun else None


def _shelf(shelves: tuple[str, ...], columns: list[_Column]) -> str:
    """Return the mailbox whose row it is: where it lies, else where it lay, else came from."""
    server, *devices = columns
    ghost = [] if server.ghost is None else [server.ghost.mailbox]
    files = [copy.mailbox for column in devices for copy in column.copies]
    names = (*(copy.mailbox for copy in server.copies), *ghost, *files)
    return next((name for name in names if name in shelves), "INBOX")


def _beside(snapshot: Snapshot, account: str, rows: list[Row]) -> list[Row]:
    """Note what others have of those messages that are nowhere else, or lost."""
    rare = {row.message.number for row in rows if row.lost or row.only_on is not None}
    others = elsewhere(snapshot, account, rare) if rare else {}
    return [
        row
        if row.message.number not in others
        else _reachable(replace(row, elsewhere=True, shared=others[row.message.number]))
        for row in rows
    ]


def _reachable(row: Row) -> Row:
    """Return the row; what can still be read in a shared mailbox is removed here, and not lost."""
    if not (row.lost and row.shared):
        return row
    cells = tuple(
        replace(cell, state=State.GONE if cell.place.kind == "device" else State.REMOVED)
        if cell.state is State.LOST
        else cell
        for cell in row.cells
    )
    return replace(row, lost=False, cells=cells)


def _refused(
    snapshot: Snapshot, account: str, places: tuple[Place, ...], known: Collection[int]
) -> list[Row]:
    """Return rows for what was refused at the door and has not come in since."""
    rows = []
    for entry in sorted(snapshot.refusals):
        refusal = snapshot.refusals[entry]
        if refusal.account != account or refusal.message in known:
            continue
        number = -entry if refusal.message is None else refusal.message
        message = snapshot.messages.get(number) or Message(
            number=number,
            subject="",
            sender=refusal.sender,
            octets=refusal.octets,
            forms=frozenset(),
        )
        cells = tuple(
            CellView(
                place=place,
                state=State.REFUSED if place.kind == "server" else State.NEVER,
                changed=Cell(place, number) in snapshot.changed.cells,
            )
            for place in places
        )
        rows.append(Row(message=message, cells=cells, lost=False, shelf="", refusal=refusal))
    return rows


def _waiting(snapshot: Snapshot) -> list[Waiting]:
    rows = [row for queue in snapshot.queues.values() for row in queue.values()]
    return sorted(rows, key=lambda row: (row.message, row.host, row.queue_id, row.recipient))


@dataclass(frozen=True, slots=True)
class _Column:
    """What one place has and had of one message; `lost`: the step that took the device."""

    place: Place
    copies: tuple[Kept, ...]
    ghost: Ghost | None
    lost: int | None

    @property
    def present(self) -> tuple[Kept, ...]:
        return self.copies if self.lost is None else ()

    @property
    def removed(self) -> int:
        """The step that took the last whole copy from here; 0 if there was none or one is left."""
        if any(copy.whole for copy in self.copies):
            return self.lost or 0
        if self.ghost is not None and self.ghost.copied == "whole":
            return self.ghost.step
        return 0


def _row(
    snapshot: Snapshot, number: int, columns: list[_Column], shelf: str, *, waits: bool
) -> Row:
    # What waits at a server is a whole message too.
    whole = waits or any(copy.whole for column in columns for copy in column.present)
    last = 0 if whole else max(column.removed for column in columns)
    lost = last > 0
    cells = []
    changes = snapshot.changed.cells
    for column in columns:
        cell = Cell(column.place, number)
        if not column.copies and column.ghost is None:
            never = CellView(place=column.place, state=State.NEVER)
            changed, raised = cell in changes, cell in snapshot.changed.raised
            cells.append(replace(never, changed=changed, raised=raised))
            continue
        took = lost and (column.removed == last or _took(column))
        cells.append(
            CellView(
                place=column.place,
                state=State.LOST if took and not column.present else _state(column),
                copies=column.present,
                changed=cell in changes,
                carried=cell in snapshot.changed.carried,
                raised=cell in snapshot.changed.raised,
            )
        )
    message = replace(snapshot.messages[number], octets=_octets(snapshot, number, columns))
    return Row(message=message, cells=tuple(cells), lost=lost, shelf=shelf)


def _octets(snapshot: Snapshot, number: int, columns: list[_Column]) -> int:
    """Return how big the message is in the account's own places, or was there.

    Each recipient's copy has header fields of its own.
    """
    own = [copy.octets for column in columns for copy in column.copies if copy.whole]
    was = [column.ghost.octets for column in columns if column.ghost is not None]
    return next(filter(None, (*own, *was)), snapshot.messages[number].octets)


def _took(column: _Column) -> bool:
    """Tell whether a whole copy went down with the device."""
    return column.lost is not None and any(copy.whole for copy in column.copies)


def _state(column: _Column) -> State:
    whole = [copy for copy in column.present if copy.whole]
    if whole:
        return State.MARKED if all(copy.marked for copy in whole) else State.WHOLE
    if column.present:
        return State.HEADERS
    if column.copies:
        return State.GONE
    return State.NEVER if column.ghost is None else State.REMOVED


def _on_server(account: Account) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = {}
    order = sorted(account.mailboxes, key=lambda name: (name != "INBOX", name))
    for name in order:
        mailbox = account.mailboxes[name]
        session = mailbox.session
        for uid in sorted(mailbox.copies):
            copy: Copy = mailbox.copies[uid]
            number = None if session is None else session.numbers.get(uid)
            by_pop3 = session is not None and uid in session.marks
            expiring = session is not None and uid in session.expiring
            kept = Kept(
                whole=True,
                octets=copy.octets,
                protocol=copy.protocol,
                mailbox=name,
                flags=copy.flags,
                uid=uid,
                number=number,
                marked=by_pop3 or expiring or "\\Deleted" in copy.flags,
                expiring=expiring and not by_pop3,
                restored=copy.restored,
            )
            found.setdefault(copy.message, []).append(kept)
    return found


def _on_device(snapshot: Snapshot, device: Device) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = {}
    for name in sorted(device.files):
        file: File = device.files[name]
        if file.message is None:
            continue
        kept = Kept(
            whole=file.copied == "whole",
            octets=file.octets,
            protocol=file.protocol,
            mailbox=file.mailbox,
            flags=file.flags,
            file=name,
            tied=device.kind == "device" and _tied(snapshot, file),
        )
        found.setdefault(file.message, []).append(kept)
    return found


def _tied(snapshot: Snapshot, file: File) -> bool:
    origin = file.origin
    account = None if origin is None else snapshot.accounts.get(origin.account)
    if origin is None or account is None:
        return False
    mailbox = account.mailboxes.get(origin.mailbox)
    if mailbox is None or mailbox.uidvalidity != origin.uidvalidity:
        return False
    return origin.uid in mailbox.copies
