"""Two protocols of asyncio joined in memory: a client's, and a filter of the lab's."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from labserver.wire.callers import Endpoint
from labserver.wire.filter import Filter
from labserver.wire.memory import MemoryTransport
from labserver.wire.stillness import MemoryLoop

__all__ = ["Joined", "join"]


class _ServersEnd(MemoryTransport):
    """The server's end: what is written goes to the client's protocol, a turn later."""

    def __init__(
        self, loop: MemoryLoop, protocol: asyncio.Protocol, client: Joined, peer: Endpoint | None
    ) -> None:
        super().__init__(loop, protocol, peer)
        self._client = client

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send to the client."""
        if not self.gone:
            self._loop.call_soon(self._client.arrived, bytes(data))

    def _end(self, why: Exception | None) -> None:
        if not self.gone:
            self._loop.call_soon(self._client.over)
        super()._end(why)


class Joined(asyncio.Transport):
    """The client's end, which its protocol writes to; `number` is the connection's."""

    def __init__(
        self, loop: MemoryLoop, filter_: Filter, client: asyncio.Protocol, peer: Endpoint | None
    ) -> None:
        super().__init__()
        self._loop = loop
        self._filter = filter_
        self._client = client
        self._far = _ServersEnd(loop, filter_, self, peer)
        self._closing = False
        self._over = False

    def begin(self) -> None:
        """Open the connection at both ends."""
        self._client.connection_made(self)
        self._filter.connection_made(self._far)

    @property
    def number(self) -> int:
        """The connection's number."""
        return self._filter.number

    # From the server

    def arrived(self, data: bytes) -> None:
        """Hand the client what the server wrote."""
        if not self._over:
            self._client.data_received(data)

    def over(self) -> None:
        """Tell the client that the connection has ended."""
        if not self._over:
            self._over = self._closing = True
            self._client.connection_lost(None)

    # From the client

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send to the server."""
        if not self._closing:
            self._loop.call_soon(self._far.feed, bytes(data))

    def close(self) -> None:
        """Close once everything is sent."""
        if not self._closing:
            self._closing = True
            self._loop.call_soon(self._far.feed_eof)
            self._loop.call_soon(self.over)

    def abort(self) -> None:
        """Reset the connection."""
        self._closing = True
        self._loop.call_soon(self._far.cut)
        self._loop.call_soon(self.over)

    def is_closing(self) -> bool:
        """Tell whether the connection is ending."""
        return self._closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Put another protocol on the client's end."""
        self._client = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the client's protocol."""
        return self._client

    def get_extra_info(
        self,
        name: str,  # noqa: ARG002 - no name is known: there is no socket to tell about
        default: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return the default."""
        return default


def join(
    loop: MemoryLoop, filter_: Filter, client: asyncio.Protocol, peer: Endpoint | None
) -> Joined:
    """Connect a client's protocol to a filter; to be called while the loop is driven."""
    joined = Joined(loop, filter_, client, peer)
    joined.begin()
    return joined
