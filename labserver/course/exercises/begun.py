"""Exercises: begun in a lab of their own, judged by what happened there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labserver.course import content
from labserver.course.errors import CourseError
from labserver.course.exercises.attempt import Attempt, Finding
from labserver.course.kernel import install

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["Verdict", "exercise", "judge", "start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """The lab of an exercise, and the log's last entry when it was handed over."""

    lab: Lab
    step: int


_begun: dict[str, _Begun] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of an exercise so far: `missing` is None when the goal is reached."""

    key: str
    missing: Finding | None


def start(number: str) -> Lab:
    """Return a new lab in which a lesson begins. Raises CourseError if there is no such lesson."""
    install()
    return content.lesson(number).start()


def exercise(key: str) -> Lab:
    """Begin an exercise, again or for the first time: return a new lab in its start state.

    Raises CourseError if there is no such exercise.
    """
    install()
    lab = content.exercise(key).start()
    _begun[key] = _Begun(lab=lab, step=lab.log.last)
    return lab


def judge(key: str) -> Verdict:
    """Look at what has happened since an exercise was begun.

    Raises CourseError if there is no such exercise, it was not begun, or its lab is closed.
    """
    asked = content.exercise(key)
    begun = _begun.get(key)
    if begun is None or begun.lab.closed:
        raise CourseError(
            f'Exercise {key} has not begun: run the cell with course.exercise("{key}") first.'
        )
    return Verdict(key=key, missing=asked.goal(Attempt(begun.lab, begun.step)))
