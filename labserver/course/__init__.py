"""What the learner does.

The rooms below show what happened; this one is about the lessons: the committed notebooks, which
are executed and tell the truth, and the learner's own copies of them, which give nothing away.
`from labserver import course` is all that a lesson needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labserver.course.asking import predict
    from labserver.course.exercises import exercise, start
    from labserver.course.outcomes import check, hint
    from labserver.course.quizzes import quiz, recall
    from labserver.course.report import progress
    from labserver.course.steps import at
    from labserver.course.surprising import surprises
    from labserver.course.years import year

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

# No module bears the name of a function here: importing it would put it in the function's place.
_HOMES = {
    "at": "steps",
    "check": "outcomes",
    "exercise": "exercises",
    "hint": "outcomes",
    "predict": "asking",
    "progress": "report",
    "quiz": "quizzes",
    "recall": "quizzes",
    "start": "exercises",
    "surprises": "surprising",
    "year": "years",
}


def __getattr__(name: str) -> object:
    # Lazy: what only looks after notebooks must not cost what the lab and its pictures cost.
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
