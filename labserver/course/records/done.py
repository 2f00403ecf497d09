"""What a learner has done, in a file beside the learner's copies of the lessons."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from labserver.course.lessons import LESSONS

__all__ = ["FILE", "Answer", "Progress", "here"]

FILE = "progress.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen first, by its index; whether that was right; how often it was asked again."""

    chosen: int
    right: bool
    again: int = 0


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a file tells."""

    predictions: dict[str, Answer]
    quiz: dict[str, Answer]
    exercises: dict[str, bool]


@dataclass(slots=True)
class Progress:
    """What has been done, by key. What is not of this version of the course is kept as it is.

    `path` None: nothing is kept, as in the course's own folder, whose lessons are compared. `told`
    is what a learner must know of the file. A lesson goes on whatever has become of it.
    """

    path: Path | None = None
    predictions: dict[str, Answer] = field(default_factory=dict)
    quiz: dict[str, Answer] = field(default_factory=dict)
    exercises: dict[str, bool] = field(default_factory=dict)
    told: str = ""

    @classmethod
    def read(cls, path: Path | None) -> Progress:
        """Return what a file tells. Without one: nothing has been done.

        A file that holds no progress of this course is set aside under another name; `told` says
        so. So it does of a file that cannot be read, which is let be.
        """
        progress = cls(path)
        progress._refresh()
        return progress

    def predicted(self, key: str, *, chosen: int, right: bool) -> None:
        """Note a prediction; the first one counts."""
        self._refresh()
        self.predictions.setdefault(key, Answer(chosen, right))
        self._write()

    def answered(self, key: str, *, chosen: int, right: bool) -> None:
        """Note an answer in a quiz; the first one counts."""
        self._refresh()
        self.quiz.setdefault(key, Answer(chosen, right))
        self._write()

    def recalled(self, key: str) -> None:
        """Note that a prediction was asked for again."""
        self._refresh()
        old = self.predictions.get(key)
        if old is not None:
            self.predictions[key] = Answer(old.chosen, old.right, old.again + 1)
            self._write()

    def solved(self, key: str) -> None:
        """Note that an exercise's goal was reached."""
        self._refresh()
        self.exercises[key] = True
        self._write()

    def reset(self) -> None:
        """Forget everything."""
        self._refresh()
        self._take(_Contents({}, {}, {}))
        self._write()

    def export(self, path: str | Path) -> Path:
        """Write everything to a file; return its path. Raises OSError."""
        target = Path(path)
        target.write_text(self._text(), encoding="utf-8")
        return target

    def take_in(self, path: str | Path) -> None:
        """Put what an exported file tells in place of what there is.

        Raises ValueError if it is no progress of this course, OSError; then nothing has changed.
        """
        contents = _contents(Path(path))
        self._refresh()
        self._take(contents)
        self._write()

    def _refresh(self) -> None:
        """Read again what another notebook has noted meanwhile."""
        if self.path is None:
            return
        try:
            self._take(_contents(self.path))
        except FileNotFoundError:
            pass
        except ValueError as error:
            self._set_aside(self.path, error)
        except OSError as error:
            self._let_be(self.path, error)

    def _set_aside(self, path: Path, why: ValueError) -> None:
        """Keep what cannot be understood: it may be all that a learner has."""
        names = (path.with_name(f"{path.stem}-unread-{n}{path.suffix}") for n in count(1))
        aside = next(each for each in names if not each.exists())
        try:
            path.replace(aside)
        except OSError as error:
            self._let_be(path, error)
        else:
            self.told = f"{why}. It is set aside as {aside.name}, and a new file begins."

    def _let_be(self, path: Path, why: OSError) -> None:
        self.path = None
        self.told = f"{path.name} cannot be used ({why.strerror}): nothing is kept from now on."

    def _take(self, contents: _Contents) -> None:
        self.predictions = contents.predictions
        self.quiz = contents.quiz
        self.exercises = contents.exercises

    def _text(self) -> str:
        return (
            json.dumps(
                {
                    "version": VERSION,
                    "predictions": {key: asdict(each) for key, each in self.predictions.items()},
                    "quiz": {key: asdict(each) for key, each in self.quiz.items()},
                    "exercises": self.exercises,
                },
                indent=1,
                sort_keys=True,
            )
            + "\n"
        )

    def _write(self) -> None:
        """Write the file whole or not at all: a full disk must not cost what was done before."""
        if self.path is None:
            return
        # Two notebooks may write at once.
        part = self.path.with_name(f"{self.path.stem}-{os.getpid()}.part")
        try:
            part.write_text(self._text(), encoding="utf-8")
            part.replace(self.path)
        except OSError as error:
            self._let_be(self.path, error)
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _contents(path: Path) -> _Contents:
    """Return what a file tells. Raises OSError; ValueError if it is no progress of this course."""
    octets = path.read_bytes()
    try:
        read: Any = json.loads(octets)
        if read["version"] != VERSION:
            raise ValueError(f"its version is {read['version']}")  # noqa: TRY301 - told below
        return _Contents(
            predictions={key: _answer(each) for key, each in read["predictions"].items()},
            quiz={key: _answer(each) for key, each in read["quiz"].items()},
            exercises={key: _yes_or_no(each) for key, each in read["exercises"].items()},
        )
    except KeyError as error:
        why = f"it has no {error}"
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        why = str(error)
    raise ValueError(f"{path.name} holds no progress of this course: {why}")


def _answer(read: dict[str, Any]) -> Answer:
    answer = Answer(**read)
    for each in (answer.chosen, answer.again):
        if type(each) is not int:
            raise ValueError(f"{each!r} is no whole number")
    _yes_or_no(answer.right)
    return answer


def _yes_or_no(read: object) -> bool:
    if not isinstance(read, bool):
        raise ValueError(f"{read!r} is neither true nor false")  # noqa: TRY004 - one kind of error
    return read


def here(folder: Path | None = None) -> Progress:
    """Return the progress of the lessons in a folder, by default the one that we are in."""
    folder = (folder or Path.cwd()).resolve()
    return Progress.read(None if folder == LESSONS else folder / FILE)
