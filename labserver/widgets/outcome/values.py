"""What the outcome of an exercise shows: values. Texts may hold `code`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["About", "Help"]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a finding is about: a line, said in `state`; the rule, by RFC and section; what to do.

    What is empty is not shown.
    """

    line: str = ""
    state: str = ""
    rule: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Hints, given in order, and then the solution. `given` so many have been given before.

    `typed` is what can be typed to get the next.
    """

    hints: tuple[str, ...]
    solution: str
    typed: str = ""
    given: int = 0
