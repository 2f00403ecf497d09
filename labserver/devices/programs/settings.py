"""What all mail programs have: an account's settings, and a line to its server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from labserver.devices.errors import ProgramFailed
from labserver.devices.seams import PORTS, Address, Connect, Connection, Dialled
from labserver.devices.shelf import Shelf

__all__ = ["Settings", "line", "said"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """An account as it is set up in a program.

    `address_of(login)` is the address of another account. `shelf()` raises DeviceLost if the
    device is gone.
    """

    device: str
    host: str
    login: str
    password: str = field(repr=False)
    address: str
    address_of: Address = field(repr=False)
    connect: Connect = field(repr=False)
    shelf: Callable[[], Shelf] = field(repr=False)


@contextmanager
def line(settings: Settings, protocol: Dialled) -> Iterator[Connection]:
    """Give a connection; close it afterwards and return once the log holds its end.

    What goes wrong on the connection becomes ProgramFailed.
    """
    settings.shelf()
    broken = ProgramFailed(
        f"{protocol}, port {PORTS[protocol]}: the connection broke, or the server was silent"
    )
    try:
        connection = settings.connect(settings.host, PORTS[protocol], settings.device)
    except OSError:
        raise broken from None
    try:
        yield connection
    except (OSError, EOFError):  # The system's text differs from machine to machine.
        raise broken from None
    finally:
        connection.socket.close()
        connection.wait_ended()


def said(error: Exception) -> str:
    """Return what the server said, from an exception of a client library."""
    words = [
        each.decode("utf-8", "backslashreplace") if isinstance(each, bytes) else str(each)
        for each in error.args
    ]
    return " ".join(words)
