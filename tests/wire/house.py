"""A wire with a store behind it, a session that echoes, and a client over TCP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from labserver.clock import LabClock
from labserver.events import Data, Line, Log
from labserver.faults import Faults
from labserver.protocol.limits import Limits
from labserver.protocol.session import Context, Payload
from labserver.store import Store
from labserver.wire import Service, Wire

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run it, and not for ever."""
    return asyncio.run(asyncio.wait_for(main, 60))


class Echo:
    """Answers each line. BIG n: a body of n octets; MANY n: n chunks; QUIT; CRASH; TELL."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.held = b""
        self.next = "read"
        self.news: list[bytes] = []
        self.drained = 0
        self.ends: list[str] = []

    def greeting(self) -> Iterator[bytes]:
        yield b"+OK here\r\n"

    def receive(self, data: bytes) -> Iterator[bytes]:
        self.held += data
        while b"\n" in self.held and self.next == "read":
            line, _, self.held = self.held.partition(b"\n")
            self.context.heard("line", line + b"\n")
            yield from self.answer(line.strip())

    def answer(self, line: bytes) -> Iterator[bytes]:
        word, _, count = line.partition(b" ")
        if word == b"QUIT":
            self.next = "close"
            yield b"+OK bye\r\n"
        elif word == b"CRASH":
            raise RuntimeError("planted")
        elif word == b"BIG":
            yield b"+OK "
            yield b"body\r\n"
            yield Payload(b"x" * int(count))
            yield b".\r\n"
        elif word == b"MANY":
            for n in range(int(count)):
                self.drained = n
                yield b"* %d of many chunks in a reply that is long\r\n" % n
        elif word == b"TELL":
            self.news.append(b"* news\r\n")
            self.context.wake()
            yield b"+OK will\r\n"
        else:
            yield b"+OK "
            yield line + b"\r\n"

    def notify(self) -> Iterator[bytes]:
        while self.news:
            yield self.news.pop(0)

    def unread(self) -> bytes:
        return self.held

    def lost(self, how: str) -> None:
        self.ends.append(how)


@dataclass
class House:
    wire: Wire
    log: Log
    faults: Faults
    sessions: list[Echo] = field(default_factory=list)

    def service(self, **changes: Any) -> Service:
        def make(context: Context) -> Echo:
            self.sessions.append(Echo(context))
            return self.sessions[-1]

        values = {
            "protocol": "pop3",
            "port": 110,
            "host": "mail.home.example",
            "make": make,
            "busy": b"-ERR busy\r\n",
            "idle": b"-ERR silent\r\n",
        }
        return Service(**(values | changes))

    def events(self, *kinds: type) -> list[Any]:
        return [entry.event for entry in self.log if not kinds or isinstance(entry.event, kinds)]

    def crossed(self, connection: int, direction: str) -> bytes:
        """What the log says has crossed a connection."""
        said = b""
        for event in self.events(Line, Data):
            if event.connection == connection and event.direction == direction:
                said += event.data if isinstance(event, Line) else self.log.body(event.sha256)
        return said


class Client:
    """A client over TCP, announced as `device`."""

    def __init__(self, house: House, port: int, device: str | None = "laptop") -> None:
        self.house = house
        self.port = port
        self.device = device
        self.number = 0

    async def __aenter__(self) -> Self:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.local = self.socket.getsockname()
        if self.device is not None:
            self.house.wire.announce(self.local, self.device)
        self.socket.settimeout(0)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", self.port))
        if self.device is not None:
            self.number = await self.house.wire.accepted(self.local)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.socket.close()

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def read(self, count: int = 1 << 16) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self.socket, count)

    async def until_reset(self) -> bytes:
        """Read to the end, which must be a reset."""
        said = b""
        try:
            while piece := await self.read(100_000):
                said += piece
        except ConnectionResetError:
            return said
        raise AssertionError("the connection ended in good order")

    async def line(self) -> bytes:
        said = b""
        while not said.endswith(b"\r\n"):
            octet = await self.read(1)
            if not octet:
                break
            said += octet
        return said

    async def rest(self) -> bytes:
        said = b""
        while piece := await self.read():
            said += piece
        return said


class Build:
    """Builds a house with the given limits."""

    def __call__(self, **limits: Any) -> House:
        clock = LabClock()
        log = Log(clock.now)
        faults = Faults()
        store = Store(clock=clock, seed=1, record=log.append, faults=faults)
        wire = Wire(
            store=store,
            clock=clock,
            ids=store.ids,
            log=log,
            faults=faults,
            limits=Limits(**limits),
        )
        _stores.append(store)
        return House(wire, log, faults)


_stores: list[Store] = []


def close_all() -> None:
    """Close the stores of all houses that were built."""
    while _stores:
        _stores.pop().close()
