"""LOGIN-DELAY (RFC 2449 sections 6.5 and 8.1.1), on the lab's clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pop3.support import Drop


@pytest.fixture
def drop(make: type[Drop]) -> Drop:
    return make(pop3_login_delay=90)


def test_who_has_logged_in_waits(drop: Drop) -> None:
    first = drop.talk()
    assert first.login() == "+OK 0 messages"
    first.say("QUIT")
    assert drop.talk().login() == ("-ERR [LOGIN-DELAY] You have logged in a moment ago: wait 90 s")
    drop.clock.advance(timedelta(seconds=89, milliseconds=1))
    assert drop.talk().login().endswith("wait 1 s")
    drop.clock.advance(timedelta(milliseconds=999))
    assert drop.talk().login() == "+OK 0 messages"


def test_every_way_to_log_in(drop: Drop) -> None:
    first = drop.talk()
    assert first.apop() == "+OK 0 messages"
    first.say("QUIT")
    refused = "-ERR [LOGIN-DELAY]"
    assert drop.talk().login().startswith(refused)
    assert drop.talk().apop().startswith(refused)
    assert drop.talk().say("AUTH PLAIN AGJvYgB0dWxpcA==").startswith(refused)


def test_it_is_told_to_who_has_proved_who_it_is(drop: Drop) -> None:
    first = drop.talk()
    first.login()
    assert drop.talk().login(password="x") == "-ERR [AUTH] User name or password is wrong"
    assert drop.talk().say("USER bob") == "+OK", "which tells nothing of the account"


def test_only_an_open_maildrop_counts(drop: Drop) -> None:
    drop.talk().login(password="x")
    assert drop.talk().login() == "+OK 0 messages"
    drop.clock.advance(timedelta(seconds=90))
    assert drop.talk().login().startswith("-ERR [IN-USE]")
    drop.clock.advance(timedelta(seconds=1))
    assert drop.talk().login().startswith("-ERR [IN-USE]"), "no refusal is counted as a login"


def test_one_account_s_delay_is_not_another_s(drop: Drop) -> None:
    drop.store.accounts.add("eve", "iris")
    drop.talk().login()
    assert drop.talk().login("eve", "iris") == "+OK 0 messages"


def test_without_the_capability_nobody_waits(drop: Drop) -> None:
    first = drop.talk()
    first.login()
    first.say("QUIT")
    assert drop.talk("laptop", "LOGIN-DELAY").login() == "+OK 0 messages"
