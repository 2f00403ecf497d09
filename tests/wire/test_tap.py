"""The log holds exactly what crossed, and cuts it as the session does, not as the network does."""

from __future__ import annotations

import asyncio
import socket
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from labserver.clock import LabClock
from labserver.events import Data, Event, Line, Log
from labserver.protocol.session import Payload
from labserver.wire.tap import BLOCK, Tap
from tests.wire.house import Build, Client, House, run

COMMANDS = st.lists(
    st.sampled_from(
        [
            b"A\r\n",
            b"BIG 0\r\n",
            b"BIG 10\r\n",
            b"BIG 70000\r\n",
            b"TELL\r\n",
            b"MANY 3000\r\n",
            b"\n",
            b"half a",
            b"\xff\x00\r\n",
        ]
    ),
    max_size=12,
)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(places)]


@given(commands=COMMANDS, cuts=st.lists(st.integers(0, 80), max_size=8), quits=st.booleans())
def test_the_log_is_what_crossed_however_it_is_split(
    commands: list[bytes],
    cuts: list[int],
    quits: bool,  # noqa: FBT001 - hypothesis passes it by name
) -> None:
    data = b"".join(commands) + (b"\r\nQUIT\r\nmore" if quits else b"")
    logs = []
    for pieces in ([data], split(data, cuts)):
        house = Build()()
        connection = house.wire.memory(house.service())
        for piece in pieces:
            connection.send(piece)
        connection.close()
        assert house.crossed(1, "S") == connection.received
        taken = house.crossed(1, "C")
        assert data.startswith(taken) if quits else data == taken
        logs.append(house.events())
    if not quits:  # what came after QUIT depends on whether the client was quick enough
        assert [e for e in logs[0] if not told(e)] == [e for e in logs[1] if not told(e)]


def told(event: Event) -> bool:
    # Said unasked, between commands: where it stands is a matter of time.
    return isinstance(event, Line) and not event.data.replace(b"* news\r\n", b"")


@given(commands=COMMANDS, cuts=st.lists(st.integers(0, 80), max_size=4))
def test_the_log_is_what_crossed_over_tcp(commands: list[bytes], cuts: list[int]) -> None:
    data = b"".join(commands)
    house = Build()()

    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as bob:
            reading = asyncio.ensure_future(bob.rest())
            for piece in split(data, cuts):
                await bob.send(piece)
                await asyncio.sleep(0)
            bob.socket.shutdown(socket.SHUT_WR)
            said = await reading
            await house.wire.ended(bob.number)
        await house.wire.close()
        return said

    said = run(main())
    assert house.crossed(1, "S") == said
    assert house.crossed(1, "C") == data


def test_a_reply_is_one_line_event_up_to_a_body(house: House) -> None:
    connection = house.wire.memory(house.service())
    connection.send(b"BIG 10\r\n")
    said = [e for e in house.events(Line, Data) if e.direction == "S"]
    assert [getattr(e, "data", None) for e in said] == [
        b"+OK here\r\n",
        b"+OK body\r\n",
        None,
        b".\r\n",
    ]


def test_a_long_reply_is_cut_into_blocks(house: House) -> None:
    connection = house.wire.memory(house.service())
    connection.send(b"MANY 10000\r\n")
    said = [e.data for e in house.events(Line) if e.direction == "S"]
    assert len(said) > 5
    assert all(len(data) < BLOCK + 100 for data in said)


def test_who_has_read_a_reply_finds_it_in_the_log(house: House) -> None:
    # The transport looks into the log at the moment it gets the octets.
    seen = []
    connection = house.wire.memory(house.service())
    transport = connection._transport
    write = transport.write

    def looking(data: bytes) -> None:
        write(data)
        seen.append(house.crossed(1, "S").startswith(transport.received))

    transport.write = looking
    connection.send(b"A\r\nBIG 100000\r\nMANY 5000\r\nQUIT\r\n")
    assert len(seen) > 4
    assert all(seen)
    assert house.crossed(1, "S") == connection.received


@given(cuts=st.lists(st.integers(0, 40), max_size=6))
def test_a_line_is_ahead_if_it_came_before_the_last_reply(cuts: list[int]) -> None:
    data = b"A\r\nBIG 10\r\nA\r\nTELL\r\nA\r\n"
    house = Build()()
    connection = house.wire.memory(house.service())
    arrived, answered = 0, 0
    ends = [place + 2 for place in range(len(data)) if data[place : place + 2] == b"\r\n"]
    expected = {}
    for piece in split(data, cuts):
        arrived += len(piece)
        for end in (each for each in ends if answered < each <= arrived):
            # In one piece with the line before: that was answered with this one there already.
            expected[end] = end != min(each for each in ends if answered < each <= arrived)
        answered = max((each for each in ends if each <= arrived), default=0)
        connection.send(piece)
    lines = [each for each in house.events(Line) if each.direction == "C"]
    assert [each.ahead for each in lines] == [expected[end] for end in ends]


def test_the_tap_records_in_order() -> None:
    log = Log(LabClock().now)
    tap = Tap(log, 7)
    tap.said(b"a")
    tap.said(b"")
    tap.said(b"b")
    tap.heard("line", b"c")
    tap.said(Payload(b"body"))
    tap.said(b"d")
    tap.record(Line(connection=7, direction="C", data=b"event"))
    tap.settle()
    tap.settle()
    kinds = [(e.event.direction, getattr(e.event, "data", "body")) for e in log]
    assert kinds == [("S", b"ab"), ("C", b"c"), ("S", "body"), ("S", b"d"), ("C", b"event")]
    assert b"".join(tap.take()) == b"abbodyd"
    assert tap.take() == []


def test_a_long_body_is_not_copied_behind_its_first_line() -> None:
    tap = Tap(Log(LabClock().now), 1)
    body = Payload(b"x" * BLOCK)
    tap.said(b"first ")
    tap.heard("line", b"C")
    tap.said(b"line")
    tap.said(body)
    pieces = tap.take()
    assert pieces == [b"first line", body]
    assert pieces[1] is body
