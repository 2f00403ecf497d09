"""Reads what stands for something outside the grammar: mailbox names, flags, dates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from labserver.imap.errors import Malformed, Refused
from labserver.imap.naming.names import Name, decode
from labserver.imap.parsing.cursor import Cursor
from labserver.store import SYSTEM_FLAGS

__all__ = ["read_date", "read_date_time", "read_flags", "read_keyword", "read_mailbox", "read_name"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})\Z", re.ASCII)
_DATE_TIME = re.compile(
    r"( \d|\d\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\Z", re.ASCII
)
_SYSTEM = {flag.lower(): flag for flag in SYSTEM_FLAGS}


def read_name(cursor: Cursor) -> Name:
    """Read a mailbox name, from modified UTF-7 or UTF-8, whichever the dialect has, to Unicode.

    Raises BadName, which is answered NO, for what is neither: it names nothing.
    """
    return decode(cursor.astring(), utf8=cursor.dialect.utf8)


def read_mailbox(cursor: Cursor) -> str:
    """Read a mailbox name as `read_name`, without what the client supplied for it."""
    return read_name(cursor).text


def read_flags(cursor: Cursor, *, bare: bool = False) -> tuple[str, ...]:
    r"""Read a flag list in parentheses; with `bare` also flags without them, as STORE allows.

    System flags are returned in their own spelling. \Recent can't be set (RFC 3501 section
    2.3.2); a flag with a backslash that is not defined can't be stored.
    """
    if bare and not cursor.sees(b"("):
        flags = [_read_flag(cursor)]
        while cursor.takes(b" "):
            flags.append(_read_flag(cursor))
        return tuple(flags)
    cursor.expect(b"(")
    if cursor.takes(b")"):
        return ()
    return cursor.rest_of_list(_read_flag)


def _read_flag(cursor: Cursor) -> str:
    if not cursor.takes(b"\\"):
        return cursor.atom()
    name = "\\" + cursor.atom()
    if name.lower() == "\\recent":
        raise Malformed("Only the server sets \\Recent")
    if name.lower() not in _SYSTEM:
        raise Refused(f"There is no flag {name[:40]}", code="CANNOT")
    return _SYSTEM[name.lower()]


def read_keyword(cursor: Cursor) -> str:
    """Read a flag-keyword, a flag without a backslash."""
    return cursor.atom()


def _month(name: str) -> int:
    try:
        return _MONTHS.index(name.lower()) + 1
    except ValueError:
        raise Malformed(f"There is no month {name!r}") from None


def read_date(cursor: Cursor) -> date:
    """Read a date of SEARCH, with or without quotes: 1-Feb-1994."""
    text = cursor.quoted().decode("ascii", "replace") if cursor.sees(b'"') else cursor.atom()
    found = _DATE.match(text)
    if found is None:
        raise Malformed("A date looks like 1-Feb-1994")
    day, month, year = found.groups()
    try:
        return date(int(year), _month(month), int(day))
    except ValueError:
        raise Malformed("There is no such date") from None


def read_date_time(cursor: Cursor) -> datetime:
    """Read the date-time of APPEND, always quoted; the result knows its zone.

    Raises Refused for one that is in the grammar, but in no calendar or on no clock: an error in
    the date/time is answered NO (RFC 3501 section 6.3.11).
    """
    found = _DATE_TIME.match(cursor.quoted().decode("ascii", "replace"))
    if found is None:
        raise Malformed('A date and time looks like " 7-Feb-1994 21:52:25 -0800"')
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    try:
        east = timedelta(hours=int(hours), minutes=int(minutes))
        moment = datetime(
            int(year),
            _month(month),
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone(-east if sign == "-" else east),
        )
        moment.astimezone(UTC)  # it must exist there too
    except (ValueError, OverflowError):
        raise Refused("There is no such date and time", code="CANNOT") from None
    return moment
