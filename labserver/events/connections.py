"""What happens to connections, and what crosses them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from labserver.events.event import Event

__all__ = [
    "Closed",
    "Connected",
    "Data",
    "Direction",
    "FaultStruck",
    "How",
    "Line",
    "Listener",
    "Secured",
]

Direction = Literal["C", "S"]
"""Who sent the octets: the client or the server."""

Listener = Literal["smtp", "submission", "submissions", "pop3", "pop3s", "imap", "imaps"]
"""What a connection is for, by the name of its port: 25, 587, 465, 110, 995, 143, 993."""

How = Literal["quit", "client", "cut", "server", "fault"]
"""How a connection ended: by QUIT or LOGOUT; the client closed it without; the client reset it;
the server hung up (time-out, limit, close of the lab); a fault of the lab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected(Event):
    """A connection is open.

    `port` is the well-known one; `host` the server's name; `device` is who dialled it: a device,
    "you", or the name of a server that relays.
    """

    connection: int
    protocol: Listener
    port: int
    device: str
    host: str = "mail.home.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured(Event):
    """From here on what crosses a connection is inside TLS; `version` as in `TLSv1.3`."""

    connection: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Event):
    """Octets of the protocol: one command line, or one chunk of a reply (any number of lines).

    `ahead` is for a command line that had arrived before the server said what the log has before
    it: its client had not waited for that (RFC 2920 section 3.1). How a client's octets come in
    pieces decides it, so two lines that differ in nothing else are equal.
    """

    connection: int
    direction: Direction
    data: bytes
    ahead: bool = field(default=False, compare=False)

    @property
    def rest(self) -> bool:
        """Whether it can only be the rest of a command, behind a literal (RFC 3501 section 4.3).

        No command begins with a space, a bracket or the end of the line.
        """
        return self.direction == "C" and self.data[:1] in (b" ", b")", b"\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Data(Event):
    """A message body or a literal, whole, exactly as it crossed the connection.

    Its octets are in `Log.body(sha256)`. What DATA and RETR send is counted with its dot-stuffing
    and without the terminating line, which is a `Line`.
    """

    connection: int
    direction: Direction
    octets: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStruck(Event):
    """A fault of `labserver.faults` took effect; `fault` is its description in words."""

    connection: int | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """A connection ended."""

    connection: int
    how: How
