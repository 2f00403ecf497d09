"""The command that looks after notebooks: the learner's copies, and the committed lessons.

From anywhere: ``python -m labserver.course.notebooks copy | fresh NN | rebuild``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from labserver.course.lessons import LESSONS, as_text, find_lesson, lessons, read
from labserver.course.notebooks.committed import clean, problems
from labserver.course.notebooks.copies import copy_lessons, fresh_copy, renew_pages
from labserver.course.pages import PAGES, is_as_made, made

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> int:
    """Run as a command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m labserver.course.notebooks")
    commands = parser.add_subparsers(required=True)
    part = commands.add_parser(
        "copy", help="make the learner's copies that are missing, and the pages anew"
    )
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
    for path in renew_pages():
        print(f"kept as my-lessons/{path.name}: a page that you had written in")
    return 0


def _fresh(options: argparse.Namespace) -> int:
    print(f"made my-lessons/{fresh_copy(find_lesson(options.lesson)).name}")
    return 0


def _rebuild(options: argparse.Namespace) -> int:
    pages = {name: LESSONS / f"{name}.ipynb" for name in PAGES}
    chosen = [pages.get(name) or find_lesson(name) for name in options.names] or lessons()
    if not chosen:
        raise LookupError("There are no lessons in notebooks/.")
    step = _look if options.check else _run_again
    return max(step(path) for path in chosen)


def _look(path: Path) -> int:
    notebook = read(path)
    found = problems(notebook)
    if not is_as_made(notebook, path):
        found.append("its cells are made from data, and differ: run  python3 run.py notebooks")
    if as_text(clean(notebook)) != path.read_text(encoding="utf-8"):
        found.append("not as the command writes it: run  python3 run.py notebooks")
    print(f"{path.name}: {'clean' if not found else ''}")
    for problem in found:
        print(f"  {problem}")
    return bool(found)


def _run_again(path: Path) -> int:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    from labserver.course.notebooks.running import execute  # slow to import

    print(f"{path.name}: running", flush=True)
    try:
        notebook = execute(path, made(path))
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
