"""Going through the log: the control, what it says, and the pictures that go along."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from labserver import Lab
from labserver import events as e
from labserver.snapshot import Snapshot, fold
from labserver.widgets import MailMap
from labserver.widgets.replay.telling import _TOLD
from labserver.widgets.turns import Turns, begun, end_of
from labserver.widgets.words import en

SESSION = ("USER bob", "PASS tulip", "STAT", "RETR 1", "DELE 1", "QUIT")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as made:
        for letter in "AB":
            made.load(f"Subject: {letter}\r\n\r\n{letter}\r\n".encode())
        with contextlib.redirect_stdout(io.StringIO()):
            pop = made.device("laptop").dial("pop3")
            for line in SESSION:
                pop.send(line)
        yield made


def said(lab: Lab, line: str) -> int:
    """Return the entry of a client's line."""
    return next(
        entry.number
        for entry in lab.log
        if isinstance(entry.event, e.Line) and entry.event.data == f"{line}\r\n".encode()
    )


def test_it_goes_from_change_to_change(lab: Lab) -> None:
    replay = lab.replay()
    assert replay.view["live"]
    lines = []
    for _ in range(30):
        replay.back()
        lines.append((replay.view["line"], replay.view["what"]))
        if replay.view["step"] == 0:
            break
    told = dict(lines)
    assert [line for line, _ in lines if line] == [
        f"laptop: {line}" for line in ("DELE 1", "RETR 1", "PASS tulip")
    ]
    assert "laptop: STAT" not in told, "it changed nothing"
    assert told["laptop: DELE 1"] == ["A is marked, and goes when the session says QUIT."]
    assert told["laptop: RETR 1"] == ["laptop saves A."]
    assert "The session numbers 2 messages." in told["laptop: PASS tulip"]
    assert replay.view["what"] == ["Nothing has happened yet."]
    steps = []
    while not replay.view["live"]:
        steps.append(replay.view["step"])
        replay.on()
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert steps[-1] < replay.view["step"] == lab.log.last, "the newest of all is live"


def test_all_live_pictures_go_along_and_come_back(lab: Lab) -> None:
    live, still = lab.map(), lab.look()
    states, transcript = lab.states("pop3"), lab.transcript()
    now = live.view["label"], states.view["label"], still.view["label"]
    replay = lab.replay()
    dele = said(lab, "DELE 1")
    replay.go_to(end_of(lab.log.since(dele), dele))
    assert "marked" in live.view["label"]
    assert live.view["past"] == f"Replay: moment {replay.view['step']}"
    assert "TRANSACTION" in states.view["label"]
    assert transcript.view["at"] == replay.view["step"]
    assert transcript.view["lit"] == (dele,)
    assert still.view["label"] == now[2], "a picture of one moment stays"
    lab.load(b"Subject: C\r\n\r\n")
    assert "C" not in live.view["label"], "the past stays past"
    replay.live()
    assert live.view["past"] == ""
    assert "C" in live.view["label"]
    assert states.view["label"] == now[1]
    replay.go_to(5)
    replay.close()
    assert live.view["past"] == "", "without a control nobody stays behind"


def test_the_line_and_the_change_lead_to_each_other(lab: Lab) -> None:
    live, transcript = lab.map(), lab.transcript()
    transcript.line = {"step": said(lab, "DELE 1")}
    assert live.view["past"] == "", "there is no replay yet"
    replay = lab.replay()
    dele = said(lab, "DELE 1")
    transcript.line = {"step": dele, "count": 2}
    changed = [cell for row in live.view["rows"] for cell in row["cells"] if cell["changed"]]
    assert [cell["place"] for cell in changed] == ["SERVER"]
    assert transcript.view["lit"] == (dele,)
    laptop = [place["name"] for place in live.view["places"]].index("laptop")
    live.sought = {"message": 1, "place": laptop}
    assert transcript.view["lit"] == (said(lab, "RETR 1"),)
    assert replay.view["line"] == "laptop: RETR 1"
    step = replay.view["step"]
    live.sought = {"message": 2, "place": laptop}
    assert replay.view["step"] == step, "nothing ever changed there"
    # A line that changed nothing lights nothing.
    transcript.line = {"step": said(lab, "USER bob"), "count": 3}
    assert transcript.view["lit"] == ()
    transcript.line = {"step": "x"}
    live.sought = {"message": None, "place": 99}


