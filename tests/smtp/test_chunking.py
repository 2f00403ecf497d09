"""BDAT: messages in chunks (RFC 3030)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.events import Data, FaultStruck, Line, StateChanged
from labserver.faults import Answer
from labserver.wire import MemoryConnection
from tests.smtp.house import LETTER, TO_BOB, House, build, close_all, codes


def bdat(octets: bytes, *, last: bool = False) -> bytes:
    return b"BDAT %d%s\r\n" % (len(octets), b" LAST" * last) + octets


@pytest.fixture
def connection(house: House) -> MemoryConnection:
    """A client with a recipient."""
    connection = house.greeted()
    connection.send(TO_BOB)
    return connection


def state(house: House) -> str:
    return str(house.events(StateChanged)[-1].state)


def test_one_chunk(house: House, connection: MemoryConnection) -> None:
    said = connection.send(bdat(LETTER, last=True))
    assert said.startswith(b"250 2.0.0 OK id=")
    assert house.inbox("bob")[0].endswith(b"09:00:00 +0000\r\n" + LETTER)
    assert house.clock.now().minute == 1
    assert state(house) == "GREETED"


def test_chunks_are_logged_one_by_one_and_acknowledged(
    house: House, connection: MemoryConnection
) -> None:
    number = house.log.last
    assert connection.send(bdat(b"Subject: x\r\n\r")) == b"250 2.0.0 13 octets received\r\n"
    assert state(house) == "BDAT"
    assert connection.send(bdat(b"\n.\r\nQUIT\r\n")) == b"250 2.0.0 10 octets received\r\n"
    assert connection.send(b"bdat 0 last\r\n").startswith(b"250 2.0.0 OK id=")
    heard = [
        (event.data if isinstance(event, Line) else house.log.body(event.sha256))
        for event in house.since(number)
        if isinstance(event, Line | Data) and event.direction == "C"
    ]
    assert heard == [
        b"BDAT 13\r\n",
        b"Subject: x\r\n\r",
        b"BDAT 10\r\n",
        b"\n.\r\nQUIT\r\n",
        b"bdat 0 last\r\n",
    ]
    # Nothing is unstuffed, and no dot ends anything.
    assert house.inbox("bob")[0].endswith(b"Subject: x\r\n\r\n.\r\nQUIT\r\n")


def test_no_octets_at_all(house: House, connection: MemoryConnection) -> None:
    assert codes(connection.send(b"BDAT 0\r\nBDAT 0\r\nBDAT 0 LAST\r\n")) == [250, 250, 250]
    assert house.inbox("bob")[0].endswith(b"09:00:00 +0000\r\n")


def test_rset_between_chunks_forgets_them(house: House, connection: MemoryConnection) -> None:
    connection.send(bdat(b"Old\r\n"))
    assert codes(connection.send(b"RSET\r\n")) == [250]
    assert codes(connection.send(bdat(b"x", last=True))) == [503]
    connection.send(TO_BOB)
    connection.send(bdat(LETTER, last=True))
    assert house.inbox("bob")[0].endswith(b"+0000\r\n" + LETTER)


@pytest.mark.parametrize(
    "line", [b"DATA\r\n", b"MAIL FROM:<>\r\n", b"RCPT TO:<bob@home.example>\r\n"]
)
def test_what_can_not_follow_a_chunk(
    house: House, connection: MemoryConnection, line: bytes
) -> None:
    connection.send(bdat(b"A: b\r\n"))
    assert codes(connection.send(line)) == [503]
    assert state(house) == "BDAT"
    assert codes(connection.send(bdat(b"\r\n", last=True))) == [250]
    assert house.inbox("bob")[0].endswith(b"A: b\r\n\r\n")


def test_a_chunk_after_the_last_one(house: House, connection: MemoryConnection) -> None:
    # Section 2: it MUST be replied to with 503; its octets are taken up.
    said = connection.send(bdat(LETTER, last=True) + bdat(b"NOOP\r\n" * 3) + b"NOOP\r\n")
    assert codes(said) == [250, 503, 250]
    assert len(house.inbox("bob")) == 1


@pytest.mark.parametrize(
    "before",
    [b"", b"HELO x\r\n", b"EHLO x\r\n", b"EHLO x\r\nMAIL FROM:<>\r\n", b"HELO x\r\n" + TO_BOB],
)
def test_octets_of_a_chunk_in_a_wrong_state_are_no_commands(house: House, before: bytes) -> None:
    connection = house.receiving()
    connection.send(before)
    said = connection.send(bdat(b"NOOP\r\n") + bdat(b"QUIT\r\n", last=True) + b"NOOP\r\n")
    assert codes(said) == [503, 503, 250]
    assert house.crossed(1, "C").endswith(b"BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")


@pytest.mark.parametrize(
    "line",
    [
        b"BDAT",
        b"BDAT LAST",
        b"BDAT -1",
        b"BDAT x",
        b"BDAT 1x",
        b"BDAT 0 LAST LAST",
        b"BDAT 0 FIRST",
        b"BDAT 0LAST",
        b"BDAT 0x10",
        b"BDAT 1 0",
        b"BDAT " + b"9" * 21,
    ],
)
def test_what_is_no_bdat(connection: MemoryConnection, line: bytes) -> None:
    assert codes(connection.send(line + b"\r\n")) == [501]
    assert codes(connection.send(bdat(LETTER, last=True))) == [250]


def test_chunks_in_the_pipeline_after_one_that_failed(house: House) -> None:
    # Section 2: they MUST be accepted and discarded.
    house.faults.add(Answer(protocol="smtp", command="BDAT", reply="451 4.3.0 No", occurrence=2))
    connection = house.greeted()
    said = connection.send(
        TO_BOB + bdat(b"A\r\n") + bdat(b"DATA\r\n") + bdat(b"NOOP\r\n") + bdat(b"C", last=True)
    )
    assert codes(said) == [250, 250, 250, 451, 503, 503]
    assert house.inbox("bob") == []
    assert len(house.events(FaultStruck)) == 1
    assert codes(connection.send(TO_BOB + bdat(LETTER, last=True))) == [250, 250, 250]


def test_a_fault_at_the_last_chunk_delivers_nothing(house: House) -> None:
    house.faults.add(Answer(protocol="smtp", command="BDAT LAST", reply="451 4.3.0 No"))
    connection = house.greeted()
    connection.send(TO_BOB)
    assert codes(connection.send(bdat(b"A\r\n") + bdat(b"B\r\n", last=True))) == [250, 451]
    assert house.inbox("bob") == []
    assert state(house) == "GREETED"


@pytest.mark.parametrize("sizes", [[1001], [500, 501], [1000, 1], [300_000], [999, 100_000, 1]])
def test_a_message_too_big(sizes: list[int]) -> None:
    house = build(message=1000)
    connection = house.greeted()
    chunks = [bdat(b"x" * size) for size in sizes]
    said = connection.send(TO_BOB + b"".join(chunks) + b"NOOP\r\n")
    assert 552 in codes(said)
    assert codes(said)[-1] == 250
    assert house.crossed(1, "C").endswith(b"".join(chunks) + b"NOOP\r\n")
    assert codes(connection.send(b"BDAT 0 LAST\r\n")) == [503]
    assert house.inbox("bob") == []
    assert max(event.octets for event in house.events(Data)) <= 64 * 1024
    said = connection.send(TO_BOB + bdat(b"x" * 999) + bdat(b"x", last=True))
    assert codes(said) == [250, 250, 250, 250]


def test_a_binary_message_comes_by_bdat_only(house: House) -> None:
    # Section 3.
    octets = bytes(range(256)) * 4 + b"\r.\n\r\n.\r\n\n.\n\r"
    connection = house.greeted()
    connection.send(TO_BOB.replace(b">\r\nRCPT", b"> BODY=BINARYMIME\r\nRCPT"))
    assert connection.send(b"DATA\r\n") == b"503 5.5.1 BODY=BINARYMIME needs BDAT\r\n"
    assert codes(connection.send(bdat(octets[:500]) + bdat(octets[500:], last=True))) == [250, 250]
    assert house.inbox("bob")[0].endswith(b"+0000\r\n" + octets)


def test_data_and_bdat_in_one_session(house: House, connection: MemoryConnection) -> None:
    connection.send(bdat(LETTER, last=True))
    assert codes(connection.send(TO_BOB + b"DATA\r\n")) == [250, 250, 354]
    assert codes(connection.send(LETTER + b".\r\n")) == [250]
    assert [each[-len(LETTER) :] for each in house.inbox("bob")] == [LETTER, LETTER]


def test_a_client_that_goes_away_in_a_chunk(house: House, connection: MemoryConnection) -> None:
    connection.send(b"BDAT 10 LAST\r\nhalf")
    connection.close()
    assert house.crossed(1, "C").endswith(b"BDAT 10 LAST\r\nhalf")
    assert house.inbox("bob") == []


@given(
    octets=st.binary(max_size=200),
    sizes=st.lists(st.integers(0, 60), max_size=6),
    cuts=st.lists(st.integers(0, 400), max_size=6),
)
def test_any_octets_in_any_chunks_and_any_split(
    octets: bytes, sizes: list[int], cuts: list[int]
) -> None:
    try:
        house = build()
        connection = house.greeted()
        connection.send(TO_BOB)
        sent, at = b"", 0
        for size in sizes:
            sent += bdat(octets[at : at + size])
            at += size
        sent += bdat(octets[at:], last=True) + b"NOOP\r\n"
        places = sorted({min(cut, len(sent)) for cut in cuts} | {0, len(sent)})
        said = b"".join(connection.send(sent[start:end]) for start, end in pairwise(places))
        assert codes(said) == [250] * (len(sizes) + 2)
        assert house.inbox("bob")[0].endswith(b"09:00:00 +0000\r\n" + octets)
        assert house.crossed(1, "C").endswith(sent)
    finally:
        close_all()
