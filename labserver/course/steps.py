"""Going to a step of a lesson: the lines before it are said again, in a new lab."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

from labserver.course import content
from labserver.course.cells import Cell, cells
from labserver.course.errors import CourseError
from labserver.course.kernel import names_of_the_notebook, set_names
from labserver.errors import LabError

if TYPE_CHECKING:
    from labserver.lab import Lab
    from labserver.widgets import MailMap

__all__ = ["At", "at"]

SHOWS = frozenset(
    {
        "blank",
        "map",
        "predict",
        "progress",
        "quiz",
        "recall",
        "replay",
        "states",
        "surprises",
        "transcript",
        "year",
    }
)
"""What only shows something, and changes nothing: it need not be done again.

A look is not among them: the next one shows what is new since.
"""


class At:
    """Where a learner has come to: the lab as it is before a step, and the names that are set."""

    def __init__(self, key: str, names: dict[str, Any]) -> None:
        self.key = key
        self.names = names

    @property
    def lab(self) -> Lab:
        """The new lab."""
        lab: Lab = self.names["lab"]
        return lab

    def map(self) -> MailMap:
        """Return the live picture of the new lab."""
        return self.lab.map()

    def __repr__(self) -> str:
        names = ", ".join(sorted(self.names, key=lambda name: (name != "lab", name)))
        return (
            f"This is the lab before step {self.key}. Ready: {names}. "
            "Its picture is lab.map(); those above do not follow it."
        )


def at(key: str) -> At:
    """Bring the notebook to the state before a step, in a new lab; the step's cell can be run next.

    The cells of the steps before it are run again, but for what only shows something. What they
    name (`lab`, `laptop`, `pop`) is set in the notebook; the lab that was called `lab` there is
    closed. Raises CourseError if there is no such step.
    """
    asked = content.step(key)
    number = key.partition(".")[0]
    new: dict[str, Any] = {"__name__": "__main__"}
    with redirect_stdout(io.StringIO()):
        for cell in _before(number, asked.key):
            _run(cell, new)
    names = {name: value for name, value in new.items() if not name.startswith("__")}
    old = names_of_the_notebook().get("lab")
    set_names(names)
    if old is not None and hasattr(old, "close"):
        old.close()
    return At(asked.key, names)


def _before(number: str, key: str) -> Iterator[Cell]:
    """Yield the cells that lead to a step: those of the steps before it, as they stand."""
    found = cells(number)
    if not found:
        raise CourseError(f"The lesson's notebook is missing: {content.lesson(number).notebook}")
    for cell in found:
        if cell.kind != "code":
            continue
        if f"step-{key}" in cell.tags:
            return
        if any(tag.startswith("step-") for tag in cell.tags):
            yield cell
    raise CourseError(f"No cell of the lesson belongs to step {key}.")


def _run(cell: Cell, names: dict[str, Any]) -> None:
    tree = ast.parse(cell.source)
    tree.body = [each for each in tree.body if not _only_shows(each)]
    code = compile(tree, f"<{cell.tags[0]}>", "exec")
    # A cell that is meant to fail did what it did before that.
    with suppress(*([LabError] if "raises-exception" in cell.tags else [])):
        exec(code, names)  # noqa: S102 - the lesson's own cells, as the notebook runs them


def _only_shows(statement: ast.stmt) -> bool:
    """Return whether a statement ends in a call like `lab.map()`."""
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Name | ast.Attribute)
    return isinstance(value.func, ast.Attribute) and value.func.attr in SHOWS
