"""Goes through the log of a lab, from change to change, with all its live pictures."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from labserver.widgets.base import Feed
from labserver.widgets.turns import Turns

__all__ = ["Walk"]


class Walk:
    """Moves a lab's playhead. The log is read as far as it is needed, and only once."""

    def __init__(self, feed: Feed) -> None:
        self.turns = Turns()
        self._reading = Lock()
        self._playhead = feed.playhead
        self._log = feed
        self._holds = False

    def hold(self) -> None:
        """Let the pictures be where this takes them, until it lets go."""
        if not self._holds:
            self._holds = True
            self._playhead.hold()

    def let_go(self) -> None:
        """Hold the pictures no more; if nothing else does, they are live again."""
        if self._holds:
            self._holds = False
            self._playhead.let_go()

    def asked(self, wish: Mapping[str, Any]) -> None:
        """Go where a page asks to: `go` is first, back, on or live; or there is a `step`."""
        step, way = wish.get("step"), wish.get("go")
        if isinstance(step, int):
            self.go_to(step)
        elif way == "first":
            self.go_to(self._log.first)
        elif way == "back":
            self.back()
        elif way == "on":
            self.on()
        elif way == "live":
            self.live()

    def go_to(self, step: int) -> None:
        """Show the world after entry `step`; of what the log lacks, the nearest that it has."""
        self.read()
        self._playhead.to(max(self._log.first, min(step, self.turns.last)))

    def back(self) -> None:
        """Go back to the change before this one."""
        self.read()
        now = self.turns.around(self.now)[0]
        self.go_to(self.turns.before(max(now, 1)) or self._log.first)

    def on(self) -> None:
        """Go on to the next change; the newest of all is live."""
        self.read()
        step = self.turns.after(self.now)
        self._playhead.to(None if step == self.turns.last else step)

    def live(self) -> None:
        """Show the newest again, whatever happens."""
        self._playhead.to(None)

    @property
    def now(self) -> int:
        """The step that is shown, as far as the log has been read."""
        step = self._playhead.step
        return self.turns.last if step is None else max(step, self._log.first)

    @property
    def newest(self) -> int:
        """The newest step of the log."""
        self.read()
        return self.turns.last

    def read(self) -> None:
        """Read what is new in the log."""
        with self._reading:  # The server's thread paints, and the kernel's asks.
            self.turns.read(self._log.entries(self.turns.last))
