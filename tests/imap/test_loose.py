"""How examples are read, found in an RFC, and compared: what is free, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imap.scripting.examples import Reply, read
from tests.imap.scripting.extract import Found, differences, extract
from tests.imap.scripting.language import BadScript
from tests.imap.scripting.loose import compare

RFC = """\
6.1.2.  NOOP Command

   Text with C: in it.

   Examples:   C: a002 NOOP
               S: * 22 EXPUNGE
               S: * 14 FETCH (FLAGS (\\Seen
               \\Deleted))

               C: a003 NOOP


Crispin                     Standards Track                    [Page 25]
\f
RFC 3501                         IMAPv4                       March 2003

               S: a003 OK

7.2.4   STATUS Response

   Example:    S: * STATUS x ()
"""


@pytest.mark.parametrize(
    ("command", "expected", "reply"),
    [
        ("a NOOP", "a OK done", "a OK NOOP completed"),
        ("a NOOP", "a OK", "a OK [ALERT] run"),
        ("a STORE", "* 1 FETCH (FLAGS (\\Seen x))", "* 1 FETCH (FLAGS (x \\Seen))"),
        ("a UID", "* 1 FETCH (UID 3 FLAGS ())", "* 1 FETCH (FLAGS () UID 3)"),
        ("a STATUS", "* STATUS a (RECENT 1 UNSEEN 2)", "* STATUS a (UNSEEN 2 RECENT 1)"),
        ("a LIST", '* LIST () "/" a', '* LIST (\\HasNoChildren) "/" a'),
        ("a LIST", '* LIST () "/" "a" ("X" (y))', '* LIST () "/" a ("X" ("y"))'),
        ("a STATUS", '* STATUS "a" ()', "* STATUS a ()"),
        ("a SEARCH", '* ESEARCH (TAG "a") MIN 1 ALL 1,3', '* ESEARCH (TAG "a") ALL 1,3 MIN 1'),
        ("a SELECT", "* OK [UNSEEN 3] x", "* OK [UNSEEN 3] other"),
        ("a FETCH", "* 1 FETCH (BODY[] {1}\r\nx)", '* 1 FETCH (BODY[] "x")'),
    ],
)
def test_what_is_free(command: str, expected: str, reply: str) -> None:
    assert compare(command, expected.split("\r\n"), f"{reply}\r\n".encode(), whole=True) == []


@pytest.mark.parametrize(
    ("command", "expected", "reply"),
    [
        ("a NOOP", "a OK done", "b OK done"),
        ("a NOOP", "a OK done", "a NO done"),
        ("a NOOP", "a OK [X] done", "a OK done"),
        ("a NOOP", "* 1 EXISTS", "* 2 EXISTS"),
        ("a NOOP", "* 1 EXISTS", "* 1 EXISTS\r\n* 0 RECENT"),
        ("a STORE", "* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen \\Recent))"),
        ("a STORE", "* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen) UID 1)"),
        ("a LIST", '* LIST () "/" a', '* LIST (\\Noselect) "/" a'),
        ("a LIST", '* LIST () "/" a', '* LIST () "." a'),
        ("a LIST", '* LIST (\\HasChildren) "/" a', '* LIST (\\HasNoChildren) "/" a'),
        ("a LIST", '* LIST (\\HasChildren) "/" a', '* LIST () "/" a'),
        ("a SEARCH", '* ESEARCH (TAG "a") ALL 1', '* ESEARCH (TAG "b") ALL 1'),
        ("a SEARCH", '* ESEARCH (TAG "a") UID ALL 1', '* ESEARCH (TAG "a") ALL 1'),
        ("a SEARCH", '* ESEARCH (TAG "a") ALL 1:2', '* ESEARCH (TAG "a") ALL 1,2'),
        ("a SELECT", "* OK [UNSEEN 3] x", "* OK [UNSEEN 4] x"),
        ("a SEARCH", "* SEARCH 1 2", "* SEARCH 2 1"),
    ],
)
def test_what_is_not_free(command: str, expected: str, reply: str) -> None:
    assert compare(command, expected.split("\r\n"), f"{reply}\r\n".encode(), whole=True) != []


def test_the_order_is_free_for_some_commands_only() -> None:
    reply = b"* 2 EXISTS\r\n* FLAGS (a b)\r\n* OK [HIGHESTMODSEQ 1] x\r\na OK [READ-WRITE] x\r\n"
    expected = ["* FLAGS (b a)", "* 2 EXISTS", "a OK [READ-WRITE] x"]
    assert compare("a SELECT INBOX", expected, reply, whole=True) == []
    assert compare("a NOOP", expected, reply, whole=True) != []
    assert compare("a SELECT INBOX", expected[:1], reply, whole=False) == []
    assert compare("a SELECT INBOX", ["* 3 EXISTS"], reply, whole=False) != []
    assert compare("a SELECT INBOX", expected[::-1], reply, whole=True) != []  # OK comes last


def test_examples_are_found_in_the_text() -> None:
    assert list(extract(RFC)) == [
        Found("6.1.2", 1, ("C: a002 NOOP", "S: * 22 EXPUNGE", "S: * 14 FETCH (FLAGS (\\Seen")),
        Found("6.1.2", 2, ("C: a003 NOOP", "S: a003 OK")),
        Found("7.2.4", 1, ("S: * STATUS x ()",)),
    ]


def test_what_is_missing_or_other_than_printed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rfc.txt"
    path.write_text(
        "== 6.1.2 1 NOOP\nC: a002 NOOP\nS: * 22 EXPUNGE\nS: * 14 FETCH (FLAGS (\\Seen \\Deleted))\n"
        "== 6.1.2 2 NOOP\nC: a004 NOOP\n"
        "== 9 1 Other\nnot replayed: because of that\n"
    )
    assert differences(RFC, path) == [
        "6.1.2 2: C: a003 NOOP",
        "6.1.2 2: S: a003 OK",
        "7.2.4 1 is missing: S: * STATUS x ()",
        "9 1 is not in the RFC",
    ]


def test_an_example_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rfc.txt"
    path.write_text(
        "# remark\n== 7 1 X\ngiven: box has\nmail: b\nC: a\nsent: b\nS: c\ntold: d\nalso: e\n"
        "S: f\nuntold: not here\nby: g\nS: h\nskip: not done\nC: i\nS: j\n"
    )
    (example,) = read(path)
    assert example.printed == ["C: a", "S: c", "S: f", "S: h", "C: i", "S: j"]
    first, second, third = example.exchanges
    assert (first.given, first.sent, first.told) == (["box has\nb"], ["b"], ["d", "e"])
    assert (second.sent, second.told, second.reply) == (["g"], ["h"], Reply.CONTAINS)
    assert (third.skipped, third.sent) == ("not done", ["i"])


@pytest.mark.parametrize("text", ["C: a\n", "== 7 1 X\n", "== 7 1 X\nhello\n"])
def test_an_example_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rfc.txt"
    path.write_text(text)
    with pytest.raises(BadScript):
        read(path)
