"""What comes from the client: command lines, messages, and chunks of messages.

Lines end with CRLF and nothing else. A line that ends with a bare LF is taken up as a line only
to be refused, and inside a message bare CR and LF are octets like others: nothing but CRLF, dot,
CRLF ends it, so that no second message can be smuggled in (RFC 5321 sections 2.3.8, 4.1.1.4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

__all__ = ["Ended", "Flaw", "Intake", "Text"]

_ROOM = 64 * 1024
_PIECE = 64 * 1024
_ENDLESS = 1024 * 1024
"""Octets of one line after which its end is waited for no more: the log keeps what is heard."""


class Ended(Exception):
    """The client will send no more."""


class Flaw(Enum):
    """Why a line can't be a command."""

    TOO_LONG = "too long"
    BARE_LF = "ends with a bare LF"
    ENDLESS = "does not end"


@dataclass(frozen=True, slots=True)
class Text:
    """A line without its end, or why there is none."""

    octets: bytes
    flaw: Flaw | None = None


class _Stuffing:
    """Counts the dots that stuff the lines of a message, each octet looked at once."""

    def __init__(self) -> None:
        self._count = 0
        self._counted = 0

    def until(self, buffer: bytearray, end: int) -> int:
        """Return how many there are in the octets before `end`, which never goes back."""
        if not self._counted and buffer.startswith(b"."):
            self._count = 1
        self._count += buffer.count(b"\r\n.", self._counted, end)
        self._counted = max(self._counted, end - 2)
        return self._count


class Intake:
    """A client's input, taken up in order; what is taken up is told to `heard` first.

    `emptied` is called each time more input must be waited for.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        heard: Callable[[Literal["line", "data"], bytes], None],
        emptied: Callable[[], None] = lambda: None,
    ) -> None:
        self._loop = loop
        self._heard = heard
        self._emptied = emptied
        self._buffer = bytearray()
        self._room = _ROOM
        self._eof = False
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._paused = False

    # From the connection

    def attach(self, transport: asyncio.Transport) -> None:
        """Have the transport pause while there is more input than needed."""
        self._transport = transport

    def feed(self, data: bytes) -> None:
        """Take input from the network."""
        self._buffer += data
        if len(self._buffer) > self._room and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def feed_eof(self) -> None:
        """Take note that the client will send no more."""
        self._eof = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def unread(self) -> bytes:
        """Return what has not been taken up."""
        return bytes(self._buffer)

    def forget(self) -> bytes:
        """Return what has not been taken up, and never take it up."""
        octets = bytes(self._buffer)
        self._buffer.clear()
        self._read_on()
        return octets

    def _read_on(self) -> None:
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()

    async def _more(self) -> None:
        """Wait for more input. Raises Ended if there will be none."""
        self._emptied()
        if self._eof:
            raise Ended
        self._read_on()
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    # To the session

    async def line(self, limit: int) -> Text:
        """Take up one line of at most `limit` octets with its end. Raises Ended.

        Of a longer one nothing is kept; it is over where it ends.
        """
        searched = 0
        too_long = False
        taken = 0
        while True:
            if taken > _ENDLESS:
                return Text(b"", Flaw.ENDLESS)
            at = self._buffer.find(b"\n", searched) + 1
            if at:
                break
            searched = len(self._buffer)
            if searched > limit:
                too_long = True
                self._take("line", limit)
                taken += limit
                searched -= limit
                continue
            await self._more()
        if at > limit or too_long:
            while at > limit:
                self._take("line", limit)
                at -= limit
            self._take("line", at)
            return Text(b"", Flaw.TOO_LONG)
        octets = self._take("line", at)
        if octets.endswith(b"\r\n"):
            return Text(octets[:-2])
        return Text(octets[:-1], Flaw.BARE_LF)

    async def message(self, limit: int) -> bytes | None:
        """Take up a message as it crossed, dot-stuffed, and the line that ends it.

        Returns None for one of more than `limit` octets, not counting dots that stuff (RFC 1870
        section 5): of that, nothing is kept. Raises Ended.
        """
        self._room = max(_ROOM, limit)
        try:
            return await self._message(limit)
        finally:
            self._room = _ROOM

    async def _message(self, limit: int) -> bytes | None:
        buffer = self._buffer
        too_long = False
        searched = 0
        stuffing = _Stuffing()
        # The CRLF of the DATA line counts: a dot right after it ends an empty message.
        first = True
        while True:
            if first and len(buffer) >= 3:
                first = False
                if buffer.startswith(b".\r\n"):
                    self._take("line", 3)
                    return b""
            at = -1 if first else buffer.find(b"\r\n.\r\n", searched)
            if at >= 0:
                break
            searched = max(0, len(buffer) - 4)
            if not too_long and len(buffer) - 4 > limit:
                too_long = len(buffer) - 4 - stuffing.until(buffer, len(buffer) - 4) > limit
            while too_long and len(buffer) >= _PIECE + 4:
                self._take("data", _PIECE)
                searched = max(0, searched - _PIECE)
            await self._more()
        end = at + 2
        if not too_long and end > limit:
            too_long = end - stuffing.until(buffer, end) > limit
        while too_long and end > _PIECE:
            self._take("data", _PIECE)
            end -= _PIECE
        body = self._take("data", end) if end else b""
        self._take("line", 3)
        return None if too_long else body

    async def chunk(self, size: int) -> bytes:
        """Take up so many octets of a message, whatever they are. Raises Ended."""
        self._room = max(_ROOM, size)
        try:
            while len(self._buffer) < size:
                await self._more()
        finally:
            self._room = _ROOM
        return self._take("data", size) if size else b""

    async def discard(self, size: int) -> None:
        """Take up so many octets of a message of which nothing is kept. Raises Ended."""
        while size:
            while not self._buffer:
                await self._more()
            size -= len(await self.chunk(min(size, _PIECE)))

    def _take(self, kind: Literal["line", "data"], count: int) -> bytes:
        with memoryview(self._buffer) as view:
            octets = bytes(view[:count])
        del self._buffer[:count]
        self._heard(kind, octets)
        return octets
