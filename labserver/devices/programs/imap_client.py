"""An IMAP session of a program: imaplib over a connection of the device's, logged in."""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from labserver.devices.dates import written
from labserver.devices.errors import ProgramFailed
from labserver.devices.imap_data import Fetched, Listed, listed, told
from labserver.devices.programs.forwarding import international
from labserver.devices.programs.settings import Line, Settings, line, said
from labserver.devices.reply import Piece
from labserver.devices.seams import PORTS
from labserver.devices.utf7 import decode_name, encode_name

__all__ = ["Client", "logged_in", "ok", "rows"]

_BATCH = 50
_NUMBER = re.compile(rb"([0-9]+) ")
_APPENDUID = re.compile(rb"\[APPENDUID ([0-9]+) ([0-9]+)\]", re.IGNORECASE)


@contextmanager
def logged_in(settings: Settings, *, utf8: bool = False) -> Iterator[Client]:
    """Give a session of the account; log out afterwards, and return once the log holds its end.

    With `utf8` it speaks UTF-8 if the server can (RFC 6855). What goes wrong becomes ProgramFailed.
    """
    with line(settings, "imap") as connection:
        client = None
        try:
            client = Client(connection, settings.host, settings.device)
            client.begin(settings)
            if utf8:
                client.speak_utf8()
            yield client
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


class Client(imaplib.IMAP4):
    """imaplib over a connection that is there already, with tags that are the same each time."""

    def __init__(self, connection: Line, host: str, device: str) -> None:
        self._connected = connection.socket
        self._tail = b""
        self.number = connection.number
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

    def speak_utf8(self) -> None:
        """Have names and headers in UTF-8 from now on, if the server knows of that (RFC 6855)."""
        if {b"ENABLE", b"UTF8=ACCEPT"} <= self.offered():
            self.capabilities = (*self.capabilities, "ENABLE")
            ok(self.enable("UTF8=ACCEPT"))

    def offered(self) -> set[bytes]:
        """Return what the server offers now."""
        return set(b" ".join(ok(self.capability())).upper().split())

    def name(self, mailbox: str) -> str:
        """Return a mailbox name as it goes into a command."""
        return _quoted(mailbox if self.utf8_enabled else encode_name(mailbox))

    def mailboxes(self) -> list[str]:
        """Return the names of all mailboxes that can be opened."""
        found = [
            each
            for response in _responses(ok(self.list('""', '"*"')))
            if (each := listed(response)) is not None
        ]
        return [self._told_name(each) for each in found if each.selectable]

    def _told_name(self, told: Listed) -> str:
        name = told.name.decode("utf-8", "backslashreplace")
        return name if self.utf8_enabled else decode_name(name)

    def enter(self, mailbox: str, *, read_only: bool = False) -> int:
        """Select a mailbox, or examine it; return its UIDVALIDITY. Raises imaplib's error."""
        ok(self.select(self.name(mailbox), readonly=read_only))
        value = self.response("UIDVALIDITY")[1][0]
        if not isinstance(value, bytes):
            raise imaplib.IMAP4.error("the server gave no UIDVALIDITY")
        return int(value)

    def told_of(
        self, items: str, uids: Sequence[int] | None = None
    ) -> Iterator[tuple[int, Fetched]]:
        """Give what is fetched of messages, with their UIDs; None: of all, in one go."""
        for each in ["1:*"] if uids is None else _batches(uids):
            for row in rows(ok(self.uid("FETCH", each, items))):
                if row.uid is not None:
                    yield row.uid, row

    def put(
        self, mailbox: str, octets: bytes, flags: Iterable[str], date: datetime
    ) -> tuple[int, int] | None:
        """Append a message as it is; return its UIDVALIDITY and UID if the server tells them.

        imaplib's own `append` changes bare line ends. Raises imaplib's error.
        """
        words = [self.name(mailbox), f"({' '.join(flags)})", f'"{written(date)}"']
        if self.utf8_enabled and international(octets):
            # RFC 6855 section 4: UTF8 (~{...}; what is a method imaplib asks for what follows.
            words.append(f"UTF8 (~{{{len(octets)}}}")
            self._tail = octets + b")"
            self.literal = self._rest  # type: ignore[assignment] # typeshed says str
        else:
            self.literal = octets  # type: ignore[assignment] # the same
        data = ok(self.xatom("APPEND", *words))
        found = _APPENDUID.search(data[0])
        return None if found is None else (int(found[1]), int(found[2]))

    def having(self, words: str) -> list[int]:
        """Return the UIDs of the messages in which words are. Raises imaplib's error."""
        if self.utf8_enabled or words.isascii():  # RFC 6855 section 3: no CHARSET then
            data = ok(self.uid("SEARCH", "TEXT", _quoted(words)))
        else:
            self.literal = words.encode()  # type: ignore[assignment] # typeshed says str
            data = ok(self.uid("SEARCH", "CHARSET", "UTF-8", "TEXT"))
        return [int(uid) for uid in b" ".join(each for each in data if each).split()]

    def store_flags(self, uid: int, how: str, flags: Iterable[str]) -> tuple[str, ...] | None:
        """Change flags; return what the server says they are, if it has the message."""
        data = ok(self.uid("STORE", str(uid), how, f"({' '.join(flags)})"))
        told = [row.flags for row in rows(data) if row.uid == uid]
        return told[-1] if told else None

    def has(self, mailbox: str) -> bool:
        """Tell whether there is such a mailbox."""
        return mailbox.upper() == "INBOX" or mailbox in self.mailboxes()

    def make(self, mailbox: str) -> None:
        """Make a mailbox if it is not there."""
        if not self.has(mailbox):
            ok(self.create(self.name(mailbox)))

    def move(self, uid: int, to: str) -> None:
        """Move a message to a mailbox."""
        if b"MOVE" in self.offered():
            ok(self.uid("MOVE", str(uid), self.name(to)))
        else:
            ok(self.uid("COPY", str(uid), self.name(to)))
            self.remove(uid)

    def remove(self, uid: int) -> None:
        r"""Mark a message \Deleted and expunge it: this one only, if the server has UIDPLUS."""
        ok(self.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)"))
        if b"UIDPLUS" in self.offered():
            ok(self.uid("EXPUNGE", str(uid)))  # RFC 4315
        else:
            ok(self.expunge())

    def _rest(self, _continuation: object) -> bytes:
        return self._tail

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002
        return self._connected

    # imaplib draws a random prefix and sets these two; what it sets is passed over.
    @property  # type: ignore[override] # typeshed says str; it is bytes
    def tagpre(self) -> bytes:
        """What its tags begin with: the device's name."""
        return self._prefix

    @tagpre.setter
    def tagpre(self, drawn: bytes) -> None:
        pass

    @property  # type: ignore[override] # the same
    def tagre(self) -> re.Pattern[bytes]:
        """What a tagged response looks like."""
        return re.compile(
            rb"(?P<tag>" + re.escape(self._prefix) + rb"\d+) (?P<type>[A-Z]+) (?P<data>.*)"
        )

    @tagre.setter
    def tagre(self, drawn: re.Pattern[bytes]) -> None:
        pass


