"""Faults that a session is asked for at each command."""

from __future__ import annotations

from typing import Any

from labserver.events import FaultStruck, Marked
from labserver.faults import Answer
from tests.pop3.support import Drop, Talk


def answer(command: str, reply: str = "-ERR [SYS/TEMP] Try again", **more: Any) -> Answer:
    return Answer(protocol="pop3", command=command, reply=reply, **more)


def test_a_command_is_answered_instead_of_done_and_exactly_once(
    drop: Drop, open_talk: Talk
) -> None:
    fault = drop.faults.add(answer("DELE", occurrence=2))
    assert open_talk.say("DELE 1") == "+OK Marked"
    assert open_talk.say("DELE 2") == "-ERR [SYS/TEMP] Try again"
    assert open_talk.say("DELE 2") == "+OK Marked"
    assert [event.uid for event in drop.events(Marked)] == [1, 2]
    assert drop.events(FaultStruck) == [FaultStruck(connection=1, fault=str(fault))]


def test_only_commands_that_would_be_done_count(drop: Drop, open_talk: Talk) -> None:
    drop.faults.add(answer("RETR"))
    assert open_talk.say("RETR").startswith("-ERR Write")
    assert open_talk.say("retr 1") == "-ERR [SYS/TEMP] Try again"
    assert open_talk.say("RETR 1").startswith("+OK")


def test_a_fault_of_another_device_or_protocol_does_not_strike(drop: Drop, open_talk: Talk) -> None:
    drop.faults.add(answer("STAT", device="phone"))
    drop.faults.add(Answer(protocol="imap", command="STAT", reply="NO"))
    assert open_talk.say("STAT").startswith("+OK")


def test_quit_that_is_struck_ends_nothing(drop: Drop, open_talk: Talk) -> None:
    drop.faults.add(answer("QUIT"))
    open_talk.say("DELE 1")
    assert open_talk.say("QUIT").startswith("-ERR")
    assert open_talk.session.next == "read"
    assert drop.uids() == [1, 2, 3]
    assert open_talk.say("QUIT") == "+OK Bye (2 messages left)"


def test_a_struck_login_needs_user_again(drop: Drop, talk: Talk) -> None:
    drop.faults.add(answer("PASS", "-ERR [SYS/TEMP] Later"))
    assert talk.login() == "-ERR [SYS/TEMP] Later"
    assert talk.login() == "+OK 3 messages"
