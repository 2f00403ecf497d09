"""A mail program for IMAP: the folder becomes as the mailbox is."""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from labserver.devices.errors import ProgramFailed
from labserver.devices.files import Origin, StoredFile
from labserver.devices.imap_data import Fetched, told
from labserver.devices.others import opened
from labserver.devices.programs.settings import Line, Settings, line, said
from labserver.devices.programs.smtp import Sent, SmtpProgram
from labserver.devices.reply import Piece
from labserver.devices.seams import PORTS
from labserver.devices.utf7 import encode_name

__all__ = ["ImapProgram", "Matched"]

_BATCH = 50
_NUMBER = re.compile(rb"([0-9]+) ")


@dataclass(frozen=True, slots=True)
class Matched:
    """What it took to make the folder as the mailbox is."""

    fetched: int
    flagged: int
    deleted: int

    def __str__(self) -> str:
        return (
            f"{self.fetched} fetched, {self.flagged} with other flags, {self.deleted} deleted here"
        )


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

    @contextmanager
    def _session(self, mailbox: str) -> Iterator[_Session]:
        settings = self._settings
        with line(settings, "imap") as connection:
            client = None
            try:
                client = _Client(connection, settings.host, settings.device)
                client.begin(settings)
                _ok(client.select(_quoted(encode_name(mailbox))))
                yield _Session(client, settings, mailbox, connection.number)
                client.logout()
            except (imaplib.IMAP4.error, UnicodeError) as error:
                if client is not None:
                    with suppress(OSError, EOFError, imaplib.IMAP4.error):
                        client.logout()
                raise ProgramFailed(f"IMAP: {said(error)}") from None
            finally:
                if client is not None:
                    with suppress(OSError):
                        client.shutdown()


class _Session:
    """One mailbox, selected."""

    def __init__(self, client: _Client, settings: Settings, mailbox: str, connection: int) -> None:
        self._client = client
        self._shelf = settings.shelf()
        self._account, self._mailbox = opened(settings.address, mailbox, settings.world.address)
        self._connection = connection
        value = client.response("UIDVALIDITY")[1][0]
        if not isinstance(value, bytes):
            raise ProgramFailed("IMAP: the server gave no UIDVALIDITY")
        self._uidvalidity = int(value)

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
        there = {
            row.uid: row.flags or () for row in self._fetch("1:*", "(FLAGS)") if row.uid is not None
        }
        gone = [name for names in held.values() for name in names.values()]
        gone += [name for uid, name in here.items() if uid not in there]
        for name in gone:
            if shelf.file(name) is not None:
                shelf.discard(name)
        wanted, flagged = [], 0
        for uid, flags in there.items():
            file = shelf.file(here[uid]) if uid in here else None
            if file is None or (bodies and file.copied == "headers"):
                wanted.append(uid)
            else:
                flagged += shelf.flag(file.name, flags, self._connection)
        fetched = 0
        for start in range(0, len(wanted), _BATCH):
            fetched += self._download(wanted[start : start + _BATCH], bodies=bodies)
        return Matched(fetched, flagged, len(gone))

    def _download(self, uids: list[int], *, bodies: bool) -> int:
        part = "BODY.PEEK[]" if bodies else "BODY.PEEK[HEADER]"
        count = 0
        for row in self._fetch(",".join(map(str, uids)), f"(FLAGS {part})"):
            octets = row.whole if bodies else row.header
            if row.uid is None or octets is None:
                continue
            origin = self._origin(row.uid)
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
        data = _ok(self._client.uid("STORE", str(uid), "+FLAGS", f"({flag})"))
        for row in _rows(data):
            file = None if row.uid is None else self._shelf.tied(self._origin(row.uid))
            if file is not None and row.flags is not None:
                self._shelf.flag(file.name, row.flags, self._connection)

    def delete(self, uid: int) -> None:
        client = self._client
        _ok(client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)"))
        if b"UIDPLUS" in b" ".join(_ok(client.capability())).upper().split():
            _ok(client.uid("EXPUNGE", str(uid)))  # RFC 4315: this one only
        else:
            _ok(client.expunge())
        file = self._shelf.tied(self._origin(uid))
        if file is not None:
            self._shelf.discard(file.name)

    def _fetch(self, uids: str, items: str) -> list[Fetched]:
        return _rows(_ok(self._client.uid("FETCH", uids, items)))


class _Client(imaplib.IMAP4):
    """imaplib over a connection that is there already, with tags that are the same each time."""

    def __init__(self, connection: Line, host: str, device: str) -> None:
        self._connected = connection.socket
        self._prefix = f"{device}.".encode("ascii")
        super().__init__(host, PORTS["imap"])

    def begin(self, settings: Settings) -> None:
        """Begin TLS if it is to begin now, and log in. Raises imaplib's error, TlsFailed."""
        if settings.security == "starttls":
            if "STARTTLS" not in self.capabilities:
                raise imaplib.IMAP4.error(settings.not_offered("STARTTLS"))
            self.starttls(settings.context())
        if "LOGINDISABLED" in self.capabilities:  # RFC 3501 section 6.2.3: LOGIN must not be sent.
            raise imaplib.IMAP4.error("the server takes no password without TLS (LOGINDISABLED)")
        self.login(_quoted(settings.login), settings.password)  # imaplib quotes the second

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002
        return self._connected

    # imaplib draws a random prefix and sets these two; what it sets is passed over.
    @property  # type: ignore[override] # typeshed says str; it is bytes
    def tagpre(self) -> bytes:
        return self._prefix

    @tagpre.setter
    def tagpre(self, drawn: bytes) -> None:
        pass

    @property  # type: ignore[override] # the same
    def tagre(self) -> re.Pattern[bytes]:
        return re.compile(
            rb"(?P<tag>" + re.escape(self._prefix) + rb"\d+) (?P<type>[A-Z]+) (?P<data>.*)"
        )

    @tagre.setter
    def tagre(self, drawn: re.Pattern[bytes]) -> None:
        pass


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return the data of an answer. Raises imaplib's error if it is not OK."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(*data)
    return data


def _rows(data: Iterable[object]) -> list[Fetched]:
    """Return what FETCH responses say, from the form in which imaplib has them.

    It gives each response without `*` and `FETCH`; one with literals comes as pairs of a line
    and a literal, and a last line.
    """
    rows: list[Fetched] = []
    pieces: list[Piece] = []
    for each in data:
        whole = isinstance(each, bytes)
        text, literal = (each, b"") if isinstance(each, bytes) else _pair(each)
        if not pieces:
            text = b"* " + _NUMBER.sub(rb"\1 FETCH ", text, count=1)
        pieces.append(Piece(text + b"\r\n"))
        if not whole:
            pieces.append(Piece(literal, content=True))
            continue
        row = told(tuple(pieces))
        pieces = []
        if isinstance(row, Fetched):
            rows.append(row)
    return rows


def _pair(each: object) -> tuple[bytes, bytes]:
    match each:
        case (bytes() as text, bytes() as literal):
            return text, literal
        case _:  # None stands for no response at all.
            return b"", b""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
