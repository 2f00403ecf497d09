"""Over real connections: smtplib, many clients at once, and clients that misbehave."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from email.message import EmailMessage

import pytest

from labserver.events import Closed, Connected, Delivered
from tests.smtp.house import LETTER, RECEIVING, SUBMISSION, TO_BOB, House, build, codes
from tests.wire.house import run

pytestmark = pytest.mark.timeout(120)


def lunch() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "alice@home.example"
    message["To"] = "bob@home.example, carol@home.example"
    message["Subject"] = "Lunch?"
    message.set_content(".\n..\nAt noon\n")
    return message


@pytest.mark.clients
def test_smtplib_submits(house: House) -> None:
    def client(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop", timeout=10) as server:
            server.ehlo()
            assert server.esmtp_features["size"] == "67108864"
            assert server.esmtp_features["auth"].split() == [
                "PLAIN",
                "LOGIN",
                "CRAM-MD5",
                "SCRAM-SHA-256",
            ]
            with pytest.raises(smtplib.SMTPSenderRefused) as refused:
                server.send_message(lunch())
            assert refused.value.smtp_code == 530
            with pytest.raises(smtplib.SMTPAuthenticationError):
                server.login("alice", "wrong")
            server.login("alice@home.example", "wonder")
            assert server.send_message(lunch()) == {}
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                server.sendmail("alice@home.example", ["x@elsewhere.example"], LETTER)
            assert server.verify("bob")[0] == 252
            assert server.noop()[0] == 250
            assert b"MAIL" in server.help()

    async def main() -> None:
        port = await house.wire.listen(SUBMISSION)
        await asyncio.to_thread(client, port)
        await house.wire.ended(1)
        await house.wire.close()

    run(main())
    assert house.events(Closed) == [Closed(connection=1, how="quit")]
    (bob,) = house.inbox("bob")
    assert bob.endswith(b"\r\n\r\n.\r\n..\r\nAt noon\r\n")
    assert b"Received: from laptop (you [127.0.0.1])\r\n" in bob
    assert house.inbox("carol@home.example") == [bob]


@pytest.mark.clients
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("initial", [True, False])
def test_smtplib_logs_in(house: House, mechanism: str, initial: bool) -> None:  # noqa: FBT001
    def client(port: int) -> int:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop", timeout=10) as server:
            server.ehlo()
            server.user, server.password = "bob", "builder"
            method = getattr(server, f"auth_{mechanism.lower()}")
            return server.auth(mechanism, method, initial_response_ok=initial)[0]

    async def main() -> int:
        port = await house.wire.listen(SUBMISSION)
        code = await asyncio.to_thread(client, port)
        await house.wire.close()
        return code

    assert run(main()) == 235


@pytest.mark.clients
def test_smtplib_with_a_large_message(house: House) -> None:
    text = (b"." * 70 + b"\r\n") * 150_000

    def client(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop", timeout=30) as server:
            assert (
                server.sendmail("a@b.example", ["bob@home.example"], b"A: b\r\n\r\n" + text) == {}
            )

    async def main() -> None:
        port = await house.wire.listen(RECEIVING)
        await asyncio.to_thread(client, port)
        await house.wire.close()

    run(main())
    assert house.inbox("bob")[0].endswith(b"A: b\r\n\r\n" + text)


def test_ten_clients_at_once_deliver_everything(house: House) -> None:
    async def client(port: int, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"EHLO client%d\r\n" % number)
        for n in range(20):
            writer.write(TO_BOB + b"DATA\r\nSubject: %d/%d\r\n\r\nx\r\n.\r\n" % (number, n))
        writer.write(b"QUIT\r\n")
        said = await reader.read()
        assert codes(said) == [220, 250, *[250, 250, 354, 250] * 20, 221]
        writer.close()
        await writer.wait_closed()

    async def main() -> None:
        port = await house.wire.listen(RECEIVING)
        await asyncio.gather(*(client(port, number) for number in range(10)))
        await house.wire.close()

    run(main())
    subjects = sorted(m.partition(b"Subject: ")[2].split(b"\r\n")[0] for m in house.inbox("bob"))
    assert subjects == sorted(b"%d/%d" % (a, b) for a in range(10) for b in range(20))
    assert len(house.events(Delivered)) == 200
    assert [event.how for event in house.events(Closed)] == ["quit"] * 10


def test_the_log_is_what_crossed(house: House) -> None:
    sent = (
        b"EHLO x\r\nNOOP\n\xff\r\n"
        + b"y" * 20_000
        + b"\r\n"
        + TO_BOB
        + b"DATA\r\n"
        + b"z" * 300_000
        + b"\r\n..\r\n.\r\nRSET\r\nhalf"
    )

    async def main() -> bytes:
        port = await house.wire.listen(RECEIVING)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        writer.write_eof()
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        await house.wire.ended(1)
        await house.wire.close()
        return said

    said = run(main())
    assert codes(said) == [220, 250, 500, 500, 500, 250, 250, 354, 250, 250]
    assert house.crossed(1, "S") == said
    assert house.crossed(1, "C") == sent


def test_a_client_that_never_reads_holds_little_and_disturbs_nobody(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(RECEIVING)
        rude = socket.create_connection(("127.0.0.1", port))
        rude.setblocking(False)  # noqa: FBT003
        sent = 0
        flood = b"HELP\r\n" * 10_000
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        quiet = 0
        while quiet < 50:
            try:
                sent += rude.send(flood)
                quiet = 0
            except BlockingIOError:
                quiet += 1
            writer.write(b"NOOP\r\n")
            assert await reader.readline() == b"250 2.0.0 OK\r\n"
        # The server has stopped reading: what is sent waits at the client.
        held = house.wire._open[1]
        assert not held.is_reading()
        assert held.get_write_buffer_size() < 1_000_000
        assert len(house.crossed(1, "C")) < sent
        rude.close()
        writer.close()
        await writer.wait_closed()
        await house.wire.close()

    run(main())


def test_half_a_line_and_then_silence() -> None:
    house = build(idle=0.1)

    async def main() -> None:
        port = await house.wire.listen(RECEIVING)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"EHLO x\r\nMAIL FR")
        said = await reader.read()
        assert codes(said) == [220, 250, 421]
        writer.close()
        await writer.wait_closed()
        await house.wire.ended(1)
        await house.wire.close()

    run(main())
    assert house.events()[-1] == Closed(connection=1, how="server")


def test_others_get_their_turn_while_one_floods(house: House) -> None:
    async def main() -> None:
        port = await house.wire.listen(RECEIVING)
        flood, flooding = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        flooding.write(b"NOOP\r\n" * 100_000 + b"QUIT\r\n")
        reading = asyncio.ensure_future(flood.read())
        for _ in range(5):
            writer.write(b"NOOP\r\n")
            assert await reader.readline() == b"250 2.0.0 OK\r\n"
        assert not reading.done()
        assert (await reading).count(b"250 2.0.0 OK\r\n") == 100_000
        for each in (flooding, writer):
            each.close()
            await each.wait_closed()
        await house.wire.close()

    run(main())


def test_close_leaves_nothing(house: House) -> None:
    before_threads = set(threading.enumerate())

    async def main() -> None:
        before = asyncio.all_tasks()
        port = await house.wire.listen(RECEIVING)
        streams = []
        for sent in (b"", b"EHLO x\r\n", b"EHLO x\r\n" + TO_BOB + b"DATA\r\nhalf"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            await reader.readline()
            streams.append(writer)
        await house.wire.close()
        assert asyncio.all_tasks() == before
        for writer in streams:
            writer.close()
        for writer in streams:
            await writer.wait_closed()

    run(main())
    assert len(house.events(Connected)) == len(house.events(Closed)) == 3
    assert set(threading.enumerate()) <= before_threads
