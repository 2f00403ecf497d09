"""A backup routine over IMAP: whole mailboxes down, what is missing up, and both compared."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from labserver.devices.compared import Comparison
from labserver.devices.errors import DeviceError
from labserver.devices.files import Origin, StoredFile
from labserver.devices.others import opened
from labserver.devices.programs.imap_client import Client, logged_in
from labserver.devices.programs.settings import Settings
from labserver.devices.programs.transfer import Uploaded, compare, upload

__all__ = ["BackedUp", "BackupProgram"]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a run of the routine came to.

    `copied` are new here; `recognised` were here under another name, by their SHA-256; `flagged`
    have other flags than at the last run; `known` is all else that is in both places.
    """

    copied: int = 0
    recognised: int = 0
    flagged: int = 0
    known: int = 0

    def __add__(self, other: BackedUp) -> BackedUp:
        return BackedUp(
            self.copied + other.copied,
            self.recognised + other.recognised,
            self.flagged + other.flagged,
            self.known + other.known,
        )

    def __repr__(self) -> str:
        here = self.recognised + self.flagged + self.known
        flags = f", {self.flagged} of them with other flags" if self.flagged else ""
        return f"{self.copied} copied, {here} were here already{flags}"

    __str__ = __repr__


class BackupProgram:
    """Copies an account's mailboxes into a folder, and back. Another's mailboxes are not touched.

    What the server has no more stays in the folder: it is a copy, not a mirror.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def copy(self, mailboxes: Collection[str] | None = None) -> BackedUp:
        """Fetch what is not here yet of all mailboxes, or some, and take over flags."""
        settings, total = self._settings, BackedUp()
        with logged_in(settings, utf8=True) as client:
            for mailbox in self._own(client) if mailboxes is None else self._named(mailboxes):
                total += _Mailbox(client, settings, mailbox).copy()
        return total

    def restore(self, files: Sequence[StoredFile], *, tie: bool) -> Uploaded:
        """Append what mailboxes of these names do not have."""
        settings, total = self._settings, Uploaded()
        with logged_in(settings, utf8=True) as client:
            there = self._own(client)
            for mailbox, some in _by_mailbox(files).items():
                total += upload(client, settings, mailbox, some, exists=mailbox in there, tie=tie)
        return total

    def compare(self, files: Sequence[StoredFile], mailboxes: Collection[str] | None) -> Comparison:
        """Compare files with the mailboxes of the same names, all of them or some."""
        settings, here = self._settings, _by_mailbox(files)
        with logged_in(settings, utf8=True) as client:
            there = self._own(client)
            names = {*there, *here} if mailboxes is None else self._named(mailboxes)
            rows = [
                row
                for mailbox in sorted(names, key=_order)
                for row in compare(
                    client, settings, mailbox, here.get(mailbox, ()), exists=mailbox in there
                )
            ]
        return Comparison(settings.device, tuple(rows))

    def _own(self, client: Client) -> list[str]:
        """Return the account's own mailboxes, not those that others share with it."""
        found = [self._opened(name) for name in client.mailboxes()]
        return sorted(
            (name for account, name in found if account == self._settings.address), key=_order
        )

    def _named(self, mailboxes: Collection[str]) -> list[str]:
        found = []
        for name in [mailboxes] if isinstance(mailboxes, str) else mailboxes:
            account, own = self._opened(name)
            if account != self._settings.address:
                raise DeviceError(f"{name} belongs to {account}")
            found.append(own)
        return found

    def _opened(self, name: str) -> tuple[str, str]:
        return opened(self._settings.address, name, self._settings.world.address)


class _Mailbox:
    """One mailbox that is open for reading, and its folder."""

    def __init__(self, client: Client, settings: Settings, mailbox: str) -> None:
        self._client = client
        self._shelf = settings.shelf()
        self._account = settings.address
        self._mailbox = mailbox
        self._uidvalidity = client.enter(mailbox, read_only=True)

    def _origin(self, uid: int) -> Origin:
        return Origin(
            protocol="imap",
            account=self._account,
            mailbox=self._mailbox,
            uidvalidity=self._uidvalidity,
            uid=uid,
        )

    def copy(self) -> BackedUp:
        here = self._shelf.tied_uids(self._account, self._mailbox).get(self._uidvalidity, {})
        held: set[str] = set()
        wanted, flagged = [], 0
        for uid, row in self._client.told_of("(FLAGS INTERNALDATE)"):
            file = self._shelf.file(here[uid]) if uid in here else None
            if file is None:
                wanted.append(uid)
                continue
            held.add(file.name)
            if file.internaldate is None and row.internaldate is not None:
                self._shelf.tie(file.name, file.origin, self._client.number, row.internaldate)
            flagged += self._shelf.flag(file.name, row.flags or (), self._client.number)
        copied, recognised = self._fetch(wanted, held)
        return BackedUp(copied, recognised, flagged, len(held) - flagged)

    def _fetch(self, wanted: Sequence[int], held: Collection[str]) -> tuple[int, int]:
        """Fetch messages; those that are here under no name that holds any more are tied again.

        So a new UIDVALIDITY, a mailbox made anew or a device's files bring nothing twice, and two
        copies that the mailbox has side by side stay two.
        """
        if not wanted:
            return 0, 0
        free: defaultdict[str, deque[str]] = defaultdict(deque)
        for file in self._shelf.files():
            at = (file.origin.account, file.origin.mailbox)
            if at == (self._account, self._mailbox) and file.name not in held:
                free[file.sha256].append(file.name)
        copied = recognised = 0
        number = self._client.number
        for uid, row in self._client.told_of("(FLAGS INTERNALDATE BODY.PEEK[])", wanted):
            if row.whole is None:
                continue
            origin, flags = self._origin(uid), row.flags or ()
            twins = free[hashlib.sha256(row.whole).hexdigest()]
            if twins:
                name = twins.popleft()
                self._shelf.tie(name, origin, number, row.internaldate)
                self._shelf.flag(name, flags, number)
                recognised += 1
            else:
                self._shelf.save(
                    row.whole,
                    origin,
                    flags=flags,
                    connection=number,
                    internaldate=row.internaldate,
                )
                copied += 1
        return copied, recognised


def _order(mailbox: str) -> tuple[bool, str]:
    return mailbox != "INBOX", mailbox


def _by_mailbox(files: Sequence[StoredFile]) -> dict[str, list[StoredFile]]:
    found: defaultdict[str, list[StoredFile]] = defaultdict(list)
    for file in files:
        found[file.origin.mailbox].append(file)
    return {name: found[name] for name in sorted(found, key=_order)}
