"""The course asks, in JupyterLab: predictions, the way back, quizzes and hints; mouse and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.lab_page import (
    WIDE,
    cell,
    open_notebook,
    run_all,
    run_cell,
    set_theme,
    take_screen,
    wait_idle,
)
from tests.course.made.notebooks import write_lessons

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.jupyter import JupyterLab

SETUP, START, LOGIN, ASK, RUN, LOOK, BEGIN, ATTEMPT, CHECK, QUIZ = 0, 2, 4, 7, 8, 9, 10, 11, 12, 13

STICKS_OUT = """root => {
    const edge = root.getBoundingClientRect();
    const cells = root.closest('.jp-OutputArea').getBoundingClientRect();
    const out = [...root.querySelectorAll('*')].filter(each => {
        const box = each.getBoundingClientRect();
        return box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1);
    }).map(each => each.outerHTML.slice(0, 200));
    if (edge.right > cells.right + 1) out.push('the panel is wider than its cell');
    return out;
}"""


@pytest.fixture
def lesson(page: Page, jupyter_lab: JupyterLab, request: pytest.FixtureRequest) -> Page:
    """Lesson 98, open and not yet run, in a folder of its own."""
    folder = jupyter_lab.folder / request.node.name
    folder.mkdir()
    write_lessons(folder, setup=True)
    open_notebook(page, f"{folder.name}/98-small.ipynb")
    return page


def panel(page: Page, index: int) -> Locator:
    return cell(page, index).locator(".lm-question, .lm-outcome")


def in_any_light_and_width(page: Page, shown: Locator, name: str, inside: str) -> None:
    page.add_style_tag(content="* { content-visibility: visible !important; }")
    for theme in ("Light", "Dark"):
        set_theme(page, theme)
        for width in (360, 1600):
            page.set_viewport_size({"width": width, "height": WIDE["height"]})
            shown.evaluate("root => root.scrollIntoView({ block: 'center' })")
            assert shown.evaluate(STICKS_OUT) == [], (theme, width)
            take_screen(page, f"{name}-{theme.lower()}-{width}")
            results = Axe().run(page, context=inside)
            assert results.violations_count == 0, results.generate_report()
    set_theme(page, "Light")
    page.set_viewport_size(WIDE)


def test_run_all_then_back_then_a_prediction_and_its_verdict(lesson: Page) -> None:
    run_all(lesson)
    asked = panel(lesson, ASK)
    said = asked.get_by_role("status").first
    expect(said).to_contain_text("Not predicted")
    assert "Done." not in panel(lesson, CHECK).inner_text()
    take_screen(lesson, "asking-not-predicted")
    asked.get_by_role("button", name="Go back before step 2").click()
    below = cell(lesson, ASK).locator(".lm-map")
    expect(below).to_be_visible()
    expect(said).to_contain_text("You are before step 2 again")
    expect(asked.get_by_role("radio").first).to_be_enabled()
    # Nothing of the step has been said in the new lab: its one letter is there, unmarked.
    assert "marked" not in below.locator("table").first.text_content()
    asked.get_by_text("the laptop").click()
    asked.get_by_role("button", name="Commit my prediction").click()
    expect(said).to_contain_text("You predict a) the laptop.")
    expect(asked.get_by_role("radio").first).to_be_disabled()
    take_screen(lesson, "asking-committed")
    run_cell(lesson, RUN)
    expect(said).to_contain_text("You predicted a) the laptop. The answer is b) the server.")
    expect(said).to_contain_text("DELE only marks.")
    assert "marked" in below.locator("table").first.text_content()
    in_any_light_and_width(lesson, asked, "asking-verdict", ".lm-question")


def test_by_keyboard_alone(lesson: Page) -> None:
    for index in (SETUP, START, LOGIN, ASK, RUN):
        run_cell(lesson, index)
    asked = panel(lesson, ASK)
    said = asked.get_by_role("status").first
    expect(said).to_contain_text("Not predicted")
    keys = lesson.keyboard
    asked.get_by_role("button", name="Go back before step 2").focus()
    keys.press("Enter")
    expect(said).to_contain_text("You are before step 2 again")
    expect(asked.get_by_role("radio").first).to_be_focused()
    keys.press("Enter")
    expect(asked.get_by_role("radio").first).to_be_checked()
    expect(said).to_contain_text("You are before step 2 again")
    keys.press("ArrowDown")
    expect(asked.get_by_role("radio").nth(1)).to_be_checked()
    keys.press("Tab")
    expect(asked.get_by_role("button", name="Commit my prediction")).to_be_focused()
    keys.press("Space")
    expect(said).to_contain_text("You predict b) the server.")
    expect(asked.get_by_role("button", name="Committed")).to_be_focused()
    # Out of the panel to its cell, on to the next, and run that: the notebook's own keys.
    keys.press("Escape")
    expect(cell(lesson, ASK)).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Shift+Enter")
    expect(said).to_contain_text("You predicted b) the server. That is right.")


def test_nothing_but_the_step_s_own_cell_is_the_answer(lesson: Page) -> None:
    for index in (SETUP, START, LOGIN, ASK):
        run_cell(lesson, index)
    asked = panel(lesson, ASK)
    said = asked.get_by_role("status").first
    asked.get_by_role("button", name="Commit my prediction").click()
    expect(said).to_have_text("Choose one of the options first.")
    run_cell(lesson, LOGIN)
    run_cell(lesson, BEGIN)
    expect(said).to_have_text("Choose one of the options first.")
    asked.get_by_role("radio").nth(1).press("Enter")
    expect(said).to_have_text("")
    asked.get_by_role("radio").nth(1).check()
    asked.get_by_role("radio").nth(1).press("Enter")
    expect(said).to_contain_text("You predict b) the server.")
    expect(asked.get_by_role("button", name="Committed")).to_be_focused()


def test_a_choice_in_one_panel_leaves_the_others_alone(lesson: Page) -> None:
    for index in (SETUP, START, LOGIN, ASK, QUIZ):
        run_cell(lesson, index)
    asked, quiz = panel(lesson, ASK), panel(lesson, QUIZ).get_by_role("group").first
    asked.get_by_role("radio").nth(0).check()
    quiz.get_by_role("radio").nth(1).check()
    expect(asked.get_by_role("radio").nth(0)).to_be_checked()
    quiz.get_by_role("radio").nth(1).focus()
    lesson.keyboard.press("Tab")
    expect(quiz.get_by_role("button", name="Commit my answer")).to_be_focused()
    lesson.keyboard.press("Shift+Tab")
    expect(quiz.get_by_role("radio").nth(1)).to_be_focused()


def test_hints_come_one_by_one_and_the_solution_last(lesson: Page) -> None:
    for index in (SETUP, START, BEGIN, CHECK):
        run_cell(lesson, index)
    shown = panel(lesson, CHECK)
    expect(shown).to_contain_text("Not yet. A is on the server, and no line has marked it.")
    assert "Which line marks?" not in shown.inner_text()
    for n, text in enumerate(("Which line marks?", "And which makes it so?", "DELE 1, then"), 1):
        shown.get_by_role("button", name=f"Hint {n} of 3").press("Enter")
        expect(shown.get_by_role("listitem").nth(n - 1)).to_contain_text(text)
        expect(shown.get_by_role("button")).to_be_focused()
        assert shown.get_by_role("listitem").count() == n
    assert "USER bob" not in shown.inner_text()
    shown.get_by_role("button", name="Show the solution").press("Enter")
    expect(shown.locator("pre")).to_contain_text('pop.send("USER bob")')
    in_any_light_and_width(lesson, shown, "outcome-hints", ".lm-outcome")
    run_cell(lesson, CHECK)
    expect(panel(lesson, CHECK).locator("pre")).to_contain_text('pop.send("USER bob")')


def test_a_quiz_leads_to_what_proves_it_here_and_elsewhere(lesson: Page) -> None:
    for index in (SETUP, START, QUIZ):
        run_cell(lesson, index)
    shown = panel(lesson, QUIZ)
    first, second = shown.get_by_role("group").all()
    first.get_by_role("radio").nth(1).check()
    first.get_by_role("button", name="Commit my answer").click()
    expect(first.get_by_role("status")).to_contain_text("It marks.")
    second.get_by_role("radio").nth(0).check()
    second.get_by_role("button", name="Commit my answer").click()
    expect(shown.locator(".lm-foot")).to_have_text("1 of 2 right at the first go.")
    in_any_light_and_width(lesson, shown, "quiz", ".lm-question")
    first.get_by_role("link", name="See it in step 2").click()
    expect(cell(lesson, 6).get_by_role("heading", name="Step 2")).to_be_in_viewport()
    second.get_by_role("link", name="See it in step 1 of lesson 97").click()
    lesson.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.context.path.endsWith('97-before.ipynb')"
    )
    wait_idle(lesson)
    heading = lesson.get_by_role("heading", name="Step 1 · That")
    expect(heading).to_be_in_viewport()
    take_screen(lesson, "quiz-proof-elsewhere")