def ok(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return the data of an answer. Raises imaplib's error if it is not OK."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(*data)
    return data


def rows(data: Iterable[object]) -> list[Fetched]:
    """Return what FETCH responses say, from the form in which imaplib has them.

    It gives each response without `*` and `FETCH`; one with literals comes as pairs of a line
    and a literal, and a last line.
    """
    found: list[Fetched] = []
    for first, *rest in _responses(data):
        text = b"* " + _NUMBER.sub(rb"\1 FETCH ", first.octets, count=1)
        row = told((first._replace(octets=text), *rest))
        if isinstance(row, Fetched):
            found.append(row)
    return found


def _responses(data: Iterable[object]) -> Iterator[tuple[Piece, ...]]:
    pieces: list[Piece] = []
    for each in data:
        whole = isinstance(each, bytes)
        text, literal = (each, b"") if isinstance(each, bytes) else _pair(each)
        pieces.append(Piece(text + b"\r\n"))
        if not whole:
            pieces.append(Piece(literal, content=True))
            continue
        yield tuple(pieces)
        pieces = []


def _batches(uids: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(uids), _BATCH):
        yield ",".join(map(str, uids[start : start + _BATCH]))


def _pair(each: object) -> tuple[bytes, bytes]:
    match each:
        case (bytes() as text, bytes() as literal):
            return text, literal
        case _:  # None stands for no response at all.
            return b"", b""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
