"""Each question leads to the heading of the step that proves its answer."""

from __future__ import annotations

import pytest

from labserver.course import content
from labserver.course.cells import cells, head_of
from labserver.course.plan import Lesson, Question

LESSONS = [content.lesson(number) for number in content.numbers()]
ASKED = [
    question
    for lesson in LESSONS
    for question in (
        *lesson.opening,
        *lesson.quiz,
        *(each.prediction.again for each in lesson.steps if each.prediction is not None),
    )
]


@pytest.mark.parametrize("question", ASKED, ids=[each.key for each in ASKED])
def test_a_question_has_a_reason_for_each_option_and_leads_to_a_step(question: Question) -> None:
    assert len(question.reasons) == len(question.options) >= 2
    assert 0 <= question.answer < len(question.options)
    assert content.step(question.proof).key == question.proof
    number = question.proof.partition(".")[0]
    if cells(number):
        head = next(each for each in cells(number) if each.id == head_of(question.proof))
        assert head.kind == "markdown", "a step begins with its heading"


@pytest.mark.parametrize("lesson", LESSONS, ids=[each.number for each in LESSONS])
def test_a_prediction_has_an_answer_among_its_options(lesson: Lesson) -> None:
    for step in lesson.steps:
        if step.prediction is not None:
            assert 0 <= step.prediction.answer < len(step.prediction.options), step.key
