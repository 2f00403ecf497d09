"""Webmail: a mail program that lives beside the server, and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from labserver.devices.errors import ProgramFailed
from labserver.devices.holder import Party
from labserver.devices.seams import World
from labserver.devices.shown import plain, table
from labserver.message import decode_words, field_values, outline, scan, text
from labserver.message.parts import Part

if TYPE_CHECKING:
    from labserver.devices.imap_data import Fetched
    from labserver.devices.programs.imap_client import Client
    from labserver.devices.programs.settings import Security
    from labserver.devices.programs.smtp import Sent

__all__ = ["Page", "Webmail", "WebmailMessage", "WebmailRow"]

_ROW = "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)])"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebmailRow:
    """A message as a list shows it."""

    uid: int
    flags: tuple[str, ...]
    date: datetime | None
    octets: int
    sender: str
    subject: str


@dataclass(frozen=True, slots=True)
class Page:
    """A list of messages, by UID."""

    mailbox: str
    rows: tuple[WebmailRow, ...]

    def __iter__(self) -> Iterator[WebmailRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        if not self.rows:
            return f"{plain(self.mailbox)}: no message"
        head = ("UID", "flags", "from", "subject", "octets")
        shown = [
            (str(row.uid), " ".join(row.flags), row.sender, row.subject, f"{row.octets:,}")
            for row in self.rows
        ]
        return f"{plain(self.mailbox)}\n{table([head, *shown])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebmailMessage:
    """A message that was opened: `octets` as the server sent them, kept by nobody but you."""

    uid: int
    flags: tuple[str, ...]
    octets: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The first text in it, decoded for people; empty if there is none."""
        part = _first_text(scan(self.octets))
        return "" if part is None else text(self.octets, part)

    def __repr__(self) -> str:
        sender, subject = _headings(self.octets)
        lines = [f"From: {sender}", f"Subject: {subject}", "", *self.text.splitlines()]
        return "\n".join(map(plain, lines))


