"""What a session says and does, with the traps that others have fallen into."""

from __future__ import annotations

import asyncio

import pytest

from labserver.events import Closed, FaultStruck, Line, StateChanged
from labserver.faults import Answer
from labserver.smtp.server import SmtpServer
from tests.smtp.house import LETTER, TO_BOB, House, build, codes


def test_the_greeting_names_the_canonical_host(house: House) -> None:
    assert house.receiving().received == b"220 mail.home.example ESMTP Mail Protocol Lab\r\n"


def test_ehlo_tells_what_is_done_and_nothing_else(house: House) -> None:
    said = house.receiving().send(b"EHLO laptop.home.example\r\n")
    assert said.split(b"\r\n") == [
        b"250-mail.home.example",
        b"250-PIPELINING",
        b"250-SIZE 67108864",
        b"250-8BITMIME",
        b"250-SMTPUTF8",
        b"250-CHUNKING",
        b"250-BINARYMIME",
        b"250-DSN",
        b"250-ENHANCEDSTATUSCODES",
        b"250-STARTTLS",
        b"250 HELP",
        b"",
    ]
    said = house.submission().send(b"EHLO laptop.home.example\r\n")
    assert b"\r\n250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256\r\n" in said
    assert house.receiving().send(b"HELO me\r\n") == b"250 mail.home.example\r\n"


@pytest.mark.parametrize(
    "hello",
    [b"localhost", b"a.b.c", b"[127.0.0.1]", b"[IPv6:::1]", b"my_pc", b"[127.0.0.1] and more"],
)
def test_names_that_clients_have(house: House, hello: bytes) -> None:
    assert house.receiving().send(b"EHLO " + hello + b"\r\n").startswith(b"250-")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"MAIL FROM:<>", 250),
        (b"mail from:<alice@home.example>", 250),
        (b"MAIL FROM: <alice@home.example>", 250),
        (b"MAIL FROM:<alice@home.example> BODY=8BITMIME SIZE=100", 250),
        (b"MAIL FROM:<alice@home.example> body=7bit", 250),
        (b"MAIL FROM:<@a.example,@b.example:alice@home.example>", 250),
        (b'MAIL FROM:<"al ice"@home.example>', 250),
        (b"MAIL FROM:<alice@[127.0.0.1]>", 250),
        (b"MAIL FROM:<" + b"a" * 64 + b"@home.example>", 250),
        (b"MAIL FROM:<" + b"a" * 65 + b"@home.example>", 501),
        (b"MAIL FROM:<a@" + b"d" * 250 + b".example>", 501),
        (b"MAIL", 501),
        (b"MAIL FROM", 501),
        (b"MAIL FROM:", 501),
        (b"MAIL FROM:alice@home.example", 501),
        (b"MAIL FROM:<alice>", 501),
        (b"MAIL FROM:<alice@home.example", 501),
        (b"MAIL FROM:<alice@home_example>", 501),
        (b"MAIL FROM:<alice@home.example>SIZE=1", 501),
        (b"MAIL FROM:<a..b@home.example>", 501),
        (b"MAIL TO:<alice@home.example>", 501),
        (b"MAIL FROM:<\xc3\xbc@home.example>", 550),
        (b"MAIL FROM:<\xc3@home.example> SMTPUTF8", 501),
        (b"MAIL FROM:<alice@home.example> SIZE=", 501),
        (b"MAIL FROM:<alice@home.example> SIZE", 501),
        (b"MAIL FROM:<alice@home.example> SIZE=1 SIZE=1", 501),
        (b"MAIL FROM:<alice@home.example> SIZE=x", 501),
        (b"MAIL FROM:<alice@home.example> SIZE=67108865", 552),
        (b"MAIL FROM:<alice@home.example> BODY=BINARYMIME", 250),
        (b"MAIL FROM:<alice@home.example> BODY=9BIT", 501),
        (b"MAIL FROM:<alice@home.example> BODY", 501),
        (b"MAIL FROM:<alice@home.example> SMTPUTF8", 250),
        (b"MAIL FROM:<alice@home.example> RET=HDRS", 250),
        (b"MAIL FROM:<alice@home.example> NOTIFY=NEVER", 555),
        (b"MAIL FROM:<alice@home.example> XYZ=1 SIZE=x", 555),
        (b"MAIL FROM:<alice@home.example> AUTH=<>", 555),
    ],
)
def test_mail(house: House, line: bytes, code: int) -> None:
    assert codes(house.greeted().send(line + b"\r\n")) == [code]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"RCPT TO:<bob@home.example>", 250),
        (b"RCPT TO:<BOB@Home.Example>", 250),
        (b'RCPT TO:<"bob"@home.example>', 250),
        (b'RCPT TO:<"b\\ob"@home.example>', 250),
        (b"rcpt to:<carol@home.example>", 250),
        (b"RCPT TO:<@a.example:bob@home.example>", 250),
        (b"RCPT TO:<Postmaster>", 250),
        (b"RCPT TO:<postMaster@home.example>", 250),
        (b"RCPT TO:<nobody@home.example>", 550),
        (b"RCPT TO:<>", 501),
        (b"RCPT TO:bob@home.example", 501),
        (b"RCPT TO:<bob@home.example> NOTIFY=NEVER", 250),
        (b"RCPT TO:<bob@home.example> SIZE=1", 555),
        (b"RCPT FROM:<bob@home.example>", 501),
        (b"RCPT", 501),
    ],
)
def test_rcpt(house: House, line: bytes, code: int) -> None:
    connection = house.greeted()
    connection.send(b"MAIL FROM:<>\r\n")
    assert codes(connection.send(line + b"\r\n")) == [code]


