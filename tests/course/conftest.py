"""Lessons that are there for the tests only, and a notebook's shell without a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from labserver.course import kernel
from labserver.course.exercises import outcomes
from labserver.course.questions import quizzes, waiting
from tests.course.made.notebooks import forget, use


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The lessons 97, 98 and 99 are the course, in a folder of their own, and nothing is done."""
    monkeypatch.setattr(outcomes, "_given", {})
    monkeypatch.setattr(quizzes, "_panels", {})
    monkeypatch.setattr(waiting, "_waits", {})
    use(monkeypatch, tmp_path)
    yield tmp_path
    forget()


@pytest.fixture
def cell(
    made: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """Runs a cell in IPython, under the id that a front end gives it; returns its value.

    A cell that fails gives the error's value.
    """
    assert made, "the course consists of the made lessons"
    settings = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell(config=settings, ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    running: dict[str, str] = {}
    shell.get_parent = lambda: {"metadata": running}
    monkeypatch.setattr(kernel, "_shell", lambda: shell)
    monkeypatch.setattr(kernel, "_after", [])
    monkeypatch.setattr(shell, "_showtraceback", lambda *_: None)

    def run(source: str, cell_id: str = "") -> Any:
        running.clear()
        running.update({"cellId": cell_id} if cell_id else {})
        result = shell.run_cell(source)
        if result.success:
            return result.result
        return str(result.error_in_exec or result.error_before_exec)

    run("from labserver import course")
    yield run
    lab = shell.user_ns.get("lab")
    if lab is not None:
        lab.close()
