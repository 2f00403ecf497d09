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
    """What is used of a limit: `parts` are shares of it, one a message, and add up to the use.

    `text` says all of it, `short` how much of how much. `full`: nothing more fits in. `unfit` tells
    of the last message that was refused and has not come since: the rest was too small for it.
    """

    text: str
    short: str
    parts: tuple[float, ...]
    full: bool
    unfit: str


@dataclass(frozen=True, slots=True)
class _Limit:
    """What is used of a limit, and what of it a message takes that wants to get in."""

    used: int
    most: int
    wanted: int
    text: str
    unfit: str

    @property
    def rank(self) -> tuple[bool, float]:
        """What was too small for a message comes first, then what is nearest to its end."""
        over = self.wanted > 0 and self.used + self.wanted > self.most
        return over, self.used / self.most if self.most else 2.0


def fullness(account: Account, now: Situation) -> Fullness | None:
    """Return how full the account is by the limit that tells most; None if it has none."""
    sizes = [
        mailbox.copies[uid].octets
        for _, mailbox in sorted(account.mailboxes.items())
        for uid in sorted(mailbox.copies)
    ]
    refused = [row.message.octets for row in now.rows if row.refusal is not None]
    octets = refused[-1] if refused else 0
    limits, found = account.limits, []
    if limits.storage is not None:
        used = -(-sum(sizes) // _UNIT)
        said = words.storage(used, limits.storage)
        most = limits.storage * _UNIT
        found.append(_Limit(sum(sizes), most, octets, said, words.unfit(octets)))
    if limits.messages is not None:
        said = words.held(len(sizes), limits.messages)
        wanted = 1 if refused else 0
        found.append(_Limit(len(sizes), limits.messages, wanted, said, words.unfit(0)))
    if not found:
        return None
    limit = max(found, key=lambda each: each.rank)
    by_size = limits.storage is not None and limit is found[0]
    full = limit.used + (_UNIT - 1 if by_size else 0) >= limit.most
    parts = [size / max(1, limit.most) if by_size else 1 / max(1, limit.most) for size in sizes]
    if len(parts) > _SEGMENTS:
        parts = [sum(parts)]
    unfit = limit.unfit if refused else ""
    return Fullness(
        text=words.filled(limit.text, full=full, unfit=unfit),
        short=limit.text,
        parts=tuple(parts),
        full=full,
        unfit=unfit,
    )
