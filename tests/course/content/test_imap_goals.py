"""What IMAP exercises find in an attempt, on sessions that really took place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from labserver.course.content.imap_goals import (
    flagged_by,
    flags,
    left_by,
    not_taken,
    saved_by,
    still_open,
    where,
)
from labserver.course.content.inboxes import KEY, LUNCH, holding, said_before
from labserver.course.exercises.attempt import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labserver.lab import Lab

INBOX = frozenset({"INBOX"})
IN = ("a1 LOGIN bob tulip", "a2 SELECT INBOX")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with holding(LUNCH, KEY) as lab:
        yield lab


def after(lab: Lab, *lines: str) -> Attempt:
    """Return the attempt of a phone that says these lines."""
    begun = lab.log.last
    dialogue = lab.device("phone").dial("imap")
    for line in lines:
        dialogue.send(line)
    return Attempt(lab, begun)


def test_the_line_that_did_it_is_named(lab: Lab) -> None:
    attempt = after(
        lab,
        *IN,
        "a3 FETCH 1 (UID BODY.PEEK[])",
        r"a4 STORE 1 +FLAGS (\Seen)",
        r"a5 STORE 1 +FLAGS (\Flagged)",
        "a6 CREATE Old",
        "a7 MOVE 1 Old",
    )
    assert flags(attempt, "A") == {r"\Seen", r"\Flagged"}
    assert where(attempt, "A") == {"Old"}
    lines = (
        saved_by(attempt, "A", "phone"),
        flagged_by(attempt, "A"),
        flagged_by(attempt, "A", r"\Flagged"),
        left_by(attempt, "A", INBOX),
    )
    assert [line.place for line in lines if line is not None] == [3, 4, 5, 7]
    assert flagged_by(attempt, "B") is None


def test_what_was_so_before_is_nobody_s_line(lab: Lab) -> None:
    said_before(lab.device("laptop"), *IN, r"a3 STORE 2 +FLAGS (\Seen)", "a4 LOGOUT")
    attempt = after(lab, "a1 LOGIN bob tulip")
    assert flags(attempt, "B") == {r"\Seen"}
    assert flagged_by(attempt, "B") is None
    assert [each.device for each in attempt.sessions] == ["phone"]


def test_recent_is_no_flag_of_a_letter(lab: Lab) -> None:
    attempt = after(lab, *IN)
    assert "* 2 RECENT" in attempt.lines[1].reply
    assert flags(attempt, "A") == frozenset()


@pytest.mark.parametrize(
    ("lines", "says", "rule"),
    [
        ((*IN, "a3 FETCH 1 ____"), "sent as it is", "RFC 3501 section 7.1.3"),
        (("LOGIN bob tulip",), "this line has none", "RFC 3501 section 2.2.1"),
        (("a1 LOGIN bob rose",), "AUTHENTICATIONFAILED", "RFC 3501 section 7.1.2"),
        ((IN[0], "a2 FETCH 1 FLAGS"), "Select a mailbox first", "RFC 3501 section 7.1.3"),
        ((IN[0], "a2 EXAMINE INBOX", "a3 EXPUNGE"), "EXAMINE", "RFC 3501 section 6.3.2"),
        ((*IN, r"a3 STORE 1 +FLAGS (\Starred)"), "There is no flag", "RFC 3501 section 2.3.2"),
        ((*IN, "a3 MOVE 1 Nowhere"), "no mailbox of that name", "RFC 3501 section 6.4.7"),
    ],
)
def test_a_refusal_is_told_by_its_reason(
    lab: Lab, lines: tuple[str, ...], says: str, rule: str
) -> None:
    found = not_taken(after(lab, *lines))
    assert found is not None
    assert says in found.says
    assert found.rule == rule
    assert found.line is not None
    assert found.line.text == lines[-1]


def test_logout_is_taken_though_bye_comes_first(lab: Lab) -> None:
    attempt = after(lab, *IN, "a3 LOGOUT")
    assert attempt.lines[-1].reply[0].startswith("* BYE")
    assert attempt.lines[-1].taken
    assert not_taken(attempt) is None
    assert still_open(attempt, "phone") is None


def test_a_session_without_goodbye_is_told(lab: Lab) -> None:
    begun = lab.log.last
    dialogue = lab.device("phone").dial("imap")
    dialogue.send(IN[0])
    found = still_open(Attempt(lab, begun), "phone")
    assert found is not None
    assert "still open" in found.says
    dialogue.cut()
    found = still_open(Attempt(lab, begun), "phone")
    assert found is not None
    assert "broken off" in found.says


def test_a_login_that_failed_is_named_and_not_what_was_refused_for_its_sake(lab: Lab) -> None:
    found = not_taken(after(lab, "LOGIN bob tulip", "b2 SELECT INBOX", "b3 FETCH 1 FLAGS"))
    assert found is not None
    assert found.line is not None
    assert (found.line.place, found.line.text) == (1, "LOGIN bob tulip")
    assert "this line has none" in found.says
