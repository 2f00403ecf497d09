"""Which entries a fold can do without: talk that was followed by more talk, and changed nothing.

Most of a long log is lines. While nothing else happens, a connection is what was said on it last;
what happens refers to the lines right before it and after it (`connections`, `step.changed`).
"""

from __future__ import annotations

from collections.abc import Iterable

from labserver.events import Data, Entry, Line

__all__ = ["essential"]


def essential(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries without those that make no difference: the fold of both is the same."""
    needed: list[Entry] = []
    talk: list[Entry] = []
    for entry in entries:
        if isinstance(entry.event, Line | Data):
            talk.append(entry)
        else:
            needed += _last_words(talk)
            needed.append(entry)
            talk = []
    return needed + _last_words(talk)


def _last_words(talk: list[Entry]) -> list[Entry]:
    """Return what is left of lines and data between which nothing else happened.

    A server's line before the first command may be the effect of an earlier one, and stays.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    data: dict[int, int] = {}
    for index, entry in enumerate(talk):
        event = entry.event
        if isinstance(event, Data):
            data[event.connection] = index
        elif isinstance(event, Line) and event.direction == "C":
            first.setdefault(event.connection, index)
            last[event.connection] = index
    return [
        entry
        for index, entry in enumerate(talk)
        if _stays(entry, index, first=first, last=last, data=data)
    ]


def _stays(
    entry: Entry, index: int, *, first: dict[int, int], last: dict[int, int], data: dict[int, int]
) -> bool:
    event = entry.event
    if isinstance(event, Data):
        return index == data[event.connection]
    if not isinstance(event, Line) or event.connection not in first:
        return True
    return not first[event.connection] <= index < last[event.connection]
