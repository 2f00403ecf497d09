"""CAPA tells the truth in every state, and what is switched off is nowhere (RFC 2449)."""

from __future__ import annotations

from typing import Any

import pytest

from labserver.pop3.capabilities import CAPABILITIES, Capability, Offer
from labserver.pop3.states import TABLE, State
from tests.pop3.support import Drop, Talk

PLAIN = [
    "TOP",
    "USER",
    "SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "PIPELINING",
    "EXPIRE NEVER",
    "UIDL",
    "UTF8 USER",
    "LANG",
    "IMPLEMENTATION Mail-Protocol-Lab",
]


def with_stls(lines: list[str]) -> list[str]:
    """STLS stands behind the other ways to begin."""
    at = [line.split()[0] for line in lines].index("RESP-CODES")
    return [*lines[:at], "STLS", *lines[at:]]


def test_before_and_after_the_login(talk: Talk) -> None:
    assert talk.capabilities() == PLAIN
    talk.login()
    assert talk.capabilities() == PLAIN


def test_stls_is_told_where_it_may_be_given(drop: Drop) -> None:
    # RFC 2595 section 8: AUTHORIZATION state only.
    talk = drop.talk(tls=True)
    assert talk.capabilities() == with_stls(PLAIN)
    talk.say("STLS")
    assert talk.capabilities() == PLAIN, "inside TLS"
    talk.login()
    assert talk.capabilities() == PLAIN
    talk.say("QUIT")
    talk = drop.talk(tls=True)
    talk.login()
    assert talk.capabilities() == PLAIN
    talk = drop.talk(tls=True)
    talk.say("UTF8")
    assert "STLS" not in talk.capabilities()
    assert drop.talk(secure=True).capabilities() == PLAIN


def test_where_passwords_need_tls(make: type[Drop]) -> None:
    # RFC 2595 section 2.3, RFC 5034 section 4: neither told nor taken.
    drop = make(cleartext_auth=False)
    talk = drop.talk(tls=True)
    outside = [
        "SASL CRAM-MD5 SCRAM-SHA-256" if line.startswith("SASL") else line
        for line in with_stls(PLAIN)
        if line != "USER"
    ]
    assert talk.capabilities() == outside
    for line in (
        "USER bob",
        "PASS tulip",
        "AUTH PLAIN AGJvYgB0dWxpcA==",
        "auth login",
        "AUTH PLAIN",
    ):
        assert talk.say(line) == "-ERR A password in clear text is taken inside TLS only"
    assert talk.say("STLS") == "+OK Begin TLS negotiation"
    assert talk.capabilities() == PLAIN
    assert talk.login() == "+OK 0 messages"


def test_what_a_login_without_passwords_leaves_to_tell(make: type[Drop]) -> None:
    # Told in both states alike, but for STLS: section 5.
    talk = make(cleartext_auth=False).talk(tls=True)
    before = talk.capabilities()
    assert talk.apop() == "+OK 0 messages"
    assert talk.capabilities() == [line for line in before if line != "STLS"]


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        ({}, "EXPIRE NEVER"),
        ({"pop3_delete_after_retr": True}, "EXPIRE 0"),
        ({"pop3_login_delay": 900}, "LOGIN-DELAY 900"),
    ],
)
def test_policy_is_told(make: type[Drop], policy: dict[str, Any], line: str) -> None:
    talk = make(**policy).talk()
    tag = line.split(maxsplit=1)[0]
    assert [told for told in talk.capabilities() if told.startswith(tag)] == [line]
    talk.login()
    assert [told for told in talk.capabilities() if told.startswith(tag)] == [line]


def test_lines_are_as_the_grammar_wants_them(make: type[Drop]) -> None:
    # RFC 2449 section 3: capa-tag *(SP param), 512 octets with CRLF; no tag has a dot.
    talk = make(pop3_login_delay=1, pop3_delete_after_retr=True).talk(tls=True)
    for line in talk.capabilities():
        assert len(line) <= 510
        words = line.split(" ")
        assert all(word.isascii() and word.isprintable() for word in words)
        assert "." not in words[0]


# Switched off


def tags(talk: Talk) -> set[str]:
    """The tags that CAPA tells, and the mechanisms."""
    lines = [line.split() for line in talk.capabilities()]
    return {word for line in lines for word in line[: None if line[0] == "SASL" else 1]}


