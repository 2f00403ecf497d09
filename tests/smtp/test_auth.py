"""AUTH PLAIN and LOGIN (RFC 4954, RFC 4616)."""

from __future__ import annotations

from base64 import b64encode

import pytest

from labserver.events import Closed, StateChanged
from labserver.wire import MemoryConnection
from tests.smtp.house import House, build, codes, plain

PASSWORD = b"UGFzc3dvcmQ6"  # "Password:"


@pytest.fixture
def connection(house: House) -> MemoryConnection:
    connection = house.submission()
    connection.send(b"EHLO laptop\r\n")
    return connection


def b64(text: bytes) -> bytes:
    return b64encode(text) + b"\r\n"


@pytest.mark.parametrize("login", ["alice", "alice@home.example", "ALICE@HOME.EXAMPLE"])
def test_plain(house: House, connection: MemoryConnection, login: str) -> None:
    assert connection.send(plain(login, "wonder")) == b"235 2.7.0 Authentication successful\r\n"
    address = login.lower() if "@" in login else "alice@home.example"
    assert house.events(StateChanged)[-1] == StateChanged(
        connection=1, state="AUTHENTICATED", account=address, mailbox=None
    )


def test_plain_in_two_steps(connection: MemoryConnection) -> None:
    # A challenge that holds nothing still has its space (RFC 4954 section 4).
    assert connection.send(b"AUTH PLAIN\r\n") == b"334 \r\n"
    assert codes(connection.send(b64(b"\0alice\0wonder"))) == [235]


@pytest.mark.parametrize("first", [False, True])
def test_login(connection: MemoryConnection, first: bool) -> None:  # noqa: FBT001
    if first:
        assert connection.send(b"auth login " + b64(b"alice")) == b"334 " + PASSWORD + b"\r\n"
    else:
        assert connection.send(b"AUTH LOGIN\r\n") == b"334 VXNlcm5hbWU6\r\n"
        assert connection.send(b64(b"alice")) == b"334 " + PASSWORD + b"\r\n"
    assert codes(connection.send(b64(b"wonder"))) == [235]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"AUTH", 501),
        (b"AUTH PLAIN a b", 501),
        (b"AUTH DIGEST-MD5", 504),
        (b"AUTH PLAIN =", 501),
        (b"AUTH PLAIN ====", 501),
        (b"AUTH PLAIN =AAA", 501),
        (b"AUTH PLAIN AAA=BBB", 501),
        (b"AUTH PLAIN A-_A", 501),
        (b"AUTH PLAIN " + b64(b"alice\0wonder").strip(), 501),
        (b"AUTH PLAIN " + b64(b"\0alice\0").strip(), 501),
        (b"AUTH PLAIN " + b64(b"\0alice\0won\0der").strip(), 501),
        (b"AUTH PLAIN " + b64(b"\0alice\0\xff").strip(), 501),
        (b"AUTH PLAIN " + b64(b"\0alice\0wrong").strip(), 535),
        (b"AUTH PLAIN " + b64(b"\0nobody\0wonder").strip(), 535),
        (b"AUTH PLAIN " + b64(b"bob\0alice\0wonder").strip(), 535),
        (b"AUTH PLAIN " + b64(b"root\0alice\0wonder").strip(), 535),
        (b"AUTH PLAIN " + b64(b"alice\0alice\0wonder").strip(), 235),
        (b"AUTH PLAIN " + b64(b"alice@home.example\0alice\0wonder").strip(), 235),
    ],
)
def test_what_is_said_to_each(connection: MemoryConnection, line: bytes, code: int) -> None:
    assert codes(connection.send(line + b"\r\n")) == [code]
    if code != 235:
        assert codes(connection.send(b"MAIL FROM:<>\r\n")) == [530]
        assert codes(connection.send(plain("bob", "builder"))) == [235]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"*\r\n", 501),
        (b"not base64!\r\n", 501),
        (b"\r\n", 501),
        (b"QUIT\n", 500),
        (b"x" * 20_000 + b"\r\n", 500),
        (b"\xff\xfe\r\n", 501),
    ],
)
def test_an_exchange_that_fails_ends(connection: MemoryConnection, line: bytes, code: int) -> None:
    connection.send(b"AUTH PLAIN\r\n")
    assert codes(connection.send(line)) == [code]
    assert codes(connection.send(b"NOOP\r\n")) == [250]


def test_a_response_may_be_longer_than_a_command() -> None:
    house = build(line=1000)
    connection = house.submission()
    connection.send(b"EHLO laptop\r\nAUTH PLAIN\r\n")
    long = b64(b"\0alice\0" + b"p" * 9000)
    assert 12_000 < len(long) <= 12_288
    assert codes(connection.send(long)) == [535]


def test_auth_is_an_extension(house: House) -> None:
    connection = house.submission()
    connection.send(b"HELO laptop\r\n")
    assert codes(connection.send(plain("alice", "wonder"))) == [503]


def test_auth_works_once(connection: MemoryConnection) -> None:
    connection.send(plain("alice", "wonder"))
    assert codes(connection.send(plain("bob", "builder"))) == [503]


def test_the_auth_parameter_of_mail_is_read(house: House) -> None:
    connection = house.logged_in()
    for value in (b"<>", b"e+3Dmc2@example.com"):
        assert codes(connection.send(b"MAIL FROM:<> AUTH=" + value + b"\r\nRSET\r\n")) == [250, 250]
    for value in (b"", b"=", b"=a+b"):
        assert codes(connection.send(b"MAIL FROM:<> AUTH" + value + b"\r\n")) == [501]


def test_too_many_failed_logins_end_the_session() -> None:
    house = build(failed_logins=3)
    connection = house.submission()
    connection.send(b"EHLO laptop\r\n")
    wrong = plain("alice", "wrong")
    assert codes(connection.send(wrong * 2)) == [535, 535]
    assert codes(connection.send(wrong * 2)) == [535, 421]
    assert house.events()[-1] == Closed(connection=1, how="server")
