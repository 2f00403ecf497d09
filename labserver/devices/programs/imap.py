"""A mail program for IMAP: the folder becomes as the mailbox is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from labserver.devices.compared import Comparison
from labserver.devices.errors import DeviceError, ProgramFailed
from labserver.devices.files import Origin, StoredFile
from labserver.devices.others import opened
from labserver.devices.programs.imap_client import Client, logged_in
from labserver.devices.programs.settings import Settings
from labserver.devices.programs.smtp import Sent, SmtpProgram
from labserver.devices.programs.transfer import Uploaded, compare, upload

__all__ = ["ImapProgram", "Matched"]


@dataclass(frozen=True, slots=True)
class Matched:
    """What it took to make the folder as the mailbox is."""

    fetched: int
    flagged: int
    deleted: int

    def __repr__(self) -> str:
        return (
            f"{self.fetched} fetched, {self.flagged} with other flags, {self.deleted} deleted here"
        )

    __str__ = __repr__


class ImapProgram:
    """Keeps a device's folder as the server's mailboxes are."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return f"<IMAP program of {self._settings.address} on {self._settings.device}>"

    def sync(self, mailbox: str = "INBOX", *, bodies: bool = True) -> Matched:
        r"""Fetch what is new, take over flags, delete what is gone there.

        Messages are read with BODY.PEEK, which sets no \Seen. Without `bodies` only headers are
        fetched; a later call with it fetches the rest. If UIDVALIDITY has changed, all is
        forgotten and fetched again (RFC 3501 section 2.3.1.1). Raises ProgramFailed, DeviceLost.
        """
        with self._session(mailbox) as session:
            return session.sync(bodies=bodies)

    def mark_read(self, uid: int, mailbox: str = "INBOX") -> None:
        r"""Set \Seen on the server and here. Raises ProgramFailed, DeviceLost."""
        with self._session(mailbox) as session:
            session.mark(uid, "\\Seen")

    def forward(
        self,
        uid: int,
        to: str | Sequence[str],
        via: SmtpProgram,
        *,
        mailbox: str = "INBOX",
        text: str = "",
    ) -> Sent:
        r"""Forward a message, whole, as `SmtpProgram.forward` does, and mark it $Forwarded.

        It is fetched if it is not here. The keyword (RFC 9051 section 2.3.2) is set on the server
        and here, once somebody was sent it. Raises ProgramFailed, DeviceLost.
        """
        with self._session(mailbox) as session:
            file = session.held(uid)
        sent = via.forward(file, to, text=text)
        with self._session(mailbox) as session:
            session.mark(uid, "$Forwarded")
        return sent

    def delete(self, uid: int, mailbox: str = "INBOX") -> None:
        r"""Delete a message on the server and here: \Deleted, then EXPUNGE.

        Raises ProgramFailed, DeviceLost.
        """
        with self._session(mailbox) as session:
            session.delete(uid)

    def upload(self, files: Iterable[StoredFile] | None = None, mailbox: str = "INBOX") -> Uploaded:
        """Append to a mailbox what it does not have yet: the way from POP3 to IMAP.

        `files` are whole; None: all that this device has fetched by POP3 from the account. Each
        goes up as it is, once, with its flags and the date when it came by its own account
        (Received, else Date). The files stay as they are. What is there already, octet by octet,
        is left alone; so this may be repeated. The mailbox is made if need be. Raises
        ProgramFailed, DeviceLost, DeviceError for headers only.
        """
        some = self._whole(files)
        with logged_in(self._settings, utf8=True) as client:
            exists = client.has(mailbox)
            return upload(client, self._settings, mailbox, some, exists=exists)

    def compare(
        self, files: Iterable[StoredFile] | None = None, mailbox: str = "INBOX"
    ) -> Comparison:
        """Compare the SHA-256 of such files with that of all messages in a mailbox.

        Both are read now. It shows that an upload is complete. Raises as `upload` does.
        """
        some = self._whole(files)
        with logged_in(self._settings, utf8=True) as client:
            exists = client.has(mailbox)
            rows = compare(client, self._settings, mailbox, some, exists=exists)
        return Comparison(self._settings.device, tuple(rows))

    def _whole(self, files: Iterable[StoredFile] | None) -> list[StoredFile]:
        """Return files to be uploaded, each message once."""
        if files is None:
            address = self._settings.address
            files = (
                file
                for file in self._settings.shelf().files()
                if (file.origin.protocol, file.origin.account) == ("pop3", address)
            )
        found: dict[str, StoredFile] = {}
        for file in files:
            if file.copied != "whole":
                raise DeviceError(f"of {file.name} only the headers are here")
            found.setdefault(file.sha256, file)
        return list(found.values())

    @contextmanager
    def _session(self, mailbox: str) -> Iterator[_Session]:
        with logged_in(self._settings) as client:
            yield _Session(client, self._settings, mailbox)


