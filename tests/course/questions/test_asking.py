"""Predictions: before a step's cell and after it, clicked or typed, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labserver import course
from labserver.course.errors import CourseError
from labserver.course.lessons import as_text, read
from labserver.course.notebooks.committed import problems
from labserver.course.notebooks.running import execute
from labserver.course.records.done import here
from labserver.widgets import MailMap
from tests.course.made.notebooks import code, write_lessons

Cell = Callable[..., Any]
ASK = 'course.predict("98.2")'
START = 'lab = course.start("98")'
LOGIN = 'pop = lab.device("laptop").dial("pop3")\npop.send("USER bob")\npop.send("PASS tulip")'
RUN = 'pop.send("DELE 1")'
GO_BACK = "Go back before step 2"


def said(shown: Any) -> str:
    return " ".join("".join(line) for line in shown.panel.view["questions"][0]["says"])


def button(shown: Any) -> str:
    return str(shown.panel.view["questions"][0]["button"])


@pytest.fixture
def at_step_2(cell: Cell) -> Cell:
    cell(START, "start")
    cell(LOGIN, "login")
    return cell


def test_what_is_committed_is_noted_and_judged_by_the_step_s_cell(
    at_step_2: Cell, made: Path
) -> None:
    cell = at_step_2
    shown = cell(ASK, "ask")
    assert said(shown) == ""
    shown.panel.wish = {"commit": [0, 0]}
    assert said(shown) == "You predict a) the laptop. Now run the cells that follow, and look."
    assert not here(made).predictions["98.2"].right
    cell(RUN, "run")
    assert said(shown) == (
        "You predicted a) the laptop. The answer is b) the server. DELE only marks."
    )
    assert shown.panel.view["questions"][0]["tone"] == "other"
    before = said(shown)
    cell("lab.look()", "look")
    assert said(shown) == before


def two_cells(made: Path) -> None:
    """Have a second cell do step 2, before the look."""
    path = made / "98-small.ipynb"
    notebook = read(path)
    place = next(n for n, each in enumerate(notebook.cells) if each.id == "run")
    notebook.cells.insert(place + 1, code("step-98.2", "run-on", 'pop.send("NOOP")'))
    path.write_text(as_text(notebook), encoding="utf-8")


def test_where_two_cells_do_the_step_the_verdict_comes_after_both(
    at_step_2: Cell, made: Path
) -> None:
    two_cells(made)
    shown = at_step_2('course.predict("98.2", "a")', "ask")
    at_step_2(RUN, "run")
    assert said(shown).startswith("You predict a)")
    at_step_2('pop.send("NOOP")', "run-on")
    assert said(shown).startswith("You predicted a)")


def test_where_two_cells_do_the_step_one_predicts_before_the_first(
    at_step_2: Cell, made: Path
) -> None:
    two_cells(made)
    shown = at_step_2(ASK, "ask")
    at_step_2(RUN, "run")
    assert said(shown).startswith("Not predicted")
    at_step_2('pop.send("NOOP")', "run-on")
    assert button(shown) == GO_BACK


def test_a_right_one_is_said_to_be_what_happened(at_step_2: Cell, made: Path) -> None:
    shown = at_step_2('course.predict("98.2", "B)")', "ask")
    assert "b) the server (your choice)" in shown.panel.text()
    at_step_2(RUN, "run")
    assert said(shown).startswith("You predicted b) the server. That is right.")
    assert shown.panel.view["questions"][0]["tone"] == "right"
    assert here(made).predictions["98.2"].right


def test_the_answer_is_in_no_face_before_the_cell_has_run(cell: Cell) -> None:
    shown = cell(ASK, "ask")
    everything = shown.panel.text() + shown.panel.html() + str(shown.panel.view)
    assert "only marks" not in everything
    assert "✓" not in everything


def test_not_predicted_then_back_then_predicted(at_step_2: Cell, made: Path) -> None:
    cell = at_step_2
    shown = cell(ASK, "ask")
    cell(RUN, "run")
    assert said(shown).startswith("Not predicted")
    assert "✓" not in shown.panel.text(), "who goes back can still predict"
    assert button(shown) == GO_BACK
    shown.panel.wish = {"commit": [0, 1]}
    assert here(made).predictions == {}, "it is too late to predict it now"
    old = cell("lab")
    shown.panel.wish = {"press": 0}
    assert said(shown).startswith("You are before step 2 again, in a new lab")
    assert old.closed
    assert cell("lab") is not old
    below = shown.children[1]
    assert isinstance(below, MailMap)
    assert "marked" not in below.text()
    shown.panel.wish = {"commit": [0, 1], "count": 2}
    cell(RUN, "run")
    assert said(shown).startswith("You predicted b) the server. That is right.")
    assert "marked" in str(below._repr_mimebundle_()[0]["text/plain"])
    assert here(made).predictions["98.2"].right


def test_going_back_twice_leaves_one_picture(at_step_2: Cell) -> None:
    shown = at_step_2(ASK, "ask")
    for count in (1, 2):
        at_step_2(RUN, "run")
        assert button(shown) == GO_BACK
        shown.panel.wish = {"press": 0, "count": count}
    assert len(shown.children) == 2


def test_if_one_cannot_go_back_the_panel_says_why(
    at_step_2: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_key: str) -> None:
        raise CourseError("The lesson's notebook is missing: 98-small.ipynb")

    shown = at_step_2(ASK, "ask")
    at_step_2(RUN, "run")
    monkeypatch.setattr("labserver.course.questions.asking.at", fails)
    shown.panel.wish = {"press": 0}
    assert said(shown) == "The lesson's notebook is missing: 98-small.ipynb"
    assert button(shown) == GO_BACK


@pytest.mark.parametrize("ids", [True, False])
def test_only_what_shows_it_counts(at_step_2: Cell, ids: bool) -> None:  # noqa: FBT001
    cell = at_step_2
    shown = cell(ASK, "ask" if ids else "")
    if ids:
        cell("1 + 1", "of-my-own")
        cell(LOGIN.replace("pop =", "other ="), "login")
        cell("2 + 2")
    cell("nobody.knows", "run" if ids else "")
    assert said(shown) == "", "a cell that failed has shown nothing"
    cell('course.predict("97.1")', "elsewhere" if ids else "")
    assert said(shown) == "", "nor has one that asks"
    cell(RUN, "run" if ids else "")
    assert said(shown).startswith("Not predicted")


def test_a_cell_that_fails_on_purpose_shows_it(at_step_2: Cell, made: Path) -> None:
    path = made / "98-small.ipynb"
    text = path.read_text(encoding="utf-8")
    at = text.index('"id": "run"')
    tags = '"tags": [\n     "raises-exception",'
    path.write_text(text[:at] + text[at:].replace('"tags": [', tags, 1), encoding="utf-8")
    shown = at_step_2(ASK, "ask")
    at_step_2("1 / 0", "run")
    assert said(shown).startswith("Not predicted")


def test_asked_again_the_older_one_says_so(at_step_2: Cell) -> None:
    first = at_step_2(ASK, "ask")
    second = at_step_2('course.predict("98.2", "a")', "of-my-own")
    assert said(first) == "This question is asked again in another cell."
    at_step_2(RUN, "run")
    assert said(first) == "This question is asked again in another cell."
    assert said(second).startswith("You predicted a) the laptop.")


def test_a_typed_answer_that_is_none_gets_a_message(cell: Cell, made: Path) -> None:
    shown = cell('course.predict("98.2", "z")', "ask")
    assert said(shown) == "“z” is none of the options. Type one of: a, b, c."
    assert here(made).predictions == {}


def test_a_step_that_asks_nothing_or_is_not_there(cell: Cell) -> None:
    assert cell('course.predict("98.1")') == "Step 98.1 asks for no prediction."
    assert "There is no step 98.9" in cell('course.predict("98.9")')


def test_outside_ipython_one_can_predict(made: Path) -> None:
    assert "a) the laptop" in repr(course.predict("98.2"))
    assert "You predict c) neither." in repr(course.predict("98.2", "c"))
    assert not here(made).predictions["98.2"].right


def test_a_broken_progress_file_is_said_where_one_asks(cell: Cell, made: Path) -> None:
    (made / "progress.json").write_text("{", encoding="utf-8")
    shown = cell(ASK, "ask")
    assert "set aside as progress-unread-1.json" in shown.panel.text()
    (made / "progress.json").write_text("{", encoding="utf-8")
    shown.panel.wish = {"commit": [0, 1]}
    assert "set aside as progress-unread-2.json" in shown.panel.text()
    assert here(made).predictions["98.2"].right


@pytest.mark.notebook
def test_a_lesson_as_committed_is_the_same_each_time_and_gives_nothing_away(tmp_path: Path) -> None:
    path = write_lessons(tmp_path, setup=True)
    first, second = execute(path), execute(path)
    assert as_text(first) == as_text(second)
    assert problems(first) == []
    outputs = json.dumps([cell.outputs for cell in first.cells if cell.cell_type == "code"])
    assert "After <code>DELE 1</code> and no <code>QUIT</code>" in outputs
    assert "no line has marked it" in outputs
    for answer in (
        "only marks",
        "It counts.",
        "In lesson 97",
        "Which line marks?",
        "Not predicted",
    ):
        assert answer not in outputs
    assert not (tmp_path / "progress.json").exists()
