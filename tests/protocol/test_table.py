from __future__ import annotations

from enum import Enum

import pytest

from labserver.protocol.table import Rule, StateTable, Verdict


class State(Enum):
    OUT = "out"
    IN = "in"
    BUSY = "busy"
    OVER = "over"


OPEN = frozenset({State.OUT, State.IN, State.BUSY})
TABLE = StateTable(
    "door",
    State.OUT,
    State.OVER,
    (
        Rule("ENTER", frozenset({State.OUT}), State.IN, "RFC 1"),
        Rule("LOOK", OPEN, None, "RFC 1"),
        Rule("RESET", OPEN, None, "RFC 1", elsewhere=((State.BUSY, State.IN),)),
        Rule("QUIT", OPEN, State.OVER, "RFC 1", ends=frozenset({State.OUT})),
    ),
)


@pytest.mark.parametrize(
    ("state", "command", "verdict"),
    [
        (State.OUT, "ENTER", Verdict.ALLOWED),
        (State.IN, "ENTER", Verdict.OUT_OF_ORDER),
        (State.OVER, "LOOK", Verdict.OUT_OF_ORDER),
        (State.OUT, "DANCE", Verdict.UNKNOWN),
        (State.OUT, "enter", Verdict.UNKNOWN),
    ],
)
def test_the_table_is_asked(state: State, command: str, verdict: Verdict) -> None:
    assert TABLE.ask(state, command) is verdict


@pytest.mark.parametrize(
    ("state", "command", "after"),
    [
        (State.OUT, "ENTER", State.IN),
        (State.IN, "LOOK", State.IN),
        (State.OUT, "RESET", State.OUT),
        (State.BUSY, "RESET", State.IN),
        (State.IN, "QUIT", State.OVER),
        (State.OUT, "QUIT", State.OUT),
    ],
)
def test_where_success_leads(state: State, command: str, after: State) -> None:
    assert TABLE.after(state, command) is after


def test_what_is_allowed_comes_in_the_table_s_order() -> None:
    assert TABLE.allowed(State.OUT) == ("ENTER", "LOOK", "RESET", "QUIT")
    assert TABLE.allowed(State.BUSY) == ("LOOK", "RESET", "QUIT")
    assert TABLE.allowed(State.OVER) == ()


def test_a_command_stands_once() -> None:
    rule = Rule("ENTER", frozenset({State.OUT}), State.IN, "RFC 1")
    with pytest.raises(ValueError, match="twice in the table of door"):
        StateTable("door", State.OUT, State.OVER, (rule, rule))
