"""Searches whose results the client is kept up to date of: RETURN (UPDATE) (RFC 5267 section 4.3).

A context knows what its client has been told that it finds. When news of the mailbox are told, it
is asked again: about the messages that something has happened to, or about all if its key may
change its mind without that. What it finds no more is told before any EXPUNGE, what it finds
besides after EXISTS, so that sequence numbers are valid on both sides (sections 4.3.3, 4.3.4).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Protocol

from labserver.imap.opened import Bodies
from labserver.imap.searching import search
from labserver.imap.searching.results import esearch_response
from labserver.imap.searching.sort import sort
from labserver.imap.sets import format_set, spans
from labserver.imap.values import (
    STAR,
    And,
    Criteria,
    FetchItem,
    InSequence,
    InUids,
    Not,
    Or,
    SearchKey,
    SequenceSet,
    SortCriterion,
    Within,
)
from labserver.store import Row

__all__ = ["MAX_CONTEXTS", "Context", "Contexts", "Watched", "settled"]

MAX_CONTEXTS: Final = 16
"""How many contexts a session may have at a time; for more there is NOUPDATE (section 4.3.1)."""


class Watched(search.View, Protocol):
    """The mailbox as its session sees it: `labserver.imap.view.View`."""

    def rows(self, uids: Sequence[int]) -> list[Row]:
        """Return what the store still has of these messages, of which the client knows."""

    def numbers(self, uids: Sequence[int]) -> list[int]:
        """Return the sequence numbers of those of these messages that the client knows."""


@dataclass(slots=True, kw_only=True)
class Context:
    """One search that is kept up to date.

    `tag` is that of its command, `uid` whether it speaks of UIDs. The key of `criteria` must be
    `settled`. `program` None: SEARCH, whose order is that of the mailbox. `found` are the UIDs of
    what the client knows that it finds, in the requested order. `attributes` are what shall be
    told of new messages that it finds (RFC 5465 section 7).
    """

    tag: str
    uid: bool
    criteria: Criteria
    program: tuple[SortCriterion, ...] | None
    found: list[int] = field(default_factory=list)
    attributes: tuple[FetchItem, ...] = ()
    drifts: bool = field(init=False)

    def __post_init__(self) -> None:
        self.drifts = _drifts(self.criteria.key)


class Contexts:
    """The contexts of a mailbox that is selected; they end with it."""

    def __init__(self, view: Watched, bodies: Bodies, now: Callable[[], int]) -> None:
        self._view = view
        self._bodies = bodies
        self._now = now
        self._contexts: dict[str, Context] = {}
        self._touched: set[int] = set()

    def __contains__(self, tag: str) -> bool:
        """Tell whether there is a context of that tag."""
        return tag in self._contexts

    @property
    def full(self) -> bool:
        """Whether there may be no more of them."""
        return len(self._contexts) >= MAX_CONTEXTS

    @property
    def pending(self) -> bool:
        """Whether there may be something to tell."""
        return bool(self._touched) or any(each.drifts for each in self._contexts.values())

    def add(self, context: Context) -> None:
        """Keep a context up to date from now on."""
        self._contexts[context.tag] = context

    def cancel(self, tags: Collection[str]) -> None:
        """Tell no more of those (section 4.3.5). Raises KeyError if one is not there."""
        for tag in tags:
            self._contexts[tag]
        for tag in set(tags):
            del self._contexts[tag]
        if not self._contexts:
            self._touched.clear()

    def touch(self, uid: int) -> None:
        """Note that something has happened to a message."""
        if self._contexts:
            self._touched.add(uid)

    def attributes(self, uids: Sequence[int]) -> dict[int, tuple[FetchItem, ...]]:
        """Return what shall be told of new messages, for those of which anything shall."""
        told: dict[int, tuple[FetchItem, ...]] = {}
        for context in self._contexts.values():
            if context.attributes:
                for uid in self._matching(context, uids):
                    told[uid] = tuple(dict.fromkeys((*told.get(uid, ()), *context.attributes)))
        return told

    def removals(self, among: Collection[int]) -> list[bytes]:
        """Return what of that is found no more, and note that it is told; before any EXPUNGE."""
        return self._removals(lambda uid: uid in among)

    def _removals(self, may_go: Callable[[int], bool]) -> list[bytes]:
        lines = []
        for context in self._contexts.values():
            touched = self._touched
            asked = [
                uid for uid in context.found if may_go(uid) and (context.drifts or uid in touched)
            ]
            left = self._matching(context, asked)
            gone = frozenset(uid for uid in asked if uid not in left)
            if gone:
                lines.append(self._response(context, b"REMOVEFROM", _removed(context, gone)))
                context.found = [uid for uid in context.found if uid not in gone]
        return lines

    def additions(self) -> list[bytes]:
        """Return what is found besides, and note that it is told; after EXISTS.

        What an arrival makes cease to match (`*` stands for another message now) is told too.
        """
        lines = self._removals(lambda _: True)
        for context in self._contexts.values():
            known = frozenset(context.found)
            asked = self._view.uids if context.drifts else sorted(self._touched)
            new = self._matching(context, [uid for uid in asked if uid not in known])
            if new:
                context.found = self._ordered(context, known | new)
                lines.append(self._response(context, b"ADDTO", _added(context, new)))
        self._touched.clear()
        return lines

    def _matching(self, context: Context, uids: Sequence[int]) -> frozenset[int]:
        if not uids:
            return frozenset()
        # What arrives while the mailbox is open may be touched before the client knows of it.
        known = frozenset(uids).intersection(self._view.uids)
        rows = [row for row in self._view.rows(sorted(known)) if row.uid in known]
        found = search.search(context.criteria, self._view, rows, self._bodies, self._now())
        return frozenset(row.uid for row in found)

    def _ordered(self, context: Context, uids: Collection[int]) -> list[int]:
        if context.program is None:
            return sorted(uids)
        rows = self._view.rows(sorted(uids))
        return [row.uid for row in sort(context.program, rows, self._bodies)]

    def _response(
        self, context: Context, name: bytes, changes: Iterable[tuple[int, list[int]]]
    ) -> bytes:
        """Return ESEARCH with pairs of a position and of what is there (section 4.3.2)."""
        pairs = [
            b"%d %b" % (position, format_set(uids if context.uid else self._view.numbers(uids)))
            for position, uids in changes
        ]
        data = b"%b (%b)" % (name, b" ".join(pairs))
        return esearch_response(context.tag, [data], uid=context.uid)


def _removed(context: Context, gone: Collection[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield what is to be removed and from where, one after the other; 0: wherever it is."""
    if context.program is None:
        yield 0, [uid for uid in context.found if uid in gone]
        return
    position = 1
    for is_gone, run in groupby(context.found, gone.__contains__):
        uids = list(run)
        if is_gone:
            yield position, uids  # those behind move up: the position stays
        else:
            position += len(uids)


