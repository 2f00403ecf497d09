"""What two devices show otherwise, and what the attempt makes of a literal and a kept copy."""

from __future__ import annotations

import pytest

from labserver import Lab, course
from labserver.course.errors import CourseError
from labserver.course.exercises.attempt import Attempt

LETTER = b"From: Alice <alice@home.example>\r\nSubject: Tea\r\n\r\nAt five?\r\n"
ANSWER = b"From: Bob <bob@home.example>\r\nSubject: Re: Tea\r\n\r\nYes.\r\n"


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.load(LETTER)
    for name in ("laptop", "phone"):
        made.device(name).pop3_program("bob", "tulip").check()
    return made


def test_two_devices_that_show_the_same_hold_no_surprise(lab: Lab) -> None:
    with lab:
        assert len(course.surprises(lab)) == 0
        assert repr(course.surprises(lab)) == "0 surprises: laptop and phone show the same."


def test_a_lab_without_the_account_is_told_in_the_course_s_words(lab: Lab) -> None:
    with lab, pytest.raises(CourseError, match=r"^there is no account mia@home\.example in"):
        course.surprises(lab, account="mia@home.example")


def test_read_deleted_and_sent_on_one_device_are_surprises(lab: Lab) -> None:
    with lab:
        laptop = lab.device("laptop")
        laptop.flag("1.laptop", "\\Seen")
        assert repr(course.surprises(lab)).splitlines() == [
            "1 surprise between laptop and phone:",
            "   A  Tea  laptop: read, phone: new",
        ]
        lab.device("phone").discard("1.phone")
        laptop.smtp_program("bob", "tulip").send("alice@home.example", ANSWER, save_in="Sent")
        assert repr(course.surprises(lab)).splitlines() == [
            "2 surprises between laptop and phone:",
            "   A  Tea      laptop: read, phone: not here",
            "   B  Re: Tea  laptop: read, phone: not here",
        ]


def test_of_three_devices_one_that_differs_is_enough(lab: Lab) -> None:
    with lab:
        lab.device("tablet")
        found = course.surprises(lab, "laptop", "phone", "tablet")
        assert repr(found).splitlines() == [
            "1 surprise between laptop, phone and tablet:",
            "   A  Tea  laptop: new, phone: new, tablet: not here",
        ]
        lab.device("tablet").pop3_program("bob", "tulip").check()
        found = course.surprises(lab, "laptop", "phone", "tablet")
        assert repr(found) == "0 surprises: laptop, phone and tablet show the same."


def test_the_copy_that_a_program_keeps_is_the_message_that_it_sent(lab: Lab) -> None:
    with lab:
        laptop = lab.device("laptop")
        laptop.smtp_program("bob", "tulip").send("alice@home.example", ANSWER)
        assert len(laptop.files()) == 1, "SMTP alone keeps nothing"
        laptop.smtp_program("bob", "tulip").send("alice@home.example", ANSWER, save_in="Sent")
        kept = laptop.files()[-1]
        assert (kept.read(), kept.origin.mailbox, kept.flags) == (ANSWER, "Sent", ("\\Seen",))
        assert Attempt(lab, 0).whole(lab.message(account="alice").letter, "laptop") == 1
        # Marks of its own tell nothing of what the server notes.
        assert "SERVER (bob@home.example)" in str(lab.look())
        assert "● new" not in str(lab.look())


def test_what_follows_a_literal_belongs_to_the_line_that_announced_it(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    with lab:
        imap = lab.device("laptop").dial("imap")
        for line in ("a1 LOGIN bob tulip", "a2 APPEND Nowhere {5}"):
            imap.send(line)
        imap.literal("hello")
        imap.send("a3 NOOP")
        assert "[TRYCREATE]" in capsys.readouterr().out
        said = [line for line in Attempt(lab, 0).lines if line.text.startswith("a")]
        assert [line.verb for line in said] == ["LOGIN", "APPEND", "NOOP"]
        assert [line.taken for line in said] == [True, False, True]
        assert all(line.text for line in Attempt(lab, 0).lines)
