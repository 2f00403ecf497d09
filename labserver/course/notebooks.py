"""The committed lessons and the learner's copies: executed, cleaned, looked at, copied.

A committed notebook carries its outputs, so that it can be read without a kernel and compared with
what the cells say today. What differs from machine to machine or from run to run is taken out:
widget views (which mean nothing without their kernel), times, versions, tracebacks with paths.

Run as a command, from anywhere: ``python -m labserver.course.notebooks copy | fresh NN | rebuild``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, cast

import nbformat
from nbformat import NotebookNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "KERNELSPEC",
    "LESSONS",
    "MY_LESSONS",
    "WIDGET_VIEW",
    "as_text",
    "clean",
    "copy_lessons",
    "execute",
    "find_lesson",
    "fresh_copy",
    "learner_copy",
    "lessons",
    "main",
    "problems",
]

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "notebooks"
MY_LESSONS = ROOT / "my-lessons"

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_SECONDS = 60
BANNED_TAGS = frozenset({"nbval-skip", "nbval-ignore-output"})
# A record of TLS as `labserver.devices.Onlooker` shows it.
_RECORD = re.compile(r"\[TLS [a-z ]+, [0-9]+ octets?\]")
# What an editor or a run leaves in a cell, and nobody meant to commit.
PASSING_METADATA = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted")
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


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
    return cast("NotebookNode", nbformat.read(path, as_version=4))


def as_text(notebook: NotebookNode) -> str:
    """Return a notebook as it stands in its file: sorted keys, one newline at the end."""
    return cast("str", nbformat.writes(notebook)).rstrip("\n") + "\n"


# ---------------------------------------------------------------------------------- committed


def clean(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what would differ elsewhere or mean nothing there."""
    cleaned = deepcopy(notebook)
    cleaned.nbformat, cleaned.nbformat_minor = 4, 5
    cleaned.metadata.pop("widgets", None)
    cleaned.metadata["kernelspec"] = dict(KERNELSPEC)
    cleaned.metadata["language_info"] = deepcopy(LANGUAGE)
    used: set[str] = set()
    for number, cell in enumerate(cleaned.cells):
        if not cell.get("id") or cell.id in used:
            cell.id = _made_id(number, cell.source)
        used.add(cell.id)
        for key in PASSING_METADATA:
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", ()):
            _clean_output(output)
    return cleaned


def _made_id(number: int, source: str) -> str:
    """Return an id that is the same whenever the same cell is given one."""
    return hashlib.sha256(f"{number}:{source}".encode()).hexdigest()[:8]


def _clean_output(output: NotebookNode) -> None:
    if output.output_type == "error":
        # Frames hold the paths of this machine; what is compared is the name and the value.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        output.metadata.pop(WIDGET_VIEW, None)


def problems(notebook: NotebookNode) -> list[str]:
    """Return what is wrong with a notebook as committed: empty when it may stand."""
    return [*_notebook_problems(notebook), *_cell_problems(notebook)]


def _notebook_problems(notebook: NotebookNode) -> Iterator[str]:
    if "widgets" in notebook.metadata:
        yield "saved widget state: converters would fetch the widget from elsewhere"
    if notebook.metadata.get("kernelspec") != KERNELSPEC:
        yield "the kernelspec is not the standard one"
    if notebook.metadata.get("language_info") != LANGUAGE:
        yield "the language is not the standard one"
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) < len(ids):
        yield "a cell has no id, or two have the same"


