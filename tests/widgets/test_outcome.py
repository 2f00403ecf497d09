"""What came of an exercise: the message in all faces, the hints one by one on asking only."""

from __future__ import annotations

import json

from labserver.widgets import Outcome
from labserver.widgets.outcome import About, Help
from labserver.widgets.prose import as_html, pieces

HINTS = ("Which line marks?", "And which makes it so?", "`DELE 1`, then `QUIT`.")
SOLUTION = 'pop.send("DELE 1")\npop.send("QUIT")'


def missing(given: int = 0, asked: list[int] | None = None) -> Outcome:
    return Outcome(
        done=False,
        says="A is still `marked` <here>.",
        about=About(
            line="line 3 of the session: `DELE 1`",
            state="TRANSACTION",
            rule="RFC 1939 section 6",
            then="Say `QUIT`.",
        ),
        helps=Help(hints=HINTS, solution=SOLUTION, typed='course.hint("03.E1")', given=given),
        asked=None if asked is None else asked.append,
    )


def test_the_message_names_line_state_rule_and_what_to_try() -> None:
    assert missing().text().splitlines() == [
        "Not yet. A is still `marked` <here>.",
        "   Where: line 3 of the session: `DELE 1`",
        "   State: TRANSACTION",
        "   Rule: RFC 1939 section 6",
        "   Try now: Say `QUIT`.",
        '   For a hint, type `course.hint("03.E1")` in a cell of its own.',
    ]
    html = missing().html()
    assert "<strong>Not yet.</strong> A is still <code>marked</code> &lt;here&gt;." in html
    assert "<li><strong>Rule:</strong> RFC 1939 section 6</li>" in html
    assert html == missing().html()


def test_no_hint_and_no_solution_is_there_before_it_is_asked_for() -> None:
    panel = missing()
    everything = panel.text() + panel.html() + json.dumps(panel.view)
    for hint in (*HINTS, "send"):
        assert hint not in everything
    panel = missing(given=4)
    for hint in (*HINTS, "send"):
        assert hint not in panel.text() + panel.html(), "the saved faces never hold them"


def test_hints_come_in_order_and_the_solution_last() -> None:
    asked: list[int] = []
    panel = missing(asked=asked)
    buttons = [panel.view["button"]]
    for given in range(4):
        panel.wish = {"hint": given}
        buttons.append(panel.view["button"])
    assert buttons == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Show the solution",
        "That was all",
    ]
    assert asked == [1, 2, 3, 4]
    assert [name for name, _ in panel.view["hints"]] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
    ]
    assert panel.view["solution"] == SOLUTION
    assert panel.view["over"]
    panel.give()
    assert panel.given == 4
    assert asked == [1, 2, 3, 4]


def test_one_press_gives_one_hint() -> None:
    panel = missing()
    panel.wish = {"hint": 0}
    panel.wish = {"hint": 0, "again": True}
    panel.wish = {"hint": 3}
    panel.wish = {"hint": "x"}
    panel.wish = {}
    assert panel.given == 1


def test_what_was_given_before_is_there_again() -> None:
    panel = missing(given=2)
    assert len(panel.view["hints"]) == 2
    assert panel.view["solution"] == ""
    assert panel.view["button"] == "Hint 3 of 3"
    assert missing(given=9).view["over"]


def test_done_offers_no_hints() -> None:
    helps = Help(hints=HINTS, solution=SOLUTION, typed="x", given=1)
    panel = Outcome(done=True, says="A is `gone`.", helps=helps)
    assert panel.text() == "Done. A is `gone`."
    assert panel.html() == "<div><p><strong>Done.</strong> A is <code>gone</code>.</p></div>"
    assert panel.view["button"] == ""
    assert panel.view["hints"] == []
    panel.give()
    assert panel.given == 0


def test_backticks() -> None:
    assert pieces("plain") == ["plain"]
    assert pieces("`code`") == ["", "code", ""]
    assert pieces("a `b` c `d`") == ["a ", "b", " c ", "d", ""]
    assert pieces("an odd ` one") == ["an odd ` one"]
    assert pieces("`a` and ` odd") == ["", "a", " and ` odd"]
    assert as_html("`<b>` & ` odd") == "<code>&lt;b&gt;</code> &amp; ` odd"
