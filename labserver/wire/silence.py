"""How long a client may be silent, or read nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Silence"]


class Silence:
    """Calls `act` once nothing has come for `limit` seconds, and each `limit` seconds after."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, limit: float, act: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._limit = limit
        self._act = act
        self._broken = loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Begin to watch."""
        self._timer = self._loop.call_later(self._limit, self._look)

    def broken(self) -> None:
        """Take note that the client has just done something."""
        self._broken = self._loop.time()

    def end(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        silent = self._loop.time() - self._broken
        if silent < self._limit:
            self._timer = self._loop.call_later(self._limit - silent, self._look)
        else:
            self.watch()
            self._act()
