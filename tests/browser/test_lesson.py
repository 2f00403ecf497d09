"""The first lesson and the live map, as a learner sees them: in JupyterLab, in a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from labserver.course.lessons import as_text, find_lesson, read
from labserver.course.notebooks.committed import KERNELSPEC
from labserver.course.notebooks.copies import learner_copy
from tests.browser.faults import axe, faults, in_any_light_and_width
from tests.browser.lab_page import (
    open_notebook,
    output,
    run_all,
    run_cell,
    start_cell,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.jupyter import JupyterLab

START = "from labserver import Lab\nlab = Lab()\nlab.device('laptop')\nlab.map()"
SEND = """
smtp = lab.device('alice-laptop', owner='alice').dial('smtp')
for line in ('EHLO a.example', 'MAIL FROM:<alice@home.example>', 'RCPT TO:<bob@home.example>'):
    smtp.send(line)
smtp.send('DATA')
smtp.data('Subject: {subject}\\n\\nHello.\\n')
"""


@pytest.fixture
def notebook(jupyter_lab: JupyterLab, tmp_path: Path) -> Callable[..., str]:
    """Makes a notebook of code cells, under a name of this test's own."""

    def made(name: str, *sources: str) -> str:
        cells = [v4.new_code_cell(source) for source in sources]
        path = tmp_path / f"{name}.ipynb"
        write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
        return jupyter_lab.add(path)

    return made


def facts(shown: Locator) -> dict[str, list[str]]:
    """Return the rows of a map's table by their letter."""
    rows = shown.locator("table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return {name.partition(":")[0]: cells for name, *cells in rows}


def test_the_lesson_tells_the_truth_in_any_light_and_width(
    page: Page, jupyter_lab: JupyterLab
) -> None:
    lesson = learner_copy(read(find_lesson("00")))
    (jupyter_lab.folder / "lesson.ipynb").write_text(as_text(lesson), encoding="utf-8")
    open_notebook(page, "lesson.ipynb")
    assert page.locator(".lm-map").count() == 0, "the learner's copy gives nothing away"
    run_all(page)
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    maps = page.locator(".lm-map")
    pictures = [each for each in lesson.cells if each.source.endswith(("lab.map()", "lab.look()"))]
    assert maps.count() == len(pictures)
    of_steps = [each for each in pictures if each.metadata.tags[0].startswith("step-")]
    last, live = maps.nth(len(of_steps) - 1), maps.first  # exercises have labs of their own
    for shown in (live, last):
        rows = facts(shown)
        assert rows["A"][0].startswith("whole")
        assert rows["A"][1].startswith("removed")
        assert rows["A"][2].startswith("never here")
        assert rows["A"][3] == "1, laptop only"
        assert all("whole" in where for where in rows["B"][:3])
        assert rows["B"][3] == "3"

    def looked(theme: str, width: int) -> None:
        last.get_by_text("laptop only").locator("visible=true").first.wait_for()
        seen = last.inner_text()
        assert "removed" in seen
        assert "laptop only" in seen
        table = last.get_by_role("button", name="Table")
        table.click()
        assert faults(last) == [], (theme, width, "with the table open")
        assert axe(page, ".lm-map") == "", (theme, width)
        table.click()

    in_any_light_and_width(page, ".lm-map", name="lesson", widths=(360, 1400), look=looked)


def test_the_map_changes_while_a_cell_blocks(
    page: Page, jupyter_lab: JupyterLab, notebook: Callable[..., str]
) -> None:
    gate = jupyter_lab.folder / "the-page-has-seen-it"
    wait = f"""
import pathlib, time
gate = pathlib.Path({str(gate)!r})
for _ in range(1200):
    if gate.exists():
        break
    time.sleep(0.05)
print('opened' if gate.exists() else 'never opened')
lab.close()
"""
    open_notebook(page, notebook("blocks", START, SEND.format(subject="Now") + wait))
    run_cell(page, 0)
    shown = page.locator(".lm-map")
    assert facts(shown) == {}
    start_cell(page, 1)
    shown.locator("table caption", has_text="Message A is on the server only").wait_for(
        state="attached", timeout=30_000
    )
    # The cell ends only after this file is there: what was seen was seen during the cell.
    gate.touch()
    output(page, 1).filter(has_text=re.compile("opened")).wait_for(timeout=60_000)
    assert "never opened" not in output(page, 1).inner_text()


def test_two_notebooks_have_two_labs(
    page: Page, jupyter_lab: JupyterLab, notebook: Callable[..., str]
) -> None:
    first = notebook("first", START, SEND.format(subject="To the first"), "lab.close()")
    second = notebook("second", START, SEND.format(subject="To the second"), "lab.close()")
    other = page.context.new_page()
    errors: list[str] = []
    other.on("pageerror", lambda error: errors.append(str(error)))
    for each, name in ((page, first), (other, second)):
        open_notebook(each, name)
        run_cell(each, 0)
    for each in (page, other):
        run_cell(each, 1)
    for each, subject in ((page, "To the first"), (other, "To the second")):
        head = each.locator(".lm-map table tbody th", has_text=f"A: {subject}")
        head.wait_for(state="attached", timeout=30_000)
        assert list(facts(each.locator(".lm-map"))) == ["A"], "only its own mail"
    for each in (page, other):
        run_cell(each, 2)
    other.close()
    assert errors == []
