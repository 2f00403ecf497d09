"""Lesson 06: space and backup."""

from __future__ import annotations

from labserver.course.content.lesson06.exercises import EXERCISES
from labserver.course.content.lesson06.goals import nearly_full
from labserver.course.content.lesson06.quiz import OPENING, QUIZ
from labserver.course.content.lesson06.steps import STEPS
from labserver.course.plan import Claim, Lesson

__all__ = ["LESSON"]

_CLAIMS = (
    Claim(
        key="C7",
        says="IMAP needs more space at the provider when much mail arrives. That is its only "
        "downside.",
        verdict="Half. The mailbox grows as long as nothing is expunged, and once it is full, new "
        "mail stays outside. But it is not the only cost: a deletion reaches all devices, without "
        "a network you have only what was fetched, and the provider holds all your mail.",
        step="06.7",
        source="RFC 9208 section 3.2",
    ),
    Claim(
        key="C8",
        says="Then POP3 with a backup routine may be better.",
        verdict="Half. The server stays nearly empty, nothing is refused, and the backup keeps the "
        "mail safe. But other devices find nothing, and there are no folders and no flags on the "
        "server.",
        step="06.8",
        source="RFC 1939 section 8",
    ),
    Claim(
        key="C5",
        says="POP3 needs a backup routine, or mail is lost.",
        verdict="True by habit, not by the protocol. A program that deletes on the server leaves "
        "one copy, and a lost laptop takes it along. A program that leaves mail there keeps two.",
        step="06.10",
        source="RFC 1939 section 6",
    ),
    Claim(
        key="C5b",
        says="IMAP needs no backup: everything is on the server.",
        verdict="False. A message that one device deletes and expunges is gone on the server, and "
        "on each device that synchronises afterwards.",
        step="06.11",
        source="RFC 3501 section 6.4.3",
    ),
)

LESSON = Lesson(
    number="06",
    title="Space and backup",
    notebook="06-space-and-backup.ipynb",
    minutes=40,
    abilities=(
        "say when a mailbox is full, and what happens to new mail then",
        "make room: know what counts until it is expunged",
        "run a backup routine, and prove a restore",
        "move from POP3 to IMAP without a loss",
    ),
    needs=("03", "04"),
    start=nearly_full,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=_CLAIMS,
)
