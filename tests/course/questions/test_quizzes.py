"""Quizzes and what comes back: reasons, proofs, the score, and what is noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from labserver import course
from labserver.course.errors import CourseError
from labserver.course.lessons import LESSONS
from labserver.course.records.done import FILE, here

pytestmark = pytest.mark.usefixtures("made")


def links(panel: Any) -> list[Any]:
    return [each["link"] for each in panel.view["questions"]]


def asked(panel: Any) -> list[str]:
    return ["".join(each["ask"]) for each in panel.view["questions"]]


def test_each_answer_gets_its_reason_and_its_proof_and_the_end_its_score(made: Path) -> None:
    panel = course.quiz("98")
    assert links(panel) == [None, None]
    panel.wish = {"commit": [0, 1], "count": 1}
    assert panel.view["questions"][0]["says"] == [
        ["b) ", "DELE 1", " & more: It marks."],
        ["a) ", "STAT", ": It counts."],
    ]
    assert links(panel) == [{"text": "See it in step 2", "notebook": "", "cell": "two"}, None]
    assert panel.view["foot"] == ""
    panel.wish = {"commit": [1, 0], "count": 2}
    assert panel.view["questions"][1]["says"] == [["Yes. In lesson 97."]]
    assert links(panel)[1] == {
        "text": "See it in step 1 of lesson 97",
        "notebook": "97-before.ipynb",
        "cell": "step-one",
    }
    assert panel.view["foot"] == "1 of 2 right at the first go."
    assert [(key, each.right) for key, each in here(made).quiz.items()] == [
        ("98.Q1", False),
        ("98.Q2", True),
    ]


def test_typed_answers_go_to_the_panel_that_was_asked_for_last() -> None:
    panel = course.quiz("98")
    assert course.quiz("98", 1, "a") is panel
    assert course.quiz("98", 2, "a") is panel
    assert panel.view["foot"] == "2 of 2 right at the first go."
    fresh = course.quiz("98")
    assert fresh is not panel
    assert fresh.view["foot"] == ""
    assert course.quiz("98", 3, "a") is fresh
    assert "There is no question 3" in fresh.text()
    assert "“” is none of the options" in course.quiz("98", 1).text()


def test_typed_without_a_panel_makes_one() -> None:
    assert "Yes. In lesson 97." in course.recall("98", 1, "a").text()


def test_without_its_notebook_a_proof_is_left_out(made: Path) -> None:
    (made / "97-before.ipynb").unlink()
    panel = course.quiz("98", 2, "a")
    assert links(panel) == [None, None]


def test_what_was_wrong_comes_back_in_two_lessons(made: Path) -> None:
    assert asked(course.recall("98")) == ["When was it shown?"], "nothing is done: the standard"
    here(made).predicted("97.1", chosen=1, right=True)
    assert asked(course.recall("98")) == ["When was it shown?"], "nothing is wrong: the standard"
    here(made).predicted("97.2", chosen=0, right=False)
    panel = course.recall("98")
    assert asked(panel) == ["Which one was it, at step 2?"]
    assert "You predicted something else in the lessons before." in panel.text()
    assert here(made).predictions["97.2"].again == 0
    panel.answer(1, "b")
    assert here(made).predictions["97.2"].again == 1
    assert not here(made).predictions["97.2"].right, "the first one counts"
    here(made).predicted("98.2", chosen=0, right=False)
    panel = course.recall("99")
    # What has come back once already stands behind.
    assert asked(panel) == ["What does DELE do at once?", "Which one was it, at step 2?"]
    panel.answer(1, "a")
    assert here(made).predictions["98.2"].again == 1
    assert asked(course.recall("97")) == []


def test_four_come_back_at_once_and_the_others_the_next_time(made: Path) -> None:
    for step in range(1, 7):
        here(made).predicted(f"97.{step}", chosen=0, right=False)
    panel = course.recall("98")
    assert asked(panel) == [f"Which one was it, at step {step}?" for step in (1, 2, 3, 4)]
    for question in (1, 2, 3, 4):
        panel.answer(question, "b")
    assert asked(course.recall("99"))[:2] == [f"Which one was it, at step {n}?" for n in (5, 6)]


def test_what_is_of_another_course_does_not_come_back(made: Path) -> None:
    here(made).predicted("97.7", chosen=0, right=False)
    assert asked(course.recall("98")) == ["When was it shown?"]


def test_an_opening_is_not_noted_as_a_quiz(made: Path) -> None:
    course.recall("98", 1, "b")
    assert not (made / FILE).exists()


def test_where_nothing_is_to_be_asked_that_is_said() -> None:
    assert course.recall("99").text() == "What do you still know?\nThere is nothing to ask today."


def test_in_the_course_s_own_folder_the_faces_are_always_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(LESSONS)
    before = [panel("98").html() for panel in (course.recall, course.quiz)]
    course.quiz("98", 1, "a")
    course.recall("98", 1, "b")
    assert [panel("98").html() for panel in (course.recall, course.quiz)] == before
    assert not (LESSONS / FILE).exists()


def test_a_lesson_that_is_not_there_is_said() -> None:
    for function in (course.quiz, course.recall):
        with pytest.raises(CourseError, match="There is no lesson 96"):
            function("96")


def test_a_broken_progress_file_is_said(made: Path) -> None:
    (made / FILE).write_text("{", encoding="utf-8")
    assert "set aside as progress-unread-1.json" in course.recall("98").text()
