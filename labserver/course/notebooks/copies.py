"""The learner's own copies of the lessons, which give nothing away, and of the made pages."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from labserver.course.cells import EXPLAINS
from labserver.course.lessons import LESSONS, ROOT, as_text, lessons, read
from labserver.course.notebooks.committed import clean
from labserver.course.pages import PAGES
from labserver.course.pages.cells import untouched
from labserver.course.pages.start import start_page
from labserver.course.records.done import FILE, Progress

__all__ = ["KERNELS", "MY_LESSONS", "copy_lessons", "fresh_copy", "learner_copy", "renew_pages"]

MY_LESSONS = ROOT / "my-lessons"
KERNELS = Path(__file__).parents[1] / "jupyter"
"""For JUPYTER_PATH: the standard kernel, but it says what went wrong as the course does."""


def learner_copy(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook as a learner begins it: what would give the answers away is not shown.

    It has no outputs, and what explains a step is folded away until it is opened.
    """
    copied = clean(notebook)
    for cell in copied.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
        elif cell.source.startswith(EXPLAINS):
            cell.source = _folded(cell.source.removeprefix(EXPLAINS).lstrip())
    return copied


def _folded(text: str) -> str:
    return (
        "<details>\n<summary><b>Explain</b> (open it when you have run the cells above)</summary>"
        f"\n\n{text}\n\n</details>"
    )


def copy_lessons(source: Path = LESSONS, target: Path = MY_LESSONS) -> list[Path]:
    """Make the copies that are not there yet; return them. What a learner wrote is never touched.

    Raises OSError when the folder cannot be written.
    """
    target.mkdir(exist_ok=True)
    return [
        target / path.name
        for path in lessons(source)
        if path.stem not in PAGES
        and _write_new(target / path.name, as_text(learner_copy(read(path))))
    ]


def renew_pages(source: Path = LESSONS, target: Path = MY_LESSONS) -> list[Path]:
    """Make the pages anew: the start page with what is done, the others with their outputs.

    A page that a learner has written in is kept under another name; return those. Raises OSError
    when the folder cannot be written.
    """
    target.mkdir(exist_ok=True)
    texts = {"index": as_text(clean(start_page(Progress.read(target / FILE), target)))}
    for path in lessons(source):
        if path.stem in PAGES:
            texts.setdefault(path.stem, as_text(clean(read(path))))
    kept = []
    for name, text in texts.items():
        path = target / f"{name}.ipynb"
        if path.exists() and not _is_as_made(path):
            kept.append(path.rename(_free(path)))
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    return kept


def _is_as_made(path: Path) -> bool:
    try:
        return untouched(read(path))
    except ValueError:  # no notebook: somebody's own
        return False


def _free(path: Path) -> Path:
    """Return a name beside a file that nothing has."""
    number = 2
    while (free := path.with_name(f"{path.stem}-{number}.ipynb")).exists():
        number += 1
    return free


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
