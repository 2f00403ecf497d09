"""Strings, atoms, dates and flags as IMAP writes them (RFC 3501 sections 4 and 9)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

__all__ = [
    "MONTHS",
    "QUOTED_LIMIT",
    "astring",
    "date_time",
    "flag_list",
    "is_atom",
    "local_day",
    "nstring",
    "string",
]

QUOTED_LIMIT = 1024
"""Strings of more octets are sent as literals: a client may read a line into a small buffer."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""The months of date-month, in order."""

# Section 9: any CHAR but atom-specials; an astring may have "]" besides.
_ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
_ASTRING = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
# What most strings are: to be quoted as they stand.
_PLAIN = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-!#-\[\]-\x7f]{0,%d}" % QUOTED_LIMIT)
# Section 4.3: a quoted string has 7-bit characters, and neither CR nor LF.
_NOT_QUOTABLE = re.compile(rb"[\r\n\x80-\xff]")
_NOT_QUOTABLE_UTF8 = re.compile(rb"[\r\n]")
_QUOTED_SPECIALS = re.compile(rb'(["\\])')
# Added to in the zone's own clock: what comes out is that clock, whatever it is labelled.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_atom(value: bytes) -> bool:
    """Say whether `value` is an atom: at least one character, none of the atom-specials."""
    return _ATOM.fullmatch(value) is not None


def string(value: bytes, *, utf8: bool = False) -> bytes:
    """Return `value` as a string: quoted if that can be, else a literal.

    `utf8`: it is UTF-8, and the client has enabled that in quoted strings (RFC 9051 section 4.3).
    NUL cannot be sent in any form (section 9, note 3); it is left out.
    """
    if _PLAIN.fullmatch(value):
        return b'"%b"' % value
    if b"\0" in value:
        value = value.replace(b"\0", b"")
    not_quotable = _NOT_QUOTABLE_UTF8 if utf8 else _NOT_QUOTABLE
    if len(value) > QUOTED_LIMIT or not_quotable.search(value):
        return b"{%d}\r\n%b" % (len(value), value)
    if b'"' in value or b"\\" in value:
        value = _QUOTED_SPECIALS.sub(rb"\\\1", value)
    return b'"%b"' % value


def nstring(value: bytes | None) -> bytes:
    """Return `value` as a string, and None, what does not exist, as NIL (section 4.5)."""
    return b"NIL" if value is None else string(value)


def astring(value: bytes, *, utf8: bool = False) -> bytes:
    """Return `value` as it is if its characters allow that, else as a `string`.

    A value that spells NIL is quoted: clients take the bare word for nothing at all.
    """
    if _ASTRING.fullmatch(value) and value.upper() != b"NIL":
        return value
    return string(value, utf8=utf8)


def _local(seconds: int, zone: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds, minutes=zone)


def date_time(seconds: int, zone: int) -> bytes:
    """Return a date-time, `"02-Mar-2026 09:00:00 +0000"` (section 9).

    `seconds` count from 1970 in UTC, `zone` is minutes east of it.
    """
    moment = _local(seconds, zone)
    sign, offset = ("-", -zone) if zone < 0 else ("+", zone)
    return (
        f'"{moment.day:02}-{MONTHS[moment.month - 1]}-{moment.year:04}'
        f" {moment.hour:02}:{moment.minute:02}:{moment.second:02}"
        f' {sign}{offset // 60:02}{offset % 60:02}"'
    ).encode("ascii")


def local_day(seconds: int, zone: int) -> date:
    """Return the day of a moment where its zone is: what SEARCH ON and its like compare."""
    return _local(seconds, zone).date()


@lru_cache(maxsize=4096)
def flag_list(flags: tuple[str, ...]) -> bytes:
    """Return a flag-list: flags in parentheses (section 9)."""
    return f"({' '.join(flags)})".encode("ascii")
