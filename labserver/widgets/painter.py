"""Repaints soon, and not more often than can be seen."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from threading import Lock, Timer

__all__ = ["Painter"]

_LOG = logging.getLogger(__name__)
_THREADS = sys.platform != "emscripten"
_GATHER = 0.001
"""What follows from a line is in the log so many seconds after it, nearly always."""


class Painter:
    """Calls `paint` after changes, on a thread of its own; in a burst, for all of it at once.

    A command is a line, what it changes, and a reply: it is waited for a moment until all of that
    is there. After a painting nothing is painted for `pause` seconds. The last change is never
    lost, and the teller waits neither for a painting nor for a page. One lock guards `paint`.
    Where there are no threads (a browser), each change is painted at once. What `paint` raises is
    logged: a picture must not disturb the server.
    """

    def __init__(self, paint: Callable[[], None]) -> None:
        self._paint = paint
        self.pause = 0.02
        self._lock = Lock()
        self._state = Lock()
        self._dirty = False
        self._timer: Timer | None = None
        self._ended = False

    def changed(self) -> None:
        """Take note of a change. Any thread."""
        with self._state:
            if self._ended:
                return
            self._dirty = True
            if self._timer is None and _THREADS:
                self._wait(_GATHER)
        if not _THREADS:
            self.at_once()

    def _wait(self, seconds: float) -> None:
        """Look again after that time; until then a change is only noted."""
        self._timer = Timer(seconds, self._rested)
        self._timer.daemon = True
        self._timer.start()

    def _rested(self) -> None:
        with self._state:
            dirty = self._dirty and not self._ended
            if not dirty:
                self._timer = None
        if dirty:
            self.at_once()
            with self._state:
                if not self._ended:
                    self._wait(self.pause)

    def at_once(self) -> None:
        """Paint on this thread; what that raises is logged."""
        try:
            self.now()
        except Exception:  # noqa: BLE001 - whatever it is, the server goes on
            _LOG.exception("a picture could not be painted")

    def now(self) -> None:
        """Paint on this thread, changed or not."""
        with self._lock:
            with self._state:
                self._dirty = False
            self._paint()

    def end(self) -> None:
        """Paint no more; what was told of and not painted yet is painted now."""
        with self._state:
            left, self._ended = self._dirty and not self._ended, True
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if left:
            self.now()
