"""Every picture on a page of its own: in any light and room, for eye and ear."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from labserver import events as e
from labserver import widgets
from labserver.imap import TABLE as IMAP
from labserver.pop3 import TABLE as POP3
from labserver.smtp.table import RECEIVING
from labserver.widgets import MailMap, Replay, StateDiagram, Transcript
from tests.browser.alone import root, show
from tests.browser.faults import SPACED, WIDTHS, axe, faults
from tests.browser.lab_page import SCREENS, Seen
from tests.snapshot.scenes import BOB, Stage, two_imap
from tests.snapshot.test_refused import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from labserver.widgets.base import LabWidget

ROOM = Path(widgets.__file__).parent


@pytest.fixture
def page(browser: Browser, seen: Seen) -> Iterator[Page]:
    """A page of its own; it may ask nobody for anything."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    page = context.new_page()
    seen.watch(page, "")
    yield page
    context.close()
    assert seen.errors == []
    assert seen.foreign == []


def busy() -> Stage:
    """Mail on two devices over IMAP, a session that sends, one inside TLS, refusals."""
    stage = two_imap()
    stage.now(e.QuotaChanged(account=BOB, storage=60, messages=9, mailboxes=None, connection=None))
    stage.now(e.Secured(connection=1, version="TLSv1.3"))
    refused(stage, 4)
    n = stage.dial("submission", "laptop")
    stage.state(n, "START")
    stage.said(n, "EHLO laptop.example", "250-mail.home.example\r\n250 AUTH PLAIN")
    stage.log.append_data(n, "C", b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n..dot\r\n" * 30)
    stage.said(n, ".", "250 2.0.0 OK, and here is a reply that has more to say than most")
    return stage


WIDGETS: dict[str, tuple[str, Callable[[Any], LabWidget]]] = {
    "map": ("mailmap", lambda stage: MailMap(stage, BOB)),
    "transcript": ("transcript", Transcript),
    "pop3": ("states", lambda stage: StateDiagram(stage, POP3, ("pop3",), "pop3")),
    "imap": ("states", lambda stage: StateDiagram(stage, IMAP, ("imap",), "imap")),
    "smtp": ("states", lambda stage: StateDiagram(stage, RECEIVING, ("submission",), "smtp")),
    "replay": ("replay", Replay),
}


def opened(page: Page, name: str, stage: Stage, theme: Any = "light") -> Locator:
    """Show a picture with all of its parts open."""
    folder, made = WIDGETS[name]
    widget = made(stage)
    show(page, widget, ROOM / folder, theme)
    widget.close()
    shown = root(page)
    for each in ("Key", "Table"):
        for button in shown.get_by_role("button", name=each, exact=True).all():
            button.click()
    for each in shown.locator("summary").all():
        each.click()
    for each in shown.locator('[aria-expanded="false"]').all():
        each.click()
    return shown


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", WIDGETS)
def test_nothing_is_cut_off_or_small_in_any_light_and_width(
    page: Page, name: str, theme: Any
) -> None:
    shown = opened(page, name, busy(), theme)
    SCREENS.mkdir(exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(shown) == [], width
        page.screenshot(path=SCREENS / f"{name}-{theme}-{width}.png", full_page=True)
        assert axe(page, "#place > *") == "", width


@pytest.mark.parametrize("name", WIDGETS)
def test_words_set_wide_are_not_clipped(page: Page, name: str) -> None:
    shown = opened(page, name, busy())
    page.add_style_tag(content=SPACED)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(shown) == [], width
        page.screenshot(path=SCREENS / f"{name}-spaced-{width}.png", full_page=True)


@pytest.mark.parametrize("name", WIDGETS)
def test_at_twice_the_size_nothing_is_clipped(page: Page, name: str) -> None:
    shown = opened(page, name, busy())
    session = page.context.new_cdp_session(page)
    for width in WIDTHS[1:]:
        # What a browser does at 200 %: half as many px, each twice as big.
        size = {"width": width // 2, "height": 450, "deviceScaleFactor": 2, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", size)
        assert page.evaluate("() => [innerWidth, devicePixelRatio]") == [width // 2, 2]
        assert faults(shown) == [], width
        page.screenshot(path=SCREENS / f"{name}-twice-{width}.png", full_page=True)
