"""The map's live face on a page of its own: by keyboard, by ear, in any light and room."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from labserver import Lab
from labserver import events as e
from labserver.widgets import MailMap, mailmap
from tests.browser.alone import change, root, show
from tests.browser.faults import axe, faults
from tests.browser.lab_page import SCREENS, Seen
from tests.browser.situations import MORE, SITUATIONS, say, situation
from tests.snapshot.scenes import BOB, SCENES, Stage, during, fresh, two_imap
from tests.snapshot.test_refused import refused
from tests.widgets.test_mailmap import hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

FOLDER = Path(mailmap.__file__).parent
WIDTHS = (360, 640, 800, 1000, 1600)
FOCUSED = "() => document.activeElement.getAttribute('aria-label')"


@pytest.fixture
def page(browser: Browser, seen: Seen) -> Iterator[Page]:
    """A page of its own; it may ask nobody for anything."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    page = context.new_page()
    seen.watch(page, "")
    yield page
    context.close()
    assert seen.errors == []
    assert seen.foreign == []


def still(stage: Stage, **options: Any) -> MailMap:
    return MailMap(stage, BOB, live=False, **options)


def full() -> Stage:
    stage = two_imap()
    stage.now(e.QuotaChanged(account=BOB, storage=60, messages=9, mailboxes=None, connection=None))
    stage.now(e.Secured(connection=1, version="TLSv1.3"))
    refused(stage, 4)
    refused(stage, None)
    return stage


def many_places() -> Stage:
    stage = Stage("laptop", "phone", "tablet")
    stage.now(e.DeviceAdded(device="webmail", owner=BOB, kind="webmail"))
    stage.now(e.DeviceAdded(device="backup", owner=BOB, kind="backup"))
    for message in (1, 2, 3):
        stage.arrive(message)
    stage.save("phone", 2, stage.imap("phone"), protocol="imap")
    return stage


LOOKS = {"full": full, "places": many_places, "hostile": hostile, "lost": SCENES["laptop_lost"]}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_in_any_room(page: Page, name: str, theme: Any) -> None:
    show(page, still(LOOKS[name]()), FOLDER, theme)
    shown = root(page)
    shown.get_by_role("button", name="Key").click()
    shown.get_by_role("button", name="Table").click()
    modes = set()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert faults(shown) == [], width
        modes.add(shown.get_attribute("data-mode"))
        if width in (360, 800, 1600):
            assert axe(page, ".lm-map") == "", width
            SCREENS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENS / f"map-{name}-{theme}-{width}.png", full_page=True)
    assert modes == {"wide", "matrix", "cards"}


