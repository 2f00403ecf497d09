"""USER and PASS, the lock, and what is fixed at login (RFC 1939 sections 4 and 7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labserver.events import How, Numbered
from labserver.protocol.limits import Limits
from tests.pop3.support import Drop, Talk


@pytest.mark.parametrize("password", ["", "Tulip", "tulip ", " tulip", "x", "tulip\x00"])
def test_only_the_password_opens(password: str, talk: Talk) -> None:
    talk.say("USER bob")
    assert talk.say(f"PASS {password}").startswith("-ERR")
    assert talk.say("STAT") == "-ERR Log in first"


def test_a_wrong_password_and_again(talk: Talk) -> None:
    assert talk.login(password="rose") == "-ERR [AUTH] User name or password is wrong"
    assert talk.say("PASS tulip") == "-ERR Send USER first"
    assert talk.login() == "+OK 3 messages"


def test_an_unknown_name_is_answered_like_a_known_one(talk: Talk) -> None:
    assert talk.login("nobody") == "-ERR [AUTH] User name or password is wrong"


@pytest.mark.parametrize("between", ["NOOP", "CAPA", "XYZZY", "USER", "PASS"])
def test_pass_comes_right_after_user(between: str, talk: Talk) -> None:
    talk.say("USER bob")
    talk.say(between)
    assert talk.say("PASS tulip") == "-ERR Send USER first"


def test_a_second_user_takes_the_place_of_the_first(talk: Talk) -> None:
    talk.say("USER nobody")
    assert talk.login() == "+OK 3 messages"


def test_a_password_may_hold_spaces(empty: Drop) -> None:
    empty.store.accounts.add("eve", "two  words ")
    assert empty.talk().login("eve", "two words ").startswith("-ERR [AUTH]")
    assert empty.talk().login("eve", "two  words ") == "+OK 0 messages"


@pytest.mark.parametrize("name", ["bob", "bob@home.example", "BOB"])
def test_names(name: str, talk: Talk) -> None:
    assert talk.login(name) == "+OK 3 messages"


def test_the_maildrop_is_for_one_session_at_a_time(drop: Drop, open_talk: Talk) -> None:
    phone = drop.talk("phone")
    assert phone.login() == "-ERR [IN-USE] Mailbox is open in another session"
    assert phone.say("STAT") == "-ERR Log in first"
    assert open_talk.say("STAT").startswith("+OK 3")
    open_talk.say("QUIT")
    assert phone.login() == "+OK 3 messages"


@pytest.mark.parametrize("how", ["cut", "client", "server", "fault"])
def test_however_a_session_ends_the_lock_goes(how: How, drop: Drop, open_talk: Talk) -> None:
    open_talk.session.lost(how)
    open_talk.session.lost(how)
    assert drop.talk().login() == "+OK 3 messages"


def test_a_session_that_lost_the_lock_race_does_not_unlock(drop: Drop, open_talk: Talk) -> None:
    phone = drop.talk("phone")
    phone.login()
    phone.session.lost("cut")
    assert drop.talk().login().startswith("-ERR [IN-USE]")


def test_numbers_are_recorded(drop: Drop, open_talk: Talk) -> None:
    assert drop.events(Numbered) == [
        Numbered(connection=1, account="bob@home.example", mailbox="INBOX", uids=(1, 2, 3))
    ]


def test_later_mail_is_not_seen_in_this_session(drop: Drop, open_talk: Talk) -> None:
    before = open_talk.say("STAT")
    drop.deliver(b"Subject: late\r\n\r\n\r\n")
    assert open_talk.say("STAT") == before
    assert open_talk.say("RETR 4") == "-ERR No message 4 (the numbers are 1 to 3)"
    assert open_talk.say("QUIT") == "+OK Bye (4 messages left)"
    assert drop.talk().login() == "+OK 4 messages"


def test_failed_logins_are_limited(make: Callable[..., Drop]) -> None:
    talk = make(Limits(failed_logins=3)).talk()
    for _ in range(2):
        assert talk.login(password="x") == "-ERR [AUTH] User name or password is wrong"
        assert talk.session.next == "read"
    assert talk.login(password="x") == (
        "-ERR [AUTH] Too many failed logins: closing the connection"
    )
    assert talk.session.next == "close"
    assert talk.session.how == "server"
