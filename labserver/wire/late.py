"""Replies that a Delay holds back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Late"]


class Late:
    """Holds chunks of a reply; calls `release` when they have waited long enough.

    A reply waits once: what is put of it after its beginning was released goes at once.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, release: Callable[[], None]) -> None:
        self._loop = loop
        self._release = release
        self._held: list[bytes] = []
        self._released = False
        self._over = True
        self._timer: asyncio.TimerHandle | None = None
        self.size = 0
        """How many octets are held."""

    @property
    def holds(self) -> bool:
        """Whether chunks are held."""
        return bool(self._held)

    @property
    def waiting(self) -> bool:
        """Whether the time of what is held is running."""
        return self._timer is not None

    def reply(self) -> None:
        """Take note that a reply is being put."""
        self._over = False

    def reply_over(self) -> None:
        """Take note that it is whole."""
        self._over = True
        self._released = False

    def takes(self, chunk: bytes, seconds: float) -> bool:
        """Hold a chunk if it must wait, `seconds` being what replies wait; tell whether it does."""
        if not self._held and (self._released or not seconds):
            return False
        self._held.append(chunk)
        self.size += len(chunk)
        return True

    def wait(self, seconds: float) -> bool:
        """Have what is held wait so long from now on; return False if its time runs already."""
        if self._timer is not None:
            return False
        self._timer = self._loop.call_later(seconds, self._release)
        return True

    def take(self) -> list[bytes]:
        """Return what has waited long enough; it is held no more."""
        self._timer = None
        self._released = not self._over
        held, self._held, self.size = self._held, [], 0
        return held

    def end(self) -> None:
        """Release nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
