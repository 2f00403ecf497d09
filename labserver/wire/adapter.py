"""A Protocol of asyncio around a sans-I/O session.

The session is asked for one thing at a time: what `greeting`, `receive` or `notify` returned is
drained before the next call. A long reply is drained in slices, so that other sessions get their
turn between them, and not at all while the client does not read: no more than one slice of a
reply and one block of input is held for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import cast

from labserver.events import How
from labserver.protocol.session import Gone, Session
from labserver.wire.passage import Passage

__all__ = ["SessionProtocol"]

logger = logging.getLogger("labserver.wire")

_SLICE = 0.005
"""Seconds of real time after which other sessions get their turn."""


class SessionProtocol(asyncio.Protocol):
    """Carries a session on a `Passage`."""

    def __init__(self, session: Session, loop: asyncio.AbstractEventLoop) -> None:
        self._session = session
        self._loop = loop
        self._filter: Passage
        self._input: deque[bytes] = deque()
        self._replies: Iterator[bytes] | None = None
        self._woken = False
        self._blocked = False
        self._running = False
        self._scheduled: asyncio.Handle | None = None
        self._stopped_reading = False
        self._eof = False
        self._over = False

    # What the filter asks

    @property
    def how(self) -> How | None:
        """Why the session hung up, or None while it has not.

        A session that ends connections for more than QUIT says so in an attribute `how`.
        """
        if not self._over:
            return None
        how: How = getattr(self._session, "how", None) or "quit"
        return how

    def unread(self) -> bytes:
        """Return the input that the session has not taken up."""
        return self._session.unread() + b"".join(self._input)

    async def wait_closed(self) -> None:
        """Return: there is no task."""

    def wake(self) -> None:
        """Ask the session for `notify` once the present drain is over."""
        self._woken = True
        self._soon()

    # Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say the greeting."""
        self._filter = cast("Passage", transport)
        try:
            self._replies = iter(self._session.greeting())
        except Exception as error:  # noqa: BLE001 - the boundary around a session
            self._fail(error)
        else:
            self._run()

    def data_received(self, data: bytes) -> None:
        """Give the session its input, or keep it until the session is ready for it."""
        self._input.append(data)
        self._run()

    def eof_received(self) -> bool:
        """Answer what has come, then close."""
        self._eof = True
        self._run()
        # True: the transport stays open, for replies that the client has not got yet.
        return not self._filter.is_closing()

    def pause_writing(self) -> None:
        """Stop asking the session."""
        self._blocked = True

    def resume_writing(self) -> None:
        """Go on."""
        self._blocked = False
        self._run()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the filter knows
        """Let the session go."""
        if self._scheduled is not None:
            self._scheduled.cancel()
        # The connection may be gone in mid-reply.
        close = getattr(self._replies, "close", None)
        self._replies = None
        if close is not None:
            with suppress(ValueError):  # It runs: a fault has struck in it, and ends it.
                close()
        self._session.lost(self._filter.how or "cut")

    # The pump

    def _soon(self) -> None:
        if self._scheduled is None and not self._running:
            self._scheduled = self._loop.call_soon(self._run)

    def _after_others(self) -> None:
        # What is due now comes behind what the network has brought meanwhile; `call_soon` would
        # be first again, and have a short command wait for two slices.
        if self._scheduled is None:
            self._scheduled = self._loop.call_later(0, self._run)

    def _run(self) -> None:
        """Drain replies for one slice of time, then let others have theirs."""
        if self._running:
            return
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None
        self._running = True
        try:
            finished = self._drain()
        except Gone:
            self._replies = None
            return
        except Exception as error:  # noqa: BLE001 - the boundary around a session
            self._fail(error)
            return
        finally:
            self._running = False
        if self._filter.is_closing():
            return
        if finished and self._eof:
            self._filter.close()
            return
        if not finished and not self._blocked:
            self._after_others()
        self._read_on(finished=finished)

    def _drain(self) -> bool:
        """Return True once there is nothing to answer and nothing to say."""
        carrier = self._filter
        time = self._loop.time
        end = time() + _SLICE
        while not self._blocked and not carrier.is_closing():
            replies = self._replies
            if replies is None:
                replies = self._replies = self._ask()
                if replies is None:
                    carrier.send()
                    return not self._blocked
            chunk = next(replies, None)
            if chunk is None:
                self._replies = None
                carrier.finish()
                if self._session.next == "close":
                    self._over = True
                    carrier.close()
                elif self._session.next == "compress":
                    carrier.compress(self._dropped())
                elif self._session.next == "starttls":
                    carrier.secure(self._dropped())
            else:
                carrier.put(chunk)
            if time() > end:
                break
        if self._replies is None:
            carrier.send()
        return False

    def _dropped(self) -> bytes:
        """Return what has come too early to be taken up; it is here no more."""
        dropped = self._session.unread() + b"".join(self._input)
        self._input.clear()
        return dropped

    def _ask(self) -> Iterator[bytes] | None:
        if self._input:
            return iter(self._session.receive(self._input.popleft()))
        if self._woken:
            self._woken = False
            return iter(self._session.notify())
        return None

    def _read_on(self, *, finished: bool) -> None:
        """Take input from the network only while the session keeps up."""
        if finished == self._stopped_reading and not self._eof:
            self._stopped_reading = not finished
            if finished:
                self._filter.resume_reading()
            else:
                self._filter.pause_reading()

    def _fail(self, error: Exception) -> None:
        """End this connection, and no other: sessions never raise, so this is a bug of ours."""
        logger.error("connection %d: error in its session", self._filter.number, exc_info=error)
        self._replies = None
        self._filter.abort()
