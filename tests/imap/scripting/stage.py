"""Where a script is played: what it needs of a server, and the server in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from labserver.pop3 import Pop3Session
from labserver.protocol.session import Context
from labserver.store import Arrival, Store
from tests.imap.driver import Client, Server, letter

__all__ = ["MemoryStage", "Speaks", "Stage"]

T = TypeVar("T")
Speaks = Literal["imap", "pop3"]


class Stage(Protocol):
    """A server with Bob's account (password tulip), and connections to it by name."""

    def switch_off(self, *names: str) -> None:
        """Offer IMAP capabilities no more, to connections from now on."""

    def connect(self, name: str, speaks: Speaks) -> None:
        """Open a connection; its greeting is the first thing that it sees."""

    def send(self, name: str, octets: bytes) -> None:
        """Have a connection send; return once the server has taken it up."""

    def hang_up(self, name: str) -> None:
        """Have a connection end; return once the server knows."""

    def seen(self, name: str, lines: int) -> bytes:
        """Return what a connection has read since it was last asked.

        `lines`: as many are expected, and may be waited for; whatever else there is comes too.
        """

    def closed(self, name: str, *, expected: bool) -> bool:
        """Tell whether the server has hung up; `expected`: it may be waited for."""

    def arrive(self) -> None:
        """Deliver a letter to Bob as SMTP does."""

    def store(self, work: Callable[[Store], T]) -> T:
        """Do something with the store, where that may be done."""

    def close(self) -> None:
        """End everything."""


class _Pop3:
    """A POP3 connection in memory."""

    def __init__(self, server: Server, connection: int) -> None:
        self.session = Pop3Session(
            Context(
                store=server.store,
                clock=server.clock,
                ids=server.store.ids,
                faults=server.faults,
                limits=server.limits,
                connection=connection,
                listener="pop3",
                device="kiosk",
                host="pop.home.example",
                record=server.log.append,
                heard=lambda *_: None,
            )
        )
        self.welcome = b"".join(self.session.greeting())
        self.wakes = 0

    def raw(self, data: bytes) -> bytes:
        return b"".join(self.session.receive(data))


class MemoryStage:
    """The sessions themselves: no connection, no thread. News are told as the wire tells them."""

    def __init__(self) -> None:
        self._server = Server()
        self._clients: dict[str, Client | _Pop3] = {}
        self._seen: dict[str, bytearray] = {}
        self._off: tuple[str, ...] = ()
        self._told: dict[str, int] = {}
        self._over: set[str] = set()

    def switch_off(self, *names: str) -> None:
        self._off += names

    def connect(self, name: str, speaks: Speaks) -> None:
        number = len(self._clients) + 1
        client = (
            self._server.connect(*self._off)
            if speaks == "imap"
            else _Pop3(self._server, 1000 + number)
        )
        self._clients[name] = client
        self._seen[name] = bytearray(client.welcome)
        self._told[name] = 0

    def send(self, name: str, octets: bytes) -> None:
        assert name not in self._over, f"{name} sends on a connection that has ended"
        self._seen[name] += self._clients[name].raw(octets)
        self._settle()

    def hang_up(self, name: str) -> None:
        self._clients[name].session.lost("client")
        self._over.add(name)
        self._settle()

    def seen(self, name: str, lines: int) -> bytes:
        del lines
        seen, self._seen[name] = self._seen[name], bytearray()
        return bytes(seen)

    def closed(self, name: str, *, expected: bool) -> bool:
        del expected
        return name in self._over

    def arrive(self) -> None:
        def deliver(store: Store) -> None:
            inbox = store.mailboxes.get(self._server.bob, "INBOX")
            store.messages.deliver([inbox], Arrival(data=letter()), cause="smtp")

        self.store(deliver)

    def store(self, work: Callable[[Store], T]) -> T:
        result = work(self._server.store)
        self._settle()
        return result

    def close(self) -> None:
        self._server.store.close()

    def _settle(self) -> None:
        """Let everybody say what may be said unasked, and end what is to end."""
        for name, client in self._clients.items():
            if client.wakes > self._told[name] and name not in self._over:
                self._told[name] = client.wakes
                self._seen[name] += b"".join(client.session.notify())
            if client.session.next == "close" and name not in self._over:
                self._over.add(name)
                client.session.lost("quit")
