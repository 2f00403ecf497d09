"""The live transcript in JupyterLab: by pointer, by keyboard, in any light and width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write
from playwright.sync_api import expect

from labserver.course.notebooks.committed import KERNELSPEC
from tests.browser.faults import in_any_light_and_width
from tests.browser.lab_page import open_notebook, run_cell, wait_idle

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.jupyter import JupyterLab

START = """
from labserver import Lab
lab = Lab()
smtp = lab.device('alice-laptop', owner='alice').dial('submission')
smtp.send('EHLO a.example')
smtp.send('AUTH PLAIN AGFsaWNlAG9yY2hpZA==')
smtp.send('MAIL FROM:<alice@home.example>', 'RCPT TO:<bob@home.example>', 'DATA')
body = '.dot\\n<img src=x onerror=alert(1)>\\n' + 'x\\n' * 600
smtp.data('Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\\n\\n' + body)
"""
SHOW = "lab.transcript()"
MORE = """
pop = lab.device('laptop').dial('pop3')
for line in ('USER bob', 'PASS tulip', 'STAT'):
    pop.send(line)
"""
MANY = "for n in range(200):\n    pop.send('NOOP')"
END = "lab.close()"


@pytest.fixture
def shown(page: Page, jupyter_lab: JupyterLab, tmp_path: Path) -> Locator:
    """A transcript of a message sent; cells 2 to 4 have more happen, and end the lab."""
    cells = [v4.new_code_cell(source) for source in (START, SHOW, MORE, MANY, END)]
    path = tmp_path / "transcript.ipynb"
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    open_notebook(page, jupyter_lab.add(path))
    run_cell(page, 0)
    run_cell(page, 1)
    return page.locator(".lm-transcript")


def row(shown: Locator, text: str) -> Locator:
    return shown.locator(".lm-row", has_text=text).first


def meaning(shown: Locator) -> Locator:
    return shown.get_by_role("region")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_line_explains_itself_to_the_pointer(page: Page, shown: Locator) -> None:
    expect(meaning(shown)).to_contain_text("Point at a line")
    row(shown, "MAIL FROM").hover()
    expect(meaning(shown)).to_contain_text("where a report goes if delivery fails")
    expect(meaning(shown)).to_contain_text("RFC 5321 section 4.1.1.2")
    row(shown, "RCPT TO").click()
    row(shown, "AUTH PLAIN").hover()
    expect(meaning(shown)).to_contain_text("one person who shall get the message")
    page.keyboard.press("Escape")
    run_cell(page, 4)


def test_bodies_open_on_demand_and_nothing_in_them_acts(page: Page, shown: Locator) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    body = row(shown, "octets, ")
    expect(body).to_have_attribute("aria-expanded", "false")
    body.click()
    expect(body).to_have_attribute("aria-expanded", "true")
    expect(body).to_contain_text("<img src=x onerror=alert(1)>")
    expect(body).to_contain_text("dot-stuffed")
    assert shown.locator("img").count() == 0
    body.get_by_role("button", name="more lines").click()
    expect(body.locator(".lm-in")).to_have_count(400)
    expect(body.get_by_role("button")).to_contain_text("more lines")
    assert dialogs == []
    run_cell(page, 4)


def test_the_looks(page: Page, shown: Locator) -> None:
    shown.get_by_role("button", name="bytes").click()
    expect(row(shown, "EHLO a.example")).to_contain_text("CRLF")
    expect(row(shown, "EHLO a.example")).to_contain_text("16 octets")
    shown.get_by_role("button", name="decoded").click()
    expect(row(shown, "AUTH PLAIN AG")).to_contain_text("user name alice, password orchid")
    expect(shown.get_by_role("button", name="decoded")).to_have_attribute("aria-pressed", "true")
    shown.get_by_role("button", name="text").click()
    expect(row(shown, "AUTH PLAIN AG")).not_to_contain_text("orchid")
    run_cell(page, 4)


def test_it_follows_and_filters(page: Page, shown: Locator) -> None:
    expect(shown.locator(".lm-head")).to_have_count(1)
    run_cell(page, 2)
    expect(row(shown, "PASS tulip")).to_be_visible()
    shown.get_by_label("Protocol").select_option("pop3")
    expect(shown.locator(".lm-head")).to_have_count(1)
    expect(row(shown, "MAIL FROM")).to_have_count(0)
    shown.get_by_label("Protocol").select_option("")
    shown.get_by_label("Device").select_option("alice-laptop")
    expect(row(shown, "PASS tulip")).to_have_count(0)
    shown.get_by_label("Device").select_option("")
    shown.get_by_role("button", name="in time").click()
    expect(shown.locator(".lm-head")).to_have_count(2)
    run_cell(page, 3)
    expect(shown.locator(".lm-showing")).to_contain_text("of 4")
    expect(shown.locator(".lm-row")).to_have_count(121)
    earlier = shown.get_by_role("button", name="Earlier")
    showing = shown.locator(".lm-showing")
    for _ in range(10):
        if earlier.is_disabled():
            break
        before = showing.inner_text()
        earlier.click()
        expect(showing).not_to_have_text(before)
    expect(row(shown, "EHLO a.example")).to_be_visible()
    expect(earlier).to_be_disabled()
    shown.get_by_role("button", name="Newest").click()
    expect(row(shown, "EHLO a.example")).to_have_count(0)
    run_cell(page, 4)
    expect(shown.locator(".lm-showing")).to_contain_text("rows · the lab is closed")
    shown.get_by_role("button", name="bytes").click()
    expect(shown.locator(".lm-acts").first).to_be_visible()


def stands(shown: Locator) -> str:
    """Return whether the box of lines stands at its top, at its end, or between."""
    box = "e => [e.scrollTop, e.scrollHeight - e.clientHeight - e.scrollTop]"
    above, below = shown.locator(".lm-lines").evaluate(box)
    assert above + below > 8, "all is in sight"
    return "top" if above < 1 else "end" if below < 8 else "between"


def test_one_reads_from_the_top_and_follows_from_the_end(page: Page, shown: Locator) -> None:
    run_cell(page, 2)
    run_cell(page, 1)
    assert stands(shown) == "top"
    run_cell(page, 3)
    expect(shown.locator(".lm-row")).to_have_count(121)
    shown.get_by_role("button", name="Earlier").click()
    expect(row(shown, "EHLO a.example")).to_have_count(0)
    assert stands(shown) == "top"
    shown.get_by_role("button", name="Newest").click()
    expect(shown.get_by_role("button", name="Newest")).to_be_disabled()
    assert stands(shown) == "end"
    run_cell(page, 1)
    assert stands(shown) == "end"
    explained = meaning(shown)
    row(shown, "NOOP").click()
    high = explained.evaluate(
        "e => { e.append(document.createElement('pre')); return e.clientHeight; }"
    )
    explained.locator("pre").evaluate("e => { e.textContent = 'long\\n'.repeat(300); }")
    assert explained.evaluate("e => e.clientHeight") <= max(high, 32 * 13)


def test_by_keyboard_alone(page: Page, shown: Locator) -> None:
    stops = shown.locator('[tabindex="0"]')
    expect(stops).to_have_count(3)  # the controls, the lines, and what they mean
    shown.get_by_role("button", name="text").focus()
    press(page, "ArrowRight", "Enter")
    expect(shown.get_by_role("button", name="bytes")).to_have_attribute("aria-pressed", "true")
    press(page, "ArrowLeft", "Enter", "Tab")
    press(page, "Home", "ArrowDown", "ArrowDown")
    expect(row(shown, "EHLO a.example")).to_be_focused()
    expect(meaning(shown)).to_contain_text("It calls itself a.example.")
    press(page, "End")
    expect(stops).to_have_count(3)
    press(page, *["ArrowUp"] * 2)
    body = row(shown, "octets, ")
    expect(body).to_be_focused()
    press(page, "ArrowRight")
    expect(body).to_have_attribute("aria-expanded", "true")
    press(page, "ArrowLeft")
    expect(body).to_have_attribute("aria-expanded", "false")
    expect(body).to_be_focused()
    press(page, "Escape")
    expect(shown.get_by_role("toolbar").locator(":focus")).to_have_count(1)
    expect(meaning(shown)).to_contain_text("Point at a line")
    run_cell(page, 4)


def test_in_any_light_and_width(page: Page, shown: Locator) -> None:
    row(shown, "octets, ").click()
    in_any_light_and_width(page, ".lm-transcript", name="transcript")
    run_cell(page, 4)


def test_without_its_kernel_it_still_explains(page: Page, shown: Locator) -> None:
    session = "window.jupyterapp.shell.currentWidget.context.sessionContext.session"
    page.evaluate(f"() => {session}.kernel.restart()")
    wait_idle(page)
    row(shown, "RCPT TO").hover()
    expect(meaning(shown)).to_contain_text("one person who shall get the message")
    shown.get_by_role("button", name="bytes").click()
    body = row(shown, "octets, ")
    body.click()
    expect(body).to_contain_text("onerror")
