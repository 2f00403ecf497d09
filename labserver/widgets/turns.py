"""The log in turns: a client's line, or another beginning, and all that follows from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from labserver import events
from labserver.events import Entry, Event
from labserver.widgets.base import Feed

__all__ = ["Turns", "begins", "begun", "end_of"]

_TALK = (events.Line, events.Data, events.Secured)
_BY_THEMSELVES = (
    *(events.AccountAdded, events.Connected, events.DeviceAdded, events.Discarded, events.Lost),
    *(events.Arranged, events.Rewound, events.QuotaChanged),
)


def begins(event: Event) -> bool:
    """Tell whether something new begins with it: all else follows from what was before."""
    if isinstance(event, events.Line):
        return event.direction == "C" and not event.rest
    if isinstance(event, events.Closed):
        return event.how in {"client", "cut"}
    if isinstance(event, events.Delivered):
        return event.cause == "load"
    return isinstance(event, _BY_THEMSELVES)


def end_of(after: Iterable[Entry], step: int) -> int:
    """Return the last entry that follows from `step`, given the entries after it."""
    for entry in after:
        if begins(entry.event):
            break
        step = entry.number
    return step


def begun(feed: Feed, step: int) -> int:
    """Return the entry that `step` follows from: where its turn has begun."""
    width = 16
    while True:
        for entry in reversed(feed.entries(max(feed.first, step - width), step)):
            if begins(entry.event):
                return entry.number
        if step - width <= feed.first:
            return feed.first
        width *= 4


class Turns:
    """The turns in which more happened than talk. What was read once is not read again."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._begin = 0
        self._notable = False
        self.last = 0

    def read(self, entries: Iterable[Entry]) -> None:
        """Go on with entries of the log that have not been read yet, in order."""
        for entry in entries:
            if not self._begin or begins(entry.event):
                self._close()
                self._begin = entry.number
            self.last = entry.number
            self._notable = self._notable or not isinstance(entry.event, _TALK)

    def _close(self) -> None:
        if self._notable:
            self._begins.append(self._begin)
            self._ends.append(self.last)
        self._notable = False

    def _open(self) -> bool:
        """Whether the last turn is one, and may go on."""
        return self._notable

    def before(self, step: int) -> int | None:
        """Return the end of the last turn that was over before `step`; None: there is none."""
        if self._open() and self.last < step:
            return self.last
        at = bisect_left(self._ends, step)
        return self._ends[at - 1] if at else None

    def after(self, step: int) -> int | None:
        """Return the end of the first turn that is over after `step`; None: there is none."""
        at = bisect_left(self._ends, step + 1)
        if at < len(self._ends):
            return self._ends[at]
        return self.last if self._open() and self.last > step else None

    def around(self, step: int) -> tuple[int, int]:
        """Return the first and the last entry of the newest turn that has begun by `step`."""
        if self._open() and self._begin <= step:
            return self._begin, self.last
        at = bisect_left(self._begins, step + 1)
        return (self._begins[at - 1], self._ends[at - 1]) if at else (0, 0)

    def newest(self, count: int) -> list[tuple[int, int]]:
        """Return the first and last entries of the newest turns."""
        now = [(self._begin, self.last)] if self._open() else []
        return [*zip(self._begins[-count:], self._ends[-count:], strict=True), *now][-count:]

    def __len__(self) -> int:
        return len(self._ends) + self._open()
