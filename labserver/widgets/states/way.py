"""The way a session came through its states, read from the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from labserver.events import Closed, Connected, Entry, Line, StateChanged
from labserver.explain import Reader, reader
from labserver.widgets.words import en as words

__all__ = ["Way", "Ways"]

_END = b"\r\n"


@dataclass(slots=True)
class Way:
    """The states of one session in order, each with the command that was said before it.

    `activity` is what the session is busy with (IDLE); `how` is how it ended.
    """

    opened: Connected
    reader: Reader
    steps: list[tuple[str, str]] = field(default_factory=list)
    activity: str = ""
    command: str = ""
    how: str | None = None
    since: int = 0
    """The entry of the log that opened it; then those of each step, activity and of the end."""
    stepped: list[int] = field(default_factory=list)
    busy: list[tuple[int, str]] = field(default_factory=list)
    ended: int = 0

    def until(self, step: int) -> Way:
        """Return the way as it was after entry `step`."""
        if self.how is not None and self.ended <= step:
            return self
        busy = self.busy[: bisect_right(self.busy, step, key=lambda each: each[0])]
        steps = self.steps[: bisect_right(self.stepped, step)]
        return replace(
            self, steps=steps, activity=busy[-1][1] if busy else "", command="", how=None
        )

    @property
    def state(self) -> str:
        """Where the session is, or was last; empty before its greeting."""
        return self.steps[-1][0] if self.steps else ""


class Ways:
    """The ways of all sessions at some listeners. What was read once is not read again."""

    def __init__(self, listeners: Iterable[str]) -> None:
        self._listeners = frozenset(listeners)
        self.ways: dict[int, Way] = {}
        self.last = 0

    def read(self, entries: Iterable[Entry]) -> None:
        """Go on with entries of the log that have not been read yet, in order."""
        for entry in entries:
            self.last = entry.number
            event = entry.event
            if isinstance(event, Connected):
                if event.protocol in self._listeners:
                    spoken = words.PROTOCOLS[event.protocol].lower()
                    way = Way(event, reader(spoken), since=entry.number)
                    self.ways[event.connection] = way
            elif isinstance(event, Line | StateChanged | Closed):
                held = self.ways.get(event.connection)
                if held is not None:
                    self._go_on(held, event)

    def until(self, step: int) -> dict[int, Way]:
        """Return the ways as they were after entry `step`."""
        return {number: way.until(step) for number, way in self.ways.items() if way.since <= step}

    def _go_on(self, way: Way, event: Line | StateChanged | Closed) -> None:
        if isinstance(event, Closed):
            way.how = event.how
            way.ended = self.last
        elif isinstance(event, StateChanged):
            self._busy(way, event.activity)
            if event.state != way.state:
                way.steps.append((event.state, way.command))
                way.stepped.append(self.last)
        else:
            say = way.reader.client if event.direction == "C" else way.reader.server
            for line in event.data.removesuffix(_END).split(_END):
                moment = say(line)
                if event.direction == "C":
                    way.command = moment.command

    def _busy(self, way: Way, activity: str) -> None:
        if activity != way.activity:
            way.activity = activity
            way.busy.append((self.last, activity))
