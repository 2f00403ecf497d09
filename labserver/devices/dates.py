"""When a message came: the internal date of IMAP, and what a message itself says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from labserver.message import field_values, outline, sent_moment

__all__ = ["arrived", "read_internaldate", "written"]

_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]  # not the machine's language
_DATE_TIME = re.compile(
    rb"([ 0-9][0-9])-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})"
    rb" ([+-])([0-9]{2})([0-9]{2})"
)


def written(moment: datetime) -> str:
    """Return an aware moment as IMAP's date-time, without quotes (RFC 3501 section 9)."""
    month = _MONTHS[moment.month - 1]
    return f"{moment.day:02}-{month}-{moment.year:04} {moment:%H:%M:%S %z}"


def read_internaldate(octets: bytes) -> datetime | None:
    """Return the moment of an IMAP date-time, in its zone; None if it is none."""
    found = _DATE_TIME.fullmatch(octets)
    if found is None or (month := found[2].decode("ascii").capitalize()) not in _MONTHS:
        return None
    day, year, hour, minute, second, hours, minutes = (int(found[n]) for n in (1, 3, 4, 5, 6, 8, 9))
    offset = timedelta(hours=hours, minutes=minutes)
    try:
        zone = timezone(-offset if found[7] == b"-" else offset)
        return datetime(year, _MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def arrived(message: bytes) -> datetime | None:
    """Return when a message came, in UTC, as far as it says so itself.

    That is the topmost Received field's moment (RFC 5321 section 4.4: after the last semicolon),
    else that of Date.
    """
    fields = [(name.lower(), value) for name, value in field_values(message, outline(message))]
    received = [value.rpartition(b";")[2] for name, value in fields if name == b"received"]
    sent = [value for name, value in fields if name == b"date"]
    for value in (*received[:1], *sent[:1]):
        moment = sent_moment(value)
        if moment is not None:
            return moment.astimezone(UTC)
    return None
