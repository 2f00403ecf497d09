"""Raw sessions that begin TLS; the server is scripted, its TLS is real."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import trustme

from labserver.devices import PORTS, ConnectionOver, Device, NotNow, TlsFailed
from tests.devices.support import MAIL, TLS, Script, Scripted, Turn

Certificate = Callable[..., ssl.SSLContext]
Phone = Callable[..., Device]

BEGINS = "   [TLS begins: TLSv1.3; what follows is encrypted on the wire]\n"
HELLO = (b"", b"220 mail.home.example ready\r\n")
STARTTLS = (b"STARTTLS\r\n", b"220 Go ahead\r\n")
EHLO = (b"EHLO phone\r\n", b"250 mail.home.example\r\n")
QUIT = (b"QUIT\r\n", b"221 Bye\r\n")


@pytest.fixture
def phone(script: Script, certificate: Certificate) -> Phone:
    """A device whose server plays these turns."""

    def made(*turns: Turn, name: str = MAIL, silent: bool = False) -> Device:
        return script.device(Scripted(list(turns), certificate=certificate(name), silent=silent))

    return made


def test_starttls_step_by_step(
    script: Script, phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    smtp = phone(HELLO, STARTTLS, TLS, EHLO, QUIT).dial("submission")
    smtp.send("STARTTLS")
    smtp.secure()
    assert script.servers[0].secured == 1, "it waits until the log has it"
    smtp.send("EHLO phone")
    smtp.send("QUIT")
    assert capsys.readouterr().out == (
        "S: 220 mail.home.example ready\nC: STARTTLS\nS: 220 Go ahead\n"
        f"{BEGINS}C: EHLO phone\nS: 250 mail.home.example\nC: QUIT\nS: 221 Bye\n"
    )
    assert script.servers[0].heard == b"STARTTLS\r\nEHLO phone\r\nQUIT\r\n"
    assert not smtp.open


def test_stls_in_pop3(phone: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    pop = phone(
        (b"", b"+OK ready\r\n"),
        (b"STLS\r\n", b"+OK Begin TLS\r\n"),
        TLS,
        (b"CAPA\r\n", b"+OK\r\nUSER\r\n.\r\n"),
    ).dial("pop3")
    pop.send("STLS")
    pop.secure()
    pop.send("CAPA")
    assert capsys.readouterr().out.endswith(f"{BEGINS}C: CAPA\nS: +OK\nS: USER\nS: .\n")


def test_starttls_in_imap(phone: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    imap = phone(
        (b"", b"* OK ready\r\n"),
        (b"a1 starttls\r\n", b"a1 OK Begin TLS\r\n"),
        TLS,
        (b"a2 NOOP\r\n", b"a2 OK Done\r\n"),
    ).dial("imap")
    imap.send("a1 starttls")
    imap.secure()
    imap.send("a2 NOOP")
    assert capsys.readouterr().out.endswith(f"{BEGINS}C: a2 NOOP\nS: a2 OK Done\n")


@pytest.mark.parametrize(
    ("protocol", "port", "greeting"),
    [
        ("submissions", 465, b"220 ready\r\n"),
        ("pop3s", 995, b"+OK ready\r\n"),
        ("imaps", 993, b"* OK ready\r\n"),
    ],
)
def test_tls_from_the_first_octet(
    script: Script,
    phone: Phone,
    protocol: str,
    port: int,
    greeting: bytes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dialogue = phone(TLS, (b"", greeting)).dial(protocol)
    assert capsys.readouterr().out == f"{BEGINS}S: {greeting.decode().strip()}\n"
    assert script.dialled == [(MAIL, port, "phone")]
    assert PORTS[dialogue.protocol] == port
    with pytest.raises(NotNow):
        dialogue.secure()
    assert all(
        line.startswith(("C: [TLS", "S: [TLS")) for line in str(dialogue.onlooker()).split("\n")
    )


@pytest.mark.parametrize(
    ("turn", "line"),
    [
        ((b"STARTTLS\r\n", b"454 Not now\r\n"), "STARTTLS"),
        ((b"STARTTLS\r\n", b"250 Odd\r\n"), "STARTTLS"),
        ((b"NOOP\r\n", b"220 Odd\r\n"), "NOOP"),
    ],
)
def test_tls_begins_only_where_the_server_waits_for_it(phone: Phone, turn: Turn, line: str) -> None:
    smtp = phone(HELLO, turn, EHLO).dial("submission")
    smtp.send(line)
    with pytest.raises(NotNow, match="the server does not wait for TLS to begin"):
        smtp.secure()
    smtp.send("EHLO phone")
    assert smtp.last.ok


@pytest.mark.parametrize("reply", [b"-ERR no\r\n", b"+ \r\n"])
def test_stls_refused(phone: Phone, reply: bytes) -> None:
    pop = phone((b"", b"+OK ready\r\n"), (b"STLS\r\n", reply), silent=True).dial("pop3")
    pop.send("STLS")
    with pytest.raises(NotNow):
        pop.secure()


def test_no_command_between_the_reply_and_tls(script: Script, phone: Phone) -> None:
    smtp = phone(HELLO, STARTTLS, TLS, EHLO).dial("submission")
    smtp.send("STARTTLS")
    with pytest.raises(NotNow, match=r"secure\(\)$"):
        smtp.send("EHLO phone")
    assert script.servers[0].heard == b"STARTTLS\r\n"
    smtp.secure()
    smtp.send("EHLO phone")
    assert smtp.last.ok


def test_what_is_sent_together_with_starttls_is_never_answered(
    script: Script, phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    smtp = phone(HELLO, (b"STARTTLS\r\nNOOP\r\n", STARTTLS[1]), TLS, EHLO).dial("submission")
    capsys.readouterr()
    smtp.send("STARTTLS", "NOOP")
    smtp.secure()
    smtp.send("EHLO phone")
    assert capsys.readouterr().out == (
        "C: STARTTLS\nC: NOOP\nS: 220 Go ahead\n"
        "   [no reply to NOOP is awaited: TLS comes next]\n"
        f"{BEGINS}C: EHLO phone\nS: 250 mail.home.example\n"
    )


def test_a_server_that_obeys_what_came_before_tls_is_found_out(
    phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    injected = (b"", b"250 OK, for the NOOP from before\r\n")
    smtp = phone(HELLO, (b"NOOP\r\n", STARTTLS[1]), TLS, injected, EHLO).dial("submission")
    smtp.send("STARTTLS", "NOOP")
    smtp.secure()
    smtp.send("EHLO phone")
    assert smtp.last.text == "250 OK, for the NOOP from before"


def test_what_the_server_said_too_early_is_shown_and_thrown_away(
    phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    early = (b"STARTTLS\r\n", b"220 Go ahead\r\n250-AUTH PLAIN\r\n250 forged\r\n")
    smtp = phone(HELLO, early, TLS, EHLO).dial("submission")
    smtp.send("STARTTLS")
    capsys.readouterr()
    smtp.secure()
    smtp.send("EHLO phone")
    assert capsys.readouterr().out == (
        "S: 250-AUTH PLAIN\nS: 250 forged\n   [this came before TLS and is thrown away]\n"
        f"{BEGINS}C: EHLO phone\nS: 250 mail.home.example\n"
    )


# Whom the device trusts


def test_a_device_that_does_not_trust_the_lab(
    script: Script, phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    device = phone(TLS, (b"", b"* OK ready\r\n"))
    device.trusts_lab = False
    with pytest.raises(
        TlsFailed,
        match=r"^TLS: the certificate of mail\.home\.example is not accepted: "
        r"no authority that this device trusts has signed it$",
    ):
        device.dial("imaps")
    assert script.servers[0].refusal == "TLSV1_ALERT_UNKNOWN_CA", "the server was told why"
    assert script.servers[0].farewell
    assert capsys.readouterr().out == ""


def test_a_certificate_for_another_name(script: Script, phone: Phone) -> None:
    smtp = phone(HELLO, STARTTLS, TLS, EHLO, name="mail.work.example").dial("submission")
    smtp.send("STARTTLS")
    with pytest.raises(TlsFailed, match=r"is not accepted: it names another server$"):
        smtp.secure()
    assert not smtp.open
    with pytest.raises(ConnectionOver, match=r"\(TLS failed\)"):
        smtp.send("EHLO phone")
    with pytest.raises(ConnectionOver):
        smtp.secure()
    assert script.servers[0].heard == b"STARTTLS\r\n"


def test_a_certificate_that_has_expired(script: Script, authority: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(MAIL, not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)
    device = script.device(Scripted([TLS], certificate=context))
    with pytest.raises(TlsFailed, match=r"is not accepted: it has expired$"):
        device.dial("imaps")


def test_a_server_that_speaks_no_tls(script: Script) -> None:
    device = script.device(Scripted([(b"", b"* OK IMAP4rev1 plain as ever\r\n")]))
    with pytest.raises(TlsFailed, match=r"^TLS: what mail\.home\.example said in the handshake is"):
        device.dial("imaps")


def test_a_server_that_closes_in_the_handshake(script: Script) -> None:
    with pytest.raises(TlsFailed, match=r"^TLS: the connection ended in the handshake$"):
        script.device(Scripted([])).dial("pop3s")


def test_a_server_that_is_silent_in_the_handshake(script: Script) -> None:
    with pytest.raises(TlsFailed, match=r"^TLS: mail\.home\.example was silent in the handshake$"):
        script.device(Scripted([], silent=True)).dial("pop3s")


# What is inside


def test_replies_in_many_records_and_long_ones(phone: Phone) -> None:
    body = b"".join(b"line %d\r\n" % n for n in range(20_000))
    device = phone(
        TLS,
        (b"", b"+OK ready\r\n"),
        (b"USER bob\r\n", b"+OK\r\n"),
        (b"PASS tulip\r\n", b"+OK\r\n"),
        (b"RETR 1\r\n", b"+OK\r\n" + body + b".\r\n"),
    )
    pop = device.dial("pop3s")
    pop.send("USER bob", "PASS tulip", "RETR 1")
    assert device.files()[0].read() == body


def test_a_long_message_goes_up_whole(script: Script, phone: Phone) -> None:
    data = (b"DATA\r\n", b"354 Go\r\n")
    smtp = phone(TLS, HELLO, data, (b"\r\n.\r\n", b"250 Taken\r\n")).dial("submissions")
    smtp.send("DATA")
    message = b"".join(b"line %d\r\n" % n for n in range(40_000))
    smtp.data(message)
    assert smtp.last.text == "250 Taken"
    assert script.servers[0].heard == b"DATA\r\n" + message + b".\r\n"


def test_hanging_up_and_cutting_inside(script: Script, phone: Phone) -> None:
    pop = phone(TLS, (b"", b"+OK ready\r\n"), silent=True).dial("pop3s")
    pop.hang_up()
    assert "over: hung up" in repr(pop)
    assert str(pop.onlooker()).split("\n")[-1].startswith("C: [TLS application data, "), "the alert"
    pop = phone(TLS, (b"", b"+OK ready\r\n"), silent=True).dial("pop3s")
    before = str(pop.onlooker())
    pop.cut()
    assert "over: cut" in repr(pop)
    assert str(pop.onlooker()) == before, "not a word"


def test_the_onlooker_of_a_plain_session_sees_the_password(phone: Phone) -> None:
    pop = phone(
        (b"", b"+OK ready\r\n"), (b"USER bob\r\n", b"+OK\r\n"), (b"PASS tulip\r\n", b"+OK in\r\n")
    ).dial("pop3")
    pop.send("USER bob")
    pop.send("PASS tulip")
    assert str(pop.onlooker()) == ("S: +OK ready\nC: USER bob\nS: +OK\nC: PASS tulip\nS: +OK in")


def test_the_onlooker_of_starttls_sees_the_words_before_and_records_after(phone: Phone) -> None:
    smtp = phone(HELLO, STARTTLS, TLS, (b"AUTH PLAIN AGJvYgB0dWxpcA==\r\n", b"235 In\r\n")).dial(
        "submission"
    )
    smtp.send("STARTTLS")
    smtp.secure()
    smtp.send("AUTH PLAIN AGJvYgB0dWxpcA==")
    seen = str(smtp.onlooker()).split("\n")
    assert seen[:3] == ["S: 220 mail.home.example ready", "C: STARTTLS", "S: 220 Go ahead"]
    assert seen[3].startswith("C: [TLS handshake, ")
    assert " octets] 16 03 01 " in seen[3], "the header of the ClientHello's record"
    assert seen[4].startswith("S: [TLS handshake, ")
    assert seen[-2].startswith("C: [TLS application data, ")
    assert seen[-1].startswith("S: [TLS application data, ")
    assert "AGJvYgB0dWxpcA" not in str(smtp.onlooker())
    assert "&" not in smtp.onlooker()._repr_html_()
    assert "235" not in str(smtp.onlooker())
