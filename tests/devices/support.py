"""Servers for devices to dial: the real ones over TCP, and scripted ones for odd replies."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labserver import smtp
from labserver.clock import LabClock
from labserver.devices import Device
from labserver.events import Event, Log
from labserver.faults import Faults
from labserver.imap import ImapSession
from labserver.pop3 import Pop3Session
from labserver.store import Arrival, Store
from labserver.wire import Service, UnknownConnection, Wire

Turn = tuple[bytes, bytes]
"""What a scripted server waits for, and what it says then."""

MAIL = "mail.home.example"


@dataclass
class Linked:
    """A connection to the house."""

    socket: socket.socket
    number: int
    ended: Callable[[], None]

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
        self.devices: list[Device] = []
        self.run(self._open)

    async def _open(self) -> None:
        clock = LabClock()
        self.log, self.faults = Log(clock.now), Faults()
        self.store = Store(clock=clock, seed=1, record=self.log.append, faults=self.faults)
        self.bob = self.store.accounts.add("bob", "tulip")
        self.wire = Wire(
            store=self.store, clock=clock, ids=self.store.ids, log=self.log, faults=self.faults
        )
        for service in (
            Service(protocol="smtp", port=25, host=MAIL, make=smtp.receiving),
            Service(protocol="submission", port=587, host=MAIL, make=smtp.submission),
            Service(protocol="pop3", port=110, host=MAIL, make=Pop3Session),
            Service(protocol="imap", port=143, host=MAIL, make=ImapSession),
        ):
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
        return Linked(client, number, lambda: self.run(self.wire.ended, number))

    def device(self, name: str = "laptop") -> Device:
        device = Device(name, "bob", self.folder / name, self.connect, self.record)
        self.devices.append(device)
        return device

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
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()


@dataclass
class Scripted:
    """A server that says its lines in turn; everything that came is in `heard`.

    At the end it closes the connection, or, if `silent`, says nothing more.
    """

    turns: list[Turn]
    socket: socket.socket = field(init=False)
    number: int = 7
    heard: bytearray = field(default_factory=bytearray)
    silent: bool = False

    def __post_init__(self) -> None:
        self.socket, self._server = socket.socketpair()
        self.socket.settimeout(0.3 if self.silent else 10)
        self._server.settimeout(10)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        at = 0
        with self._server as server:
            for wanted, said in self.turns:
                while (found := self.heard.find(wanted, at)) < 0:
                    if not self._hear(server):
                        return
                at = found + len(wanted)
                server.sendall(said)
            if self.silent:
                while self._hear(server):
                    pass

    def _hear(self, server: socket.socket) -> bool:
        try:
            data = server.recv(65536)
        except OSError:
            return False
        self.heard += data
        return bool(data)

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

    def device(self, *servers: Scripted) -> Device:
        waiting = list(servers)
        self.servers += servers

        def connect(host: str, port: int, who: str) -> Scripted:
            self.dialled.append((host, port, who))
            return waiting.pop(0)

        return Device("phone", "bob", self.folder, connect, self.events.append)
