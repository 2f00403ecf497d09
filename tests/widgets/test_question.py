"""The panel of questions: chosen by a click or typed, answered by who asked, in three faces."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labserver.widgets import Questions
from labserver.widgets.question import Asked, Below, Link, Reply, Tone

ASKED = [
    Asked(ask="After `DELE 1`, A is on…", options=("the laptop", "the `<server>`", "neither")),
    Asked(ask="And now?", options=("yes", "no")),
]


class Heard:
    """Who asks: hears what is committed and pressed."""

    def __init__(self, count: int = 2) -> None:
        self.said: list[tuple[str, int, int]] = []
        self.panel = Questions(
            "A title",
            ASKED[:count],
            commit="Commit",
            committed=lambda at, option: self.said.append(("committed", at, option)),
            pressed=lambda at: self.said.append(("pressed", at, 0)),
            intro="Type `something`.",
        )


@pytest.fixture
def heard() -> Heard:
    return Heard()


def shown(panel: Questions, at: int = 0) -> Any:
    return panel.view["questions"][at]


def test_what_is_asked_stands_in_every_face_and_no_answer_does(heard: Heard) -> None:
    panel = heard.panel
    data, _ = panel._repr_mimebundle_()
    assert data["text/plain"] == repr(panel) == str(panel)
    assert data["text/plain"].splitlines() == [
        "A title",
        "Type `something`.",
        "",
        "1. After `DELE 1`, A is on…",
        "   a) the laptop",
        "   b) the `<server>`",
        "   c) neither",
        "",
        "2. And now?",
        "   a) yes",
        "   b) no",
    ]
    assert "After <code>DELE 1</code>, A is on…" in data["text/html"]
    assert "b) the <code>&lt;server&gt;</code>" in data["text/html"]
    assert "<script" not in data["text/html"]
    assert "<input" not in data["text/html"], "what cannot be used is not shown"
    assert Heard().panel.html() == panel.html()
    assert shown(panel)["ask"] == ["After ", "DELE 1", ", A is on…"]
    assert [each["mark"] for each in shown(panel)["options"]] == ["", "", ""]
    assert shown(panel)["head"] == "1 of 2"
    assert Heard(1).panel.view["questions"][0]["head"] == ""
    json.dumps(panel.view)


def test_a_click_commits_once(heard: Heard) -> None:
    panel = heard.panel
    panel.wish = {"commit": [0, 2], "count": 1}
    panel.wish = {"commit": [0, 1], "count": 2}
    assert heard.said == [("committed", 0, 2)]
    assert shown(panel)["chosen"] == 2
    assert not shown(panel)["open"]
    assert shown(panel)["options"][2]["mark"] == "your choice"
    assert shown(panel, 1)["open"]
    assert "c) neither (your choice)" in panel.text()


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"commit": [0]},
        {"commit": [7, 0]},
        {"commit": [-1, 0]},
        {"commit": [0, 3]},
        {"commit": [0, -1]},
        {"commit": ["0", "1"]},
        {"commit": None},
        {"press": 0},
        {"press": 9},
        {"press": -1},
        {"other": 1},
    ],
)
def test_a_page_that_asks_for_nonsense_gets_nothing(heard: Heard, wish: dict[str, Any]) -> None:
    before = heard.panel.view
    heard.panel.wish = wish
    assert heard.said == []
    assert heard.panel.view == before


@pytest.mark.parametrize("typed", ["b", "B", " b ", "b)", "B."])
def test_a_letter_commits(heard: Heard, typed: str) -> None:
    heard.panel.answer(1, typed)
    assert heard.said == [("committed", 0, 1)]


@pytest.mark.parametrize("typed", ["", "d", "bb", "2", "the laptop", "\u202e", "x" * 500])
def test_what_is_no_option_gets_a_message_and_can_be_mended(heard: Heard, typed: str) -> None:
    heard.panel.answer(1, typed)
    assert heard.said == []
    assert "is none of the options. Type one of: a, b, c." in heard.panel.text()
    assert "\u202e" not in heard.panel.text()
    assert len(heard.panel.text()) < 400
    heard.panel.answer(1, "a")
    assert heard.said == [("committed", 0, 0)]
    assert "none of the options" not in heard.panel.text()


@pytest.mark.parametrize("number", [0, 3, -1, "x"])
def test_a_question_that_is_not_there_is_said(heard: Heard, number: Any) -> None:
    heard.panel.answer(number, "a")
    assert heard.said == []
    assert f"There is no question {number}: they are numbered from 1 to 2." in heard.panel.text()


def test_a_question_that_is_answered_stays_as_it_is(heard: Heard) -> None:
    heard.panel.answer(2, "a")
    heard.panel.answer(2, "q")
    heard.panel.answer(2, "b")
    assert heard.said == [("committed", 1, 0)]
    assert heard.panel.standing(1).chosen == 0


def test_what_is_said_of_an_answer(heard: Heard) -> None:
    panel = heard.panel
    panel.answer(1, "a")
    link = Link(text="See it", cell="two", notebook="other.ipynb")
    panel.say(Reply(says=("It was `b`.",), tone=Tone.OTHER, right=1, link=link), 0)
    now = shown(panel)
    assert now["says"] == [["It was ", "b", "."]]
    assert now["tone"] == "other"
    assert now["link"] == {"text": "See it", "notebook": "other.ipynb", "cell": "two"}
    assert [each["mark"] for each in now["options"]] == ["your choice", "✓ this one", ""]
    assert "<p>It was <code>b</code>.</p>" in panel.html()
    panel.foot("0 of 1")
    assert panel.view["foot"] == "0 of 1"
    assert panel.text().endswith("\n\n0 of 1")
    assert panel.html().endswith("<p>0 of 1</p></div>")


def test_a_button_is_there_while_something_offers_it(heard: Heard) -> None:
    panel = heard.panel
    panel.say(Reply(says=("Not predicted.",), button="Go back"))
    assert shown(panel)["button"] == "Go back"
    assert not shown(panel)["open"]
    panel.wish = {"press": 0, "count": 1}
    assert heard.said == [("pressed", 0, 0)]
    panel.reopen(Reply(says=("Again.",)))
    panel.wish = {"press": 0, "count": 2}
    assert heard.said == [("pressed", 0, 0)], "it is offered no more"
    assert shown(panel)["open"]
    panel.wish = {"commit": [0, 1], "count": 3}
    assert heard.said[-1] == ("committed", 0, 1)


class Closing:
    """Whether a widget was closed."""

    def __init__(self, panel: Questions) -> None:
        self.closed = False
        original = panel.close

        def close() -> None:
            self.closed = True
            original()

        panel.close = close


def test_below_a_panel_stands_the_newest_and_its_faces_are_the_panel_s(heard: Heard) -> None:
    both = Below(heard.panel)
    assert both._repr_mimebundle_()["text/plain"] == heard.panel.text()
    assert both._repr_mimebundle_()["text/html"] == heard.panel.html()
    assert repr(both) == str(both) == heard.panel.text()
    first, second = Heard().panel, Heard().panel
    closing = Closing(first)
    both.put(first)
    assert both.children == (heard.panel, first)
    both.put(second)
    assert both.children == (heard.panel, second)
    assert closing.closed
    both.put(None)
    assert both.children == (heard.panel,)