def _cell_problems(notebook: NotebookNode) -> Iterator[str]:
    count = 0
    for number, cell in enumerate(notebook.cells, start=1):
        where = f"cell {number} ({cell.get('id')})"
        for tag in sorted(BANNED_TAGS.intersection(cell.metadata.get("tags", ()))):
            yield f"{where}: the tag {tag} keeps it from being compared"
        for key in PASSING_METADATA:
            if key in cell.metadata:
                yield f"{where}: metadata {key}"
        if cell.cell_type != "code":
            continue
        count += 1
        if not cell.source.strip():
            yield f"{where}: it is empty"
        if cell.source.rstrip().endswith(";"):
            yield f"{where}: ends in a semicolon, which hides the output here and not in the check"
        if cell.execution_count != count:
            # A cell without a count is silently not compared; another order is another story.
            yield f"{where}: not run, or not in order (count {cell.execution_count}, not {count})"
        for output in cell.outputs:
            for problem in _output_problems(output, cell.metadata.get("tags", ())):
                yield f"{where}: {problem}"


def _output_problems(output: NotebookNode, tags: Sequence[str]) -> Iterator[str]:
    if output.output_type == "error":
        if "raises-exception" not in tags:
            yield f"an error nobody expected: {output.ename}"
        if len(output.traceback) > 1:
            yield "a traceback with paths of one machine"
    elif output.output_type == "stream" and output.name == "stderr":
        yield "something was written to stderr"
    elif "data" in output:
        if WIDGET_VIEW in output.data:
            yield "a widget view, which means nothing without its kernel"
        if not set(output.data) - {WIDGET_VIEW}:
            yield "an output that shows nothing without a kernel"
    if _RECORD.search(json.dumps(output)):
        yield "records of TLS, which differ in each run: an onlooker is for looking at live"


def execute(path: Path) -> NotebookNode:
    """Run a lesson's cells in a new kernel; return it cleaned.

    Raises nbclient's CellExecutionError (a cell failed) or CellTimeoutError.
    """
    from nbclient import NotebookClient

    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name=KERNELSPEC["name"],
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()
    return clean(notebook)


# ------------------------------------------------------------------------------ the learner's


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


# -------------------------------------------------------------------------------- the command


def main(words: Sequence[str] | None = None) -> int:
    """Run as a command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m labserver.course.notebooks")
    commands = parser.add_subparsers(required=True)
    part = commands.add_parser("copy", help="make the learner's copies that are missing")
    part.set_defaults(command=_copy)
    part = commands.add_parser("fresh", help="make a new copy of a lesson beside the old one")
    part.add_argument("lesson")
    part.set_defaults(command=_fresh)
    part = commands.add_parser("rebuild", help="run the committed lessons again and clean them")
    part.add_argument("--check", action="store_true", help="look only; run and write nothing")
    part.add_argument("names", nargs="*")
    part.set_defaults(command=_rebuild)
    options = parser.parse_args(words)
    try:
        return int(options.command(options))
    except (LookupError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _copy(_options: argparse.Namespace) -> int:
    for path in copy_lessons():
        print(f"made my-lessons/{path.name}")
    return 0


def _fresh(options: argparse.Namespace) -> int:
    print(f"made my-lessons/{fresh_copy(find_lesson(options.lesson)).name}")
    return 0


def _rebuild(options: argparse.Namespace) -> int:
    chosen = [find_lesson(name) for name in options.names] or lessons()
    if not chosen:
        raise LookupError("There are no lessons in notebooks/.")
    step = _look if options.check else _run_again
    return max(step(path) for path in chosen)


def _look(path: Path) -> int:
    notebook = read(path)
    found = problems(notebook)
    if as_text(clean(notebook)) != path.read_text(encoding="utf-8"):
        found.append("not as the command writes it: run  python3 run.py notebooks")
    print(f"{path.name}: {'clean' if not found else ''}")
    for problem in found:
        print(f"  {problem}")
    return bool(found)


def _run_again(path: Path) -> int:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    print(f"{path.name}: running", flush=True)
    try:
        notebook = execute(path)
    except (CellExecutionError, CellTimeoutError) as error:
        print(f"  not written: {error}")
        return 1
    path.write_text(as_text(notebook), encoding="utf-8", newline="\n")
    found = problems(notebook)
    for problem in found:
        print(f"  {problem}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
