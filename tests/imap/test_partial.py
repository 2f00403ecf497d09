from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.values import Window
from tests.imap.driver import Client, Server
from tests.imap.searching import ask, rev2, senders


@pytest.fixture
def bob(server: Server) -> Client:
    """Bob's client: messages 1 to 10, of which all but 3 and 8 are from a."""
    senders(server, "aabaaaabaa")
    return server.selected()


# Of what SEARCH finds: 1 2 4 5 6 7 9 10


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ("1:3", "1:2,4"),
        ("3:1", "1:2,4"),
        ("4:6", "5:7"),
        ("7:20", "9:10"),
        ("20:7", "9:10"),
        ("8:8", "10"),
        ("9:20", "NIL"),
        ("-1:-3", "7,9:10"),
        ("-3:-1", "7,9:10"),
        ("-2:-2", "9"),
        ("-7:-100", "1:2"),
        ("-8:-8", "1"),
        ("-9:-100", "NIL"),
        ("4294967295:1", "1:2,4:7,9:10"),
    ],
)
def test_the_window_is_told_as_it_was_asked(bob: Client, window: str, told: str) -> None:
    line = f"* ESEARCH (TAG) UID PARTIAL ({window} {told})"
    assert ask(bob, f"UID SEARCH RETURN (PARTIAL {window}) FROM a@")[0] == line
    assert ask(bob, f"SEARCH RETURN (PARTIAL {window}) FROM a@")[0] == line.replace(" UID", "")


def test_beside_other_options(bob: Client) -> None:
    told = ask(bob, "SEARCH RETURN (COUNT PARTIAL -1:-2 MIN) FROM a@")[0]
    assert told == "* ESEARCH (TAG) MIN 1 PARTIAL (-1:-2 9:10) COUNT 8"
    assert (
        ask(bob, "SEARCH RETURN (PARTIAL 1:5 MIN) DELETED")[0]
        == "* ESEARCH (TAG) PARTIAL (1:5 NIL)"
    )
    assert ask(rev2(bob), "SEARCH RETURN (PARTIAL 1:1) ALL")[0] == "* ESEARCH (TAG) PARTIAL (1:1 1)"


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        # The table of RFC 9394 section 3.2
        ("PARTIAL 2:3", "2,4"),
        ("PARTIAL 2:3 MIN", "1:2,4"),
        ("PARTIAL 2:3 MAX", "2,4,10"),
        ("MAX PARTIAL 2:3 MIN", "1:2,4,10"),
        ("PARTIAL 1:2 MIN", "1:2"),
        ("PARTIAL 2:3 COUNT", "1:2,4:7,9:10"),
        ("PARTIAL 2:3 COUNT MIN MAX", "1:2,4:7,9:10"),
    ],
)
def test_what_is_saved(bob: Client, options: str, kept: str) -> None:
    assert "PARTIAL" in ask(bob, f"SEARCH RETURN (SAVE {options}) FROM a@")[0]
    assert ask(bob, "SEARCH RETURN (ALL) $")[0] == f"* ESEARCH (TAG) ALL {kept}"


def test_modseq_is_of_what_is_told(bob: Client) -> None:
    for uid in (10, 1):
        bob.server.flag(uid, "\\Seen")
    bob.do("NOOP")
    bob.do("SEARCH MODSEQ 1")
    ten, one = (int(ask(bob, f"SEARCH RETURN (MIN) MODSEQ 1 {n}")[0].split()[-1]) for n in (10, 1))
    assert one == ten + 1
    told = ask(bob, "SEARCH RETURN (PARTIAL -1:-2) MODSEQ 1")[0]
    assert told == f"* ESEARCH (TAG) PARTIAL (-1:-2 9:10) MODSEQ {ten}"
    assert (
        ask(bob, "SEARCH RETURN (PARTIAL 90:91) MODSEQ 1")[0]
        == "* ESEARCH (TAG) PARTIAL (90:91 NIL)"
    )


