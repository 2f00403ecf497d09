"""The lessons as data: one module a lesson, found by its name (`lesson03` is lesson 03)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar, cast

from labserver.course.errors import CourseError
from labserver.course.plan import Exercise, Lesson, Question, Step

__all__ = ["exercise", "lesson", "numbers", "question", "step"]

T = TypeVar("T")
_PREFIX = "lesson"


@cache
def numbers() -> tuple[str, ...]:
    """Return the numbers of the lessons, in their order: "00", ... "04", "04b", ..."""
    names = (module.name for module in iter_modules(__path__))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in names if name.startswith(_PREFIX)))


def lesson(number: str) -> Lesson:
    """Return a lesson by its number. Raises CourseError."""
    if number not in numbers():
        raise CourseError(f"There is no lesson {number}. The lessons are: {', '.join(numbers())}.")
    return cast("Lesson", import_module(f"{__name__}.{_PREFIX}{number}").LESSON)


def step(key: str) -> Step:
    """Return the step with a key as `03.5`. Raises CourseError."""
    return _one(key, "step", {each.key: each for each in _split(key).steps})


def exercise(key: str) -> Exercise:
    """Return the exercise with a key as `03.E2`. Raises CourseError."""
    return _one(key, "exercise", {each.key: each for each in _split(key).exercises})


def question(key: str) -> Question:
    """Return the question of a quiz or an opening with a key as `03.Q4`. Raises CourseError."""
    found = _split(key)
    return _one(key, "question", {each.key: each for each in (*found.quiz, *found.opening)})


def _split(key: str) -> Lesson:
    return lesson(key.partition(".")[0])


def _one(key: str, kind: str, known: dict[str, T]) -> T:
    if key not in known:
        raise CourseError(f"There is no {kind} {key}. There is: {', '.join(known) or 'none'}.")
    return known[key]
