"""Bounds on what one client may make the server hold or wait for."""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a lab; octets and seconds of real time.

    `line` bounds a command line without its literals (RFC 7162 section 4 has clients stay
    within 8192 octets; POP3 and SMTP lines are shorter); `idle` is 30 minutes, enough for
    RFC 3501 section 5.4 (30) and RFC 1939 section 3 (10). `handshake` is how long one of TLS may
    take. `hops` bounds the `Received:` fields of a message (RFC 5321 section 6.3). `patience` is
    how long a server that relays waits for a reply: RFC 5321 section 4.5.3.2 has minutes, but a
    lab's next server is on the same machine.
    """

    line: int = 8192
    literal: int = 64 * 1024 * 1024
    message: int = 64 * 1024 * 1024
    idle: float = 30 * 60
    handshake: float = 60
    connections: int = 1000
    recipients: int = 1000
    errors: int = 50
    failed_logins: int = 10
    hops: int = 100
    patience: float = 10

    @property
    def upload(self) -> int:
        """The most octets of a message that comes as a literal."""
        return min(self.literal, self.message)
