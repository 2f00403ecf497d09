"""What must be read in the map is never cut off: states, lines on arrows, addresses, places."""

from __future__ import annotations

from typing import Any

import pytest

from labserver import events as e
from labserver.imap import TABLE as IMAP
from labserver.pop3 import TABLE as POP3
from labserver.protocol.table import StateTable
from labserver.smtp.table import RECEIVING
from labserver.widgets import MailMap
from labserver.widgets.mailmap.fit import command, wrap
from labserver.widgets.mailmap.layout import layout
from labserver.widgets.mailmap.picture import drawing
from labserver.widgets.mailmap.view import view
from labserver.widgets.svg import Node
from labserver.widgets.words import en as words
from tests.snapshot.scenes import BOB, Stage, backup, fresh, two_imap

ALICE = "alice@home.example"


def written(node: Node | str) -> list[str]:
    """Return the words of a part of a drawing, in their order."""
    if isinstance(node, str):
        return [node]
    return [each for child in node[2] for each in written(child)]


def drawn(stage: Stage, part: str = "", account: str = BOB) -> list[str]:
    """Return the words of the saved picture, or of one of its parts."""
    nodes, _ = drawing(view(stage.snapshot(), account), framed=True)
    groups = [node for node in nodes if part in ("", node[1]["data-key"])]
    return [each for group in groups for each in written(group)]


TABLES: dict[str, StateTable[Any]] = {"pop3": POP3, "imap": IMAP, "submission": RECEIVING}
STATES = [
    (protocol, state.value) for protocol, table in TABLES.items() for state in type(table.initial)
]


@pytest.mark.parametrize(("protocol", "state"), STATES)
@pytest.mark.parametrize("how", [None, "client", "server", "fault"])
def test_a_state_is_whole_below_its_pipe_and_in_the_strip(
    protocol: Any, state: str, how: Any
) -> None:
    stage = fresh()
    n = stage.dial(protocol, "phone")
    stage.now(e.Secured(connection=n, version="TLSv1.3"))
    stage.state(n, state)
    if how is not None:
        stage.close(n, how)
    said = words.ended(how) if how else state
    assert f"{words.PROTOCOLS[protocol]} {said}" in " ".join(drawn(stage, "pipes"))
    line = f"phone · {state}, then {said}" if how else f"phone · {state}"
    assert line in " ".join(drawn(stage, "strip"))


def test_what_keeps_a_session_busy_stands_beside_its_state() -> None:
    assert "SELECTED, IDLE" in " ".join(drawn(two_imap(), "pipes"))


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("RETR 3", ("RETR 3",)),
        ("FETCH 1 BODY[]", ("FETCH 1 BODY[]",)),
        ("FETCH 1 BODY.PEEK[]", ("FETCH 1", "BODY.PEEK[]")),
        ("FETCH 1 (UID FLAGS BODY.PEEK[])", ("FETCH 1 (UID", "…BODY.PEEK[])")),
        ("UID FETCH 1,2,3,4,5,6 (BODY.PEEK[])", ("UID FETCH", "…(BODY.PEEK[])")),
        ("FETCH 1 (body.peek[HEADER])", ("FETCH 1", "(body.peek[HEA…")),
        ("FETCH 12 RFC822", ("FETCH 12 RFC822",)),
        ("APPEND INBOX {398}", ("APPEND INBOX", "{398}")),
        ('APPEND "INBOX" () "01-Mar-2026 08:00:00 +0000" {398}', ('APPEND "INBOX"', "…{398}")),
        ("x" * 40, ("x" * 14 + "…",)),
        ("FETCH " + "1" * 40, ("FETCH", "1" * 14 + "…")),
    ],
)
def test_a_line_on_an_arrow_keeps_what_tells(line: str, lines: tuple[str, ...]) -> None:
    assert command(line, 15) == lines


@pytest.mark.parametrize("places", [1, 2, 4])
def test_a_line_stands_on_its_arrow_and_in_a_matrix_below_its_cell(places: int) -> None:
    stage = Stage(*["phone", "laptop", "tablet", "watch"][:places])
    stage.arrive(1)
    n = stage.imap("phone")
    stage.said(n, "a9 FETCH 1 (UID FLAGS BODY.PEEK[])")
    stage.save("phone", 1, n, protocol="imap")
    said = drawn(stage, "row-1")
    assert {"FETCH 1 (UID", "…BODY.PEEK[])"} <= set(said)
    [row] = MailMap(stage, BOB, live=False).view["rows"]
    assert row["height"] == (73 if places == 4 else 45)


def test_addresses_are_whole_at_the_server_and_beside_a_letter() -> None:
    stage = Stage()
    stage.now(e.AccountAdded(account=ALICE))
    stage.new(1, "Lunch", ALICE)
    stage.arrive(1)
    assert ALICE in drawn(stage, "places", ALICE)
    assert {ALICE, "412 octets"} <= set(drawn(stage, "row-1"))


def test_a_place_is_whole_beside_the_number_of_copies() -> None:
    stage = Stage("laptop")
    stage.device("usb-disk", "backup")
    stage.device("second-disk", "backup")
    for message, disk in ((1, "usb-disk"), (2, "second-disk")):
        stage.new(message, "Lunch", "Alice")
        stage.save(disk, message, None)
    said = " ".join(drawn(stage))
    assert "usb-disk only" in said
    assert "second-disk only" in said
    assert "…" not in " ".join(drawn(backup()))


def test_a_small_screen_has_room_for_two_devices() -> None:
    # JupyterLab's file list and a scroll bar leave 907 of 1366 px to the stage, and the drawing
    # may shrink to 0.925 of its size before the letters are too small (widget.js).
    measured = layout(view(two_imap().snapshot(), BOB), framed=False)
    assert measured.paired
    assert measured.width * 0.925 <= 907


def test_words_are_kept_whole_in_their_lines() -> None:
    assert wrap("closed without goodbye", 130, bold=True, most=2) == ["closed without", "goodbye"]
    assert wrap("", 50) == [""]
    assert wrap("one two three", 40, most=2) == ["one", "two…"]
    assert wrap("one two three", 40) == ["one", "two", "three"]
