"""The tap: what crosses a connection goes into the log, before anybody can have read it.

Where one `Line` of the server ends is a function of what the session says, never of how the
network cuts its input or of how quick the machine is: a reply is one event, up to a Payload,
the next command taken up, or 64 KiB.
"""

from __future__ import annotations

from typing import Literal

from labserver.events import Event, Line, Log
from labserver.protocol.session import Payload

__all__ = ["BLOCK", "Tap"]

BLOCK = 64 * 1024
"""Octets of a reply after which it is recorded and sent on, though it is not over."""


class Tap:
    """Records one connection.

    What the server says is collected by `said`, recorded by `settle`, and lies in `ready` until
    the filter takes it away to write it. `arrived` is told of input before it is taken up.
    """

    __slots__ = (
        "_answered",
        "_arrived",
        "_connection",
        "_lines",
        "_log",
        "_size",
        "_taken",
        "ready",
        "ready_size",
    )

    def __init__(self, log: Log, connection: int) -> None:
        self._log = log
        self._connection = connection
        self._lines: list[bytes] = []
        self._size = 0
        self.ready: list[bytes] = []
        self.ready_size = 0
        # Octets of input: that came, that were taken up, and that had come at the last reply.
        self._arrived = 0
        self._taken = 0
        self._answered = 0

    def arrived(self, octets: int) -> None:
        """Take note that so much input has come."""
        self._arrived += octets

    def heard(self, kind: Literal["line", "data"], octets: bytes) -> None:
        """Record input that is taken up now."""
        self.settle()
        self._taken += len(octets)
        if kind == "line":
            ahead = self._taken <= self._answered
            self._log.append(
                Line(connection=self._connection, direction="C", data=octets, ahead=ahead)
            )
        else:
            self._log.append_data(self._connection, "C", octets)

    def record(self, event: Event) -> None:
        """Record an event of the session, after what the session said before."""
        self.settle()
        self._log.append(event)

    def said(self, chunk: bytes) -> None:
        """Take a chunk of a reply."""
        if isinstance(chunk, Payload):
            self.settle()
            self._answered = self._arrived
            self._log.append_data(self._connection, "S", chunk)
            self.ready.append(chunk)
            self.ready_size += len(chunk)
            return
        self._lines.append(chunk)
        self._size += len(chunk)
        if self._size >= BLOCK:
            self.settle()

    def settle(self) -> None:
        """Record what was said and is not recorded yet."""
        if not self._size:
            self._lines.clear()
            return
        lines = self._lines
        data = lines[0] if len(lines) == 1 else b"".join(lines)
        self._lines = []
        self._size = 0
        self._answered = self._arrived
        self._log.append(Line(connection=self._connection, direction="S", data=data))
        self.ready.append(data)
        self.ready_size += len(data)

    def take(self) -> list[bytes]:
        """Return what is recorded and not yet written, in at most a few pieces."""
        pieces, self.ready, self.ready_size = self.ready, [], 0
        if len(pieces) > 1 and len(pieces[-1]) < BLOCK:
            return [b"".join(pieces)]
        if len(pieces) > 2:
            # A long body is not copied just to stand behind its first line.
            return [b"".join(pieces[:-1]), pieces[-1]]
        return pieces
