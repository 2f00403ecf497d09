"""What the pictures read: the log, folded as far as somebody looked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from labserver.events import Entry, Log
from labserver.snapshot import EMPTY, Playhead, Snapshot, apply, essential, fold

__all__ = ["LabFeed"]

_CHECKPOINT = 200


class LabFeed:
    """The log of one lab as snapshots. Any thread may ask.

    Folding costs nothing until somebody looks, and then only what is new. Every so many steps a
    snapshot is kept, so that going back is cheap; with persistent maps that costs little. Of the
    stretch between two of these that somebody looks into, every snapshot is kept: step by step
    through it costs nothing more. `playhead` is where the pictures are.
    """

    def __init__(self, log: Log, base: Snapshot = EMPTY) -> None:
        self._log = log
        self._base = base
        self._lock = threading.Lock()
        self._now = base
        self._kept: list[Snapshot] = []
        self._listeners: list[Callable[[], None]] = []
        self._stretch: list[Snapshot] = []
        self.playhead = Playhead()
        self.closed = False
        log.listen(self._tell)

    def forget(self, entries: list[Entry]) -> None:
        """Fold entries that the bounded log is about to drop into the first snapshot."""
        with self._lock:
            self._base = fold(essential(entries), self._base)
            if self._now.number < self._base.number:
                self._now = self._base
            self._kept = [kept for kept in self._kept if kept.number > self._base.number]
            self._stretch = []

    @property
    def first(self) -> int:
        """The first step that can be looked at; the world is empty, or the log begins there."""
        return self._base.number

    def snapshot(self, step: int | None = None) -> Snapshot:
        """Return the world after entry `step`, or now. Raises ValueError for a step not held."""
        with self._lock:
            for entry in self._log.since(self._now.number):
                self._now = apply(self._now, entry)
                if entry.number % _CHECKPOINT == 0:
                    self._kept.append(self._now)
            if step is None or step == self._now.number:
                return self._now
            if not self._base.number <= step <= self._now.number:
                raise ValueError(
                    f"the log holds moments {self._base.number} to {self._now.number}, not {step}"
                )
            return self._past(step)

    def _past(self, step: int) -> Snapshot:
        """Return the world after a step that is past and held."""
        stretch = self._stretch
        if not stretch or not stretch[0].number <= step <= stretch[-1].number:
            start = max(
                (kept for kept in self._kept if kept.number <= step),
                key=lambda kept: kept.number,
                default=self._base,
            )
            until = min(start.number + _CHECKPOINT, self._now.number)
            stretch = self._stretch = [start]
            for entry in self._log.since(start.number, until):
                stretch.append(apply(stretch[-1], entry))
        return stretch[step - stretch[0].number]

    def entries(self, since: int, until: int | None = None) -> list[Entry]:
        """Return the entries of the log with a number greater than `since`, up to `until`."""
        return self._log.since(since, until)

    def body(self, sha256: str) -> bytes:
        """Return the octets of a `Data` event. Raises KeyError if they are not kept."""
        return self._log.body(sha256)

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` after changes, on the server's thread; returns what ends it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def close(self) -> None:
        """Say that nothing will change any more."""
        self.closed = True
        self._tell(None)

    def _tell(self, _: Entry | None) -> None:
        for callback in tuple(self._listeners):
            callback()
