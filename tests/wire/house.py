"""A wire with a store behind it, a session that echoes, and clients over TCP and inside TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self, TypeVar

import trustme

from labserver.clock import LabClock
from labserver.events import Data, Line, Log
from labserver.faults import Faults
from labserver.protocol.limits import Limits
from labserver.protocol.session import Context, Payload
from labserver.store import Store
from labserver.wire import MemoryConnection, Service, Wire, server_context

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run it, and not for ever."""
    return asyncio.run(asyncio.wait_for(main, 60))


class Echo:
    """Answers each line.

    BIG n: a body of n octets; MANY n: n chunks; QUIT; CRASH; TELL; STARTTLS.
    """

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
        if self.next == "starttls":
            self.next = "read"
            self.held = b""
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
        elif word == b"STARTTLS":
            self.next = "starttls"
            yield b"+OK begin TLS\r\n"
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
    store: Store
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


@cache
def authority() -> trustme.CA:
    """The authority of all tests: to make keys takes time."""
    return trustme.CA()


@cache
def certificate(host: str) -> ssl.SSLContext:
    """What the server of that name shows."""
    context = server_context()
    authority().issue_cert(host, "localhost").configure_cert(context)
    return context


class Vouched:
    """Certificates for any server."""

    def context(self, host: str) -> ssl.SSLContext:
        return certificate(host)


def trusting(version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """What a client needs that believes the tests' authority, and speaks one version of TLS."""
    context = ssl.create_default_context(cadata=authority().cert_pem.bytes().decode())
    context.minimum_version = context.maximum_version = version
    return context


class Inside:
    """A client inside TLS, on a connection in memory; `piece`: how many octets at a time."""

    def __init__(
        self,
        connection: MemoryConnection,
        context: ssl.SSLContext | None = None,
        *,
        name: str = "mail.home.example",
        piece: int = 1 << 20,
    ) -> None:
        self.connection = connection
        self.piece = piece
        self.read_so_far = len(connection.received)
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        context = trusting() if context is None else context
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=name)

    def hello(self) -> bytes:
        """What the client sends first."""
        with suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self.outgoing.read()

    def handshake(self) -> bytes:
        """Do it, and return what the server says first."""
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                if not self.exchange():
                    raise
            else:
                self.exchange()
                return self.said()

    def exchange(self) -> bool:
        """Send what there is to send and take what comes; tell whether anything did."""
        octets = self.outgoing.read()
        for at in range(0, len(octets), self.piece):
            self.connection.send(octets[at : at + self.piece])
        received = self.connection.received[self.read_so_far :]
        self.read_so_far += len(received)
        self.incoming.write(received)
        return bool(received)

    def said(self) -> bytes:
        """What the server has said inside that was not read yet."""
        said = b""
        with suppress(ssl.SSLWantReadError):
            while data := self.tls.read(1 << 20):
                said += data
        return said

    def send(self, data: bytes) -> bytes:
        """Send inside, and return what comes inside."""
        self.tls.write(data)
        self.exchange()
        return self.said()

    @property
    def told_of_the_end(self) -> bool:
        """Whether the server has said close_notify."""
        self.exchange()
        try:
            return not self.tls.read()
        except ssl.SSLZeroReturnError:
            return True
        except ssl.SSLWantReadError:
            return False


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
            certificates=Vouched(),
        )
        _stores.append(store)
        return House(wire, log, faults, store)


_stores: list[Store] = []


def close_all() -> None:
    """Close the stores of all houses that were built."""
    while _stores:
        _stores.pop().close()
