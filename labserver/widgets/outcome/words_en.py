"""The words of an exercise's outcome, in English."""

from __future__ import annotations

__all__ = ["OUTCOME", "hint", "of_hints"]

OUTCOME = {
    "done": "Done.",
    "missing": "Not yet.",
    "line": "Where",
    "state": "State",
    "rule": "Rule",
    "next": "Try now",
    "hints": "Hints",
    "solution": "The solution",
    "show": "Show the solution",
    "all": "That was all",
}


def hint(n: int, total: int) -> str:
    """Name one of the hints."""
    return f"Hint {n} of {total}"


def of_hints(typed: str) -> str:
    """Say how to get a hint by typing."""
    return f"For a hint, type `{typed}` in a cell of its own."
