"""How one server of the lab reaches another: over TCP, announced by its own name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from labserver.wire import UnknownConnection, Wire
from labserver.wire.tcp import reset

__all__ = ["Dialling", "home", "socket_for"]

_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared


def home(listening: str) -> str:
    """Return the address at which a lab that listens there is called from this machine."""
    return _EVERYWHERE.get(listening, listening)


def socket_for(listening: str) -> tuple[socket.socket, str]:
    """Return a socket, and the address to bind it to and to connect it to.

    `listening` is where a lab listens. Who listens everywhere is called at home: a client's end
    that is bound everywhere would have another address once it is connected.
    """
    address = home(listening)
    client = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client, address


@dataclass(frozen=True, slots=True)
class _Hung:
    """A connection that was made; see `labserver.smtp.relay.dial.Hung`."""

    wire: Wire
    number: int
    transport: asyncio.Transport

    def cut(self) -> None:
        if not self.transport.is_closing():
            reset(self.transport, at_once=True)

    async def ended(self) -> None:
        await self.wire.ended(self.number)


@dataclass(frozen=True, slots=True)
class Dialling:
    """Connects servers of one lab; see `labserver.smtp.relay.dial.Dial`.

    `address` is where the lab listens, `real` has its real ports by well-known name and port.
    """

    wire: Wire
    address: str
    real: Mapping[tuple[str, int], int]

    async def __call__(self, host: str, port: int, who: str, protocol: asyncio.Protocol) -> _Hung:
        """Connect `protocol` to the well-known `port` of `host`. Raises OSError."""
        real = self.real.get((host, port))
        if real is None:
            raise ConnectionRefusedError(f"nothing in the lab listens at {host}, port {port}")
        client, address = socket_for(self.address)
        transport: asyncio.Transport | None = None
        local = None
        try:
            client.setblocking(False)  # noqa: FBT003 - the socket's own signature
            client.bind((address, 0))
            local = client.getsockname()[:2]
            self.wire.announce(local, who)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, (address, real))
            transport, _ = await loop.create_connection(lambda: protocol, sock=client)
            return _Hung(self.wire, await self.wire.accepted(local), transport)
        except BaseException as error:
            if local is not None:
                self.wire.withdraw(local)
            if transport is not None:
                reset(transport, at_once=True)
            else:
                client.close()
            if isinstance(error, UnknownConnection):
                # It began and was reset before we could ask: the log holds both already.
                raise ConnectionResetError from None
            raise
