"""The committed lessons: cleaned, looked at.

A committed notebook carries its outputs, so that it can be read without a kernel and compared with
what the cells say today. What differs from machine to machine or from run to run is taken out:
widget views (which mean nothing without their kernel), times, versions, tracebacks with paths.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from nbformat import NotebookNode

__all__ = ["KERNELSPEC", "WIDGET_VIEW", "clean", "problems"]

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
BANNED_TAGS = frozenset({"nbval-skip", "nbval-ignore-output"})
# A record of TLS as `labserver.devices.Onlooker` shows it.
_RECORD = re.compile(r"\[TLS [a-z ]+, [0-9]+ octets?\]")
# What an editor or a run leaves in a cell, and nobody meant to commit.
PASSING_METADATA = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted")


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
