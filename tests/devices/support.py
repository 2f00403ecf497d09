"""Servers for devices to dial: the real ones over TCP, and scripted ones for odd replies."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import trustme

from labserver.clock import LabClock
from labserver.devices import Backup, Device, World
from labserver.events import Event, Log
from labserver.faults import Faults
from labserver.lab.authority import Authority
from labserver.lab.services import services
from labserver.protocol.switches import Switches
from labserver.store import Arrival, Store
from labserver.wire import UnknownConnection, Wire

Turn = tuple[bytes, bytes]
"""What a scripted server waits for, and what it says then."""

TLS: Turn = (b"<TLS>", b"")
"""Where a scripted server begins TLS."""

MAIL = "mail.home.example"


@dataclass
class Linked:
    """A connection to the house."""

    socket: socket.socket
    number: int
    secured: Callable[[], None]
    ended: Callable[[], None]

    def wait_secured(self) -> None:
        self.secured()

    def wait_ended(self) -> None:
        self.ended()


class House:
    """A store, its log, and a listener for each protocol, on a loop in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.real: dict[int, int] = {}
        self.devices: list[Device | Backup] = []
        self.run(self._open)

    async def _open(self) -> None:
        clock = self.clock = LabClock()
        self.log, self.faults = Log(clock.now), Faults()
        self.store = Store(clock=clock, seed=1, record=self.log.append, faults=self.faults)
        self.bob = self.store.accounts.add("bob", "tulip")
        self.authority, self.switches = Authority(), Switches()
        self.wire = Wire(
            store=self.store,
            clock=clock,
            ids=self.store.ids,
            log=self.log,
            faults=self.faults,
            certificates=self.authority,
            switches=self.switches,
        )
        for service in services().values():
            if service.host == MAIL:
                self.real[service.port] = await self.wire.listen(service)

    def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do something on the loop's thread; coroutines are waited for."""

        async def wrapped() -> Any:
            result = work(*args)
            return await result if asyncio.iscoroutine(result) else result

        future: Future[Any] = asyncio.run_coroutine_threadsafe(wrapped(), self.loop)
        return future.result(20)

    def record(self, event: Event) -> None:
        self.run(self.log.append, event)

    def now(self) -> datetime:
        return self.run(self.clock.now)

    def token(self, kind: str, owner: str) -> str:
        return self.run(self.store.ids.token, kind, owner)

    def connect(self, host: str, port: int, who: str) -> Linked:
        assert host == MAIL
        client = socket.socket()
        client.settimeout(10)
        client.bind(("127.0.0.1", 0))
        local = client.getsockname()
        self.run(self.wire.announce, local, who)
        try:
            client.connect(("127.0.0.1", self.real[port]))
            number = self.run(self.wire.accepted, local)
        except (OSError, UnknownConnection):  # Refused: it may have ended before we can ask.
            client.close()
            raise ConnectionResetError from None
        return Linked(
            client,
            number,
            partial(self.run, self.wire.secured, number),
            partial(self.run, self.wire.ended, number),
        )

    def world(self) -> World:
        return World(
            connect=self.connect,
            record=self.record,
            trust=self.authority.trust.context,
            now=self.now,
            token=self.token,
        )

    def device(self, name: str = "laptop") -> Device:
        device = Device(name, "bob", self.folder / name, self.world())
        self.devices.append(device)
        return device

    def backup(self, name: str = "usb-disk", **more: Any) -> Backup:
        backup = Backup(name, "bob", self.folder / name, self.world(), password="tulip", **more)
        self.devices.append(backup)
        return backup

    def deliver(self, *messages: bytes) -> None:
        def work() -> None:
            inbox = self.store.mailboxes.get(self.bob, "INBOX")
            for data in messages:
                self.store.messages.deliver([inbox], Arrival(data=data), cause="load")

        self.run(work)

    def inbox(self) -> list[int]:
        return self.run(
            lambda: self.store.messages.uids(self.store.mailboxes.get(self.bob, "INBOX"))
        )

    def events(self, *kinds: type[Event]) -> list[Event]:
        return [entry.event for entry in self.log if isinstance(entry.event, kinds)]

    def close(self) -> None:
        for device in self.devices:
            device.close()
        self.run(self.wire.close)
        self.run(self.store.close)
        self.authority.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()


@dataclass
class Scripted:
    """A server that says its lines in turn; everything that came is in `heard`.

    At the end it closes the connection, or, if `silent`, says nothing more. `certificate` is what
    it begins TLS with; `refusal` the alert with which the client has refused that. `farewell`: the
    client has closed, in TLS with an alert, and has not reset the connection.
    """

    turns: list[Turn]
    socket: socket.socket = field(init=False)
    number: int = 7
    heard: bytearray = field(default_factory=bytearray)
    silent: bool = False
    certificate: ssl.SSLContext | None = None
    refusal: str = ""
    farewell: bool = False
    secured: int = 0

    def __post_init__(self) -> None:
        self.socket, self._server = socket.socketpair()
        self.socket.settimeout(0.3 if self.silent else 10)
        self._server.settimeout(10)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with ExitStack() as stack:
            server = stack.enter_context(self._server)
            at = 0
            for wanted, said in self.turns:
                if (wanted, said) == TLS:
                    server = stack.enter_context(self._secure(server))
                    if self.refusal:
                        return
                    continue
                while (found := self.heard.find(wanted, at)) < 0:
                    if not self._hear(server):
                        return
                at = found + len(wanted)
                with suppress(OSError):  # The client may be gone.
                    server.sendall(said)
            if self.silent:
                while self._hear(server):
                    pass

    def _secure(self, plain: socket.socket) -> ssl.SSLSocket:
        server = self.certificate.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=False
        )
        try:
            server.do_handshake()
        except ssl.SSLError as error:
            self.refusal = error.reason
            server.shutdown(socket.SHUT_WR)  # It is a plain socket from here on.
            while self._hear(server):
                pass
        return server

    def _hear(self, server: socket.socket) -> bool:
        try:
            data = server.recv(65536)
        except OSError:
            return False
        self.heard += data
        self.farewell = not data
        return bool(data)

    def wait_secured(self) -> None:
        self.secured += 1

    def wait_ended(self) -> None:
        self._thread.join(10)
        assert not self._thread.is_alive()


@dataclass
class Script:
    """Makes devices whose servers are scripted."""

    folder: Path
    events: list[Event] = field(default_factory=list)
    servers: list[Scripted] = field(default_factory=list)
    dialled: list[tuple[str, int, str]] = field(default_factory=list)
    authority: trustme.CA | None = None

    def device(self, *servers: Scripted) -> Device:
        waiting = list(servers)
        self.servers += servers

        def connect(host: str, port: int, who: str) -> Scripted:
            self.dialled.append((host, port, who))
            return waiting.pop(0)

        def trust() -> ssl.SSLContext:
            context = ssl.create_default_context()
            self.authority.configure_trust(context)
            return context

        world = World(connect=connect, record=self.events.append, trust=trust)
        return Device("phone", "bob", self.folder, world)
