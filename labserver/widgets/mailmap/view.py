"""What the map shows, as plain values: every word and mark, nothing of where it is drawn.

All faces are drawn from this: the live one, the saved table and image, and the text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from labserver.events import letters
from labserver.snapshot import (
    CellView,
    Changed,
    Kept,
    Place,
    Row,
    Situation,
    Snapshot,
    State,
    describe,
    situation,
)
from labserver.widgets import words_en as words
from labserver.widgets.mailmap.collapse import collapse
from labserver.widgets.mailmap.wires import Wire, wires
from labserver.widgets.visible import visible

__all__ = ["CellFace", "MapView", "PlaceFace", "RowFace", "view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFace:
    """The head of a column, and the foot of the server's."""

    kind: str
    name: str
    line: str
    lost: bool = False
    foot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFace:
    """One cell: shape, colour, words. `label` says all of it in one phrase."""

    state: str
    protocol: str
    word: str
    number: str
    details: tuple[str, ...]
    label: str
    changed: bool
    tied: bool
    arrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFace:
    """One message; or, with `more`, the line that stands for rows left out."""

    letter: str = ""
    subject: str = ""
    byline: str = ""
    exactly: str = ""
    cells: tuple[CellFace, ...] = ()
    copies: str = ""
    holder: str = ""
    tone: str = "plain"
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The whole map.

    `step` is the number of the log's entry that it shows the world after; `changed` that of the
    last entry that changed a cell.
    """

    title: str
    sentence: str
    step: int
    changed: int
    places: tuple[PlaceFace, ...]
    rows: tuple[RowFace, ...]
    wires: tuple[Wire, ...]
    more_wires: str = ""
    words: dict[str, str] = field(default_factory=dict)


def view(
    snapshot: Snapshot,
    account: str,
    devices: Collection[str] | None = None,
    *,
    since: int = 0,
) -> MapView:
    """Return what the map of an account shows. Raises KeyError for an unknown one.

    What changed last is ringed, unless that was not after entry `since` of the log.
    """
    if snapshot.changed.step <= since:
        snapshot = replace(snapshot, changed=Changed())
    now = situation(snapshot, account, devices)
    strip, hidden = wires(snapshot, now)
    reader = _Reader(snapshot, now, strip)
    order = _order(now.places)
    rows = tuple(
        RowFace(more=_more(part)) if isinstance(part, tuple) else reader.row(part, order)
        for part in collapse(now.rows)
    )
    return MapView(
        title=words.title(visible(account)),
        sentence=visible(describe(now)),
        step=snapshot.number,
        changed=snapshot.changed.step,
        places=tuple(_place(now, snapshot, n) for n in order),
        rows=rows,
        wires=strip,
        more_wires=words.more_connections(hidden) if hidden else "",
        words={
            "table": words.TABLE,
            "message": words.COLUMN_MESSAGE,
            "copies": words.COLUMN_COPIES,
            "connections": words.CONNECTIONS,
            "none": words.NO_CONNECTION,
            "empty": words.NO_MESSAGE,
        },
    )


def _order(places: tuple[Place, ...]) -> list[int]:
    """Return the places as drawn: the server amid up to two devices, else first."""
    n = len(places)
    return [1, 0, *range(2, n)] if n in (2, 3) else list(range(n))


def _more(part: tuple[int, bool]) -> str:
    count, alike = part
    return (words.ALIKE if alike else words.MIXED).format(f"{count:,}")


def _place(now: Situation, snapshot: Snapshot, n: int) -> PlaceFace:
    place = now.places[n]
    if place.kind == "server":
        mailboxes = snapshot.accounts[place.name].mailboxes.values()
        sizes = [copy.octets for mailbox in mailboxes for copy in mailbox.copies.values()]
        held = words.messages(len(sizes))
        foot = f"{held} · {words.size(sum(sizes))}" if sizes else held
        return PlaceFace(kind="server", name=words.SERVER, line=visible(place.name), foot=foot)
    device = now.devices[n - 1]
    count = sum(len(row.cells[n].copies) for row in now.rows)
    line = words.device_line(device, count, now.strangers[n - 1])
    lost = device.lost is not None
    return PlaceFace(kind="device", name=visible(device.name), line=line, lost=lost)


class _Reader:
    """Turns the cells of one situation into words."""

    def __init__(self, snapshot: Snapshot, now: Situation, strip: tuple[Wire, ...]) -> None:
        cells = [cell for row in now.rows for cell in row.cells]
        copies = [copy for cell in cells for copy in cell.copies]
        # Read and new are said where they mean something: once anybody keeps such marks.
        self._pop_marks = any(copy.flags for copy in copies if copy.protocol == "pop3")
        self._imap_marks = any(
            copy.flags or copy.protocol == "imap" for copy in copies if copy.protocol != "pop3"
        )
        self._open = {
            (connection.owner or connection.account, connection.mailbox)
            for connection in snapshot.connections.values()
            if connection.protocol == "imap" and connection.how is None
        }
        self._account = now.account
        self._arrows = {wire.device: wire.label for wire in strip if wire.marked}

    def row(self, row: Row, order: list[int]) -> RowFace:
        count, holder = words.copies(row)
        tone = "lost" if row.lost else "only" if row.only_on is not None else "plain"
        return RowFace(
            letter=letters(row.message.number),
            subject=visible(row.message.subject),
            byline=words.byline(row.message),
            exactly=words.byline(row.message, exact=True),
            cells=tuple(self._cell(row.cells[n], lost=row.lost) for n in order),
            copies=count,
            holder=holder,
            tone=tone,
        )

    def _cell(self, cell: CellView, *, lost: bool) -> CellFace:
        number, details = self._details(cell)
        said = [number, *details] if number else list(details)
        return CellFace(
            state=cell.state.name.lower(),
            protocol=cell.copies[0].protocol if cell.copies else "",
            word=words.cell_word(cell),
            number=number,
            details=details,
            label=words.cell_label(cell, said, lost=lost),
            changed=cell.changed,
            tied=any(copy.tied for copy in cell.copies),
            arrow=self._arrows.get(cell.place.name, "") if cell.carried else "",
        )

    def _details(self, cell: CellView) -> tuple[str, tuple[str, ...]]:
        if not cell.copies or cell.state is State.LOST:
            return "", ()
        uids = any((self._account, copy.mailbox) in self._open for copy in cell.copies)
        numbers = [words.session_number(copy, uids=uids) for copy in cell.copies]
        number = ", ".join(each for each in numbers if each)
        places = sorted({words.place_of(copy) for copy in cell.copies if words.place_of(copy)})
        marks = sorted({words.marks(copy.flags) for copy in cell.copies if self._marks(copy)})
        return number, tuple(each for each in (", ".join(places), ", ".join(marks)) if each)

    def _marks(self, copy: Kept) -> bool:
        return self._pop_marks if copy.protocol == "pop3" else self._imap_marks
