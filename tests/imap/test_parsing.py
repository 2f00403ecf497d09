from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.commands import COMMANDS
from labserver.imap.dialect import Dialect
from labserver.imap.errors import Malformed
from labserver.imap.naming.names import Name
from labserver.imap.parsing.appending import Appending, Upload
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.login import Authenticating, Credentials
from labserver.imap.parsing.mailboxes import Creating, Renaming, Selection, StatusAsked
from labserver.imap.parsing.messages import Copying, Fetching, Storing
from labserver.imap.parsing.pieces import Piece, Wanting
from labserver.imap.parsing.searching import Searching
from labserver.imap.syntax import astring, string
from labserver.imap.values import (
    STAR,
    AddressContains,
    All,
    And,
    BodySection,
    Criteria,
    HasFlag,
    HeaderContains,
    InSequence,
    InternalDate,
    InUids,
    Item,
    Larger,
    Listing,
    Not,
    Or,
    Partial,
    ResultOption,
    Returning,
    Section,
    SectionText,
    SentDate,
    SequenceSet,
    StatusItem,
    TextContains,
    When,
)
from labserver.store import Flagging


def named(text: str) -> Name:
    return Name(text, text)


def pieces(text: bytes) -> list[Piece]:
    """Cut a text into pieces at its literals: `{5}` and that many octets, no line end between."""
    found = []
    while (brace := text.find(b"{")) >= 0:
        close = text.index(b"}", brace)
        size = int(text[brace + 1 : close])
        found.append(Piece(text[:brace], text[close + 1 : close + 1 + size], size))
        text = text[close + 1 + size :]
    return [*found, Piece(text)]


def arguments(name: str, text: bytes) -> Any:
    cursor = Cursor(pieces(text), Dialect())
    value = COMMANDS[name].read(cursor)
    cursor.end()
    return value


