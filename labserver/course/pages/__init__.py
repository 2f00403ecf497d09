"""Notebooks that are made from data: their cells are written by nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from labserver.course.lessons import LESSONS
from labserver.course.pages.start import start_page
from labserver.course.pages.tables import reference_page
from labserver.course.pages.words import glossary_page

__all__ = ["PAGES", "is_as_made", "made"]

PAGES: Mapping[str, Callable[[], NotebookNode]] = {
    "glossary": glossary_page,
    "index": start_page,
    "reference": reference_page,
}
"""What makes each of them, by the name of its file without ending; not run yet."""


def made(path: Path) -> NotebookNode | None:
    """Return the notebook that belongs in a file, as its data have it, not run; None: written."""
    make = PAGES.get(path.stem) if path.parent == LESSONS else None
    return None if make is None else make()


def is_as_made(notebook: NotebookNode, path: Path) -> bool:
    """Tell whether a notebook's cells are those that its data make, outputs aside."""
    page = made(path)
    return page is None or [_source(cell) for cell in page.cells] == [
        _source(cell) for cell in notebook.cells
    ]


def _source(cell: NotebookNode) -> tuple[str, str, str]:
    return cell.cell_type, cell.id, cell.source
