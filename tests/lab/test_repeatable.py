"""The lesson says the same each time, on a machine that is busy."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from labserver.widgets.base import LabWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Repetitions

LESSON = Path(__file__).parents[2] / "notebooks" / "00-start-here.ipynb"
BURN = "while True: sum(range(10000))"
BURNERS = 3


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep the processors busy."""
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(BURNERS)]
    try:
        yield
        assert all(each.poll() is None for each in burners)
    finally:
        for each in burners:
            each.kill()
            each.wait()


def cells() -> list[ast.Module]:
    notebook = nbformat.read(LESSON, as_version=4)  # type: ignore[no-untyped-call]
    return [ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code"]


def faces(value: Any) -> str:
    """Return what a page would show of the value of a cell."""
    if isinstance(value, LabWidget):
        data, _ = value._repr_mimebundle_()
        return f"{data['text/html']}\n{data['text/plain']}"
    return repr(value)


def run(lesson: list[ast.Module]) -> tuple[list[Any], list[str]]:
    """Run the cells; return the log, and of each cell what it printed and its value's text."""
    space: dict[str, Any] = {}
    shown = []
    try:
        for cell in lesson:
            body = list(cell.body)
            last = body.pop() if isinstance(body[-1], ast.Expr) else None
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(ast.Module(body, []), "cell", "exec"), space)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
                    if value is not None:
                        print(faces(value))
            shown.append(printed.getvalue())
        return list(space["lab"].log), shown
    finally:
        if "lab" in space:
            space["lab"].close()


@pytest.mark.timeout(1200)
def test_every_run_gives_one_log_and_one_text(repetitions: Repetitions) -> None:
    lesson = cells()
    with busy_machine():
        log, shown = run(lesson)
        assert len(log) > 100
        assert sum(map(bool, shown)) == len(lesson)
        for number in range(2, repetitions() + 1):
            again, shown_again = run(lesson)
            assert shown_again == shown, f"run {number} prints something else"
            assert again == log, f"run {number} has another log"
