"""PIPELINING (RFC 2920): answers in order, those of a group together, the same in any split."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from labserver.events import Line
from tests.smtp.house import HELLO, LETTER, TO_BOB, House, build, close_all, codes

SESSION = (
    HELLO
    + TO_BOB
    + b"RCPT TO:<nobody@home.example>\r\nDATA\r\n"
    + LETTER
    + b".\r\nRSET\r\n"
    + TO_BOB
    + b"BDAT 3\r\nA\r\nBDAT 0 LAST\r\nMAIL FROM:<>\r\nX\r\nNOOP\r\nRSET\r\nVRFY bob\r\nQUIT\r\n"
)


class Writes:
    """What a session writes, write by write."""

    def __init__(self, house: House) -> None:
        self.connection = house.receiving()
        below = house.wire._open[self.connection.connection]._below
        self.seen: list[bytes] = []
        write = below.write

        def spy(data: bytes) -> None:
            self.seen.append(bytes(data))
            write(data)

        below.write = spy  # type: ignore[method-assign]

    def of(self, octets: bytes) -> list[list[int]]:
        self.seen.clear()
        self.connection.send(octets)
        return [codes(each) for each in self.seen]


def test_a_group_is_answered_in_one_write(house: House) -> None:
    # Section 3.2 (2): RSET, MAIL and RCPT wait for what follows, if it is there already.
    writes = Writes(house)
    assert writes.of(HELLO) == [[250]]
    assert writes.of(b"RSET\r\n" + TO_BOB + b"RCPT TO:<x@y>\r\nDATA\r\n") == [
        [250, 250, 250, 550, 354]
    ]
    assert writes.of(LETTER + b".\r\n" + TO_BOB) == [[250], [250, 250]]


def test_other_replies_are_not_held_back(house: House) -> None:
    # Section 3.2 (5) and (6).
    writes = Writes(house)
    assert writes.of(HELLO + b"NOOP\r\nNOOP\r\n") == [[250], [250], [250]]
    assert writes.of(b"X\r\nMAIL FROM:<>\r\nX\r\nVRFY bob\r\nRSET\r\nQUIT\r\n") == [
        [500],
        [250, 500],
        [252],
        [250, 221],
    ]


def test_nothing_waits_for_input_that_is_not_there(house: House) -> None:
    # Section 3.2 (7), also where half a command has come.
    writes = Writes(house)
    writes.of(HELLO)
    assert writes.of(TO_BOB) == [[250, 250]]
    assert writes.of(b"RCPT TO:<x@y>\r\nRCPT TO:<bob@ho") == [[550]]
    assert writes.of(b"me.example>\r\n") == [[250]]


def test_without_it_each_reply_is_written_alone(house: House) -> None:
    house.switches.switch_off("smtp", ["PIPELINING"])
    writes = Writes(house)
    assert writes.of(HELLO + TO_BOB + b"RSET\r\n") == [[250], [250], [250], [250]]


def test_the_replies_before_the_end_of_input(house: House) -> None:
    connection = house.greeted()
    assert codes(connection.send(TO_BOB)) == [250, 250]
    connection = house.greeted()
    connection.do(lambda: connection._transport.feed(TO_BOB) or connection._transport.feed_eof())
    assert codes(connection.received)[-2:] == [250, 250]


@given(cuts=st.lists(st.integers(0, len(SESSION)), max_size=12))
def test_the_log_is_the_same_in_any_split(cuts: list[int]) -> None:
    try:
        logs = []
        for places in ({0, len(SESSION)}, {0, len(SESSION), *cuts}):
            house = build()
            connection = house.receiving()
            said = b"".join(
                connection.send(SESSION[start:end]) for start, end in pairwise(sorted(places))
            )
            assert codes(said) == [
                *(250, 250, 250, 550, 354, 250, 250, 250, 250, 250, 250, 250, 500, 250),
                *(250, 252, 221),
            ]
            logs.append(house.events())
            assert house.crossed(1, "S") == connection.received
        assert logs[0] == logs[1]
        lines = [event for event in logs[0] if isinstance(event, Line)]
        # Each reply is a line of its own, and stands behind its command.
        assert [line.direction for line in lines[1:9]] == ["C", "S"] * 4
    finally:
        close_all()
