"""The start page: the course from its data, what is done, and the learner's copy of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat import v4

from labserver import Lab
from labserver.course import content
from labserver.course.lessons import LESSONS, as_text, read
from labserver.course.notebooks.copies import renew_pages
from labserver.course.pages import PAGES
from labserver.course.pages.cells import untouched
from labserver.course.pages.start import path_name, start_page
from labserver.course.plan import Exercise, Lesson, Prediction, Question, Step
from labserver.course.records.done import FILE, Progress
from tests.notebooks import layout
from tests.notebooks.prose import page

QUESTION = Question(
    key="03.Q1", ask="?", options=("a", "b"), answer=0, reasons=("yes", "no"), proof="03.1"
)
PREDICTION = Prediction(ask="?", options=("a", "b"), answer=0, says="so", again=QUESTION)
EXERCISE = Exercise(
    key="03.E1",
    title="Fetch it",
    start=Lab,
    goal=lambda _attempt: None,
    given="",
    solution="",
    hints=("", "", ""),
    mistakes=(),
    done="Done.",
)
POP3 = Lesson(
    number="03",
    title="POP3 by hand",
    notebook="03-pop3-by-hand.ipynb",
    minutes=40,
    abilities=("run a session",),
    start=Lab,
    needs=("00",),
    steps=(
        Step(key="03.1", title="Who are you?", minutes=2, prediction=PREDICTION),
        Step(key="03.2", title="Two at *once*: BODY[]", minutes=3, core=False),
    ),
    exercises=(EXERCISE,),
    quiz=(QUESTION,),
)
SMTP = replace(
    POP3,
    number="01",
    title="SMTP by hand",
    notebook="01-smtp-by-hand.ipynb",
    needs=(),
    steps=(Step(key="01.1", title="A `socket`", minutes=44),),
    exercises=(replace(EXERCISE, key="01.E1"),),
    quiz=(replace(QUESTION, key="01.Q1"),),
)


@pytest.fixture(autouse=True)
def two_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "numbers", lambda: ("01", "03"))
    monkeypatch.setattr(content, "lesson", {"01": SMTP, "03": POP3}.__getitem__)


def shown(progress: Progress | None = None) -> str:
    return "\n".join(cell.source for cell in start_page(progress).cells)


def done_with(*lessons: Lesson) -> Progress:
    progress = Progress()
    for lesson in lessons:
        for step in lesson.steps:
            progress.predicted(step.key, chosen=0, right=True)
        for exercise in lesson.exercises:
            progress.solved(exercise.key)
        for question in lesson.quiz:
            progress.answered(question.key, chosen=1, right=False)
    return progress


def test_with_nothing_done_one_begins_with_the_first() -> None:
    text = shown()
    assert "**Begin with [lesson 01, SMTP by hand](01-smtp-by-hand.ipynb).**" in text
    assert "| [03 · POP3 by hand](03-pop3-by-hand.ipynb) | 40 | 0 of 1 | 0 of 1 | 0 of 1 |" in text
    assert text.count("not begun") == 4
    assert "**done**" not in text


def test_what_is_done_is_marked_and_one_goes_on_with_the_rest() -> None:
    progress = done_with(SMTP)
    progress.predicted("03.1", chosen=1, right=False)
    text = shown(progress)
    assert "**Go on with [lesson 03, POP3 by hand](03-pop3-by-hand.ipynb).**" in text
    assert "| 1 of 1 | 0 of 1 | 0 of 1 | begun |" in text
    assert re.search(r"Who are you\?\]\(03-pop3-by-hand\.ipynb#.*\) · 2 min · \*\*done", text)
    assert "Exercise E1 · Fetch it · **done**" in text


def test_a_lesson_is_done_with_its_exercises_and_its_quiz() -> None:
    progress = done_with(SMTP, POP3)
    assert "**You have done all lessons.**" in shown(progress)
    del progress.quiz["03.Q1"]
    assert "**Go on with [lesson 03" in shown(progress)
    progress = done_with(SMTP, POP3)
    progress.exercises["03.E1"] = False
    assert "**Go on with [lesson 03" in shown(progress)


def test_a_lesson_says_what_it_is_for_and_what_it_needs() -> None:
    text = shown()
    assert "40 minutes · after lesson 00 · not begun" in text
    assert "Afterwards you can:\n\n- run a session" in text


def test_paths_have_the_core_steps_only_and_their_minutes() -> None:
    short, core = shown().split("\n## ")[2:4]
    assert short.startswith("The 30-minute path\n\nCore steps only, together 2 minutes.")
    assert "Who are you?" in short
    assert "Two at" not in short
    assert "socket" not in short
    assert core.startswith("The 60-minute path\n\nCore steps only, together 46 minutes.")
    assert core.index("socket") < core.index("Who are you?")


@pytest.mark.parametrize(
    ("minutes", "name"),
    [
        (0, "30-minute"),
        (80, "90-minute"),
        (104, "90-minute"),
        (106, "2-hour"),
        (170, "3-hour"),
        (200, "3.5-hour"),
    ],
)
def test_a_path_is_called_by_its_length(minutes: int, name: str) -> None:
    assert path_name(minutes) == f"The {name} path"


def lessons_in(folder: Path) -> None:
    """Write the notebooks of the two lessons, as far as the start page looks at them."""
    for lesson in (SMTP, POP3):
        cells = [
            v4.new_markdown_cell("A step", id=f"id-{step.key[-1]}", metadata={"tags": [tag]})
            for step in lesson.steps
            for tag in [f"step-{step.key}"]
        ]
        text = as_text(v4.new_notebook(cells=cells))
        (folder / lesson.notebook).write_text(text, encoding="utf-8")


def test_links_reach_the_cells_of_the_notebooks_beside_the_page(tmp_path: Path) -> None:
    """Also of steps whose title has code, stars, brackets and question marks."""
    lessons_in(tmp_path)
    for name in ("glossary", "reference"):
        (tmp_path / f"{name}.ipynb").touch()
    found = page(start_page(folder=tmp_path))
    assert list(layout.links(found, tmp_path / "index.ipynb")) == []
    assert sum("#cell-id=id-" in link for _, link in found.links) == 6
    said = [text for _, text in found.texts if "Two at" in text]
    assert said
    assert all(text.startswith("Step 2 · Two at *once*: BODY[] (more)") for text in said)


def test_a_lesson_without_a_notebook_is_left_out(tmp_path: Path) -> None:
    lessons_in(tmp_path)
    (tmp_path / POP3.notebook).unlink()
    assert "POP3 by hand" not in "".join(cell.source for cell in start_page(folder=tmp_path).cells)


# ------------------------------------------------------------------------- the learner's copies


def test_the_learners_page_knows_what_is_done_and_is_made_anew(tmp_path: Path) -> None:
    lessons_in(tmp_path)
    assert renew_pages(LESSONS, tmp_path) == []
    mine = tmp_path / "index.ipynb"
    assert "Begin with" in mine.read_text(encoding="utf-8")
    done_with(SMTP).export(tmp_path / FILE)
    assert renew_pages(LESSONS, tmp_path) == []
    assert "Go on with" in mine.read_text(encoding="utf-8")
    assert Progress.read(tmp_path / FILE).exercises == {"01.E1": True}
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {FILE, SMTP.notebook, POP3.notebook, *(f"{name}.ipynb" for name in PAGES)}


def test_pages_to_look_things_up_have_their_outputs(tmp_path: Path) -> None:
    lessons_in(tmp_path)
    renew_pages(LESSONS, tmp_path)
    assert any(cell.get("outputs") for cell in read(tmp_path / "reference.ipynb").cells)


def test_a_page_that_was_run_is_renewed_and_one_written_in_is_kept(tmp_path: Path) -> None:
    lessons_in(tmp_path)
    renew_pages(LESSONS, tmp_path)
    path = tmp_path / "reference.ipynb"
    notebook = read(path)
    notebook.cells[1].outputs = []
    notebook.metadata["signature"] = "an editor's"
    path.write_text(as_text(notebook), encoding="utf-8")
    assert untouched(read(path))
    assert renew_pages(LESSONS, tmp_path) == []
    notebook.cells[0].source += "\n\nMy own words."
    for number in (2, 3):
        path.write_text(as_text(notebook), encoding="utf-8")
        kept = tmp_path / f"reference-{number}.ipynb"
        assert renew_pages(LESSONS, tmp_path) == [kept]
        assert "My own words" in kept.read_text(encoding="utf-8")
        assert "My own words" not in path.read_text(encoding="utf-8")


def test_what_is_no_notebook_is_kept_too(tmp_path: Path) -> None:
    (tmp_path / "index.ipynb").write_text("half a fi", encoding="utf-8")
    assert renew_pages(LESSONS, tmp_path) == [tmp_path / "index-2.ipynb"]
    assert (tmp_path / "index-2.ipynb").read_text(encoding="utf-8") == "half a fi"


def test_progress_that_cannot_be_read_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    lessons_in(tmp_path)
    renew_pages(LESSONS, tmp_path)
    text = (tmp_path / "index.ipynb").read_text(encoding="utf-8")
    assert "**Note.** progress.json" in text
    assert "not begun" in text
    (aside,) = tmp_path.glob("progress*.json")
    assert aside.name in text
    assert aside.read_text(encoding="utf-8") == "{"
