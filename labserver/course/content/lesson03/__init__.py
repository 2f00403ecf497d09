"""Lesson 03: POP3 by hand."""

from __future__ import annotations

from labserver.course.content.lesson03.exercises import EXERCISES
from labserver.course.content.lesson03.goals import three_letters
from labserver.course.content.lesson03.quiz import OPENING, QUIZ
from labserver.course.content.lesson03.steps import STEPS
from labserver.course.plan import Claim, Lesson

__all__ = ["LESSON"]

_CLAIMS = (
    Claim(
        key="C3",
        says="POP3 transfers all incoming messages, by default only the Inbox.",
        verdict="Half. A program can fetch all that is in the maildrop, one `RETR` for each "
        "message. But there is no default to change: POP3 knows one maildrop and no folders.",
        step="03.11",
        source="RFC 1939 section 8",
    ),
    Claim(
        key="C4",
        says="POP3 removes messages from the server after the download.",
        verdict="True by habit, not by the protocol. The program sends `DELE`, and only `QUIT` "
        "makes it real. But a provider may remove at `QUIT` what was fetched: ask yours.",
        step="03.13",
        source="RFC 1939 sections 5, 6 and 8",
    ),
)

LESSON = Lesson(
    number="03",
    title="POP3 by hand",
    notebook="03-pop3-by-hand.ipynb",
    minutes=40,
    abilities=(
        "run a POP3 session by hand",
        "say where a message is after each line",
        "explain what a lost connection undoes",
        "use unique-ids to fetch only what is missing",
    ),
    needs=("00",),
    start=three_letters,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=_CLAIMS,
)
