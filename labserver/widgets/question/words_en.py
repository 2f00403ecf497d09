"""The words of a panel of questions, in English."""

from __future__ import annotations

__all__ = ["PANEL", "count", "no_option", "no_question"]

PANEL = {
    "choose": "Choose one of the options first.",
    "committed": "Committed",
    "yours": "your choice",
    "right": "this one",
}


def count(n: int, total: int) -> str:
    """Head one of several questions."""
    return f"{n} of {total}"


def no_option(text: str, letters: list[str]) -> str:
    """Say that there is no such option."""
    return f"“{text}” is none of the options. Type one of: {', '.join(letters)}."


def no_question(number: str, total: int) -> str:
    """Say that there is no such question."""
    if not total:
        return "There are no questions here."
    return f"There is no question {number}: they are numbered from 1 to {total}."
