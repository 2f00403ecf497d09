"""STLS (RFC 2595 section 4), as the session sees it."""

from __future__ import annotations

import pytest

from labserver.pop3 import State
from tests.pop3.support import Drop, Talk


@pytest.fixture
def talk(drop: Drop) -> Talk:
    return drop.talk(tls=True)


def test_it_begins_after_its_reply_and_once(talk: Talk) -> None:
    assert talk.say("STLS") == "+OK Begin TLS negotiation"
    assert talk.session.next == "starttls"
    assert talk.say("NOOP") == "-ERR Log in first"
    assert talk.session.next == "read"
    assert talk.session.state is State.AUTHORIZATION
    assert talk.login() == "+OK 3 messages"


def test_what_comes_behind_it_in_clear_text_is_thrown_away(drop: Drop, talk: Talk) -> None:
    assert talk.raw(b"STLS\r\nUSER bob\r\nPASS tulip\r\nDELE 1") == b"+OK Begin TLS negotiation\r\n"
    assert talk.session.unread() == b""
    assert talk.heard == [b"STLS\r\n", b"USER bob\r\nPASS tulip\r\nDELE 1"]
    assert talk.raw(b"\r\nPASS tulip\r\n") == (
        b"-ERR Unknown command\r\n-ERR Send USER first\r\n"
    ), "nothing of it is obeyed inside TLS, nor the half of a line"
    assert talk.session.state is State.AUTHORIZATION


def test_a_line_that_was_too_long_is_forgotten_too(talk: Talk) -> None:
    talk.raw(b"STLS\r\n" + b"A" * 10_000)
    assert talk.say("USER bob") == "+OK"


def test_what_was_known_before_is_forgotten(talk: Talk) -> None:
    talk.say("LANG de")
    talk.raw(b"USER bob\r\nSTLS\r\n")
    assert talk.say("PASS tulip") == "-ERR Send USER first"


def test_not_twice(talk: Talk) -> None:
    talk.say("STLS")
    assert talk.say("STLS") == "-ERR TLS is active already"
    assert talk.session.next == "read"


def test_not_where_the_connection_began_with_tls(drop: Drop) -> None:
    talk = drop.talk(secure=True)
    assert talk.say("STLS") == "-ERR TLS is active already"


def test_not_after_the_login(talk: Talk) -> None:
    talk.login()
    assert talk.say("STLS") == "-ERR You are logged in already"


def test_not_after_utf8(talk: Talk) -> None:
    # RFC 6856 section 2.1.
    talk.say("UTF8")
    assert talk.say("STLS") == "-ERR STLS comes before UTF8"
    assert talk.session.next == "read"


def test_no_argument(talk: Talk) -> None:
    assert talk.say("STLS now") == "-ERR Write: STLS"
    assert talk.session.next == "read"


def test_where_there_is_no_tls_it_is_unknown(drop: Drop) -> None:
    talk = drop.talk()
    assert talk.say("STLS") == "-ERR Unknown command"
    assert "STLS" not in talk.capabilities()


def test_apop_goes_on_with_the_greeting_s_timestamp(talk: Talk) -> None:
    talk.say("STLS")
    assert talk.apop() == "+OK 3 messages"
