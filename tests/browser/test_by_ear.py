"""The first lesson by keyboard, with the accessibility tree as the only view of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.course.lessons import as_text, find_lesson, read
from labserver.course.notebooks.copies import learner_copy
from tests.browser.lab_page import cell, open_notebook, wait_idle

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterLab

TRIES = 100
LEARNS = {
    "## Step 1": ("No message has arrived yet.", 'columnheader "phone: empty"'),
    "## Step 2": ("Message A is on the server only.", 'gridcell "A, SERVER: whole'),
    "## Step 3": ('gridcell "A, laptop: never here"', "TRANSACTION"),
    "## Step 4": ('gridcell "A, laptop: whole ▶"', "RETR 1", "2"),
    "## Step 5": ("Message A is on the server and on the laptop.", "closed"),
    "## Step 6": ('gridcell "A, SERVER: removed', "whole copies: 1 laptop only", "QUIT"),
    "## Step 7": ('gridcell "B, phone: whole', "tied", "✓ read", "FETCH"),
    "## Step 8": (
        'gridcell "B, laptop: whole',
        "B is on the server, on the laptop and on the phone",
    ),
    "## Look again": ('treegrid "', "RETR 1", "FETCH 1", 'button "decoded"'),
}
"""What the last picture of a step must have told by its end."""


def heard(page: Page, n: int, *wanted: str) -> str:
    """Read a cell as a screen reader gets it, once it says what is wanted; else as it is."""
    said = ""
    for _ in range(TRIES):
        said = cell(page, n).aria_snapshot()
        if all(each in said for each in wanted):
            break
        page.wait_for_timeout(100)
    return said


def focused(page: Page) -> str:
    """Read what has the focus: its role and its name. A component's own button stands last."""
    return page.locator(":focus").last.aria_snapshot().removeprefix("- ").removeprefix("'")


def test_a_lesson_by_keyboard_with_the_accessibility_tree_as_the_only_view(
    page: Page, jupyter_lab: JupyterLab
) -> None:
    lesson = learner_copy(read(find_lesson("00")))
    (jupyter_lab.folder / "by-ear.ipynb").write_text(as_text(lesson), encoding="utf-8")
    open_notebook(page, "by-ear.ipynb")
    step, pictures = "", {}
    live = removed = 0
    for n, each in enumerate(lesson.cells):
        if each.source.endswith("lab.map()"):
            live = n
        if each.source == 'pop.send("QUIT")':
            removed = n + 1  # the picture after it
        if not each.metadata.tags[0].startswith("step-"):
            continue  # an exercise has a lab of its own
        step = next((name for name in LEARNS if name in each.source), step)
        if each.source.endswith(("lab.map()", "lab.look()", "lab.transcript()")):
            pictures[step] = n
    assert list(pictures) == list(LEARNS)
    shown = {n: name for name, n in pictures.items()}
    for n in range(len(lesson.cells) - 1):
        page.keyboard.press("Shift+Enter")
        wait_idle(page)
        if n in shown:
            said = heard(page, n, *LEARNS[shown[n]])
            for word in LEARNS[shown[n]]:
                assert word in said, (shown[n], said)
        if n == removed:
            walk_through(page)

    page.keyboard.press("Shift+Enter")
    wait_idle(page)
    # The last exercise's picture is live: by now it tells that the lab is over.
    assert "The lab is closed." in heard(page, live, "The lab is closed.")


def walk_through(page: Page) -> None:
    """Go back to the picture, walk by message and place, to the line that did it, and out."""
    page.keyboard.press("ArrowUp")
    stops = [focused(page)]
    while not stops[-1].startswith("rowheader") and len(stops) < 8:
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops[-1].startswith('rowheader "A: Lunch on Friday?'), stops
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith('gridcell "A, laptop: whole')
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith('gridcell "A, SERVER: removed')
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith('gridcell "A, phone: never here')
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith('gridcell "whole copies: 1 laptop only')
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    line = focused(page)
    assert line.startswith("listitem")
    assert "POP3" in line
    assert "QUIT" in line
    page.keyboard.press("Escape")
    assert focused(page).startswith('gridcell "A, SERVER: removed')
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
