"""The lessons as files: found, read and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["LESSONS", "ROOT", "as_text", "find_lesson", "lessons", "read"]

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "notebooks"


def lessons(folder: Path = LESSONS) -> list[Path]:
    """Return the notebooks of a folder, in the order of their numbers."""
    return sorted(folder.glob("*.ipynb"))


def find_lesson(name: str, folder: Path = LESSONS) -> Path:
    """Return the lesson called by its number (`00`), stem or file name; raise LookupError."""
    stem = Path(name).stem
    for path in lessons(folder):
        if stem in (path.stem, path.stem.partition("-")[0]):
            return path
    known = ", ".join(path.stem for path in lessons(folder)) or "none"
    raise LookupError(f"There is no lesson {name}. The lessons are: {known}.")


def read(path: Path) -> NotebookNode:
    """Return a notebook in the newest format 4, in which each cell has an id."""
    import nbformat

    return cast("NotebookNode", nbformat.read(path, as_version=4))


def as_text(notebook: NotebookNode) -> str:
    """Return a notebook as it stands in its file: sorted keys, one newline at the end."""
    import nbformat

    return cast("str", nbformat.writes(notebook)).rstrip("\n") + "\n"
