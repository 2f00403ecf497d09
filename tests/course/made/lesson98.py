"""A lesson that is there for the tests only."""

from __future__ import annotations

from labserver import Lab
from labserver.course.exercises.attempt import Attempt, Finding
from labserver.course.plan import Exercise, Lesson, Mistake, Prediction, Question, Step


def begin() -> Lab:
    lab = Lab()
    lab.device("laptop")
    lab.load(b"Subject: Hello\r\n\r\nHello, Bob.\r\n")
    return lab


def deleted(attempt: Attempt) -> Finding | None:
    if attempt.whole("A", "server") == 0:
        return None
    marked = attempt.said("DELE")
    if not marked:
        return Finding(
            says="A is on the server, and no line has marked it.",
            rule="RFC 1939 section 5",
            next="Say `DELE 1`.",
        )
    return Finding(
        says="A is only *marked*: the session has not ended with QUIT.".replace("*", "`"),
        rule="RFC 1939 section 6",
        next="Say `QUIT`.",
        line=marked[0],
    )


FIRST = Question(
    key="98.Q1",
    ask="Which line says that `a < b`?",
    options=("`STAT`", "`DELE 1` & more"),
    answer=0,
    reasons=("It counts.", "It marks."),
    proof="98.2",
)
SECOND = Question(
    key="98.Q2",
    ask="When was it shown?",
    options=("before", "today", "never"),
    answer=0,
    reasons=("In lesson 97.", "Not today.", "It was."),
    proof="97.1",
)

LESSON = Lesson(
    number="98",
    title="A small one",
    notebook="98-small.ipynb",
    minutes=10,
    abilities=("delete",),
    start=begin,
    steps=(
        Step(key="98.1", title="Log in", minutes=1),
        Step(
            key="98.2",
            title="Delete",
            minutes=2,
            prediction=Prediction(
                ask="After `DELE 1` and no `QUIT`, A is on…",
                options=("the laptop", "the server", "neither"),
                answer=1,
                says="`DELE` only marks.",
                again=Question(
                    key="98.A2",
                    ask="What does `DELE` do at once?",
                    options=("it removes", "it marks"),
                    answer=1,
                    reasons=("Only QUIT leads there.", "And QUIT removes."),
                    proof="98.2",
                ),
            ),
        ),
    ),
    exercises=(
        Exercise(
            key="98.E1",
            title="Off the server",
            start=begin,
            goal=deleted,
            given="# your lines",
            solution='pop = lab.device("laptop").dial("pop3")\npop.send("USER bob")',
            hints=("Which line marks?", "And which makes it so?", "`DELE 1`, then `QUIT`."),
            mistakes=(Mistake(lines="", says="no line"),),
            done="A is `gone` from the server.",
        ),
    ),
    quiz=(FIRST, SECOND),
    opening=(SECOND,),
)
