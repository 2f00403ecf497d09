"""What pages are made of."""

from __future__ import annotations

from typing import cast

from nbformat import NotebookNode, v4

__all__ = ["code", "markdown", "notebook"]


def markdown(*paragraphs: str) -> NotebookNode:
    """Return a cell with paragraphs."""
    return cast("NotebookNode", v4.new_markdown_cell("\n\n".join(paragraphs)))


def code(*lines: str) -> NotebookNode:
    """Return a cell with lines to run."""
    return cast("NotebookNode", v4.new_code_cell("\n".join(lines)))


def notebook(*cells: NotebookNode) -> NotebookNode:
    """Return a notebook whose cells have the same ids whenever it is made."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02}"
    return cast("NotebookNode", v4.new_notebook(cells=list(cells)))
