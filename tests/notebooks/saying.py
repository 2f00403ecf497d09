"""The texts that the lessons' data shows: predictions, hints, reasons, findings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from labserver.course import content

FOLDER = Path(next(iter(content.__path__)))
CODE = frozenset({"given", "solution", "lines"})
"""Arguments that hold a learner's code."""


def said(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each text of a module with its line: strings of several words, no docstrings, no code.

    What is put into an f-string is one piece of code.
    """
    yield from _of(ast.parse(path.read_text(encoding="utf-8")))


def _of(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "`x`" for part in node.values]
        yield node.lineno, "".join(map(str, parts))
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not docstring and not (isinstance(child, ast.keyword) and child.arg in CODE):
            yield from _of(child)
