"""SMTP on a wire, with three accounts; a message; and what lies in whose inbox."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labserver.clock import LabClock
from labserver.events import Data, Event, Line, Log
from labserver.faults import Faults
from labserver.lab.services import MAIL_HOST, services
from labserver.protocol.limits import Limits
from labserver.protocol.policy import Policy
from labserver.protocol.switches import Switches
from labserver.store import Store
from labserver.wire import MemoryConnection, Wire
from tests.wire.house import Inside, Vouched

SERVICES = services()
HOST = MAIL_HOST
RECEIVING = SERVICES["smtp"]
SUBMISSION = SERVICES["submission"]
PEOPLE = {"alice": "wonder", "bob": "builder", "carol": "c", "dan@work.example": "d"}
LETTER = b"From: alice@home.example\r\nSubject: Lunch?\r\n\r\nAt noon.\r\n"
TO_BOB = b"MAIL FROM:<alice@home.example>\r\nRCPT TO:<bob@home.example>\r\n"


HELLO = b"EHLO laptop.home.example\r\n"


def plain(login: str, password: str) -> bytes:
    """AUTH PLAIN with its initial response."""
    return b"AUTH PLAIN " + base64.b64encode(f"\0{login}\0{password}".encode()) + b"\r\n"


def codes(said: bytes) -> list[int]:
    """The codes of the replies, each reply once."""
    return [int(line[:3]) for line in said.split(b"\r\n") if line[3:4] in {b" ", b""} and line]


@dataclass
class House:
    """A lab with mail for alice, bob and carol (home.example), and dan (work.example)."""

    wire: Wire
    log: Log
    faults: Faults
    store: Store
    clock: LabClock
    switches: Switches

    def dial(self, service: str, device: str = "laptop") -> MemoryConnection:
        """Connect to a listener by its key."""
        return self.wire.memory(SERVICES[service], device)

    def receiving(self, device: str = "laptop") -> MemoryConnection:
        return self.wire.memory(RECEIVING, device)

    def submission(self, device: str = "laptop") -> MemoryConnection:
        return self.wire.memory(SUBMISSION, device)

    def inside(self, service: str, device: str = "laptop") -> Inside:
        """A client inside TLS: by STARTTLS, or from the first octet where the listener is so."""
        connection = self.dial(service, device)
        if not SERVICES[service].secure:
            assert connection.send(b"STARTTLS\r\n") == b"220 2.0.0 Ready to start TLS\r\n"
        client = Inside(connection, name=SERVICES[service].host)
        client.handshake()
        return client

    def greeted(self, device: str = "laptop") -> MemoryConnection:
        connection = self.receiving(device)
        connection.send(b"EHLO laptop.home.example\r\n")
        return connection

    def at_work(self) -> MemoryConnection:
        """A client of the other domain's server that has said EHLO."""
        connection = self.dial("smtp@work.example")
        connection.send(b"EHLO laptop.home.example\r\n")
        return connection

    def logged_in(self, login: str = "alice") -> MemoryConnection:
        connection = self.submission()
        connection.send(b"EHLO laptop.home.example\r\n")
        assert connection.send(plain(login, PEOPLE[login])).startswith(b"235 ")
        return connection

    def inbox(self, login: str) -> list[bytes]:
        account = self.store.accounts.find(login)
        assert account is not None
        rows = self.store.messages.rows(self.store.mailboxes.get(account, "INBOX"))
        return [self.store.messages.data(row.body) or b"" for row in rows]

    def events(self, *kinds: type) -> list[Any]:
        return [entry.event for entry in self.log if not kinds or isinstance(entry.event, kinds)]

    def crossed(self, connection: int, direction: str) -> bytes:
        """What the log says has crossed a connection."""
        return b"".join(
            event.data if isinstance(event, Line) else self.log.body(event.sha256)
            for event in self.events(Line, Data)
            if event.connection == connection and event.direction == direction
        )

    def since(self, number: int) -> list[Event]:
        return [entry.event for entry in self.log.since(number)]


def build(
    policy: Policy | None = None,
    *,
    tls: bool = True,
    people: Mapping[str, str] = PEOPLE,
    **limits: Any,
) -> House:
    """Build a lab with the given policy, people and limits, able to begin TLS or not."""
    clock = LabClock()
    log = Log(clock.now)
    faults = Faults()
    store = Store(clock=clock, seed=1, record=log.append, faults=faults)
    for login, password in people.items():
        store.accounts.add(login, password)
    switches = Switches()
    wire = Wire(
        store=store,
        clock=clock,
        ids=store.ids,
        log=log,
        faults=faults,
        limits=Limits(**limits),
        policy=policy,
        switches=switches,
        certificates=Vouched() if tls else None,
    )
    house = House(wire, log, faults, store, clock, switches)
    _open.append(house)
    return house


_open: list[House] = []


def close_all() -> None:
    """Close every lab that was built: a session's task must not outlive its test."""
    while _open:
        house = _open.pop()
        asyncio.run(house.wire.close())
        house.store.close()