def test_a_page_asks(lab: Lab) -> None:
    replay = lab.replay()
    replay.wish = {"go": "back", "count": 1}
    assert not replay.view["live"]
    replay.wish = {"step": 7, "count": 2}
    assert replay.view["step"] == 7
    replay.wish = {"step": 10**9, "count": 3}
    assert replay.view["step"] == lab.log.last
    replay.wish = {"go": "first", "count": 4}
    assert (replay.view["step"], replay.view["back"]) == (0, False)
    replay.wish = {"go": "on", "count": 5}
    assert replay.view["step"] > 0
    replay.wish = {"go": "live", "count": 6}
    assert replay.view["live"]
    replay.wish = {"go": 1, "step": "x"}


def test_a_step_that_a_bounded_log_has_no_more() -> None:
    with Lab(keep=20) as lab:
        replay = lab.replay()
        live = lab.map()
        replay.go_to(3)
        for n in range(40):
            lab.load(b"Subject: %d\r\n\r\n" % n)
        assert lab.log.first > 3
        replay.go_to(0)
        first = lab.log.first - 1
        assert replay.view["step"] == first
        assert f"begins after moment {first}" in replay.view["dropped"]
        assert live.view["step"] == first
        replay.live()
        assert replay.view["dropped"] == ""


def test_going_back_over_what_was_rewound(lab: Lab) -> None:
    marked = said(lab, "DELE 1")
    lab.rewind(marked)
    replay, live = lab.replay(), lab.map()
    assert replay.view["what"] == [f"The lab is rewound to moment {marked}."]
    assert live.view["label"].startswith(f"Rewound to moment {marked}. ")
    replay.back()
    assert "Rewound" not in live.view["label"]
    assert replay.view["line"] == "laptop: QUIT"


def test_two_of_them_are_one(lab: Lab) -> None:
    one, other = lab.replay(), lab.replay()
    one.back()
    assert other.view["step"] == one.view["step"]
    assert not other.view["live"]
    one.close()
    assert not other.view["live"], "there is the other still"
    other.close()
    assert lab._feed.playhead.step is None


# The other faces


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


def test_the_faces_of_a_saved_notebook(lab: Lab) -> None:
    replay = lab.replay()
    text, html = replay.text(), replay.html()
    dele = said(lab, "DELE 1")
    assert f"{end_of(lab.log.since(dele), dele)}  laptop: DELE 1  -- A is marked" in text
    assert "laptop: DELE 1</code>" in html
    assert "script" not in _Tags(html).tags
    replay.go_to(3)
    assert (replay.text(), replay.html()) == (text, html)
    for n in range(200):
        lab.load(b"Subject: <img src=x onerror=alert(1)> %d\r\n\r\n" % n)
    html = lab.replay().html()
    assert "earlier changes left out" in html
    assert "img" not in _Tags(html).tags
    assert len(html) < 40_000


# Turns


def test_turns_and_what_they_follow_from(lab: Lab) -> None:
    turns = Turns()
    for entry in lab.log:
        turns.read([entry])
    whole = Turns()
    whole.read(lab.log)
    assert turns.newest(99) == whole.newest(99)
    feed = lab._feed
    for begin, end in whole.newest(99):
        for step in range(begin, end + 1):
            assert begun(feed, step) == begin
            assert end_of(lab.log.since(step), step) == end
    ends = [end for _, end in whole.newest(99)]
    assert [whole.before(end) for end in ends] == [None, *ends[:-1]]
    assert [whole.after(end) for end in ends] == [*ends[1:], None]


