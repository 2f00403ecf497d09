"""A mail server as far as mail is concerned, whether a connection brings it or the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from labserver.clock import Clock, Ids
from labserver.protocol.limits import Limits
from labserver.store import Residents, Store

__all__ = ["MailHost", "Site"]


class Site(Protocol):
    """One server: the people of `domain` are known to it. A session's `Context` is one."""

    @property
    def store(self) -> Store:
        """Where mail is kept."""

    @property
    def clock(self) -> Clock:
        """What time it is."""

    @property
    def ids(self) -> Ids:
        """Where names come from."""

    @property
    def limits(self) -> Limits:
        """What there may be at most."""

    @property
    def host(self) -> str:
        """The server's name."""

    @property
    def domain(self) -> str:
        """The domain whose mail it keeps."""

    @property
    def accounts(self) -> Residents:
        """The people of that domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHost:
    """A server without a session, as the queue's runner sees it."""

    store: Store
    clock: Clock
    ids: Ids
    limits: Limits
    host: str
    domain: str

    @property
    def accounts(self) -> Residents:
        """The people of the domain."""
        return self.store.accounts.at(self.domain)
