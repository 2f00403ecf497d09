"""What a device needs of the world: a connection to a server, and a place to say what it did."""

from __future__ import annotations

import socket
from typing import Literal, Protocol

from labserver.events import Event

__all__ = ["PORTS", "Address", "Connect", "Connection", "Dialled", "Record"]

Dialled = Literal["smtp", "submission", "pop3", "imap"]
"""What a device can dial."""

PORTS: dict[Dialled, int] = {"smtp": 25, "submission": 587, "pop3": 110, "imap": 143}
"""The well-known ports."""


class Connection(Protocol):
    """A connection that is open, or was."""

    @property
    def socket(self) -> socket.socket:
        """The connected, blocking socket, with a timeout set; the device closes it."""

    @property
    def number(self) -> int:
        """The number that the log gives it."""

    def wait_ended(self) -> None:
        """Return once the log holds the end of the connection."""


class Connect(Protocol):
    """Opens connections."""

    def __call__(self, host: str, port: int, who: str) -> Connection:
        """Connect to the well-known `port` of `host`, as the device named `who`.

        Raises OSError if the connection does not come about (once the log holds its end, if it
        holds its beginning), LabError if there is no such host.
        """


class Record(Protocol):
    """Writes to the log."""

    def __call__(self, event: Event) -> None:
        """Append `event`, and return once it is there. May be called on any thread."""


class Address(Protocol):
    """Knows the mail address that belongs to a user name: a device's account settings."""

    def __call__(self, login: str) -> str:
        """Return the address of the account that logs in as `login`."""
