"""The live state diagram in JupyterLab: it follows a session, in any light and width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from nbformat import v4, write
from playwright.sync_api import expect

from labserver.course.committed import KERNELSPEC
from tests.browser.lab_page import WIDE, open_notebook, run_cell, set_theme, take_screen

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

STICKS_OUT = """root => {
    const edge = root.getBoundingClientRect();
    return [...root.querySelectorAll('*')].filter(each => {
        if (each.closest('.lm-sheet > *, .lm-unseen')) return false;
        const box = each.getBoundingClientRect();
        return box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1);
    }).map(each => each.outerHTML.slice(0, 200));
}"""


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
    page.add_style_tag(content="* { content-visibility: visible !important; }")
    shown.locator("summary").click()
    expect(shown.locator("tbody tr", has_text="▶ UPDATE")).to_be_visible()
    for theme in ("Light", "Dark"):
        set_theme(page, theme)
        for width in (360, 1600):
            page.set_viewport_size({"width": width, "height": WIDE["height"]})
            shown.evaluate("root => root.scrollIntoView({ block: 'center' })")
            assert shown.evaluate(STICKS_OUT) == [], (theme, width)
            take_screen(page, f"states-{theme.lower()}-{width}")
            results = Axe().run(page, context=".lm-states")
            assert results.violations_count == 0, results.generate_report()
    run_cell(page, 3)
