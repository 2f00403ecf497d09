"""What is switched off: capabilities that a listener, or one client of it, does not get.

What needs one that is off goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

__all__ = ["Offered", "Switches", "supported"]


class Offered(Protocol):
    """A row of what a protocol offers: its name, and the names of those that it needs."""

    @property
    def name(self) -> str:
        """As it is advertised."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Those without which it is not offered."""


def supported(rows: Sequence[Offered], names: Iterable[str]) -> frozenset[str]:
    """Return those of the names that have all they need among those returned."""
    left = frozenset(names)
    while True:
        standing = {each.name for each in rows if each.name in left and left.issuperset(each.needs)}
        if len(standing) == len(left):
            return left
        left = frozenset(standing)


class Switches:
    """Names of capabilities by listener ("imap", ...), for all its clients or for one device.

    Asked when a connection begins: one that is open keeps what it has. Names are compared without
    regard to case.
    """

    def __init__(self) -> None:
        self._off: dict[tuple[str, str | None], frozenset[str]] = {}

    def switch_off(self, listener: str, names: Iterable[str], device: str | None = None) -> None:
        """Offer these no more; `device` None: to nobody."""
        off = self._off.get((listener, device), frozenset())
        self._off[listener, device] = off.union(name.upper() for name in names)

    def switch_on(self, listener: str, names: Iterable[str], device: str | None = None) -> None:
        """Take `switch_off` back, for the same listener and device."""
        off = self._off.get((listener, device), frozenset())
        self._off[listener, device] = off.difference(name.upper() for name in names)

    def off(self, listener: str, device: str) -> frozenset[str]:
        """Return what this client of the listener does not get, in capitals."""
        nobody: frozenset[str] = frozenset()
        return self._off.get((listener, None), nobody) | self._off.get((listener, device), nobody)
