"""The way a session came through its states, read from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from labserver.events import Closed, Connected, Entry, Line, StateChanged
from labserver.explain import Reader, reader
from labserver.widgets import words_en as common

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

    @property
    def state(self) -> str:
        """Where the session is, or was last; empty before its greeting."""
        return self.steps[-1][0] if self.steps else ""


class Ways:
    """The ways of all sessions at some listeners, through the `states` of their table.

    What a session says of itself beside them (IDLE) is an activity. What was read once is not
    read again.
    """

    def __init__(self, listeners: Iterable[str], states: Iterable[str]) -> None:
        self._listeners = frozenset(listeners)
        self._states = frozenset(states)
        self.ways: dict[int, Way] = {}
        self.last = 0

    def read(self, entries: Iterable[Entry]) -> None:
        """Go on with entries of the log that have not been read yet, in order."""
        for entry in entries:
            self.last = entry.number
            event = entry.event
            if isinstance(event, Connected):
                if event.protocol in self._listeners:
                    spoken = common.PROTOCOLS[event.protocol].lower()
                    self.ways[event.connection] = Way(event, reader(spoken))
            elif isinstance(event, Line | StateChanged | Closed):
                way = self.ways.get(event.connection)
                if way is not None:
                    self._go_on(way, event)

    def _go_on(self, way: Way, event: Line | StateChanged | Closed) -> None:
        if isinstance(event, Closed):
            way.how = event.how
        elif isinstance(event, StateChanged):
            if event.state not in self._states:
                way.activity = event.state
                return
            way.activity = ""
            if event.state != way.state:
                way.steps.append((event.state, way.command))
        else:
            say = way.reader.client if event.direction == "C" else way.reader.server
            for line in event.data.removesuffix(_END).split(_END):
                moment = say(line)
                if event.direction == "C":
                    way.command = moment.command
