"""How one server of a lab reaches another in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from labserver.lab.services import services
from labserver.wire import Joined, Wire
from labserver.wire.callers import Endpoint

__all__ = ["Relaying"]


@dataclass(frozen=True, slots=True)
class _Hung:
    """A connection that was made; see `labserver.smtp.relay.dial.Hung`."""

    wire: Wire
    joined: Joined

    def cut(self) -> None:
        self.joined.abort()

    async def ended(self) -> None:
        await self.wire.ended(self.joined.number)


class Relaying:
    """Connects servers that are in memory, all at `peer`; see `labserver.smtp.relay.dial.Dial`."""

    def __init__(self, wire: Wire, peer: Endpoint) -> None:
        self._wire = wire
        self._peer = peer
        self._services = {(each.host, each.port): each for each in services().values()}

    async def __call__(self, host: str, port: int, who: str, protocol: asyncio.Protocol) -> _Hung:
        """Connect `protocol` to the well-known `port` of `host`. Raises OSError."""
        service = self._services.get((host, port))
        if service is None:
            raise ConnectionRefusedError(f"nothing in the lab listens at {host}, port {port}")
        return _Hung(self._wire, self._wire.joined(service, who, protocol, self._peer))
