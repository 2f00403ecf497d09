"""Repaints at once, and not more often than can be seen."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from threading import Lock, Timer

__all__ = ["Painter"]

_LOG = logging.getLogger(__name__)
_THREADS = sys.platform != "emscripten"


class Painter:
    """Calls `paint` on the thread that tells of a change; in a burst, first and last at least.

    After a painting nothing is painted for `pause` seconds; if something changed meanwhile, a
    timer paints it then. So the last change is never lost, and the teller never waits for a page.
    One lock guards `paint`. Where there are no threads (a browser), each change is painted at
    once. What `paint` raises is logged: a picture must not disturb the server.
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
            if self._timer is not None:
                return
            if _THREADS:
                self._timer = Timer(self.pause, self._rested)
                self._timer.daemon = True
                self._timer.start()
        try:
            self.now()
        except Exception:  # noqa: BLE001 - whatever it is, the server goes on
            _LOG.exception("a picture could not be painted")

    def _rested(self) -> None:
        with self._state:
            self._timer = None
            dirty = self._dirty and not self._ended
        if dirty:
            self.changed()

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
