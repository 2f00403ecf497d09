"""QUIT and every other end; other sessions on the same mailbox (RFC 1939 section 6)."""

from __future__ import annotations

import sqlite3

import pytest

from labserver.events import Expunged, How, StateChanged, Unmarked
from tests.pop3.support import Drop, Talk


def test_quit_removes_what_is_marked_and_nothing_else(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    open_talk.say("DELE 3")
    assert drop.uids() == [1, 2, 3]
    assert open_talk.say("QUIT") == "+OK Bye (1 message left)"
    assert drop.uids() == [2]
    assert [event.uid for event in drop.events(Expunged)] == [1, 3]
    assert drop.events(Unmarked) == [], "the marks were carried out, not taken back"
    assert open_talk.session.how is None


def test_the_messages_are_gone_before_ok_is_said(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 2")
    replies = iter(open_talk.session.receive(b"QUIT\r\n"))
    assert next(replies).startswith(b"+OK Bye")
    assert drop.uids() == [1, 3]
    kinds = [type(entry.event) for entry in drop.log][-2:]
    assert kinds == [StateChanged, Expunged]


@pytest.mark.parametrize("how", ["cut", "client", "server", "fault"])
def test_any_other_end_removes_nothing(how: How, drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    open_talk.session.lost(how)
    open_talk.session.lost(how)
    assert drop.uids() == [1, 2, 3]
    assert drop.events(Unmarked) == [Unmarked(connection=1)]
    assert drop.events(Expunged) == []
    assert open_talk.session.next == "close"


def test_an_end_without_marks_takes_none_back(drop: Drop, open_talk: Talk) -> None:
    open_talk.session.lost("cut")
    assert drop.events(Unmarked) == []


def test_half_a_quit_is_no_quit(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    assert open_talk.raw(b"QUIT\r") == b""
    assert open_talk.session.unread() == b"QUIT\r"
    open_talk.session.lost("client")
    assert drop.uids() == [1, 2, 3]


def test_lost_after_quit_changes_nothing(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    open_talk.say("QUIT")
    before = len(drop.log)
    open_talk.session.lost("quit")
    assert len(drop.log) == before


def test_what_imap_flagged_deleted_is_not_touched(drop: Drop, open_talk: Talk) -> None:
    drop.flag(2, "\\Deleted")
    open_talk.say("DELE 1")
    open_talk.say("QUIT")
    assert drop.uids() == [2, 3]
    assert drop.store.messages.rows(drop.inbox, [2])[0].flags == "\\Deleted"


def test_rset_and_marks_are_this_session_s_only(drop: Drop, open_talk: Talk) -> None:
    drop.flag(1, "\\Deleted")
    open_talk.say("DELE 1")
    open_talk.say("RSET")
    assert drop.store.messages.rows(drop.inbox, [1])[0].flags == "\\Deleted"


def test_a_message_that_imap_expunges_meanwhile(
    drop: Drop, open_talk: Talk, messages: tuple[bytes, ...]
) -> None:
    listing, stat = open_talk.say("LIST"), open_talk.say("STAT")
    drop.store.messages.expunge(drop.inbox, [2])
    gone = "-ERR Message 2 is gone: another session removed it"
    for line in ("RETR 2", "TOP 2 0", "DELE 2"):
        assert open_talk.say(line) == gone
    assert open_talk.say("LIST") == listing
    assert open_talk.say("STAT") == stat
    assert open_talk.say("RETR 3").startswith(f"+OK {len(messages[2])} octets")
    assert open_talk.say("QUIT") == "+OK Bye (2 messages left)"


def test_gone_from_inbox_is_gone_though_a_copy_is_elsewhere(drop: Drop, open_talk: Talk) -> None:
    archive = drop.store.mailboxes.create(drop.bob, "Archive")
    drop.store.messages.move(drop.inbox, [2], archive)
    assert open_talk.say("RETR 2").startswith("-ERR Message 2 is gone")


def test_marked_here_and_expunged_there(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 2")
    open_talk.say("DELE 3")
    drop.store.messages.expunge(drop.inbox, [2])
    assert open_talk.say("QUIT") == "+OK Bye (1 message left)"
    assert drop.uids() == [1]
    assert [event.uid for event in drop.events(Expunged)] == [2, 3]


def test_an_update_that_fails_says_so_and_lets_go(
    drop: Drop, open_talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    open_talk.say("DELE 1")
    monkeypatch.setattr(drop.store.messages, "expunge", fail)
    assert open_talk.say("QUIT") == "-ERR [SYS/TEMP] The marked messages could not be removed"
    assert open_talk.session.next == "close"
    assert drop.uids() == [1, 2, 3]
    assert drop.events(Unmarked) == [Unmarked(connection=1)]
    assert drop.talk().login() == "+OK 3 messages"
    assert "disk I/O error" in caplog.text


def test_a_session_that_is_over_no_longer_watches(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("QUIT")
    assert drop.store.database._watchers == {}


@pytest.mark.parametrize("marked", [True, False])
def test_a_mailbox_that_is_numbered_anew_loses_nothing(
    drop: Drop, open_talk: Talk, *, marked: bool
) -> None:
    if marked:
        open_talk.say("DELE 1")
    drop.inbox = drop.store.renumber(drop.inbox)
    assert open_talk.say("RETR 2").startswith("-ERR Message 2 is gone")
    assert open_talk.say("QUIT") == (
        "-ERR [SYS/TEMP] The marked messages could not be removed"
        if marked
        else "+OK Bye (3 messages left)"
    )
    assert len(drop.uids()) == 3
