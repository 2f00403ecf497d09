"""AUTH (RFC 5034): PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, and all that can go wrong."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest

from labserver.protocol.limits import Limits
from labserver.protocol.sasl import MECHANISMS, Exchange, Site
from tests.pop3.support import Drop, Talk
from tests.protocol.scram import ScramClient


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


PLAIN = b64("\0bob\0tulip")
WRONG = "-ERR [AUTH] User name or password is wrong"


def test_plain_with_an_initial_response(talk: Talk) -> None:
    assert talk.say(f"AUTH PLAIN {PLAIN}") == "+OK 3 messages"
    assert talk.say("STAT").startswith("+OK 3 ")


def test_plain_after_an_empty_challenge(talk: Talk) -> None:
    # "a line with only a +, followed by a single space"
    assert talk.raw(b"AUTH PLAIN\r\n") == b"+ \r\n"
    assert talk.say(PLAIN) == "+OK 3 messages"


def test_login(talk: Talk) -> None:
    assert talk.say("auth login") == f"+ {b64('Username:')}"
    assert talk.say(b64("bob")) == f"+ {b64('Password:')}"
    assert talk.say(b64("tulip")) == "+OK 3 messages"


def test_cram_md5(talk: Talk) -> None:
    challenge = b64decode(talk.say("AUTH CRAM-MD5").removeprefix("+ "))
    assert challenge.startswith(b"<")
    assert challenge.endswith(b"@mail.home.example>")
    digest = hmac.new(b"tulip", challenge, "md5").hexdigest()
    assert talk.say(b64(f"bob {digest}")) == "+OK 3 messages"


def test_the_digest_that_rfc_2195_prints(drop: Drop) -> None:
    drop.store.accounts.add("tim", "tanstaaftanstaaf")
    site = Site(
        directory=drop.store.accounts.at("home.example"),
        host="postoffice.reston.mci.net",
        now=lambda: datetime.fromtimestamp(697170952, UTC),
        nonce=lambda _: "1896",
    )
    exchange = Exchange(MECHANISMS["CRAM-MD5"], site)
    challenge = b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
    assert exchange.start() == challenge
    account = exchange.answer(b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw")
    assert account == drop.store.accounts.find("tim")


def test_scram_sha_256(talk: Talk) -> None:
    client = ScramClient()
    first = b64encode(client.first()).decode()
    server_first = b64decode(talk.say(f"AUTH SCRAM-SHA-256 {first}").removeprefix("+ "))
    final = b64encode(client.final(server_first)).decode()
    server_final = b64decode(talk.say(final).removeprefix("+ "))
    assert server_final == client.verifier
    # POP3 has no place for data with its success: the client answers with an empty line.
    assert talk.say("") == "+OK 3 messages"


def test_scram_with_a_wrong_password_is_counted_once(drop: Drop, talk: Talk) -> None:
    client = ScramClient(b"rose")
    first = b64encode(client.first()).decode()
    server_first = b64decode(talk.say(f"AUTH SCRAM-SHA-256 {first}").removeprefix("+ "))
    final = b64encode(client.final(server_first)).decode()
    assert talk.say(final) == WRONG
    assert talk.session._core.failed_logins == 1
    assert talk.login() == "+OK 3 messages"


@pytest.mark.parametrize("response", ["\0bob\0rose", "\0nobody\0tulip", "\0bob\0tulip "])
def test_wrong_credentials(response: str, talk: Talk) -> None:
    assert talk.say(f"AUTH PLAIN {b64(response)}") == WRONG
    assert talk.say("STAT") == "-ERR Log in first"
    assert talk.say(f"AUTH PLAIN {PLAIN}") == "+OK 3 messages"


def test_as_somebody_else(drop: Drop, talk: Talk) -> None:
    drop.store.accounts.add("eve", "iris")
    refused = "-ERR [AUTH] Nobody may act as somebody else here"
    assert talk.say(f"AUTH PLAIN {b64('eve' + chr(0) + 'bob' + chr(0) + 'tulip')}") == refused
    own = b64("bob@home.example\0bob\0tulip")
    assert talk.say(f"AUTH PLAIN {own}") == "+OK 3 messages"


def test_a_star_cancels(talk: Talk) -> None:
    talk.say("AUTH PLAIN")
    assert talk.say("*") == "-ERR The login is cancelled"
    assert talk.session._core.failed_logins == 0
    assert talk.login() == "+OK 3 messages"


@pytest.mark.parametrize("mechanism", ["GSSAPI", "DIGEST-MD5", "ANONYMOUS", "FOOBAR", "*"])
def test_a_mechanism_that_is_not_there(mechanism: str, talk: Talk) -> None:
    reply = talk.say(f"AUTH {mechanism}")
    assert reply == "-ERR There is no such mechanism now: CAPA lists those there are"
    assert talk.say("NOOP") == "-ERR Log in first", "no exchange has begun"


@pytest.mark.parametrize(
    "line", ["AUTH", "AUTH ", "AUTH  PLAIN", "AUTH PLAIN ", "AUTH PLAIN AA== BB==", "AUTH\tPLAIN"]
)
def test_its_form(line: str, talk: Talk) -> None:
    # Section 5: AUTH SP sasl-mech [SP initial-response]; CAPA is what lists the mechanisms.
    reply = talk.say(line)
    assert reply.startswith(("-ERR Write: AUTH mechanism", "-ERR A command is printable"))


@pytest.mark.parametrize("response", ["!", "=AAA", "AAA=BBB", "A", "AGJvYgB0dWxpcA=", "\xe4"])
@pytest.mark.parametrize("initial", [True, False])
def test_what_is_no_base64_is_rejected(response: str, talk: Talk, *, initial: bool) -> None:
    if initial:
        reply = talk.say(f"AUTH PLAIN {response}")
    else:
        talk.say("AUTH PLAIN")
        reply = talk.say(response)
    assert reply in {"-ERR The response is not BASE64", "-ERR A command is printable ASCII text"}
    assert talk.login() == "+OK 3 messages"


def test_an_initial_response_where_the_server_begins(talk: Talk) -> None:
    reply = talk.say(f"AUTH CRAM-MD5 {b64('bob 0')}")
    assert reply == "-ERR CRAM-MD5 begins with a challenge of the server's"
    assert talk.login() == "+OK 3 messages"


def test_an_empty_initial_response_is_an_equals_sign(talk: Talk) -> None:
    assert talk.say("AUTH PLAIN =").startswith("-ERR The PLAIN response has three parts")
    assert talk.say("AUTH LOGIN =") == f"+ {b64('Password:')}"


def test_the_command_has_255_octets_and_a_response_any(empty: Drop) -> None:
    # Section 4: the limit of RFC 2449 holds for the command, not for the lines of the exchange.
    password = "p" * 3000
    empty.store.accounts.add("eve", password)
    talk = empty.talk()
    response = b64(f"\0eve\0{password}")
    assert talk.say(f"AUTH PLAIN {response}") == "-ERR A line has at most 255 octets"
    assert talk.say("AUTH PLAIN") == "+ "
    assert talk.say(response) == "+OK 0 messages"


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"AGJvYgB0dWxpcA==\n", "-ERR A line ends with CR and LF, not with LF alone"),
        (b"A" * 9000 + b"\r\n", "-ERR A line has at most 8192 octets"),
    ],
)
def test_a_line_that_is_none_ends_the_exchange(line: bytes, reply: str, talk: Talk) -> None:
    talk.say("AUTH PLAIN")
    assert talk.raw(line).decode() == f"{reply}\r\n"
    assert talk.login() == "+OK 3 messages"


def test_no_auth_after_the_login(open_talk: Talk) -> None:
    assert open_talk.say(f"AUTH PLAIN {PLAIN}") == "-ERR You are logged in already"


def test_a_password_is_no_command(talk: Talk) -> None:
    talk.say("AUTH LOGIN")
    assert talk.say("QUIT") == f"+ {b64('Password:')}", "it is BASE64, and taken for the name"
    assert talk.session.next == "read"


def test_an_exchange_may_be_pipelined(talk: Talk) -> None:
    reply = talk.raw(f"AUTH PLAIN\r\n{PLAIN}\r\nSTAT\r\n".encode())
    assert reply.startswith(b"+ \r\n+OK 3 messages\r\n+OK 3 ")


def test_the_lock_holds_for_auth_too(drop: Drop, open_talk: Talk) -> None:
    talk = drop.talk("phone")
    reply = talk.say(f"AUTH PLAIN {PLAIN}")
    assert reply == "-ERR [IN-USE] Mailbox is open in another session"


def test_failures_of_all_kinds_count_together(make: type[Drop]) -> None:
    talk = make(Limits(failed_logins=3)).talk()
    talk.login(password="x")
    talk.apop(password="x")
    reply = talk.say(f"AUTH PLAIN {b64(chr(0) + 'bob' + chr(0) + 'x')}")
    assert reply == "-ERR [AUTH] Too many failed logins: closing the connection"
    assert talk.session.next == "close"
    assert talk.session.how == "server"


def test_user_is_forgotten_by_auth(talk: Talk) -> None:
    talk.say("USER bob")
    talk.say("AUTH PLAIN")
    talk.say("*")
    assert talk.say("PASS tulip") == "-ERR Send USER first"
