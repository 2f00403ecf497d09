"""The site policy of RFC 1939 section 8: what was retrieved is removed at QUIT (EXPIRE 0)."""

from __future__ import annotations

import pytest

from labserver.events import Expiring, Expunged, Unmarked
from labserver.snapshot import fold, sentence, situation
from tests.pop3.support import MESSAGES, Drop, Talk


@pytest.fixture
def drop(make: type[Drop]) -> Drop:
    drop = make(pop3_delete_after_retr=True)
    drop.deliver(*MESSAGES)
    return drop


def test_quit_removes_what_was_retrieved_and_what_was_marked(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("RETR 1")
    open_talk.say("DELE 2")
    assert drop.uids() == [1, 2, 3]
    assert open_talk.say("QUIT") == "+OK Bye (1 message left)"
    assert drop.uids() == [3]
    assert [event.uid for event in drop.events(Expunged)] == [1, 2]


def test_top_is_no_retrieval(drop: Drop, open_talk: Talk) -> None:
    for line in ("TOP 1 9999", "LIST 1", "UIDL 1", "RETR 4", "RETR"):
        open_talk.say(line)
    open_talk.say("QUIT")
    assert drop.uids() == [1, 2, 3]


def test_till_then_it_is_a_message_like_others(drop: Drop, open_talk: Talk) -> None:
    before = [open_talk.say(line) for line in ("STAT", "LIST", "UIDL", "RETR 1")]
    assert [open_talk.say(line) for line in ("STAT", "LIST", "UIDL", "RETR 1")] == before
    assert drop.events(Expiring) == [
        Expiring(connection=1, account="bob@home.example", mailbox="INBOX", uid=1)
    ], "said once"


def test_rset_takes_marks_back_and_no_retrieval(drop: Drop, open_talk: Talk) -> None:
    open_talk.raw(b"RETR 1\r\nDELE 1\r\nDELE 2\r\nRSET\r\n")
    assert open_talk.say("STAT").startswith("+OK 3 ")
    open_talk.say("QUIT")
    assert drop.uids() == [2, 3]


def test_a_session_that_is_lost_removes_nothing(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("RETR 1")
    open_talk.session.lost("cut")
    assert drop.uids() == [1, 2, 3]
    assert drop.events(Unmarked) == [], "nothing was marked"
    assert drop.talk().login() == "+OK 3 messages"


def test_what_another_session_has_removed_is_no_error(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("RETR 1")
    drop.store.messages.expunge(drop.inbox, [1])
    assert open_talk.say("QUIT") == "+OK Bye (2 messages left)"


def test_a_message_that_was_refused_stays(drop: Drop) -> None:
    drop.deliver("Subject: ä\r\n\r\n".encode())
    talk = drop.talk()
    talk.login()
    assert talk.say("RETR 4").startswith("-ERR [UTF8]")
    talk.say("QUIT")
    assert drop.uids() == [1, 2, 3, 4]


def test_without_the_policy_nothing_goes(make: type[Drop]) -> None:
    drop = make()
    drop.deliver(*MESSAGES)
    talk = drop.talk()
    talk.login()
    talk.say("RETR 1")
    talk.say("QUIT")
    assert drop.uids() == [1, 2, 3]
    assert drop.events(Expiring) == []


# What the picture says of it


def said(drop: Drop) -> str:
    return sentence(fold(drop.log), "bob@home.example")


def test_the_picture_says_what_will_go(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("RETR 1")
    assert said(drop).endswith("Message A goes at QUIT: the server keeps nothing it has sent.")
    open_talk.say("RETR 2")
    assert said(drop).endswith("Messages A and B go at QUIT: the server keeps nothing it has sent.")
    open_talk.say("DELE 1")
    assert said(drop).endswith(
        "DELE only marked A: it is on the server until QUIT."
        " Message B goes at QUIT: the server keeps nothing it has sent."
    )
    rows = situation(fold(drop.log), "bob@home.example").rows
    assert [row.cells[0].copies[0].marked for row in rows] == [True, True, False]
    open_talk.say("RSET")
    assert "Messages A and B go at QUIT" in said(drop)


@pytest.mark.parametrize("end", ["QUIT", "cut"])
def test_and_what_became_of_it(drop: Drop, open_talk: Talk, end: str) -> None:
    open_talk.say("RETR 1")
    if end == "QUIT":
        open_talk.say("QUIT")
    open_talk.session.lost("cut")
    drop.closed(open_talk)
    rows = situation(fold(drop.log), "bob@home.example").rows
    assert not any(copy.marked for row in rows for copy in row.cells[0].copies)
    assert [bool(row.cells[0].copies) for row in rows] == [end == "cut", True, True]
    assert "goes at QUIT" not in said(drop)
