"""Reads the arguments of the commands that search: SEARCH, SORT, THREAD."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from labserver.imap.errors import Malformed, Refused, Unsaved
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.pieces import Wanting
from labserver.imap.parsing.result_options import read_returning
from labserver.imap.parsing.search_keys import read_keys
from labserver.imap.values import (
    Criteria,
    ResultOption,
    Returning,
    SortCriterion,
    SortKey,
    ThreadAlgorithm,
)

__all__ = [
    "Searching",
    "Sorting",
    "Threading",
    "read_search",
    "read_sort",
    "read_tags",
    "read_thread",
]


_SORT_KEYS = {key.value: key for key in SortKey}
_CAPABILITIES = {SortKey.DISPLAYFROM: "SORT=DISPLAY", SortKey.DISPLAYTO: "SORT=DISPLAY"}


@dataclass(frozen=True, slots=True)
class Searching:
    """What to look for, and what to tell of it; `returning` None: nobody said."""

    criteria: Criteria
    returning: Returning | None


@dataclass(frozen=True, slots=True)
class Sorting:
    """In what order to look for what, at least one criterion, and what to tell of it."""

    program: tuple[SortCriterion, ...]
    criteria: Criteria
    returning: Returning | None


@dataclass(frozen=True, slots=True)
class Threading:
    """How to put together what."""

    algorithm: ThreadAlgorithm
    criteria: Criteria


def read_search(cursor: Cursor) -> Searching:
    """Read result options and charset, if they are there, and the keys: SEARCH."""
    cursor.space()
    returning = read_returning(cursor, "ESEARCH", "CONTEXT=SEARCH")
    with _unsaved(returning):
        return Searching(_read_program(cursor), returning)


@contextmanager
def _unsaved(returning: Returning | None) -> Iterator[None]:
    """Have it known of a command that is refused while it is read, if it was to save its result."""
    saves = returning is not None and ResultOption.SAVE in returning
    try:
        yield
    except Wanting as wanting:
        wanting.saves = saves
        raise
    except Refused as error:
        if saves:
            raise Unsaved(error.text, code=error.code) from error
        raise


def read_sort(cursor: Cursor) -> Sorting:
    """Read result options if they are there, the order, the charset and the keys: SORT.

    Unlike that of SEARCH the charset is never missing.
    """
    cursor.space()
    returning = read_returning(cursor, "ESORT", "CONTEXT=SORT")
    program = _read_order(cursor)
    cursor.space()
    with _unsaved(returning):
        return Sorting(program, _read_in_charset(cursor), returning)


def _read_order(cursor: Cursor) -> tuple[SortCriterion, ...]:
    cursor.expect(b"(")
    return cursor.rest_of_list(_read_criterion)


def _read_criterion(cursor: Cursor) -> SortCriterion:
    name = cursor.name()
    reverse = name == "REVERSE"
    if reverse:
        cursor.space()
        name = cursor.name()
    key = _SORT_KEYS.get(name)
    if key is None or not cursor.dialect.has(_CAPABILITIES.get(key)):
        raise Malformed(f"There is no sort criterion {name[:40]}")
    return SortCriterion(key, reverse)


def read_thread(cursor: Cursor) -> Threading:
    """Read the algorithm, the charset, which is never missing here, and the keys: THREAD."""
    cursor.space()
    name = cursor.word()
    try:
        algorithm = ThreadAlgorithm(name)
    except ValueError:
        algorithm = None
    if algorithm is None or not cursor.dialect.offers(f"THREAD={name}"):
        raise Malformed(f"There is no threading algorithm {name[:40]}")
    cursor.space()
    return Threading(algorithm, _read_in_charset(cursor))


def read_tags(cursor: Cursor) -> tuple[str, ...]:
    """Read one or more tags in quotes: CANCELUPDATE (RFC 5267 section 5)."""
    tags: list[str] = []
    while not tags or not cursor.at_end():
        cursor.space()
        tags.append(cursor.quoted().decode("utf-8", "replace"))
    return tuple(tags)


def _read_in_charset(cursor: Cursor) -> Criteria:
    charset = cursor.astring()
    cursor.space()
    return Criteria(key=read_keys(cursor), charset=charset)


def _read_program(cursor: Cursor) -> Criteria:
    charset = None
    if cursor.takes_name("CHARSET"):
        if cursor.dialect.enabled("UTF8=ACCEPT"):
            # RFC 6855 section 3
            raise Malformed("SEARCH is in UTF-8 since UTF8=ACCEPT was enabled")
        cursor.space()
        charset = cursor.astring()
        cursor.space()
    return Criteria(key=read_keys(cursor), charset=charset)
