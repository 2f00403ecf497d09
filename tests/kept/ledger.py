"""What clients were told, and what has to be in the store for it.

Each message has a token in its header, and is known by it. A change is one transaction: messages
that come and messages that go, all of it or nothing. While it is not acknowledged it is in doubt.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

__all__ = ["Found", "Ledger", "Lost", "Place", "token_of"]

_TOKEN = re.compile(rb"^X-Token: (\w+)\r\n", re.MULTILINE)
_TRACE = re.compile(rb"(?:(?:Return-Path|Received):.*\r\n(?:[ \t].*\r\n)*)*")


class Lost(AssertionError):
    """What was acknowledged is not so."""


class Place(NamedTuple):
    """A mailbox of somebody."""

    account: str
    mailbox: str


class Found(NamedTuple):
    """A message as the store has it; `number` is the lab message number."""

    place: Place
    validity: int
    uid: int
    number: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Change:
    adds: frozenset[tuple[Place, str]]
    removes: frozenset[tuple[Place, str]]


def token_of(data: bytes) -> str:
    """Return the token of a message."""
    found = _TOKEN.search(data)
    assert found is not None, data[:200]
    return found[1].decode("ascii")


class Ledger:
    """What was sent, acknowledged, and given as an id, over all lives of a server."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._lock = threading.Lock()
        self._sent: dict[str, bytes] = {}
        self._there: set[tuple[Place, str]] = set()
        self._doubts: list[_Change] = []
        self._ids: dict[tuple[object, ...], str] = {}
        self._validities: set[int] = set()
        self.acknowledged = 0

    def letter(self) -> tuple[str, bytes]:
        """Return a new message, and its token."""
        with self._lock:
            token = f"t{len(self._sent)}x{self._random.randrange(16**6):06x}"
            size = self._random.choice((0, 60, 2_000, 30_000))
            filling = self._random.randbytes(size // 2).hex().encode("ascii")
            lines = b"".join(filling[at : at + 70] + b"\r\n" for at in range(0, size, 70))
            data = b"X-Token: %b\r\nSubject: kept\r\n\r\n%bend\r\n" % (token.encode(), lines)
            self._sent[token] = data
            return token, data

    def sure(self, place: Place, token: str) -> bool:
        """Tell whether it is acknowledged that a message is there.

        One that is there before that is still in doubt: nobody may take it away from the doubt.
        """
        with self._lock:
            return (place, token) in self._there

    @contextmanager
    def change(
        self, adds: Iterable[tuple[Place, str]] = (), removes: Iterable[tuple[Place, str]] = ()
    ) -> Iterator[None]:
        """Have a change in doubt until the end of the `with`; if that is not reached, it stays so.

        What is to be acknowledged is sent inside, and the answer read.
        """
        change = _Change(frozenset(adds), frozenset(removes))
        with self._lock:
            self._doubts.append(change)
        yield
        with self._lock:
            self._doubts.remove(change)
            self._happened(change)
            self.acknowledged += 1

    def _happened(self, change: _Change) -> None:
        self._there -= change.removes
        self._there |= change.adds

    def given(self, owner: str, *key: object) -> None:
        """Take note of an id and of what it is for. Raises Lost if it was for something else."""
        with self._lock:
            if self._ids.setdefault(key, owner) != owner:
                raise Lost(f"{key} was given to {self._ids[key]} and to {owner}")

    def made(self, validity: int) -> None:
        """Take note of the UIDVALIDITY of a mailbox that was made anew. Raises Lost."""
        with self._lock:
            if self._validities and validity <= max(self._validities):
                raise Lost(f"UIDVALIDITY {validity} is not greater than all before it")
            self._validities.add(validity)

    def same(self, data: bytes) -> str:
        """Return the token of a message. Raises Lost if it is not as it was sent."""
        token = token_of(data)
        # What a server puts on top is no part of what was sent.
        trace = _TRACE.match(data)
        assert trace is not None
        if data[trace.end() :] != self._sent[token]:
            raise Lost(f"{token} is not as it was sent")
        return token

    def settle(self, store: Iterable[Found]) -> None:
        """Compare with what a store holds after a kill, and go on from that. Raises Lost."""
        there = set()
        for found in store:
            token = self.same(found.data)
            if (found.place, token) in there:
                raise Lost(f"{token} is twice in {found.place}")
            there.add((found.place, token))
            self.given(token, found.place, found.validity, found.uid)
            self.given(token, "number", found.number)
        for change in self._doubts:
            if there & (change.adds | change.removes) == change.adds:
                self._happened(change)
        self._doubts.clear()
        # A change of which only a part has happened is in none of the two.
        if self._there - there:
            raise Lost(f"lost: {sorted(self._there - there)}")
        if there - self._there:
            raise Lost(f"come back, or never sent: {sorted(there - self._there)}")
