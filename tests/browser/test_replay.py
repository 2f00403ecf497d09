"""The replay in JupyterLab: buttons, slider, keys, and the pictures that go along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbformat import v4, write
from playwright.sync_api import expect

from labserver.course.notebooks.committed import KERNELSPEC
from tests.browser.faults import in_any_light_and_width
from tests.browser.lab_page import open_notebook, run_cell

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.jupyter import JupyterLab

LESSON = (
    """from ipywidgets import VBox
from labserver import Lab
lab = Lab()
for letter in 'AB':
    lab.load(f'Subject: {letter}\\r\\n\\r\\n{letter}\\r\\n'.encode())
pop = lab.device('laptop').dial('pop3')
for line in ('USER bob', 'PASS tulip', 'STAT', 'RETR 1', 'DELE 1', 'QUIT'):
    pop.send(line)""",
    "VBox([lab.replay(), lab.map(), lab.transcript()])",
    "lab.load(b'Subject: C\\r\\n\\r\\n')",
)


def notebook(path: Path, *sources: str) -> Path:
    cells = [v4.new_code_cell(source) for source in sources]
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    return path


def press(shown: Locator, name: str) -> None:
    shown.get_by_role("button", name=name, exact=True).click()


def test_buttons_slider_keys_and_what_goes_along(
    page: Page, jupyter_lab: JupyterLab, tmp_path: Path
) -> None:
    open_notebook(page, jupyter_lab.add(notebook(tmp_path / "replay.ipynb", *LESSON)))
    run_cell(page, 0)
    run_cell(page, 1)
    replay, live, said = (page.locator(f".lm-{name}") for name in ("replay", "map", "transcript"))
    back, on = "Back to the change before", "On to the next change"
    told, line = replay.locator(".lm-what"), replay.locator(".lm-line")
    picture = live.get_by_role("img").first

    # Buttons.
    press(replay, back)
    expect(line).to_have_text("▶ laptop: DELE 1")
    expect(told).to_have_text("A is marked, and goes when the session says QUIT.")
    expect(live.locator(".lm-over")).to_contain_text("Replay: moment")
    ringed = said.locator(".lm-row.lm-changed")
    expect(ringed).to_have_count(1)
    expect(ringed).to_contain_text("DELE 1")
    expect(said.locator(".lm-row.lm-later", has_text="QUIT")).to_have_count(1)
    press(replay, back)
    expect(line).to_have_text("▶ laptop: RETR 1")
    expect(ringed).to_contain_text("RETR 1")
    press(replay, on)
    expect(line).to_have_text("▶ laptop: DELE 1")

    # Keys, wherever the focus is in it.
    slider = replay.get_by_role("slider")
    slider.press("ArrowLeft")
    expect(line).to_have_text("▶ laptop: RETR 1")
    slider.press("Home")
    expect(told).to_have_text("Nothing has happened yet.")
    expect(slider).to_have_value("0")
    slider.press("ArrowRight")
    expect(told).not_to_have_text("Nothing has happened yet.")
    slider.press("End")
    expect(replay.get_by_role("button", name="Live")).to_have_attribute("aria-pressed", "true")
    expect(live.locator(".lm-over")).to_be_hidden()

    # The slider, and what happens meanwhile.
    slider.fill("9")
    expect(replay).to_have_attribute("data-step", "9")
    expect(live).to_have_attribute("data-step", "9")
    run_cell(page, 2)
    expect(live).to_have_attribute("data-step", "9")
    expect(picture).not_to_have_attribute("aria-label", "C")
    press(replay, "Live")
    expect(live.locator('[role="rowheader"]')).to_have_count(3)


def test_the_line_and_the_cell_lead_to_each_other_in_any_light_and_width(
    page: Page, jupyter_lab: JupyterLab, tmp_path: Path
) -> None:
    open_notebook(page, jupyter_lab.add(notebook(tmp_path / "replay.ipynb", *LESSON)))
    run_cell(page, 0)
    run_cell(page, 1)
    replay, live, said = (page.locator(f".lm-{name}") for name in ("replay", "map", "transcript"))
    line = replay.locator(".lm-line")
    ringed = said.locator(".lm-row.lm-changed")
    said.locator(".lm-row", has_text="DELE 1").click()
    expect(line).to_have_text("▶ laptop: DELE 1")
    changed = live.locator('.lm-cell.lm-changed[role="gridcell"]')
    expect(changed).to_have_count(1)
    row = live.locator('[role="row"]', has=page.locator('[role="rowheader"]', has_text="A")).first
    laptop = row.locator('[role="gridcell"]').first
    laptop.focus()
    laptop.press("Enter")
    expect(line).to_have_text("▶ laptop: RETR 1")
    expect(ringed).to_contain_text("RETR 1")
    expect(said.locator(".lm-lines")).to_be_visible()

    in_any_light_and_width(page, ".lm-replay", ".lm-transcript", name="replay")


def test_the_map_alone_steps_through_the_log(
    page: Page, jupyter_lab: JupyterLab, tmp_path: Path
) -> None:
    cells = (LESSON[0], "lab.map()", "lab.map().blank()")
    open_notebook(page, jupyter_lab.add(notebook(tmp_path / "steps.ipynb", *cells)))
    run_cell(page, 0)
    run_cell(page, 1)
    live = page.locator(".lm-map")
    steps = live.get_by_role("group", name="Moments")
    back, on, newest = (
        steps.get_by_role("button", name=name, exact=True)
        for name in ("Back to the change before", "On to the next change", "Live")
    )
    last = live.get_attribute("data-step")
    expect(steps.locator(".lm-at")).to_have_text(f"moment {last} of {last}")
    expect(on).to_be_disabled()
    expect(newest).to_have_attribute("aria-pressed", "true")
    back.focus()
    page.keyboard.press("Enter")
    expect(live.locator(".lm-did")).to_contain_text("DELE 1")
    page.keyboard.press("Space")
    expect(live.locator(".lm-did")).to_contain_text("RETR 1")
    expect(back).to_be_focused()
    page.keyboard.press("Tab")
    expect(on).to_be_focused()
    page.keyboard.press("Enter")
    expect(live.locator(".lm-did")).to_contain_text("DELE 1")
    while not back.is_disabled():
        before = live.get_attribute("data-step") or ""
        back.click()
        expect(live).not_to_have_attribute("data-step", before)
    expect(live).to_have_attribute("data-step", "0")
    newest.click()
    expect(live).to_have_attribute("data-step", last or "")
    expect(live.locator(".lm-over")).to_be_hidden()

    back.click()
    in_any_light_and_width(page, ".lm-map", name="steps")

    run_cell(page, 2)
    still = page.locator(".lm-map.lm-blank")
    expect(still.get_by_role("grid")).to_be_visible()
    expect(still.locator(".lm-steps")).to_be_hidden()
