"""The table of what is done; the copy, taken in again; and beginning anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from labserver import course
from labserver.course.errors import CourseError
from labserver.course.lessons import LESSONS
from labserver.course.records.done import FILE, here
from labserver.course.records.report import rows


@pytest.fixture
def some(made: Path) -> Path:
    """A little is done."""
    progress = here(made)
    progress.predicted("97.2", chosen=0, right=False)
    progress.answered("98.Q1", chosen=0, right=True)
    progress.solved("98.E1")
    return made


def test_the_table_counts_what_is_done(some: Path) -> None:
    lines = [" ".join(line.split()) for line in repr(course.progress()).splitlines()]
    assert lines[:4] == [
        "lesson title predictions made exercises solved quiz answered done",
        "97 The one before 1 of 6 – –",
        "98 A small one 0 of 1 1 of 1 1 of 2",
        "99 The one after – – –",
    ]
    html = course.progress()._repr_html_()
    assert "<caption>What is done so far</caption>" in html
    assert html.count('<th scope="row"') == 3
    assert html.count('<th scope="col"') == 6
    here(some).answered("98.Q2", chosen=0, right=True)
    assert [row.done for row in course.progress().rows] == [False, True, False]
    assert "✓ done" in repr(course.progress()).splitlines()[2]


def test_a_copy_is_made_and_taken_in(some: Path) -> None:
    assert repr(course.progress().export("mine.json")) == (
        "Everything that is done so far is in `mine.json`, too."
    )
    course.progress().export("mine.json")
    assert repr(course.progress().reset()).startswith("Everything is forgotten")
    assert here(some).exercises == {}
    assert repr(course.progress().take_in("mine.json")) == (
        "What is done so far is now as `mine.json` tells it."
    )
    assert here(some).exercises == {"98.E1": True}


def test_no_other_file_is_written_over(some: Path) -> None:
    lesson = some / "98-small.ipynb"
    before = lesson.read_bytes()
    with pytest.raises(CourseError, match=r"There is a file 98-small\.ipynb already"):
        course.progress().export("98-small.ipynb")
    assert lesson.read_bytes() == before


def test_what_cannot_be_written_or_read_is_said(some: Path) -> None:
    with pytest.raises(CourseError, match=r"mine.json cannot be used: No such file or directory"):
        course.progress().export("nowhere/mine.json")
    with pytest.raises(CourseError, match=r"none.json cannot be used"):
        course.progress().take_in("none.json")
    with pytest.raises(CourseError, match=r"98-small.ipynb holds no progress of this course"):
        course.progress().take_in("98-small.ipynb")
    assert here(some).exercises == {"98.E1": True}


def test_a_file_that_was_set_aside_is_named(some: Path) -> None:
    (some / FILE).write_text("{", encoding="utf-8")
    assert "set aside as progress-unread-1.json" in repr(course.progress())


def test_the_course_s_own_folder_keeps_nothing(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LESSONS)
    assert "here nothing is noted" in repr(course.progress())
    assert rows(here(LESSONS)) == rows(here(made))
