"""What changed and the line that did it bear the same mark, after real sessions of each kind."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from labserver import Lab
from labserver.devices import Dialogue
from labserver.widgets import MailMap
from labserver.widgets.svg import Node

POP = ("USER bob", "PASS tulip")
IMAP = ("a1 LOGIN bob tulip", "a2 SELECT INBOX")
MAIL = ("EHLO desk.work.example", "MAIL FROM:<carol@work.example>", "RCPT TO:<bob@home.example>")
OUTSIDE = b"From: Carol <carol@work.example>\r\nSubject: C\r\n\r\nHello\r\n"


@dataclass(frozen=True, slots=True)
class Case:
    """What is done after two messages, A and B, have come; what is ringed then, and by what.

    `ringed` are cells (a letter and a place); `lines` are the marked lines of the strip, each by
    how it begins. None at all: no line did it. `arrow` is where a message was carried, and by what.
    """

    does: Callable[[Lab], object]
    ringed: frozenset[str]
    lines: tuple[str, ...]
    arrow: str = ""


CASES: dict[str, Case] = {}


def case(
    name: str, ringed: str, *lines: str, arrow: str = ""
) -> Callable[[Callable[[Lab], object]], Callable[[Lab], object]]:
    def keep(does: Callable[[Lab], object]) -> Callable[[Lab], object]:
        cells = frozenset(filter(None, ringed.split(", ")))
        CASES[name] = Case(does, cells, lines, arrow)
        return does

    return keep


def say(dialogue: Dialogue, *lines: str) -> Dialogue:
    for line in lines:
        dialogue.send(line)
    return dialogue


def pop(lab: Lab, *lines: str, device: str = "laptop") -> Dialogue:
    return say(lab.device(device).dial("pop3"), *POP, *lines)


def imap(lab: Lab, *lines: str, device: str = "laptop") -> Dialogue:
    return say(lab.device(device).dial("imap"), *IMAP, *lines)


@case("delivery", "C SERVER", "▶ C: .")
def _(lab: Lab) -> None:
    smtp = say(lab.device("desk", owner="alice").dial("smtp"), *MAIL, "DATA")
    smtp.data(OUTSIDE)


@case("load", "")
def _(lab: Lab) -> None:
    lab.load(OUTSIDE)


@case("RETR", "B laptop", "▶ C: RETR 2  S: +OK", arrow="B laptop down RETR 2")
def _(lab: Lab) -> None:
    pop(lab, "RETR 2")


@case("TOP of what nobody keeps", "")
def _(lab: Lab) -> None:
    pop(lab, "TOP 2 0")


@case(
    "headers",
    "B laptop",
    "▶ C: a3 FETCH 2 (UID BODY",
    arrow="B laptop down FETCH 2 (UID BODY.PEEK[HEADER])",
)
def _(lab: Lab) -> None:
    imap(lab, "a3 FETCH 2 (UID BODY.PEEK[HEADER])")


@case("DELE", "A SERVER", "▶ C: DELE 1  S: +OK")
def _(lab: Lab) -> None:
    pop(lab, "DELE 1")


@case("RSET", "A SERVER, B SERVER", "▶ C: RSET  S: +OK")
def _(lab: Lab) -> None:
    pop(lab, "DELE 1", "DELE 2", "RSET")


@case("QUIT", "A SERVER, B SERVER", "▶ C: QUIT  S: +OK")
def _(lab: Lab) -> None:
    pop(lab, "RETR 1", "DELE 1", "DELE 2", "QUIT")


@case("hung up with marks", "A SERVER", "▶ closed without goodbye")
def _(lab: Lab) -> None:
    pop(lab, "DELE 1").hang_up()


@case("STORE", "A SERVER", "▶ C: a3 STORE 1 +FLAGS (\\Deleted)  S: a3 OK")
def _(lab: Lab) -> None:
    imap(lab, "a3 STORE 1 +FLAGS (\\Deleted)")


@case("EXPUNGE", "A SERVER", "▶ C: a4 EXPUNGE  S: a4 OK")
def _(lab: Lab) -> None:
    imap(lab, "a3 STORE 1 +FLAGS (\\Deleted)", "a4 EXPUNGE")


@case("CLOSE", "A SERVER", "▶ C: a4 CLOSE  S: a4 OK")
def _(lab: Lab) -> None:
    imap(lab, "a3 STORE 1 +FLAGS (\\Deleted)", "a4 CLOSE")


@case("MOVE", "B SERVER", "▶ C: a4 MOVE 2 Archive  S: a4 OK")
def _(lab: Lab) -> None:
    imap(lab, "a3 CREATE Archive", "a4 MOVE 2 Archive")


@case("COPY", "B SERVER", "▶ C: a4 COPY 2 Archive  S: a4 OK")
def _(lab: Lab) -> None:
    imap(lab, "a3 CREATE Archive", "a4 COPY 2 Archive")


@case("DELETE", "B SERVER", "▶ C: a5 DELETE Archive  S: a5 OK")
def _(lab: Lab) -> None:
    imap(lab, "a3 CREATE Archive", "a4 MOVE 2 Archive", "a5 DELETE Archive")


@case(
    "FETCH",
    "A laptop",
    "▶ C: a3 FETCH 1 (UID BODY.PEEK[])",
    arrow="A laptop down FETCH 1 (UID BODY.PEEK[])",
)
def _(lab: Lab) -> None:
    imap(lab, "a3 FETCH 1 (UID BODY.PEEK[])")


@case(
    "APPEND",
    "C SERVER",
    "▶ C: a3 APPEND INBOX",
    arrow=f"C laptop up APPEND INBOX {{{len(OUTSIDE)}}}",
)
def _(lab: Lab) -> None:
    octets = OUTSIDE
    imap(lab, f"a3 APPEND INBOX {{{len(octets)}}}").literal(octets)


@case("told in IDLE", "A SERVER, A laptop", "▶ S: * 1 FETCH", "▶ C: a3 STORE 1 +FLAGS (\\Seen)")
def _(lab: Lab) -> None:
    desk = imap(lab, "a3 FETCH 1 (UID FLAGS BODY.PEEK[])", "a4 IDLE")
    imap(lab, "a3 STORE 1 +FLAGS (\\Seen)", device="phone")
    desk.listen()


@case(
    "upload",
    "A SERVER",
    '▶ C: laptop.7 APPEND "INBOX"',
    arrow='A laptop up APPEND "INBOX" () "02-Mar-2026 09:00:00 +0000" {40}',
)
def _(lab: Lab) -> None:
    pop(lab, "RETR 1", "DELE 1", "QUIT")
    lab.device("laptop").imap_program("bob", "tulip").upload()


@case("lost device", "")
def _(lab: Lab) -> None:
    pop(lab, "RETR 1", "DELE 1", "QUIT")
    lab.device("laptop").lose()


@case(
    "backup",
    "A disk, B disk",
    "▶ C: disk.7 UID FETCH 1,2",
    arrow=", ".join(
        f"{letter} disk down UID FETCH 1,2 (FLAGS INTERNALDATE BODY.PEEK[])" for letter in "AB"
    ),
)
def _(lab: Lab) -> None:
    lab.backup("disk").copy()


@case(
    "restore",
    "B SERVER, B disk",
    '▶ C: disk.8 APPEND "INBOX"',
    arrow='B disk up APPEND "INBOX" () "02-Mar-2026 09:00:00 +0000" {40}',
)
def _(lab: Lab) -> None:
    disk = lab.backup("disk")
    disk.copy()
    imap(lab, "a3 STORE 1:2 +FLAGS (\\Deleted)", "a4 EXPUNGE", "a5 LOGOUT")
    disk.restore()


@case("over quota", "C SERVER", "▶ C: .  S: 5")
def _(lab: Lab) -> None:
    lab.set_quota("bob", storage=1)
    smtp = say(lab.device("desk", owner="alice").dial("smtp"), *MAIL, "DATA")
    smtp.data(OUTSIDE + b"A line of a letter.\r\n" * 80)


@case("webmail reads", "A SERVER", "▶ C: webmail.5 UID FETCH 1")
def _(lab: Lab) -> None:
    lab.webmail("bob").read(1)


@case("webmail deletes", "A SERVER", "▶ C: webmail.8 UID EXPUNGE 1")
def _(lab: Lab) -> None:
    lab.webmail("bob").delete(1)


@case(
    "webmail keeps what was sent",
    "C SERVER",
    '▶ C: webmail.6 APPEND "Sent"',
    arrow='C webmail up APPEND "Sent" (\\Seen) "02-Mar-2026 09:01:00 +0000" {55}',
)
def _(lab: Lab) -> None:
    lab.webmail("bob").send("alice@home.example", OUTSIDE)


def arrows(view: dict[str, Any]) -> list[str]:
    """Return the arrows, each with its row, its place, its way and its words."""
    return [
        f"{row['letter']} {cell['place']} {'up' if cell['up'] else 'down'} {cell['arrow']}"
        for row in view["rows"]
        for cell in row["cells"]
        if cell["arrow"]
    ]


def rings(view: dict[str, Any]) -> int:
    """Count the rings that are drawn, and the pointers beside them."""
    nodes = [node for group in view["nodes"] for node in flat(group)]
    ring = [node for node in nodes if node[0] == "rect" and node[1].get("stroke-width") == 2.2]
    pointer = [node for node in nodes if str(node[1].get("d", "")).endswith("l13 8l-13 8z")]
    assert len(ring) == len(pointer)
    return len(ring)


def flat(node: Node) -> list[Node]:
    inner = [each for child in node[2] if not isinstance(child, str) for each in flat(child)]
    return [node, *inner]


def cells_marked(html: str) -> int:
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return table.count("<td>▶ ")


@pytest.mark.parametrize("name", CASES)
def test_what_changed_and_its_line_bear_the_mark(name: str) -> None:
    wanted = CASES[name]
    with Lab(full_mailbox_waits=False) as lab, contextlib.redirect_stdout(io.StringIO()):
        for letter in "AB":
            lab.load(f"From: alice@home.example\r\nSubject: {letter}\r\n\r\n".encode())
        lab.device("laptop")
        lab.device("phone")
        live = lab.map()
        wanted.does(lab)
        live._repr_mimebundle_()  # paints what has not been painted yet
        for shown in (live, MailMap(lab._feed, live=False)):
            view = shown.view
            ringed = {
                f"{row['letter']} {cell['place']}"
                for row in view["rows"]
                for cell in row["cells"]
                if cell["changed"]
            }
            assert ringed == wanted.ringed
            lines = [line for wire in view["wires"] for line in wire["lines"] if line[0] == "▶"]
            assert len(lines) == len(wanted.lines)
            assert all(map(str.startswith, sorted(lines), sorted(wanted.lines))), lines
            assert bool(ringed) == bool(lines), "both marks, or none"
            assert ", ".join(arrows(view)) == wanted.arrow
            # As it is drawn, saved and written.
            assert rings(view) == len(ringed)
            html, text = shown.html(), shown.text()
            assert cells_marked(html) == len(ringed)
            assert html.count("<code>▶ ") == len(lines)
            table, _, key = text.rpartition("\n\n")
            assert len(re.findall(r"▶ (?![CS]:|closed)", table)) == len(ringed)
            assert key.startswith("▶: changed now") == bool(ringed)
            said = {wire["number"] for wire in view["wires"] if wire["marked"]}
            led = {cell["wire"] for row in view["rows"] for cell in row["cells"] if cell["changed"]}
            assert led <= said


@pytest.mark.parametrize("name", [name for name, each in CASES.items() if " up " in each.arrow])
def test_what_goes_up_points_at_the_server(name: str) -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        for letter in "AB":
            lab.load(f"From: alice@home.example\r\nSubject: {letter}\r\n\r\n".encode())
        lab.device("laptop")
        CASES[name].does(lab)
        view = MailMap(lab._feed, live=False).view
        server = next(place for place in view["places"] if place["kind"] == "server")
        [arrow] = [
            node
            for group in view["nodes"]
            for node in flat(group)
            if node[1].get("class") == "lm-arrow"
        ]
        # What slides goes from its near end to its far one.
        ends = (server["x"], server["x"] + server["width"])
        assert arrow[1]["data-far"] in ends
        assert arrow[1]["data-near"] not in ends
        assert arrow[1]["data-protocol"] == "imap"


def test_the_replay_tells_of_an_append_by_its_own_line() -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        replay = lab.replay()
        imap(lab, f"a3 APPEND INBOX {{{len(OUTSIDE)}}}").literal(OUTSIDE)
        replay._repr_mimebundle_()
        assert replay.view["line"] == f"laptop: a3 APPEND INBOX {{{len(OUTSIDE)}}}"
        assert any("is appended to INBOX" in each for each in replay.view["what"])


def test_the_colour_of_a_backup_s_copy_stays_that_of_what_carried_it() -> None:
    def colours(lab: Lab) -> set[str]:
        rows = MailMap(lab._feed, live=False).view["rows"]
        return {
            cell["protocol"] for row in rows for cell in row["cells"] if cell["place"] == "disk"
        }

    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        lab.load(OUTSIDE)
        laptop, disk = lab.device("laptop"), lab.backup("disk")
        laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
        disk.copy(laptop)
        assert colours(lab) == {"pop3"}
        laptop.lose()
        disk.restore()
        assert colours(lab) == {"pop3"}, "what went up brought nothing down"
        [file] = disk.files()
        assert (file.origin.protocol, file.origin.tied) == ("pop3", True)
        assert disk.restore().appended == 0, "it knows what the server has"
        assert disk.copy().copied == 0
        assert colours(lab) == {"pop3"}


def test_what_a_device_learns_of_a_file_is_no_arrow() -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        lab.load(OUTSIDE)
        desk = imap(lab, "a3 FETCH 1 BODY.PEEK[]")
        assert arrows(MailMap(lab._feed, live=False).view) == ["A laptop down FETCH 1 BODY.PEEK[]"]
        say(desk, "a4 FETCH 1 (UID)")
        view = MailMap(lab._feed, live=False).view
        assert arrows(view) == []
        assert view["rows"][0]["cells"][0]["tied"]


def test_a_line_is_marked_in_the_maps_in_which_it_changed_something() -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        smtp = say(lab.device("desk", owner="alice").dial("smtp"), *MAIL, "DATA")
        smtp.data(OUTSIDE)
        lab.device("laptop")
        for account, marks in (("bob", 1), ("alice", 0)):
            shown = MailMap(lab._feed, f"{account}@home.example", live=False)
            assert sum(wire["marked"] for wire in shown.view["wires"]) == marks
            assert rings(shown.view) == marks
            assert shown.html().count("<code>▶ ") == marks
            assert shown.text().count("▶") == (3 if marks else 0)  # The key has one.
        # Where the device that it changed is not shown, neither is the mark.
        pop(lab, "RETR 1")
        assert MailMap(lab._feed, devices=["laptop"], live=False).text().count("▶") == 3
        assert MailMap(lab._feed, devices=[], live=False).text().count("▶") == 0


def test_new_is_told_from_the_moment_that_a_mailbox_is_opened_by_imap() -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        lab.load(OUTSIDE)
        say(lab.device("laptop").dial("pop3"), "USER bob", "PASS tulip", "RETR 1", "QUIT")
        imap = say(lab.device("phone").dial("imap"), "a1 LOGIN bob tulip")
        assert "● new" not in str(lab.look())
        say(imap, "a2 SELECT INBOX")
        assert str(lab.look()).count("● new") == 1, "POP3 has no such marks: not on the laptop"
        assert "● new" not in str(lab.look("alice"))
