"""Lines and messages are found where RFC 5321 says, however the network cuts them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labserver.smtp.intake import Ended, Flaw, Intake, Text
from labserver.wire.stillness import memory_loop
from tests.smtp.house import LETTER, TO_BOB, House, codes

OCTETS = st.lists(
    st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"a", b"\r\n.\r\n", b"..", b"\xff", b"bcdefgh"]),
    max_size=30,
).map(b"".join)
CUTS = st.lists(st.integers(0, 60), max_size=8)


class Reader:
    """An intake on a loop of its own, with what it has taken up."""

    def __init__(self) -> None:
        self.loop = memory_loop()
        self.heard: list[tuple[str, bytes]] = []
        self.intake = Intake(self.loop, lambda kind, octets: self.heard.append((kind, octets)))

    def message(self, data: bytes, cuts: list[int], limit: int) -> bytes | type[Ended] | None:
        async def read() -> bytes | type[Ended] | None:
            try:
                return await self.intake.message(limit)
            except Ended:
                return Ended

        task = self.loop.run(lambda: self.loop.create_task(read()))
        self._feed(data, cuts)
        return task.result()

    def lines(self, data: bytes, cuts: list[int], limit: int) -> list[Text]:
        async def read() -> list[Text]:
            found = []
            try:
                while True:
                    found.append(await self.intake.line(limit))
            except Ended:
                return found

        task = self.loop.run(lambda: self.loop.create_task(read()))
        self._feed(data, cuts)
        return task.result()

    def _feed(self, data: bytes, cuts: list[int]) -> None:
        places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
        for start, end in pairwise(places):
            self.loop.run(lambda start=start, end=end: self.intake.feed(data[start:end]))
        self.loop.run(self.intake.feed_eof)


@given(data=OCTETS, cuts=CUTS, limit=st.integers(1, 40))
@example(data=b".\r\n", cuts=[1, 2], limit=1)
@example(data=b".\r\r\n.\r\n", cuts=[], limit=40)
@example(data=b"a\r\n.\r\n.\r\n", cuts=[3, 5], limit=3)
@example(data=b"..\r\n..\r\n..\r\n..\r\n.\r\n", cuts=[], limit=12)
@example(data=b"..\r\n..\r\n..\r\n..\r\n.\r\n", cuts=[7, 10], limit=11)
def test_a_message_ends_at_crlf_dot_crlf_only(data: bytes, cuts: list[int], limit: int) -> None:
    # The model: the CRLF of the DATA line, then the text; it ends where the five octets first are.
    text = b"\r\n" + data
    at = text.find(b"\r\n.\r\n")
    reader = Reader()
    read = reader.message(data, cuts, limit)
    rest = reader.intake.unread()
    assert b"".join(octets for _, octets in reader.heard) + rest == data
    if at < 0:
        assert read is Ended
        return
    body = text[2 : at + 2]
    # Dots that stuff do not count (RFC 1870 section 5).
    octets = len((b"\r\n" + body).replace(b"\r\n.", b"\r\n")) - 2
    assert read == (body if octets <= limit else None)
    assert reader.heard[-1] == ("line", b".\r\n")
    assert rest == data[len(body) + 3 :]
    again = Reader()
    again.message(data, [], limit)
    assert again.heard == reader.heard


@given(data=OCTETS, cuts=CUTS, limit=st.integers(3, 40))
def test_lines_are_the_same_in_any_split(data: bytes, cuts: list[int], limit: int) -> None:
    reader = Reader()
    found = reader.lines(data, cuts, limit)
    whole = re.findall(rb"[^\n]*\n", data)
    assert len(found) == len(whole)
    for text, line in zip(found, whole, strict=True):
        if len(line) > limit:
            assert text == Text(b"", Flaw.TOO_LONG)
        elif line.endswith(b"\r\n"):
            assert text == Text(line[:-2])
        else:
            assert text == Text(line[:-1], Flaw.BARE_LF)
    assert b"".join(octets for _, octets in reader.heard) + reader.intake.unread() == data
    assert all(len(octets) <= limit for _, octets in reader.heard)


@pytest.mark.parametrize("size", [0, 1, 100_000, 300_000])
def test_a_message_that_is_too_long_is_heard_in_pieces(size: int) -> None:
    reader = Reader()
    data = b"x" * size + b"\r\n"
    assert reader.message(data + b".\r\nNOOP\r\n", [5, 70_000, 200_000], 10) == (
        data if len(data) <= 10 else None
    )
    assert b"".join(octets for _, octets in reader.heard) == data + b".\r\n"
    assert max(len(octets) for _, octets in reader.heard) <= 64 * 1024
    assert reader.intake.unread() == b"NOOP\r\n"


# What has been taken for the end of a message by one server or another.
SMUGGLED = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\r\n",
    b"\n\n.\r\n",
    b"\r\n. \r\n",
    b"\r\n.\r\x00\n",
]


@pytest.mark.parametrize("end", SMUGGLED)
def test_no_second_message_is_smuggled_in(house: House, end: bytes) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    inner = LETTER + end + TO_BOB + b"DATA\r\nForged\r\n"
    assert connection.send(inner) == b""
    assert codes(connection.send(b".\r\n")) == [250]
    assert len(house.inbox("bob")) == 1
    kept = house.inbox("bob")[0]
    assert b"Forged" in kept
    assert kept.endswith(inner.replace(b"\r\n.", b"\r\n"))  # only the stuffed dots are gone


def test_dots_are_unstuffed(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    connection.send(b"..first\r\nA: b\r\n\r\n..\r\n...\r\n.x\r\na.\r\n..\r\n.\r\n")
    assert house.inbox("bob")[0].endswith(b"\r\n.first\r\nA: b\r\n\r\n.\r\n..\r\nx\r\na.\r\n.\r\n")


def test_an_empty_message(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    assert codes(connection.send(b".\r\n")) == [250]
    assert house.inbox("bob")[0].count(b"\r\n") == 5  # the trace, and nothing else
