"""Each lesson does what its data says: solutions, mistakes, steps; and any order of its cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labserver.course import content
from labserver.course.lessons import LESSONS, read
from labserver.course.plan import Exercise
from tests.notebooks.kernel import Kernel, Ran, kernel, ran

# With several workers, each lesson keeps to one: it has one kernel.
LESSON_NUMBERS = [
    pytest.param(number, marks=pytest.mark.xdist_group(number)) for number in content.numbers()
]
LONGEST_ERROR = 3
"""So many lines may a message of ours have: a traceback has more."""


@pytest.fixture(scope="module", params=LESSON_NUMBERS)
def number(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def cells(number: str) -> list[tuple[str, str, Ran]]:
    """The code cells: tag, text, and what was committed."""
    return [
        (tag, cell.source, ran(cell))
        for cell in read(LESSONS / content.lesson(number).notebook).cells
        if cell.cell_type == "code"
        for tag in cell.metadata.get("tags", ["untagged"])
        if tag != "raises-exception"
    ]


@pytest.fixture(scope="module")
def running(number: str) -> Iterator[Kernel]:
    with kernel() as started:
        yield started


def text_of(cells: list[tuple[str, str, Ran]], tag: str) -> str:
    """Return the text of the one cell with a tag."""
    found = [source for each, source, _ in cells if each == tag]
    assert len(found) == 1, f"{tag}: {len(found)} cells"
    return found[0]


def test_the_solutions_in_the_notebook_reach_their_goals(
    number: str, cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    """The whole notebook is run, with each solution in the learner's cell."""
    solutions = {f"attempt-{each.key}": each.solution for each in content.lesson(number).exercises}
    checked = []
    for tag, source, committed in cells:
        left = running.run(solutions.get(tag, source))
        if tag.startswith("check-"):
            exercise = content.exercise(tag.removeprefix("check-"))
            assert exercise.done in left.text, f"{tag}: {left.text}"
            checked.append(exercise.key)
        elif tag not in solutions:
            assert left.error == committed.error, (tag, source, left)
    assert checked == [each.key for each in content.lesson(number).exercises]


def attempt(
    exercise: Exercise, lines: str, cells: list[tuple[str, str, Ran]], running: Kernel
) -> Ran:
    """Begin an exercise, do these lines, and return what the check says."""
    running.run("from labserver import course")
    assert running.run(text_of(cells, f"begin-{exercise.key}")).error == ()
    if lines:
        running.run(lines)
    return running.run(text_of(cells, f"check-{exercise.key}"))


def test_each_mistake_gets_its_own_message(
    number: str, cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    for exercise in content.lesson(number).exercises:
        said = set()
        assert len(exercise.mistakes) > 1, exercise.key
        for mistake in exercise.mistakes:
            left = attempt(exercise, mistake.lines, cells, running)
            assert mistake.says in left.text, f"{exercise.key}, {mistake.lines}: {left.text}"
            assert exercise.done not in left.text
            said.add(left.text)
        assert len(said) == len(exercise.mistakes), f"{exercise.key}: mistakes told alike"


def test_an_empty_attempt_fails_and_so_does_what_is_given(
    number: str, cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    for exercise in content.lesson(number).exercises:
        assert text_of(cells, f"attempt-{exercise.key}") == exercise.given
        for lines in ("", exercise.given):
            left = attempt(exercise, lines, cells, running)
            assert left.error == ()
            assert exercise.done not in left.text, exercise.key
        committed = next(each for tag, _, each in cells if tag == f"check-{exercise.key}")
        assert committed.shown == left.shown


def test_each_step_is_reached_at_once_and_goes_on_to_the_end_as_committed(
    number: str, cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    steps = [tag for tag, _, _ in cells if tag.startswith("step-")]
    for step in content.lesson(number).steps:
        running.forget()
        running.run("from labserver import Lab, course")
        assert running.run(f'course.at("{step.key}")').error == ()
        rest = steps.index(f"step-{step.key}")
        told = [each for each in cells if each[0].startswith("step-")][rest:]
        for tag, source, committed in told:
            left = running.run(source)
            assert left.shown == committed.shown, f"at {step.key}, cell of {tag}: {source}"


def test_the_core_steps_alone_run_in_order(
    number: str, cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    core = {f"step-{each.key}" for each in content.lesson(number).steps if each.core}
    running.forget()
    for tag, source, committed in cells:
        if tag in core or tag == f"step-{number}.0":
            left = running.run(source)
            assert left.error == committed.error, f"{tag}: {source}: {left}"


def test_run_twice_in_one_kernel_it_says_the_same(
    cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    running.forget()
    for _ in range(2):
        for tag, source, committed in cells:
            assert running.run(source).shown == committed.shown, f"{tag}: {source}"


def test_a_cell_out_of_order_says_what_to_do(
    cells: list[tuple[str, str, Ran]], running: Kernel
) -> None:
    """Each cell alone, in a kernel that has run nothing, and after the first cell only."""
    for first in ("", cells[0][1]):
        for tag, source, _ in cells:
            running.forget()
            if first:
                running.run(first)
            left = running.run(source)
            assert len(left.error) <= LONGEST_ERROR, f"{tag}: {source}: {left.error}"


def test_progress_is_not_kept_in_the_committed_lessons_folder() -> None:
    assert [path.name for path in Path(LESSONS).glob("*.json")] == []