def test_every_event_is_told_or_talk() -> None:
    kinds = {kind for kind in vars(e).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if issubclass(kind, e.Event) and kind is not e.Event}
    silent = {e.Line, e.Data, e.AnnotationsChanged, e.SubscriptionChanged}
    assert kinds - set(_TOLD) == silent


def test_a_snapshot_of_the_past_is_the_fold(lab: Lab) -> None:
    for n in range(300):
        lab.load(b"Subject: %d\r\n\r\n" % n)
    last = lab.log.last
    assert last > 600
    there: dict[int, Snapshot] = {}
    for step in (*range(last, 0, -7), *range(0, last, 11)):
        world = lab.snapshot(step)
        assert world.number == step
        assert there.setdefault(step, world) == world
    for step in (1, 499, 500, 501, 620, last):
        assert lab.snapshot(step) == fold(lab.log.since(0, step))


# The map's own step buttons


def go(live: MailMap, way: str) -> None:
    """Ask as the page does when a button is pressed."""
    live.wish = {"go": way, "count": live.wish.get("count", 0) + 1}


def test_the_map_goes_through_the_log_without_a_replay(lab: Lab) -> None:
    live, transcript = lab.map(), lab.transcript()
    newest = live.view["step"]
    assert live.view["steps"] == {"at": f"moment {newest} of {newest}", "back": True, "live": True}
    assert not live.view["held"]
    go(live, "back")
    marked = said(lab, "DELE 1")
    assert live.view["step"] == transcript.view["at"] == end_of(lab.log.since(marked), marked)
    assert not live.view["steps"]["live"]
    assert live.view["steps"]["at"] == f"moment {live.view['step']} of {newest}"
    assert live.view["held"], "now that there is a way back, a cell may lead to its line"
    go(live, "back")
    assert "RETR 1" in transcript.text()
    assert [cell["arrow"] for cell in live.view["rows"][0]["cells"]] == ["RETR 1", ""]
    go(live, "on")
    go(live, "on")
    assert live.view["step"] == newest
    assert live.view["steps"]["live"]
    assert not live.view["held"]
    for _ in range(30):
        go(live, "back")
    assert live.view["step"] == lab._feed.first
    assert not live.view["steps"]["back"]
    go(live, "live")
    assert live.view["step"] == newest
    assert transcript.view["at"] in (0, None)


def test_the_map_that_is_closed_in_the_past_leaves_the_others_live(lab: Lab) -> None:
    live, other = lab.map(), lab.map()
    newest = live.view["step"]
    go(live, "back")
    assert other.view["step"] < newest
    live.close()
    assert other.view["step"] == newest
    go(other, "back")
    replay = lab.replay()
    other.close()
    assert not replay.view["live"], "the replay holds them now"


def test_a_picture_of_one_moment_has_no_steps(lab: Lab) -> None:
    for still in (MailMap(lab._feed, live=False), MailMap(lab._feed, step=9), lab.map().blank()):
        assert still.view["steps"] == {}
        go(still, "back")
        assert lab._feed.playhead.step is None
    lab.close()
    assert lab.map().view["steps"] == {}


def test_what_the_pictures_count_is_called_a_moment_since_lessons_have_steps(lab: Lab) -> None:
    back = lab.rewind(said(lab, "STAT"))
    live, replay = lab.map(), lab.replay()
    shown = [live.view["steps"]["at"], live.text(), replay.text(), replay.html()]
    replay.back()
    live._repr_mimebundle_()
    shown += [live.view["past"], replay.text(), lab.transcript().text()]
    assert f"rewound to moment {back}" in shown[-1]
    assert sum("oment" in each for each in shown) > 4
    for each in (*en.REPLAY.values(), *en.MAP.values(), *shown):
        assert not re.search(r"\bsteps?\b", each, re.IGNORECASE), each
