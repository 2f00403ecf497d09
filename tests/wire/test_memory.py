"""Connections in memory: driven by their caller, with a time of their own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from labserver.events import Closed, Line
from labserver.wire.stillness import memory_loop
from tests.wire.house import Build, House


def test_send_returns_what_it_brings(house: House) -> None:
    before_threads = set(threading.enumerate())
    connection = house.wire.memory(house.service(), "phone")
    assert connection.connection == 1
    assert connection.received == b"+OK here\r\n"
    assert connection.send(b"A\r\nB") == b"+OK A\r\n"
    assert connection.send(b"\r\n") == b"+OK B\r\n"
    assert connection.send(b"QUIT\r\n") == b"+OK bye\r\n"
    assert connection.closed
    assert connection.send(b"A\r\n") == b""
    assert set(threading.enumerate()) <= before_threads


def test_it_works_while_a_loop_runs_in_the_thread(house: House) -> None:
    async def main() -> None:
        connection = house.wire.memory(house.service())
        assert connection.send(b"A\r\n") == b"+OK A\r\n"
        assert asyncio.get_running_loop().time() > 0
        await house.wire.close()
        assert connection.closed

    asyncio.run(main())
    assert house.events(Closed) == [Closed(connection=1, how="server")]


@pytest.mark.parametrize(("end", "how"), [("close", "client"), ("cut", "cut")])
def test_the_client_ends_it(house: House, end: str, how: str) -> None:
    connection = house.wire.memory(house.service())
    connection.send(b"half")
    getattr(connection, end)()
    assert house.events()[-2:] == [
        Line(connection=1, direction="C", data=b"half"),
        Closed(connection=1, how=how),
    ]
    assert connection.closed
    connection.close()
    connection.cut()
    assert len(house.events(Closed)) == 1


def test_news_reach_another_connection(house: House) -> None:
    one = house.wire.memory(house.service())
    two = house.wire.memory(house.service())
    before = len(two.received)
    house.sessions[1].news.append(b"* hello\r\n")
    house.sessions[1].context.wake()
    one.send(b"A\r\n")
    assert two.received[before:] == b"* hello\r\n"


def test_news_wait_for_the_end_of_the_reply(house: House) -> None:
    connection = house.wire.memory(house.service())
    assert connection.send(b"TELL\r\nA\r\n") == b"+OK will\r\n+OK A\r\n* news\r\n"


def test_silence_in_the_loops_own_time(build: Build) -> None:
    house = build(idle=1800)
    connection = house.wire.memory(house.service())
    assert connection.wait(1799) == b""
    connection.send(b"A\r\n")
    assert connection.wait(1799) == b""
    assert not connection.closed
    assert connection.wait(2) == b"-ERR silent\r\n"
    assert connection.closed
    assert house.events()[-1] == Closed(connection=1, how="server")


def test_a_client_that_stops_reading_and_goes_on(house: House) -> None:
    connection = house.wire.memory(house.service())
    connection.stop_reading()
    connection.send(b"BIG 100000\r\n" * 50)
    assert 100_000 <= connection.unsent < 300_000
    said = connection.read_on()
    assert said == (b"+OK body\r\n" + b"x" * 100_000 + b".\r\n") * 50
    assert house.crossed(1, "S") == connection.received
    assert house.crossed(1, "C") == b"BIG 100000\r\n" * 50


def test_a_client_that_never_reads_is_ended_by_silence(build: Build) -> None:
    house = build(idle=60)
    connection = house.wire.memory(house.service())
    connection.stop_reading()
    connection.send(b"BIG 100000\r\n" * 50)
    connection.wait(61)
    assert connection.closed
    assert house.sessions[0].ends == ["server"]


def test_quit_with_a_reply_that_nobody_reads_is_ended_by_silence(build: Build) -> None:
    house = build(idle=60)
    connection = house.wire.memory(house.service())
    connection.stop_reading()
    connection.send(b"QUIT\r\n")
    assert not connection.closed
    connection.wait(61)
    assert connection.closed
    assert house.events()[-1] == Closed(connection=1, how="quit")


class TestLoop:
    def test_timers_run_in_order_and_cancelled_ones_do_not(self) -> None:
        loop = memory_loop()
        done = []
        loop.call_later(2, done.append, 2)
        loop.call_later(1, done.append, 1)
        loop.call_later(1, done.append, "also")
        loop.call_later(1, done.append, "not").cancel()
        loop.advance(1)
        assert done == [1, "also"]
        assert loop.time() == 1
        loop.advance(5)
        assert done == [1, "also", 2]
        assert loop.time() == 6

    def test_tasks_and_futures(self) -> None:
        loop = memory_loop()
        future = loop.create_future()

        async def wait() -> int:
            assert asyncio.get_running_loop() is loop
            return await future + 1

        task = loop.run(lambda: loop.create_task(wait()))
        assert not task.done()
        loop.run(lambda: future.set_result(1))
        assert task.result() == 2

    def test_it_is_driven_by_one_at_a_time(self) -> None:
        loop = memory_loop()
        with pytest.raises(RuntimeError, match="driven already"):
            loop.run(lambda: loop.run(lambda: None))
        assert loop.run(lambda: 3) == 3

    def test_an_error_in_a_callback_is_logged_and_stops_nothing(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        loop = memory_loop()
        done = []
        loop.run(lambda: (loop.call_soon(lambda: 1 / 0), loop.call_soon(done.append, 1)))
        assert done == [1]
        assert "ZeroDivisionError" in caplog.text
