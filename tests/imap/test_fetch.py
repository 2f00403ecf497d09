from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap import opened
from labserver.imap.fetching.columns import lines
from labserver.imap.fetching.fetch import render, sets_seen
from labserver.imap.values import (
    MACROS,
    BodySection,
    FetchItem,
    Item,
    Partial,
    Section,
    SectionText,
)
from labserver.protocol.session import Payload
from labserver.store import Row
from tests.imap.mailbox import Shelf
from tests.imap.replies import Atom, fetched

MESSAGE = b"Subject: hello\r\nFrom: Alice <alice@home.example>\r\n\r\nHi Bob\r\n"
WHOLE = BodySection()
HEADER = BodySection(section=Section(text=SectionText.HEADER))
TEXT = BodySection(section=Section(text=SectionText.TEXT))


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.close()


def fetch(shelf: Shelf, uid: int, *items: FetchItem, seq: int = 1) -> bytes:
    row = shelf.row(uid)
    chunks = render(items, row, seq, tuple(row.flags.split()), shelf.messages)
    assert chunks is not None
    return b"".join(chunks)


class Sample:
    """One body that is not in a store."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def data(self, body: int) -> bytes | None:
        return self._data

    def datas(self, bodies: Collection[int]) -> dict[int, bytes]:
        return dict.fromkeys(bodies, self._data)

    def known(self, bodies: Collection[int], kind: str) -> dict[int, bytes]:
        return {}

    def derived(
        self, bodies: Collection[int], kind: str, compute: Callable[[int, bytes], bytes]
    ) -> dict[int, bytes]:
        return {body: compute(body, self._data) for body in bodies}


SAMPLE_HEADER = (
    b"Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
    b"From: Terry Gray <gray@cac.washington.edu>\r\n"
    b"Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
    b"To: imap@cac.washington.edu\r\n"
    b"cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
    b"Message-Id: <B27397-0100000@cac.washington.edu>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
    b"\r\n"
)


def test_the_sample_connection_of_the_rfc() -> None:
    # RFC 3501 section 8. 3028 octets in 92 lines; RFC822.SIZE is 4286 there, against the rest.
    text = (b"x" * 30 + b"\r\n") * 91 + b"x" * (3028 - 91 * 32 - 2) + b"\r\n"
    sample = Sample(SAMPLE_HEADER + text)
    date = datetime(1996, 7, 17, 2, 44, 25, tzinfo=timezone(-timedelta(hours=7)))
    row = Row(
        uid=7,
        body=1,
        octets=4286,
        message=1,
        internaldate=int(date.timestamp()),
        zone=-420,
        saved=0,
        flags="\\Seen",
        modseq=1,
    )
    assert render(MACROS["FULL"], row, 12, ("\\Seen",), sample) == [
        (
            b'* 12 FETCH (FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700"'
            b' RFC822.SIZE 4286 ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)"'
            b' "IMAP4rev1 WG mtg summary and minutes"'
            b' (("Terry Gray" NIL "gray" "cac.washington.edu"))'
            b' (("Terry Gray" NIL "gray" "cac.washington.edu"))'
            b' (("Terry Gray" NIL "gray" "cac.washington.edu"))'
            b' ((NIL NIL "imap" "cac.washington.edu"))'
            b' ((NIL NIL "minutes" "CNRI.Reston.VA.US")'
            b'("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL'
            b' "<B27397-0100000@cac.washington.edu>")'
            b' BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92))\r\n'
        )
    ]
    assert render((HEADER,), row, 12, (), sample) == [
        b"* 12 FETCH (BODY[HEADER] {342}\r\n",
        SAMPLE_HEADER,
        b")\r\n",
    ]


def test_flags_and_size_of_the_rfc() -> None:
    # RFC 3501 section 7.4.2
    row = Row(1, 1, 44827, 1, 0, 0, 0, "\\Seen", 1)
    items = (Item.FLAGS, Item.SIZE)
    assert render(items, row, 23, ("\\Seen",), Sample(b"")) == [
        b"* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827)\r\n"
    ]


def test_everything_about_one_message(shelf: Shelf) -> None:
    date = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    uid = shelf.add(MESSAGE, ("\\Flagged", "Work"), date)
    assert fetch(shelf, uid, Item.UID, Item.FLAGS, Item.INTERNALDATE, Item.SIZE) == (
        b"* 1 FETCH (UID %d FLAGS (\\Flagged Work)"
        b' INTERNALDATE "02-Mar-2026 09:00:00 +0000" RFC822.SIZE %d)\r\n' % (uid, len(MESSAGE))
    )


def test_flags_are_what_the_caller_says(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    assert render((Item.FLAGS,), shelf.row(uid), 3, ("\\Seen", "\\Recent"), shelf.messages) == [
        b"* 3 FETCH (FLAGS (\\Seen \\Recent))\r\n"
    ]
    assert render((Item.FLAGS,), shelf.row(uid), 3, (), shelf.messages) == [
        b"* 3 FETCH (FLAGS ())\r\n"
    ]


def test_content_is_a_chunk_of_its_own(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    chunks = render((Item.UID, TEXT, HEADER, Item.SIZE), shelf.row(uid), 1, (), shelf.messages)
    assert chunks == [
        b"* 1 FETCH (UID 1 BODY[TEXT] {8}\r\n",
        b"Hi Bob\r\n",
        b" BODY[HEADER] {52}\r\n",
        MESSAGE[:52],
        b" RFC822.SIZE 60)\r\n",
    ]
    assert [isinstance(chunk, Payload) for chunk in chunks] == [False, True, False, True, False]


def test_the_old_names(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    number, items = fetched(
        fetch(shelf, uid, Item.RFC822, Item.RFC822_HEADER, Item.RFC822_TEXT, seq=9)
    )
    assert number == 9
    assert items == {
        "RFC822": MESSAGE,
        "RFC822.HEADER": MESSAGE[:52],
        "RFC822.TEXT": MESSAGE[52:],
    }


def test_peeking_does_not_show_in_the_reply(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    assert fetch(shelf, uid, BodySection(peek=True)) == fetch(shelf, uid, WHOLE)


def test_an_item_asked_twice_comes_once(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    assert fetch(shelf, uid, Item.UID, Item.UID, Item.SIZE) == (
        b"* 1 FETCH (UID 1 RFC822.SIZE 60)\r\n"
    )


@pytest.mark.parametrize(
    ("partial", "reply"),
    [
        ((0, 2048), b"* 1 FETCH (BODY[TEXT]<0> {8}\r\nHi Bob\r\n)\r\n"),
        ((0, 2), b"* 1 FETCH (BODY[TEXT]<0> {2}\r\nHi)\r\n"),
        ((3, 3), b"* 1 FETCH (BODY[TEXT]<3> {3}\r\nBob)\r\n"),
        ((7, 2), b"* 1 FETCH (BODY[TEXT]<7> {1}\r\n\n)\r\n"),
        ((8, 1), b'* 1 FETCH (BODY[TEXT]<8> "")\r\n'),
        ((4294967295, 4294967295), b'* 1 FETCH (BODY[TEXT]<4294967295> "")\r\n'),
    ],
)
def test_partial(shelf: Shelf, partial: tuple[int, int], reply: bytes) -> None:
    uid = shelf.add(MESSAGE)
    assert fetch(shelf, uid, BodySection(section=TEXT.section, partial=Partial(*partial))) == reply


def test_a_part_of_header_fields_is_cut_after_choosing(shelf: Shelf) -> None:
    # RFC 3501 section 6.4.5: "calculated after subsetting the header"
    uid = shelf.add(MESSAGE)
    section = Section(text=SectionText.FIELDS, names=(b"from",))
    assert fetch(shelf, uid, BodySection(section=section, partial=Partial(6, 5))) == (
        b"* 1 FETCH (BODY[HEADER.FIELDS (from)]<6> {5}\r\nAlice)\r\n"
    )


def test_what_does_not_exist_is_nil_and_what_is_empty_is_not(shelf: Shelf) -> None:
    uid = shelf.add(b"Subject: x\r\n\r\n")
    missing = Section(path=(2,))
    assert fetch(
        shelf,
        uid,
        BodySection(section=missing),
        BodySection(section=missing, partial=Partial(0, 5)),
        BodySection(section=Section(path=(1,))),
        TEXT,
    ) == (b'* 1 FETCH (BODY[2] NIL BODY[2]<0> NIL BODY[1] "" BODY[TEXT] "")\r\n')


def test_what_arrived_is_what_comes_back(shelf: Shelf) -> None:
    data = bytes(range(256)) + b"\r\n\r\n\n\r." + bytes(range(255, -1, -1))
    uid = shelf.add(data)
    chunks = render((WHOLE,), shelf.row(uid), 1, (), shelf.messages)
    assert chunks is not None
    # RFC 3501 section 9: a literal has no NUL (note 3, CHAR8). All else, and the size, is true.
    assert chunks[0].endswith(b"{%d}\r\n" % len(data))
    assert chunks[1] == data.replace(b"\0", b"\x80")


@given(st.binary(max_size=60), st.integers(0, 70), st.integers(1, 70))
def test_pieces_make_the_whole(data: bytes, size: int, count: int) -> None:
    row = Row(1, 1, len(data), 1, 0, 0, 0, "", 1)
    sample = Sample(data)
    whole = b""
    for offset in range(0, max(len(data), 1), count):
        item = BodySection(peek=True, partial=Partial(offset, count))
        chunks = render((item,), row, 1, (), sample)
        assert chunks is not None
        _, items = fetched(b"".join(chunks))
        piece = items[f"BODY[]<{offset}>"]
        assert isinstance(piece, bytes)
        assert len(piece) <= count
        whole += piece
    assert whole == data.replace(b"\0", b"\x80")


def test_messages_that_went_are_told_from_those_that_are_there(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    row = shelf.row(uid)
    shelf.expunge(uid)
    for item in (WHOLE, HEADER, Item.ENVELOPE, Item.BODY, Item.BODYSTRUCTURE, Item.RFC822):
        assert render((Item.UID, item), row, 1, (), shelf.messages) is None
    assert render((Item.UID, Item.SIZE), row, 1, (), shelf.messages) == [
        b"* 1 FETCH (UID 1 RFC822.SIZE 60)\r\n"
    ]


def test_structures_are_computed_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = shelf.add(MESSAGE)
    items = (Item.ENVELOPE, Item.BODY, Item.BODYSTRUCTURE)
    first = fetch(shelf, uid, *items)
    monkeypatch.setattr(opened, "scan", None)  # a second scan would fail
    opened._kept.clear()
    assert fetch(shelf, uid, *items) == first


def test_one_scan_serves_a_message_that_is_fetched_in_pieces(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = shelf.add(MESSAGE)
    fetch(shelf, uid, Item.BODY)
    monkeypatch.setattr(opened, "scan", None)
    assert b"Hi Bob" in fetch(shelf, uid, TEXT, Item.BODYSTRUCTURE)


def test_no_scan_is_needed_for_the_header_of_a_message(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = shelf.add(MESSAGE)
    monkeypatch.setattr(opened, "scan", None)
    assert b"Hi Bob" in fetch(shelf, uid, HEADER, TEXT, Item.ENVELOPE)


def test_few_messages_stay_open(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_KEEP", 3)
    monkeypatch.setattr(opened, "_KEEP_OCTETS", 250)
    for n in range(10):
        fetch(shelf, shelf.add(b"Subject: %d\r\n\r\n" % n + b"x" * 40 * (n % 5)), WHOLE)
        held = opened._kept[shelf.messages]._held.values()
        assert 1 <= len(held) <= 3
        assert len(held) == 1 or sum(len(one.data) for one in held) <= 250
        assert opened._kept[shelf.messages]._octets == sum(len(one.data) for one in held)
    fetch(shelf, shelf.add(b"x" * 1000), WHOLE)
    assert [len(one.data) for one in opened._kept[shelf.messages]._held.values()] == [1000]


def test_nothing_stays_open_when_the_store_is_gone() -> None:
    gc.collect()
    before = len(opened._kept)
    shelf = Shelf()
    fetch(shelf, shelf.add(MESSAGE), WHOLE)
    assert len(opened._kept) == before + 1
    shelf.close()
    del shelf
    gc.collect()
    assert len(opened._kept) == before


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        (WHOLE, True),
        (HEADER, True),
        (BodySection(section=Section(path=(1,), text=SectionText.MIME)), True),
        (BodySection(peek=True), False),
        (BodySection(section=TEXT.section, peek=True, partial=Partial(0, 1)), False),
        (Item.RFC822, True),
        (Item.RFC822_TEXT, True),
        (Item.RFC822_HEADER, False),
        (Item.ENVELOPE, False),
        (Item.BODY, False),
        (Item.BODYSTRUCTURE, False),
        (Item.FLAGS, False),
    ],
)
def test_what_sets_seen(item: FetchItem, *, seen: bool) -> None:
    assert sets_seen((item,)) is seen
    assert sets_seen((Item.UID, item)) is seen


def test_macros_are_what_the_rfc_says(shelf: Shelf) -> None:
    uid = shelf.add(MESSAGE)
    fast = ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]
    for macro, names in (
        ("FAST", fast),
        ("ALL", [*fast, "ENVELOPE"]),
        ("FULL", [*fast, "ENVELOPE", "BODY"]),
    ):
        _, items = fetched(fetch(shelf, uid, *MACROS[macro]))
        assert list(items) == names
        assert items["RFC822.SIZE"] == Atom("60")


@pytest.mark.parametrize(
    "items",
    [
        (Item.UID, Item.FLAGS, Item.SIZE),
        (Item.SIZE, Item.UID, Item.SIZE),
        (Item.FLAGS,),
        (Item.UID, Item.INTERNALDATE),
        (Item.UID, WHOLE),
    ],
)
def test_many_lines_are_what_one_by_one_gives(shelf: Shelf, items: tuple[FetchItem, ...]) -> None:
    for flags in ((), ("\\Seen",), ("\\Seen", "k")):
        shelf.add(b"x" * (len(flags) + 1), flags)
    rows, numbers = shelf.rows(), [2, 4, 6]
    shown = dict(zip(shelf.uids, ((), ("\\Recent",), ("\\Seen", "k")), strict=True))
    write = lines(items)
    one_by_one = [
        render(items, row, number, shown[row.uid], shelf.messages)
        for row, number in zip(rows, numbers, strict=True)
    ]
    if set(items) <= {Item.UID, Item.FLAGS, Item.SIZE}:
        assert write is not None
        many = write(rows, numbers, lambda row: shown[row.uid])
        assert many == b"".join(chunk for chunks in one_by_one for chunk in chunks or ())
    else:
        assert write is None
