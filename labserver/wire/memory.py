"""Connections in memory: no thread and no socket, driven from one thread by who uses them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from labserver.wire.callers import Endpoint
from labserver.wire.filter import Filter
from labserver.wire.stillness import MemoryLoop

__all__ = ["MemoryConnection", "MemoryTransport"]

_HIGH = 64 * 1024


class MemoryTransport(asyncio.Transport):
    """The server's end of a connection in memory; `peer` is where the client says it is."""

    def __init__(
        self, loop: MemoryLoop, protocol: asyncio.Protocol, peer: Endpoint | None = None
    ) -> None:
        super().__init__()
        self._peer = peer
        self._loop = loop
        self._protocol = protocol
        self.received = bytearray()
        """What the client has read."""
        self._waiting = bytearray()
        self._input: deque[bytes] = deque()
        self._reading = True
        self._eof = False
        self._client_reads = True
        self._paused = False
        self._high = _HIGH
        self._closing = False
        self._gone = False

    # The client's side

    def feed(self, data: bytes) -> None:
        """Have the client send."""
        if not self._closing and not self._eof:
            self._input.append(data)
            self._deliver()

    def feed_eof(self) -> None:
        """Have the client say that it will send no more."""
        if not self._closing and not self._eof:
            self._eof = True
            self._deliver()

    def _deliver(self) -> None:
        while self._input and self._reading and not self._closing:
            self._protocol.data_received(self._input.popleft())
        if self._eof and self._reading and not self._closing and not self._input:
            self._reading = False
            if not self._protocol.eof_received():
                self.close()

    def let_read(self, *, reads: bool) -> None:
        """Have the client stop reading, or read on."""
        self._client_reads = reads
        if reads:
            self.received += self._waiting
            self._waiting.clear()
            if self._closing:
                self._end(None)
            elif self._paused:
                self._paused = False
                self._protocol.resume_writing()

    def cut(self) -> None:
        """Have the client reset the connection."""
        self._end(ConnectionResetError("connection reset by the client"))

    @property
    def gone(self) -> bool:
        """Whether the connection has ended."""
        return self._gone

    def _end(self, why: Exception | None) -> None:
        self._closing = True
        if not self._gone:
            self._gone = True
            self._waiting.clear()
            self._loop.call_soon(self._protocol.connection_lost, why)

    # The server's side

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Put another protocol on the connection."""
        self._protocol = cast("asyncio.Protocol", protocol)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send to the client."""
        if self._gone:
            return
        if self._client_reads:
            self.received += data
            return
        self._waiting += data
        self._pause_if_full()

    def _pause_if_full(self) -> None:
        if len(self._waiting) > self._high and not self._paused:
            self._paused = True
            self._protocol.pause_writing()

    def close(self) -> None:
        """End the connection once the client has read everything."""
        self._closing = True
        if not self._waiting:
            self._end(None)

    def abort(self) -> None:
        """End the connection now."""
        self._end(None)

    def is_closing(self) -> bool:
        """Tell whether the connection is ending."""
        return self._closing

    def is_reading(self) -> bool:
        """Tell whether the server takes input."""
        return self._reading

    def pause_reading(self) -> None:
        """Take no input."""
        self._reading = False

    def resume_reading(self) -> None:
        """Take input again."""
        if not self._reading:
            self._reading = True
            self._loop.call_soon(self._deliver)

    def get_write_buffer_size(self) -> int:
        """Return how much the client has not read."""
        return len(self._waiting)

    def set_write_buffer_limits(
        self,
        high: int | None = None,
        low: int | None = None,  # noqa: ARG002 - the client reads all or nothing
    ) -> None:
        """Set the mark at which the server is told to wait."""
        self._high = _HIGH if high is None else high
        self._pause_if_full()

    def get_extra_info(
        self,
        name: str,
        default: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return the client's end, if it is asked for and known: there is no socket to ask."""
        return default if name != "peername" or self._peer is None else self._peer


class MemoryConnection:
    """The client's end of a connection in memory.

    Every call returns once the server has nothing more to do. Replies that a fault delays are
    waited for, in the loop's own time.
    """

    def __init__(
        self, loop: MemoryLoop, make: Callable[[], Filter], peer: Endpoint | None = None
    ) -> None:
        self._loop = loop
        self._filter = loop.run(make)
        self._transport = MemoryTransport(loop, self._filter, peer)
        self.do(lambda: self._filter.connection_made(self._transport))

    @property
    def connection(self) -> int:
        """The connection's number."""
        return self._filter.number

    @property
    def received(self) -> bytes:
        """All that the server has written so far, the greeting first."""
        return bytes(self._transport.received)

    @property
    def closed(self) -> bool:
        """Whether the connection has ended, whoever ended it."""
        return self._filter.lost

    @property
    def unsent(self) -> int:
        """How many octets the server holds because the client does not read."""
        return self._transport.get_write_buffer_size()

    def send(self, data: bytes) -> bytes:
        """Send octets; return what the server wrote in response."""
        return self.do(lambda: self._transport.feed(data))

    def finish(self) -> bytes:
        """Say that no more will be sent, and read what comes until the server closes."""
        return self.do(self._transport.feed_eof)

    def close(self) -> None:
        """Close the connection as a client does that has not said QUIT."""
        self.do(self._transport.feed_eof)

    def cut(self) -> None:
        """Reset the connection."""
        self.do(self._transport.cut)

    def stop_reading(self) -> None:
        """Leave what the server writes where it is."""
        self.do(lambda: self._transport.let_read(reads=False))

    def read_on(self) -> bytes:
        """Read what has waited, and all that follows."""
        return self.do(lambda: self._transport.let_read(reads=True))

    def wait(self, seconds: float) -> bytes:
        """Let so much of the loop's own time pass; return what the server wrote in it."""
        before = len(self._transport.received)
        self._loop.advance(seconds)
        return bytes(self._transport.received[before:])

    def do(self, act: Callable[[], object]) -> bytes:
        """Do something at the server's end; return what the server wrote in response."""
        before = len(self._transport.received)
        self._loop.run(act)
        self._loop.advance_while(lambda: self._filter.delaying)
        return bytes(self._transport.received[before:])
