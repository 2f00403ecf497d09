"""The same stage over TCP: a whole lab, sockets, and real SMTP."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from labserver import Lab
from labserver.events import Closed, Connected, Data, Line
from labserver.store import Store
from tests.imap.driver import letter
from tests.imap.scripting.stage import Speaks

__all__ = ["TcpStage"]

T = TypeVar("T")
_PATIENCE = 15.0
"""Seconds after which a test that waits for the server has failed."""


@dataclass(slots=True)
class _Line:
    """A client's end of a connection: octets sent and octets read."""

    socket: socket.socket
    number: int
    sent: int = 0
    read: int = 0


class TcpStage:
    """A lab. What a connection has seen is compared with what the log says was sent to it.

    So a silent connection is known to be silent without waiting: the log holds what the server
    says before it is written.
    """

    def __init__(self) -> None:
        self._lab = Lab()
        self._lines: dict[str, _Line] = {}
        self._looked = 0
        self._totals: dict[tuple[int, str], int] = {}
        self._ended: set[int] = set()

    def switch_off(self, *names: str) -> None:
        self._lab.switch_off("imap", *names)

    def connect(self, name: str, speaks: Speaks) -> None:
        connection = socket.create_connection(("127.0.0.1", self._lab.ports[speaks]), _PATIENCE)
        self._wait(lambda: len(self._numbers()) > len(self._lines))
        line = self._lines[name] = _Line(connection, self._numbers()[-1])
        self._wait(lambda: self._total(line.number, "S") > 0)

    def _numbers(self) -> list[int]:
        events = (entry.event for entry in self._lab.log)
        return [
            event.connection
            for event in events
            if isinstance(event, Connected) and event.protocol in ("imap", "pop3")
        ]

    def send(self, name: str, octets: bytes) -> None:
        line = self._lines[name]
        line.socket.sendall(octets)
        line.sent += len(octets)
        self._wait(lambda: self._total(line.number, "C") == line.sent or self._has_ended(line))

    def hang_up(self, name: str) -> None:
        line = self._lines[name]
        line.socket.close()
        self._wait(lambda: self._has_ended(line))

    def seen(self, name: str, lines: int) -> bytes:
        line = self._lines[name]
        if line.socket.fileno() == -1:
            return b""
        out = bytearray()
        # In the loop's next turns everybody has been told who is to be told.
        for _ in range(3):
            self._lab.call(lambda _: None)
        while out.count(b"\n") < lines or line.read < self._total(line.number, "S"):
            try:
                octets = line.socket.recv(65536)
            except TimeoutError:
                break
            if not octets:
                break
            line.read += len(octets)
            out += octets
        return bytes(out)

    def closed(self, name: str, *, expected: bool) -> bool:
        line = self._lines[name]
        if expected:
            self._wait(lambda: self._has_ended(line))
        return self._has_ended(line)

    def arrive(self) -> None:
        with smtplib.SMTP("127.0.0.1", self._lab.ports["smtp"], "client.example", 60) as client:
            client.sendmail("alice@home.example", ["bob@home.example"], letter())

    def store(self, work: Callable[[Store], T]) -> T:
        return self._lab.call(work)

    def close(self) -> None:
        for line in self._lines.values():
            line.socket.close()
        self._lab.close()

    # The log

    def _wait(self, reached: Callable[[], bool]) -> None:
        """Have the server work until something is reached."""
        end = time.monotonic() + _PATIENCE
        while not reached():
            assert time.monotonic() < end, "the server does not come to it"
            # Its turn: returns when the loop has done what was waiting.
            self._lab.call(lambda _: None)

    def _look(self) -> None:
        for entry in self._lab.log.since(self._looked):
            self._looked = entry.number
            event = entry.event
            if isinstance(event, Line):
                key = event.connection, event.direction
                self._totals[key] = self._totals.get(key, 0) + len(event.data)
            elif isinstance(event, Data):
                key = event.connection, event.direction
                self._totals[key] = self._totals.get(key, 0) + event.octets
            elif isinstance(event, Closed):
                self._ended.add(event.connection)

    def _total(self, connection: int, direction: str) -> int:
        self._look()
        return self._totals.get((connection, direction), 0)

    def _has_ended(self, line: _Line) -> bool:
        self._look()
        return line.number in self._ended
