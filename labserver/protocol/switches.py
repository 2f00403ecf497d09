"""What is switched off: capabilities that a listener, or one client of it, does not get."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Switches"]


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
