"""Who logs in by SASL: what dialogues understand of an exchange, and whose mail it then is."""

from __future__ import annotations

from base64 import b64encode

import pytest

from labserver.devices.logins import login_name
from tests.devices.support import Script, Scripted, Turn

HELLO = (b"", b"+OK ready\r\n")


def coded(text: bytes) -> str:
    return b64encode(text).decode()


@pytest.mark.parametrize(
    ("mechanism", "responses", "name"),
    [
        ("PLAIN", [coded(b"\0eve\0rose")], "eve"),
        ("plain", ["=", coded(b"admin\0\xc3\xa9ve\0rose")], "\u00e9ve"),
        ("PLAIN", [coded(b"eve\0rose")], ""),
        ("LOGIN", [coded(b"eve"), coded(b"rose")], "eve"),
        ("CRAM-MD5", [coded(b"eve the first " + b"0" * 32)], "eve the first"),
        ("SCRAM-SHA-256", [coded(b"n,,n=a=2Cb=3D,r=x"), coded(b"c=biws,r=xy,p=z"), ""], "a,b="),
        ("SCRAM-SHA-256", [coded(b"y,a=admin,n=eve,r=x")], "eve"),
        ("SCRAM-SHA-256", [coded(b"nonsense")], ""),
        ("X-ODD", [coded(b"eve")], ""),
        ("PLAIN", ["*"], ""),
        ("PLAIN", ["\u00e9"], ""),
        ("PLAIN", [], ""),
    ],
)
def test_the_name_in_an_exchange(mechanism: str, responses: list[str], name: str) -> None:
    assert login_name(mechanism, responses) == name


UIDL = (b"UIDL 1\r\n", b"+OK 1 u.1\r\n")
RETR = (b"RETR 1\r\n", b"+OK\r\nx\r\n.\r\n")
PLAIN = coded(b"\0eve@work.example\0rose")


@pytest.mark.parametrize(
    ("turns", "account"),
    [
        ([(b"APOP eve c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n")], "eve@home.example"),
        ([(f"AUTH PLAIN {PLAIN}\r\n".encode(), b"+OK\r\n")], "eve@work.example"),
        (
            [(b"AUTH PLAIN\r\n", b"+ \r\n"), (f"{PLAIN}\r\n".encode(), b"+OK\r\n")],
            "eve@work.example",
        ),
        (
            [
                (b"auth login\r\n", b"+ VXNlcm5hbWU6\r\n"),
                (b"ZXZl\r\n", b"+ UGFzc3dvcmQ6\r\n"),
                (b"cm9zZQ==\r\n", b"+OK\r\n"),
            ],
            "eve@home.example",
        ),
        (
            [
                (b"AUTH PLAIN\r\n", b"+ \r\n"),
                (b"*\r\n", b"-ERR cancelled\r\n"),
                (b"USER bob\r\n", b"+OK\r\n"),
                (b"PASS tulip\r\n", b"+OK\r\n"),
            ],
            "bob@home.example",
        ),
    ],
)
def test_whose_mail_it_is_after_a_login_by_pop3(
    script: Script, turns: list[Turn], account: str
) -> None:
    phone = script.device(Scripted([HELLO, *turns, RETR]))
    pop = phone.dial("pop3")
    for wanted, _ in [*turns, RETR]:
        pop.send(wanted.decode().removesuffix("\r\n"))
    assert phone.files()[0].origin.account == account


def test_a_challenge_is_the_client_s_turn(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    # LIST and UIDL are base64 too: what follows them here is one line each.
    turns = [(b"AUTH X\r\n", b"+ \r\n"), (b"LIST\r\n", b"+ UIDL\r\n"), (b"UIDL\r\n", b"+OK In\r\n")]
    pop = script.device(Scripted([HELLO, *turns, (b"NOOP\r\n", b"+OK\r\n")])).dial("pop3")
    capsys.readouterr()
    pop.send("AUTH X")
    assert pop.last.ok
    pop.send("LIST")
    pop.send("UIDL")
    pop.send("NOOP")
    assert capsys.readouterr().out == (
        "C: AUTH X\nS: + \nC: LIST\nS: + UIDL\nC: UIDL\nS: +OK In\nC: NOOP\nS: +OK\n"
    )


@pytest.mark.parametrize("command", ["LANG", "AUTH", "CAPA"])
def test_lists_of_languages_mechanisms_and_capabilities(
    script: Script, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = (f"{command}\r\n".encode(), b"+OK listed\r\nen English\r\n.\r\n")
    pop = script.device(Scripted([HELLO, listed, (b"LANG en\r\n", b"+OK en x\r\n")])).dial("pop3")
    pop.send(command)
    assert capsys.readouterr().out.endswith("S: +OK listed\nS: en English\nS: .\n")
    pop.send("LANG en")
    assert pop.last.text == "+OK en x"


def test_smtp_challenges(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    turns = [
        (b"AUTH LOGIN\r\n", b"334 VXNlcm5hbWU6\r\n"),
        (b"ZXZl\r\n", b"334 UGFzc3dvcmQ6\r\n"),
        (b"cm9zZQ==\r\n", b"235 2.7.0 In\r\n"),
    ]
    smtp = script.device(Scripted([(b"", b"220 ready\r\n"), *turns])).dial("submission")
    for wanted, _ in turns:
        smtp.send(wanted.decode().removesuffix("\r\n"))
        assert smtp.last.ok
    assert capsys.readouterr().out.endswith("C: cm9zZQ==\nS: 235 2.7.0 In\n")
