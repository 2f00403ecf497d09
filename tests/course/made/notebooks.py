"""The notebooks of the lessons that are there for the tests only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import v4, write

from labserver.course import cells, content
from labserver.course.notebooks.committed import KERNELSPEC

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).parent
SETUP = f"""\
from pathlib import Path
from labserver.course import cells, content
content.__path__.append({str(HERE)!r})
cells.LESSONS = Path({{folder!r}})"""
"""What a kernel is told, so that it finds these lessons."""


def code(tag: str, name: str, source: str) -> Any:
    return v4.new_code_cell(source, id=name, metadata={"tags": [tag]})


def prose(tag: str, name: str, source: str) -> Any:
    return v4.new_markdown_cell(source, id=name, metadata={"tags": [tag]})


def write_lessons(folder: Path, *, setup: bool = False) -> Path:
    """Write the lessons' notebooks into a folder; return that of lesson 98."""
    first = [v4.new_code_cell(SETUP.format(folder=str(folder)), id="setup")] if setup else []
    filler = [v4.new_markdown_cell("\n\n".join(["Read on."] * 40), id="long")] if setup else []
    lesson = [
        *first,
        prose("step-98.0", "title", "# 98 · A small one"),
        code("step-98.0", "start", 'from labserver import course\nlab = course.start("98")'),
        prose("step-98.1", "one", "## Step 1 · Log in"),
        code(
            "step-98.1",
            "login",
            'pop = lab.device("laptop").dial("pop3")\npop.send("USER bob")\npop.send("PASS tulip")',
        ),
        *filler,
        prose("step-98.2", "two", "## Step 2 · Delete"),
        code("step-98.2", "ask", 'course.predict("98.2")'),
        code("step-98.2", "run", 'pop.send("DELE 1")'),
        code("step-98.2", "look", "lab.look()"),
        code("begin-98.E1", "begin", 'lab = course.exercise("98.E1")'),
        code("attempt-98.E1", "attempt", "# your lines"),
        code("check-98.E1", "check", 'course.check("98.E1")'),
        code("quiz-98", "quiz", 'course.quiz("98")'),
    ]
    before = [
        *first,
        prose("step-97.0", "title", "# 97 · The one before"),
        *filler,
        prose("step-97.1", "step-one", "## Step 1 · That"),
    ]
    for name, made in (("98-small", lesson), ("97-before", before)):
        metadata = {"kernelspec": KERNELSPEC}
        write(v4.new_notebook(cells=made, metadata=metadata), folder / f"{name}.ipynb")
    return folder / "98-small.ipynb"


def use(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the course of this process consist of these lessons, in a folder of their own."""
    write_lessons(folder)
    monkeypatch.setattr(content, "__path__", [str(HERE)])
    monkeypatch.setattr(cells, "LESSONS", folder)
    forget()
    monkeypatch.chdir(folder)


def forget() -> None:
    """Have the course look for its lessons again."""
    for cached in (content.numbers, cells.cells):
        cached.cache_clear()
