"""Which of all worlds is looked at: one step for all pictures of a lab."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Playhead"]


class Playhead:
    """The step that is shown; None: always the newest. Any thread may ask and move it."""

    def __init__(self) -> None:
        self._step: int | None = None
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._held = 0

    @property
    def held(self) -> bool:
        """Whether there is something to move it by: then a picture may move it, too."""
        return self._held > 0

    def hold(self) -> None:
        """Note that there is something more to move it by."""
        self._held += 1
        if self._held == 1:
            self._tell()

    def let_go(self) -> None:
        """Note that there is one thing less; without any, the newest is shown."""
        self._held -= 1
        if not self.held:
            self._step = None
            self._tell()

    @property
    def step(self) -> int | None:
        """The step that is shown."""
        return self._step

    def to(self, step: int | None) -> None:
        """Show another step, and tell the listeners."""
        if step != self._step:
            self._step = step
            self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` after each change, on the mover's thread; returns what ends it."""
        self._listeners += (callback,)

        def end() -> None:
            # Bound methods of a widget are equal, and not the same object each time.
            self._listeners = tuple(each for each in self._listeners if each != callback)

        return end
