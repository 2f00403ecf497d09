"""Where the cells of the committed lessons are: a learner's copy has the same ids."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from labserver.course import content
from labserver.course.lessons import LESSONS

__all__ = ["EXPLAINS", "Cell", "begin_of", "cells", "head_of", "place_of", "proving"]

_LOOK = re.compile(r"\w+\.(?:look|map|transcript|states)\([^()]*\)\s*\Z")
"""A cell that shows what came of those before it, and no more."""

EXPLAINS = "**Explain.**"
"""How the cell begins that tells what was to be seen."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a lesson: its id, kind and text, and the tags that say where it belongs."""

    id: str
    kind: str
    tags: tuple[str, ...]
    source: str


@cache
def cells(number: str) -> tuple[Cell, ...]:
    """Return the cells of a lesson, in order; none if its notebook is not there."""
    path = LESSONS / content.lesson(number).notebook
    if not path.is_file():
        return ()
    # Not by nbformat, which takes a second to begin: these are our own, of one form.
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Cell(
            cell["id"],
            cell["cell_type"],
            tuple(cell["metadata"].get("tags", ())),
            "".join(cell["source"]),
        )
        for cell in notebook["cells"]
    )


def head_of(key: str) -> str:
    """Return the id of the cell that a step begins with; empty if it has none."""
    tag = f"step-{key}"
    return next((cell.id for cell in cells(key.partition(".")[0]) if tag in cell.tags), "")


def place_of(cell: str) -> str:
    """Return the place that a cell's tag names, without its kind: "03.5", "03.E1"; or nothing."""
    for number in content.numbers():
        for each in cells(number):
            if each.id == cell:
                return next((tag.partition("-")[2] for tag in each.tags if "-" in tag), "")
    return ""


def begin_of(key: str) -> Cell | None:
    """Return the first code cell of an exercise; None if the notebook has none."""
    number = key.partition(".")[0]
    tagged = (cell for cell in cells(number) if f"begin-{key}" in cell.tags)
    return next((cell for cell in tagged if cell.kind == "code"), None)


def proving(key: str, asking: str) -> dict[str, Cell]:
    """Return the code cells of a step after the cell `asking`, by id.

    They go up to the first look, or to the explanation: what comes after it is another matter.
    """
    own = [cell for cell in cells(key.partition(".")[0]) if f"step-{key}" in cell.tags]
    place = next((n for n, cell in enumerate(own) if cell.id == asking), None)
    if place is None:
        return {}
    acts: dict[str, Cell] = {}
    for cell in own[place + 1 :]:
        explains = acts and cell.kind == "markdown" and cell.source.startswith(EXPLAINS)
        if explains or (cell.kind == "code" and _LOOK.match(cell.source)):
            break
        if cell.kind == "code":
            acts[cell.id] = cell
    return acts
