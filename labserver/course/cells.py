"""Where the cells of the committed lessons are: a learner's copy has the same ids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from labserver.course import content
from labserver.course.lessons import LESSONS, read

__all__ = ["Cell", "cells", "head_of", "proving"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a lesson: its id, its kind, and the tags that say where it belongs."""

    id: str
    kind: str
    tags: tuple[str, ...]


@cache
def cells(number: str) -> tuple[Cell, ...]:
    """Return the cells of a lesson, in order; none if its notebook is not there."""
    path = LESSONS / content.lesson(number).notebook
    if not path.is_file():
        return ()
    return tuple(
        Cell(cell.id, cell.cell_type, tuple(cell.metadata.get("tags", ())))
        for cell in read(path).cells
    )


def head_of(key: str) -> str:
    """Return the id of the cell that a step begins with; empty if it has none."""
    tag = f"step-{key}"
    return next((cell.id for cell in cells(key.partition(".")[0]) if tag in cell.tags), "")


def proving(key: str, asking: str) -> dict[str, Cell]:
    """Return the code cells of a step that follow the cell `asking`, by their ids."""
    own = [
        cell
        for cell in cells(key.partition(".")[0])
        if f"step-{key}" in cell.tags and cell.kind == "code"
    ]
    place = next((n for n, cell in enumerate(own) if cell.id == asking), None)
    return {} if place is None else {cell.id: cell for cell in own[place + 1 :]}
