"""Whether a lesson keeps to the words of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labserver.course.pages.glossary import Term, find
from tests.notebooks.prose import Page

TABLE = ("word", "meaning")
"""The headers of the table of words with which a lesson begins."""


def too_early(
    found: Page, number: str, order: tuple[str, ...], terms: tuple[Term, ...]
) -> Iterator[str]:
    """Yield the words that the glossary lets come in a later lesson only."""
    later = [term for term in terms if order.index(term.lesson) > order.index(number)]
    for term in later:
        met = [each for each in found.texts if term.pattern.search(each[1])]
        met += [each for each in found.codes if each[1] in (term.name, *term.forms)]
        for cell, text in met:
            yield f"cell {cell}: {term.name} comes in lesson {term.lesson} only: {text}"


def told_otherwise(sources: list[str]) -> Iterator[str]:
    """Yield the rows of a table of words that do not begin as the glossary has it."""
    for number, source in enumerate(sources, start=1):
        table = re.search(
            r"^\| *word *\| *meaning *\|\n\|.*\n((?:\|.*(?:\n|$))+)", source, re.MULTILINE
        )
        for row in table[1].splitlines() if table else ():
            word, means = (part.strip() for part in row.strip().strip("|").split("|", 1))
            name = re.sub(r"[`*]|\s*\(.*\)$", "", word)
            try:
                wanted = find(name).means
            except LookupError as error:
                yield f"cell {number}: {error}"
                continue
            if not means.startswith(wanted):
                yield f"cell {number}: {name}: the glossary has: {wanted}"
