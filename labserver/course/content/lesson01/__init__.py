"""Lesson 01: SMTP by hand, from a socket to a pipelined session."""

from __future__ import annotations

from labserver.course.content.lesson01.exercises import EXERCISES
from labserver.course.content.lesson01.goals import (
    three_people,
)
from labserver.course.content.lesson01.quiz import OPENING, QUIZ
from labserver.course.content.lesson01.steps import STEPS
from labserver.course.plan import Claim, Lesson

__all__ = ["LESSON"]


LESSON = Lesson(
    number="01",
    title="SMTP by hand",
    notebook="01-smtp-by-hand.ipynb",
    minutes=40,
    abilities=(
        "send a message with nothing but a socket",
        "tell the envelope from the message, and explain Bcc",
        "send any text, also a line with a single dot",
        "read the first two digits of a reply code, and recover from errors",
        "count how often a client waits, and wait less often",
    ),
    needs=("00",),
    start=three_people,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=(
        Claim(
            key="C2",
            says="SMTP is how mail is sent, to a server and on to the receiving address (the first "
            "half of the claim: sent; forwarding is the second).",
            verdict="true",
            step="01.4",
            source="RFC 5321 section 2.1",
        ),
    ),
)
