"""The notebooks that are made from data are as the data have it."""

from __future__ import annotations

import pytest

from labserver.course.lessons import LESSONS, as_text, read
from labserver.course.pages import PAGES, is_as_made, made
from labserver.course.pages.glossary import terms
from tests.notebooks.prose import page


@pytest.mark.parametrize("name", PAGES)
def test_it_is_committed_as_it_is_made(name: str) -> None:
    path = LESSONS / f"{name}.ipynb"
    assert is_as_made(read(path), path), f"run  python3 run.py notebooks {name}"


@pytest.mark.parametrize("name", PAGES)
def test_it_is_the_same_each_time(name: str) -> None:
    assert as_text(PAGES[name]()) == as_text(PAGES[name]())


@pytest.mark.parametrize("name", PAGES)
def test_a_change_is_noticed(name: str) -> None:
    path = LESSONS / f"{name}.ipynb"
    for spoil in ("source", "id"):
        notebook = read(path)
        notebook.cells[0][spoil] += "x"
        assert not is_as_made(notebook, path)
    notebook = read(path)
    del notebook.cells[-1]
    assert not is_as_made(notebook, path)


def test_what_is_written_by_hand_is_let_be() -> None:
    path = LESSONS / "00-start-here.ipynb"
    assert made(path) is None
    assert is_as_made(read(path), path)
    assert made(LESSONS.parent / "elsewhere" / "glossary.ipynb") is None


def test_the_glossary_has_each_word_under_its_own_heading() -> None:
    headings = [text for _, level, text in page(PAGES["glossary"]()).headings if level == 3]
    assert headings == [term.name for term in terms()]
