"""Predictions: asked before a step's cell is run, answered by what happened.

No cell reads a prediction; a lesson runs the same whether any is made.
"""

from __future__ import annotations

from labserver.course import content
from labserver.course import words_en as words
from labserver.course.errors import CourseError
from labserver.course.kernel import install
from labserver.course.plan import Prediction
from labserver.course.questions.waiting import wait
from labserver.course.records.done import here
from labserver.course.steps import at
from labserver.errors import LabError
from labserver.widgets.question import Asked, Below, Questions, Reply, Tone

__all__ = ["predict"]


def predict(key: str, answer: str | None = None) -> Below:
    """Ask what will happen at a step; `answer` is the letter of an option, to answer by typing.

    Once the step's cell has been run, the panel says what was predicted and what happened; if
    nothing was, it offers to go back. Raises CourseError if the step asks nothing.
    """
    install()
    prediction = content.step(key).prediction
    if prediction is None:
        raise CourseError(f"Step {key} asks for no prediction.")
    return _Asking(key, prediction, answer).shown


class _Asking:
    """A prediction that is asked for, from the question to the verdict."""

    def __init__(self, key: str, prediction: Prediction, answer: str | None) -> None:
        self._key = key
        self._prediction = prediction
        self._progress = here()
        self._panel = Questions(
            words.COURSE["predict"],
            [Asked(ask=prediction.ask, options=prediction.options)],
            commit=words.COURSE["commit_prediction"],
            committed=self._committed,
            pressed=self._back,
            intro=words.type_prediction(key, "a"),
        )
        self._panel.foot(self._progress.told)
        self.shown = Below(self._panel)
        self._cell = wait(key, self._ran, self._given_up)
        if answer is not None:
            self._panel.answer(1, answer)

    @property
    def _step(self) -> str:
        return self._key.partition(".")[2]

    def _option(self, option: int) -> str:
        return f"{words.letter(option)} {self._prediction.options[option]}"

    def _committed(self, _question: int, option: int) -> None:
        right = option == self._prediction.answer
        self._progress.predicted(self._key, chosen=option, right=right)
        self._panel.foot(self._progress.told)
        self._panel.say(Reply(says=(words.predicted(self._option(option)),)))

    def _ran(self, whole: bool) -> bool:  # noqa: FBT001 - told by who waits
        """Judge what was predicted once all of the step is done; what was not, at once."""
        chosen = self._panel.standing().chosen
        if chosen is None:
            not_predicted = words.COURSE["not_predicted"]
            self._panel.say(Reply(says=(not_predicted,), button=words.back(self._step)))
        elif whole:
            self._judge(chosen)
        return chosen is None or whole

    def _judge(self, chosen: int) -> None:
        answer = self._prediction.answer
        verdict = words.judged(self._option(chosen), self._option(answer), right=chosen == answer)
        self._panel.say(
            Reply(
                says=(verdict, self._prediction.says),
                tone=Tone.RIGHT if chosen == answer else Tone.OTHER,
                right=answer,
            )
        )

    def _given_up(self) -> None:
        if self._panel.standing().open:
            self._panel.say(Reply(says=(words.COURSE["elsewhere"],)))

    def _back(self, _question: int) -> None:
        """Go back before the step, and ask again."""
        self._panel.say(Reply(says=(words.going(self._step),)))
        try:
            place = at(self._key)
        except LabError as error:
            self._panel.say(Reply(says=(str(error),), button=words.back(self._step)))
            return
        self.shown.put(place.map())
        self._panel.reopen(Reply(says=(words.again(self._step),)))
        wait(self._key, self._ran, self._given_up, asked_in=self._cell)
