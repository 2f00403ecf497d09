"""Lesson 11: which one, POP3 or IMAP."""

from __future__ import annotations

from labserver.course.content.lesson11.exercises import EXERCISES
from labserver.course.content.lesson11.quiz import OPENING, QUIZ
from labserver.course.content.lesson11.steps import STEPS
from labserver.course.plan import Claim, Lesson
from labserver.lab import Lab

__all__ = ["LESSON"]

_ALICE = {"alice": "orchid"}
_PEOPLE = ("mia", "olga", "otto", "sam", "nina", "shop")


def _people() -> Lab:
    """Return a lab with an account for each person of the lesson; nobody has mail or a device."""
    return Lab(accounts={**_ALICE, **dict.fromkeys(_PEOPLE, "rose")})


_CLAIMS = (
    Claim(
        key="C9",
        says="IMAP is recommended with several devices.",
        verdict="True. The same week brought surprises with POP3, and none with IMAP: messages and "
        "flags are on the server, and all devices follow it. The price: a deletion follows, too.",
        step="11.4",
        source="RFC 3501 section 2.3.2, RFC 1939 section 8",
    ),
    Claim(
        key="C10",
        says="POP suits one device and all mail offline.",
        verdict="Half. With one device POP3 lacks little, and all that it fetched can be read "
        "offline. But an IMAP program that has fetched whole messages can do the same.",
        step="11.5",
        source="RFC 1939 section 1, RFC 3501 section 2.3.1.1",
    ),
)

LESSON = Lesson(
    number="11",
    title="Which one?",
    notebook="11-which-one.ipynb",
    minutes=35,
    abilities=(
        "choose between POP3 and IMAP for a given person, and give the reason",
        "count what goes wrong with several devices",
        "say what can be read without a network, and why",
        "set up programs and a backup so that each message is where it shall be",
    ),
    needs=("03", "04", "04b"),
    start=_people,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=_CLAIMS,
)
