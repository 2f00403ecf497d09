"""Lesson 04b: IMAP with many devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.course.content.inboxes import KEY, OFFER, PICTURES, PLANS, holding
from labserver.course.content.lesson04b.exercises import EXERCISES
from labserver.course.content.lesson04b.quiz import OPENING, QUIZ
from labserver.course.plan import Claim, Lesson

if TYPE_CHECKING:
    from labserver.lab import Lab
from labserver.course.content.lesson04b.steps import STEPS

__all__ = ["LESSON"]


def _start() -> Lab:
    return holding(OFFER, PICTURES, KEY, PLANS)


LESSON = Lesson(
    number="04b",
    title="IMAP with many devices",
    notebook="04b-imap-many-devices.ipynb",
    minutes=40,
    abilities=(
        "name a message so that no other can be hit: UIDs and sequence numbers",
        "make folders, move messages, and let the server search",
        "have a device told at once what another one did",
        "say why POP3 gets in its own way with two devices",
    ),
    needs=("03", "04"),
    start=_start,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=(
        Claim(
            key="C6",
            says="IMAP keeps messages on the server and synchronises devices.",
            verdict="true",
            step="04b.8",
            source="RFC 2177 section 3",
        ),
    ),
)
