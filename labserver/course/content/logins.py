"""What an exercise says when the server did not let a program in."""

from __future__ import annotations

from labserver.course.exercises.attempt import Attempt, Finding
from labserver.course.exercises.goals import Goal

__all__ = ["let_in_first"]

_RULES = {"PASS": "RFC 1939 section 7", "LOGIN": "RFC 3501 section 6.2.3"}


def let_in_first(goal: Goal) -> Goal:
    """Return the goal; while it is not reached, a refused login of the last session comes first."""

    def found(attempt: Attempt) -> Finding | None:
        finding = goal(attempt)
        return None if finding is None else _not_let_in(attempt) or finding

    return found


def _not_let_in(attempt: Attempt) -> Finding | None:
    for session in attempt.sessions[-1:]:
        for line in session.lines:
            if line.verb in _RULES and not line.taken:
                return Finding(
                    says=f"The server did not let the {session.device}'s program in.",
                    rule=_RULES[line.verb],
                    next="Look at the name and the password: they must be Bob's.",
                    line=line,
                )
    return None
