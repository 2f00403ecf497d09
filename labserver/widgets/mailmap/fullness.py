"""How full an account is: the bar at the foot of the server."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.snapshot import Account, Situation
from labserver.widgets.words import en as words

__all__ = ["Fullness", "fullness"]

_UNIT = 1024
_SEGMENTS = 40
"""More than these could not be told apart: then the bar has one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fullness:
    """What is used of a limit: `parts` are shares of it, one a message, and add up to the use."""

    text: str
    short: str
    parts: tuple[float, ...]
    full: bool


def fullness(account: Account, now: Situation) -> Fullness | None:
    """Return how full the account is by the limit that is nearest; None if it has none.

    It is full when nothing more fits in, and when something was refused that has not come since.
    """
    sizes = [
        mailbox.copies[uid].octets
        for _, mailbox in sorted(account.mailboxes.items())
        for uid in sorted(mailbox.copies)
    ]
    limits = account.limits
    found = []
    if limits.storage is not None:
        used = -(-sum(sizes) // _UNIT)
        found.append((used, limits.storage, words.storage(used, limits.storage)))
    if limits.messages is not None:
        text = words.held(len(sizes), limits.messages)
        found.append((len(sizes), limits.messages, text))
    if not found:
        return None
    used, limit, text = max(found, key=lambda each: each[0] / each[1] if each[1] else 2.0)
    full = used >= limit or any(row.refusal is not None for row in now.rows)
    by_size = text != words.held(len(sizes), limit)
    whole = max(1, limit * _UNIT if by_size else limit)
    parts = [size / whole if by_size else 1 / whole for size in sizes]
    if len(parts) > _SEGMENTS:
        parts = [sum(parts)]
    return Fullness(text=words.filled(text, full=full), short=text, parts=tuple(parts), full=full)
