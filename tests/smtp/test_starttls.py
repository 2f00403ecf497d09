"""STARTTLS (RFC 3207): what is known before it is forgotten, what is sent with it thrown away."""

from __future__ import annotations

import pytest

from labserver.events import Closed, Line, Secured, StateChanged
from labserver.faults import Answer
from labserver.protocol.policy import Policy
from tests.smtp.house import HELLO, LETTER, TO_BOB, House, build, codes, plain
from tests.wire.house import Inside

READY = b"220 2.0.0 Ready to start TLS\r\n"
INJECTED = b"EHLO mallory\r\n" + plain("alice", "wonder") + b"MAIL FROM:<alice@home.example>\r\n"


@pytest.mark.parametrize("role", ["smtp", "submission"])
def test_it_is_offered_where_it_can_begin_and_not_inside(role: str) -> None:
    keyword = b"STARTTLS\r\n"
    assert keyword in build().dial(role).send(HELLO)
    assert keyword not in build(tls=False).dial(role).send(HELLO)
    assert keyword not in build().inside(role).send(HELLO)


def test_inside_from_the_first_octet(house: House) -> None:
    client = house.inside("submissions")
    said = client.send(HELLO)
    assert b"STARTTLS" not in said
    assert b"AUTH PLAIN LOGIN" in said
    assert client.send(b"STARTTLS\r\n") == b"503 5.5.1 TLS is active already\r\n"


@pytest.mark.parametrize("before", [b"", b"HELO x\r\n", HELLO, HELLO + TO_BOB])
def test_everything_is_forgotten(house: House, before: bytes) -> None:
    # Section 4.2.
    connection = house.dial("smtp")
    connection.send(before)
    assert connection.send(b"starttls\r\n") == READY
    client = Inside(connection)
    assert client.handshake() == b""  # no second greeting
    assert house.events(StateChanged)[-1].state == "CONNECTED"
    assert house.events(Secured) == [Secured(connection=1, version="TLSv1.3")]
    assert codes(client.send(b"MAIL FROM:<>\r\n")) == [503]
    assert codes(client.send(b"RCPT TO:<bob@home.example>\r\nDATA\r\n")) == [503, 503]
    assert client.send(HELLO).startswith(b"250-")
    assert codes(client.send(b"DATA\r\n")) == [503]


def test_the_login_is_forgotten_too(house: House) -> None:
    connection = house.logged_in()
    connection.send(b"STARTTLS\r\n")
    assert house.events(StateChanged)[-1].account is None
    client = Inside(connection)
    client.handshake()
    client.send(HELLO)
    assert codes(client.send(b"MAIL FROM:<>\r\n")) == [530]
    assert codes(client.send(plain("bob", "builder"))) == [235]
    assert house.events(StateChanged)[-1].account == "bob@home.example"


def test_the_login_inside_is_kept_by_ehlo(house: House) -> None:
    client = house.inside("submission")
    client.send(HELLO + plain("alice", "wonder") + HELLO)
    assert codes(client.send(b"MAIL FROM:<alice@home.example>\r\n")) == [250]


def test_chunks_do_not_survive_it(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"BDAT 5\r\nOld\r\n")
    connection.send(b"STARTTLS\r\n")
    client = Inside(connection)
    client.handshake()
    client.send(HELLO + TO_BOB)
    client.send(b"BDAT %d LAST\r\n" % len(LETTER) + LETTER)
    assert house.inbox("bob")[0].endswith(b"+0000\r\n" + LETTER)


@pytest.mark.parametrize("role", ["smtp", "submission"])
@pytest.mark.parametrize("at", range(len(INJECTED) + 1))
def test_commands_behind_it_are_never_obeyed(role: str, at: int) -> None:
    # Section 6. However the network cuts them, they are read as nothing, or as broken TLS.
    house = build()
    connection = house.dial(role)
    sent = HELLO + b"STARTTLS\r\n"
    said = connection.send(sent + INJECTED[:at])
    assert said.endswith(READY)
    assert said.count(b"\r\n220 ") == 1
    if at < len(INJECTED):
        said = connection.send(INJECTED[at:])
        assert not said.startswith((b"2", b"5"))
    else:
        client = Inside(connection)
        client.handshake()
        assert codes(client.send(b"RCPT TO:<bob@home.example>\r\n")) == [503]
    changes = [event.state for event in house.events(StateChanged)]
    assert changes == ["CONNECTED", "GREETED", "CONNECTED"]
    # What was thrown away is in the log, and no reply to it.
    crossed = house.crossed(1, "C")
    assert crossed.startswith(sent + INJECTED[:at])