@pytest.mark.parametrize(
    "options",
    [
        *("PARTIAL", "PARTIAL 1", "PARTIAL 0:1", "PARTIAL 1:0", "PARTIAL 1:*", "PARTIAL (1:2)"),
        *("PARTIAL 1:-2", "PARTIAL -1:2", "PARTIAL 1,2", "PARTIAL 1:2,4", "PARTIAL 1:4294967296"),
        *("PARTIAL 1:2 ALL", "ALL PARTIAL 1:2", "PARTIAL 1:2 PARTIAL 3:4"),
    ],
)
def test_what_is_bad(bob: Client, options: str) -> None:
    assert bob.do(f"SEARCH RETURN ({options}) ALL")[0].startswith("BAD")


@pytest.mark.parametrize("switched", [("PARTIAL", "CONTEXT=SEARCH"), ("ESEARCH",)])
def test_switched_off(server: Server, switched: tuple[str, ...]) -> None:
    server.deliver()
    bob = server.login(*switched)
    bob.do("SELECT INBOX")
    assert bob.do("SEARCH RETURN (PARTIAL 1:2) ALL")[0].startswith("BAD There is no ")
    assert bob.do("UID FETCH 1:* UID (PARTIAL 1:2)") == ["BAD FETCH has no parameter PARTIAL"]


# UID FETCH


def fetched(client: Client, command: str) -> list[int]:
    *lines, done = client.do(command)
    assert done == "OK UID FETCH completed"
    return [int(line.split()[1]) for line in lines if "FETCH" in line]


def test_uid_fetch(bob: Client) -> None:
    # RFC 9394 section 3.3
    assert fetched(bob, "UID FETCH 3:8 (UID FLAGS) (PARTIAL -1:-3)") == [6, 7, 8]
    assert fetched(bob, "UID FETCH 3:8 (UID FLAGS) (PARTIAL 1:5)") == [3, 4, 5, 6, 7]
    assert fetched(bob, "UID FETCH 9:99 FLAGS (PARTIAL 2:9)") == [10]
    assert fetched(bob, "UID FETCH 1:* FLAGS (PARTIAL 11:20)") == []
    bob.do("SEARCH RETURN (SAVE) FROM b@")
    assert fetched(bob, "UID FETCH $ FLAGS (PARTIAL -1:-1)") == [8]


def test_only_what_is_fetched_is_seen(bob: Client) -> None:
    assert fetched(bob, "UID FETCH 1:* BODY[TEXT] (PARTIAL 2:3)") == [2, 3]
    assert bob.do("SEARCH SEEN")[0] == "* SEARCH 2 3"


def test_the_window_comes_before_changedsince(bob: Client) -> None:
    # Section 3.4: of the last four, those that have changed, in either order of the modifiers
    modseq = int(bob.do("UID FETCH 10 MODSEQ")[-2].split("MODSEQ (")[1].split(")")[0])
    for uid in (2, 8, 9):
        bob.server.flag(uid, "\\Seen")
    bob.do("NOOP")
    for modifiers in (
        f"PARTIAL -1:-4 CHANGEDSINCE {modseq}",
        f"CHANGEDSINCE {modseq} PARTIAL -1:-4",
    ):
        assert fetched(bob, f"UID FETCH 1:* FLAGS ({modifiers})") == [8, 9]


def test_what_is_expunged_takes_no_place(bob: Client) -> None:
    inbox = bob.server.store.mailboxes.get(bob.server.bob, "INBOX")
    bob.server.store.messages.expunge(inbox, [9])
    lines = bob.do("UID FETCH 1:* UID (PARTIAL -1:-2)")
    assert lines == [
        "* 8 FETCH (UID 8)",
        "* 10 FETCH (UID 10)",
        "* 9 EXPUNGE",
        "OK UID FETCH completed",
    ]


def test_fetch_without_uid_has_none(bob: Client) -> None:
    assert bob.do("FETCH 1:* FLAGS (PARTIAL 1:2)") == ["BAD PARTIAL is for UID FETCH"]


@given(st.lists(st.integers(), max_size=9), st.integers(1, 12), st.integers(1, 12))
def test_a_window_from_the_end_is_one_of_the_reverse(
    found: list[int], start: int, stop: int
) -> None:
    near, far = sorted((start, stop))
    assert Window(start, stop).of(found) == found[near - 1 : far]
    assert Window(-start, -stop).of(found) == found[::-1][near - 1 : far][::-1]
