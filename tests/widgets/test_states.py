"""The state diagram: what the table says, where a session is, and which way it came."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import re
from dataclasses import replace
from enum import Enum
from typing import Any

import pytest

from labserver import Lab, events
from labserver.errors import LabError
from labserver.imap import TABLE as IMAP
from labserver.pop3 import TABLE as POP3
from labserver.protocol.table import Rule, StateTable
from labserver.smtp.table import RECEIVING, SUBMISSION
from labserver.widgets import StateDiagram
from labserver.widgets.states.graph import CLOSED, graph
from labserver.widgets.states.layout import layout
from labserver.widgets.states.picture import Lit
from tests.snapshot.scenes import Stage

TABLES: list[StateTable[Any]] = [RECEIVING, SUBMISSION, POP3, IMAP]
IDS = [table.name for table in TABLES]


def diagram(stage: Any, **options: Any) -> StateDiagram:
    return StateDiagram(stage, POP3, ("pop3",), "pop3", live=False, **options)


def session(*, over: bool = False) -> Stage:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.state(n, "AUTHORIZATION", None)
    stage.reply(n, "+OK ready")
    stage.said(n, "USER bob", "+OK")
    stage.now(events.Line(connection=n, direction="C", data=b"PASS tulip\r\n"))
    stage.state(n, "TRANSACTION")
    stage.reply(n, "+OK")
    if over:
        stage.now(events.Line(connection=n, direction="C", data=b"QUIT\r\n"))
        stage.state(n, "UPDATE", None)
        stage.reply(n, "+OK")
        stage.close(n)
    return stage


@pytest.mark.parametrize("table", TABLES, ids=IDS)
def test_the_diagram_says_what_the_table_says(table: StateTable[Any]) -> None:
    drawn = graph(table)
    for rule in table.rules.values():
        for state in rule.states:
            to = CLOSED if state in rule.ends else table.after(state, rule.command).value
            if to == state.value:
                assert rule.command in drawn.stays[state.value]
            else:
                assert drawn.named(state.value, to, rule.command) == rule.command
    for state, commands in drawn.stays.items():
        for command in commands:
            assert state in {each.value for each in table.rules[command].states}
    for edge in drawn.edges:
        for command in edge.commands:
            known = table.rules.get(command)
            assert known is not None or command == CLOSED == edge.to


@pytest.mark.parametrize("table", TABLES, ids=IDS)
def test_every_state_and_command_is_in_every_face(table: StateTable[Any]) -> None:
    widget = StateDiagram(Stage(), table, ("smtp",), "smtp", live=False)
    image = re.search(r"base64,([^\"]+)", widget.html())
    assert image is not None
    svg = base64.b64decode(image[1]).decode().replace("\u00a0", " ")
    for state in type(table.initial):
        if any(state in rule.states for rule in table.rules.values()):
            assert f">{state.value}<" in svg
            assert f">{state.value}</th>" in widget.html()
            assert f"  {state.value}\n" in widget.text()
    for command in table.rules:
        name = '"."' if command == "." else command
        assert name in svg
        assert name in widget.text()
    assert len(widget.html().encode()) < 40_000


@pytest.mark.parametrize("table", TABLES, ids=IDS)
def test_nothing_stands_on_anything_else(table: StateTable[Any]) -> None:
    at = layout(graph(table))
    boxes = sorted(at.boxes.values(), key=lambda box: box.y)
    for above, below in itertools.pairwise(boxes):
        assert above.y + above.height < below.y
    assert len({lane.x for lane in at.lanes}) == len(at.lanes), "each lane is its own"
    for box in boxes:
        for left in (True, False):
            ends = [
                y
                for lane in at.lanes
                if lane.left is left
                for state, y in (*lane.starts, (lane.edge.to, lane.end))
                if state == box.state
            ]
            assert len(set(ends)) == len(ends), "each arrow has a place of its own at a box"
            assert all(box.y < y < box.y + box.height for y in ends)
    assert all(0 < lane.x < at.width for lane in at.lanes)


def test_another_table_another_diagram() -> None:
    rules = tuple(POP3.rules.values())
    states = type(POP3.initial)
    more = Rule("XLEAVE", frozenset({states.TRANSACTION}), states.AUTHORIZATION, "nobody")
    changed: StateTable[Any] = StateTable("POP4", POP3.initial, POP3.final, (*rules[1:], more))
    before, after = diagram(Stage()), StateDiagram(Stage(), changed, ("pop3",), "pop3", live=False)
    assert rules[0].command in before.text()
    assert rules[0].command not in after.text()
    assert "XLEAVE → AUTHORIZATION" in after.text()
    assert "The states of POP4" in after.text()
    assert after.view["nodes"] != before.view["nodes"]


def test_a_state_that_nothing_leads_to_is_drawn_before_the_last() -> None:
    class Odd(Enum):
        ONE = "ONE"
        ALONE = "ALONE"
        END = "END"

    table = StateTable(
        "odd",
        Odd.ONE,
        Odd.END,
        (
            Rule("GO", frozenset({Odd.ONE}), Odd.END, "nobody"),
            Rule("SIT", frozenset({Odd.ALONE}), None, "nobody"),
        ),
    )
    assert graph(table).states == ("ONE", "ALONE", "END")
    layout(graph(table))


def test_the_session_is_lit_where_it_is_and_on_its_way() -> None:
    said = diagram(session()).text()
    assert "it is in TRANSACTION." in said
    assert "▶ TRANSACTION" in said
    assert "1 AUTHORIZATION · 2 TRANSACTION by PASS" in said
    widget = diagram(session())
    assert widget.view["rows"][widget.view["here"]][0] == "TRANSACTION"
    lit = [node for node in widget.view["nodes"] if node[1].get("stroke-width") == 4]
    assert len(lit) == 1, "of all arrows, the one that was taken"


def test_only_the_arrow_of_the_command_is_lit() -> None:
    stage = Stage("laptop")
    n = stage.dial("smtp")
    for state, command in (
        ("CONNECTED", ""),
        ("GREETED", "EHLO x"),
        ("MAIL", "MAIL FROM:<>"),
        ("RCPT", "RCPT TO:<b@home.example>"),
        ("GREETED", "RSET"),
    ):
        if command:
            stage.now(events.Line(connection=n, direction="C", data=f"{command}\r\n".encode()))
        stage.state(n, state, None)
        stage.reply(n, "250 OK")
    widget = StateDiagram(stage, RECEIVING, ("smtp",), "smtp", live=False)
    lit = {node[2][0] for node in widget.view["nodes"] if node[1].get("font-weight") == 700}
    assert "EHLO HELO RSET" in lit or "RSET" in " ".join(lit)
    assert "BDAT LAST" not in lit
    assert "5 GREETED by RSET" in widget.text()


def test_the_end_is_told() -> None:
    said = diagram(session(over=True)).text()
    assert "it ended in UPDATE." in said
    stage = session()
    stage.close(1, "cut")
    assert "it ended in TRANSACTION." in diagram(stage).text()


def test_a_move_that_no_row_of_the_table_makes() -> None:
    stage = Stage("laptop")
    n = stage.dial("imap")
    for state, line in (
        ("NOT AUTHENTICATED", ""),
        ("AUTHENTICATED", "a1 LOGIN bob tulip"),
        ("SELECTED", "a2 SELECT INBOX"),
        ("AUTHENTICATED", "a3 SELECT nowhere"),
        ("AUTHENTICATED", "a4 IDLE"),
    ):
        stage.now(events.Line(connection=n, direction="C", data=f"{line}\r\n".encode()))
        stage.state(n, state, None, activity="IDLE" if line.endswith("IDLE") else "")
    said = StateDiagram(stage, IMAP, ("imap",), "imap", live=False).text()
    assert "4 AUTHENTICATED after SELECT" in said
    assert "it is in AUTHENTICATED, busy with IDLE." in said


def test_one_of_several_sessions_is_chosen() -> None:
    stage = session(over=True)
    stage.pop("phone")
    assert "Connection 2 (POP3, port 110, phone)" in diagram(stage).text()
    assert "Connection 1 (POP3, port 110, laptop)" in diagram(stage, connection=1).text()
    widget = diagram(stage)
    widget.choice = {"connection": 1}
    assert "Connection 1" in widget.view["label"]
    widget.choice = {"connection": "one"}
    assert "Connection 2" in widget.view["label"]
    assert "No session yet." in diagram(stage, connection=7).text()


def test_it_follows_a_real_session() -> None:
    with Lab() as lab:
        widget = lab.states("pop3")
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob")
        assert "it is in AUTHORIZATION." in _now(widget)
        pop.send("PASS tulip")
        assert "it is in TRANSACTION." in _now(widget)
        pop.send("QUIT")
        assert "3 UPDATE by QUIT" in _now(widget)
        with pytest.raises(LabError, match="there are states of smtp"):
            lab.states("http")  # type: ignore[arg-type]


def _now(widget: StateDiagram) -> str:
    return str(widget._repr_mimebundle_()[0]["text/plain"])


def test_faces_are_the_same_each_time_and_nothing_in_them_acts() -> None:
    stage = Stage("<b>\u202e")
    n = stage.dial("pop3", "<b>\u202e")
    stage.now(events.Line(connection=n, direction="C", data=b"<script>\x1b\r\n"))
    stage.state(n, "TRANSACTION")
    stage.state(n, "AUTHORIZATION")
    assert diagram(stage).html() == diagram(stage).html()
    said = diagram(stage).html() + diagram(stage).text() + str(diagram(stage).view)
    assert "\u202e" not in said
    assert "\x1b" not in said
    assert "<b>" not in diagram(stage).html()
    assert "<script" not in diagram(stage).html().lower()


def test_idle_is_what_a_session_does_in_selected() -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        lab.load(b"Subject: A\r\n\r\n")
        states, transcript, replay = lab.states("imap"), lab.transcript(), lab.replay()
        desk = lab.device("laptop").dial("imap")
        for line in ("a1 LOGIN bob tulip", "a2 SELECT INBOX", "a3 IDLE"):
            desk.send(line)
        assert "<td>SELECTED, IDLE</td>" in lab.look().html()
        assert "laptop, SELECTED, IDLE" in lab.look().text()
        assert "it is in SELECTED, busy with IDLE." in _now(states)
        assert states.view["rows"][states.view["here"]][0] == "SELECTED"
        assert "▶ SELECTED" in states.text()
        assert "Connection 1 is in SELECTED, IDLE." in replay.text()
        desk.send("DONE")
        transcript._repr_mimebundle_()
        said = [row for row in transcript.view["rows"] if row["text"] == "DONE"]
        assert [row["state"] for row in said] == ["SELECTED, IDLE"]
        assert "<td>SELECTED</td>" in lab.look().html()
        assert "it is in SELECTED." in _now(states)
        changes = [
            (entry.event.state, entry.event.activity)
            for entry in lab.log
            if isinstance(entry.event, events.StateChanged)
        ]
        assert changes[-2:] == [("SELECTED", "IDLE"), ("SELECTED", "")]


def test_what_is_said_beside_a_state_is_the_same_in_each_form() -> None:
    there = Lit(colour="pop3", now="UPDATE", visits={"UPDATE": (3,), "TRANSACTION": (2,)})
    assert there.told("UPDATE") == "here now · way: 3"
    assert replace(there, over=True).told("UPDATE") == "ended here · way: 3"
    assert there.told("TRANSACTION") == "way: 2"
    assert not there.told("AUTHORIZATION")
