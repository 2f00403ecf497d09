"""APOP (RFC 1939 section 7)."""

from __future__ import annotations

import hashlib

import pytest

from labserver.events import Numbered
from labserver.protocol.limits import Limits
from tests.pop3.support import GREETING, Drop, Talk


def test_the_digest_of_the_rfc(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.store.accounts.add("mrose", "tanstaaf")
    talk = drop.talk()
    monkeypatch.setattr(talk.session._core, "timestamp", "<1896.697170952@dbc.mtview.ca.us>")
    assert talk.say("APOP mrose c4c9334bac560ecc979e58001b3e22fb") == "+OK 0 messages"


def test_it_logs_in_and_opens_the_maildrop(drop: Drop, talk: Talk) -> None:
    assert talk.apop() == "+OK 3 messages"
    assert talk.say("STAT").startswith("+OK 3 ")
    assert [event.account for event in drop.events(Numbered)] == ["bob@home.example"]


@pytest.mark.parametrize("name", ["bob", "BOB", "bob@home.example"])
def test_the_name_is_as_user_s(name: str, talk: Talk) -> None:
    assert talk.apop(name) == "+OK 3 messages"


@pytest.mark.parametrize(
    ("name", "password"),
    [("bob", "Tulip"), ("bob", "tulip "), ("bob", ""), ("nobody", "tulip"), ("nobody", "")],
)
def test_a_wrong_digest_opens_nothing(name: str, password: str, talk: Talk) -> None:
    assert talk.apop(name, password) == "-ERR [AUTH] User name or password is wrong"
    assert talk.say("STAT") == "-ERR Log in first"


def test_a_digest_of_another_greeting_is_worth_nothing(drop: Drop, talk: Talk) -> None:
    digest = drop.talk().digest("tulip")
    assert talk.say(f"APOP bob {digest}").startswith("-ERR [AUTH]")


@pytest.mark.parametrize(
    "line",
    [
        "APOP",
        "APOP ",
        "APOP bob",
        "APOP bob ",
        "APOP bob 0",
        "APOP bob {upper}",
        "APOP bob  {digest}",
        "APOP bob {digest} ",
        "APOP bob x {digest}",
        "APOP  {digest}",
    ],
)
def test_its_form(line: str, talk: Talk) -> None:
    digest = talk.digest("tulip")
    upper = digest.upper()
    assert upper != digest
    line = line.format(digest=digest, upper=upper)
    assert talk.say(line) == "-ERR Write: APOP name digest"


def test_no_two_greetings_are_alike(drop: Drop) -> None:
    # RFC 1939 section 7: MUST be different each time. A msg-id, the server's own.
    greetings = [drop.talk(f"d{n % 7}").greeting for n in range(500)]
    assert len(set(greetings)) == 500
    assert all(GREETING.fullmatch(greeting) for greeting in greetings)


def test_what_one_device_is_greeted_with_is_no_matter_of_another(make: type[Drop]) -> None:
    alone, among = make(), make()
    expected = [alone.talk("laptop").greeting for _ in range(3)]
    found = []
    for _ in range(3):
        among.talk("phone")
        found.append(among.talk("laptop").greeting)
    assert found == expected


def test_failures_count_with_those_of_pass(make: type[Drop]) -> None:
    talk = make(Limits(failed_logins=3)).talk()
    talk.apop(password="x")
    talk.login(password="x")
    assert talk.apop(password="x").startswith("-ERR [AUTH] Too many failed logins")
    assert talk.session.next == "close"


def test_in_utf8_name_and_password_are_prepared(empty: Drop) -> None:
    # RFC 6856 section 2.2: the digest is of the password as SASLprep has it.
    empty.store.accounts.add("eve", "straße\N{NO-BREAK SPACE}1")
    talk = empty.talk()
    text = f"{talk.timestamp}straße 1"
    digest = hashlib.md5(text.encode()).hexdigest()
    assert talk.say(f"APOP \N{FULLWIDTH LATIN SMALL LETTER E}ve {digest}") == "+OK 0 messages"


def test_apop_comes_after_an_unsuccessful_login_too(talk: Talk) -> None:
    talk.login(password="x")
    assert talk.apop() == "+OK 3 messages"
