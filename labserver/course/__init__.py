"""What the learner does.

The rooms below show what happened; this one is about the lessons: the committed notebooks, which
are executed and tell the truth, and the learner's own copies of them, which give nothing away.
`from labserver import course` is all that a lesson needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labserver.course.exercises.begun import exercise, start
    from labserver.course.exercises.outcomes import check, hint
    from labserver.course.questions.asking import predict
    from labserver.course.questions.quizzes import quiz, recall
    from labserver.course.records.report import progress
    from labserver.course.steps import at
    from labserver.course.surprising import surprises
    from labserver.course.year_of_mail.living import year

__all__ = [
    "at",
    "check",
    "exercise",
    "hint",
    "predict",
    "progress",
    "quiz",
    "recall",
    "start",
    "surprises",
    "year",
]

# No module and no room bears the name of a function here: importing it would put it in the
# function's place.
_HOMES = {
    "at": "steps",
    "check": "exercises.outcomes",
    "exercise": "exercises.begun",
    "hint": "exercises.outcomes",
    "predict": "questions.asking",
    "progress": "records.report",
    "quiz": "questions.quizzes",
    "recall": "questions.quizzes",
    "start": "exercises.begun",
    "surprises": "surprising",
    "year": "year_of_mail.living",
}


def __getattr__(name: str) -> object:
    # Lazy: what only looks after notebooks must not cost what the lab and its pictures cost.
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
