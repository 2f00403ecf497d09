"""Pictures side by side in a JupyterLab: two of one lab, one of a moment, saved ones; the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write
from playwright.sync_api import expect

from labserver.course.notebooks.committed import KERNELSPEC, WIDGET_VIEW
from tests.browser.faults import in_any_light_and_width
from tests.browser.hostile import hostile_lab
from tests.browser.lab_page import cell, open_notebook, output, run_cell, wait_idle

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterLab

CELLS = (
    """from ipywidgets import VBox
from labserver import Lab
lab = Lab()
lab.device('laptop')
lab.load(b'Subject: First\\r\\n\\r\\nOne.\\r\\n')
VBox([lab.map(), lab.transcript(), lab.states('pop3'), lab.replay()])""",
    "lab.map()",
    "lab.look()",
    """pop = lab.device('laptop').dial('pop3')
for line in ('USER bob', 'PASS tulip', 'RETR 1'):
    pop.send(line)""",
    "lab.close()\nlab.map()",
    "lab",
)
SESSION = "window.jupyterapp.shell.currentWidget.context.sessionContext.session"
RESTART = f"() => {SESSION}.kernel.restart()"
PICTURES = (".lm-map", ".lm-transcript", ".lm-states", ".lm-replay")


def test_two_views_a_frozen_one_the_end_and_a_restart(
    page: Page, jupyter_lab: JupyterLab, tmp_path: Path
) -> None:
    path = tmp_path / "together.ipynb"
    cells = [v4.new_code_cell(source) for source in CELLS]
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    open_notebook(page, jupyter_lab.add(path))
    for n in range(3):
        run_cell(page, n)
    first, second, frozen = (output(page, n).locator(".lm-map") for n in range(3))
    before = frozen.locator(".lm-sentence").inner_text()
    assert before == "Message A is on the server only. The device holds nothing."
    step = frozen.get_attribute("data-step")

    # What happens is in both views, and not in the picture of the moment.
    run_cell(page, 3)
    now = "Message A is on the server and on the laptop."
    for shown in (first, second):
        expect(shown.locator(".lm-sentence")).to_have_text(now)
        expect(shown.get_by_role("gridcell", name=re.compile("^A, laptop: whole"))).to_have_count(1)
    expect(frozen.locator(".lm-sentence")).to_have_text(before)
    assert frozen.get_attribute("data-step") == step
    expect(frozen.get_by_role("gridcell", name="A, laptop: never here")).to_have_count(1)
    expect(page.locator(".lm-transcript .lm-row", has_text="RETR 1")).to_be_visible()

    # Each view is walked through for itself.
    second.get_by_role("button", name="Key").click()
    expect(second.locator(".lm-key")).to_be_visible()
    expect(first.locator(".lm-key")).to_be_hidden()

    # A closed lab: all live ones say so, and so does one that is made then.
    run_cell(page, 4)
    late = output(page, 4).locator(".lm-map")
    for shown in (first, second, late):
        expect(shown.locator(".lm-over")).to_have_text("The lab is closed.")
        expect(shown.locator(".lm-sentence")).to_have_text(now)
    expect(page.locator(".lm-transcript .lm-showing")).to_contain_text("the lab is closed")
    expect(page.locator(".lm-states")).to_contain_text("The lab is closed.")
    page.locator(".lm-replay").get_by_role("slider").press("ArrowLeft")
    expect(first.locator(".lm-over")).to_contain_text("Replay: moment")
    run_cell(page, 5)
    assert "Traceback" not in output(page, 5).inner_text()
    in_any_light_and_width(page, *PICTURES, name="together")

    # A kernel that begins anew: what is on the page stays readable, and can be walked through.
    page.evaluate(RESTART)
    wait_idle(page)
    kept = output(page, 1).locator(".lm-map")
    letter = kept.get_by_role("rowheader").first
    letter.focus()
    page.keyboard.press("ArrowRight")
    expect(kept.locator(":focus")).to_have_attribute("aria-label", re.compile("^A, laptop: "))
    page.locator(".lm-replay").get_by_role("slider").press("ArrowRight")
    page.locator(".lm-states").get_by_label("Session").select_option("1")
    kept.get_by_role("button", name="Table").click()
    expect(kept.locator(".lm-sheet table")).to_be_visible()
    run_cell(page, 1)
    expect(output(page, 1)).to_contain_text("NameError")


@pytest.fixture
def saved(jupyter_lab: JupyterLab, tmp_path: Path) -> str:
    """A notebook that somebody else has run: nothing but its saved faces, of a hostile mailbox."""
    cells = [v4.new_markdown_cell("# Saved")]
    with hostile_lab() as lab:
        for picture in (lab.map(), lab.transcript(), lab.states("imap"), lab.replay()):
            data = {"text/html": picture.html(), "text/plain": picture.text()}
            result = v4.new_output("execute_result", data, execution_count=1)
            cells.append(v4.new_code_cell("lab", outputs=[result], execution_count=1))
    path = tmp_path / "saved.ipynb"
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    return jupyter_lab.add(path)


def test_opened_on_another_day_a_picture_is_its_saved_face(
    page: Page, jupyter_lab: JupyterLab, tmp_path: Path
) -> None:
    path = tmp_path / "yesterday.ipynb"
    cells = [v4.new_code_cell(source) for source in CELLS[:2]]
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    name = jupyter_lab.add(path)
    open_notebook(page, name)
    for n in range(2):
        run_cell(page, n)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    saved = (jupyter_lab.folder / name).read_text(encoding="utf-8")
    # Opened again while its kernel runs, it is as live as before.
    open_notebook(page, name)
    expect(output(page, 1).locator(".lm-map")).to_be_visible()
    page.evaluate(f"() => {SESSION}.shutdown()")
    page.wait_for_function(f"() => !{SESSION} || {SESSION}.isDisposed")
    open_notebook(page, name)
    face = output(page, 1)
    expect(face.get_by_role("img").first).to_be_visible()
    expect(face.locator(".lm-map")).to_have_count(0)
    expect(page.get_by_text("model not found")).to_have_count(0)
    assert (jupyter_lab.folder / name).read_text(encoding="utf-8") == saved
    assert WIDGET_VIEW in saved
    page.evaluate(f"() => {SESSION}.shutdown()")


def test_the_saved_faces_of_a_notebook_that_nobody_has_trusted(page: Page, saved: str) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_notebook(page, saved)
    outputs = page.locator(".jp-OutputArea-output.jp-RenderedHTMLCommon")
    expect(outputs).to_have_count(4)
    images = outputs.locator("img")
    expect(images).to_have_count(2)
    for image in images.all():
        assert image.get_attribute("alt")
        image.scroll_into_view_if_needed()
        image.evaluate("img => img.decode()")
    assert outputs.locator("script, iframe, style").count() == 0
    expect(outputs.first).to_contain_text("<script>alert(1)</script>")
    for handle in outputs.locator("details:not([open]) > summary").element_handles()[:6]:
        handle.click()
    in_any_light_and_width(
        page, ".jp-OutputArea-output.jp-RenderedHTMLCommon", name="saved", looks=False
    )
    assert dialogs == []
    assert cell(page, 1).is_visible()
