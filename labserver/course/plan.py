"""What a lesson is made of: values, read by the pictures, the checks, the tests and the start page.

A *key* names a thing of the course for good: `03.5` is step 5 of lesson 03 and its prediction,
`03.E2` its second exercise, `03.Q4` the fourth question of its quiz. Texts may hold `code` in
backticks and no other markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labserver.course.exercises.attempt import Attempt, Finding
    from labserver.lab import Lab

__all__ = ["Claim", "Exercise", "Lesson", "Mistake", "Prediction", "Question", "Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with one right option.

    `answer` is its index. `reasons` say of each option why it is right, or what is wrong with it.
    `proof` is the step where one can see it.
    """

    key: str
    ask: str
    options: tuple[str, ...]
    answer: int
    reasons: tuple[str, ...]
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What is asked before a step's cell is run; the step proves it.

    `says` tells what happened and why, once the cell has been run. `again` asks for the same in
    other words: for those who had it wrong, later.
    """

    ask: str
    options: tuple[str, ...]
    answer: int
    says: str
    again: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a lesson: one new command, or one idea. Core steps are the 90-minute path."""

    key: str
    title: str
    minutes: int
    core: bool = True
    prediction: Prediction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What people say, and what came of trying it. `source` is the RFC and section."""

    key: str
    says: str
    verdict: str
    step: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake that people make: the lines of it, and a part of what the check must say then."""

    lines: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """Something to reach by typing; any way that reaches it will do.

    `start` makes the lab that it begins in. `goal` looks at what happened and returns what is
    missing, or None. `solution` is the text of the learner's cell that reaches it; `given` is the
    text that this cell has to begin with.
    """

    key: str
    title: str
    start: Callable[[], Lab]
    goal: Callable[[Attempt], Finding | None]
    given: str
    solution: str
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...]
    done: str
    """What is said when the goal is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson. `start` makes the lab that its first cell begins with.

    `opening` is asked at the beginning by who has nothing of their own to be asked again.
    """

    number: str
    title: str
    notebook: str
    minutes: int
    abilities: tuple[str, ...]
    start: Callable[[], Lab]
    needs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    quiz: tuple[Question, ...] = ()
    opening: tuple[Question, ...] = ()
    claims: tuple[Claim, ...] = ()
