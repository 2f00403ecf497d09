from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.searching.collation import casemap
from labserver.store import Arrival
from tests.imap.driver import Client, Server


def order(client: Client, program: str, keys: str = "ALL") -> list[int]:
    told, done = client.do(f"SORT ({program}) UTF-8 {keys}")
    assert done == "OK SORT completed"
    assert told.split()[:2] == ["*", "SORT"]
    return [int(number) for number in told.split()[2:]]


def deliver(server: Server, *headers: str) -> None:
    for header in headers:
        server.deliver(header.replace("\n", "\r\n").encode() + b"\r\n\r\nText\r\n")


def test_the_examples(server: Server) -> None:
    # RFC 5256 section 3: A283 and A284
    deliver(
        server,
        "Subject: Re: Zebra\nDate: Mon, 2 Mar 2026 10:00:00 +0000",
        "Subject: zebra\nDate: Mon, 2 Mar 2026 09:00:00 +0000",
        "Subject: [list] apple\nDate: Mon, 2 Mar 2026 10:00:00 +0000",
        "Subject: Fwd: Banana\nDate: Mon, 2 Mar 2026 10:00:00 +0000",
        "Subject: Apple\nDate: Mon, 2 Mar 2026 11:00:00 +0000",
    )
    bob = server.selected()
    assert order(bob, "SUBJECT REVERSE DATE") == [5, 3, 4, 1, 2]
    assert order(bob, "SUBJECT") == [3, 5, 4, 1, 2]
    assert bob.do('SORT (SUBJECT) US-ASCII TEXT "not in mailbox"') == [
        "* SORT",
        "OK SORT completed",
    ]


def test_reverse_keeps_the_mailbox_order_of_equals(server: Server) -> None:
    deliver(server, "Subject: a", "Subject: b", "Subject: A", "Subject: B")
    bob = server.selected()
    assert order(bob, "SUBJECT") == [1, 3, 2, 4]
    assert order(bob, "REVERSE SUBJECT") == [2, 4, 1, 3]
    assert order(bob, "REVERSE SUBJECT REVERSE ARRIVAL") == [2, 4, 1, 3]  # all arrived at once


def test_addresses(server: Server) -> None:
    deliver(
        server,
        'From: "A" <zoe@a.example>\nTo: <m@x>, <a@x>\nCc: b@x',
        "From: bob@z.example\nTo: Friends: a@x;\nCc: a@x\nCc: z@x",
        "From: ADAM@z.example (Zed)\nTo:\nTo: b@x",
        "To: ,,c@x",
    )
    bob = server.selected()
    assert order(bob, "FROM") == [4, 3, 2, 1]
    assert order(bob, "TO") == [3, 4, 2, 1]  # b, c, friends, m
    assert order(bob, "CC") == [3, 4, 2, 1]  # none, none, a, b


def test_sizes_and_dates(server: Server) -> None:
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    for date, header in (
        ("2026-03-05T00:00:00+00:00", b"Date: Mon, 2 Mar 2026 09:00:00 -0800\r\n"),
        ("2026-03-05T02:00:00+03:00", b"Date: Mon, 2 Mar 2026 17:00:01 +0000\r\nX: longer\r\n"),
        # Without a date that can be read it is the internal date (section 2.2).
        ("2026-03-02T17:00:00+00:00", b"Date: yesterday\r\n"),
        ("2026-03-02T16:59:59+00:00", b""),
        ("2026-03-09T00:00:00+00:00", b"Date: 1 Mar 2026 25:00:00 +0000\r\n"),
    ):
        arrival = Arrival(data=header + b"\r\n", internaldate=datetime.fromisoformat(date))
        server.store.messages.append(inbox, [arrival])
    bob = server.selected()
    assert order(bob, "ARRIVAL") == [4, 3, 2, 1, 5]
    assert order(bob, "DATE") == [5, 4, 1, 3, 2]
    assert order(bob, "SIZE") == [4, 3, 5, 1, 2]
    assert order(bob, "REVERSE SIZE") == [2, 1, 5, 3, 4]


def test_subjects_are_decoded_and_collated(server: Server) -> None:
    def word(text: str) -> str:
        return f"Subject: =?utf-8?b?{b64encode(text.encode()).decode()}?="

    deliver(server, word("Re: élan"), word("zoo"), word("E\u0301LAN"), "Subject: eat", "X: none")
    assert order(server.selected(), "SUBJECT") == [5, 4, 1, 3, 2]


def test_charset_is_never_missing(server: Server) -> None:
    deliver(server, "Subject: h\u00e9")
    bob = server.selected()
    assert bob.do("SORT (DATE) ALL")[0] == "BAD An argument is missing"
    assert bob.do("SORT (DATE) UTF-8") == ["BAD An argument is missing"]
    assert bob.do("SORT (DATE) KOI8-R ALL")[0].startswith("NO [BADCHARSET (US-ASCII UTF-8)]")
    assert bob.do('UID SORT (DATE) "utf-8" SUBJECT {2}\n\u00e9')[0] == "* SORT 1"
    assert bob.do("SORT (DATE) US-ASCII SUBJECT {2}\n\u00e9")[0].startswith("BAD")


