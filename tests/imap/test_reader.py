from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.errors import Farewell
from labserver.imap.reader import Announcement, Overlong, Reader, announced


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


class Listener:
    def __init__(self, limit: int = 20) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.reader = Reader(limit, lambda kind, octets: self.heard.append((kind, octets)))


def test_lines_and_literals() -> None:
    listener = Listener()
    reader = listener.reader
    reader.feed(b"one\r\ntw")
    assert reader.line() == b"one\r\n"
    assert reader.line() is None
    assert reader.unread() == b"tw"
    reader.feed(b"o {3}\r\nab")
    assert reader.line() == b"two {3}\r\n"
    assert reader.octets(3) is None
    reader.feed(b"\nrest\n")
    assert reader.octets(3) == b"ab\n"
    assert reader.octets(0) == b""
    assert reader.line() == b"rest\n"
    assert listener.heard == [
        ("line", b"one\r\n"),
        ("line", b"two {3}\r\n"),
        ("data", b"ab\n"),
        ("line", b"rest\n"),
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"a X {12}\r\n", Announcement(b"a X ", 12, synchronising=True)),
        (b"a X {0012+}\r\n", Announcement(b"a X ", 12, synchronising=False)),
        (b"{0}\r\n", Announcement(b"", 0, synchronising=True)),
        (b"a X {12}\n", None),
        (b"a X {12} \r\n", None),
        (b"a X {-1}\r\n", None),
        (b"a X {}\r\n", None),
        (b"a X {1}{2\r\n", None),
        (b"a X {" + b"9" * 21 + b"}\r\n", None),
    ],
)
def test_announcements(line: bytes, found: Announcement | None) -> None:
    assert announced(line) == found


def test_a_line_has_exactly_so_much_room() -> None:
    listener = Listener(limit=10)
    listener.reader.feed(b"12345678\r\n123456789\r\n123\r\n12345678\r\n")
    assert listener.reader.line() == b"12345678\r\n"
    assert listener.reader.line() == Overlong(b"123456789\r")
    assert listener.reader.line() == b"123\r\n"
    assert listener.reader.line(used=5) == Overlong(b"12345")
    assert listener.reader.line() is None


@given(
    st.binary(max_size=200),
    st.lists(st.integers(0, 200)),
    st.integers(0, 5),
)
def test_the_split_of_the_input_makes_no_difference(
    data: bytes, places: list[int], used: int
) -> None:
    def read(pieces: list[bytes]) -> tuple[list[object], list[tuple[str, bytes]], bytes]:
        listener = Listener(limit=8)
        taken: list[object] = []
        for piece in pieces:
            listener.reader.feed(piece)
            while (line := listener.reader.line(used)) is not None:
                taken.append(line)
        return taken, listener.heard, listener.reader.unread()

    whole, pieces = read([data]), read(cut(data, places))
    assert pieces == whole
    assert b"".join(octets for _, octets in whole[1]) + whole[2] == data
    assert len(whole[2]) < 8


def test_a_line_without_end_is_not_heard_for_ever() -> None:
    listener = Listener(limit=10)
    for _ in range(128):
        listener.reader.feed(b"0123456789")
        assert listener.reader.line() is None
        assert len(listener.reader.unread()) <= 10
    listener.reader.feed(b"0123456789")
    with pytest.raises(Farewell):
        listener.reader.line()
    assert sum(len(octets) for _, octets in listener.heard) == 1280
