from __future__ import annotations

import imaplib
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.syntax import (
    QUOTED_LIMIT,
    astring,
    date_time,
    is_atom,
    local_day,
    nstring,
    string,
)
from tests.imap.replies import Atom, read


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (b"", b'""'),
        (b"plain text", b'"plain text"'),
        (b'say "x" \\ y', b'"say \\"x\\" \\\\ y"'),
        (b"\t\x7f\x01", b'"\t\x7f\x01"'),
        (b"a\rb", b"{3}\r\na\rb"),
        (b"a\nb", b"{3}\r\na\nb"),
        (b"caf\xc3\xa9", b"{5}\r\ncaf\xc3\xa9"),
        (b"a\0b", b'"ab"'),
        (b"\0\xff", b"{1}\r\n\xff"),
        (b"NIL", b'"NIL"'),
    ],
)
def test_a_string_is_quoted_where_it_can_be_and_a_literal_else(value: bytes, wire: bytes) -> None:
    assert string(value) == wire
    assert nstring(value) == wire


def test_only_what_does_not_exist_is_nil() -> None:
    assert nstring(None) == b"NIL"
    assert nstring(b"") == b'""'


def test_a_long_string_is_a_literal() -> None:
    assert string(b"x" * QUOTED_LIMIT) == b'"' + b"x" * QUOTED_LIMIT + b'"'
    assert string(b"x" * (QUOTED_LIMIT + 1)).startswith(b"{%d}\r\n" % (QUOTED_LIMIT + 1))


@given(st.binary(max_size=40))
def test_a_string_reads_back(value: bytes) -> None:
    assert read(string(value)) == value.replace(b"\0", b"")


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (b"INBOX", b"INBOX"),
        (b"a]b", b"a]b"),
        (b"Sent Mail", b'"Sent Mail"'),
        (b"", b'""'),
        (b"NIL", b'"NIL"'),
        (b"nil", b'"nil"'),
        (b"NILE", b"NILE"),
        (b"50%", b'"50%"'),
        (b"a*", b'"a*"'),
        (b"(a)", b'"(a)"'),
        (b"a{1}", b'"a{1}"'),
        (b'"', b'"\\""'),
        (b"\xe9", b"{1}\r\n\xe9"),
    ],
)
def test_an_astring_is_bare_where_it_can_be(value: bytes, wire: bytes) -> None:
    assert astring(value) == wire


@given(st.binary(max_size=12))
def test_an_atom_has_none_of_the_specials(value: bytes) -> None:
    specials = b'(){ %*"\\]'
    allowed = bool(value) and all(0x20 < c < 0x7F and c not in specials for c in value)
    assert is_atom(value) is allowed
    if allowed and value.upper() != b"NIL":
        assert astring(value) == value
        assert isinstance(read(value.replace(b"[", b"_")), Atom)


def test_the_start_of_the_lab_as_an_internal_date() -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert date_time(int(start.timestamp()), 0) == b'"02-Mar-2026 09:00:00 +0000"'


def test_the_example_of_the_rfc() -> None:
    # RFC 3501 section 8
    moment = datetime(1996, 7, 17, 2, 44, 25, tzinfo=timezone(-timedelta(hours=7)))
    assert date_time(int(moment.timestamp()), -7 * 60) == b'"17-Jul-1996 02:44:25 -0700"'


_MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001 - hypothesis wants them without a zone
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
)
_ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59)


@given(_MOMENTS, _ZONES)
def test_dates_show_the_clock_of_their_zone(local: datetime, zone: int) -> None:
    local = local.replace(microsecond=0)
    aware = local.replace(tzinfo=timezone(timedelta(minutes=zone)))
    seconds = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    wire = date_time(seconds, zone)
    assert re.fullmatch(
        rb'"[0-3][0-9]-[A-Z][a-z]{2}-[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}"', wire
    )
    day = local_day(seconds, zone)
    assert day == local.date()
    assert isinstance(day, date)
    text = wire.decode()
    assert int(text[8:12]) == local.year
    assert text[13:21] == local.strftime("%H:%M:%S")
    minutes = int(text[23:25]) * 60 + int(text[25:27])
    assert (minutes if text[22] == "+" else -minutes) == zone


def test_the_standard_library_reads_our_dates() -> None:
    wire = date_time(1_772_442_000, 330)
    parsed = imaplib.Internaldate2tuple(b"1 (INTERNALDATE " + wire + b")")
    assert parsed is not None
    assert datetime(*parsed[:6]).astimezone(UTC).timestamp() == 1_772_442_000