@pytest.mark.parametrize("at", range(len(HELLO) + 10))
def test_the_command_itself_in_any_split(at: int) -> None:
    house = build()
    connection = house.dial("smtp")
    whole = HELLO + b"STARTTLS\r\n"
    said = connection.send(whole[:at]) + connection.send(whole[at:])
    assert said.endswith(READY)
    client = Inside(connection)
    client.handshake()
    assert client.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"


def test_a_flood_behind_it(house: House) -> None:
    connection = house.dial("smtp")
    connection.send(b"STARTTLS\r\n" + b"NOOP\r\n" * 50_000)
    client = Inside(connection)
    client.handshake()
    assert client.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"


def test_it_takes_no_argument(house: House) -> None:
    connection = house.dial("smtp")
    assert codes(connection.send(b"STARTTLS now\r\nNOOP\r\n")) == [501, 250]


def test_it_may_be_unavailable_for_a_while(house: House) -> None:
    house.faults.add(Answer(protocol="smtp", command="STARTTLS", reply="454 4.7.0 Not now"))
    connection = house.dial("smtp")
    assert connection.send(b"STARTTLS\r\n") == b"454 4.7.0 Not now\r\n"
    assert connection.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"
    assert connection.send(b"STARTTLS\r\n") == READY


def test_switched_off(house: House) -> None:
    house.switches.switch_off("smtp", ["STARTTLS"])
    connection = house.dial("smtp")
    assert b"STARTTLS" not in connection.send(HELLO)
    assert connection.send(b"STARTTLS\r\n") == b"502 5.5.1 Command not implemented\r\n"


def test_a_handshake_that_fails_ends_the_connection(house: House) -> None:
    connection = house.dial("smtp")
    connection.send(b"STARTTLS\r\n")
    said = connection.send(b"QUIT\r\n" * 10)
    assert not said.startswith(b"221")
    assert connection.closed
    assert house.events(Closed)[-1].how == "server"
    assert not any(
        isinstance(event, Line) and event.data.startswith(b"221") for event in house.events(Line)
    )


def test_mail_inside(house: House) -> None:
    client = house.inside("smtp")
    client.send(HELLO + TO_BOB + b"DATA\r\n")
    assert codes(client.send(LETTER + b".\r\n")) == [250]
    assert b" with ESMTPS id " in house.inbox("bob")[0]
    assert client.send(b"QUIT\r\n") == b"221 2.0.0 mail.home.example Bye\r\n"
    assert client.told_of_the_end
    assert house.events(Closed)[-1].how == "quit"


@pytest.mark.parametrize(
    ("policy", "outside", "inside"),
    [
        (
            Policy(),
            "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
            "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
        ),
        (
            Policy(cleartext_auth=False),
            "AUTH CRAM-MD5 SCRAM-SHA-256",
            "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
        ),
    ],
)
def test_what_shows_a_password_may_need_tls(policy: Policy, outside: str, inside: str) -> None:
    house = build(policy)
    connection = house.dial("submission")
    assert f"250-{outside}\r\n" in connection.send(HELLO).decode()
    if not policy.cleartext_auth:
        for name in (b"PLAIN", b"LOGIN"):
            said = connection.send(b"AUTH " + name + b" AGFsaWNlAHdvbmRlcg==\r\n")
            # RFC 4954 section 4.
            assert said == b"504 5.5.4 " + name + b" needs TLS here: STARTTLS first\r\n"
    connection.send(b"STARTTLS\r\n")
    client = Inside(connection)
    client.handshake()
    assert f"250-{inside}\r\n" in client.send(HELLO).decode()
    assert codes(client.send(plain("alice", "wonder"))) == [235]


def test_no_login_at_all_without_tls() -> None:
    house = build(Policy(cleartext_auth=False))
    house.switches.switch_off("submission", ["AUTH=CRAM-MD5", "AUTH=SCRAM-SHA-256"])
    connection = house.dial("submission")
    assert b"AUTH" not in connection.send(HELLO)
    said = connection.send(plain("alice", "wonder"))
    assert said == b"530 5.7.0 Must issue a STARTTLS command first\r\n"
    assert b"250-AUTH PLAIN LOGIN\r\n" in house.inside("submission").send(HELLO)
