"""Nothing in a message, a name or a line can act: the faces of all pictures show it as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from labserver import widgets
from tests.browser.alone import root, show, show_saved
from tests.browser.faults import axe, faults
from tests.browser.hostile import ACTS, hostile_lab
from tests.browser.lab_page import SCREENS, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from labserver import Lab
    from labserver.widgets.base import LabWidget

ROOM = Path(widgets.__file__).parent
PICTURES: dict[str, tuple[str, Callable[[Lab], LabWidget]]] = {
    "map": ("mailmap", lambda lab: lab.map()),
    "transcript": ("transcript", lambda lab: lab.transcript()),
    "states": ("states", lambda lab: lab.states("imap")),
    "replay": ("replay", lambda lab: lab.replay()),
}
# What only mail could have brought: the pictures themselves make none of these.
FOREIGN = "script, iframe, style, object, embed, link, img:not([src^='data:image/svg+xml;base64,'])"
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A lab with mail of somebody who means harm."""
    with hostile_lab() as hostile:
        yield hostile


@pytest.fixture
def page(browser: Browser, seen: Seen) -> Iterator[Page]:
    """A page of its own, on which nothing may act: no dialog, no request, no error."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    page = context.new_page()
    seen.watch(page, "")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert dialogs == []
    assert seen.errors == []
    assert seen.foreign == []


def only_text(shown: Locator) -> None:
    """Demand that there is no element, attribute or character that mail has brought."""
    assert shown.locator(FOREIGN).count() == 0
    handlers = """root => [...root.querySelectorAll('*')].flatMap(each => [...each.attributes])
        .filter(each => each.name.startsWith('on')).length"""
    assert shown.evaluate(handlers) == 0
    assert not UNFIT.search(str(shown.evaluate("root => root.textContent")))
    assert not UNFIT.search(str(shown.evaluate("root => root.outerHTML")))


@pytest.mark.parametrize("name", PICTURES)
def test_on_the_live_page(page: Page, lab: Lab, name: str) -> None:
    folder, made = PICTURES[name]
    widget = made(lab)
    if name == "replay":
        widget.go_to(5)  # type: ignore[attr-defined]
    views: list[dict[str, Any]] = [{}]
    if name == "transcript":
        views = [{"look": look} for look in ("text", "bytes", "decoded")]
    for view in views:
        if view:
            widget.choice = {**widget.view["chosen"], **view}  # type: ignore[attr-defined]
        show(page, widget, ROOM / folder)
        shown = root(page)
        for button in shown.get_by_role("button", name="Table", exact=True).all():
            button.click()
        for handle in shown.locator('[aria-expanded="false"], summary').element_handles():
            handle.click()
        only_text(shown)
        if name != "states":
            assert "<script>alert(1)</script>" in shown.inner_text()
        for width in (360, 1100):
            page.set_viewport_size({"width": width, "height": 900})
            assert faults(shown) == [], (view, width)
            SCREENS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENS / f"hostile-{name}-{width}.png", full_page=True)
    widget.close()


@pytest.mark.parametrize("name", PICTURES)
def test_in_the_saved_and_the_plain_face(page: Page, lab: Lab, name: str) -> None:
    widget = PICTURES[name][1](lab)
    html, text = widget.html(), widget.text()
    widget.close()
    assert len(html.encode()) < 40_000
    assert not UNFIT.search(text)
    show_saved(page, html)
    shown = page.locator("#place")
    only_text(shown)
    for each in shown.locator("img").all():
        # The image is a document of its own; it is looked at as such.
        source = each.get_attribute("src")
        assert source is not None
        assert each.evaluate("img => img.decode().then(() => img.naturalWidth)") >= 600
        drawn = page.evaluate("source => fetch(source).then(reply => reply.text())", source)
        assert not UNFIT.search(drawn)
        tags = """svg => [...new DOMParser().parseFromString(svg, 'image/svg+xml')
            .querySelectorAll('script, foreignObject, image, a, parsererror')].length"""
        assert page.evaluate(tags, drawn) == 0
    if name != "states":
        assert ACTS[:17] in text
        assert ACTS[:17] in str(shown.evaluate("root => root.textContent"))
    for width in (360, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        for handle in shown.locator("details:not([open]) > summary").element_handles():
            handle.click()
        assert axe(page, "#place") == "", width
        SCREENS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENS / f"saved-hostile-{name}-{width}.png", full_page=True)