def _added(context: Context, new: Collection[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield what is to be inserted and where, one after the other; 0: in mailbox order."""
    if context.program is None:
        yield 0, [uid for uid in context.found if uid in new]
        return
    position = 1
    for is_new, run in groupby(context.found, new.__contains__):
        uids = list(run)
        if is_new:
            yield position, uids
        position += len(uids)


def _drifts(key: SearchKey) -> bool:
    """Tell whether a message may begin or cease to match without anything happening to it."""
    match key:
        case Within():
            return True
        case InUids(uids):
            return any(STAR in ends for ends in uids.ranges)
        case Not(inner):
            return _drifts(inner)
        case Or(first, second):
            return _drifts(first) or _drifts(second)
        case And(keys):
            return any(map(_drifts, keys))
        case _:
            return False


def settled(key: SearchKey, view: Watched) -> SearchKey:
    """Return the key with the UIDs that sequence numbers and `$` stand for now (section 4.3)."""
    match key:
        case InSequence(numbers) | InUids(numbers) if numbers.saved:
            return _exactly(sorted(view.saved))
        case InSequence(numbers):
            known = view.uids
            named = spans(numbers, len(known)) if known else ()
            return _exactly(uid for low, high in named for uid in known[low - 1 : high])
        case Not(inner):
            return Not(settled(inner, view))
        case Or(first, second):
            return Or(settled(first, view), settled(second, view))
        case And(keys):
            return And(tuple(settled(each, view) for each in keys))
        case _:
            return key


def _exactly(uids: Iterable[int]) -> InUids:
    return InUids(SequenceSet(tuple((uid, uid) for uid in uids)))