class _Session:
    """One mailbox, selected."""

    def __init__(self, client: Client, settings: Settings, mailbox: str) -> None:
        self._client = client
        self._shelf = settings.shelf()
        self._account, self._mailbox = opened(settings.address, mailbox, settings.world.address)
        self._connection = client.number
        self._uidvalidity = client.enter(mailbox)

    def _origin(self, uid: int) -> Origin:
        return Origin(
            protocol="imap",
            account=self._account,
            mailbox=self._mailbox,
            uidvalidity=self._uidvalidity,
            uid=uid,
        )

    def sync(self, *, bodies: bool) -> Matched:
        shelf = self._shelf
        held = shelf.tied_uids(self._account, self._mailbox)
        here = held.pop(self._uidvalidity, {})
        there = {uid: row.flags or () for uid, row in self._client.told_of("(FLAGS)")}
        gone = [name for names in held.values() for name in names.values()]
        gone += [name for uid, name in here.items() if uid not in there]
        for name in gone:
            if shelf.file(name) is not None:
                shelf.discard(name, self._connection)
        wanted, flagged = [], 0
        for uid, flags in there.items():
            file = shelf.file(here[uid]) if uid in here else None
            if file is None or (bodies and file.copied == "headers"):
                wanted.append(uid)
            else:
                flagged += shelf.flag(file.name, flags, self._connection)
        fetched = self._download(wanted, bodies=bodies)
        return Matched(fetched, flagged, len(gone))

    def _download(self, uids: list[int], *, bodies: bool) -> int:
        part = "BODY.PEEK[]" if bodies else "BODY.PEEK[HEADER]"
        count = 0
        for uid, row in self._client.told_of(f"(FLAGS {part})", uids):
            octets = row.whole if bodies else row.header
            if octets is None:
                continue
            origin = self._origin(uid)
            old = self._shelf.tied(origin)
            self._shelf.save(
                octets,
                origin,
                copied="whole" if bodies else "headers",
                flags=row.flags or (),
                connection=self._connection,
                name=None if old is None else old.name,
            )
            count += 1
        return count

    def held(self, uid: int) -> StoredFile:
        """Return the file of a message, fetched if it is not here whole."""
        origin = self._origin(uid)
        file = self._shelf.tied(origin)
        if file is None or file.copied == "headers":
            self._download([uid], bodies=True)
            file = self._shelf.tied(origin)
        if file is None:
            raise ProgramFailed(f"IMAP: there is no message {uid} in {self._mailbox}")
        return file

    def mark(self, uid: int, flag: str) -> None:
        flags = self._client.store_flags(uid, "+FLAGS", [flag])
        file = self._shelf.tied(self._origin(uid))
        if file is not None and flags is not None:
            self._shelf.flag(file.name, flags, self._connection)

    def delete(self, uid: int) -> None:
        self._client.remove(uid)
        file = self._shelf.tied(self._origin(uid))
        if file is not None:
            self._shelf.discard(file.name, self._connection)
