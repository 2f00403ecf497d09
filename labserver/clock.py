"""Lab time and lab ids: the only place that may ask the machine for time or chance.

Two clocks share one face. `LabClock` stands still, except that it moves one minute whenever a
message is accepted and whenever it is told to; `SystemClock` is real time. Ids never come from
a shared stream: each is a function of (seed, kind, owner, n), so that what one connection does
cannot change the ids that another one sees.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["LAB_SEED", "LAB_START", "Clock", "Ids", "LabClock", "SystemClock", "random_seed"]

LAB_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAB_SEED = 1
_MINUTE = timedelta(minutes=1)


class Clock(Protocol):
    """Tells the time to everything in the lab."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def accepted(self) -> None:
        """Take note that a message was accepted (the 250 after DATA or BDAT LAST)."""


class LabClock:
    """Time that stands still until something happens: the same run gives the same times."""

    def __init__(self, start: datetime = LAB_START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the present lab time, aware, in UTC."""
        return self._now

    def accepted(self) -> None:
        """Move on by one minute: a message was accepted."""
        self._now += _MINUTE

    def advance(self, by: timedelta) -> datetime:
        """Move on by `by` and return the new time. Raises ValueError if `by` is negative."""
        if by < timedelta(0):
            msg = f"lab time cannot run backwards: {by}"
            raise ValueError(msg)
        self._now += by
        return self._now


class SystemClock:
    """Real time, as `labserver serve` uses it."""

    def now(self) -> datetime:
        """Return the machine's time, aware, in UTC."""
        return datetime.now(UTC)

    def accepted(self) -> None:
        """Do nothing: real time moves by itself."""


def random_seed() -> int:
    """Draw a seed of 63 bits for a lab on real time."""
    return secrets.randbits(63)


class Ids:
    """Numbers and tokens that are a function of (seed, kind, owner, n).

    `count(kind, owner)` must return 1, 2, 3, ... for each (kind, owner) and never the same
    number twice, over restarts too: the store's counters do that.
    """

    def __init__(self, seed: int, count: Callable[[str, str], int]) -> None:
        self.seed = seed
        self._count = count

    def _digest(self, kind: str, owner: str, n: int, size: int) -> bytes:
        text = f"{self.seed}\0{kind}\0{owner}\0{n}".encode()
        return hashlib.blake2b(text, digest_size=size).digest()

    def next(self, kind: str, owner: str = "") -> int:
        """Return the next plain number of that kind and owner: 1, 2, 3, ..."""
        return self._count(kind, owner)

    def token(self, kind: str, owner: str = "", *, octets: int = 6) -> str:
        """Return a fresh lower-case hexadecimal token of twice `octets` characters."""
        return self._digest(kind, owner, self._count(kind, owner), octets).hex()

    def nonce(self, kind: str, owner: str = "", *, octets: int = 18) -> bytes:
        """Return `octets` fresh octets, for challenges."""
        return self._digest(kind, owner, self._count(kind, owner), octets)

    def constant(self, kind: str, owner: str = "", *, octets: int = 16) -> bytes:
        """Return `octets` octets that are always the same for that kind and owner: salts."""
        return self._digest(kind, owner, 0, octets)

    def uidvalidity(self, owner: str) -> int:
        """Return a UIDVALIDITY for one more mailbox of `owner`.

        It fits 32 bits and is greater than every earlier one of that owner, as a mailbox that is
        deleted and made again needs (RFC 3501 section 2.3.1.1).
        """
        base = int.from_bytes(self._digest("uidvalidity", owner, 0, 4), "big") % 1_000_000_000
        return 1_000_000_000 + base + self._count("uidvalidity", owner)
