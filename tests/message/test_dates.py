from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.message import sent_date, sent_moment


@pytest.mark.parametrize(
    ("value", "day", "moment"),
    [
        (b"Fri, 21 Nov 1997 09:55:06 -0600", (1997, 11, 21), (1997, 11, 21, 15, 55, 6)),
        (b"Tue, 1 Jul 2003 10:52:37 +0200", (2003, 7, 1), (2003, 7, 1, 8, 52, 37)),
        (b"21 Nov 97 09:55:06 GMT", (1997, 11, 21), (1997, 11, 21, 9, 55, 6)),
        (
            (
                b"Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n"
                b"               -0330 (Newfoundland Time)"
            ),
            (1969, 2, 13),
            (1969, 2, 14, 3, 2, 0),
        ),
        (
            b"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
            (1997, 11, 21),
            (1997, 11, 21, 15, 55, 6),
        ),
        # RFC 5256 §2.2
        (b"31 Dec 2000 16:01:33 -0800", (2000, 12, 31), (2001, 1, 1, 0, 1, 33)),
        # RFC 5322 §4.3
        (b"1 Jan 49 00:00 EST", (2049, 1, 1), (2049, 1, 1, 5, 0, 0)),
        (b"1 Jan 50 00:00 pdt", (1950, 1, 1), (1950, 1, 1, 7, 0, 0)),
        (b"1 Jan 126 00:00 A", (2026, 1, 1), (2026, 1, 1, 0, 0, 0)),
        (b"1 Jan 2026 00:00 MESZ", (2026, 1, 1), (2026, 1, 1, 0, 0, 0)),
        # Invalid zone, invalid time, none at all.
        (b"1 Jan 2026 12:00 +0160", (2026, 1, 1), (2026, 1, 1, 12, 0, 0)),
        (b"1 Jan 2026 25:00 +0100", (2026, 1, 1), (2026, 1, 1, 0, 0, 0)),
        (b"1 Jan 2026", (2026, 1, 1), (2026, 1, 1, 0, 0, 0)),
        (b"31 Dec 2016 23:59:60 +0000", (2016, 12, 31), (2017, 1, 1, 0, 0, 0)),
        (b"Wed 07-Sep-2026 09:00:00", (2026, 9, 7), (2026, 9, 7, 9, 0, 0)),
        (b"Mon, 7 September 2026 09:00:00", (2026, 9, 7), (2026, 9, 7, 9, 0, 0)),
    ],
)
def test_dates(value: bytes, day: tuple[int, int, int], moment: tuple[int, ...]) -> None:
    assert sent_date(value) == date(*day)
    assert sent_moment(value) == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"yesterday",
        b"31 Feb 2026 00:00",
        b"0 Jan 2026",
        b"1 Foo 2026",
        b"1 Jan 1899",
        b"1 Jan",
        b"1 Jan 99999",
        b"1 Jan 0026",
    ],
)
def test_no_date(value: bytes) -> None:
    assert sent_date(value) is None
    assert sent_moment(value) is None


def test_a_moment_off_the_calendar() -> None:
    assert sent_moment(b"31 Dec 9999 23:00 -0500") == datetime(9999, 12, 31, tzinfo=UTC)


@given(
    st.one_of(
        st.binary(max_size=40),
        st.lists(
            st.sampled_from(
                [
                    b"Mon",
                    b",",
                    b" ",
                    b"1",
                    b"99",
                    b"Jan",
                    b"2026",
                    b":",
                    b"00",
                    b"+0100",
                    b"-9999",
                    b"EST",
                    b"(",
                    b")",
                    b"-",
                ]
            ),
            max_size=15,
        ).map(b"".join),
    )
)
def test_any_bytes(value: bytes) -> None:
    assert (sent_date(value) is None) == (sent_moment(value) is None)
