"""Makes the pictures of this folder. It needs the packages of the tests, and Chromium.

``python docs/make_pictures.py`` makes the README's: the first lesson, run in JupyterLab.
``python docs/make_pictures.py situations`` makes those of the map in eight situations, each reached
by real sessions: light, dark and grey, and the same as tables of text.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from labserver import widgets  # noqa: E402
from labserver.course.lessons import as_text, find_lesson, read  # noqa: E402
from labserver.course.notebooks.copies import learner_copy  # noqa: E402
from tests.browser.alone import root, show  # noqa: E402
from tests.browser.chromium import ABSENT, FLAGS, find_chromium  # noqa: E402
from tests.browser.jupyter import running_jupyter  # noqa: E402
from tests.browser.lab_page import cell, open_notebook, run_all, set_theme  # noqa: E402
from tests.browser.situations import SITUATIONS, situation  # noqa: E402

LESSON = "00-start-here.ipynb"
MAP = Path(widgets.__file__).parent / "mailmap"
LOOKS = {"light": "none", "dark": "none", "grey": "grayscale(1)"}
COLOURS = 256
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


def make_situations(browser: Browser, folder: Path) -> None:
    """Write the map of each situation in each look, and their tables."""
    folder.mkdir(exist_ok=True)
    tables = []
    page = browser.new_page(viewport={"width": 980, "height": 400})
    for name in SITUATIONS:
        with situation(name) as (_, shown):
            tables.append(f"{name}\n\n{shown.text()}\n")
            for look, colours in LOOKS.items():
                show(page, shown, MAP, "dark" if look == "dark" else "light")
                page.add_style_tag(content=f"html {{ filter: {colours}; }}")
                root(page).get_by_role("button", name="Key").click()
                path = folder / f"{name}-{look}.png"
                _save(root(page).screenshot(), path)
                print(f"{path.name}: {path.stat().st_size // 1000} KB")
    (folder / "tables.txt").write_text("\n\n".join(tables), encoding="utf-8")


def _save(png: bytes, path: Path) -> None:
    """Write a picture of flat colours as small as it can be."""
    with Image.open(io.BytesIO(png)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        few.save(path, optimize=True)


def make_lesson(browser: Browser, folder: Path, place: Path) -> None:
    """Write the first lesson as a learner sees it at the end of step 6."""
    with running_jupyter(place) as jupyter:
        lesson = learner_copy(read(find_lesson(LESSON)))
        (jupyter.folder / LESSON).write_text(as_text(lesson), encoding="utf-8")
        page = browser.new_page(base_url=jupyter.url, viewport={"width": 1400, "height": 900})
        open_notebook(page, LESSON)
        run_all(page)
        said = max(n for n, each in enumerate(lesson.cells) if each.source == DELETED)
        arrange(page, said + 1)
        for theme in ("Light", "Dark"):
            set_theme(page, theme)
            page.wait_for_timeout(400)
            path = folder / f"lesson-{theme.lower()}.png"
            page.screenshot(path=path)
            print(f"{path.name}: {path.stat().st_size // 1000} KB")


def main() -> int:
    """Write the pictures that are asked for; return the exit code."""
    chromium = find_chromium()
    if chromium is None:
        print(ABSENT, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        if sys.argv[1:] == ["situations"]:
            make_situations(browser, HERE / "situations")
        else:
            make_lesson(browser, HERE, Path(place))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
