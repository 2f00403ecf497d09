"""Lesson 00: one message from Alice to Bob's two devices, and which protocol did what."""

from __future__ import annotations

from labserver.course.content.lesson00.exercises import EXERCISES
from labserver.course.content.lesson00.quiz import QUIZ
from labserver.course.content.lesson00.steps import STEPS
from labserver.course.plan import Lesson
from labserver.lab import Lab

__all__ = ["LESSON"]


LESSON = Lesson(
    number="00",
    title="Start here: where is my mail?",
    notebook="00-start-here.ipynb",
    minutes=30,
    abilities=(
        "follow a message through the server to Bob's devices in a picture",
        "say which protocol did each step: SMTP, POP3 or IMAP",
    ),
    start=Lab,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
)
