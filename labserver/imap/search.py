"""SEARCH: which messages match a key (RFC 3501 section 6.4.4).

The key becomes one test a message, once a command. Where several tests must agree, what needs
nothing but the row is asked first, then what needs the header, then what needs the whole text.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias, assert_never

from labserver.imap import haystack
from labserver.imap.errors import Malformed, Refused
from labserver.imap.opened import Bodies, Gone
from labserver.imap.sets import select_uids, spans
from labserver.imap.syntax import local_day
from labserver.imap.values import (
    All,
    And,
    BodyContains,
    Criteria,
    HasFlag,
    HeaderContains,
    InSequence,
    InternalDate,
    InUids,
    Larger,
    Not,
    Or,
    Recent,
    SearchKey,
    SentDate,
    SequenceSet,
    Smaller,
    TextContains,
    When,
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


def search(criteria: Criteria, view: View, rows: Iterable[Row], messages: Bodies) -> list[int]:
    """Return the UIDs of those of `rows` that match, in the order of `rows`.

    `rows` are what the store still has of the messages in `view`: who was expunged meanwhile
    matches nothing. Sequence numbers and UIDs that the mailbox does not have name no message and
    are no error. Raises Refused with BADCHARSET for a charset other than `CHARSETS`, and
    Malformed for a string that is not in its charset.
    """
    test = _Tests(criteria.charset, view, messages).of(criteria.key)
    found: list[int] = []
    for row in rows:
        try:
            if test.passes(row):
                found.append(row.uid)
        except Gone:
            continue
    return found


class _Cost(IntEnum):
    """What a test has to look at, cheap first."""

    ROW = 0
    HEADER = 1
    TEXT = 2


_Passes: TypeAlias = Callable[[Row], bool]
_RowKey: TypeAlias = All | Recent | InSequence | InUids | HasFlag | Larger | Smaller | InternalDate


class _Test(NamedTuple):
    cost: _Cost
    passes: _Passes


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


def _of_properties(key: HasFlag | Larger | Smaller | InternalDate) -> _Passes:
    match key:
        case HasFlag(flag):
            wanted = flag.lower()
            return lambda row: wanted in _folded_flags(row.flags)
        case Larger(octets):
            return lambda row: row.octets > octets
        case Smaller(octets):
            return lambda row: row.octets < octets
        case InternalDate(when, day):
            right = _compared(when, day)
            return lambda row: right(local_day(row.internaldate, row.zone))
        case _:
            assert_never(key)


class _Tests:
    """Makes tests of keys, for one command."""

    def __init__(self, charset: bytes | None, view: View, messages: Bodies) -> None:
        self._encoding = _encoding(charset)
        self._view = view
        self._messages = messages

    def of(self, key: SearchKey) -> _Test:
        match key:
            case Not(inner):
                cost, passes = self.of(inner)
                return _Test(cost, lambda row: not passes(row))
            case And(keys):
                return _joined(all, map(self.of, keys))
            case Or(first, second):
                return _joined(any, map(self.of, (first, second)))
            case SentDate() | HeaderContains():
                return _Test(_Cost.HEADER, self._of_header(key))
            case BodyContains() | TextContains():
                return _Test(_Cost.TEXT, self._of_text(key))
            case _:
                return _Test(_Cost.ROW, self._of_row(key))

    def _of_row(self, key: _RowKey) -> _Passes:
        match key:
            case All():
                return lambda _: True
            case Recent():
                recent = self._view.recent
                return lambda row: row.uid in recent
            case InSequence(numbers):
                numbered = self._numbered(numbers)
                return lambda row: row.uid in numbered
            case InUids(uids):
                named = frozenset(select_uids(uids, self._view.uids))
                return lambda row: row.uid in named
            case _:
                return _of_properties(key)

    def _numbered(self, numbers: SequenceSet) -> frozenset[int]:
        uids = self._view.uids
        if not uids:
            return frozenset()
        return frozenset(
            uid for low, high in spans(numbers, len(uids)) for uid in uids[low - 1 : high]
        )

    def _of_header(self, key: SentDate | HeaderContains) -> _Passes:
        messages = self._messages
        if isinstance(key, SentDate):
            right = _compared(key.when, key.day)

            def sent(row: Row) -> bool:
                day = haystack.sent_day(messages, row.body)
                return day is not None and right(day)

            return sent
        name, needle = haystack.fold(key.field.decode("latin-1")), self._needle(key.text)
        return lambda row: haystack.has_field(messages, row.body, name, needle)

    def _of_text(self, key: BodyContains | TextContains) -> _Passes:
        messages, needle = self._messages, self._needle(key.text)
        look = haystack.in_body if isinstance(key, BodyContains) else haystack.in_text
        return lambda row: look(messages, row.body, needle)

    def _needle(self, text: bytes) -> bytes:
        try:
            return haystack.fold(text.decode(self._encoding))
        except UnicodeDecodeError as error:
            raise Malformed(f"A search string is not in {self._encoding}") from error


def _joined(rule: Callable[[Iterable[bool]], bool], tests: Iterable[_Test]) -> _Test:
    """Return the test that all or any of `tests` pass, cheap ones first."""
    ordered = sorted(tests, key=lambda test: test.cost)
    if len(ordered) == 1:
        return ordered[0]
    each = tuple(test.passes for test in ordered)
    cost = ordered[-1].cost if ordered else _Cost.ROW
    return _Test(cost, lambda row: rule(passes(row) for passes in each))
