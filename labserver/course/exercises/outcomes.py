"""What came of an exercise, said; with hints: three, graded, and then the solution."""

from __future__ import annotations

from labserver.course import content
from labserver.course import words_en as words
from labserver.course.exercises.attempt import Finding
from labserver.course.exercises.begun import judge
from labserver.course.kernel import install
from labserver.course.records.done import here
from labserver.course.telling import Told
from labserver.widgets.outcome import About, Help, Outcome

__all__ = ["check", "hint"]

_given: dict[str, int] = {}
"""How many hints of an exercise the learner has asked for, the solution counted as one."""


def check(key: str) -> Outcome:
    """Say whether an exercise's goal is reached, or what is missing; offer hints.

    Raises CourseError if there is no such exercise, it was not begun, or its lab is closed.
    """
    install()
    verdict = judge(key)
    if verdict.missing is None:
        progress = here()
        progress.solved(key)
        said = (content.exercise(key).done, progress.told)
        return Outcome(done=True, says=" ".join(filter(None, said)))
    return _not_yet(key, verdict.missing)


def hint(key: str) -> Told:
    """Return the next hint of an exercise; after the third, the solution, again and again.

    Raises CourseError if there is no such exercise.
    """
    install()
    exercise = content.exercise(key)
    given = min(_given.get(key, 0) + 1, len(exercise.hints) + 1)
    _given[key] = given
    if given <= len(exercise.hints):
        return Told(words.hint(given, len(exercise.hints), exercise.hints[given - 1]))
    return Told(words.COURSE["solution"], exercise.solution)


def _not_yet(key: str, missing: Finding) -> Outcome:
    exercise = content.exercise(key)
    line = missing.line

    def note(given: int) -> None:
        _given[key] = max(given, _given.get(key, 0))

    return Outcome(
        done=False,
        says=missing.says,
        about=About(
            line="" if line is None else words.spoken(line.place, line.text),
            state="" if line is None else line.state,
            rule=missing.rule,
            then=missing.next,
        ),
        helps=Help(
            hints=exercise.hints,
            solution=exercise.solution,
            typed=f'course.hint("{key}")',
            given=_given.get(key, 0),
        ),
        asked=note,
    )
