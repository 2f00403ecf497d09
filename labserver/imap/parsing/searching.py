"""Reads the arguments of the commands that search: SEARCH and what is built on it."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.errors import Refused, Unsaved
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.result_options import read_returning
from labserver.imap.parsing.search_keys import read_keys
from labserver.imap.values import Criteria, Returning, ResultOption

__all__ = ["Searching", "read_search"]


@dataclass(frozen=True, slots=True)
class Searching:
    """What to look for, and what to tell of it; `returning` None: nobody said."""

    criteria: Criteria
    returning: Returning | None


def read_search(cursor: Cursor) -> Searching:
    """Read result options and charset, if they are there, and the keys: SEARCH."""
    cursor.space()
    returning = read_returning(cursor, "ESEARCH")
    try:
        return Searching(_read_program(cursor), returning)
    except Refused as error:
        if returning is not None and ResultOption.SAVE in returning:
            raise Unsaved(error.text, code=error.code) from error
        raise


def _read_program(cursor: Cursor) -> Criteria:
    charset = None
    if cursor.takes_name("CHARSET"):
        cursor.space()
        charset = cursor.astring()
        cursor.space()
    return Criteria(key=read_keys(cursor), charset=charset)
