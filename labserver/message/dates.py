"""The Date field (RFC 5322 §3.3, obsolete forms §4.3)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from labserver.message.lexis import strip_comments

__all__ = ["sent_date", "sent_moment"]

_MONTHS = {
    name: number
    for number, name in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(),
        start=1,
    )
}
# RFC 5322 §4.3. Every other name of a zone, the military letters included, counts as -0000.
_ZONES = {
    b"edt": -4,
    b"est": -5,
    b"cdt": -5,
    b"cst": -6,
    b"mdt": -6,
    b"mst": -7,
    b"pdt": -7,
    b"pst": -8,
}
# Leniently: the comma may be missing, the month may be spelt out, hyphens may join the date.
_DATE = re.compile(
    rb"\s*(?:[A-Za-z]+\.?[\s,]*)?([0-9]{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s-]+"
    rb"([0-9]{2,4})(?![0-9])"
)
_TIME = re.compile(
    rb"[\s,]*([0-9]{1,2})\s*:\s*([0-9]{2})(?:\s*:\s*([0-9]{2}))?(?:\s*([+-][0-9]{4}|[A-Za-z]+))?"
)


def sent_date(value: bytes) -> date | None:
    """Return the date in a Date field's body, disregarding time and zone; None if there is none.

    That is what SEARCH SENTON and its like compare (RFC 3501 §6.4.4).
    """
    return _read_date(strip_comments(value))[0]


def sent_moment(value: bytes) -> datetime | None:
    """Return the moment in a Date field's body, in UTC; None without a valid date.

    An invalid zone counts as UTC, an invalid time as 00:00:00 (RFC 5256 §2.2).
    """
    value = strip_comments(value)
    day, position = _read_date(value)
    if day is None:
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = _TIME.match(value, position)
    if found is None:
        return midnight
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    # 60 is a leap second (RFC 5322 §3.3); it is the next minute's first here.
    if hour > 23 or minute > 59 or second > 60:
        return midnight
    time = timedelta(hours=hour, minutes=minute, seconds=second)
    try:
        return midnight + time - _offset(found[4])
    except OverflowError:
        return midnight


def _read_date(value: bytes) -> tuple[date | None, int]:
    found = _DATE.match(value)
    if found is None:
        return None, 0
    month = _MONTHS.get(found[2].lower())
    year = int(found[3])
    if len(found[3]) == 2:
        year += 2000 if year < 50 else 1900
    elif len(found[3]) == 3:
        year += 1900
    if month is None or year < 1900:
        return None, 0
    try:
        return date(year, month, int(found[1])), found.end()
    except ValueError:
        return None, 0


def _offset(zone: bytes | None) -> timedelta:
    """Return a zone's distance from UTC."""
    if zone is None:
        return timedelta()
    if zone[:1] not in (b"+", b"-"):
        return timedelta(hours=_ZONES.get(zone.lower(), 0))
    hours, minutes = int(zone[1:3]), int(zone[3:])
    if minutes > 59:
        return timedelta()
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone[:1] == b"-" else offset
