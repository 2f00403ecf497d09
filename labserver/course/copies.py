"""The learner's own copies of the lessons, which give nothing away."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from labserver.course.committed import clean
from labserver.course.lessons import LESSONS, ROOT, as_text, lessons, read

__all__ = ["KERNELS", "MY_LESSONS", "copy_lessons", "fresh_copy", "learner_copy"]

MY_LESSONS = ROOT / "my-lessons"
KERNELS = Path(__file__).parent / "jupyter"
"""For JUPYTER_PATH: the standard kernel, but it says what went wrong as the course does."""


def learner_copy(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook as a learner begins it: no outputs, which would give the answers away."""
    copied = clean(notebook)
    for cell in copied.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return copied


def copy_lessons(source: Path = LESSONS, target: Path = MY_LESSONS) -> list[Path]:
    """Make the copies that are not there yet; return them. What a learner wrote is never touched.

    Raises OSError when the folder cannot be written.
    """
    target.mkdir(exist_ok=True)
    return [
        target / path.name
        for path in lessons(source)
        if _write_new(target / path.name, as_text(learner_copy(read(path))))
    ]


def fresh_copy(lesson: Path, target: Path = MY_LESSONS) -> Path:
    """Make a new copy of one lesson beside those that are there; return its path.

    Raises OSError when the folder cannot be written.
    """
    target.mkdir(exist_ok=True)
    text = as_text(learner_copy(read(lesson)))
    copy, number = target / lesson.name, 2
    while not _write_new(copy, text):
        copy = target / f"{lesson.stem}-{number}.ipynb"
        number += 1
    return copy


def _write_new(path: Path, text: str) -> bool:
    """Write a file unless it is there. Half a file (a full disk) is not left behind."""
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(text)
    except BaseException:
        path.unlink()
        raise
    return True
