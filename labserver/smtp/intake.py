"""What comes from the client: command lines, and messages in blocks.

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


class Ended(Exception):
    """The client will send no more."""


class Flaw(Enum):
    """Why a line can't be a command."""

    TOO_LONG = "too long"
    BARE_LF = "ends with a bare LF"


@dataclass(frozen=True, slots=True)
class Text:
    """A line without its end, or why there is none."""

    octets: bytes
    flaw: Flaw | None = None


class Intake:
    """A client's input, taken up in order; what is taken up is told to `heard` first."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        heard: Callable[[Literal["line", "data"], bytes], None],
    ) -> None:
        self._loop = loop
        self._heard = heard
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

    async def _more(self) -> None:
        """Wait for more input. Raises Ended if there will be none."""
        if self._eof:
            raise Ended
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
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
        while True:
            at = self._buffer.find(b"\n", searched) + 1
            if at:
                break
            searched = len(self._buffer)
            if searched > limit:
                too_long = True
                self._take("line", limit)
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

        Returns None for one of more than `limit` octets: of that, nothing is kept. Raises Ended.
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
            if len(buffer) > limit + 4 and not too_long:
                too_long = True
                self._take("data", limit)
                searched = max(0, searched - limit)
            while too_long and len(buffer) >= _PIECE + 4:
                self._take("data", _PIECE)
                searched = max(0, searched - _PIECE)
            await self._more()
        end = at + 2
        if end > limit and not too_long:
            too_long = True
            self._take("data", limit)
            end -= limit
        while too_long and end > _PIECE:
            self._take("data", _PIECE)
            end -= _PIECE
        body = self._take("data", end) if end else b""
        self._take("line", 3)
        return None if too_long else body

    def _take(self, kind: Literal["line", "data"], count: int) -> bytes:
        with memoryview(self._buffer) as view:
            octets = bytes(view[:count])
        del self._buffer[:count]
        self._heard(kind, octets)
        return octets
