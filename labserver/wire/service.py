"""What a listener offers, and what a protocol of asyncio must tell the wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from labserver.events import How, Listener
from labserver.protocol.session import Context, Session
from labserver.store import DOMAINS

__all__ = ["Carried", "Service"]


class Carried(Protocol):
    """An asyncio.Protocol that the wire can carry: besides that interface it tells two things.

    A POP3 or IMAP session is made one by `labserver.wire.adapter`; SMTP is one by itself.
    """

    @property
    def how(self) -> How | None:
        """Why the protocol hung up, or None while it has not."""

    def unread(self) -> bytes:
        """Return the input that is held but not taken up (never given to `Context.heard`)."""

    async def wait_closed(self) -> None:
        """Return once no task of the protocol is left; called after `connection_lost`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One thing to listen for.

    `port` is the well-known one, which is shown whatever the real one is; `host` the canonical name
    of the server, `domain` the one whose mail it keeps. `make` builds what talks on a new
    connection: a sans-I/O `Session`, or a subclass of asyncio.Protocol with the interface of
    `Carried`; it is called with the connection's event loop running. `capabilities` are the names
    of what can be switched off. `busy` is said to a client beyond the limit of connections, `idle`
    to one that was silent for too long, `closing` when the server ends; empty: the connection is
    closed without a word. `secure`: TLS begins with the first octet (RFC 8314 section 3).
    """

    protocol: Listener
    port: int
    host: str
    domain: str = DOMAINS[0]
    make: Callable[[Context], Session | Carried]
    capabilities: frozenset[str] = frozenset()
    busy: bytes = b""
    idle: bytes = b""
    closing: bytes = b""
    secure: bool = False
