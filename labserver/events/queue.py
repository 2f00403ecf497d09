"""What happens to messages that wait at a server for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from labserver.events.event import Event

__all__ = ["Deferred", "Dequeued", "Leave", "Queued"]

Leave = Literal["relayed", "delivered", "bounced", "dropped"]
"""How a message left a queue: another server took it; it lies in a mailbox here; its sender was
told that it failed; it failed, and nobody is to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Event):
    """A whole message waits at the server `host` from now on, for one of its recipients.

    `sender` and `recipient` are mailboxes; the null reverse-path is empty. `queue_id` is what the
    server calls the message; `connection` brought it there.
    """

    host: str
    queue_id: str
    message: int
    sender: str
    recipient: str
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred(Event):
    """A message could not go on to one of its recipients: it is tried again at `due`.

    `reply` is what the next server said, or why there was no reply.
    """

    host: str
    queue_id: str
    message: int
    recipient: str
    reply: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dequeued(Event):
    """A message does not wait for this recipient any more; `reply` is the last one."""

    host: str
    queue_id: str
    message: int
    recipient: str
    how: Leave
    reply: str