def test_every_need_command_and_name_exists() -> None:
    names = {each.name for each in CAPABILITIES}
    assert names.issuperset(need for each in CAPABILITIES for need in each.needs)
    assert set(TABLE.rules).issuperset(name for each in CAPABILITIES for name in each.commands)
    assert all(each.source for each in CAPABILITIES)


@pytest.mark.parametrize("switched", CAPABILITIES, ids=lambda each: each.name)
def test_what_is_switched_off_is_nowhere(make: type[Drop], switched: Capability) -> None:
    drop = make(pop3_login_delay=60)
    drop.store.accounts.add("eve", "iris")
    talk = drop.talk("laptop", switched.name, tls=True)
    gone = [each for each in CAPABILITIES if each.name not in Offer([switched.name])]
    assert switched in gone
    for each in gone:
        assert each is switched or set(each.needs) & {other.name for other in gone}
    for _ in range(2):
        if "CAPA" not in {each.name for each in gone}:
            assert not tags(talk) & {each.name for each in gone}
        for command in (command for each in gone for command in each.commands):
            assert talk.say(command) == "-ERR Unknown command"
        digest = talk.digest("iris") if talk.greeting.endswith(b">\r\n") else ""
        for way in (f"APOP eve {digest}", "USER eve\r\nPASS iris"):
            talk.say(way)
        assert talk.session.state is State.TRANSACTION


@pytest.mark.parametrize("switched", CAPABILITIES, ids=lambda each: each.name)
def test_one_session_s_switches_are_not_another_s(drop: Drop, switched: Capability) -> None:
    drop.talk("laptop", switched.name)
    assert drop.talk().capabilities() == PLAIN


def test_without_apop_the_greeting_has_no_timestamp(drop: Drop) -> None:
    talk = drop.talk("laptop", "APOP")
    assert talk.greeting == b"+OK POP3 server ready\r\n"
    assert talk.login() == "+OK 3 messages"


def test_without_response_codes_no_text_begins_with_a_bracket(make: type[Drop]) -> None:
    drop = make(pop3_login_delay=60)
    drop.deliver("Subject: ä\r\n\r\n".encode())
    drop.store.accounts.add("eve", "iris")
    first = drop.talk()
    assert first.login() == "+OK 1 message"
    for off, wrong, delayed in (
        ("TOP", "[AUTH] ", "[LOGIN-DELAY] "),
        ("AUTH-RESP-CODE", "", "[LOGIN-DELAY] "),
        ("RESP-CODES", "", ""),
    ):
        talk = drop.talk("laptop", off)
        assert talk.login(password="x") == f"-ERR {wrong}User name or password is wrong"
        assert talk.login() == f"-ERR {delayed}You have logged in a moment ago: wait 60 s"
    first.session.lost("cut")
    talk = drop.talk("laptop", "RESP-CODES", "LOGIN-DELAY")
    talk.login()
    assert talk.say("RETR 1").startswith("-ERR Message 1 has UTF-8")


def test_a_mechanism_that_is_switched_off_is_unknown(drop: Drop) -> None:
    talk = drop.talk("laptop", "PLAIN")
    assert "SASL LOGIN CRAM-MD5 SCRAM-SHA-256" in talk.capabilities()
    assert talk.say("AUTH PLAIN").startswith("-ERR There is no such mechanism")
    assert talk.say("AUTH LOGIN") == "+ VXNlcm5hbWU6"


def test_without_any_mechanism_there_is_no_auth(drop: Drop) -> None:
    talk = drop.talk("laptop", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256")
    assert not [line for line in talk.capabilities() if line.startswith("SASL")]
    assert talk.say("AUTH PLAIN") == "-ERR Unknown command"


def test_without_capa_it_is_a_server_of_rfc_1939(drop: Drop) -> None:
    talk = drop.talk("laptop", "CAPA", tls=True)
    for line in ("CAPA", "AUTH PLAIN", "STLS", "UTF8", "LANG"):
        assert talk.say(line) == "-ERR Unknown command"
    assert talk.login(password="x") == "-ERR User name or password is wrong"
    assert talk.apop() == "+OK 3 messages"
    assert talk.say("TOP 1 0").startswith("+OK")
    assert talk.say("UIDL 1").startswith("+OK")


def test_without_user_utf8_is_for_apop_and_without_both_for_nobody(drop: Drop) -> None:
    assert "UTF8 USER" in drop.talk("laptop", "USER").capabilities()
    assert "UTF8 USER" in drop.talk("laptop", "APOP").capabilities()
    assert "UTF8" in drop.talk("laptop", "USER", "APOP").capabilities()
