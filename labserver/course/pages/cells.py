"""What pages are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import cast

from nbformat import NotebookNode, v4

__all__ = ["code", "markdown", "notebook", "untouched"]

_METADATA = "mail_protocol_lab"


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
    metadata = {_METADATA: {"made": _digest(cells)}}
    return cast("NotebookNode", v4.new_notebook(cells=list(cells), metadata=metadata))


def untouched(page: NotebookNode) -> bool:
    """Tell whether the cells of a page are those it was made with, run or not."""
    return bool(page.metadata.get(_METADATA, {}).get("made") == _digest(page.cells))


def _digest(cells: Sequence[NotebookNode]) -> str:
    texts = json.dumps([(cell.cell_type, cell.source) for cell in cells])
    return hashlib.sha256(texts.encode()).hexdigest()[:16]
