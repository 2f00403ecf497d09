"""Faults of connections: when one opens, and when a message crosses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from labserver.faults.fault import Fault

__all__ = [
    "PROTOCOLS",
    "ConnectionFault",
    "Cut",
    "CutInMessage",
    "CutInUpload",
    "Delay",
    "MessageFault",
    "Refuse",
]

PROTOCOLS: Final[Mapping[str, str]] = {
    "smtp": "smtp",
    "submission": "submission",
    "submissions": "submission",
    "pop3": "pop3",
    "pop3s": "pop3",
    "imap": "imap",
    "imaps": "imap",
}
"""The protocol, or the role in it, of each listener, by the name of its port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFault(Fault):
    """Base of faults of connections.

    `protocol` is smtp, submission, pop3 or imap, on any of its ports; `listener` is one port by
    its name (pop3s); `device` is who has dialled, `host` the server it has dialled.
    """

    protocol: str | None = None
    listener: str | None = None
    device: str | None = None
    host: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        Fault.__post_init__(self)
        protocols = tuple(dict.fromkeys(PROTOCOLS.values()))
        for name, value, known in (
            ("protocol", self.protocol, protocols),
            ("listener", self.listener, tuple(PROTOCOLS)),
        ):
            if value is not None and value not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}, not {value!r}")
        if self.protocol and self.listener and PROTOCOLS[self.listener] != self.protocol:
            raise ValueError(f"{self.listener} is never {self.protocol}")

    def fits(self, listener: str, device: str, host: str) -> bool:
        """Tell whether a connection is one of those it is for."""
        return (
            self.protocol in {None, PROTOCOLS[listener]}
            and self.listener in {None, listener}
            and self.device in {None, device}
            and self.host in {None, host}
        )

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        where = [name for name in (self.listener or self.protocol, self.host) if name]
        return [*where, *([f"of {self.device}"] if self.device else [])]


# When a connection opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(ConnectionFault):
    """The connection is reset before the greeting, as if nothing listened."""

    def __str__(self) -> str:
        return "the connection is refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(ConnectionFault):
    """Each reply of the connection waits `seconds` of real time."""

    seconds: float = 1.0

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        if not 0 < self.seconds < float("inf"):
            raise ValueError(f"seconds are more than 0, not {self.seconds}")

    def __str__(self) -> str:
        return f"each reply is {self.seconds:g} s late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(ConnectionFault):
    """The connection is reset once the server has sent `after` octets, in mid-line if so."""

    after: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        _check_count(self.after)

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets from the server"


# When a message crosses a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFault(ConnectionFault):
    """Base of faults in the middle of a message.

    It matches each message of more than `after` octets, as they cross the connection: with
    dot-stuffing in SMTP and POP3, in IMAP those of one literal.
    """

    after: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        _check_count(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutInMessage(MessageFault):
    """The connection is reset once the server has sent `after` octets of a message."""

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets of a message from the server"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutInUpload(MessageFault):
    """The server takes `after` octets of a message, no more, and resets the connection.

    Messages count whose command (DATA, BDAT, a line with a literal) came after the fault was added.
    """

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets of a message to the server"


def _check_count(after: int) -> None:
    if after < 0:
        raise ValueError(f"after counts octets, from 0 on, not {after}")
