"""Quizzes: at the end of a lesson, and at the beginning of the next ones what was not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from labserver.course import content
from labserver.course import words_en as words
from labserver.course.cells import head_of
from labserver.course.kernel import install
from labserver.course.plan import Question
from labserver.course.records.done import Progress, here
from labserver.widgets.question import Asked, Link, Questions, Reply, Tone

__all__ = ["quiz", "recall"]

_BACK = 2
"""What was predicted wrong comes back in so many lessons."""
_AT_ONCE = 4
"""So many come back at once: what is left comes in the next lesson."""


_panels: dict[tuple[str, str], Questions] = {}
"""The panel of each lesson that was asked for last: what is typed is answered there."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A question, and the step whose prediction it asks for again; empty if it is no such.

    `more`: it is about a step that can wait.
    """

    question: Question
    step: str = ""
    more: bool = False

    @property
    def ask(self) -> str:
        """What is asked, as the panel has it."""
        return f"{self.question.ask} {words.COURSE['more']}" if self.more else self.question.ask


def _is_more(key: str) -> bool:
    """Tell whether a step is marked more; the parts of a lesson without a number are not."""
    return key.partition(".")[2].isdecimal() and not content.step(key).core


def quiz(number: str, question: int | None = None, answer: str | None = None) -> Questions:
    """Ask the questions of a lesson's quiz, each answered with a reason, and a score at the end.

    With a question's number, from 1, and the letter of an option it is answered in the panel that
    was asked for last, which is returned. Raises CourseError if there is no such lesson.
    """
    return _panel(_quiz, number, question, answer)


def recall(number: str, question: int | None = None, answer: str | None = None) -> Questions:
    """Ask again what was predicted wrong in the two lessons before; else the lesson's own opening.

    At most four are asked again.

    One answers as in `quiz`. Raises CourseError if there is no such lesson.
    """
    return _panel(_recall, number, question, answer)


def _panel(
    make: Callable[[str], Questions], number: str, question: int | None, answer: str | None
) -> Questions:
    install()
    kept = (make.__name__, number)
    if question is None or kept not in _panels:
        _panels[kept] = make(number)
    if question is not None:
        _panels[kept].answer(question, answer or "")
    return _panels[kept]


def _quiz(number: str) -> Questions:
    progress = here()

    def note(item: _Item, chosen: int, right: bool) -> None:  # noqa: FBT001
        progress.answered(item.question.key, chosen=chosen, right=right)

    items = [_Item(each, more=_is_more(each.proof)) for each in content.lesson(number).quiz]
    more = words.COURSE["of_more"] if any(item.more for item in items) else ""
    intro = " ".join(filter(None, (more, words.type_answer("quiz", number))))
    return _Paper(words.COURSE["quiz"], number, items, progress, note, intro=intro).panel


def _recall(number: str) -> Questions:
    progress = here()

    def note(item: _Item, _chosen: int, _right: bool) -> None:  # noqa: FBT001
        if item.step:
            progress.recalled(item.step)

    items = _wrong(number, progress)[:_AT_ONCE]
    intro = words.COURSE["again"] if items else ""
    items = items or [_Item(each) for each in content.lesson(number).opening]
    typed = words.type_answer("recall", number) if items else words.COURSE["nothing"]
    intro = " ".join(filter(None, (intro, typed)))
    return _Paper(words.COURSE["recall"], number, items, progress, note, intro=intro).panel


def _wrong(number: str, progress: Progress) -> list[_Item]:
    """Return what was predicted wrong in the lessons before: what came back least first."""
    content.lesson(number)  # It says so if there is none.
    place = content.numbers().index(number)
    wrong: list[tuple[int, _Item]] = []
    for each in content.numbers()[max(0, place - _BACK) : place]:
        for step in content.lesson(each).steps:
            answer = progress.predictions.get(step.key)
            if step.prediction is not None and answer is not None and not answer.right:
                wrong.append((answer.again, _Item(step.prediction.again, step.key)))
    return [item for _, item in sorted(wrong, key=lambda each: each[0])]


class _Paper:
    """Several questions, each answered with its reason as soon as it is answered."""

    def __init__(
        self,
        title: str,
        number: str,
        items: Sequence[_Item],
        progress: Progress,
        note: Callable[[_Item, int, bool], None],
        *,
        intro: str,
    ) -> None:
        self._number = number
        self._items = items
        self._progress = progress
        self._note = note
        self._right: dict[int, bool] = {}
        self.panel = Questions(
            title,
            [Asked(ask=each.ask, options=each.question.options) for each in items],
            commit=words.COURSE["commit"],
            committed=self._committed,
            intro=intro,
        )
        self.panel.foot(progress.told)

    def _committed(self, at: int, option: int) -> None:
        item = self._items[at]
        question = item.question
        right = option == question.answer
        self._right[at] = right
        self._note(item, option, right)
        self.panel.say(
            Reply(
                says=tuple(_said(question, option)),
                tone=Tone.RIGHT if right else Tone.OTHER,
                right=question.answer,
                link=self._proof(question),
            ),
            at,
        )
        if len(self._right) == len(self._items):
            score = words.score(sum(self._right.values()), len(self._items))
            self.panel.foot(" ".join(filter(None, (score, self._progress.told))))
        else:
            self.panel.foot(self._progress.told)

    def _proof(self, question: Question) -> Link | None:
        number, _, step = question.proof.partition(".")
        if not step:
            return None
        cell = head_of(question.proof)
        if not cell:
            return None
        if number == self._number:
            return Link(text=words.proof(step, ""), cell=cell)
        notebook = content.lesson(number).notebook
        return Link(text=words.proof(step, number), cell=cell, notebook=notebook)


def _said(question: Question, option: int) -> Iterator[str]:
    if option == question.answer:
        yield f"{words.COURSE['right']} {question.reasons[option]}"
        return
    for each in (option, question.answer):
        yield f"{words.letter(each)} {question.options[each]}: {question.reasons[each]}"
