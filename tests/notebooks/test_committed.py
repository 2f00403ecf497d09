"""The committed lessons went through `python3 run.py notebooks`, and say what they should."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from labserver.course.lessons import LESSONS, as_text, lessons
from labserver.course.notebooks.committed import clean, problems


def test_there_are_lessons() -> None:
    assert lessons(), f"no notebook in {LESSONS.name}/"


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_lesson_may_stand_as_committed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert problems(notebook) == []


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_lesson_is_as_the_command_writes_it(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert path.read_text(encoding="utf-8") == as_text(clean(notebook))


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_lesson_shows_no_place_of_one_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert str(LESSONS.parent) not in text
    assert str(Path.home()) + "/" not in text
    assert " at 0x" not in text
