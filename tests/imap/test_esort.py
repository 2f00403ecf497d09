from __future__ import annotations

import pytest

from tests.imap.driver import Client, Server
from tests.imap.searching import ask


@pytest.fixture
def bob(server: Server) -> Client:
    """Bob's client; by subject the messages are 3 4 5 2 1 6, and 7 to 9 as they come."""
    for subject in "edabcfghi":
        server.deliver(f"Subject: {subject}\r\n\r\nText\r\n".encode())
    return server.selected()


def test_the_results_are_in_order(bob: Client) -> None:
    # RFC 5267 sections 3.1 to 3.3
    sorted_ = "(SUBJECT) UTF-8"
    assert ask(bob, f"SORT RETURN () {sorted_} ALL") == [
        "* ESEARCH (TAG) ALL 3:5,2,1,6:9",
        "OK SORT completed",
    ]
    assert ask(bob, "UID SORT RETURN () (REVERSE SUBJECT) UTF-8 6:9") == [
        "* ESEARCH (TAG) UID ALL 9,8,7,6",  # never a range downwards
        "OK UID SORT completed",
    ]
    assert ask(bob, f"SORT RETURN (COUNT MIN MAX) {sorted_} 1:5")[0] == (
        "* ESEARCH (TAG) MIN 3 MAX 1 COUNT 5"
    )
    assert ask(bob, f"SORT RETURN (ALL COUNT) {sorted_} DELETED")[0] == "* ESEARCH (TAG) COUNT 0"
    assert ask(bob, f"SORT RETURN (PARTIAL 3:5) {sorted_} ALL")[0] == (
        "* ESEARCH (TAG) PARTIAL (3:5 5,2,1)"
    )
    assert ask(bob, f"SORT RETURN (PARTIAL -1:-5) {sorted_} 1:5")[0] == (
        "* ESEARCH (TAG) PARTIAL (-1:-5 3:5,2,1)"
    )
    assert ask(bob, f"SORT {sorted_} 1:3") == ["* SORT 3 2 1", "OK SORT completed"]


@pytest.mark.parametrize(
    ("options", "told", "kept"),
    [
        ("SAVE", None, "1:5"),
        ("SAVE MIN", "MIN 3", "3"),
        ("SAVE MAX", "MAX 1", "1"),
        ("SAVE PARTIAL 2:3 MIN", "MIN 3 PARTIAL (2:3 4:5)", "3:5"),
    ],
)
def test_what_is_saved(bob: Client, options: str, told: str | None, kept: str) -> None:
    reply = ask(bob, f"SORT RETURN ({options}) (SUBJECT) UTF-8 1:5")
    assert reply[:-1] == ([] if told is None else [f"* ESEARCH (TAG) {told}"])
    assert ask(bob, "SEARCH RETURN (ALL) $")[0] == f"* ESEARCH (TAG) ALL {kept}"


def test_a_no_saves_nothing(bob: Client) -> None:
    for refused in ("KOI8-R ALL", "UTF-8 " + "NOT " * 200 + "ALL"):
        bob.do("SEARCH RETURN (SAVE) ALL")
        assert bob.do(f"SORT RETURN (SAVE) (DATE) {refused}")[0].startswith("NO")
        assert ask(bob, "SEARCH RETURN (ALL) $")[0] == "* ESEARCH (TAG)"


def test_modseq(bob: Client) -> None:
    # RFC 7162 section 3.1.10, example 20
    bob.do("SEARCH MODSEQ 1")
    told = ask(bob, "SORT RETURN (ALL) (SUBJECT) UTF-8 MODSEQ 1 1:3")[0]
    highest = bob.do("FETCH 3 MODSEQ")[0].split("MODSEQ (")[1].split(")")[0]
    assert told == f"* ESEARCH (TAG) ALL 3,2,1 MODSEQ {highest}"


@pytest.mark.parametrize("switched", ["ESORT", "SORT", "ESEARCH"])
def test_switched_off(server: Server, switched: str) -> None:
    bob = server.login(switched)
    bob.do("SELECT INBOX")
    assert bob.do("SORT RETURN () (DATE) UTF-8 ALL")[0].startswith("BAD")
    plain = bob.do("SORT (DATE) UTF-8 ALL")[0]
    assert plain == ("* SORT" if switched != "SORT" else "BAD Unknown command SORT")
