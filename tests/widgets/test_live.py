"""Live pictures follow the lab, from its thread; pictures of one moment stay."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from labserver import Lab
from labserver.widgets import MailMap, Transcript
from labserver.widgets.painter import Painter
from tests.snapshot.scenes import BOB, Stage, during, fresh


def pauses() -> list[threading.Timer]:
    return [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def settle() -> None:
    """Wait until no repaint is due."""
    while due := pauses():
        due[0].join(10)


def test_a_live_map_follows_and_a_still_one_stays() -> None:
    stage = fresh()
    live, still = MailMap(stage, BOB), MailMap(stage, BOB, live=False)
    before = still.view
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    settle()
    assert live.view["step"] == stage.log.last
    assert live.view["rows"][0]["copies"] == "2"
    assert still.view == before
    assert still.text() != live.text()
    live.close()


def test_changes_from_another_thread_in_a_burst_are_never_lost() -> None:
    stage = fresh()
    widget = MailMap(stage, BOB)
    painted: list[int] = []
    widget.observe(lambda change: painted.append(change["new"]["step"]), "view")

    def serve() -> None:
        n = stage.pop()
        for _ in range(200):
            stage.said(n, "NOOP", "+OK")

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    settle()
    assert painted[-1] == stage.log.last
    assert painted == sorted(painted)
    assert len(painted) < 400
    widget.close()


def test_an_output_shows_the_moment_even_within_the_pause() -> None:
    stage = fresh()
    widget = MailMap(stage, BOB)
    n = stage.pop()
    stage.retrieve(n, "laptop", 3, 3)
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == MailMap(stage, BOB, live=False).text()
    widget.close()


@pytest.mark.parametrize("kind", [MailMap, Transcript])
def test_close_ends_listening_and_leaves_no_thread(kind: Any) -> None:
    stage = fresh()
    widget = kind(stage)
    assert len(stage.listeners) == 1
    stage.pop()
    widget.close()
    assert stage.listeners == []
    settle()
    assert not [
        t
        for t in threading.enumerate()
        if isinstance(t, threading.Timer) and not t.finished.is_set()
    ]


def test_the_end_of_the_lab_is_painted_and_ends_listening() -> None:
    stage = fresh()
    widget = MailMap(stage, BOB)
    n = stage.pop()
    stage.closed = True
    stage.close(n, "server")
    settle()
    assert widget.view["step"] == stage.log.last
    assert stage.listeners == []


def test_of_a_closed_lab_there_is_a_still_picture() -> None:
    stage = during()
    stage.closed = True
    widget = MailMap(stage, BOB)
    assert stage.listeners == []
    assert "marked" in widget.text()


def test_a_live_transcript_follows() -> None:
    stage = Stage("laptop")
    widget = Transcript(stage)
    stage.imap("laptop")
    settle()
    assert widget.view["rows"][1]["text"] == "a1 LOGIN bob tulip"
    widget.close()


def test_the_painter_lets_nobody_wait_who_tells() -> None:
    told, seen = threading.Event(), []

    def paint() -> None:
        told.wait(10)
        seen.append(told.is_set())

    painter = Painter(paint)
    painter.changed()
    painter.changed()
    told.set()
    settle()
    assert seen[0], "painted while the teller waited"
    painter.end()


def test_what_follows_from_a_line_is_painted_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labserver.widgets.painter._GATHER", 0.2)
    stage = fresh()
    widget = MailMap(stage, BOB)
    settle()
    painted: list[int] = []
    widget.observe(lambda change: painted.append(change["new"]["step"]), "view")
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    settle()
    assert painted == [stage.log.last]
    widget.close()


def test_the_painter_paints_what_is_left_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labserver.widgets.painter._GATHER", 60)
    seen: list[int] = []
    painter = Painter(lambda: seen.append(1))
    painter.changed()
    painter.changed()
    painter.end()
    painter.changed()
    assert len(seen) == 1


def test_a_picture_that_fails_does_not_disturb_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def paint() -> None:
        raise KeyError("a bug")

    painter = Painter(paint)
    painter.changed()
    settle()
    assert "could not be painted" in caplog.text


@pytest.mark.parametrize("kind", ["transcript", "states"])
def test_of_a_closed_lab_one_can_still_choose(kind: str) -> None:
    with Lab() as lab:
        widget = lab.transcript() if kind == "transcript" else lab.states("pop3")
        lab.device("laptop").dial("pop3").send("QUIT")
        assert widget.view["closed"] == ""
    settle()
    assert "closed" in widget.view["closed"]
    widget.choice = {**widget.choice, "connection": 1}
    assert "Connection 1" in str(widget.view)
    widget.close()
