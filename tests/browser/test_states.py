"""The live state diagram in JupyterLab: it follows a session, in any light and width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbformat import v4, write
from playwright.sync_api import expect

from labserver.course.notebooks.committed import KERNELSPEC
from tests.browser.faults import in_any_light_and_width
from tests.browser.lab_page import open_notebook, run_cell

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterLab

CELLS = (
    "from labserver import Lab\nlab = Lab()\nlab.states('pop3')",
    "pop = lab.device('laptop').dial('pop3')\npop.send('USER bob')\npop.send('PASS tulip')",
    "pop.send('QUIT')\nlab.device('phone').dial('pop3')",
    "lab.close()",
)


def test_it_follows_a_session_in_any_light_and_width(
    page: Page, jupyter_lab: JupyterLab, tmp_path: Path
) -> None:
    path = tmp_path / "states.ipynb"
    cells = [v4.new_code_cell(source) for source in CELLS]
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    open_notebook(page, jupyter_lab.add(path))
    run_cell(page, 0)
    shown = page.locator(".lm-states")
    picture = shown.get_by_role("img")
    expect(picture).to_have_attribute(
        "aria-label", "No session yet. A session begins in the uppermost state."
    )
    run_cell(page, 1)
    expect(picture).to_have_attribute(
        "aria-label", "Connection 1 (POP3, port 110, laptop): it is in TRANSACTION."
    )
    expect(shown.locator(".lm-way").first).to_contain_text("2 TRANSACTION by PASS")
    run_cell(page, 2)
    expect(picture).to_have_attribute(
        "aria-label", "Connection 2 (POP3, port 110, phone): it is in AUTHORIZATION."
    )
    shown.get_by_label("Session").select_option("1")
    expect(picture).to_have_attribute(
        "aria-label", "Connection 1 (POP3, port 110, laptop): it ended in UPDATE."
    )
    shown.locator("summary").click()
    expect(shown.locator("tbody tr", has_text="▶ UPDATE")).to_be_visible()
    in_any_light_and_width(page, ".lm-states", name="states")
    run_cell(page, 3)
