"""TLS below the filter, in memory and over TCP: what crosses, and how it ends."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labserver.events import Closed, Connected, FaultStruck, Line, Secured
from labserver.faults import Cut, Delay, Refuse
from labserver.protocol.session import Context
from labserver.wire import MemoryConnection
from tests.wire.house import Build, Client, House, Inside, close_all, run, trusting

MODERN = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
UPGRADE = b"STARTTLS\r\n"
BEGIN = b"+OK begin TLS\r\n"


def implicit(house: House) -> MemoryConnection:
    return house.wire.memory(house.service(protocol="pop3s", port=995, secure=True), "laptop")


def upgraded(house: House, **how: Any) -> Inside:
    """A client whose STARTTLS was answered; the handshake is still to come."""
    connection = house.wire.memory(house.service(), "laptop")
    assert connection.send(UPGRADE) == BEGIN
    return Inside(connection, **how)


def endings(house: House) -> list[tuple[int, str]]:
    return [(event.connection, event.how) for event in house.events(Closed)]


# The handshake


@pytest.mark.parametrize("version", MODERN)
@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64, 1000])
def test_it_does_not_matter_how_the_octets_come(
    house: House, version: ssl.TLSVersion, piece: int
) -> None:
    client = Inside(implicit(house), trusting(version), piece=piece)
    assert client.handshake() == b"+OK here\r\n"
    assert client.send(b"one\r\ntwo\r\n") == b"+OK one\r\n+OK two\r\n"
    assert client.send(b"BIG 100000\r\n") == b"+OK body\r\n" + b"x" * 100_000 + b".\r\n"
    assert client.send(b"QUIT\r\n") == b"+OK bye\r\n"
    assert client.told_of_the_end
    assert endings(house) == [(1, "quit")]


def test_a_hello_may_be_split_anywhere(house: House) -> None:
    for at in range(1, 2000):
        client = upgraded(house)
        hello = client.hello()
        if at >= len(hello):
            break
        client.connection.send(hello[:at])
        client.connection.send(hello[at:])
        client.handshake()
        assert client.send(b"x\r\n") == b"+OK x\r\n"
        client.connection.close()
    else:
        raise AssertionError("a ClientHello of more than 2000 octets")


def test_the_log_has_what_is_inside_and_when_it_began(house: House) -> None:
    client = upgraded(house)
    client.handshake()
    client.send(b"secret\r\n")
    client.send(b"QUIT\r\n")
    kinds = [type(event) for event in house.events(Connected, Line, Secured, Closed)]
    assert kinds == [Connected, Line, Line, Line, Secured, Line, Line, Line, Line, Closed]
    assert house.events(Secured) == [Secured(connection=1, version="TLSv1.3")]
    assert house.crossed(1, "C") == UPGRADE + b"secret\r\nQUIT\r\n"
    assert b"secret" not in client.connection.received


def test_from_the_first_octet_it_begins_before_the_greeting(house: House) -> None:
    connection = implicit(house)
    assert connection.received == b""
    assert house.sessions == []
    Inside(connection).handshake()
    assert [type(event) for event in house.events()] == [Connected, Secured, Line]
    assert house.sessions[0].context.secure
    assert not house.sessions[0].context.tls


def test_the_session_knows_that_it_can_be_had(house: House) -> None:
    upgraded(house)
    assert house.sessions[0].context.tls
    assert not house.sessions[0].context.secure


@pytest.mark.parametrize("version", MODERN)
def test_a_client_that_trusts_another_authority_ends_it(
    house: House, version: ssl.TLSVersion
) -> None:
    stranger = ssl.create_default_context()
    stranger.minimum_version = stranger.maximum_version = version
    client = Inside(implicit(house), stranger)
    with pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        client.handshake()
    client.exchange()  # the alert
    assert client.connection.closed
    assert endings(house) == [(1, "client")]
    assert house.sessions == []


def test_a_client_that_wants_another_server_ends_it(house: House) -> None:
    client = Inside(implicit(house), name="mail.elsewhere.example")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        client.handshake()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_what_is_older_than_1_2_is_refused(house: House, version: ssl.TLSVersion) -> None:
    """RFC 8314 section 4.1."""
    old = trusting()
    old.minimum_version, old.maximum_version = version, version
    old.set_ciphers("ALL:@SECLEVEL=0")
    client = Inside(implicit(house), old)
    with pytest.raises(ssl.SSLError, match="alert protocol version"):
        client.handshake()
    assert endings(house) == [(1, "server")]


GARBAGE = [
    b"EHLO laptop\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x00" * 100,
    b"\x16\x03\x01\x00\x05xxxxx",
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("begin", [implicit, lambda house: upgraded(house).connection])
def test_garbage_in_place_of_a_hello_ends_this_connection_and_no_other(
    house: House, garbage: bytes, begin: Callable[[House], MemoryConnection]
) -> None:
    other = upgraded(house)
    other.handshake()
    connection = begin(house)
    connection.send(garbage)
    assert connection.closed
    assert endings(house) == [(2, "server")]
    assert other.send(b"still\r\n") == b"+OK still\r\n"
    assert garbage.strip() not in house.crossed(2, "C")


@pytest.mark.parametrize("begin", [lambda house: Inside(implicit(house)), upgraded])
@pytest.mark.parametrize("octets", [0, 5, 100])
def test_silence_in_the_handshake_has_an_end(
    build: Build, begin: Callable[[House], Inside], octets: int
) -> None:
    house = build(handshake=10)
    client = begin(house)
    client.connection.wait(9)
    client.connection.send(client.hello()[:octets])
    assert not client.connection.closed
    assert client.connection.wait(2) == b""  # in the clear, nothing may be said any more
    assert client.connection.closed
    assert endings(house) == [(1, "server")]


def test_the_limit_of_silence_is_not_said_into_a_handshake(build: Build) -> None:
    house = build(handshake=1000, idle=10)
    client = Inside(implicit(house))
    client.connection.send(client.hello()[:50])
    before = client.connection.received
    client.connection.wait(11)
    assert client.connection.closed
    assert client.connection.received == before
    assert house.crossed(1, "S") == b""  # nor into the log, which tells what has crossed


def test_a_handshake_that_is_done_is_not_ended_by_its_limit(build: Build) -> None:
    house = build(handshake=10, idle=100)
    client = upgraded(house)
    client.handshake()
    client.connection.wait(99)
    assert client.send(b"x\r\n") == b"+OK x\r\n"
    client.connection.wait(99)
    assert not client.connection.closed
    client.connection.wait(2)
    client.exchange()
    assert client.said() == b"-ERR silent\r\n"
    assert client.told_of_the_end


@pytest.mark.parametrize("begin", [lambda house: Inside(implicit(house)), upgraded])
@pytest.mark.parametrize("octets", [0, 5, 100, 5000])
@pytest.mark.parametrize(("leave", "how"), [("close", "client"), ("cut", "cut")])
def test_a_client_that_leaves_in_the_handshake(
    house: House, begin: Callable[[House], Inside], octets: int, leave: str, how: str
) -> None:
    client = begin(house)
    client.connection.send(client.hello()[:octets])
    getattr(client.connection, leave)()
    assert client.connection.closed
    assert endings(house) == [(1, how)]


# What was sent before


def test_what_was_sent_with_the_command_is_thrown_away_at_every_split(house: House) -> None:
    """RFC 3207 section 6, RFC 2595 and RFC 3501 section 6.2.1: it crossed, and is not obeyed."""
    before = b"first\r\n" + UPGRADE
    octets = before + b"INJECTED one\r\nINJEC"
    for at in range(len(before)):
        connection = house.wire.memory(house.service())
        said = connection.send(octets[:at]) + connection.send(octets[at:])
        assert said == b"+OK first\r\n" + BEGIN
        client = Inside(connection)
        client.handshake()
        assert client.send(b"TED two\r\n") == b"+OK TED two\r\n"
        assert house.crossed(connection.connection, "C") == octets + b"TED two\r\n"
        connection.close()


def test_what_is_sent_in_the_clear_afterwards_is_no_handshake(house: House) -> None:
    client = upgraded(house)
    client.connection.send(b"INJECTED\r\n")
    assert client.connection.closed
    assert house.crossed(1, "C") == UPGRADE


def feed(connection: MemoryConnection, data: bytes) -> None:
    """Have the client send, and do not wait for a delayed reply."""
    connection._loop.run(lambda: connection._transport.feed(data))


def test_a_delayed_reply_is_in_the_clear_and_nothing_is_obeyed_while_it_waits(
    house: House,
) -> None:
    house.faults.add(Delay(device="laptop", seconds=2))
    connection = house.wire.memory(house.service(), "laptop")
    feed(connection, UPGRADE + b"INJECTED\r\n")
    assert connection.received == b"+OK here\r\n"
    assert connection.wait(2) == BEGIN
    client = Inside(connection)
    client.handshake()
    client.send(b"x\r\n")
    assert house.crossed(1, "C") == UPGRADE + b"INJECTED\r\nx\r\n"
    assert house.crossed(1, "S") == b"+OK here\r\n" + BEGIN + b"+OK x\r\n"


def test_what_is_sent_while_the_reply_is_delayed_is_not_obeyed_either(house: House) -> None:
    """A session is not read for while it has something to say: what comes then is no hello."""
    house.faults.add(Delay(device="laptop", seconds=2))
    connection = house.wire.memory(house.service(), "laptop")
    feed(connection, UPGRADE)
    feed(connection, b"INJECTED\r\n")
    assert connection.wait(2) == BEGIN
    assert connection.closed
    assert house.crossed(1, "C") == UPGRADE


# How it ends


def test_a_close_notify_is_as_good_as_the_end(house: House) -> None:
    client = upgraded(house)
    client.handshake()
    client.tls.write(b"BIG 5\r\n")
    with suppress(ssl.SSLWantReadError):
        client.tls.unwrap()
    client.exchange()
    assert client.connection.closed
    assert house.crossed(1, "S").endswith(b"xxxxx.\r\n")
    assert endings(house) == [(1, "client")]


def test_a_truncated_stream_ends_too_and_half_a_line_is_not_obeyed(house: House) -> None:
    client = upgraded(house)
    client.handshake()
    client.send(b"whole\r\nhalf")
    client.connection.close()
    assert client.connection.closed
    assert endings(house) == [(1, "client")]
    assert house.crossed(1, "S").endswith(b"+OK whole\r\n")
    assert house.crossed(1, "C").endswith(b"whole\r\nhalf")


def test_a_record_that_was_tampered_with_ends_this_connection_and_no_other(house: House) -> None:
    client, other = upgraded(house), upgraded(house)
    client.handshake()
    other.handshake()
    client.tls.write(b"x\r\n")
    record = bytearray(client.outgoing.read())
    record[-1] ^= 1
    client.connection.send(bytes(record))
    assert client.connection.closed
    assert house.crossed(1, "C") == UPGRADE
    assert endings(house) == [(1, "server")]
    assert other.send(b"x\r\n") == b"+OK x\r\n"


def test_the_lab_closes_in_the_middle_of_handshakes(house: House) -> None:
    clients = [Inside(implicit(house)), upgraded(house), upgraded(house)]
    clients[0].connection.send(clients[0].hello()[:50])
    clients[2].handshake()
    run(house.wire.close())
    assert endings(house) == [(1, "server"), (2, "server"), (3, "server")]


def test_one_too_many_is_told_nothing_in_the_clear(build: Build) -> None:
    house = build(connections=1)
    first = upgraded(house)
    second = implicit(house)
    assert (second.received, second.closed) == (b"", True)
    first.handshake()


def test_a_crash_inside_costs_this_connection(house: House) -> None:
    client, other = upgraded(house), upgraded(house)
    client.handshake()
    other.handshake()
    client.send(b"CRASH\r\n")
    assert client.connection.closed
    assert other.send(b"x\r\n") == b"+OK x\r\n"


def test_without_certificates_a_session_that_begins_it_all_the_same_is_ended(
    house: House,
) -> None:
    house.wire._certificates = None
    connection = house.wire.memory(house.service())
    assert not house.sessions[0].context.tls
    assert connection.send(UPGRADE) == BEGIN
    assert connection.closed


# Speed of the two sides


def test_a_client_that_does_not_read_holds_the_session_up(house: House) -> None:
    client = upgraded(house)
    client.handshake()
    client.connection.stop_reading()
    client.tls.write(b"MANY 50000\r\n")
    client.connection.send(client.outgoing.read())
    assert house.sessions[0].drained < 10_000
    assert client.connection.unsent < 300_000
    client.connection.read_on()
    client.exchange()
    assert client.said().count(b"\r\n") == 50_000


def test_what_is_inside_waits_while_the_session_is_busy(house: House) -> None:
    client = upgraded(house)
    client.handshake()
    client.connection.stop_reading()
    for _ in range(100):
        client.tls.write(b"BIG 10000\r\n")  # a record of its own
    client.connection.send(client.outgoing.read())
    assert len(client.connection._filter._above._input) <= 1
    client.connection.read_on()
    client.exchange()
    assert client.said().count(b"+OK body\r\n") == 100


# Faults


def test_a_refused_connection_sees_no_handshake(house: House) -> None:
    house.faults.add(Refuse(listener="pop3s"))
    connection = implicit(house)
    assert (connection.received, connection.closed) == (b"", True)
    assert endings(house) == [(1, "fault")]
    # A fault is for the listener that it names.
    house.faults.add(Refuse(listener="pop3"))
    Inside(implicit(house)).handshake()


def test_a_cut_counts_what_is_inside(house: House) -> None:
    house.faults.add(Cut(after=len(b"+OK here\r\n+OK 1")))
    client = Inside(implicit(house))
    assert client.handshake() == b"+OK here\r\n"
    client.tls.write(b"12345\r\n")
    client.exchange()
    assert client.connection.closed
    assert client.said() == b"+OK 1"
    assert house.crossed(1, "S") == b"+OK here\r\n+OK 1"
    assert endings(house) == [(1, "fault")]


def test_a_delay_holds_the_replies_inside_back(house: House) -> None:
    house.faults.add(Delay(seconds=3))
    connection = implicit(house)
    client = Inside(connection)
    client.connection.send(client.hello())
    assert house.events(FaultStruck)
    assert client.handshake() == b"+OK here\r\n"
    assert connection._loop.time() == 3


# Over TCP


def in_a_thread(work: Callable[[], object]) -> asyncio.Future[object]:
    return asyncio.get_running_loop().run_in_executor(None, work)


@pytest.mark.parametrize("version", MODERN)
def test_over_tcp(house: House, version: ssl.TLSVersion) -> None:
    async def main() -> None:
        port = await house.wire.listen(house.service(protocol="pop3s", port=995, secure=True))

        def talk() -> None:
            raw = socket.create_connection(("127.0.0.1", port), timeout=20)
            with trusting(version).wrap_socket(raw, server_hostname="localhost") as client:
                file = client.makefile("rwb")
                assert file.readline() == b"+OK here\r\n"
                file.write(b"BIG 5000000\r\nQUIT\r\n")
                file.flush()
                assert file.readline() == b"+OK body\r\n"
                assert file.read(5_000_000) == b"x" * 5_000_000
                assert file.readline() == b".\r\n"
                assert file.readline() == b"+OK bye\r\n"
                # An end that was not announced would raise SSLEOFError.
                assert client.recv(1) == b""

        await in_a_thread(talk)
        await house.wire.ended(1)
        await house.wire.close()

    run(main())
    assert house.events(Secured) == [Secured(connection=1, version=version.name.replace("_", "."))]
    assert endings(house) == [(1, "quit")]


def test_handshakes_that_fail_leave_the_others_alone_over_tcp(house: House) -> None:
    async def main() -> None:
        secure = house.service(protocol="pop3s", port=995, secure=True)
        port = await house.wire.listen(secure)
        async with Client(house, port) as garbage, Client(house, port) as half:
            await garbage.send(b"QUIT\r\n")
            with suppress(ConnectionResetError):
                await garbage.rest()
            await house.wire.ended(garbage.number)
            await half.send(b"\x16\x03\x01\x02\x00\x01")
        await house.wire.ended(half.number)

        def talk() -> None:
            raw = socket.create_connection(("127.0.0.1", port), timeout=20)
            with trusting().wrap_socket(raw, server_hostname="localhost") as client:
                assert client.recv(100) == b"+OK here\r\n"

        await in_a_thread(talk)
        await house.wire.ended(3)
        await house.wire.close()

    run(main())
    assert endings(house) == [(1, "server"), (2, "client"), (3, "client")]


def test_a_cut_inside_is_a_reset_over_tcp(house: House) -> None:
    house.faults.add(Cut(after=3))

    async def main() -> None:
        port = await house.wire.listen(house.service(protocol="pop3s", port=995, secure=True))

        def talk() -> None:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            client = trusting().wrap_bio(incoming, outgoing, server_hostname="localhost")
            said = b""
            # Python's SSLSocket would tell a reset as the end of a stream.
            with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
                with suppress(ssl.SSLWantReadError):
                    client.do_handshake()
                while said != b"+OK":
                    raw.sendall(outgoing.read())
                    incoming.write(raw.recv(10_000))
                    with suppress(ssl.SSLWantReadError):
                        client.do_handshake()
                        said += client.read()
                with pytest.raises(ConnectionResetError):
                    raw.recv(10_000)

        await in_a_thread(talk)
        await house.wire.close()

    run(main())
    assert endings(house) == [(1, "fault")]


class Upgrading(asyncio.Protocol):
    """A Protocol of asyncio that begins TLS itself, as SMTP does."""

    how = None

    def __init__(self, context: Context) -> None:
        self.context = context

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        line, end, unread = data.partition(b"\r\n")
        self.context.heard("line", line + end)
        if line == b"STARTTLS":
            self.transport.write(b"220 begin\r\n")
            self.transport.secure(unread)
        else:
            self.transport.write(b"250 " + line + b"\r\n")

    def unread(self) -> bytes:
        return b""

    async def wait_closed(self) -> None:
        return


def test_what_is_sent_to_a_protocol_while_the_reply_is_delayed_is_thrown_away(
    house: House,
) -> None:
    house.faults.add(Delay(device="laptop", seconds=2))
    connection = house.wire.memory(house.service(make=Upgrading), "laptop")
    feed(connection, UPGRADE + b"INJECTED one\r\n")
    feed(connection, b"INJECTED two\r\n")
    assert connection.wait(2) == b"220 begin\r\n"
    client = Inside(connection)
    client.handshake()
    client.send(b"x\r\n")
    assert house.crossed(1, "C") == UPGRADE + b"INJECTED one\r\nINJECTED two\r\nx\r\n"
    assert house.crossed(1, "S") == b"220 begin\r\n250 x\r\n"
    connection.close()


def test_a_protocol_of_asyncio_may_ask_for_it_too(house: House) -> None:
    """`protocol.session.Securable`."""
    connection = house.wire.memory(house.service(make=Upgrading))
    assert connection.send(b"one\r\n") == b"250 one\r\n"
    assert connection.send(b"STARTTLS\r\nINJECTED\r\n") == b"220 begin\r\n"
    client = Inside(connection)
    client.handshake()
    assert client.send(b"two\r\n") == b"250 two\r\n"
    assert house.crossed(1, "C") == b"one\r\nSTARTTLS\r\nINJECTED\r\ntwo\r\n"
    client.connection.close()


def test_no_thread_is_left_behind(house: House) -> None:
    before = threading.active_count()
    client = upgraded(house)
    client.handshake()
    assert threading.active_count() == before


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 600), st.binary(max_size=8)), max_size=4), st.binary())
def test_a_hello_that_is_damaged_hurts_nobody(
    damages: list[tuple[int, bytes]], rest: bytes
) -> None:
    house = Build()(handshake=10)
    connection = implicit(house)
    hello = bytearray(Inside(connection).hello())
    for at, octets in damages:
        hello[at : at + len(octets)] = octets
    connection.send(bytes(hello) + rest)
    connection.wait(11)
    assert connection.closed
    assert len(endings(house)) == 1
    assert house.sessions == []
    close_all()


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1), st.integers(0, 100))
def test_octets_that_are_no_record_end_what_was_inside(octets: bytes, said: int) -> None:
    house = Build()(idle=10, handshake=10)
    client = upgraded(house)
    client.handshake()
    assert client.send(b"x" * said + b"\r\n") == b"+OK " + b"x" * said + b"\r\n"
    client.connection.send(octets)
    client.connection.wait(11)
    assert client.connection.closed
    assert len(endings(house)) == 1
    assert house.crossed(1, "C") == UPGRADE + b"x" * said + b"\r\n"
    close_all()