@pytest.mark.parametrize(
    "program",
    [
        "",
        "()",
        "DATE",
        "(NAME)",
        "(REVERSE)",
        "(REVERSE REVERSE DATE)",
        "(DATE DATE",
        "(DATE,SIZE)",
    ],
)
def test_what_is_no_program_is_bad(server: Server, program: str) -> None:
    assert server.selected().do(f"SORT {program} UTF-8 ALL")[0].startswith("BAD")


def test_uids_and_numbers_of_other_sessions(server: Server) -> None:
    deliver(server, "Subject: c", "Subject: b", "Subject: a")
    bob = server.selected()
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.expunge(inbox, [2])
    deliver(server, "Subject: 0")
    # No EXPUNGE while SORT is answered, but with UID SORT; what is not known is not told.
    assert bob.do("SORT (SUBJECT) UTF-8 ALL") == [
        "* SORT 3 1",
        "* 4 EXISTS",
        "* 4 RECENT",
        "OK [EXPUNGEISSUED] SORT completed",
    ]
    assert bob.do("UID SORT (SUBJECT) UTF-8 ALL") == [
        "* SORT 4 3 1",
        "* 2 EXPUNGE",
        "OK UID SORT completed",
    ]
    assert order(bob, "SUBJECT") == [3, 2, 1]


def test_switched_off(server: Server) -> None:
    bob = server.login("SORT")
    bob.do("SELECT INBOX")
    for command in ("SORT", "UID SORT"):
        assert bob.do(f"{command} (DATE) UTF-8 ALL") == [f"BAD Unknown command {command}"]


_LETTERS = st.tuples(
    st.sampled_from(["a", "A", "Re: a", "b", "é", "", "[x] b (fwd)"]),  # subject
    st.integers(1, 3),  # day
    st.sampled_from(["ann", "Bob", "bob", ""]),  # from
    st.integers(1, 3),  # length
)
_KEYS: dict[str, Callable[[Any], Any]] = {
    "SUBJECT": lambda letter: casemap(letter[0].removeprefix("Re: ").strip("[]x ()fwd")),
    "DATE": lambda letter: letter[1],
    "FROM": lambda letter: letter[2].lower(),
    "SIZE": lambda letter: len(data(letter)),
}


def data(letter: tuple[str, int, str, int]) -> bytes:
    subject, day, name, length = letter
    sender = f"From: {name}@x\r\n" if name else ""
    head = f"Subject: {subject}\r\n{sender}Date: {day} Mar 2026 12:00:00 +0000\r\n\r\n"
    return head.encode() + b"x" * length


@given(
    st.lists(_LETTERS, max_size=8),
    st.lists(st.tuples(st.booleans(), st.sampled_from(list(_KEYS))), min_size=1, max_size=3),
)
def test_sort_is_right(
    letters: list[tuple[str, int, str, int]], program: list[tuple[bool, str]]
) -> None:
    server = Server()

    def compare(one: int, other: int) -> int:
        for reverse, key in program:
            a, b = _KEYS[key](letters[one - 1]), _KEYS[key](letters[other - 1])
            if a != b:
                return -1 if (a < b) is not reverse else 1
        return one - other

    try:
        for letter in letters:
            server.deliver(data(letter))
        bob = server.selected()
        words = " ".join(("REVERSE " if reverse else "") + key for reverse, key in program)
        found = order(bob, words)
        assert sorted(found) == [int(each) for each in bob.do("SEARCH ALL")[0].split()[2:]]
        assert found == sorted(range(1, len(letters) + 1), key=cmp_to_key(compare))
        assert order(bob, words) == found  # from what was kept
    finally:
        server.store.close()


def test_with_modseq_the_highest_is_told(server: Server) -> None:
    # RFC 7162 section 3.1.9
    deliver(server, "Subject: b", "Subject: a", "Subject: c")
    server.flag(2, "\\Seen")
    bob = server.selected()
    assert bob.do("SORT (SUBJECT) UTF-8 MODSEQ 1")[-2] == "* SORT 2 1 3 (MODSEQ 5)"
    assert bob.do("UID SORT (SUBJECT) UTF-8 MODSEQ 1 UNSEEN")[0] == "* SORT 1 3 (MODSEQ 4)"
    assert bob.do("SORT (SUBJECT) UTF-8 MODSEQ 9")[0] == "* SORT"
    assert bob.do("THREAD REFERENCES UTF-8 MODSEQ 1")[0] == "* THREAD (1)(2)(3)"