class Webmail(Party):
    """Reads and sends the owner's mail for a browser, from the web server.

    For each thing that is asked of it, it connects to the mail server, logs in, and leaves again:
    by IMAP, and by submission to send. It has no folder: what it shows is on the server only.
    """

    kind = "webmail"

    def __init__(
        self,
        name: str,
        owner: str,
        world: World,
        *,
        password: str,
        host: str = "mail.home.example",
        security: Security = "none",
    ) -> None:
        super().__init__(name, owner, world, host=host)
        self._account = self._settings(owner, password, security)

    def __repr__(self) -> str:
        return f"<webmail of {self.owner}: keeps nothing>"

    def mailboxes(self) -> tuple[str, ...]:
        """Return the names of the mailboxes. Raises ProgramFailed."""
        with self._client() as client:
            return tuple(client.mailboxes())

    def list(self, mailbox: str = "INBOX") -> Page:
        """Return the messages of a mailbox; none is marked read by it. Raises ProgramFailed."""
        with self._client(mailbox, read_only=True) as client:
            return _page(mailbox, client.told_of(_ROW))

    def search(self, words: str, mailbox: str = "INBOX") -> Page:
        """Return the messages with these words in header or body. Raises ProgramFailed.

        The server searches (RFC 3501 section 6.4.4: TEXT).
        """
        with self._client(mailbox, read_only=True) as client:
            uids = client.having(words)
            return _page(mailbox, client.told_of(_ROW, uids))

    def read(self, uid: int, mailbox: str = "INBOX") -> WebmailMessage:
        r"""Open a message: BODY[], so the server marks it \Seen. Raises ProgramFailed."""
        with self._client(mailbox) as client:
            for found, row in client.told_of("(FLAGS BODY[])", [uid]):
                if found == uid and row.whole is not None:
                    return WebmailMessage(uid=uid, flags=_lasting(row.flags), octets=row.whole)
        raise _no_message(uid, mailbox)

    def flag(self, uid: int, *flags: str, mailbox: str = "INBOX") -> tuple[str, ...]:
        """Set flags on a message; return those that it has then. Raises ProgramFailed."""
        return self._store(uid, "+FLAGS", flags, mailbox)

    def unflag(self, uid: int, *flags: str, mailbox: str = "INBOX") -> tuple[str, ...]:
        """Take flags from a message; return those that it has then. Raises ProgramFailed."""
        return self._store(uid, "-FLAGS", flags, mailbox)

    def _store(self, uid: int, how: str, flags: Sequence[str], mailbox: str) -> tuple[str, ...]:
        with self._client(mailbox) as client:
            told = client.store_flags(uid, how, flags)
        if told is None:
            raise _no_message(uid, mailbox)
        return _lasting(told)

    def move(self, uid: int, to: str, mailbox: str = "INBOX") -> None:
        r"""Move a message to another mailbox, which is made if need be. Raises ProgramFailed.

        MOVE (RFC 6851), or where the server has none, COPY, \Deleted and EXPUNGE.
        """
        with self._client(mailbox) as client:
            self._need(client, uid, mailbox)
            client.make(to)
            client.move(uid, to)

    def delete(self, uid: int, mailbox: str = "INBOX") -> None:
        r"""Delete a message for good: \Deleted, then EXPUNGE. Raises ProgramFailed."""
        with self._client(mailbox) as client:
            self._need(client, uid, mailbox)
            client.remove(uid)

    @staticmethod
    def _need(client: Client, uid: int, mailbox: str) -> None:
        if not list(client.told_of("(FLAGS)", [uid])):
            raise _no_message(uid, mailbox)

    def send(
        self,
        recipients: str | Sequence[str],
        message: str | bytes,
        *,
        keep_in: str | None = "Sent",
    ) -> Sent:
        r"""Send a message by submission, as `SmtpProgram.send` does.

        SMTP keeps no copy for the sender: this appends one, read, to the mailbox `keep_in`, which
        is made if need be. None: there is none. Raises ProgramFailed.
        """
        from labserver.devices.programs.smtp import SmtpProgram, on_the_wire

        octets = on_the_wire(message)
        sent = SmtpProgram(self._account).send(recipients, octets)
        if keep_in is not None:
            with self._client() as client:
                client.make(keep_in)
                client.put(keep_in, octets, ["\\Seen"], self._world.now())
        return sent

    @contextmanager
    def _client(self, mailbox: str | None = None, *, read_only: bool = False) -> Iterator[Client]:
        from labserver.devices.programs.imap_client import logged_in

        with logged_in(self._account, utf8=True) as client:
            if mailbox is not None:
                client.enter(mailbox, read_only=read_only)
            yield client


def _page(mailbox: str, told: Iterator[tuple[int, Fetched]]) -> Page:
    rows = []
    for uid, row in told:
        sender, subject = _headings(row.fields or b"")
        rows.append(
            WebmailRow(
                uid=uid,
                flags=_lasting(row.flags),
                date=row.internaldate,
                octets=row.size or 0,
                sender=sender,
                subject=subject,
            )
        )
    return Page(mailbox, tuple(rows))


def _headings(header: bytes) -> tuple[str, str]:
    """Return From and Subject, decoded."""
    fields = {name.lower(): value for name, value in field_values(header, outline(header))}
    return decode_words(fields.get(b"from", b"")), decode_words(fields.get(b"subject", b""))


def _first_text(part: Part) -> Part | None:
    if not part.children:
        return part if part.type.lower() == "text" else None
    found = (_first_text(child) for child in part.children)
    return next((each for each in found if each is not None), None)


def _lasting(flags: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(flag for flag in flags or () if flag.lower() != "\\recent")


def _no_message(uid: int, mailbox: str) -> ProgramFailed:
    return ProgramFailed(f"IMAP: there is no message {uid} in {mailbox}")
