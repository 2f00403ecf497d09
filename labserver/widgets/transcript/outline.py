"""The rows to be: what is chosen of the story, in order, with long replies folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from labserver.widgets.transcript.choice import Choice
from labserver.widgets.transcript.story import Kind, Record, Session, Story

__all__ = ["Outline", "Unit"]

_FOLD = 14
"""A reply of more lines than this is folded,"""
_HEAD = 6
"""to so many lines and its last."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One row to be: the head of a session, a record, or a reply's lines folded into one.

    A unit without a session is a remark on no connection. `nth`: a session that goes on has
    another head, the second (1), third (2) and so on.
    """

    session: Session | None
    records: tuple[Record, ...] = ()
    nth: int = 0

    @property
    def head(self) -> bool:
        """Whether it begins a session."""
        return not self.records

    @property
    def folded(self) -> bool:
        """Whether it stands for several lines."""
        return len(self.records) > 1

    @property
    def key(self) -> str:
        """What names this row, now and later."""
        number = 0 if self.session is None else self.session.opened.connection
        if not self.records:
            return f"{number}#{self.nth}"
        first = self.records[0]
        return f"{number}/{'+' if self.folded else ''}{first.kind.value}{first.place}"


class Outline:
    """Gives the units of a story that grows; those of what is over are made once."""

    def __init__(self) -> None:
        self._opened: frozenset[str] = frozenset()
        self._sessions: dict[int, _Folded] = {}
        self._filters: object = None
        self._timed = _Timed()

    def units(
        self, story: Story, choice: Choice, only: Collection[int] | None = None
    ) -> list[Unit]:
        """Return what is chosen, in order; `only` are the connections that may be shown at all."""
        chosen = {
            number: session
            for number, session in sorted(story.sessions.items())
            if (only is None or number in only) and choice.fits(session)
        }
        everything = only is None and not any(choice.filters)
        if choice.order == "time":
            if self._filters != choice.filters:
                self._filters, self._timed = choice.filters, _Timed()
            return self._timed.units(story, chosen, everything=everything)
        if self._opened != choice.open:
            self._opened, self._sessions = choice.open, {}
        found: list[Unit] = []
        for number, session in chosen.items():
            folded = self._sessions.setdefault(number, _Folded())
            found += folded.units(session, choice.open)
        if everything:
            found += [Unit(None, (record,)) for record in story.remarks]
        return found


@dataclass(slots=True)
class _Folded:
    """The units of one session up to the last run of the server's lines, and how far that is."""

    made: list[Unit] = field(default_factory=list)
    read: int = 0

    def units(self, session: Session, opened: frozenset[str]) -> list[Unit]:
        if not self.made:
            self.made.append(Unit(session))
        run: list[Record] = []
        records = session.records
        for at in range(self.read, len(records)):
            record = records[at]
            if record.kind is Kind.LINE and record.direction == "S":
                run.append(record)
                continue
            self.made += _run(session, run, opened)
            self.made.append(Unit(session, (record,)))
            self.read = at + 1
            run = []
        unfinished = session.unfinished()
        if session.speaker == "S":
            return self.made + _run(session, [*run, *unfinished], opened)
        last = [Unit(session, (record,)) for record in unfinished]
        return self.made + _run(session, run, opened) + last


def _run(session: Session, run: list[Record], opened: frozenset[str]) -> list[Unit]:
    alone = [Unit(session, (record,)) for record in run]
    if len(run) <= _FOLD:
        return alone
    fold = Unit(session, tuple(run[_HEAD:-1]))
    inside = alone[_HEAD:-1] if fold.key in opened else []
    return [*alone[:_HEAD], fold, *inside, alone[-1]]


@dataclass(slots=True)
class _Timed:
    """The units in time order; a head stands wherever another connection goes on."""

    made: list[Unit] = field(default_factory=list)
    read: int = 0
    last: int = 0
    heads: Counter[int] = field(default_factory=Counter)

    def units(self, story: Story, chosen: dict[int, Session], *, everything: bool) -> list[Unit]:
        for at in range(self.read, len(story.records)):
            record = story.records[at]
            number = record.connection
            session = chosen.get(number)
            if session is None:
                if not number and everything:
                    self.made.append(Unit(None, (record,)))
                continue
            if number != self.last:
                self.made.append(Unit(session, nth=self.heads[number]))
                self.heads[number] += 1
                self.last = number
            self.made.append(Unit(session, (record,)))
        self.read = len(story.records)
        found = list(self.made)
        for number, session in chosen.items():
            for record in session.unfinished():
                if number != self.last:
                    found.append(Unit(session, nth=self.heads[number]))
                found.append(Unit(session, (record,)))
        return found
