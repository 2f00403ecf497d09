"""Every picture on a page of its own: in any light and room, for eye and ear."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from labserver import events as e
from labserver import widgets
from labserver.imap import TABLE as IMAP
from labserver.pop3 import TABLE as POP3
from labserver.smtp.table import RECEIVING
from labserver.widgets import MailMap, Replay, StateDiagram, Transcript
from tests.browser.alone import change, root, show
from tests.browser.faults import SPACED, WIDTHS, axe, faults
from tests.browser.lab_page import SCREENS, Seen
from tests.snapshot.scenes import BOB, Stage, during, two_imap
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
    for handle in shown.locator('[aria-expanded="false"]').element_handles():
        handle.click()
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


HEARD = """() => {
    window.said = [];
    const status = document.querySelector('#place [role=status]');
    new MutationObserver(() => window.said.push([performance.now(), status.textContent]))
        .observe(status, { childList: true, characterData: true, subtree: true });
}"""


def said(page: Page) -> list[str]:
    """Return what was announced, and demand that a second lay between."""
    heard: list[tuple[float, str]] = page.evaluate("() => window.said")
    for (before, _), (after, _) in pairwise(heard):
        assert after - before >= 990
    return [sentence for _, sentence in heard]


def test_a_line_says_what_it_means_once_the_keys_rest(page: Page) -> None:
    show(page, Transcript(during(), live=False), ROOM / "transcript")
    shown = root(page)
    page.evaluate(HEARD)
    shown.locator(".lm-row").first.focus()
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    status = shown.get_by_role("status")
    expect(status).to_have_text(
        "A line with a single dot: the reply of many lines ends here.", timeout=5000
    )
    heard = said(page)
    assert heard[0] == "Here a POP3 server waits.", "the first at once"
    assert len(heard) < 9, "not each"
    assert shown.locator("[aria-live]").count() == 0


def test_the_diagram_tells_the_newest_state_at_most_once_a_second(page: Page) -> None:
    stage = Stage("laptop")
    widget = StateDiagram(stage, POP3, ("pop3",), "pop3")
    show(page, widget, ROOM / "states")
    page.evaluate(HEARD)
    n = stage.dial("pop3")
    for state in ("AUTHORIZATION", "TRANSACTION", "UPDATE"):
        stage.state(n, state)
        for _ in range(2):
            stage.said(n, "NOOP", "+OK")
            widget._paint()
            change(page, widget)
    status = root(page).get_by_role("status")
    expect(status).to_have_text(re.compile("it is in UPDATE"), timeout=5000)
    assert [sentence.partition(": ")[2] for sentence in said(page)] == [
        "it is in AUTHORIZATION.",
        "it is in UPDATE.",
    ]
    widget.close()


def test_the_replay_tells_where_one_went_and_not_what_happens_meanwhile(page: Page) -> None:
    stage = during()
    widget = Replay(stage)
    show(page, widget, ROOM / "replay")
    page.evaluate(HEARD)
    status = root(page).get_by_role("status")

    def told() -> None:
        widget._paint()
        change(page, widget)

    for _ in range(3):
        stage.flags(1, "\\Seen")
        told()
    expect(status).to_be_empty()
    for _ in range(4):
        widget.back()
        told()
    now = widget.view
    expect(status).to_have_text(f"{now['line']}: {' '.join(now['what'])}", timeout=5000)
    assert len(said(page)) < 4, "not each"
    widget.close()


@pytest.mark.parametrize("name", WIDGETS)
def test_nothing_moves_where_motion_is_unwanted(page: Page, name: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    folder, made = WIDGETS[name]
    stage = during()
    widget = made(stage)
    show(page, widget, ROOM / folder)
    n = stage.pop("phone")
    stage.retrieve(n, "phone", 2, 2)
    widget._paint()
    moving = """view => {
        window.model.set(view);
        const slow = [...document.querySelectorAll('#place *')].filter(each => {
            const { transitionDuration, animationName } = getComputedStyle(each);
            return animationName !== 'none' || parseFloat(transitionDuration) > 0;
        });
        return document.getAnimations().length + slow.length;
    }"""
    assert page.evaluate(moving, json.loads(json.dumps(widget.view))) == 0
    widget.close()
