"""What a learner has done, in a file beside the learner's copies of the lessons."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
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


@dataclass(slots=True)
class Progress:
    """What has been done, by key. What is not of this version of the course is kept as it is.

    `path` None: for this session only, as in the course's own folder, whose lessons are compared.
    """

    path: Path | None = None
    predictions: dict[str, Answer] = field(default_factory=dict)
    quiz: dict[str, Answer] = field(default_factory=dict)
    exercises: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> Progress:
        """Return what a file tells. Without one: nothing has been done.

        Raises ValueError, with the file's name, if it is no progress of this course.
        """
        progress = cls(path)
        if path is None or not path.exists():
            return progress
        progress._take(path)
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
        self.predictions, self.quiz, self.exercises = {}, {}, {}
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
        self._take(Path(path))
        self._write()

    def _refresh(self) -> None:
        """Read again what another notebook has noted meanwhile."""
        if self.path is not None and self.path.exists():
            with suppress(ValueError):
                self._take(self.path)

    def _take(self, path: Path) -> None:
        try:
            read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if read["version"] != VERSION:
                raise ValueError("another version")  # noqa: TRY301 - told with the others
            predictions = {key: Answer(**each) for key, each in read["predictions"].items()}
            quiz = {key: Answer(**each) for key, each in read["quiz"].items()}
            exercises = {str(key): bool(each) for key, each in read["exercises"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name} holds no progress of this course: {error}") from None
        self.predictions, self.quiz, self.exercises = predictions, quiz, exercises

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
        part = self.path.with_suffix(".part")
        part.write_text(self._text(), encoding="utf-8")
        part.replace(self.path)


def here(folder: Path | None = None) -> Progress:
    """Return the progress of the lessons in a folder, by default the one that we are in.

    Raises ValueError if its file can't be read as one.
    """
    folder = (folder or Path.cwd()).resolve()
    return Progress.read(None if folder == LESSONS else folder / FILE)
