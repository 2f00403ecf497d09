"""The conditions that goals are made of, on sessions that took place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labserver.course.content.lesson05.goals import copy_for_the_phone, with_a_sent_mailbox
from labserver.course.content.lesson06.goals import (
    all_back,
    every_one_up,
    in_the_laptop_only,
    trash_in_the_way,
)
from labserver.course.content.letters import letter
from labserver.course.exercises.attempt import Attempt, Finding
from labserver.course.exercises.goals import (
    by_which,
    ended_with,
    first_of,
    last_of,
    last_refused,
    marked,
    meant,
    no_blank,
    nothing_lost,
)
from labserver.devices.dialogues import Pop3Dialogue
from labserver.devices.errors import ProgramFailed
from labserver.lab import Lab

LOGIN = ("USER bob", "PASS tulip")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as made:
        made.load(letter("First", "One."))
        made.load(letter("Second", "Two."))
        yield made


def say(lab: Lab, *lines: str) -> Pop3Dialogue:
    """Log in on the laptop, and say these lines."""
    pop = lab.device("laptop").dial("pop3")
    for line in (*LOGIN, *lines):
        pop.send(line)
    return pop


def attempt(lab: Lab) -> Attempt:
    return Attempt(lab, 0)


def test_the_first_that_is_missing_is_told() -> None:
    one, two = (Finding(says=each, rule="", next="") for each in ("one", "two"))
    with Lab() as lab:
        assert first_of(lambda _: None, lambda _: one, lambda _: two)(attempt(lab)) is one
        assert first_of(lambda _: None, lambda _: None)(attempt(lab)) is None


def test_a_number_means_another_message_in_another_session(lab: Lab) -> None:
    say(lab, "RETR 1", "DELE 1", "QUIT")
    say(lab, "RETR 1", "RETR 9", "NOOP")
    now = attempt(lab)
    assert [meant(now, line) for line in now.said("RETR")] == ["A", "B", ""]
    assert meant(now, now.said("NOOP")[0]) == ""


def test_the_mark_that_was_taken_last(lab: Lab) -> None:
    say(lab, "DELE 1", "DELE 2", "DELE 2")
    now = attempt(lab)
    assert [str(marked(now, each)) for each in ("A", "B", "")] == [
        "line 3, DELE 1",
        "line 4, DELE 2",
        "line 4, DELE 2",
    ]
    assert marked(now, "C") is None


def test_the_line_after_which_something_was_true(lab: Lab) -> None:
    say(lab, "RETR 1", "RETR 2", "QUIT")
    now = attempt(lab)
    assert str(by_which(now, lambda then: then.whole("B", "laptop") > 0)) == "line 4, RETR 2"
    assert by_which(now, lambda then: then.whole("B", "phone") > 0) is None


def test_what_is_lost_is_told_with_the_line_that_marked_it(lab: Lab) -> None:
    pop = say(lab, "RETR 1", "DELE 1", "DELE 2")
    assert nothing_lost(attempt(lab)) is None
    pop.send("QUIT")
    found = nothing_lost(attempt(lab))
    assert found is not None
    assert found.says == (
        "B is lost: no whole copy of it is left. "
        "`DELE 2` marked the only copy, and `QUIT` made it real."
    )
    assert (str(found.line), found.rule) == ("line 5, DELE 2", "RFC 1939 section 6")


def test_the_blank_is_told_as_long_as_it_was_the_last_line(lab: Lab) -> None:
    pop = say(lab, "____")
    found = no_blank(attempt(lab))
    assert found is not None
    assert (str(found.line), found.rule) == ("line 3, ____", "RFC 1939 section 3")
    assert last_refused(last_of(attempt(lab), "pop3")) == found.line
    pop.send("NOOP")
    assert no_blank(attempt(lab)) is None
    assert last_refused(last_of(attempt(lab), "pop3")) is None


def test_a_session_that_is_open_and_one_that_was_cut(lab: Lab) -> None:
    goal = ended_with("pop3", "laptop")
    assert goal(attempt(lab)) is None
    pop = say(lab, "NOOP")
    found = goal(attempt(lab))
    assert found is not None
    assert "still open, in TRANSACTION" in found.says
    pop.cut()
    found = goal(attempt(lab))
    assert found is not None
    assert "was cut, so it never entered UPDATE" in found.says
    say(lab, "QUIT")
    assert goal(attempt(lab)) is None
    assert last_of(attempt(lab), "pop3", "phone") is None


def test_the_append_that_found_no_room_is_named_and_not_the_one_before_it() -> None:
    with trash_in_the_way() as lab:
        begun = lab.log.last
        with pytest.raises(ProgramFailed, match="OVERQUOTA"):
            lab.device("laptop").imap_program("bob", "tulip").upload()
        found = every_one_up(Attempt(lab, begun))
    assert found is not None
    assert found.line is not None
    assert "{9000}" in found.line.text
    assert "[OVERQUOTA]" in found.line.answered


def test_a_comparison_by_the_laptop_proves_it_too() -> None:
    with in_the_laptop_only() as lab:
        begun, laptop = lab.log.last, lab.device("laptop")
        program = laptop.imap_program("bob", "tulip")
        program.upload()
        program.compare()
        laptop.lose()
        assert all_back(Attempt(lab, begun)) is None


def test_a_disk_that_was_empty_when_it_looked_proves_nothing() -> None:
    with in_the_laptop_only() as lab:
        begun, laptop, disk = lab.log.last, lab.device("laptop"), lab.backup("usb-disk")
        laptop.imap_program("bob", "tulip").upload()
        disk.compare()
        disk.copy(laptop)
        laptop.lose()
        found = all_back(Attempt(lab, begun))
    assert found is not None
    assert "nobody has looked" in found.says


@pytest.mark.parametrize("size", [100, 120])
def test_a_literal_of_another_length_is_named(size: int) -> None:
    with with_a_sent_mailbox() as lab:
        begun = lab.log.last
        imap = lab.device("laptop").dial("imap")
        imap.send("a1 LOGIN bob tulip")
        imap.send(f"a2 APPEND Sent {{{size}}}")
        found = copy_for_the_phone(Attempt(lab, begun))
    assert found is not None
    assert found.says.startswith(f"You announced {size} octets, and the answer has 110.")
