"""Who is calling: clients' local endpoints, announced before they connect."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from labserver.wire.errors import UnknownConnection

__all__ = ["YOU", "Callers", "Endpoint"]

Endpoint = tuple[str, int]
"""Address and port of a client's own end."""

YOU = "you"
"""The device of every connection that nobody announced: a socket of the learner's own."""


@dataclass(slots=True)
class _Call:
    device: str
    connection: int | None = None
    waiter: asyncio.Future[int] | None = None


class Callers:
    """The announced endpoints whose connection has not come yet, or is open."""

    def __init__(self) -> None:
        self._calls: dict[Endpoint, _Call] = {}

    def announce(self, local: Endpoint, device: str) -> None:
        """Have the next connection from `local` known as that device's."""
        self._calls[local] = _Call(device)

    def withdraw(self, local: Endpoint) -> None:
        """Forget an endpoint that will not connect after all."""
        call = self._calls.get(local)
        if call is not None and call.connection is None:
            del self._calls[local]
            if call.waiter is not None:
                call.waiter.cancel()

    def ended(self, peer: Endpoint, connection: int) -> None:
        """Forget the endpoint of a connection that has ended."""
        call = self._calls.get(peer)
        if call is not None and call.connection == connection:
            del self._calls[peer]

    def arrived(self, peer: Endpoint, connection: int) -> str:
        """Return the device of a connection that has come, and note its number."""
        call = self._calls.get(peer)
        if call is None or call.connection is not None:
            self._calls.pop(peer, None)  # the same port again, not announced this time
            return YOU
        call.connection = connection
        if call.waiter is not None and not call.waiter.done():
            call.waiter.set_result(connection)
        return call.device

    async def accepted(self, local: Endpoint) -> int:
        """Return the number of the connection from `local`, once it has come.

        Raises UnknownConnection if `local` was not announced.
        """
        call = self._calls.get(local)
        if call is None:
            raise UnknownConnection(f"no client has announced itself at {local[0]}")
        if call.connection is not None:
            return call.connection
        if call.waiter is None:
            call.waiter = asyncio.get_running_loop().create_future()
        return await asyncio.shield(call.waiter)
