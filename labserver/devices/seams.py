"""What a device needs of the world: connections, time, ids, and a place to say what it did."""

from __future__ import annotations

import itertools
import socket
import ssl
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from labserver.clock import LAB_SEED, Ids, LabClock
from labserver.devices.tls import nobody
from labserver.events import Event, Listener

__all__ = ["PORTS", "Address", "Connect", "Connection", "Dialled", "Record", "Token", "World"]

Dialled = Listener
"""What a device can dial."""

PORTS: dict[Dialled, int] = {
    "smtp": 25,
    "submission": 587,
    "pop3": 110,
    "imap": 143,
    "submissions": 465,
    "pop3s": 995,
    "imaps": 993,
}
"""The well-known ports; RFC 8314 section 3 has the last three, where TLS comes first."""


class Connection(Protocol):
    """A connection that is open, or was."""

    @property
    def socket(self) -> socket.socket:
        """The connected, blocking socket, with a timeout set; the device closes it."""

    @property
    def number(self) -> int:
        """The number that the log gives it."""

    def wait_secured(self) -> None:
        """Return once the log holds the beginning of TLS, or the end of the connection."""

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


class Token(Protocol):
    """Makes ids that are never given twice."""

    def __call__(self, kind: str, owner: str) -> str:
        """Return a fresh token of letters and digits, a function of kind, owner and count."""


def _home_address(login: str) -> str:
    return login if "@" in login else f"{login}@home.example"


def _own_tokens() -> Token:
    counts: defaultdict[tuple[str, str], itertools.count[int]] = defaultdict(
        lambda: itertools.count(1)
    )
    return Ids(LAB_SEED, lambda kind, owner: next(counts[kind, owner])).token


def _forget(octets: bytes) -> None:
    """Keep nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that a device has of the world outside its folder.

    `keep` gets the octets of every file that `record` is told of, before that. `trust` gives a
    context that verifies servers by the authorities that people here trust; `now` tells the time,
    aware. Without the optional ones nobody keeps anything, a device trusts nobody's certificate,
    its time stands still, and its ids are its own.
    """

    connect: Connect
    record: Record
    keep: Callable[[bytes], object] = _forget
    address: Address = _home_address
    trust: Callable[[], ssl.SSLContext] = nobody
    now: Callable[[], datetime] = field(default_factory=lambda: LabClock().now)
    token: Token = field(default_factory=_own_tokens)
