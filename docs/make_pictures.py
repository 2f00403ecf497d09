"""Makes the README's pictures: the first lesson, run in JupyterLab, in a browser.

Run as a command: ``python docs/make_pictures.py``. It needs the packages of the tests and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from labserver.course.copies import learner_copy  # noqa: E402
from labserver.course.lessons import as_text, find_lesson, read  # noqa: E402
from tests.browser.chromium import ABSENT, FLAGS, find_chromium  # noqa: E402
from tests.browser.jupyter import running_jupyter  # noqa: E402
from tests.browser.lab_page import cell, open_notebook, run_all, set_theme  # noqa: E402

LESSON = "00-start-here.ipynb"
DELETED = 'pop.send("QUIT")'  # said the last time in step 6; the picture after it is wanted


def arrange(page: Page, picture: int) -> None:
    """Leave on the page what a learner looks at, with the end of step 6 in view."""
    for side in ("left", "right"):
        page.evaluate(
            "side => window.jupyterapp.commands.execute("
            "'application:toggle-side-tabbar', { side })",
            side,
        )
    shown = cell(page, picture)
    for _ in range(3):  # Cells get their true heights only when they come into view.
        shown.evaluate("cell => cell.scrollIntoView({ block: 'end' })")
        page.wait_for_timeout(400)


def main() -> int:
    """Write the pictures; return the exit code."""
    chromium = find_chromium()
    if chromium is None:
        print(ABSENT, file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as place,
        running_jupyter(Path(place)) as jupyter,
        sync_playwright() as playwright,
    ):
        lesson = learner_copy(read(find_lesson(LESSON)))
        (jupyter.folder / LESSON).write_text(as_text(lesson), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(base_url=jupyter.url, viewport={"width": 1400, "height": 900})
        open_notebook(page, LESSON)
        run_all(page)
        said = max(n for n, each in enumerate(lesson.cells) if each.source == DELETED)
        arrange(page, said + 1)
        for theme in ("Light", "Dark"):
            set_theme(page, theme)
            page.wait_for_timeout(400)
            path = HERE / f"lesson-{theme.lower()}.png"
            page.screenshot(path=path)
            print(f"{path.name}: {path.stat().st_size // 1000} KB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
