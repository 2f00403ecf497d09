"""What is wrong with the form of a lesson: headings, links, pictures, tables, length of outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import nbformat

from tests.notebooks.prose import Page, page, sentences, words

if TYPE_CHECKING:
    from nbformat import NotebookNode

PRINTED = 25
"""Lines that a cell may print, and the reply to EHLO is not counted."""
MEAN_WORDS = 13
MOST_WORDS = 30


def headings(found: Page) -> Iterator[str]:
    """One of level 1, first; no level left out; no two alike, since links go by their words."""
    levels = [level for _, level, _ in found.headings]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "there is not one heading of level 1, and it first"
    for (_, before, _), (cell, level, text) in zip(
        found.headings, found.headings[1:], strict=False
    ):
        if level > before + 1:
            yield f"cell {cell}: {text}: level {level} comes after level {before}"
    texts = [text for _, _, text in found.headings]
    yield from (f"two headings are: {text}" for text in set(texts) if texts.count(text) > 1)


def links(found: Page, path: Path) -> Iterator[str]:
    """Files that are there, anchors that are headings in them, and no plain http."""
    for cell, link in found.links:
        where = f"cell {cell}: {link}"
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            if not re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", link):
                yield f"{where}: not an https address"
            continue
        file = path.parent / unquote(target) if target else path
        if file != path and not file.exists():
            yield f"{where}: no such file"
        elif anchor and file.suffix == ".ipynb":
            there = None if file == path else nbformat.read(file, as_version=4)
            headings = found.headings if there is None else page(there).headings
            anchors = {text.replace(" ", "-") for _, _, text in headings}
            anchors |= {f"cell-id={cell.id}" for cell in (there.cells if there else ())}
            if unquote(anchor) not in anchors:
                yield f"{where}: no such heading or cell"
            elif "%" in anchor:
                yield f"{where}: JupyterLab finds an anchor in ASCII only, such as cell-id=..."


def images(found: Page) -> Iterator[str]:
    """Each with a text for who does not see it."""
    yield from (f"cell {cell}: a picture without alt text" for cell, alt in found.images if not alt)


def tables(found: Page) -> Iterator[str]:
    """Each with a header over each column."""
    for cell, head, _ in found.tables:
        if not all(head):
            yield f"cell {cell}: a table with a column without header: {head}"


def length(found: Page) -> Iterator[str]:
    """Sentences for a reader to whom English is a second language."""
    counts = []
    for cell, text in found.texts:
        for sentence in sentences(text):
            count = len(words(sentence))
            if count > MOST_WORDS:
                yield f"cell {cell}: {count} words, at most {MOST_WORDS}: {sentence}"
            if count > 3:
                counts.append(count)
    if counts and sum(counts) > MEAN_WORDS * len(counts):
        mean = sum(counts) / len(counts)
        yield f"{mean:.1f} words a sentence on the average, at most {MEAN_WORDS}"


class _Html(HTMLParser):
    """Counts what an output in HTML lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.lacking: list[str] = []
        self._heads = [0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._heads.append(0)
        elif tag == "th":
            self._heads[-1] += 1
        elif tag == "img" and not given.get("alt"):
            self.lacking.append("a picture without alt text")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and not self._heads.pop():
            self.lacking.append("a table without headers")


def outputs(notebook: NotebookNode) -> Iterator[str]:
    """Short, and readable without seeing."""
    for number, cell in enumerate(notebook.cells, start=1):
        printed = 0
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            html = "".join(data.get("text/html", ""))
            text = "".join(output.get("text", "") if "data" not in output else data["text/plain"])
            printed += 0 if html else sum(1 for line in text.splitlines() if "S: 250-" not in line)
            parser = _Html()
            parser.feed(html)
            yield from (f"cell {number}: {lacking}" for lacking in parser.lacking)
        if printed > PRINTED:
            yield f"cell {number}: {printed} lines printed, at most {PRINTED}"
