"""The glossary as a notebook: each word under a heading of its own, so that links reach it."""

from __future__ import annotations

from itertools import groupby

from nbformat import NotebookNode

from labserver.course.pages.cells import markdown, notebook
from labserver.course.pages.glossary import Term, sort_key, terms

__all__ = ["glossary_page"]

_HEAD = """\
# Glossary: the words of the course

Each word stands here with its meaning, the lesson in which it first comes, and the document where
you can read more. Names that one often meets and that are wrong are here too: look for *Not
right*."""


def glossary_page() -> NotebookNode:
    """Return the notebook of all words, letter by letter."""
    letters = groupby(terms(), key=lambda term: sort_key(term.name)[0].upper())
    cells = [
        markdown(f"## {letter}", *(part for term in some for part in _entry(term)))
        for letter, some in letters
    ]
    return notebook(markdown(_HEAD), *cells)


def _entry(term: Term) -> list[str]:
    name = f"`{term.name}`" if "\\" in term.name else term.name
    full = f"*{term.full}*: " if term.full else ""
    text = f"{full}{term.means}."
    # The first word of a sentence; a piece of code stays as it is.
    text = text[0].upper() + text[1:]
    source = f" · {term.rfc}" if term.rfc else ""
    wrong = [f"*Not right:* “{each.says}”. In truth, {each.because}." for each in term.wrong]
    return [
        f"### {name}",
        f"{text} {term.more}".rstrip(),
        *wrong,
        f"First in lesson {term.lesson}{source}",
    ]
