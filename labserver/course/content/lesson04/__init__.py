"""Lesson 04: IMAP by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.course.content.inboxes import KEY, LUNCH, PICTURES, holding
from labserver.course.content.lesson04.exercises import EXERCISES
from labserver.course.content.lesson04.quiz import OPENING, QUIZ
from labserver.course.plan import Claim, Lesson

if TYPE_CHECKING:
    from labserver.lab import Lab
from labserver.course.content.lesson04.steps import STEPS

__all__ = ["LESSON"]


def _start() -> Lab:
    return holding(LUNCH, PICTURES, KEY)


LESSON = Lesson(
    number="04",
    title="IMAP by hand",
    notebook="04-imap-by-hand.ipynb",
    minutes=40,
    abilities=(
        "run an IMAP session by hand, and say which lines belong together",
        "read a message without anybody noticing, or mark it as read, as you wish",
        "say when a deleted message is really gone, and from where",
    ),
    needs=("00",),
    start=_start,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=(
        Claim(
            key="C0",
            says="IMAP means Internet Access Message Protocol.",
            verdict="false",
            step="04.12",
            source="RFC 9051",
        ),
    ),
)
