"""The seam to the wire: how a server that relays gets a connection."""

from __future__ import annotations

import asyncio
from typing import Protocol

__all__ = ["Dial", "Hung"]


class Hung(Protocol):
    """A connection that was made."""

    async def ended(self) -> None:
        """Return once the log holds the end of the connection."""

    def cut(self) -> None:
        """End the connection at once, so that the other side sees a reset."""


class Dial(Protocol):
    """Connects to the well-known `port` of a host of the lab, as the device `who`."""

    async def __call__(self, host: str, port: int, who: str, protocol: asyncio.Protocol) -> Hung:
        """Connect `protocol`. Raises OSError if the connection does not come about."""