def test_by_keyboard_it_is_one_stop(page: Page) -> None:
    show(page, still(during()), FOLDER)
    shown = root(page)
    grid = shown.get_by_role("grid")
    expect(grid.locator('[tabindex="0"]')).to_have_count(1)
    shown.get_by_role("button", name="Key").focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED).startswith("A: Lunch on Friday?")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == "A, laptop: whole"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == "A, SERVER: marked, DELE, POP no. 1"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == "C, SERVER: whole, POP no. 3"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(FOCUSED) == "C, laptop: whole ▶"
    page.keyboard.press("Enter")
    line = page.evaluate("() => document.activeElement.textContent")
    assert "▶ C: RETR 3" in line
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "C, laptop: whole ▶"
    page.keyboard.press("Control+Home")
    assert page.evaluate(FOCUSED).startswith("A: Lunch on Friday?")
    page.keyboard.press("End")
    assert page.evaluate(FOCUSED) == "whole copies: 2 "
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(shown.get_by_role("status")).to_have_text("No line did this.")
    expect(grid.locator('[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "place"


def test_a_change_leaves_the_focus_where_it_is(page: Page) -> None:
    stage = fresh()
    widget = MailMap(stage, BOB)
    show(page, widget, FOLDER)
    cell = root(page).get_by_role("gridcell", name=re.compile("^B, laptop"))
    cell.focus()
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    stage.retrieve(n, "laptop", 2, 2)
    widget.close()
    change(page, widget)
    assert page.evaluate(FOCUSED) == "B, laptop: whole ▶"


def test_it_says_a_sentence_a_change_and_not_each_line(page: Page) -> None:
    stage = fresh()
    widget = MailMap(stage, BOB)
    show(page, widget, FOLDER)
    status = root(page).get_by_role("status")
    page.evaluate("""() => {
        window.said = [];
        const status = document.querySelector('[role=status]');
        new MutationObserver(() => window.said.push([performance.now(), status.textContent]))
            .observe(status, { childList: true });
    }""")

    def told() -> None:
        widget._paint()
        change(page, widget)

    n = stage.pop()
    for _ in range(3):
        stage.said(n, "NOOP", "+OK")
        told()
    expect(status).to_be_empty()
    for number in (1, 2, 3):
        stage.retrieve(n, "laptop", number, number)
        told()
    expect(status).to_have_text("Changed: C on laptop: whole.", timeout=5000)
    said: list[tuple[float, str]] = page.evaluate("() => window.said")
    assert [text for _, text in said] == [
        "Changed: A on laptop: whole.",
        "Changed: C on laptop: whole.",
    ]
    assert said[1][0] - said[0][0] >= 990
    widget.close()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_card_slides_unless_motion_is_unwanted(page: Page, motion: Any) -> None:
    page.emulate_media(reduced_motion=motion)
    stage = fresh()
    widget = MailMap(stage, BOB)
    show(page, widget, FOLDER)
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    widget._paint()
    moving = page.evaluate(
        """view => { window.model.set(view);
            return document.getAnimations().length; }""",
        json.loads(json.dumps(widget.view)),
    )
    assert moving == (motion == "no-preference")
    widget.close()


def test_nothing_in_mail_acts(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for width in (1100, 500, 360):
        page.set_viewport_size({"width": width, "height": 800})
        show(page, still(hostile()), FOLDER)
        shown = root(page)
        shown.get_by_role("button", name="Table").click()
        assert shown.locator("script, img, iframe, svg svg").count() == 0
        assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u2028]", shown.inner_text())
    assert dialogs == []


def test_a_blank_map_has_places_and_messages_and_no_mark(page: Page) -> None:
    show(page, still(during()).blank(), FOLDER)
    shown = root(page)
    said = shown.inner_text()
    assert "Fill in" in said
    drawn = "\n".join(shown.locator(".lm-picture text").all_text_contents())
    assert "Lunch on Friday?" in drawn
    assert "laptop" in drawn
    assert not re.search("marked|POP|RETR|TRANSACTION", drawn)
    assert drawn.count("whole") == 1, "the heading of the last column"


def test_a_closed_lab_is_told(page: Page) -> None:
    stage = fresh()
    stage.closed = True
    show(page, MailMap(stage, BOB), FOLDER)
    expect(root(page).get_by_text("The lab is closed.")).to_be_visible()


@pytest.mark.parametrize("name", [*SITUATIONS, *MORE])
def test_each_situation_is_on_the_page_as_in_store_and_folders(
    page: Page, name: str, tmp_path: Path
) -> None:
    with situation(name, tmp_path) as (lab, shown):
        show(page, shown, FOLDER)
        rows = page.locator(".lm-map table tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )
        heads = page.locator(".lm-map thead th").all_text_contents()
        boxes = ["INBOX", *{"4": ["Archive"], "w": ["Sent"]}.get(name[0], [])]
        stored = {each.letter: each.octets for box in boxes for each in lab.messages("bob", box)}
        assert len(rows) == 3 + (name[0] in "6w")
        counted = 0
        for heading, *cells, copies in rows:
            letter, _, subject = heading.partition(",")[0].partition(": ")
            there = 0
            for head, cell in zip(heads[1:], cells, strict=False):
                word = re.split("[, ]", cell.removeprefix("▶ "))[0]
                if head.startswith("SERVER"):
                    assert (word in ("whole", "marked")) == (letter in stored), (letter, cell)
                    there += letter in stored
                    continue
                held = [data for data in kept(tmp_path, head) if f"Subject: {subject}" in data]
                whole = sum("A line of a letter" in data for data in held)
                assert (word == "whole") == bool(whole), (letter, head, cell)
                assert (word == "headers") == bool(held and not whole), (letter, head, cell)
                there += whole
            assert re.split("[, ]", copies)[0] == str(there), heading
            counted += there
        assert counted > 0
        queued = lab.call(lambda _: [row.message for row in lab._server.store.queue.all()])
        paths = page.locator(".lm-paths p").all_text_contents()
        assert sum(" waits at " in said for said in paths) == len(queued)
        assert len(queued) == (name == "webmail")


def kept(root: Path, head: str) -> list[str]:
    """Read from the disk what a device has kept."""
    files = (root / head.partition(":")[0]).rglob("*")
    return [path.read_text("utf-8") for path in files if path.parent.name in ("cur", "new")]


def wordy(folder: Path) -> MailMap:
    """Have the longest words come about: states, addresses, lines on arrows, a backup."""
    with contextlib.redirect_stdout(io.StringIO()), Lab(folder=folder) as lab:
        laptop, phone = lab.device("laptop"), lab.device("phone")
        lab.load(b"From: alice@home.example\r\nSubject: Lunch\r\n\r\n" + b"x\r\n" * 2000)
        lab.load(b"From: alice@home.example\r\nSubject: Dinner\r\n\r\nhello\r\n")
        phone.dial("imaps")
        laptop.dial("imap")
        desk = laptop.dial("imap")
        say(desk, "a1 LOGIN bob tulip", "a2 SELECT INBOX")
        say(desk, r"a3 STORE 2 +FLAGS (\Deleted)", "a4 FETCH 1 (UID FLAGS BODY.PEEK[HEADER])")
        return MailMap(lab._feed, live=False)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_long_words_have_room_between_the_places(page: Page, theme: Any, tmp_path: Path) -> None:
    show(page, wordy(tmp_path), FOLDER, theme)
    shown = root(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert faults(shown) == [], width
        page.screenshot(path=SCREENS / f"map-words-{theme}-{width}.png", full_page=True)
    drawn = shown.locator(".lm-picture")
    inside = """picture => {
        const frames = [...picture.querySelectorAll('[data-key=places] > rect')]
            .map(each => each.getBBox()).filter(each => each.height > 60);
        const words = [...picture.querySelectorAll('[data-key=pipes] text, .lm-arrow text')];
        return words.flatMap(each => {
            const { x, width } = each.getBBox();
            const over = frames.some(f => x < f.x + f.width - 1 && x + width > f.x + 1);
            return over ? [each.textContent] : [];
        });
    }"""
    assert drawn.evaluate(inside) == []
    said = drawn.locator("[data-key=pipes] text, .lm-arrow text").all_text_contents()
    assert {"NOT", "AUTHENTICATED", "SELECTED", "FETCH 1 (UID"} <= set(said)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_beside_a_mark_stand_in_its_frame_and_apart(page: Page, theme: Any) -> None:
    stage = fresh()
    stage.flags(1, "\\Flagged")
    n = stage.pop()
    stage.delete(n, 2, 2)
    show(page, still(stage), FOLDER, theme)
    row = root(page).locator(".lm-picture [data-key=row-2]")
    boxes = """row => {
        const box = each => {
            const { x, y, width, height } = each.getBBox();
            return [each.textContent, x, y, x + width, y + height];
        };
        const ring = row.querySelector('rect[stroke-width="2.2"]');
        const icon = row.querySelector('g');
        const words = [...row.querySelectorAll('text')].map(box);
        const { x, width } = icon.getBBox();
        const shape = icon.getCTM().e / icon.getCTM().a;
        return [box(ring), words, shape + x + width];
    }"""
    (_, left, top, right, bottom), words, shape = row.evaluate(boxes)
    inside = [each for each in words if left < each[1] < right]
    assert {each[0] for each in inside} == {"marked", "POP no. 2", "● new"}
    for _, x, above, end, below in inside:
        assert x >= shape + 4, "beside the shape"
        assert end <= right - 2
        assert above >= top - 2
        assert below <= bottom - 1, "the frame is below the words"
    assert len({each[4] for each in inside}) == 2, "two lines are not squeezed"
    assert faults(root(page)) == []
    SCREENS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENS / f"map-marked-{theme}.png", full_page=True)
