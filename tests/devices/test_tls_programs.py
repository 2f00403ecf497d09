"""Mail programs with a setting for security; the server is scripted, its TLS is real."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest

from labserver.devices import Device, DeviceError, ProgramFailed
from tests.devices.support import MAIL, TLS, Script, Scripted, Turn

Certificate = Callable[..., ssl.SSLContext]
Phone = Callable[..., Device]
Work = Callable[[Device, Any], Any]

SECRETS = (b"tulip", b"dHVsaXA", b"AGJvYgB0dWxpcA")


@pytest.fixture
def phone(script: Script, certificate: Certificate) -> Phone:
    """A device whose server plays these turns."""

    def made(*turns: Turn, name: str = MAIL, silent: bool = False) -> Device:
        return script.device(Scripted(list(turns), certificate=certificate(name), silent=silent))

    return made


def sync(device: Device, security: Any) -> str:
    return str(device.imap_program("bob", "tulip", security=security).sync())


def check(device: Device, security: Any) -> str:
    return str(device.pop3_program("bob", "tulip", security=security).check())


def send(device: Device, security: Any) -> str:
    program = device.smtp_program("bob", "tulip", security=security)
    return str(program.send("eve@home.example", "Subject: hi\n\nHello\n"))


IMAP_HELLO = (b"", b"* OK ready\r\n")
SYNC = [
    (b'LOGIN "bob" "tulip"\r\n', b"phone.%d OK In\r\n"),
    (b'SELECT "INBOX"\r\n', b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nphone.%d OK Done\r\n"),
    (b"(FLAGS)\r\n", b"phone.%d OK Done\r\n"),
    (b"LOGOUT\r\n", b"* BYE Bye\r\nphone.%d OK Done\r\n"),
]
POP3_HELLO = (b"", b"+OK ready\r\n")
CHECK = [
    (b"CAPA\r\n", b"+OK\r\nTOP\r\n.\r\n"),
    (b"USER bob\r\n", b"+OK\r\n"),
    (b"PASS tulip\r\n", b"+OK\r\n"),
    (b"UIDL\r\n", b"+OK\r\n.\r\n"),
    (b"QUIT\r\n", b"+OK\r\n"),
]
SMTP_HELLO = (b"", b"220 ready\r\n")
SEND = [
    (b"AUTH PLAIN AGJvYgB0dWxpcA==\r\n", b"235 In\r\n"),
    (b"mail ", b"250 OK\r\n"),
    (b"rcpt ", b"250 OK\r\n"),
    (b"data\r\n", b"354 Go\r\n"),
    (b"\r\n.\r\n", b"250 OK\r\n"),
    (b"quit\r\n", b"221 Bye\r\n"),
]


def tagged(turns: list[Turn], start: int) -> list[Turn]:
    return [(wanted, said % n) for n, (wanted, said) in enumerate(turns, start)]


def capability(n: int, more: bytes) -> Turn:
    return (b"CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1 %s\r\nphone.%d OK Done\r\n" % (more, n))


def ehlo(more: bytes = b"") -> Turn:
    return (b"ehlo phone.home.example\r\n", b"250-mail\r\n%s250 AUTH PLAIN\r\n" % more)


FIRST = [
    pytest.param(sync, 993, [IMAP_HELLO, capability(0, b""), *tagged(SYNC, 1)], id="imap"),
    pytest.param(check, 995, [POP3_HELLO, *CHECK], id="pop3"),
    pytest.param(send, 465, [SMTP_HELLO, ehlo(), *SEND], id="smtp"),
]
BEGUN = [
    pytest.param(
        sync,
        143,
        [
            IMAP_HELLO,
            capability(0, b"STARTTLS LOGINDISABLED"),
            (b"STARTTLS\r\n", b"phone.1 OK Go\r\n"),
            TLS,
            capability(2, b""),
            *tagged(SYNC, 3),
        ],
        id="imap",
    ),
    pytest.param(
        check,
        110,
        [
            POP3_HELLO,
            (b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n"),
            (b"STLS\r\n", b"+OK Go\r\n"),
            TLS,
            *CHECK,
        ],
        id="pop3",
    ),
    pytest.param(
        send,
        587,
        [
            SMTP_HELLO,
            ehlo(b"250-STARTTLS\r\n"),
            (b"STARTTLS\r\n", b"220 Go\r\n"),
            TLS,
            ehlo(),
            *SEND,
        ],
        id="smtp",
    ),
]


@pytest.mark.parametrize(("work", "port", "turns"), FIRST)
def test_tls_first(script: Script, phone: Phone, work: Work, port: int, turns: list[Turn]) -> None:
    work(phone(TLS, *turns), "tls")
    assert script.dialled[0][:2] == (MAIL, port)


@pytest.mark.parametrize(("work", "port", "turns"), FIRST)
def test_the_server_is_told_that_the_program_leaves(
    script: Script, phone: Phone, work: Work, port: int, turns: list[Turn]
) -> None:
    work(phone(TLS, *turns, silent=True), "tls")
    assert script.servers[0].farewell


@pytest.mark.parametrize(("work", "port", "turns"), BEGUN)
def test_tls_after_starttls(
    script: Script, phone: Phone, work: Work, port: int, turns: list[Turn]
) -> None:
    work(phone(*turns), "starttls")
    assert script.dialled[0][:2] == (MAIL, port)


@pytest.mark.parametrize(("work", "port", "turns"), BEGUN)
@pytest.mark.parametrize("why", ["stranger", "other name"])
def test_no_password_for_a_server_that_is_not_verified(
    script: Script, phone: Phone, work: Work, port: int, turns: list[Turn], why: str
) -> None:
    device = phone(*turns, name=MAIL if why == "stranger" else "mail.work.example")
    device.trusts_lab = why != "stranger"
    reason = {
        "stranger": "no authority that this device trusts has signed it",
        "other name": "it names another server",
    }[why]
    with pytest.raises(
        ProgramFailed,
        match=rf", port {port}: TLS: the certificate of mail\.home\.example is not accepted: "
        rf"{reason}$",
    ):
        work(device, "starttls")
    (server,) = script.servers
    assert server.refusal, "the server was told why"
    assert server.farewell
    assert not [secret for secret in SECRETS if secret in server.heard]


@pytest.mark.parametrize(("work", "port", "turns"), FIRST)
def test_the_same_where_tls_comes_first(
    script: Script, phone: Phone, work: Work, port: int, turns: list[Turn]
) -> None:
    device = phone(TLS, *turns)
    device.trusts_lab = False
    with pytest.raises(ProgramFailed, match=rf"s, port {port}: TLS: the certificate of "):
        work(device, "tls")
    assert script.servers[0].heard == b""


STRIPPED = [
    pytest.param(
        sync,
        [
            IMAP_HELLO,
            capability(0, b"AUTH=PLAIN"),
            (b"LOGOUT\r\n", b"* BYE Bye\r\nphone.1 OK Done\r\n"),
        ],
        "IMAP: mail.home.example does not offer STARTTLS, and this account",
        id="imap",
    ),
    pytest.param(
        check,
        [POP3_HELLO, (b"CAPA\r\n", b"+OK\r\nUSER\r\n.\r\n"), (b"QUIT\r\n", b"+OK\r\n")],
        "POP3: mail.home.example does not offer STLS, and this account",
        id="pop3",
    ),
    pytest.param(
        check,
        [POP3_HELLO, (b"CAPA\r\n", b"-ERR What?\r\n"), (b"QUIT\r\n", b"+OK\r\n")],
        "POP3: mail.home.example does not offer STLS, and this account",
        id="pop3 of old",
    ),
    pytest.param(
        send,
        [SMTP_HELLO, ehlo(), (b"quit\r\n", b"221 Bye\r\n")],
        "SMTP: mail.home.example does not offer STARTTLS, and this account",
        id="smtp",
    ),
]


@pytest.mark.parametrize(("work", "turns", "error"), STRIPPED)
def test_nothing_goes_in_clear_where_the_offer_was_taken_away(
    script: Script, phone: Phone, work: Work, turns: list[Turn], error: str
) -> None:
    with pytest.raises(ProgramFailed, match=rf"^{error} is not used without TLS$"):
        work(phone(*turns), "starttls")
    (server,) = script.servers
    assert not [secret for secret in SECRETS if secret in server.heard]
    assert server.heard.upper().rstrip().endswith((b"QUIT", b"LOGOUT")), "a proper end"


def test_a_refused_stls(script: Script, phone: Phone) -> None:
    turns = [
        POP3_HELLO,
        (b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n"),
        (b"STLS\r\n", b"-ERR Not today\r\n"),
        (b"QUIT\r\n", b"+OK\r\n"),
    ]
    with pytest.raises(ProgramFailed, match=r"^POP3: -ERR Not today$"):
        check(phone(*turns), "starttls")


def test_what_was_offered_before_tls_is_forgotten(script: Script, phone: Phone) -> None:
    turns = [
        *BEGUN[1].values[2][:4],
        *CHECK[:3],
        (b"UIDL\r\n", b"-ERR No such command\r\n"),
        (b"LIST\r\n", b"+OK\r\n.\r\n"),
        CHECK[4],
    ]
    device = phone(*turns)
    program = device.pop3_program("bob", "tulip", leave_on_server=False, security="starttls")
    assert str(program.check()) == "0 fetched, 0 deleted on the server"


def test_a_password_is_not_sent_where_login_is_disabled(script: Script, phone: Phone) -> None:
    turns = [
        IMAP_HELLO,
        capability(0, b"STARTTLS LOGINDISABLED"),
        (b"LOGOUT\r\n", b"* BYE Bye\r\nphone.1 OK Done\r\n"),
    ]
    with pytest.raises(ProgramFailed, match=r"^IMAP: the server takes no password without TLS"):
        sync(phone(*turns), "none")
    assert b"tulip" not in script.servers[0].heard


def test_a_setting_that_there_is_not(phone: Phone) -> None:
    with pytest.raises(DeviceError, match=r"^security is one of none, starttls, tls, not 'ssl'$"):
        sync(phone(), "ssl")


def test_a_server_that_closes_is_not_said_to_offer_nothing(phone: Phone) -> None:
    with pytest.raises(ProgramFailed, match=r"^pop3, port 110: the connection broke"):
        check(phone(POP3_HELLO), "starttls")
