"""Lesson 05: what stays where, with POP3 and with IMAP."""

from __future__ import annotations

from labserver.course.content.lesson05.exercises import EXERCISES
from labserver.course.content.lesson05.goals import three_letters
from labserver.course.content.lesson05.quiz import OPENING, QUIZ
from labserver.course.content.lesson05.steps import STEPS
from labserver.course.plan import Claim, Lesson

__all__ = ["LESSON"]

_CLAIMS = (
    Claim(
        key="C3",
        says="POP3 transfers all incoming messages, by default only the Inbox.",
        verdict="Half. A program can fetch all of the maildrop. But there is no default to change: "
        "what is filed in a folder with IMAP is out of its sight.",
        step="05.8",
        source="RFC 1939 section 8",
    ),
    Claim(
        key="C6",
        says="IMAP keeps messages on the server and synchronises devices.",
        verdict="True. Messages and flags are on the server, a device that waits is told unasked, "
        "and a new one sees everything. But a deletion is for all devices, too.",
        step="05.7",
        source="RFC 3501 section 2.3.2, RFC 2177 section 3",
    ),
    Claim(
        key="C9",
        says="IMAP is recommended with several devices.",
        verdict="True so far: three surprises in the POP3 week, none in the IMAP week. Lesson 11 "
        "comes back to it, with the price.",
        step="05.11",
        source="RFC 1939 section 8",
    ),
)

LESSON = Lesson(
    number="05",
    title="What stays where",
    notebook="05-what-stays-where.ipynb",
    minutes=35,
    abilities=(
        "say where each copy of a message is, after any steps with POP3 and IMAP",
        "explain why two devices show different things, or the same",
        "say who keeps a copy of what you send, and where",
        "find mail that POP3 does not show",
    ),
    needs=("03", "04", "04b"),
    start=three_letters,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=_CLAIMS,
)
