r"""Splits what a client sends into lines and literals, whatever pieces it comes in.

The reader knows line ends and counts, nothing of commands: the session says what it expects next,
a line or so many octets of a literal, because only the session knows whether a literal that a
line announces is welcome (RFC 3501 section 7.5). Pieces are handed to `heard` when they are taken
up, in order and whole, and what is held meanwhile is bounded: by the room for a line, or by the
size of a literal that the session has agreed to.

A line that is too long is passed over to its end, in pieces of a fixed size, so that it is heard
the same however the network cut it. One that goes on and on ends the session.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from labserver.imap.errors import Farewell

__all__ = ["Announcement", "Overlong", "Reader", "announced"]

_ENDLESS: Final = 128
"""A line of more than this many pieces is not passed over any more: the client is lost."""

_ANNOUNCEMENT = re.compile(rb"\{(\d{1,20})(\+?)\}\r\n\Z")


@dataclass(frozen=True, slots=True)
class Announcement:
    """The end of a line that says that a literal follows (RFC 3501 section 4.3).

    `line` is what stands before it. Not `synchronising`: the client sends it unasked (RFC 7888).
    """

    line: bytes
    size: int
    synchronising: bool


@dataclass(frozen=True, slots=True)
class Overlong:
    """A line that had no room and was passed over; `start` is as much as fitted."""

    start: bytes


def announced(line: bytes) -> Announcement | None:
    """Return what literal the end of a line announces, or None."""
    if not line.endswith(b"}\r\n"):
        return None
    found = _ANNOUNCEMENT.search(line)
    if found is None:
        return None
    return Announcement(line[: found.start()], int(found[1]), not found[2])


class Reader:
    """Holds what has arrived and gives it out piece by piece.

    `limit` is the most octets that the lines of one command may have together.
    """

    def __init__(self, limit: int, heard: Callable[[Literal["line", "data"], bytes], None]) -> None:
        self._limit = limit
        self._heard = heard
        self._held = bytearray()
        self._searched = 0  # how much of it is known to hold no line end
        self._start = b""  # the beginning of a line that is being passed over
        self._passed = 0  # in how many pieces so far; 0: none is

    def feed(self, data: bytes) -> None:
        """Take in octets as they arrive."""
        self._held += data

    def unread(self) -> bytes:
        """Return what has arrived and was not taken up."""
        return bytes(self._held)

    def drop(self) -> None:
        """Take up all that is held, and do nothing with it."""
        self._take(len(self._held), "line")

    def line(self, used: int = 0) -> bytes | Overlong | None:
        """Take up a line with its line end; None if it has not arrived as a whole.

        A line ends with LF; whether CR stands before it is for the caller to see. `used` is how
        many octets the earlier lines of the command have. Raises `Farewell` for a line without
        end.
        """
        while True:
            room = self._limit if self._passed else self._limit - used
            end = self._held.find(b"\n", self._searched, room)
            if end >= 0:
                octets = self._take(end + 1, "line")
                if not self._passed:
                    return octets
                overlong = Overlong(self._start)
                self._start, self._passed = b"", 0
                return overlong
            if len(self._held) < room:
                self._searched = len(self._held)
                return None
            if self._passed >= _ENDLESS:
                raise Farewell("The line is too long")
            octets = self._take(room, "line")
            if not self._passed:
                self._start = octets
            self._passed += 1

    def octets(self, size: int) -> bytes | None:
        """Take up a literal of `size` octets; None if it has not arrived as a whole."""
        if len(self._held) < size:
            return None
        return self._take(size, "data")

    def passed_over(self, size: int) -> int:
        """Take up a literal of `size` octets that nobody wants, as far as it has arrived.

        It is heard in pieces of a fixed size, however the network cut it. Returns how many octets
        were taken: to be called for the rest when more has arrived.
        """
        taken = 0
        while taken < size:
            piece = min(self._limit, size - taken)
            if len(self._held) < piece:
                break
            self._take(piece, "data")
            taken += piece
        return taken

    def _take(self, count: int, kind: Literal["line", "data"]) -> bytes:
        if count == 0:
            return b""
        with memoryview(self._held) as view:
            octets = bytes(view[:count])
        del self._held[:count]
        self._searched = 0
        self._heard(kind, octets)
        return octets
