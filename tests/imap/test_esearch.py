from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imap.driver import Server
from tests.imap.searching import ask, rev2, senders


def test_the_examples(server: Server) -> None:
    # RFC 4731 section 3.1: messages 2, 10 and 11 are flagged, and not from Smith.
    senders(server, "abcdefghijkl")
    for uid in (2, 3, 10, 11):
        server.flag(uid, "\\Flagged")
    bob = server.selected()
    keys = "FLAGGED SINCE 1-Feb-1994 NOT FROM c@"
    done = "OK SEARCH completed"
    assert ask(bob, f"SEARCH RETURN (MIN COUNT) {keys}") == ["* ESEARCH (TAG) MIN 2 COUNT 3", done]
    assert ask(bob, f"SEARCH RETURN () {keys}") == ["* ESEARCH (TAG) ALL 2,10:11", done]
    assert ask(bob, "SEARCH RETURN (MIN) UNFLAGGED") == ["* ESEARCH (TAG) MIN 1", done]
    assert ask(bob, "SEARCH RETURN (COUNT) DELETED") == ["* ESEARCH (TAG) COUNT 0", done]
    server.store.messages.expunge(server.store.mailboxes.get(server.bob, "INBOX"), [1, 5])
    bob.do("NOOP")
    assert ask(bob, "UID SEARCH RETURN (MIN MAX) 1:5000") == [
        "* ESEARCH (TAG) UID MIN 2 MAX 12",
        "OK UID SEARCH completed",
    ]


def test_the_response_names_the_tag(server: Server) -> None:
    bob = server.selected()
    reply = bob.raw(b"A[2]82 SEARCH RETURN (COUNT) ALL\r\n")
    assert reply == b'* ESEARCH (TAG "A[2]82") COUNT 0\r\nA[2]82 OK SEARCH completed\r\n'


def test_nothing_found_is_told_by_the_empty_response(server: Server) -> None:
    senders(server, "a")
    bob = server.selected()
    for options in ("", "MIN", "MAX MIN", "ALL", "ALL MIN MAX"):
        assert ask(bob, f"SEARCH RETURN ({options}) DELETED")[0] == "* ESEARCH (TAG)"
    assert ask(bob, "UID SEARCH RETURN (ALL) DELETED")[0] == "* ESEARCH (TAG) UID"
    assert ask(bob, "SEARCH RETURN (ALL COUNT) DELETED")[0] == "* ESEARCH (TAG) COUNT 0"


def test_options_in_any_order_and_case(server: Server) -> None:
    senders(server, "aba")
    bob = server.selected()
    expected = "* ESEARCH (TAG) MIN 1 MAX 3 ALL 1,3 COUNT 2"
    assert ask(bob, "SEARCH RETURN (COUNT ALL MAX MIN) FROM a@")[0] == expected
    assert ask(bob, "search return (all min count max all) from a@")[0] == expected
    assert ask(bob, "SEARCH RETURN (ALL) CHARSET UTF-8 FROM b@")[0] == "* ESEARCH (TAG) ALL 2"


@pytest.mark.parametrize(
    "command",
    [
        *("SEARCH RETURN ALL ALL", "SEARCH RETURN (MIN,MAX) ALL", "SEARCH RETURN (RELEVANCY) ALL"),
        *(
            "SEARCH RETURN  (MIN) ALL",
            "SEARCH RETURN (MIN)",
            "SEARCH RETURN (MIN) ",
            "SEARCH ALL RETURN ()",
        ),
        *(
            "SEARCH RETURN (MIN)ALL",
            "SEARCH RETURN( MIN) ALL",
            "SEARCH RETURN (MIN ) ALL",
            "SEARCH CHARSET UTF-8 RETURN () ALL",
        ),
    ],
)
def test_what_is_no_result_option_is_bad(server: Server, command: str) -> None:
    assert server.selected().do(command)[0].startswith("BAD")


def test_rev2_answers_esearch_always(server: Server) -> None:
    senders(server, "abab")
    bob = rev2(server.selected())
    # RFC 9051 section 6.4.4
    assert ask(bob, "SEARCH FROM b@") == ["* ESEARCH (TAG) ALL 2,4", "OK SEARCH completed"]
    assert ask(bob, 'SEARCH TEXT "not in the mailbox"')[0] == "* ESEARCH (TAG)"
    assert ask(bob, "UID SEARCH FROM a@")[0] == "* ESEARCH (TAG) UID ALL 1,3"
    assert ask(bob, "SEARCH RETURN (COUNT) FROM a@")[0] == "* ESEARCH (TAG) COUNT 2"


