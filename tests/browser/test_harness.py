"""The harness itself: a real notebook runs in a real JupyterLab in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from labserver.course.notebooks.committed import KERNELSPEC
from tests.browser.lab_page import (
    NARROW,
    Seen,
    cell,
    open_notebook,
    output,
    run_all,
    run_cell,
    set_theme,
)

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterLab


@pytest.fixture
def small(jupyter_lab: JupyterLab, tmp_path: Path) -> str:
    """A notebook of a text cell and two code cells, under a name with a space."""
    cells = [
        v4.new_markdown_cell("# Small"),
        v4.new_code_cell("import sys\nword = 'seen'\nprint(word, 'first')"),
        v4.new_code_cell("word.upper()"),
    ]
    path = tmp_path / "small one.ipynb"
    # Without a kernelspec JupyterLab would ask which kernel is meant.
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    return jupyter_lab.add(path)


def test_run_all_shows_each_output(page: Page, small: str) -> None:
    open_notebook(page, small)
    run_all(page)
    assert output(page, 1).inner_text().strip() == "seen first"
    assert "SEEN" in output(page, 2).inner_text()


def test_run_cell_runs_that_cell_only(page: Page, small: str) -> None:
    open_notebook(page, small)
    run_cell(page, 1)
    assert output(page, 1).inner_text().strip() == "seen first"
    assert output(page, 2).count() == 0


def test_the_page_goes_dark_and_narrow(page: Page, small: str) -> None:
    open_notebook(page, small)
    colour = "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color1')"
    light = page.evaluate(colour)
    set_theme(page, "Dark")
    assert page.evaluate(colour) != light
    set_theme(page, "Light")
    assert page.evaluate(colour) == light
    page.set_viewport_size(NARROW)
    assert cell(page, 0).bounding_box()["width"] < NARROW["width"]


def test_errors_and_foreign_requests_are_seen(page: Page, small: str, seen: Seen) -> None:
    open_notebook(page, small)
    # A name that is never resolved: the page sees its own request, and nothing leaves.
    page.evaluate("() => fetch('http://elsewhere.invalid/').catch(() => console.error('planted'))")
    assert "planted" in seen.errors
    assert seen.foreign == ["http://elsewhere.invalid/"]
    seen.errors.clear()
    seen.foreign.clear()
