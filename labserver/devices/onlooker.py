"""What somebody on the way sees of a connection: each octet before TLS, and after that records.

How long records are differs from run to run, and what is in them always does: this is for looking
at live, and nothing prints it unasked.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from labserver.devices.reply import Piece, shown
from labserver.events import Direction

__all__ = ["Onlooker"]

_KINDS = {
    20: "change cipher spec",
    21: "alert",
    22: "handshake",
    23: "application data",
}
_HEADER = 5
"""Octets before the content of a record: its type, its version (two), its length (two)."""

_HEAD = 16
_LONGEST = 65536


@dataclass(slots=True)
class _Stretch:
    """Octets of one side, without TLS; `octets` as far as they are kept."""

    direction: Direction
    octets: bytearray = field(default_factory=bytearray)
    total: int = 0

    def add(self, octets: bytes) -> None:
        self.total += len(octets)
        self.octets += octets[: max(_LONGEST - len(self.octets), 0)]

    def lines(self) -> Iterator[str]:
        yield from shown([Piece(bytes(self.octets))], f"{self.direction}: ", 0)
        if self.total > len(self.octets):
            yield f"   ... ({self.total - len(self.octets)} more octets)"


@dataclass(slots=True)
class _Record:
    """A record of TLS, or the beginning of one."""

    direction: Direction
    head: bytearray = field(default_factory=bytearray)
    got: int = 0

    @property
    def length(self) -> int:
        return int.from_bytes(self.head[3:_HEADER], "big")

    @property
    def whole(self) -> bool:
        return self.got >= _HEADER and self.got == _HEADER + self.length

    def take(self, octets: bytes) -> bytes:
        """Take what belongs to the record; return the rest."""
        if self.got < _HEADER:
            wanted = _HEADER - self.got
            self._add(octets[:wanted])
            octets = octets[wanted:]
        if self.got >= _HEADER:
            wanted = _HEADER + self.length - self.got
            self._add(octets[:wanted])
            octets = octets[wanted:]
        return octets

    def _add(self, octets: bytes) -> None:
        self.got += len(octets)
        self.head += octets[: max(_HEAD - len(self.head), 0)]

    def lines(self) -> Iterator[str]:
        kind = _KINDS.get(self.head[0], f"type {self.head[0]}")
        size = "1 octet" if self.length == 1 else f"{self.length} octets"
        if not self.whole:
            size = f"cut short after {self.got} octets"
        more = " ..." if self.got > len(self.head) else ""
        yield f"{self.direction}: [TLS {kind}, {size}] {self.head.hex(' ')}{more}"


class Onlooker:
    """Sees one connection go by. Shown as text or in a notebook, it tells what it has seen."""

    def __init__(self) -> None:
        self._seen: list[_Stretch | _Record] = []
        self._open: dict[Direction, _Record] = {}
        self._stage: Literal["plain", "tls"] = "plain"

    def begin_tls(self) -> None:
        """Take what comes from now on for records of TLS."""
        self._stage = "tls"

    def saw(self, direction: Direction, octets: bytes) -> None:
        """Take note of octets that one side has sent."""
        if self._stage == "tls":
            self._saw_records(direction, octets)
        elif octets:
            self._saw_plain(direction, octets)

    def _saw_plain(self, direction: Direction, octets: bytes) -> None:
        last = self._seen[-1] if self._seen else None
        if not isinstance(last, _Stretch) or last.direction != direction:
            last = _Stretch(direction)
            self._seen.append(last)
        last.add(octets)

    def _saw_records(self, direction: Direction, octets: bytes) -> None:
        while octets:
            record = self._open.pop(direction, None)
            if record is None:
                if octets[0] not in _KINDS:  # Whoever speaks here does not speak TLS.
                    self._saw_plain(direction, octets)
                    return
                record = _Record(direction)
                self._seen.append(record)
            octets = record.take(octets)
            if not record.whole:
                self._open[direction] = record

    def __str__(self) -> str:
        return "\n".join(line for each in self._seen for line in each.lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"
