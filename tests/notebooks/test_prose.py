"""The words and the form of the notebooks, for a reader of 14 to whom English is a second language.

What judges them is shown to find each fault in test_judges.py.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from labserver.course import content
from labserver.course.lessons import LESSONS, lessons, read
from labserver.course.pages.glossary import terms
from tests.notebooks import layout, saying, steps, wording
from tests.notebooks.citing import unknown
from tests.notebooks.prose import Page, of_text, page
from tests.notebooks.spelling import OURS, misspelt

FIRST_HALF = ("00", "01", "03", "04", "04b", "05", "06", "11")
ORDER = tuple(sorted({*FIRST_HALF, *content.numbers()}))
NUMBERED = [path for path in lessons() if path.stem[:2].isdigit()]
MODULES = sorted(saying.FOLDER.rglob("*.py"))


@pytest.fixture(scope="module", params=lessons(), ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def found(path: Path) -> Page:
    return page(read(path))


def test_headings_are_in_order(found: Page) -> None:
    assert list(layout.headings(found)) == []


def test_links_lead_somewhere(found: Page, path: Path) -> None:
    assert list(layout.links(found, path)) == []


def test_pictures_have_words(found: Page) -> None:
    assert list(layout.images(found)) == []


def test_tables_have_headers(found: Page) -> None:
    assert list(layout.tables(found)) == []


def test_sentences_are_short(found: Page) -> None:
    assert list(layout.length(found)) == []


def test_outputs_are_short_and_can_be_read_aloud(path: Path) -> None:
    assert list(layout.outputs(read(path))) == []


def test_words_are_spelt_as_the_british_do(found: Page) -> None:
    assert [f"cell {cell}: {word}" for cell, text in found.texts for word in misspelt(text)] == []


def test_every_section_cited_is_there(found: Page) -> None:
    wrong = []
    for cell, texts in groupby(found.texts, key=lambda each: each[0]):
        wrong += [f"cell {cell}: {each}" for each in unknown("\n".join(text for _, text in texts))]
    assert wrong == []


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_no_word_comes_before_its_lesson(path: Path) -> None:
    number = path.stem.partition("-")[0]
    assert list(wording.too_early(page(read(path)), number, ORDER, terms())) == []


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_words_for_today_are_told_as_in_the_glossary(path: Path) -> None:
    sources = [cell.source for cell in read(path).cells]
    assert list(wording.told_otherwise(sources)) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_data_of_a_lesson_is_spelt_and_cited_as_its_notebook(module: Path) -> None:
    wrong = []
    for line, text in saying.said(module):
        texts = [said for _, said in of_text(text).texts]
        wrong += [f"line {line}: {each}" for said in texts for each in misspelt(said)]
        wrong += [f"line {line}: {each}" for each in unknown(text)]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_sentences_of_the_data_are_short(module: Path) -> None:
    whole = Page(
        texts=[
            (line, said) for line, text in saying.said(module) for _, said in of_text(text).texts
        ]
    )
    assert list(layout.length(whole)) == []


@pytest.mark.parametrize("number", content.numbers())
def test_steps_and_exercises_stand_in_the_notebook_and_nothing_else(number: str) -> None:
    lesson = content.lesson(number)
    notebook = read(LESSONS / lesson.notebook)
    wrong = list(steps.tags(notebook, lesson))
    for step in lesson.steps:
        wrong += steps.step(notebook, step)
    for exercise in lesson.exercises:
        wrong += steps.exercise(notebook, exercise)
    assert wrong == []


def test_no_word_is_kept_that_no_text_has() -> None:
    """Words that only lessons still to come would have, or none, make spelling mistakes pass."""
    texts = [text for each in lessons() for _, text in page(read(each)).texts]
    texts += [text for module in MODULES for _, text in saying.said(module)]
    whole = "\n".join(texts).lower()
    assert [word for word in sorted(OURS) if word.lower() not in whole] == []


def test_the_first_half_of_the_course_has_enough_to_do() -> None:
    there = [content.lesson(number) for number in content.numbers()]
    if {lesson.number for lesson in there} < set(FIRST_HALF):
        return  # lessons are still to come: nothing is promised of a part
    predictions = sum(step.prediction is not None for each in there for step in each.steps)
    assert predictions >= 40
    assert sum(len(lesson.exercises) for lesson in there) >= 24
    assert sum(len(lesson.quiz) for lesson in there) >= 40
