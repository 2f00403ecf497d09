"""A kernel of its own for a lesson, as JupyterLab starts it when run.py starts JupyterLab."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient

from labserver.course.lessons import LESSONS
from labserver.course.notebooks.committed import WIDGET_VIEW
from labserver.course.notebooks.copies import KERNELS
from labserver.course.notebooks.running import client

if TYPE_CHECKING:
    from pathlib import Path

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SECONDS = 60
# What `%reset -f` does, without its search for garbage, which takes long.
FORGET = """for name in [each for each in globals() if not each.startswith("_")]:
    if name not in {"In", "Out", "exit", "get_ipython", "open", "quit", "name"}:
        del globals()[name]
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a cell left: what strict nbval compares, and its error, if any, line by line."""

    shown: tuple[tuple[str, str], ...]
    error: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it as text."""
        return "\n".join(text for _, text in self.shown)


class Kernel:
    """A running kernel, in a folder."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    def run(self, source: str) -> Ran:
        """Run a cell; an error is told, not raised."""
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["raises-exception"]})
        self._client.nb.cells = [cell]
        self._client.execute_cell(cell, 0)
        return ran(cell)

    def forget(self) -> None:
        """Take away all names that cells have made: the kernel is as new, but for its modules."""
        left = self.run(FORGET)
        assert left == Ran(()), left


def ran(cell: nbformat.NotebookNode) -> Ran:
    """Return what a cell left when it was run, or as it was committed."""
    shown: list[tuple[str, str]] = []
    error: tuple[str, ...] = ()
    for output in cell.outputs:
        if output.output_type == "stream":
            if shown and shown[-1][0] == output.name:
                shown[-1] = (output.name, shown[-1][1] + output.text)
            else:
                shown.append((output.name, output.text))
        elif output.output_type == "error":
            error = tuple(_COLOUR.sub("", line) for line in output.traceback)
            shown.append(("error", f"{output.ename}: {output.evalue}"))
        else:
            shown.extend(
                (kind, text)
                for kind, text in sorted(output.get("data", {}).items())
                if kind != WIDGET_VIEW and kind.startswith(("text/", "image/svg"))
            )
    return Ran(tuple(shown), error)


@contextmanager
def kernel(folder: Path = LESSONS) -> Iterator[Kernel]:
    """Yield a new kernel that works in `folder`."""
    old = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(KERNELS)
    try:
        started = client(nbformat.v4.new_notebook(), folder, seconds=SECONDS)
        with started.setup_kernel():
            yield Kernel(started)
    finally:
        if old is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = old
