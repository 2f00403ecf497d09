"""The octets of messages, kept once however many mailboxes and queues refer to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

__all__ = ["drop_bodies"]


def drop_bodies(sql: sqlite3.Connection, bodies: Iterable[int]) -> None:
    """Delete those of the bodies that no message has any more, here or on its way."""
    sql.executemany(
        "DELETE FROM bodies WHERE id = ?"
        " AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.body = bodies.id)"
        " AND NOT EXISTS (SELECT 1 FROM queue WHERE queue.body = bodies.id)",
        ((body,) for body in bodies),
    )
