"""The append-only log of what happened.

The octets of bodies are kept beside it, by SHA-256, as long as an entry refers to them.

The log holds each event as its class and a plain tuple of its values, and makes the event anew for
who reads it. Python's garbage collector goes through all objects that might be part of a cycle; a
tuple of strings and numbers it lets alone. A log of objects, which only grows, would have it stop
the process for longer and longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple, overload

from labserver.events.connections import Data, Direction
from labserver.events.event import Event

__all__ = ["Entry", "Log"]


class Entry(NamedTuple):
    """One row of the log: `number` counts from 1, `time` is lab time, aware, in UTC."""

    number: int
    time: datetime
    event: Event


class _Shape(NamedTuple):
    """The names of an event's values, and what takes the values out of it."""

    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]


_SHAPES: dict[type[Event], _Shape] = {}


def _shape(kind: type[Event]) -> _Shape:
    shape = _SHAPES.get(kind)
    if shape is None:
        names = tuple(each.name for each in fields(kind))
        # Of a single name, attrgetter gives no tuple.
        several = len(names) > 1
        values = attrgetter(*names) if several else lambda e: tuple(getattr(e, n) for n in names)
        shape = _SHAPES[kind] = _Shape(names, values)
    return shape


class _Held:
    """A stretch of the log, from the entry with the number `first` on: a column each."""

    __slots__ = ("first", "kinds", "times", "values")

    def __init__(
        self,
        first: int,
        kinds: list[type[Event]],
        times: list[datetime],
        values: list[tuple[Any, ...]],
    ) -> None:
        self.first = first
        self.kinds = kinds
        self.times = times
        self.values = values

    def __len__(self) -> int:
        # They grow last: what another thread counts it finds in the other columns too.
        return len(self.values)

    def append(self, time: datetime, event: Event) -> int:
        """Add an event; return how many there are now."""
        kind = type(event)
        shape = _SHAPES.get(kind) or _shape(kind)
        self.kinds.append(kind)
        self.times.append(time)
        values = self.values
        values.append(shape.values(event))
        return len(values)

    def entry(self, index: int) -> Entry:
        kind = self.kinds[index]
        event = kind(**dict(zip(_shape(kind).names, self.values[index], strict=True)))
        return Entry(self.first + index, self.times[index], event)

    def entries(self, start: int, stop: int) -> list[Entry]:
        return [self.entry(index) for index in range(start, stop)]

    def after(self, count: int) -> _Held:
        """Return it without its first entries."""
        return _Held(
            self.first + count, self.kinds[count:], self.times[count:], self.values[count:]
        )


class Log:
    """The append-only log. One thread appends; any thread may read.

    `now` gives the lab time of each entry. With `keep` the log is bounded: when a quarter more
    than `keep` entries are held, the oldest go, with the bodies that only they referred to; they
    are handed to `forget` first, oldest first (a checkpoint folds them).
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        keep: int | None = None,
        forget: Callable[[list[Entry]], None] | None = None,
    ) -> None:
        self._now = now
        self._keep = keep
        self._forget = forget
        # Replaced as a whole: a reader on another thread never sees half a trim.
        self._held = _Held(1, [], [], [])
        self._bodies: dict[str, tuple[bytes, int]] = {}
        # Replaced as a whole, too: a listener may end itself.
        self._listeners: tuple[Callable[[Entry], None], ...] = ()

    @property
    def first(self) -> int:
        """The number of the oldest entry still held (1 unless the log is bounded)."""
        return self._held.first

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 while there is none."""
        return self._held.first + len(self._held) - 1

    def append(self, event: Event) -> Entry:
        """Add `event`, tell the listeners, and return its entry."""
        time = self._now()
        first = self._held.first
        held = self._held.append(time, event)
        entry = Entry(first + held - 1, time, event)
        if self._keep is not None and held > self._keep + self._keep // 4:
            self._trim(held - self._keep)
        for listener in self._listeners:
            listener(entry)
        return entry

    def append_data(self, connection: int, direction: Direction, octets: bytes) -> Entry:
        """Keep `octets` as a body and add the `Data` event that refers to it."""
        digest = hashlib.sha256(octets).hexdigest()
        held, references = self._bodies.get(digest, (octets, 0))
        self._bodies[digest] = (held, references + 1)
        return self.append(
            Data(connection=connection, direction=direction, octets=len(octets), sha256=digest)
        )

    def _trim(self, count: int) -> None:
        held = self._held
        gone = held.entries(0, count)
        if self._forget is not None:
            self._forget(gone)
        self._held = held.after(count)
        # After the entries: what a reader finds in the log has its body.
        for entry in gone:
            if isinstance(entry.event, Data):
                octets, references = self._bodies[entry.event.sha256]
                if references > 1:
                    self._bodies[entry.event.sha256] = (octets, references - 1)
                else:
                    del self._bodies[entry.event.sha256]

    def body(self, sha256: str) -> bytes:
        """Return the octets of a `Data` event. Raises KeyError if no entry refers to them."""
        return self._bodies[sha256][0]

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener(entry)` after each append, on the appending thread.

        Returns a function that ends it. A listener must be quick and must not raise.
        """
        self._listeners += (listener,)

        def end() -> None:
            listeners = list(self._listeners)
            listeners.remove(listener)
            self._listeners = tuple(listeners)

        return end

    def since(self, number: int, until: int | None = None) -> list[Entry]:
        """Return the held entries with a number greater than `number`, oldest first.

        `until`: none with a number greater than that.
        """
        held = self._held
        stop = len(held) if until is None else min(len(held), until - held.first + 1)
        return held.entries(max(0, number - held.first + 1), stop)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.since(0))

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        held = self._held
        numbers = range(len(held))[index]
        if isinstance(numbers, int):
            return held.entry(numbers)
        return [held.entry(number) for number in numbers]
