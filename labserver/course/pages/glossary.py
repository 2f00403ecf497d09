"""The words of the course: read from `glossary.toml`, which says what its fields are."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Term", "Wrong", "find", "terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What people say and is wrong, and why."""

    says: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the course.

    `means` completes "NAME: ...", `more` may follow as sentences. `full` is what the letters of
    the name stand for, `rfc` where it is defined. No lesson before `lesson` uses it; `forms` are
    the spellings by which that is found. Texts may hold `code` and *emphasis*.
    """

    name: str
    means: str
    lesson: str
    more: str = ""
    full: str = ""
    rfc: str = ""
    forms: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds the word in a text: one with a capital in it only as it is written."""
        forms = self.forms or (self.name, f"{self.name}s")
        some = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        flags = 0 if re.search("[A-Z]", self.name) else re.IGNORECASE
        return re.compile(rf"(?<![\w-])(?:{some})(?![\w-])", flags)


@cache
def terms() -> tuple[Term, ...]:
    """Return all words in the order of the alphabet."""
    text = (files("labserver.course.pages") / "glossary.toml").read_text(encoding="utf-8")
    read = [_term(entry) for entry in tomllib.loads(text)["term"]]
    return tuple(sorted(read, key=lambda term: sort_key(term.name)))


def sort_key(name: str) -> str:
    r"""Return what a name is sorted by: letters alone, so that \Seen stands under S."""
    return re.sub("[^a-z0-9]", "", name.lower())


def find(name: str) -> Term:
    """Return the entry of a word, or of one of its forms. Raises LookupError."""
    for term in terms():
        if name == term.name or term.pattern.fullmatch(name):
            return term
    raise LookupError(f"{name} is not in the glossary.")


def _term(entry: dict[str, Any]) -> Term:
    forms = tuple(map(str, entry.pop("forms", ())))
    wrong = tuple(Wrong(**each) for each in entry.pop("wrong", ()))
    return Term(**entry, forms=forms, wrong=wrong)
