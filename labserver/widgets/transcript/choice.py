"""What of the story is shown, in which order, and how a line is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from labserver.widgets.transcript.story import Kind, Record, Session, Story

__all__ = ["Choice", "Look", "Order", "Unit", "units"]

Look = Literal["text", "bytes", "decoded"]
Order = Literal["connection", "time"]

_LOOKS: tuple[Look, ...] = ("text", "bytes", "decoded")
_ORDERS: tuple[Order, ...] = ("connection", "time")
_FOLD = 14
"""A reply of more lines than this is folded,"""
_HEAD = 6
"""to so many lines and its last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen. Empty, or 0: everything. `start` None: the end, wherever it is."""

    look: Look = "text"
    order: Order = "connection"
    protocol: str = ""
    device: str = ""
    connection: int = 0
    start: int | None = None
    open: frozenset[str] = frozenset()
    """The keys of the bodies and replies that are unfolded."""

    def __post_init__(self) -> None:
        """Raise ValueError for a look or an order that there is not."""
        if self.look not in _LOOKS:
            raise ValueError(f"look is one of {', '.join(_LOOKS)}, not {self.look!r}")
        if self.order not in _ORDERS:
            raise ValueError(f"order is one of {', '.join(_ORDERS)}, not {self.order!r}")

    def fits(self, session: Session) -> bool:
        """Tell whether a session is among those chosen."""
        opened = session.opened
        return (
            self.protocol in {"", session.protocol}
            and self.device in {"", opened.device}
            and self.connection in {0, opened.connection}
        )

    def asked(self, wish: Mapping[str, Any]) -> Self:
        """Return the choice with what a page asks for; what makes no sense is left as it is."""
        look, order, start = wish.get("look"), wish.get("order"), wish.get("start")
        texts = {name: wish.get(name) for name in ("protocol", "device")}
        connection, opened = wish.get("connection"), wish.get("open")
        return replace(
            self,
            look=look if look in _LOOKS else self.look,
            order=order if order in _ORDERS else self.order,
            start=start if isinstance(start, int) and start >= 0 else None,
            connection=connection if isinstance(connection, int) else self.connection,
            open=frozenset(map(str, opened)) if isinstance(opened, list) else self.open,
            **{name: text for name, text in texts.items() if isinstance(text, str)},
        )

    def told(self) -> dict[str, Any]:
        """Return the choice as the page holds it."""
        return {
            "look": self.look,
            "order": self.order,
            "protocol": self.protocol,
            "device": self.device,
            "connection": self.connection,
            "start": self.start,
            "open": sorted(self.open),
        }


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


def units(story: Story, choice: Choice, only: Collection[int] | None = None) -> list[Unit]:
    """Return what is chosen, in order; `only` are the connections that may be shown at all."""
    chosen = {
        number: session
        for number, session in sorted(story.sessions.items())
        if (only is None or number in only) and choice.fits(session)
    }
    everything = len(chosen) == len(story.sessions) and only is None
    if choice.order == "time":
        return _in_time(story, chosen, everything=everything)
    found: list[Unit] = []
    for session in chosen.values():
        found.append(Unit(session))
        found += _folded(session, choice.open)
    if everything:
        found += [Unit(None, (record,)) for record in story.records if not record.connection]
    return found


def _in_time(story: Story, chosen: dict[int, Session], *, everything: bool) -> list[Unit]:
    """Return the records as they came; a head stands wherever another connection goes on."""
    found: list[Unit] = []
    last = 0
    heads: Counter[int] = Counter()
    for record in story.records:
        number = record.connection
        session = chosen.get(number)
        if session is None:
            if not number and everything:
                found.append(Unit(None, (record,)))
            continue
        if number != last:
            found.append(Unit(session, nth=heads[number]))
            heads[number] += 1
            last = number
        found.append(Unit(session, (record,)))
    for number, session in chosen.items():
        for record in session.unfinished():
            found += [Unit(session, nth=heads[number]), Unit(session, (record,))]
    return found


def _folded(session: Session, opened: frozenset[str]) -> list[Unit]:
    """Return the records of a session; long runs of the server's lines are folded."""
    found: list[Unit] = []
    run: list[Record] = []
    for record in (*session.records, *session.unfinished()):
        if record.kind is Kind.LINE and record.direction == "S":
            run.append(record)
            continue
        found += _run(session, run, opened)
        run = []
        found.append(Unit(session, (record,)))
    return found + _run(session, run, opened)


def _run(session: Session, run: list[Record], opened: frozenset[str]) -> list[Unit]:
    alone = [Unit(session, (record,)) for record in run]
    if len(run) <= _FOLD:
        return alone
    fold = Unit(session, tuple(run[_HEAD:-1]))
    inside = alone[_HEAD:-1] if fold.key in opened else []
    return [*alone[:_HEAD], fold, *inside, alone[-1]]
