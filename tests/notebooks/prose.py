"""A lesson as its reader sees it: headings, sentences, tables, links and pictures, each with where.

Code is left out of sentences; one word stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

import mistune

if TYPE_CHECKING:
    from nbformat import NotebookNode

CODE = "`"
"""What stands for a piece of code in a sentence."""
_TAG = re.compile(r"<[^>]*>")
_READ = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "url"])


@dataclass(slots=True)
class Page:
    """What the markdown of a notebook holds; each with the number of its cell, counted from 1."""

    headings: list[tuple[int, int, str]] = field(default_factory=list)
    """Cell, level, text."""
    texts: list[tuple[int, str]] = field(default_factory=list)
    """What is to be read: paragraphs, items of lists, cells of tables."""
    codes: list[tuple[int, str]] = field(default_factory=list)
    """The pieces of code in the texts."""
    tables: list[tuple[int, list[str], list[list[str]]]] = field(default_factory=list)
    """Cell, headers, rows."""
    links: list[tuple[int, str]] = field(default_factory=list)
    images: list[tuple[int, str]] = field(default_factory=list)
    """Cell, alternative text."""


def page(notebook: NotebookNode) -> Page:
    """Read the markdown cells of a notebook."""
    found = Page()
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            _take(_READ(cell.source), number, found)
    return found


def of_text(text: str) -> Page:
    """Read one text as a page."""
    found = Page()
    _take(_READ(text), 1, found)
    return found


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text."""
    for sentence in re.split(r"(?<=[.!?:;…])\)?\s+", text):
        if re.search(r"\w", sentence):
            yield sentence


def words(text: str) -> list[str]:
    """Return the words of a text; a piece of code counts as one, and is `."""
    return re.findall(rf"{CODE}|[^\W\d_]+(?:[’'][a-z]+)?", text)


def _take(tokens: list[dict[str, Any]], cell: int, found: Page) -> None:
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind == "heading":
            text = _said(children, cell, found)
            found.headings.append((cell, token["attrs"]["level"], _plain(children)))
            found.texts.append((cell, text))
        elif kind in {"paragraph", "block_text"}:
            found.texts.append((cell, _said(children, cell, found)))
        elif kind == "table":
            _table(children, cell, found)
        elif kind == "block_html":
            _html(token["raw"], cell, found)
        else:
            _take(children, cell, found)


def _table(parts: list[dict[str, Any]], cell: int, found: Page) -> None:
    head, rows = [], []
    for part in parts:
        if part["type"] == "table_head":
            head = [_said(each["children"], cell, found) for each in part["children"]]
        else:
            rows += [
                [_said(each["children"], cell, found) for each in row["children"]]
                for row in part["children"]
            ]
    found.tables.append((cell, head, rows))
    found.texts += [(cell, text) for row in (head, *rows) for text in row]


def _attributes(raw: str, cell: int, found: Page) -> None:
    found.links += [(cell, link) for link in re.findall(r'<a [^>]*href="([^"]*)"', raw)]
    for image in re.findall(r"<img\b[^>]*>", raw):
        alt = re.search(r'\balt="([^"]*)"', image)
        found.images.append((cell, alt[1] if alt else ""))


def _html(raw: str, cell: int, found: Page) -> None:
    _attributes(raw, cell, found)
    raw = re.sub(r"<(code|kbd)>.*?</\1>", CODE, raw)
    for text in _TAG.split(re.sub(r"</?(b|i|em|strong|a)\b[^>]*>", "", raw)):
        if text.strip():
            found.texts.append((cell, unescape(text.strip())))


def _plain(tokens: list[dict[str, Any]]) -> str:
    """Return the words of inline markup with the code among them, as a link to them has it."""
    return "".join(
        _plain(token["children"]) if "children" in token else unescape(token.get("raw", " "))
        for token in tokens
    )


def _said(tokens: list[dict[str, Any]], cell: int, found: Page) -> str:
    """Return the words of inline markup; note its links, pictures and code."""
    said, key = [], 0
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind == "codespan":
            found.codes.append((cell, token["raw"]))
            said.append(CODE)
        elif kind == "inline_html":
            _attributes(token["raw"], cell, found)
            key += {"<kbd>": 1, "</kbd>": -1}.get(token["raw"], 0)
        elif kind == "image":
            found.images.append((cell, _said(children, cell, found)))
        elif kind == "link":
            found.links.append((cell, token["attrs"]["url"]))
            said.append(_said(children, cell, found))
        elif kind in {"softbreak", "linebreak"}:
            said.append(" ")
        elif children:
            said.append(_said(children, cell, found))
        else:
            said.append(CODE if key else unescape(token.get("raw", "")))
    return "".join(said)