def test_parameters_need_ehlo(house: House) -> None:
    connection = house.receiving()
    connection.send(b"HELO laptop\r\n")
    assert codes(connection.send(b"MAIL FROM:<a@b> SIZE=1\r\n")) == [555]
    assert codes(connection.send(b"MAIL FROM:<a@b>\r\n")) == [250]


@pytest.mark.parametrize("command", [b"RSET", b"QUIT", b"DATA"])
def test_commands_without_arguments(house: House, command: bytes) -> None:
    connection = house.greeted()
    connection.send(TO_BOB)
    assert codes(connection.send(command + b" now\r\n")) == [501]
    assert codes(connection.send(b"DATA\r\n")) == [354]


def test_nested_mail_is_refused_and_the_first_one_stands(house: House) -> None:
    connection = house.greeted()
    connection.send(b"MAIL FROM:<>\r\n")  # the null sender is a sender
    assert codes(connection.send(b"MAIL FROM:<mallory@home.example>\r\n")) == [503]
    connection.send(b"RCPT TO:<bob@home.example>\r\nDATA\r\n")
    connection.send(LETTER + b".\r\n")
    assert house.inbox("bob")[0].startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize(
    "line",
    [b"NOOP\n", b"\n", b"QUIT\n", b"NOOP\r\r\n", b"NO\rOP\r\n", b"\rNOOP\r\n", b"NOOP \r \r\n"],
)
def test_a_line_ends_with_crlf_and_nothing_else(house: House, line: bytes) -> None:
    connection = house.greeted()
    said = connection.send(line)
    assert [code // 100 for code in codes(said)] == [5]
    assert connection.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"


@pytest.mark.parametrize(
    "line",
    [b"", b" ", b" NOOP", b"\xff\xfe", b"NOOPX", b"noop\x00", b"\xc3\xa9HLO x", b"EHLO: x", b"-"],
)
def test_what_is_no_command(house: House, line: bytes) -> None:
    connection = house.greeted()
    assert codes(connection.send(line + b"\r\n")) == [500]
    assert connection.send(b"NOOP whatever\r\n") == b"250 2.0.0 OK\r\n"


def test_a_pipelined_group_is_answered_one_by_one(house: House) -> None:
    # RFC 2920 section 3.2: in order, and nothing of the input is lost.
    connection = house.receiving()
    said = connection.send(
        b"EHLO laptop\r\nMAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\n"
        b"RCPT TO:<nobody@home.example>\r\nDATA\r\n" + LETTER + b".\r\nNOOP\r\nQUIT\r\nNOOP\r\n"
    )
    assert codes(said) == [250, 250, 250, 550, 354, 250, 250, 221]
    assert len(house.inbox("bob")) == 1
    assert house.events()[-2:] == [
        Line(connection=1, direction="C", data=b"NOOP\r\n"),  # not taken up: it came after QUIT
        Closed(connection=1, how="quit"),
    ]


def test_a_group_without_a_recipient_sends_nothing(house: House) -> None:
    # RFC 2920 section 3.2 (3): no 354 without a recipient.
    said = house.greeted().send(b"MAIL FROM:<>\r\nRCPT TO:<x@y.example>\r\nDATA\r\nNOOP\r\n")
    assert codes(said) == [250, 550, 503, 250]


def test_rset_forgets_the_recipients(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"RSET\r\n")
    assert codes(connection.send(b"DATA\r\n")) == [503]
    connection.send(b"MAIL FROM:<>\r\nRCPT TO:<carol@home.example>\r\nDATA\r\n")
    connection.send(LETTER + b".\r\n")
    assert house.inbox("bob") == []
    assert len(house.inbox("carol@home.example")) == 1


def test_each_message_has_its_own_recipients(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n" + LETTER + b".\r\n")
    assert codes(connection.send(b"RCPT TO:<carol@home.example>\r\n")) == [503]
    connection.send(b"MAIL FROM:<>\r\nRCPT TO:<carol@home.example>\r\nDATA\r\n")
    connection.send(LETTER + b".\r\n")
    assert len(house.inbox("bob")) == 1
    assert len(house.inbox("carol@home.example")) == 1


def test_a_fault_answers_in_the_place_of_a_command(house: House) -> None:
    house.faults.add(
        Answer(protocol="smtp", command="RCPT", reply="451 Try again later", occurrence=2)
    )
    connection = house.greeted()
    said = connection.send(
        b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\nRCPT TO:<alice@home.example>\r\n"
        b"RCPT TO:<carol@home.example>\r\nDATA\r\n"
    )
    assert codes(said) == [250, 250, 451, 250, 354]
    connection.send(LETTER + b".\r\n")
    assert [len(house.inbox(who)) for who in ("alice", "bob", "carol@home.example")] == [0, 1, 1]
    assert house.events(FaultStruck) == [
        FaultStruck(connection=1, fault="RCPT is answered '451 Try again later'")
    ]


def test_a_fault_is_for_its_protocol_and_device(house: House) -> None:
    house.faults.add(Answer(protocol="submission", command="NOOP", reply="450 x", device="phone"))
    assert codes(house.greeted("phone").send(b"NOOP\r\n")) == [250]
    assert codes(house.submission("laptop").send(b"NOOP\r\n")) == [250]
    assert codes(house.submission("phone").send(b"NOOP\r\n")) == [450]


def test_a_fault_at_the_end_of_data_delivers_nothing(house: House) -> None:
    house.faults.add(Answer(protocol="smtp", command=".", reply="451 Disk trouble"))
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    assert connection.send(LETTER + b".\r\n") == b"451 Disk trouble\r\n"
    assert house.inbox("bob") == []
    assert house.events(StateChanged)[-1].state == "GREETED"
    # The retry works.
    connection.send(TO_BOB + b"DATA\r\n")
    assert codes(connection.send(LETTER + b".\r\n")) == [250]
    assert len(house.inbox("bob")) == 1


def test_a_fault_with_421_ends_the_session(house: House) -> None:
    house.faults.add(Answer(protocol="smtp", command="MAIL", reply="421 Shutting down"))
    connection = house.greeted()
    assert connection.send(TO_BOB) == b"421 Shutting down\r\n"
    assert house.events()[-1] == Closed(connection=1, how="server")


def test_a_bug_in_a_command_is_answered_and_ends_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(self: SmtpServer, arg: str) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(SmtpServer, "smtp_NOOP", broken)
    connection = house.greeted()
    assert connection.send(b"NOOP\r\n") == b"451 4.3.0 The server failed to do this\r\n"
    assert "planted" in caplog.text
    assert codes(connection.send(TO_BOB)) == [250, 250]


def test_too_many_errors_end_the_session() -> None:
    house = build(errors=3)
    connection = house.greeted()
    assert codes(connection.send(b"X\r\nX\r\nNOOP\r\n")) == [500, 500, 250]
    assert codes(connection.send(b"X\r\nNOOP\r\n")) == [500, 421]
    assert house.events()[-1] == Closed(connection=1, how="server")
    assert house.events(StateChanged)[-1].state == "QUIT"


def test_too_many_recipients() -> None:
    house = build(recipients=2)
    connection = house.greeted()
    said = connection.send(
        b"MAIL FROM:<>\r\nRCPT TO:<alice@home.example>\r\nRCPT TO:<bob@home.example>\r\n"
        b"RCPT TO:<carol@home.example>\r\nDATA\r\n"
    )
    assert codes(said) == [250, 250, 250, 452, 354]
    connection.send(LETTER + b".\r\n")
    assert [len(house.inbox(who)) for who in ("alice", "bob", "carol@home.example")] == [1, 1, 0]


@pytest.mark.parametrize("size", [8193, 100_000, 1_000_000])
def test_a_long_line_is_refused_once_and_the_session_goes_on(house: House, size: int) -> None:
    connection = house.greeted()
    line = b"NOOP " + b"x" * (size - 7) + b"\r\n"
    assert connection.send(line[:-5]) == b""
    assert (
        connection.send(line[-5:] + b"NOOP\r\n") == b"500 5.5.2 Line too long\r\n250 2.0.0 OK\r\n"
    )
    assert house.crossed(1, "C").endswith(line + b"NOOP\r\n")
    assert connection.send(b"NOOP " + b"x" * 8185 + b"\r\n") == b"250 2.0.0 OK\r\n"


def test_silence_ends_with_421() -> None:
    house = build(idle=300)
    connection = house.greeted()
    connection.send(TO_BOB + b"DA")
    assert connection.wait(299) == b""
    said = connection.wait(1)
    assert said == b"421 4.4.2 mail.home.example Nothing heard for too long, closing\r\n"
    assert house.events()[-1] == Closed(connection=1, how="server")


@pytest.mark.parametrize(
    "sent", [b"", b"EHLO x\r\n" + TO_BOB, b"EHLO x\r\n" + TO_BOB + b"DATA\r\n"]
)
def test_who_is_there_when_the_lab_closes_hears_421(house: House, sent: bytes) -> None:
    # RFC 5321 section 3.8.
    connection = house.receiving()
    before = connection.received + connection.send(sent)
    asyncio.run(house.wire.close())
    said = b"421 4.3.2 mail.home.example Service shutting down, closing\r\n"
    assert connection.received == before + said
    assert house.events()[-2:] == [
        Line(connection=1, direction="S", data=said),
        Closed(connection=1, how="server"),
    ]


def test_who_does_not_listen_then_hears_nothing(house: House) -> None:
    house.inside("smtp")
    starting, deaf = house.receiving(), house.receiving()
    starting.send(b"STARTTLS\r\n")
    deaf.stop_reading()
    deaf.send(b"HELP\r\n" * 2000)
    asyncio.run(house.wire.close())
    told = [
        event.connection for event in house.events(Line) if event.data.startswith(b"421 4.3.2 ")
    ]
    assert told == [1]
    assert [event.how for event in house.events(Closed)] == ["server"] * 3


def test_one_client_too_many_hears_421() -> None:
    house = build(connections=1)
    first = house.receiving()
    second = house.receiving()
    assert (
        second.received == b"421 4.3.2 mail.home.example Too many connections, try again later\r\n"
    )
    assert second.closed
    first.send(b"QUIT\r\n")
    assert house.receiving().received.startswith(b"220 ")


@pytest.mark.parametrize("end", ["close", "cut"])
@pytest.mark.parametrize(
    "sent", [b"", b"EHLO x\r\n" + TO_BOB, b"EHLO x\r\n" + TO_BOB + b"DATA\r\nhalf"]
)
def test_a_client_that_goes_away_leaves_nothing(house: House, end: str, sent: bytes) -> None:
    connection = house.receiving()
    connection.send(sent)
    getattr(connection, end)()
    assert connection.closed
    assert house.crossed(1, "C") == sent
    assert house.events()[-1] == Closed(connection=1, how="client" if end == "close" else "cut")
    assert house.inbox("bob") == []


def test_the_lines_before_an_end_of_input_are_answered(house: House) -> None:
    connection = house.receiving()
    connection.do(
        lambda: (
            connection._transport.feed(
                b"EHLO x\r\n" + TO_BOB + b"DATA\r\n" + LETTER + b".\r\nNOOP\r\nhalf"
            ),
            connection._transport.feed_eof(),
        )
    )
    assert codes(connection.received) == [220, 250, 250, 250, 354, 250, 250]
    assert len(house.inbox("bob")) == 1
    assert house.events()[-2:] == [
        Line(connection=1, direction="C", data=b"half"),
        Closed(connection=1, how="client"),
    ]


def test_a_bug_outside_the_commands_costs_one_connection(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = house.greeted()
    connection = house.greeted()
    monkeypatch.setattr(connection_session(house, 2)._intake, "line", lambda limit: 1 / 0)
    connection.send(b"NOOP\r\n")
    assert house.events()[-1] == Closed(connection=2, how="server")
    assert "ZeroDivisionError" in caplog.text
    assert other.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"


def connection_session(house: House, number: int) -> SmtpServer:
    session = house.wire._open[number].get_protocol()
    assert isinstance(session, SmtpServer)
    return session
