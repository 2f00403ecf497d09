"""Connection faults: refuse, delay, cut, each over both kinds of transport."""

from __future__ import annotations

import pytest

from labserver.events import Closed, Connected, Data, FaultStruck, Line
from labserver.faults import Cut, Delay, Refuse
from tests.wire.house import Build, Client, House, run

pytestmark = pytest.mark.timeout(60)


def test_refuse_resets_before_the_greeting(house: House) -> None:
    house.faults.add(Refuse())

    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a:
            with pytest.raises(ConnectionResetError):
                await a.read()
            await house.wire.ended(a.number)
        async with Client(house, port) as b:
            assert await b.line() == b"+OK here\r\n"
        await house.wire.close()

    run(main())
    assert house.events()[:3] == [
        Connected(connection=1, protocol="pop3", port=110, device="laptop"),
        FaultStruck(connection=1, fault="the connection is refused"),
        Closed(connection=1, how="fault"),
    ]
    assert len(house.sessions) == 1  # none was made for the first


@pytest.mark.parametrize("after", [0, 1, 9, 10, 11, 40, 100_000, 400_000, 9_000_000])
def test_cut_sends_exactly_so_many_octets(house: House, after: int) -> None:
    house.faults.add(Cut(after=after, device="laptop"))

    async def main() -> bytes:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a:
            if after > 10:  # else it strikes before
                await a.send(b"BIG 9500000\r\n")
            said = await a.until_reset()
            await house.wire.ended(a.number)
        await house.wire.close()
        return said

    said = run(main())
    whole = b"+OK here\r\n+OK body\r\n" + b"x" * 9_500_000
    assert said == whole[:after]
    assert house.crossed(1, "S") == said
    assert house.events(FaultStruck)[0].connection == 1
    assert house.events(Closed) == [Closed(connection=1, how="fault")]


def test_cut_in_a_body_keeps_what_crossed_as_data(house: House) -> None:
    house.faults.add(Cut(after=25))
    connection = house.wire.memory(house.service(), "phone")
    assert connection.send(b"BIG 1000\r\nNOOP\r\n") == b"+OK body\r\nxxxxx"
    assert connection.closed
    assert house.events(Data)[0].octets == 5
    # What the server had not taken up when it struck is in the log all the same.
    assert house.crossed(1, "C") == b"BIG 1000\r\nNOOP\r\n"


def test_cut_is_for_whom_it_names(house: House) -> None:
    house.faults.add(Cut(after=3, device="phone", occurrence=2))
    first = house.wire.memory(house.service(), "phone")
    other = house.wire.memory(house.service(), "laptop")
    second = house.wire.memory(house.service(), "phone")
    third = house.wire.memory(house.service(), "phone")
    assert [each.closed for each in (first, other, second, third)] == [False, False, True, False]
    assert second.received == b"+OK"


def test_delay_holds_each_reply_for_its_time(house: House) -> None:
    house.faults.add(Delay(seconds=5))
    connection = house.wire.memory(house.service())
    loop = house.wire._memory
    assert connection.received == b"+OK here\r\n"
    assert loop.time() == 5
    assert connection.send(b"A\r\nB\r\n") == b"+OK A\r\n+OK B\r\n"
    assert loop.time() == 10
    # One long reply waits once.
    assert len(connection.send(b"BIG 200000\r\n")) == 200013
    assert loop.time() == 15
    assert connection.send(b"MANY 5000\r\n").count(b"\r\n") == 5000
    assert loop.time() == 20
    assert connection.send(b"QUIT\r\nA\r\n") == b"+OK bye\r\n"
    assert loop.time() == 25
    assert connection.closed
    assert house.crossed(1, "S") == connection.received
    assert house.events(FaultStruck) == [FaultStruck(connection=1, fault="each reply is 5 s late")]


def test_a_delayed_reply_is_in_the_log_when_it_is_sent_and_not_before(house: House) -> None:
    house.faults.add(Delay(seconds=5))
    connection = house.wire.memory(house.service())
    house.wire._memory.run(lambda: connection._transport.feed(b"A\r\n"))
    assert house.events()[-1] == Line(connection=1, direction="C", data=b"A\r\n")
    connection.cut()
    assert house.events()[-1] == Closed(connection=1, how="cut")
    assert b"+OK A" not in house.crossed(1, "S")


def test_delay_over_tcp(house: House) -> None:
    house.faults.add(Delay(seconds=0.02))

    async def main() -> bytes:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a:
            await a.send(b"A\r\nBIG 500000\r\nQUIT\r\n")
            said = await a.rest()
        await house.wire.close()
        return said

    said = run(main())
    assert said == b"+OK here\r\n+OK A\r\n+OK body\r\n" + b"x" * 500000 + b".\r\n+OK bye\r\n"
    assert house.crossed(1, "S") == said
    assert house.events()[-1] == Closed(connection=1, how="quit")


def test_delay_and_cut_together(house: House) -> None:
    house.faults.add(Delay(seconds=1))
    house.faults.add(Cut(after=12))
    connection = house.wire.memory(house.service())
    connection.send(b"A\r\n")
    assert connection.received == b"+OK here\r\n+O"
    assert connection.closed


def test_cut_waits_for_a_client_that_reads_late(house: House) -> None:
    house.faults.add(Cut(after=300_000))
    connection = house.wire.memory(house.service())
    connection.stop_reading()
    connection.send(b"BIG 1000000\r\n")
    assert not connection.closed
    assert connection.unsent > 0
    connection.read_on()
    assert connection.closed
    assert len(connection.received) == 300_000
    assert house.crossed(1, "S") == connection.received


def test_a_cut_that_nobody_reads_is_ended_by_silence(build: Build) -> None:
    house = build(idle=60)
    house.faults.add(Cut(after=300_000))
    connection = house.wire.memory(house.service())
    connection.stop_reading()
    connection.send(b"BIG 1000000\r\n")
    connection.wait(61)
    assert house.events(Closed) == [Closed(connection=1, how="fault")]
