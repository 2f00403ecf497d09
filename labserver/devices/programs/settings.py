"""What all mail programs have: an account's settings, and a line to its server."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, get_args

from labserver.devices.errors import ProgramFailed, TlsFailed
from labserver.devices.seams import PORTS, Dialled, World
from labserver.devices.shelf import Shelf
from labserver.devices.tls import PoliteSocket

__all__ = ["SECURITIES", "Line", "Security", "Settings", "line", "said"]

Security = Literal["none", "starttls", "tls"]
"""Nothing; TLS that begins on the plain port; TLS from the first octet, on a port of its own."""

SECURITIES: tuple[Security, ...] = get_args(Security)

_INSIDE: dict[Dialled, Dialled] = {
    "imap": "imaps",
    "pop3": "pop3s",
    "submission": "submissions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """An account as it is set up in a program.

    `trust()` gives what verifies the server. `there()` and `shelf()` raise DeviceLost if the device
    is gone, and `shelf()` DeviceError if it has no folder.
    """

    device: str
    host: str
    login: str
    password: str = field(repr=False)
    security: Security
    address: str
    world: World = field(repr=False)
    trust: Callable[[], ssl.SSLContext] = field(repr=False)
    there: Callable[[], None] = field(repr=False)
    shelf: Callable[[], Shelf] = field(repr=False)

    def context(self) -> ssl.SSLContext:
        """Return what the program begins TLS with."""
        context = self.trust()
        context.sslsocket_class = PoliteSocket
        return context

    def not_offered(self, name: str) -> str:
        """Say why a server without the command that begins TLS gets nothing more.

        Who can change what the server says can take it away: so an account that asks for TLS is
        not served without (RFC 3207 section 6, RFC 2595 section 2.5, RFC 8314 section 5).
        """
        return f"{self.host} does not offer {name}, and this account is not used without TLS"


@dataclass(frozen=True, slots=True)
class Line:
    """A connection, inside TLS already if the settings have it first; its number in the log."""

    socket: socket.socket
    number: int


@contextmanager
def line(settings: Settings, protocol: Dialled) -> Iterator[Line]:
    """Give a connection; close it afterwards and return once the log holds its end.

    What goes wrong on the connection becomes ProgramFailed.
    """
    settings.there()
    if settings.security == "tls":
        protocol = _INSIDE[protocol]
    port = PORTS[protocol]
    broken = ProgramFailed(
        f"{protocol}, port {port}: the connection broke, or the server was silent"
    )
    try:
        connection = settings.world.connect(settings.host, port, settings.device)
    except OSError:
        raise broken from None
    carrier = connection.socket
    try:
        if settings.security == "tls":
            carrier = settings.context().wrap_socket(carrier, server_hostname=settings.host)
        yield Line(carrier, connection.number)
    except TlsFailed as error:
        raise ProgramFailed(f"{protocol}, port {port}: {error}") from None
    except (OSError, EOFError):  # The system's text differs from machine to machine.
        raise broken from None
    finally:
        carrier.close()
        connection.socket.close()
        connection.wait_ended()


def said(error: Exception) -> str:
    """Return what the server said, from an exception of a client library."""
    words = [
        each.decode("utf-8", "backslashreplace") if isinstance(each, bytes) else str(each)
        for each in error.args
    ]
    return " ".join(words)
