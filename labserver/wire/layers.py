"""The layers between a connection's filter and its transport: TLS and DEFLATE, and their beginning.

A layer begins once the reply that announces it is written, so it may have to wait; what arrives
meanwhile came too early.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from labserver.wire.passage import Layer, Passage

__all__ = ["LayerMaker", "LayerMakers", "Layers"]

LayerMaker: TypeAlias = Callable[[asyncio.Transport, Passage], Layer]
"""Makes a layer on the transport below, for the passage above."""


class LayerMakers(NamedTuple):
    """What makes each layer that a session can ask for."""

    tls: LayerMaker
    deflate: LayerMaker


class Layers:
    """What is to begin below one connection, and who waits for TLS to have begun."""

    def __init__(self) -> None:
        self._next: LayerMaker | None = None
        self._then: Callable[[], None] | None = None
        self._watchers: list[Callable[[], None]] = []
        self.securing = False
        """Whether TLS is to begin, or its handshake is going on."""

    @property
    def waiting(self) -> bool:
        """Whether a layer is to begin that has not begun."""
        return self._next is not None

    def compress(self, make: LayerMaker) -> None:
        """Have compression begin at the next `begin`."""
        self._next = make

    def secure(self, make: LayerMaker, then: Callable[[], None] | None) -> None:
        """Have TLS begin at the next `begin`; `then` is called once its handshake is done."""
        self.securing = True
        self._then = then
        self._next = make

    def begin(self, below: asyncio.Transport, above: Passage) -> asyncio.Transport:
        """Put what is to begin between the two; return what is below `above` from now on."""
        if self._next is None:
            return below
        make, self._next = self._next, None
        layer = make(below, above)
        below.set_protocol(layer)
        return layer

    def secured(self) -> None:
        """Go on: the handshake is done."""
        self.securing = False
        if self._then is not None:
            self._then()
        self.tell()

    def when_secured(self, then: Callable[[], None]) -> None:
        """Call `then` once the handshake is done or the connection over; now if there is none."""
        self._watchers.append(then)
        if not self.securing:
            self.tell()

    def tell(self) -> None:
        """Tell those who wait for the handshake that they need wait no more."""
        watchers, self._watchers = self._watchers, []
        for then in watchers:
            then()
