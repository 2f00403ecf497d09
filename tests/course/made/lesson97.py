"""A lesson that is there for the tests only: before lesson 98."""

from __future__ import annotations

from labserver import Lab
from labserver.course.plan import Lesson, Prediction, Question, Step


def asked(key: str, text: str) -> Question:
    return Question(
        key=key,
        ask=text,
        options=("this", "that"),
        answer=1,
        reasons=("This it is not.", "That it is."),
        proof="97.1",
    )


LESSON = Lesson(
    number="97",
    title="The one before",
    notebook="97-before.ipynb",
    minutes=10,
    abilities=("wait",),
    start=Lab,
    steps=tuple(
        Step(
            key=f"97.{n}",
            title="A step",
            minutes=1,
            prediction=Prediction(
                ask=f"Which one, at step {n}?",
                options=("this", "that"),
                answer=1,
                says="It was that.",
                again=asked(f"97.A{n}", f"Which one was it, at step {n}?"),
            ),
        )
        for n in range(1, 7)
    ),
)