def test_switched_off_there_is_no_return(server: Server) -> None:
    bob = server.login("ESEARCH")
    bob.do("SELECT INBOX")
    for command in (
        "SEARCH RETURN (ALL) ALL",
        "SEARCH RETURN () ALL",
        "UID SEARCH RETURN (MIN) ALL",
    ):
        assert bob.do(command) == ["BAD There is no SEARCH key RETURN"]
    assert bob.do("SEARCH ALL")[0] == "* SEARCH"


def test_what_another_session_expunged_is_not_found(server: Server) -> None:
    senders(server, "abcd")
    bob = server.selected()
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.expunge(inbox, [2])
    senders(server, "e")
    assert ask(bob, "SEARCH RETURN (ALL COUNT) ALL") == [
        "* ESEARCH (TAG) ALL 1,3:4 COUNT 3",  # the numbers that the client knows
        "* 5 EXISTS",
        "* 5 RECENT",
        "OK [EXPUNGEISSUED] SEARCH completed",
    ]
    assert ask(bob, "UID SEARCH RETURN (ALL) ALL") == [
        "* ESEARCH (TAG) UID ALL 1,3:5",
        "* 2 EXPUNGE",
        "OK UID SEARCH completed",
    ]


def expanded(text: str) -> list[int]:
    """Return the numbers of a set, in its order."""
    ranges = [[int(end) for end in part.split(":")] for part in text.split(",")]
    return [number for ends in ranges for number in range(ends[0], ends[-1] + 1)]


@given(st.text("abc", max_size=12), st.sets(st.integers(1, 12)), st.sampled_from("abc"))
def test_esearch_tells_what_search_tells(names: str, gone: set[int], wanted: str) -> None:
    server = Server()
    try:
        senders(server, names)
        server.store.messages.expunge(server.store.mailboxes.get(server.bob, "INBOX"), gone)
        bob = server.selected()
        for command in ("SEARCH", "UID SEARCH"):
            line = bob.do(f"{command} FROM {wanted}@")[0]
            found = [int(number) for number in line.split()[2:]]
            told = ask(bob, f"{command} RETURN (ALL MIN MAX COUNT) FROM {wanted}@")[0]
            assert told.endswith(f" COUNT {len(found)}")
            assert ("UID" in told.split()) is (command == "UID SEARCH")
            data = dict(re.findall(r"(MIN|MAX|ALL) ([0-9:,]+)", told))
            if found:
                assert expanded(data.pop("ALL")) == found
                assert data == {"MIN": str(found[0]), "MAX": str(found[-1])}
            else:
                assert not data
    finally:
        server.store.close()


def test_with_modseq_the_highest_is_told(server: Server) -> None:
    # RFC 4731 section 3.2: of what MIN and MAX tell, or of all
    senders(server, "abcd")
    for uid in (2, 4, 1, 3):
        server.flag(uid, "\\Seen")  # mod-sequences from 6 on, in this order
    bob = server.selected()
    told = ask(bob, "SEARCH RETURN (MIN) MODSEQ 2 1:3")
    assert told[0].startswith("* OK [HIGHESTMODSEQ ")
    first = int(told[1].removeprefix("* ESEARCH (TAG) MIN 1 MODSEQ "))
    for options, data, modseq in (
        ("MIN", "MIN 1", first),
        ("MAX", "MAX 4", first - 1),
        ("MIN MAX", "MIN 1 MAX 4", first),
        ("MIN COUNT", "MIN 1 COUNT 4", first + 1),
        ("ALL MAX", "MAX 4 ALL 1:4", first + 1),
        ("", "ALL 1:4", first + 1),
    ):
        line = f"* ESEARCH (TAG) {data} MODSEQ {modseq}"
        assert ask(bob, f"SEARCH RETURN ({options}) MODSEQ 2")[0] == line
    nothing = ask(bob, "SEARCH RETURN (COUNT ALL) MODSEQ 2 DELETED")[0]
    assert nothing == "* ESEARCH (TAG) COUNT 0"
    told = ask(rev2(bob), "UID SEARCH MODSEQ 2 2")[0]
    assert told == f"* ESEARCH (TAG) UID ALL 2 MODSEQ {first - 2}"
