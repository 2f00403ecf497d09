"""The letter that each message has for life."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from labserver.clock import Ids
from labserver.events import NewMessage
from labserver.message import addresses, decode_words, field_values, outline
from labserver.store.database import Changes, Database

__all__ = ["Letters", "describe", "header_digest"]


class Letters:
    """The lab message numbers of a store, by the SHA-256 of every form a message has had."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._db = database
        self._ids = ids

    def known(self, sha256: str) -> int | None:
        """Return the lab message number of the octets with that digest, or None."""
        row: tuple[int] | None = self._db.sql.execute(
            "SELECT message FROM letters WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return None if row is None else row[0]

    def draw(self) -> int:
        """Return a new lab message number. Not to be called in a transaction."""
        return self._ids.next("message")

    def introduce(
        self,
        message: int,
        sha256: str,
        data: bytes,
        changes: Changes,
        came_as: tuple[str, ...] = (),
    ) -> None:
        """Record a message that has just been given its number, and is tied to it."""
        changes.add(replace(describe(message, sha256, data), came_as=came_as))

    def turn_away(self, data: bytes) -> int:
        """Give a letter to a message that has come and is not kept; return its number."""
        message = self.draw()
        self._db.record(describe(message, hashlib.sha256(data).hexdigest(), data))
        return message

    def tie(self, message: int, sha256: str) -> None:
        """Have the octets with that digest known as a form of the message."""
        self._db.sql.execute(
            "INSERT INTO letters (sha256, message) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET message = excluded.message",
            (sha256, message),
        )


def header_digest(data: bytes) -> str:
    """Return the SHA-256 of a message's header, with the empty line at its end."""
    header, end, _ = data.partition(b"\r\n\r\n")
    return hashlib.sha256(header + end).hexdigest()


def describe(message: int, sha256: str, data: bytes) -> NewMessage:
    """Return what people should see of a message: its subject and who it says it is from."""
    held = {name.lower(): value for name, value in field_values(data, outline(data))}
    senders = addresses(held.get(b"from", b""))
    sender = b""
    if senders:
        name, mailbox, host = senders[0].name, senders[0].mailbox, senders[0].host
        sender = name or (mailbox or b"") + (b"@" + host if host else b"")
    return NewMessage(
        message=message,
        sha256=sha256,
        octets=len(data),
        subject=decode_words(held.get(b"subject", b"")),
        sender=decode_words(sender),
    )
