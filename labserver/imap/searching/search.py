"""SEARCH: which messages match a key (RFC 3501 section 6.4.4).

The key becomes a test, once a command, that is put to all messages together and leaves those that
pass. Where several tests must agree, what needs nothing but the row is asked first, then what
needs the header, then what needs the whole text, each of no more than what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date
from enum import IntEnum
from functools import lru_cache, partial
from typing import NamedTuple, Protocol, TypeAlias, assert_never

from labserver.imap.errors import Malformed, Refused
from labserver.imap.objectids import email_id
from labserver.imap.opened import Bodies
from labserver.imap.searching.haystack import Haystack
from labserver.imap.searching.search_texts import fold
from labserver.imap.sets import select_uids, spans
from labserver.imap.syntax import local_day
from labserver.imap.values import (
    AddressContains,
    All,
    And,
    BodyContains,
    Criteria,
    EmailId,
    HasFlag,
    HeaderContains,
    InSequence,
    InternalDate,
    InUids,
    Larger,
    ModSeq,
    Not,
    Or,
    Recent,
    SavedDate,
    SearchKey,
    SentDate,
    SequenceSet,
    Smaller,
    TextContains,
    ThreadId,
    When,
    Within,
)
from labserver.store import Row, flag_tuple

__all__ = ["CHARSETS", "View", "search"]

CHARSETS = ("US-ASCII", "UTF-8")
"""The charsets that the strings of a SEARCH may be in."""


class View(Protocol):
    """What a session knows of the mailbox that it has selected."""

    @property
    def uids(self) -> Sequence[int]:
        """The UIDs that have sequence numbers, ascending: number n is `uids[n - 1]`."""

    @property
    def recent(self) -> Container[int]:
        r"""The UIDs that are `\Recent` in this session."""

    @property
    def saved(self) -> Iterable[int]:
        """The UIDs in the search result variable, which `$` stands for (RFC 5182)."""


def search(
    criteria: Criteria, view: View, rows: list[Row], messages: Bodies, now: int = 0
) -> list[Row]:
    """Return those of `rows` that match, in their order.

    `now` is the present moment, in seconds since 1970: OLDER and YOUNGER count from it.

    `rows` are what the store still has of the messages in `view`: who was expunged meanwhile
    matches nothing. Sequence numbers and UIDs that the mailbox does not have name no message and
    are no error. Raises Refused with BADCHARSET for a charset other than `CHARSETS`, and
    Malformed for a string that is not in its charset.
    """
    haystack = Haystack(messages)
    found = _Tests(criteria.charset, view, haystack, now).of(criteria.key).passing(rows)
    gone = haystack.gone
    return [row for row in found if row.body not in gone] if gone else found


class _Cost(IntEnum):
    """What a test has to look at, cheap first."""

    ROW = 0
    HEADER = 1
    TEXT = 2


_Passing: TypeAlias = Callable[[list[Row]], list[Row]]
"""Which of these rows pass, in their order."""

_Passes: TypeAlias = Callable[[Row], bool]
_Mark: TypeAlias = ModSeq | EmailId | ThreadId
_Dated: TypeAlias = InternalDate | SavedDate
_Property: TypeAlias = HasFlag | Larger | Smaller | _Dated | Within | _Mark
_RowKey: TypeAlias = All | Recent | InSequence | InUids | _Property


class _Test(NamedTuple):
    cost: _Cost
    passing: _Passing


def _encoding(charset: bytes | None) -> str:
    # A string without a CHARSET is US-ASCII; what is more can only be meant as UTF-8.
    name = b"UTF-8" if charset is None else charset.upper()
    if name not in (b"US-ASCII", b"UTF-8"):
        raise Refused(
            "The server does not know that charset", code=f"BADCHARSET ({' '.join(CHARSETS)})"
        )
    return name.decode("ascii")


@lru_cache(maxsize=4096)
def _folded_flags(flags: str) -> frozenset[str]:
    return frozenset(flag.lower() for flag in flag_tuple(flags))


def _compared(when: When, day: date) -> Callable[[date], bool]:
    match when:
        case When.BEFORE:
            return day.__gt__
        case When.ON:
            return day.__eq__
        case When.SINCE:
            return day.__le__
        case _:
            assert_never(when)


def _of_properties(key: _Property, now: int) -> _Passes:
    match key:
        case HasFlag(flag):
            wanted = flag.lower()
            return lambda row: wanted in _folded_flags(row.flags)
        case Larger() | Smaller():
            return _of_size(key)
        case ModSeq() | EmailId() | ThreadId():
            return _of_mark(key)
        case InternalDate() | SavedDate():
            return _of_day(key)
        case Within():
            return _of_age(key, now)
        case _:
            assert_never(key)


def _of_size(key: Larger | Smaller) -> _Passes:
    octets = key.octets
    if isinstance(key, Larger):
        return lambda row: row.octets > octets
    return lambda row: row.octets < octets


def _of_day(key: _Dated) -> _Passes:
    right = _compared(key.when, key.day)
    if isinstance(key, SavedDate):
        return lambda row: right(local_day(row.saved, 0))
    return lambda row: right(local_day(row.internaldate, row.zone))


def _of_mark(key: _Mark) -> _Passes:
    match key:
        case ModSeq(modseq):
            return lambda row: row.modseq >= modseq
        case EmailId(objectid):
            return lambda row: email_id(row) == objectid
        case ThreadId():
            return lambda _: False
        case _:
            assert_never(key)


def _of_age(key: Within, now: int) -> _Passes:
    target = now - key.seconds
    if key.younger:
        return lambda row: row.internaldate >= target
    return lambda row: row.internaldate <= target


class _Tests:
    """Makes tests of keys, for one command."""

    def __init__(self, charset: bytes | None, view: View, haystack: Haystack, now: int) -> None:
        self._encoding = _encoding(charset)
        self._view = view
        self._haystack = haystack
        self._now = now

    def of(self, key: SearchKey) -> _Test:
        match key:
            case Not(inner):
                return _not(self.of(inner))
            case And(keys):
                return _all(map(self.of, keys))
            case Or(first, second):
                return _either(self.of(first), self.of(second))
            case SentDate() | HeaderContains() | AddressContains():
                return _Test(_Cost.HEADER, self._of_header(key))
            case BodyContains() | TextContains():
                return _Test(_Cost.TEXT, self._of_text(key))
            case _:
                passes = self._of_row(key)
                return _Test(_Cost.ROW, lambda rows: [row for row in rows if passes(row)])

    def _of_row(self, key: _RowKey) -> _Passes:
        match key:
            case All():
                return lambda _: True
            case Recent():
                recent = self._view.recent
                return lambda row: row.uid in recent
            case InSequence() | InUids():
                named = self._named(key)
                return lambda row: row.uid in named
            case _:
                return _of_properties(key, self._now)

    def _named(self, key: InSequence | InUids) -> frozenset[int]:
        named = key.uids if isinstance(key, InUids) else key.numbers
        if named.saved:
            return frozenset(self._view.saved)
        if isinstance(key, InUids):
            return frozenset(select_uids(named, self._view.uids))
        return self._numbered(named)

    def _numbered(self, numbers: SequenceSet) -> frozenset[int]:
        uids = self._view.uids
        if not uids:
            return frozenset()
        return frozenset(
            uid for low, high in spans(numbers, len(uids)) for uid in uids[low - 1 : high]
        )

    def _of_header(self, key: SentDate | HeaderContains | AddressContains) -> _Passing:
        haystack = self._haystack
        if isinstance(key, SentDate):
            return partial(haystack.sent, _compared(key.when, key.day))
        name = fold(key.field.decode("latin-1"))
        by_address = isinstance(key, AddressContains)
        look = haystack.with_address if by_address else haystack.with_field
        return partial(look, name, self._needle(key.text))

    def _of_text(self, key: BodyContains | TextContains) -> _Passing:
        haystack = self._haystack
        look = haystack.with_body if isinstance(key, BodyContains) else haystack.with_text
        return partial(look, self._needle(key.text))

    def _needle(self, text: bytes) -> bytes:
        try:
            return fold(text.decode(self._encoding))
        except UnicodeDecodeError as error:
            raise Malformed(f"A search string is not in {self._encoding}") from error


def _not(test: _Test) -> _Test:
    def passing(rows: list[Row]) -> list[Row]:
        out = {row.uid for row in test.passing(rows)}
        return [row for row in rows if row.uid not in out]

    return _Test(test.cost, passing)


def _all(tests: Iterable[_Test]) -> _Test:
    """Return the test that all of `tests` pass, cheap ones first."""
    ordered = sorted(tests, key=lambda test: test.cost)

    def passing(rows: list[Row]) -> list[Row]:
        for test in ordered:
            rows = test.passing(rows)
        return rows

    return _Test(ordered[-1].cost if ordered else _Cost.ROW, passing)


def _either(*tests: _Test) -> _Test:
    """Return the test that one of two passes, the cheap one first."""
    cheap, dear = sorted(tests, key=lambda test: test.cost)

    def passing(rows: list[Row]) -> list[Row]:
        found = {row.uid for row in cheap.passing(rows)}
        found.update(row.uid for row in dear.passing([r for r in rows if r.uid not in found]))
        return [row for row in rows if row.uid in found]

    return _Test(dear.cost, passing)
