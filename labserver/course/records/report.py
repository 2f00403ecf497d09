"""What has been done so far, as a table; and what one can do with the file that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from labserver.course import content
from labserver.course import words_en as words
from labserver.course.errors import CourseError
from labserver.course.kernel import install
from labserver.course.records.done import Progress, here
from labserver.course.telling import Told
from labserver.widgets.prose import as_html

__all__ = ["Report", "Row", "progress", "rows"]

_CELL = "padding:2px 10px;text-align:left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What has been done of a lesson, and how much of each there is."""

    number: str
    title: str
    predictions: tuple[int, int]
    exercises: tuple[int, int]
    quiz: tuple[int, int]

    @property
    def done(self) -> bool:
        """Whether all exercises are solved and all questions of the quiz answered."""
        counts = (self.exercises, self.quiz)
        return any(total for _, total in counts) and all(made == total for made, total in counts)


def rows(progress: Progress) -> tuple[Row, ...]:
    """Return what has been done, lesson by lesson."""
    return tuple(_row(number, progress) for number in content.numbers())


def _row(number: str, progress: Progress) -> Row:
    lesson = content.lesson(number)
    predictions = [each.key for each in lesson.steps if each.prediction is not None]
    exercises = [each.key for each in lesson.exercises]
    quiz = [each.key for each in lesson.quiz]
    return Row(
        number=number,
        title=lesson.title,
        predictions=(sum(key in progress.predictions for key in predictions), len(predictions)),
        exercises=(sum(progress.exercises.get(key, False) for key in exercises), len(exercises)),
        quiz=(sum(key in progress.quiz for key in quiz), len(quiz)),
    )


def progress() -> Report:
    """Return what has been done so far in the lessons of this folder."""
    install()
    return Report(here())


class Report:
    """A table of what has been done, which shows itself in a notebook.

    `export`, `take_in` and `reset` say what they did.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def rows(self) -> tuple[Row, ...]:
        """What has been done, lesson by lesson."""
        return rows(self._progress)

    def export(self, name: str) -> Told:
        """Write a copy to a file. Raises CourseError if that cannot be, or would destroy a file."""
        path = Path(name)
        try:
            if path.exists():
                Progress().take_in(path)
            self._progress.export(path)
        except ValueError:
            raise CourseError(words.other_file(path.name)) from None
        except OSError as error:
            raise CourseError(words.no_file(path.name, error.strerror or "")) from None
        return Told(words.exported(path.name))

    def take_in(self, name: str) -> Told:
        """Put what an exported file tells in place of what there is. Raises CourseError."""
        path = Path(name)
        try:
            self._progress.take_in(path)
        except ValueError as error:
            raise CourseError(f"{error}.") from None
        except OSError as error:
            raise CourseError(words.no_file(path.name, error.strerror or "")) from None
        return Told(self._progress.told or words.taken_in(path.name))

    def reset(self) -> Told:
        """Forget everything."""
        self._progress.reset()
        return Told(self._progress.told or words.COURSE["reset"])

    def __repr__(self) -> str:
        heads = words.HEADS
        table = [heads, *(_cells(row) for row in self.rows)]
        widths = [max(len(row[n]) for row in table) for n in range(len(heads))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        ]
        return "\n".join([*lines, "", *self._notes()])

    def _repr_html_(self) -> str:
        heads = "".join(
            f'<th scope="col" style="{_CELL}">{escape(head)}</th>' for head in words.HEADS
        )
        body = "".join(map(_row_html, self.rows))
        notes = "".join(f"<p>{as_html(note)}</p>" for note in self._notes())
        caption = f"<caption>{escape(words.COURSE['progress'])}</caption>"
        return (
            f'<div style="overflow-x:auto"><table>{caption}<thead><tr>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table>{notes}</div>"
        )

    def _notes(self) -> list[str]:
        if self._progress.told:
            return [self._progress.told, words.COURSE["keep"]]
        if self._progress.path is None:
            return [words.COURSE["nowhere"]]
        return [words.COURSE["keep"]]


def _cells(row: Row) -> tuple[str, ...]:
    counts = (row.predictions, row.exercises, row.quiz)
    return (row.number, row.title, *(words.of(*each) for each in counts), words.done(row.done))


def _row_html(row: Row) -> str:
    number, *cells = _cells(row)
    return (
        f'<tr><th scope="row" style="{_CELL}">{escape(number)}</th>'
        + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
    )
