"""What does not fit between a lesson's data and its notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.notebooks.prose import of_text

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from labserver.course.plan import Exercise, Lesson, Step

TAG = re.compile(r"(step|begin|attempt|check)-(\w+\.\w+)|(quiz|end)-(\w+)")


def tags(notebook: NotebookNode, lesson: Lesson) -> Iterator[str]:
    """Each code cell has one tag of the course, of this lesson, and the steps come in order."""
    steps = [step.key for step in lesson.steps]
    keys = {f"{lesson.number}.0", *steps, *(each.key for each in lesson.exercises), lesson.number}
    met: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        ours = [tag for tag in cell.metadata.get("tags", ()) if TAG.fullmatch(tag)]
        if cell.cell_type == "code" and len(ours) != 1:
            yield f"cell {number}: a code cell has one tag of the course, this one: {ours}"
        for tag in ours:
            kind, _, key = tag.partition("-")
            if key not in keys:
                yield f"cell {number}: {tag}: the lesson's data has no {key}"
            elif kind == "step" and key not in met:
                met.append(key)
    if [key for key in met if key in steps] != [key for key in steps if key in met]:
        yield f"the steps come in the order {met}"
    yield from (f"step {key}: no cell has its tag" for key in steps if key not in met)


def step(notebook: NotebookNode, given: Step) -> Iterator[str]:
    """A step has a heading with its title, a cell to run, and its prediction's cell."""
    cells = _tagged(notebook, f"step-{given.key}")
    heads = [
        text
        for cell in cells
        if cell.cell_type == "markdown"
        for _, _, text in of_text(cell.source).headings
    ]
    number = given.key.partition(".")[2]
    title = given.title.replace("`", "")
    wanted = f"Step {number} · {title}" + ("" if given.core else " (more)")
    if heads[:1] != [wanted]:
        yield f"step {given.key}: its heading is {heads[:1]}, not: {wanted}"
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    asked = [source for source in code if f'course.predict("{given.key}"' in source]
    if len(code) - len(asked) < 1:
        yield f"step {given.key}: no cell to run"
    if len(asked) != (given.prediction is not None):
        yield f"step {given.key}: {len(asked)} cells ask for its prediction"
    if asked and code[-1] in asked:
        yield f"step {given.key}: nothing is run after its prediction"


def exercise(notebook: NotebookNode, given: Exercise) -> Iterator[str]:
    """An exercise has three cells in order: where it begins, the learner's own, the check."""
    places = {
        kind: [
            number
            for number, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and f"{kind}-{given.key}" in cell.metadata.get("tags", ())
        ]
        for kind in ("begin", "attempt", "check")
    }
    found = [place for each in places.values() for place in each]
    if [len(each) for each in places.values()] != [1, 1, 1] or found != sorted(found):
        yield f"exercise {given.key}: not one begin, attempt and check, in this order: {places}"
        return
    begin, attempt, check = (notebook.cells[place].source for place in found)
    if f'course.exercise("{given.key}")' not in begin:
        yield f"exercise {given.key}: its first cell does not start it"
    if attempt.strip() != given.given.strip():
        yield f"exercise {given.key}: the learner's cell is not what its data gives: {attempt!r}"
    if f'course.check("{given.key}")' not in check:
        yield f"exercise {given.key}: its last cell does not check it"


def _tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]