ONE = SequenceSet(((1, 1),))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("NOOP", b"", None),
        ("LOGIN", b' bob "tu\\"l\\\\ip"', Credentials("bob", 'tu"l\\ip')),
        ("LOGIN", b" {3}bob {5}t\xfflip", Credentials("bob", "t\udcfflip")),
        ("LOGIN", b' a]b ""', Credentials("a]b", "")),
        ("AUTHENTICATE", b" plain", Authenticating("PLAIN", None)),
        ("AUTHENTICATE", b" plain AA==", Authenticating("PLAIN", b"AA==")),
        ("SELECT", b" &AOQ-", Selection(named("ä"))),
        ("SELECT", b" & (CONDSTORE)", Selection(None, condstore=True)),
        ("CREATE", b' "a b"', Creating(named("a b"))),
        ("DELETE", b" NIL", named("NIL")),
        ("RENAME", b" {1}a b/c", Renaming(named("a"), named("b/c"))),
        ("LIST", b' "" %', Listing(reference="", patterns=("%",))),
        ("LSUB", b" #news. comp.*", Listing(reference="#news.", patterns=("comp.*",))),
        ("LIST", b' & "*"', Listing(reference=None, patterns=("*",))),
        (
            "STATUS",
            b" x (unseen UIDNEXT)",
            StatusAsked("x", (StatusItem.UNSEEN, StatusItem.UIDNEXT)),
        ),
        ("APPEND", b" x {2}hi", Appending(named("x"), (Upload((), None, b"hi"),))),
        (
            "APPEND",
            b' x (\\seen $A) " 7-Feb-1994 21:52:25 -0800" {2}hi',
            Appending(
                named("x"),
                (
                    Upload(
                        ("\\Seen", "$A"),
                        datetime(1994, 2, 7, 21, 52, 25, tzinfo=timezone(-timedelta(hours=8))),
                        b"hi",
                    ),
                ),
            ),
        ),
        (
            "APPEND",
            b' x () "17-Feb-1994 21:52:25 +0000" {2}hi',
            Appending(
                named("x"), (Upload((), datetime(1994, 2, 17, 21, 52, 25, tzinfo=UTC), b"hi"),)
            ),
        ),
        ("COPY", b" 1:*,3 x", Copying(SequenceSet(((1, STAR), (3, 3))), "x")),
        ("UID EXPUNGE", b" 4294967295:2", SequenceSet(((4294967295, 2),))),
        ("STORE", b" 1 flags ()", Storing(ONE, Flagging.REPLACE, (), silent=False)),
        (
            "UID STORE",
            b" 1 -Flags.Silent \\DELETED x",
            Storing(ONE, Flagging.REMOVE, ("\\Deleted", "x"), silent=True),
        ),
        ("FETCH", b" 1 fast", Fetching(ONE, (Item.FLAGS, Item.INTERNALDATE, Item.SIZE))),
        ("FETCH", b" 1 body", Fetching(ONE, (Item.BODY,))),
        ("FETCH", b" 1 (uid rfc822.size)", Fetching(ONE, (Item.UID, Item.SIZE))),
        ("FETCH", b" 1 BODY[]<5.6>", Fetching(ONE, (BodySection(partial=Partial(5, 6)),))),
        (
            "FETCH",
            b' 1 body.peek[1.2.header.fields ("a" {1}b c)]',
            Fetching(
                ONE,
                (
                    BodySection(
                        section=Section(
                            path=(1, 2), text=SectionText.FIELDS, names=(b"a", b"b", b"c")
                        ),
                        peek=True,
                    ),
                ),
            ),
        ),
        (
            "FETCH",
            b" 1 (BODY[3] BODY[3.MIME] BODY[TEXT])",
            Fetching(
                ONE,
                (
                    BodySection(section=Section(path=(3,))),
                    BodySection(section=Section(path=(3,), text=SectionText.MIME)),
                    BodySection(section=Section(text=SectionText.TEXT)),
                ),
            ),
        ),
        ("SEARCH", b" 2:4", Searching(Criteria(key=InSequence(SequenceSet(((2, 4),)))), None)),
        (
            "SEARCH",
            b" return (count Min COUNT) 2",
            Searching(
                Criteria(key=InSequence(SequenceSet(((2, 2),)))),
                Returning(frozenset({ResultOption.MIN, ResultOption.COUNT})),
            ),
        ),
        ("SEARCH", b" RETURN () ALL", Searching(Criteria(key=All()), Returning())),
        (
            "SEARCH",
            b' charset utf-8 or from "a" not (seen text {1}b) uid 3',
            Searching(
                Criteria(
                    key=And(
                        (
                            Or(
                                AddressContains(b"FROM", b"a"),
                                Not(And((HasFlag("\\Seen"), TextContains(b"b")))),
                            ),
                            InUids(SequenceSet(((3, 3),))),
                        )
                    ),
                    charset=b"utf-8",
                ),
                None,
            ),
        ),
        (
            "UID SEARCH",
            b' since 1-feb-1994 sentbefore "02-Mar-2026" larger 5 unkeyword $A header X ""',
            Searching(
                Criteria(
                    key=And(
                        (
                            InternalDate(When.SINCE, date(1994, 2, 1)),
                            SentDate(When.BEFORE, date(2026, 3, 2)),
                            Larger(5),
                            Not(HasFlag("$A")),
                            HeaderContains(b"X", b""),
                        )
                    )
                ),
                None,
            ),
        ),
    ],
)
def test_arguments(name: str, text: bytes, value: Any) -> None:
    assert arguments(name, text) == value


def test_a_literal_is_wanted_where_one_may_stand() -> None:
    for name, text, message in (
        ("LOGIN", b" bob ", False),
        ("APPEND", b" INBOX (\\Seen) ", True),
        ("APPEND", b" ", False),
        ("SEARCH", b" SUBJECT ", False),
    ):
        with pytest.raises(Wanting) as wanting:
            COMMANDS[name].read(Cursor([Piece(text, None, 5)], Dialect()))
        assert wanting.value.message is message


@pytest.mark.parametrize(
    ("name", "text"), [("FETCH", b" "), ("SEARCH", b" "), ("LOGIN", b" bob"), ("CREATE", b"")]
)
def test_a_literal_is_not_wanted_elsewhere(name: str, text: bytes) -> None:
    with pytest.raises(Malformed):
        COMMANDS[name].read(Cursor([Piece(text, None, 5)], Dialect()))


@given(st.binary(max_size=60))
def test_what_is_written_as_a_string_is_read_back(value: bytes) -> None:
    value = value.replace(b"\0", b"")
    for written in (string(value), astring(value)):
        if written.startswith(b"{"):
            assert (
                Cursor(
                    [Piece(b"", written.split(b"\r\n", 1)[1], 1), Piece(b"")], Dialect()
                ).string()
                == value
            )
        else:
            cursor = Cursor([Piece(written)], Dialect())
            assert cursor.astring() == value
            cursor.end()
