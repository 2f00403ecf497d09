"""AUTH with each mechanism, and the rules of RFC 4954 that none of them changes."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode

import pytest

from labserver.events import StateChanged
from labserver.wire import MemoryConnection
from tests.protocol.scram import ScramClient
from tests.smtp.house import HELLO, House, build, codes, plain


@pytest.fixture
def connection(house: House) -> MemoryConnection:
    connection = house.submission()
    connection.send(HELLO)
    return connection


def challenge(said: bytes) -> bytes:
    assert said.startswith(b"334 ")
    return b64decode(said[4:], validate=False)


def cram(asked: bytes, user: bytes, password: bytes) -> bytes:
    digest = hmac.new(password, asked, "md5").hexdigest().encode()
    return b64encode(user + b" " + digest) + b"\r\n"


def test_cram_md5(house: House, connection: MemoryConnection) -> None:
    asked = challenge(connection.send(b"AUTH cram-md5\r\n"))
    assert asked.startswith(b"<")
    assert asked.endswith(b"@mail.home.example>")
    assert codes(connection.send(cram(asked, b"alice", b"wonder"))) == [235]
    assert house.events(StateChanged)[-1].account == "alice@home.example"


def test_cram_md5_with_a_wrong_password(connection: MemoryConnection) -> None:
    asked = challenge(connection.send(b"AUTH CRAM-MD5\r\n"))
    said = connection.send(cram(asked, b"alice", b"wrong"))
    assert said == b"535 5.7.8 User name or password is wrong\r\n"
    # A challenge is never given twice.
    assert challenge(connection.send(b"AUTH CRAM-MD5\r\n")) != asked


def test_a_mechanism_that_begins_with_a_challenge(connection: MemoryConnection) -> None:
    # Section 4.
    said = connection.send(b"AUTH CRAM-MD5 YWxpY2U=\r\n")
    assert said.startswith(b"501 5.7.0 ")


@pytest.mark.parametrize("initial", [False, True])
def test_scram_sha_256(
    house: House,
    connection: MemoryConnection,
    initial: bool,  # noqa: FBT001
) -> None:
    client = ScramClient(b"wonder", b"alice")
    first = b64encode(client.first())
    if initial:
        said = connection.send(b"AUTH SCRAM-SHA-256 " + first + b"\r\n")
    else:
        assert connection.send(b"AUTH SCRAM-SHA-256\r\n") == b"334 \r\n"
        said = connection.send(first + b"\r\n")
    final = client.final(challenge(said))
    said = connection.send(b64encode(final) + b"\r\n")
    assert challenge(said).startswith(b"v=")
    assert codes(connection.send(b"\r\n")) == [235]
    assert house.events(StateChanged)[-1].account == "alice@home.example"


def test_scram_with_a_wrong_password(connection: MemoryConnection) -> None:
    client = ScramClient(b"wrong", b"alice")
    said = connection.send(b"AUTH SCRAM-SHA-256 " + b64encode(client.first()) + b"\r\n")
    said = connection.send(b64encode(client.final(challenge(said))) + b"\r\n")
    assert said.startswith(b"535 5.7.8 ")


@pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN", b"CRAM-MD5", b"SCRAM-SHA-256"])
@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (b"*\r\n", b"501 5.7.0 "),
        (b"%%%\r\n", b"501 5.5.2 "),
        (b"====\r\n", b"501 5.5.2 "),
        (b"YQ\r\n", b"501 5.5.2 "),
        (b"=AAA\r\n", b"501 5.5.2 "),
        (b"AAA=BBB\r\n", b"501 5.5.2 "),
        (b"x" * 20_000 + b"\r\n", b"500 5.5.6 "),
        (b"YQ==\n", b"500 5.5.2 "),
    ],
)
def test_what_ends_an_exchange(
    connection: MemoryConnection, mechanism: bytes, answer: bytes, reply: bytes
) -> None:
    assert connection.send(b"AUTH " + mechanism + b"\r\n").startswith(b"334 ")
    said = connection.send(answer)
    assert said.startswith(reply), said
    assert connection.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"
    assert codes(connection.send(plain("alice", "wonder"))) == [235]


def test_lines_as_long_as_section_4_has_them() -> None:
    house = build(line=512)
    connection = house.submission()
    connection.send(HELLO + b"AUTH PLAIN\r\n")
    longest = b64encode(b"\0alice\0" + b"x" * (12284 // 4 * 3 - 7))
    assert len(longest) == 12284
    assert codes(connection.send(longest + b"\r\n")) == [535]
    connection.send(b"AUTH PLAIN\r\n")
    assert connection.send(b"AAA" + longest + b"\r\n").startswith(b"500 5.5.6 ")


@pytest.mark.parametrize(
    "before", [b"MAIL FROM:<>\r\n", b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\n"]
)
def test_not_within_a_transaction(house: House, before: bytes) -> None:
    connection = house.logged_in()
    connection.send(before)
    assert codes(connection.send(plain("bob", "builder"))) == [503]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"<>", 250),
        (b"e+3Dmc2@example.com", 250),
        (b"alice@home.example", 250),
        (b"+3C+3E", 250),
        (b"alice", 501),
        (b"a+b@home.example", 501),
        (b"a+2b@home.example", 501),
        (b"a@b@c", 501),
        (b"a=b@c", 501),
    ],
)
def test_the_auth_parameter(house: House, value: bytes, code: int) -> None:
    # Section 5: a mailbox in xtext, or <>.
    connection = house.logged_in()
    assert codes(connection.send(b"MAIL FROM:<> AUTH=" + value + b"\r\n")) == [code]


def test_530_to_everything_that_needs_the_login(connection: MemoryConnection) -> None:
    # Section 6.
    for line in (b"MAIL FROM:<>", b"RCPT TO:<bob@home.example>", b"DATA", b"VRFY bob"):
        assert connection.send(line + b"\r\n") == b"530 5.7.0 Authentication required\r\n"
    for line in (b"EHLO x", b"HELO x", b"NOOP", b"RSET"):
        assert codes(connection.send(line + b"\r\n")) == [250]
