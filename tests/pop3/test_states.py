"""Every command in every state, against the RFC's list written down here once more."""

from __future__ import annotations

import pytest

from labserver.events import StateChanged
from labserver.pop3 import TABLE, State
from labserver.pop3.commands import COMMANDS
from labserver.protocol.table import Verdict
from tests.pop3.support import Drop, Talk

# RFC 1939 section 9, RFC 2449 section 5, RFC 2595 section 4, RFC 5034 section 4, RFC 6856.
AUTHORIZATION = {
    "USER bob",
    "PASS tulip",
    "APOP bob {digest}",
    "AUTH PLAIN AGJvYgB0dWxpcA==",
    "STLS",
    "UTF8",
    "LANG",
    "CAPA",
    "QUIT",
}
TRANSACTION = {
    "STAT",
    "LIST",
    "UIDL",
    "RETR 1",
    "TOP 1 0",
    "DELE 1",
    "RSET",
    "NOOP",
    "LANG",
    "CAPA",
    "QUIT",
}
ALL = sorted(AUTHORIZATION | TRANSACTION)


@pytest.fixture
def talk(drop: Drop) -> Talk:
    """A session that could begin TLS."""
    return drop.talk(tls=True)


def filled(line: str, talk: Talk) -> str:
    return line.format(digest=talk.digest("tulip"))


@pytest.mark.parametrize("line", ALL)
def test_in_authorization(line: str, talk: Talk) -> None:
    if line.startswith("PASS"):
        talk.say("USER bob")
    reply = talk.say(filled(line, talk))
    assert reply.startswith("+OK" if line in AUTHORIZATION else "-ERR Log in first")


@pytest.mark.parametrize("line", ALL)
def test_in_transaction(line: str, open_talk: Talk) -> None:
    reply = open_talk.say(filled(line, open_talk))
    assert reply.startswith("+OK" if line in TRANSACTION else "-ERR You are logged in already")


@pytest.mark.parametrize("line", ALL)
def test_in_update_nothing_is_heard_any_more(line: str, open_talk: Talk) -> None:
    open_talk.say("QUIT")
    assert open_talk.session.state is State.UPDATE
    assert open_talk.session.next == "close"
    assert open_talk.say(line) == ""
    assert open_talk.session.unread() == f"{line}\r\n".encode()


@pytest.mark.parametrize("line", ["XTND X", "LAST", "RPOP bob", "EHLO", ""])
def test_what_is_not_there_is_unknown_in_both_states(line: str, talk: Talk) -> None:
    assert talk.say(line) == "-ERR Unknown command"
    talk.login()
    assert talk.say(line) == "-ERR Unknown command"


@pytest.mark.parametrize("line", [*ALL, "LAST", ""])
@pytest.mark.parametrize("state", [State.AUTHORIZATION, State.TRANSACTION])
def test_an_error_changes_no_state(line: str, state: State, talk: Talk) -> None:
    if state is State.TRANSACTION:
        talk.login()
    if line.split(" ", maxsplit=1)[0] not in TABLE.allowed(state):
        assert talk.say(line).startswith("-ERR")
        assert talk.session.state is state


def test_the_table_and_the_registry_name_the_same_commands() -> None:
    assert set(TABLE.rules) == set(COMMANDS)
    assert {line.split()[0] for line in ALL} == set(TABLE.rules)


def test_quit_leads_to_update_from_transaction_only() -> None:
    assert TABLE.after(State.TRANSACTION, "QUIT") is State.UPDATE
    assert TABLE.after(State.AUTHORIZATION, "QUIT") is State.AUTHORIZATION
    assert TABLE.ask(State.UPDATE, "QUIT") is Verdict.OUT_OF_ORDER


def test_quit_before_login_does_not_enter_update(drop: Drop, talk: Talk) -> None:
    assert talk.say("QUIT") == "+OK Bye"
    assert talk.session.next == "close"
    states = [event.state for event in drop.events(StateChanged)]
    assert states == ["AUTHORIZATION"]


def test_states_are_recorded_with_what_is_open(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("QUIT")
    assert drop.events(StateChanged) == [
        StateChanged(connection=1, state="AUTHORIZATION", account=None, mailbox=None),
        StateChanged(
            connection=1, state="TRANSACTION", account="bob@home.example", mailbox="INBOX"
        ),
        StateChanged(connection=1, state="UPDATE", account="bob@home.example", mailbox="INBOX"),
    ]


def test_commands_in_any_case_of_their_letters(talk: Talk) -> None:
    assert talk.say("uSeR bob") == "+OK"
    assert talk.say("pass tulip") == "+OK 3 messages"
    assert talk.say("sTaT").startswith("+OK 3 ")
