"""How a device reaches the server: well-known names and ports outside, real ones inside."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from labserver.errors import LabError
from labserver.lab.background import Background
from labserver.lab.dialling import socket_for
from labserver.wire import UnknownConnection, Wire

__all__ = ["Link", "Links", "NoSuchServer"]

_TIMEOUT = 10.0


class NoSuchServer(LabError):
    """Nothing in the lab has this name and port."""


@dataclass(frozen=True, slots=True)
class Link:
    """A connection from a device to the server; see `labserver.devices.seams.Connection`."""

    socket: socket.socket
    number: int
    background: Background
    wire: Wire

    def wait_secured(self) -> None:
        """Return once the log holds the beginning of TLS, or the end of the connection."""
        self.background.run(self.wire.secured(self.number))

    def wait_ended(self) -> None:
        """Return once the log holds the end of the connection."""
        self.background.run(self.wire.ended(self.number))


class Links:
    """Opens connections to the listeners of one lab."""

    def __init__(
        self, background: Background, wire: Wire, host: str, real: Mapping[tuple[str, int], int]
    ) -> None:
        self._background = background
        self._wire = wire
        self._host = host
        self._real = real

    def connect(self, host: str, port: int, who: str) -> Link:
        """Connect to the well-known `port` of `host`, as the device named `who`.

        The local endpoint is announced before, so that the log knows from the first octet who is
        on the line. Raises NoSuchServer; OSError if the connection does not come about.
        """
        real = self._real.get((host, port))
        if real is None:
            raise NoSuchServer(f"nothing in the lab listens at {host}, port {port}")
        client, address = socket_for(self._host)
        try:
            client.settimeout(_TIMEOUT)
            client.bind((address, 0))
            local = client.getsockname()[:2]
            self._background.call(self._wire.announce, local, who)
            try:
                client.connect((address, real))
                number = self._background.run(self._wire.accepted(local))
            except UnknownConnection:
                # It began and was reset before we could ask: the log holds both already.
                raise ConnectionResetError from None
            except BaseException:
                self._background.call(self._wire.withdraw, local)
                raise
        except BaseException:
            client.close()
            raise
        return Link(client, number, self._background, self._wire)
