"""Messages that are open: octets and tree of parts, the last few of each store kept.

Clients fetch a big message piece by piece; reading and scanning it anew for each piece would cost
more than the pieces.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Protocol
from weakref import WeakKeyDictionary

from labserver.errors import LabError
from labserver.message import Outline, Part, outline, scan

__all__ = ["Bodies", "Gone", "Opened", "open_body"]

_KEEP = 16
_KEEP_OCTETS = 16 * 1024 * 1024


class Bodies(Protocol):
    """What is asked of the store here: `labserver.store`'s messages have it."""

    def data(self, body: int) -> bytes | None:
        """Return the octets of a body, or None if it is gone."""

    def datas(self, bodies: Collection[int]) -> dict[int, bytes]:
        """Return the octets of several bodies; those that are gone are left out."""

    def known(self, bodies: Collection[int], kind: str) -> dict[int, bytes]:
        """Return of `derived` what has been computed; of the other bodies there is nothing."""

    def derived(
        self, bodies: Collection[int], kind: str, compute: Callable[[int, bytes], bytes]
    ) -> dict[int, bytes]:
        """Return what `compute` makes of bodies, computed once; the gone ones are left out."""


class Gone(LabError):
    """No message has that body any more: it was expunged meanwhile."""


class Opened:
    """A message's octets, and its root part, which is found when it is asked for.

    `decoded` is the part that was decoded last, by its path: it is fetched in pieces too.
    """

    __slots__ = ("_root", "data", "decoded")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.decoded: tuple[tuple[int, ...], bytes] | None = None
        self._root: Part | None = None

    @property
    def outline(self) -> Outline:
        """Where header and body are; the root of the tree is not needed for it."""
        return outline(self.data)

    @property
    def root(self) -> Part:
        """The root of the tree of parts."""
        if self._root is None:
            self._root = scan(self.data)
        return self._root


class _Kept:
    """The open messages of one store, the one used last at the end."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, Opened] = OrderedDict()
        self._octets = 0

    def get(self, body: int) -> Opened | None:
        found = self._held.get(body)
        if found is not None:
            self._held.move_to_end(body)
        return found

    def put(self, body: int, opened: Opened) -> None:
        self._held[body] = opened
        self._octets += len(opened.data)
        # The newest stays, whatever its size: it is the one that is fetched in pieces.
        while len(self._held) > _KEEP or (self._octets > _KEEP_OCTETS and len(self._held) > 1):
            _, gone = self._held.popitem(last=False)
            self._octets -= len(gone.data)


_kept: WeakKeyDictionary[Bodies, _Kept] = WeakKeyDictionary()


def open_body(bodies: Bodies, body: int, data: bytes | None = None) -> Opened:
    """Open a message.

    `data` are its octets if they are at hand. A store never gives the id of a body twice, so what
    is kept is never wrong. Raises Gone if no message has that body any more.
    """
    kept = _kept.setdefault(bodies, _Kept())
    found = kept.get(body)
    if found is None:
        if data is None:
            data = bodies.data(body)
        if data is None:
            raise Gone
        found = Opened(data)
        kept.put(body, found)
    return found
