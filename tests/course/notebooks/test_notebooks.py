"""Cleaning, judging, copying and running lessons."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat import v4

from labserver.course.lessons import as_text, find_lesson, lessons
from labserver.course.notebooks import __main__ as command
from labserver.course.notebooks import copies
from labserver.course.notebooks.committed import WIDGET_VIEW, clean, problems
from labserver.course.notebooks.copies import copy_lessons, fresh_copy, learner_copy
from labserver.course.notebooks.running import execute
from labserver.devices import Onlooker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def shown(data: dict[str, Any]) -> Any:
    return v4.new_output("display_data", data=data)


def lesson() -> Any:
    """Return a small lesson as a run would leave it, with all that must go."""
    ran = v4.new_code_cell(
        "print(1)",
        id="one",
        execution_count=1,
        outputs=[
            v4.new_output("stream", text="1\n"),
            shown({WIDGET_VIEW: {"model_id": "f00"}, "text/plain": "a picture"}),
        ],
        metadata={"execution": {"iopub.execute_input": "2001-01-01T00:00:00Z"}},
    )
    failed = v4.new_code_cell(
        "1 / 0",
        id="two",
        execution_count=2,
        outputs=[
            v4.new_output(
                "error",
                ename="ZeroDivisionError",
                evalue="division by zero",
                traceback=["File a/path:1", "ZeroDivisionError"],
            )
        ],
        metadata={"tags": ["raises-exception"]},
    )
    return v4.new_notebook(
        cells=[v4.new_markdown_cell("# A lesson", id="head"), ran, failed],
        metadata={
            "widgets": {"state": {}},
            "kernelspec": {"name": "mine", "display_name": "Mine", "language": "python"},
            "language_info": {"name": "python", "version": "3.12.1"},
        },
    )


def test_clean_leaves_a_lesson_that_may_stand() -> None:
    dirty = lesson()
    assert problems(dirty)
    cleaned = clean(dirty)
    assert problems(cleaned) == []
    assert cleaned.cells[1].outputs[1].data == {"text/plain": "a picture"}
    assert cleaned.cells[2].outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    nbformat.validate(cleaned)


def test_clean_touches_only_its_copy_and_is_done_after_once() -> None:
    dirty = lesson()
    before = deepcopy(dirty)
    once = clean(dirty)
    assert dirty == before
    assert as_text(clean(once)) == as_text(once)


def test_ids_are_made_the_same_each_time_and_once_each() -> None:
    notebook = lesson()
    for cell in notebook.cells:
        cell.id = "same"
    first, second = clean(notebook), clean(notebook)
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in second.cells]
    assert len(set(ids)) == len(ids)
    assert ids[0] == "same"


def spoil_tag(notebook: Any) -> None:
    notebook.cells[1].metadata["tags"] = ["nbval-skip"]


def spoil_count(notebook: Any) -> None:
    notebook.cells[1].execution_count = None


def spoil_order(notebook: Any) -> None:
    notebook.cells[1].execution_count = 7


def spoil_semicolon(notebook: Any) -> None:
    notebook.cells[1].source = "1;\n"


def spoil_error(notebook: Any) -> None:
    notebook.cells[2].metadata["tags"] = []


def spoil_view(notebook: Any) -> None:
    notebook.cells[1].outputs[1].data[WIDGET_VIEW] = {}


def spoil_face(notebook: Any) -> None:
    notebook.cells[1].outputs[1].data = {}


def spoil_stderr(notebook: Any) -> None:
    notebook.cells[1].outputs[0].name = "stderr"


def spoil_wire(notebook: Any) -> None:
    onlooker = Onlooker()
    onlooker.begin_tls()
    onlooker.saw("C", bytes([22, 3, 1, 0, 2, 1, 0]))
    notebook.cells[1].outputs[1].data["text/html"] = onlooker._repr_html_()


def spoil_id(notebook: Any) -> None:
    notebook.cells[1].id = notebook.cells[2].id


def spoil_state(notebook: Any) -> None:
    notebook.metadata["widgets"] = {}


def spoil_kernel(notebook: Any) -> None:
    notebook.metadata["kernelspec"]["name"] = "mine"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_tag, "nbval-skip"),
        (spoil_count, "not run"),
        (spoil_order, "not in order"),
        (spoil_semicolon, "semicolon"),
        (spoil_error, "nobody expected"),
        (spoil_view, "widget view"),
        (spoil_face, "shows nothing"),
        (spoil_stderr, "stderr"),
        (spoil_wire, "records of TLS"),
        (spoil_id, "same"),
        (spoil_state, "widget state"),
        (spoil_kernel, "kernelspec"),
    ],
)
def test_each_fault_is_named(spoil: Callable[[Any], None], said: str) -> None:
    notebook = clean(lesson())
    spoil(notebook)
    found = problems(notebook)
    assert any(said in problem for problem in found), found


def test_learner_copy_gives_no_answer_away() -> None:
    copied = learner_copy(lesson())
    assert [cell.source for cell in copied.cells] == ["# A lesson", "print(1)", "1 / 0"]
    assert all(not cell.outputs and cell.execution_count is None for cell in copied.cells[1:])
    assert "picture" not in as_text(copied)


def test_learner_copy_folds_what_explains_a_step() -> None:
    whole = lesson()
    whole.cells.append(v4.new_markdown_cell("**Explain.** The answer is **b**.\n\nAnd so on."))
    folded = learner_copy(whole).cells[-1].source.splitlines()
    assert folded[0] == "<details>"
    assert folded[2:] == ["", "The answer is **b**.", "", "And so on.", "", "</details>"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "the lessons"
    source.mkdir()
    for name in ("01-next", "00-start-here"):
        (source / f"{name}.ipynb").write_text(as_text(clean(lesson())), encoding="utf-8")
    return source


def test_copies_are_made_once_and_never_written_over(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    made = copy_lessons(folder, mine)
    assert [path.name for path in made] == ["00-start-here.ipynb", "01-next.ipynb"]
    made[0].write_text("what the learner wrote", encoding="utf-8")
    made[1].unlink()
    assert copy_lessons(folder, mine) == [made[1]]
    assert made[0].read_text(encoding="utf-8") == "what the learner wrote"


def test_fresh_copies_stand_beside_the_old_ones(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    names = [fresh_copy(find_lesson("00", folder), mine).name for _ in range(3)]
    assert names == ["00-start-here.ipynb", "00-start-here-2.ipynb", "00-start-here-3.ipynb"]


@pytest.mark.parametrize("name", ["00", "00-start-here", "00-start-here.ipynb"])
def test_a_lesson_is_found_by_number_and_name(folder: Path, name: str) -> None:
    assert find_lesson(name, folder) == lessons(folder)[0]


def test_a_lesson_that_is_not_there_is_said_with_those_that_are(folder: Path) -> None:
    with pytest.raises(LookupError, match=r"no lesson 99.*00-start-here, 01-next"):
        find_lesson("99", folder)


def test_half_a_copy_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "half.ipynb"

    with pytest.raises(UnicodeEncodeError):
        copies._write_new(path, "a lone \ud800 surrogate")
    assert not path.exists()


def test_check_says_what_is_wrong_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "lessons", lambda: lessons(folder))
    assert command.main(["rebuild", "--check"]) == 0
    path = folder / "01-next.ipynb"
    path.write_text(as_text(lesson()), encoding="utf-8")
    assert command.main(["rebuild", "--check"]) == 1
    assert "widget view" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == as_text(lesson())


@pytest.mark.notebook
def test_execute_runs_and_cleans(tmp_path: Path) -> None:
    path = tmp_path / "05-run.ipynb"
    cells = [v4.new_code_cell("print('a')\nprint('b')", id="a"), v4.new_code_cell("6 * 7", id="b")]
    path.write_text(as_text(v4.new_notebook(cells=cells)), encoding="utf-8")
    notebook = execute(path)
    assert problems(notebook) == []
    assert notebook.cells[0].outputs[0].text == "a\nb\n"
    assert notebook.cells[1].outputs[0].data["text/plain"] == "42"
    assert as_text(execute(path)) == as_text(notebook)
