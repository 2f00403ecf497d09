"""Connections over real sockets: numbers, devices, ends, limits, and nothing left at the close."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
import struct
import threading
from typing import NoReturn

import pytest

from labserver.events import Closed, Connected, Line
from labserver.protocol.session import Context
from labserver.wire import CannotListen, PortTaken, UnknownConnection
from tests.wire.house import Build, Client, Echo, House, run

pytestmark = pytest.mark.timeout(60)


def test_a_client_is_known_from_the_first_octet(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port, "Bob's laptop") as bob:
            assert bob.number == 1
            assert await bob.line() == b"+OK here\r\n"
            async with Client(house, port, None) as stranger:
                await stranger.line()
                assert house.wire.open_connections == (1, 2)
        await house.wire.close()

    run(main())
    assert [(event.connection, event.device, event.port) for event in house.events(Connected)] == [
        (1, "Bob's laptop", 110),
        (2, "you", 110),
    ]
    assert house.log[0].event == house.events(Connected)[0]


def test_an_announcement_is_good_for_one_connection(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port, "phone") as first:
            await first.send(b"QUIT\r\n")
            await first.rest()
            await house.wire.ended(first.number)
            local = first.local
        with pytest.raises(UnknownConnection):
            await house.wire.accepted(local)
        again = socket.socket()
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(local)
        try:
            again.connect(("127.0.0.1", port))
        except OSError as error:
            assert error.errno == errno.EADDRNOTAVAIL  # noqa: PT017 - the system keeps the pair
            pytest.skip("the system keeps the pair of ports for a while")
        finally:
            await asyncio.sleep(0.01)
            again.close()
        await house.wire.close()

    run(main())
    assert [event.device for event in house.events(Connected)] == ["phone", "you"]


def test_accepted_waits_for_the_connection(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            house.wire.announce(sock.getsockname(), "phone")
            waiting = asyncio.ensure_future(house.wire.accepted(sock.getsockname()))
            await asyncio.sleep(0)
            assert not waiting.done()
            sock.connect(("127.0.0.1", port))
            assert await waiting == 1
        await house.wire.close()

    run(main())


def test_a_withdrawn_announcement_wakes_who_waits(house: House) -> None:
    async def main() -> None:
        house.wire.announce(("127.0.0.1", 9), "phone")
        waiting = asyncio.ensure_future(house.wire.accepted(("127.0.0.1", 9)))
        await asyncio.sleep(0)
        house.wire.withdraw(("127.0.0.1", 9))
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(UnknownConnection):
            await house.wire.accepted(("127.0.0.1", 9))

    run(main())


def test_ended_is_refused_for_what_never_was(house: House) -> None:
    async def main() -> None:
        for number in (0, 1, -1):
            with pytest.raises(UnknownConnection):
                await house.wire.ended(number)

    run(main())


def linger_zero(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.mark.parametrize(
    ("end", "how"),
    [("quit", "quit"), ("close", "client"), ("half", "client"), ("cut", "cut"), ("lab", "server")],
)
def test_how_a_connection_ends(house: House, end: str, how: str) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as bob:
            await bob.line()
            if end == "quit":
                await bob.send(b"QUIT\r\n")
                assert await bob.rest() == b"+OK bye\r\n"
            elif end == "close":
                bob.socket.close()
            elif end == "half":
                bob.socket.shutdown(socket.SHUT_WR)
                assert await bob.rest() == b""
            elif end == "cut":
                linger_zero(bob.socket)
            else:
                await house.wire.close()
            await house.wire.ended(bob.number)
            assert house.events()[-1] == Closed(connection=1, how=how)
            assert house.sessions[0].ends == [how]
        await house.wire.close()

    run(main())
    assert len(house.events(Closed)) == 1


def test_half_a_line_at_the_end_is_in_the_log(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as bob:
            await bob.line()
            await bob.send(b"HAL")
            bob.socket.shutdown(socket.SHUT_WR)
            await bob.rest()
            await house.wire.ended(1)
        await house.wire.close()

    run(main())
    assert house.events()[-2:] == [
        Line(connection=1, direction="C", data=b"HAL"),
        Closed(connection=1, how="client"),
    ]


def test_what_was_sent_before_the_end_is_answered(house: House) -> None:
    async def main() -> bytes:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as bob:
            await bob.send(b"A\r\nBIG 300000\r\nB\r\n")
            bob.socket.shutdown(socket.SHUT_WR)
            said = await bob.rest()
        await house.wire.close()
        return said

    said = run(main())
    assert said == b"+OK here\r\n+OK A\r\n+OK body\r\n" + b"x" * 300000 + b".\r\n+OK B\r\n"
    assert house.crossed(1, "S") == said


def test_one_client_too_many_is_told_so(build: Build) -> None:
    house = build(connections=2)

    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a, Client(house, port), Client(house, port) as c:
            assert await c.rest() == b"-ERR busy\r\n"
            await house.wire.ended(c.number)
            await a.send(b"QUIT\r\n")
            await a.rest()
            await house.wire.ended(a.number)
            async with Client(house, port) as d:
                assert await d.line() == b"+OK here\r\n"
        await house.wire.close()

    run(main())
    assert house.events(Closed)[0] == Closed(connection=3, how="server")


def test_replies_are_not_held_back_by_nagle(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port):
            below = house.sessions[0].context.wake.__self__._below
            sock = below.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        await house.wire.close()

    run(main())


def test_a_port_in_use_is_told_in_words(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        with pytest.raises(PortTaken, match=f"port {port} on 127.0.0.1 is in use"):
            await house.wire.listen(house.service(), port=port)
        with pytest.raises(CannotListen, match="not an address"):
            await house.wire.listen(house.service(), host="nowhere.invalid")
        with pytest.raises(CannotListen):
            await house.wire.listen(house.service(), port=70000)
        await house.wire.close()

    run(main())


def test_localhost_is_one_port(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service(), host="localhost")
        async with Client(house, port) as bob:
            assert await bob.line() == b"+OK here\r\n"
        await house.wire.close()

    run(main())


def test_close_leaves_nothing(house: House) -> None:
    before_threads = set(threading.enumerate())

    async def main() -> None:
        before = asyncio.all_tasks()
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a, Client(house, port) as b, Client(house, port) as c:
            await a.send(b"BIG 5000000\r\n")  # and does not read it
            await b.send(b"half")
            await c.line()
            raw = socket.create_connection(("127.0.0.1", port))  # accepted in this very moment
            await house.wire.close()
            assert asyncio.all_tasks() == before
            assert house.wire.open_connections == ()
            assert len(house.events(Connected)) == len(house.events(Closed))
            raw.close()
            with pytest.raises(ConnectionRefusedError), socket.socket() as sock:
                sock.connect(("127.0.0.1", port))
        # The same port is free at once.
        assert await house.wire.listen(house.service(), port=port) == port
        await house.wire.close()

    run(main())
    gc.collect()  # an unclosed socket or transport is a warning, and warnings are errors
    assert set(threading.enumerate()) <= before_threads


def test_a_bug_in_a_session_costs_its_connection_only(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a, Client(house, port) as b:
            await b.line()
            await a.send(b"CRASH\r\n")
            assert await a.rest() == b"+OK here\r\n"
            await house.wire.ended(a.number)
            await b.send(b"still here\r\n")
            assert await b.line() == b"+OK still here\r\n"
        await house.wire.close()

    run(main())
    assert "planted" in caplog.text
    assert Closed(connection=1, how="server") in house.events(Closed)


def test_a_session_that_cannot_be_made_costs_its_connection_only(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(context: Context) -> NoReturn:
        raise RuntimeError("planted")

    async def main() -> None:
        port = await house.wire.listen(house.service(make=broken))
        async with Client(house, port) as a:
            assert await a.rest() == b""
            await house.wire.ended(a.number)
        await house.wire.close()

    run(main())
    assert "planted" in caplog.text
    assert house.events(Closed) == [Closed(connection=1, how="server")]


def test_other_sessions_get_their_turn_in_a_long_reply(house: House) -> None:
    async def main() -> tuple[int, bytes]:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a, Client(house, port) as b:
            await a.line()
            await b.line()
            await a.send(b"MANY 300000\r\n")
            reading = asyncio.ensure_future(a.rest())
            while house.sessions[0].drained == 0:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0)
            await b.send(b"NOOP\r\n")
            assert await b.line() == b"+OK NOOP\r\n"
            drained = house.sessions[0].drained
            await a.send(b"QUIT\r\n")
            said = await reading
        await house.wire.close()
        return drained, said

    drained, said = run(main())
    assert 0 < drained < 299999
    assert said.count(b"\r\n") == 300001
    assert house.crossed(1, "S") == b"+OK here\r\n" + said


def test_a_client_that_does_not_read_holds_little(house: House) -> None:
    async def main() -> int:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a, Client(house, port) as b:
            await a.send(b"MANY 5000000\r\n" + b"NOOP\r\n" * 1000)
            for _ in range(200):
                await b.send(b"NOOP\r\n")
                await b.line()
            filter_ = house.wire._open[1]
            held = filter_.get_write_buffer_size()
            drained = house.sessions[0].drained
            await asyncio.sleep(0.05)
            assert house.sessions[0].drained == drained
            assert not filter_.is_reading()
        await house.wire.close()
        return held

    assert run(main()) < 1_000_000


def test_silence_ends_a_connection(build: Build) -> None:
    house = build(idle=0.05)

    async def main() -> None:
        port = await house.wire.listen(house.service())
        async with Client(house, port) as a:
            await a.send(b"HAL")
            assert await a.rest() == b"+OK here\r\n-ERR silent\r\n"
            await house.wire.ended(1)
        async with Client(house, port) as b:
            await b.send(b"BIG 50000000\r\n")  # and reads nothing
            await house.wire.ended(2)
        await house.wire.close()

    run(main())
    assert [event.how for event in house.events(Closed)] == ["server", "server"]


@pytest.mark.parametrize("broken", ["greeting", "unread", "lost", "notify"])
def test_any_error_of_a_session_is_logged_and_ends_it(
    house: House, broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> NoReturn:
        raise RuntimeError("planted")

    monkeypatch.setattr(Echo, broken, fail)
    connection = house.wire.memory(house.service())
    connection.send(b"TELL\r\n")
    connection.close()
    assert connection.closed
    assert len(house.events(Closed)) == 1
    assert "planted" in caplog.text


def test_a_session_says_why_it_hung_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Echo, "how", "server", raising=False)
    house.wire.memory(house.service()).send(b"QUIT\r\n")
    assert house.events(Closed) == [Closed(connection=1, how="server")]


def test_to_a_protocol_the_filter_is_a_transport(house: House) -> None:
    connection = house.wire.memory(house.service())
    transport = house.wire._open[connection.connection]
    protocol = transport.get_protocol()
    transport.set_protocol(protocol)
    assert transport.get_protocol() is protocol
    assert transport.get_extra_info("peername", "nobody") == "nobody"
    assert transport.is_reading()
    assert not transport.can_write_eof()
    assert not transport.is_closing()
    before = len(connection.received)
    transport.writelines([b"a", bytearray(b"b"), memoryview(b"c")])
    assert connection.received[before:] == b"abc"
    assert house.events()[-1] == Line(connection=1, direction="S", data=b"abc")
    connection.stop_reading()
    transport.write(b"d")
    assert transport.get_write_buffer_size() == 1
    connection.cut()
    assert transport.is_closing()
    transport.write(b"late")
    assert house.events()[-1] == Closed(connection=1, how="cut")
