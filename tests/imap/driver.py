"""A server in memory and its clients, driven by hand: no connection, no thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from weakref import finalize

from labserver.clock import LAB_SEED, LabClock
from labserver.events import Event, StateChanged
from labserver.faults import Faults
from labserver.imap import ImapSession
from labserver.protocol.limits import Limits
from labserver.protocol.session import Context
from labserver.store import Account, Arrival, Flagging, Store

__all__ = ["Client", "Server", "letter"]


def letter(subject: str = "Hello", body: str = "Text\r\n") -> bytes:
    head = f"From: Alice <alice@home.example>\r\nSubject: {subject}\r\n"
    return f"{head}\r\n{body}".encode()


class Server:
    """A store with Bob's account (password tulip), and what happened to it."""

    def __init__(self, **limits: int) -> None:
        self.log: list[Event] = []
        self.clock = LabClock()
        self.faults = Faults()
        self.limits = replace(Limits(), **limits)
        self.store = Store(
            clock=self.clock, seed=LAB_SEED, record=self.log.append, faults=self.faults
        )
        # The connection alone: a watcher in the store may lead back to this server.
        finalize(self, self.store.database.sql.close)
        self.bob: Account = self.store.accounts.add("bob", "tulip")
        self._connections = 0

    def deliver(self, data: bytes | None = None, mailbox: str = "INBOX") -> int:
        target = self.store.mailboxes.get(self.bob, mailbox)
        arrival = Arrival(data=letter() if data is None else data)
        (uid,) = self.store.messages.deliver([target], arrival, cause="load")
        return uid

    def flag(self, uid: int, *flags: str) -> None:
        inbox = self.store.mailboxes.get(self.bob, "INBOX")
        self.store.messages.set_flags(inbox, [uid], Flagging.ADD, flags)

    def uids(self, mailbox: str = "INBOX") -> list[int]:
        return self.store.messages.uids(self.store.mailboxes.get(self.bob, mailbox))

    def connect(self, *without: str, **context: Any) -> Client:
        """Connect; capabilities named in `without` are switched off for this session.

        `context`: fields of its Context that shall be other than usual.
        """
        self._connections += 1
        off = frozenset(name.upper() for name in without)
        return Client(self, self._connections, off, **context)

    def login(self, *without: str) -> Client:
        client = self.connect(*without)
        assert client.do("LOGIN bob tulip") == ["OK LOGIN completed"]
        return client

    def selected(
        self, mailbox: str = "INBOX", command: str = "SELECT", without: Iterable[str] = ()
    ) -> Client:
        client = self.login(*without)
        assert client.do(f"{command} {mailbox}")[-1].startswith("OK")
        return client


class Client:
    """One connection. Every octet that goes in must be heard, once and in order."""

    def __init__(
        self,
        server: Server,
        connection: int,
        without: frozenset[str] = frozenset(),
        **context: Any,
    ) -> None:
        self.server = server
        self.connection = connection
        self.sent = bytearray()
        self.heard: list[tuple[str, bytes]] = []
        self.wakes = 0
        self._tags = 0
        self.session = ImapSession(
            Context(
                store=server.store,
                clock=server.clock,
                ids=server.store.ids,
                faults=server.faults,
                limits=server.limits,
                connection=connection,
                listener="imap",
                device="laptop",
                host="imap.home.example",
                record=server.log.append,
                heard=lambda kind, octets: self.heard.append((kind, octets)),
                wake=self._wake,
                without=without,
                **{"tls": True, **context},
            )
        )
        self.welcome = self._drain(self.session.greeting())

    def _wake(self) -> None:
        self.wakes += 1

    def _drain(self, chunks: Iterable[bytes]) -> bytes:
        out = bytearray()
        for chunk in chunks:
            assert chunk, "an empty chunk"
            out += chunk
        return bytes(out)

    def raw(self, data: bytes) -> bytes:
        """Send octets as they are; return the octets that come back."""
        self.sent += data
        reply = self._drain(self.session.receive(data))
        heard = b"".join(octets for _, octets in self.heard)
        assert heard + self.session.unread() == bytes(self.sent)
        return reply

    def do(self, command: str) -> list[str]:
        """Give a command; return the lines of the reply, the tag taken from the last one.

        A literal is written `{5}` LF text: it is announced, and sent once it is invited.
        """
        self._tags += 1
        tag = f"a{self._tags}"
        lines = f"{tag} {command}".split("\n")
        for line in lines[:-1]:
            reply = self.raw(f"{line}\r\n".encode())
            if not reply.startswith(b"+ "):
                break
            assert reply == b"+ Ready for literal data\r\n"
        else:
            reply = self.raw(f"{lines[-1]}\r\n".encode())
        return self.lines(reply, tag)

    def lines(self, reply: bytes, tag: str) -> list[str]:
        assert reply.endswith(b"\r\n") or not reply
        lines = reply.decode("latin-1").split("\r\n")[:-1]
        return [line.removeprefix(f"{tag} ") for line in lines]

    def news(self) -> list[str]:
        """What is said unasked."""
        return self.lines(self._drain(self.session.notify()), "*none*")

    @property
    def states(self) -> list[tuple[str, str | None]]:
        """The states this session has been in, with the mailbox."""
        return [
            (event.state, event.mailbox)
            for event in self.server.log
            if isinstance(event, StateChanged) and event.connection == self.connection
        ]

    @property
    def state(self) -> str:
        return self.states[-1][0]

    @property
    def activity(self) -> str:
        """What this session is busy with."""
        return next(
            event.activity
            for event in reversed(self.server.log)
            if isinstance(event, StateChanged) and event.connection == self.connection
        )
