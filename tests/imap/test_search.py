from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.errors import Malformed, Refused
from labserver.imap.searching.haystack import Haystack
from labserver.imap.searching.search import search
from labserver.imap.values import (
    SIMPLE_KEYS,
    STAR,
    AddressContains,
    All,
    And,
    BodyContains,
    Criteria,
    HasFlag,
    HeaderContains,
    InSequence,
    InternalDate,
    InUids,
    Larger,
    Not,
    Or,
    Recent,
    SearchKey,
    SentDate,
    SequenceSet,
    Smaller,
    TextContains,
    When,
)
from labserver.store import Row, flag_text
from tests.imap.mailbox import Shelf


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.close()


def find(shelf: Shelf, key: SearchKey, charset: bytes | None = None) -> list[int]:
    criteria = Criteria(key=key, charset=charset)
    return [row.uid for row in search(criteria, shelf, shelf.rows(), shelf.messages)]


def subject(text: bytes) -> HeaderContains:
    return HeaderContains(b"SUBJECT", text)


# Keys one by one


def test_flags(shelf: Shelf) -> None:
    one = shelf.add(b"1", ("\\Seen", "Work"))
    two = shelf.add(b"2", ("\\Answered",), recent=True)
    three = shelf.add(b"3", ("\\Seen", "\\Deleted"), recent=True)
    expected = {
        "ALL": [one, two, three],
        "ANSWERED": [two],
        "DELETED": [three],
        "DRAFT": [],
        "FLAGGED": [],
        "NEW": [two],
        "OLD": [one],
        "RECENT": [two, three],
        "SAVEDATESUPPORTED": [one, two, three],
        "SEEN": [one, three],
        "UNANSWERED": [one, three],
        "UNDELETED": [one, two],
        "UNDRAFT": [one, two, three],
        "UNFLAGGED": [one, two, three],
        "UNSEEN": [two],
    }
    assert {name: find(shelf, key) for name, key in SIMPLE_KEYS.items()} == expected
    assert find(shelf, HasFlag("work")) == [one]  # flags are the same in any case
    assert find(shelf, Not(HasFlag("WORK"))) == [two, three]
    assert find(shelf, HasFlag("Wor")) == []


def test_sizes_are_larger_and_smaller_never_equal(shelf: Shelf) -> None:
    small, middle, big = shelf.add(b"x" * 9), shelf.add(b"x" * 10), shelf.add(b"x" * 11)
    assert find(shelf, Larger(10)) == [big]
    assert find(shelf, Smaller(10)) == [small]
    assert find(shelf, And((Not(Larger(10)), Not(Smaller(10))))) == [middle]


def test_internal_dates_disregard_time_and_zone(shelf: Shelf) -> None:
    east = timezone(timedelta(hours=9))
    west = timezone(-timedelta(hours=9))
    before = shelf.add(b"1", date=datetime(2026, 3, 1, 23, 59, tzinfo=west))  # the 2nd in UTC
    first = shelf.add(b"2", date=datetime(2026, 3, 2, 0, 0, tzinfo=east))  # the 1st in UTC
    last = shelf.add(b"3", date=datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    after = shelf.add(b"4", date=datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    day = date(2026, 3, 2)
    assert find(shelf, InternalDate(When.BEFORE, day)) == [before]
    assert find(shelf, InternalDate(When.ON, day)) == [first, last]
    assert find(shelf, InternalDate(When.SINCE, day)) == [first, last, after]


def test_sent_dates_disregard_time_and_zone(shelf: Shelf) -> None:
    before = shelf.add(b"Date: Sun, 1 Mar 2026 23:59:00 -0900\r\n\r\n")
    on = shelf.add(b"DATE: 2 Mar 2026 00:00 +0900\r\n\r\n")
    after = shelf.add(b"Date: Tue, 03 Mar 2026 00:00:00 GMT\r\nDate: 2 Mar 2026 0:0:0 GMT\r\n\r\n")
    for undated in (b"Subject: no date\r\n\r\n", b"Date: someday\r\n\r\n", b"Date:\r\n\r\n"):
        shelf.add(undated)
    day = date(2026, 3, 2)
    assert find(shelf, SentDate(When.BEFORE, day)) == [before]
    assert find(shelf, SentDate(When.ON, day)) == [on]
    assert find(shelf, SentDate(When.SINCE, day)) == [on, after]


def test_numbers_and_uids(shelf: Shelf) -> None:
    uids = [shelf.add(b"%d" % n) for n in range(5)]
    shelf.expunge(uids[0])
    shelf.uids.remove(uids[0])  # told of: the numbers have moved
    one, two, three, four = uids[1:]
    for ranges, numbered in {
        ((1, 1),): [one],
        ((2, STAR),): [two, three, four],
        ((STAR, STAR), (1, 2)): [one, two, four],
        ((3, 99),): [three, four],
        ((77, 99),): [],
        ((77, STAR),): [four],
    }.items():
        assert find(shelf, InSequence(SequenceSet(ranges))) == numbered
    for ranges, named in {
        ((one, one),): [one],
        ((uids[0], two),): [one, two],
        ((4000, STAR),): [four],
        ((4000, 5000),): [],
    }.items():
        assert find(shelf, InUids(SequenceSet(ranges))) == named


def test_an_empty_mailbox_has_nothing(shelf: Shelf) -> None:
    everything = SequenceSet(((1, STAR), (STAR, STAR)))
    for key in (All(), InSequence(everything), InUids(everything), TextContains(b"")):
        assert find(shelf, key) == []
        assert find(shelf, Not(key)) == []


def test_who_was_expunged_meanwhile_matches_nothing(shelf: Shelf) -> None:
    one, two = shelf.add(b"1"), shelf.add(b"2")
    rows = shelf.rows()
    shelf.expunge(one)  # no news of it yet: message 2 is still number 2
    second = InSequence(SequenceSet(((2, 2),)))
    assert find(shelf, second) == [two]
    assert find(shelf, All()) == [two]
    for key in (TextContains(b""), Not(TextContains(b"1"))):
        found = search(Criteria(key=key), shelf, rows, shelf.messages)
        assert [row.uid for row in found] == [two]


def test_many_subjects_one_after_the_other(shelf: Shelf) -> None:
    """They are looked into together; no match reaches from one into the next."""
    subjects: dict[int, str] = {}

    def more(numbers: range) -> None:
        for number in numbers:
            uid = shelf.add(f"Subject: {number}\r\n\r\nBody of {number}\r\n".encode())
            subjects[uid] = str(number)

    def check() -> None:
        for needle in ("7", "77", "1 2", "99", "12", "600", ""):
            expected = [uid for uid in subjects if needle in subjects[uid]]
            assert find(shelf, subject(needle.encode())) == expected
            assert find(shelf, Not(subject(needle.encode()))) == sorted(subjects.keys() - expected)

    more(range(600))
    check()
    check()
    more(range(600, 620))
    check()
    for uid in [*subjects][5:500:7]:
        shelf.expunge(uid)
        del subjects[uid]
    check()


def test_lines_of_the_header_that_are_no_field(shelf: Shelf) -> None:
    """They are in the header, but in no field."""
    head = (
        b"Subject: a\r\nNo Field: B\r\n go on\r\nTo: x@home.example\r\nstray =?utf-8?q?=C3=84?=\r\n"
    )
    one = shelf.add(head + b"\r\nbody\r\n")
    shelf.add(b"Subject: a\r\n\r\nbody\r\n")
    for text in (b"no field", b"NO FIELD: b", b"on", b"stray", "ä".encode(), b"=?utf-8?q"):
        assert find(shelf, TextContains(text), b"UTF-8") == [one]
    assert find(shelf, TextContains(b"b on")) == []
    for name in (b"No Field", b" go on", b"stray", b"\xffno field", b"\xc3\xbfno field"):
        assert find(shelf, HeaderContains(name, b"")) == []
    assert find(shelf, HeaderContains(b"to", b"home")) == [one]


def test_header_fields(shelf: Shelf) -> None:
    one = shelf.add(b"X-A: Red\r\nX-A: green\r\nX-AB: blue\r\n\r\nX-C: body\r\n")
    two = shelf.add(b"X-a:\r\nY: X-A: red\r\n\r\n")

    def having(field: bytes, text: bytes) -> list[int]:
        return find(shelf, HeaderContains(field, text))

    assert having(b"x-a", b"RED") == [one]
    assert having(b"X-A", b"gr") == [one]
    assert having(b"X-A", b"blue") == []
    assert having(b"X-A", b"redgreen") == []
    assert having(b"X-A", b"") == [one, two]  # section 6.4.4: zero-length: the field is there
    assert having(b"X-C", b"") == []
    assert having(b"X", b"") == []
    assert having(b"Y", b"x-a: red") == [two]
    assert having(b"Y: X-A", b"") == []
    assert having(b"Y: X-A", b"red") == []
    assert having(b"", b"") == []


def test_folded_fields_are_one_line(shelf: Shelf) -> None:
    uid = shelf.add(b"Subject: one\r\n two\r\n\tthree\r\n\r\n")
    assert find(shelf, subject(b"one two\tthree")) == [uid]


def test_addresses_are_those_of_the_envelope_too(shelf: Shelf) -> None:
    one = shelf.add(
        b"Cc: a@home . example (A comment)\r\n"
        b'To: "O\\"Neil" <x@y.example>, Us: b@z.example;\r\n\r\n'
    )
    shelf.add(b"Subject: home.example\r\n\r\n")
    for field, text in (
        (b"CC", b"a@home.example"),
        (b"CC", b"home . example"),
        (b"CC", b"a comment"),
        (b"TO", b'O"Neil <x@'),
        (b"TO", b"us"),
        (b"TO", b"b@z.example"),
        (b"CC", b""),
    ):
        assert find(shelf, AddressContains(field, text)) == [one], text
    assert find(shelf, HeaderContains(b"CC", b"a@home.example")) == []
    for field, text in ((b"BCC", b""), (b"FROM", b" "), (b"TO", b"home.example"), (b"CC", b"us")):
        assert find(shelf, AddressContains(field, text)) == []


def test_encoded_words_are_decoded(shelf: Shelf) -> None:
    uid = shelf.add(
        b"Subject: =?utf-8?q?Caf=C3=A9?= =?iso-8859-1?b?/A==?=\r\n"
        b"From: =?utf-8?b?w4RubmU=?= <anne@home.example>\r\n\r\n"
    )
    for needle in ("CAFÉ", "é", "ü", "caféü", "fé"):
        assert find(shelf, subject(needle.encode()), b"UTF-8") == [uid], needle
    assert find(shelf, HeaderContains(b"FROM", "ÄNNE <anne@".encode()), b"utf-8") == [uid]
    assert find(shelf, TextContains("änne".encode()), b"UTF-8") == [uid]
    # What merely writes the characters is not part of the text.
    for octets in (b"q", b"utf", b"=", b"?", b"iso-8859", b"c3"):
        assert find(shelf, subject(octets)) == [], octets
    # But who looks for an encoded word finds it.
    for word in (b"=?utf-8?Q?", b"=?iso-8859-1?b?/A==?="):
        assert find(shelf, subject(word)) == [uid]
        assert find(shelf, TextContains(word)) == [uid]


def test_raw_octets_in_a_header_are_read_as_utf_8(shelf: Shelf) -> None:
    uid = shelf.add("Subject: Grüße\r\n\r\n".encode())
    assert find(shelf, subject("GRÜSSE".encode()), b"UTF-8") == [uid]


def test_bodies_are_decoded(shelf: Shelf) -> None:
    quoted = shelf.add(
        b"Content-Type: text/plain; charset=iso-8859-1\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nStra=DFe, end=\r\nless\r\n"
    )
    base = shelf.add(
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode("Übermut".encode())
    )
    assert find(shelf, BodyContains(b"STRASSE"), b"UTF-8") == [quoted]
    assert find(shelf, BodyContains("ß".encode()), b"UTF-8") == [quoted]
    assert find(shelf, BodyContains(b"endless")) == [quoted]
    assert find(shelf, BodyContains("über".encode()), b"UTF-8") == [base]
    assert find(shelf, BodyContains(b64encode("Übermut".encode())[:8])) == []


def test_text_includes_the_headers_of_parts_and_body_does_not(shelf: Shelf) -> None:
    # RFC 9051 section 6.4.4: "in the header (including MIME header fields) or body".
    uid = shelf.add(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nX-Note: zebra\r\n\r\none\r\n"
        b'--b\r\nContent-Type: image/png; name="=?utf-8?q?caf=C3=A9?=.png"\r\n\r\n\r\n'
        b"--b\r\n\r\n\r\n--b--\r\n"
    )
    for word in (b"zebra", b"x-note: ZEBRA", "caf\u00e9.png".encode()):
        assert find(shelf, TextContains(word)) == [uid], word
        assert find(shelf, BodyContains(word)) == [], word
    for word in (b"one", b""):
        assert find(shelf, TextContains(word)) == [uid], word
        assert find(shelf, BodyContains(word)) == [uid], word
    for key in (TextContains(b"one\r\nX-Note"), HeaderContains(b"X-NOTE", b"")):
        assert find(shelf, key) == []


def test_body_and_text_differ_by_the_header(shelf: Shelf) -> None:
    uid = shelf.add(b"Subject: head\r\n\r\nfoot\r\n")
    assert find(shelf, BodyContains(b"foot")) == find(shelf, TextContains(b"foot")) == [uid]
    assert find(shelf, TextContains(b"subject: HEAD")) == [uid]
    assert find(shelf, BodyContains(b"head")) == []
    assert find(shelf, TextContains(b"headfoot")) == []


def test_parts_and_embedded_messages_are_searched(shelf: Shelf) -> None:
    uid = shelf.add(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>alpha</p>\r\n"
        b"--b\r\nContent-Type: image/gif\r\n\r\nbeta\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: gamma\r\n\r\ndelta\r\n"
        b"--b--\r\n"
    )
    for needle in (b"ALPHA", b"gamma", b"delta"):
        assert find(shelf, BodyContains(needle)) == [uid]
    assert find(shelf, BodyContains(b"<p>alpha</p>")) == [uid]
    assert find(shelf, BodyContains(b"</p>subject")) == []  # parts do not run together
    # Section 6.4.4: other types than text and message may be excluded.
    assert find(shelf, BodyContains(b"beta")) == []
    assert find(shelf, subject(b"gamma")) == []


@pytest.mark.parametrize("key", [BodyContains, TextContains])
def test_short_strings(shelf: Shelf, key: Callable[[bytes], SearchKey]) -> None:
    one, two = shelf.add(b"Subject: \r\n\r\nxyz"), shelf.add(b"Subject: \r\n\r\nY")
    three = shelf.add(b"Subject: \r\n\r\n")
    assert find(shelf, key(b"")) == [one, two, three]
    assert find(shelf, key(b"y")) == [one, two]
    assert find(shelf, key(b"xy")) == [one]
    assert find(shelf, key(b"zx")) == []


def test_nul_in_a_message_neither_hides_nor_joins(shelf: Shelf) -> None:
    uid = shelf.add(b"Subject: a\0bcc: b\r\n\r\nc\0d\r\n")
    assert find(shelf, subject(b"abcc: b")) == [uid]
    assert find(shelf, HeaderContains(b"BCC", b"")) == []
    assert find(shelf, BodyContains(b"cd")) == [uid]


def test_all_keys_must_match(shelf: Shelf) -> None:
    # RFC 3501 section 6.4.4: FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
    old = datetime(1994, 1, 31, tzinfo=UTC)
    new = datetime(1994, 2, 1, tzinfo=UTC)
    smith, jones = b"From: Smith <s@home.example>\r\n\r\n", b"From: Jones <j@home.example>\r\n\r\n"
    shelf.add(jones, (), new)
    shelf.add(smith, ("\\Flagged",), new)
    shelf.add(jones, ("\\Flagged",), old)
    found = shelf.add(jones, ("\\Flagged",), new)
    key = And(
        (
            HasFlag("\\Flagged"),
            InternalDate(When.SINCE, date(1994, 2, 1)),
            Not(HeaderContains(b"FROM", b"Smith")),
        )
    )
    assert find(shelf, key) == [found]


def test_what_is_cheap_is_asked_first(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.add(b"Subject: x\r\n\r\nfound", ("\\Seen",))
    shelf.add(b"Subject: y\r\n\r\nfound")
    looked: list[int] = []

    def with_body(_self: object, _needle: bytes, rows: Sequence[Row]) -> Sequence[Row]:
        looked.extend(row.body for row in rows)
        return rows

    monkeypatch.setattr(Haystack, "with_body", with_body)
    text = BodyContains(b"found")
    unseen = Not(HasFlag("\\Seen"))
    assert len(find(shelf, And((text, subject(b"y"), unseen)))) == 1
    assert len(looked) == 1
    assert len(find(shelf, Or(text, unseen))) == 2
    assert len(looked) == 2
    assert find(shelf, And((Or(text, text), Larger(1000)))) == []
    assert len(looked) == 2


def test_texts_are_right_when_there_is_no_room_to_keep_them(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labserver.imap.searching.haystack._KEEP_OCTETS", 1000)
    monkeypatch.setattr("labserver.imap.searching.haystack._SLICE", 3)
    for number in range(20):
        shelf.add(b"Subject: n%d\r\n\r\n%d text" % (number, number * 2))
    for _ in range(3):
        assert find(shelf, subject(b"n1")) == [2, *range(11, 21)]
        assert find(shelf, BodyContains(b"8 t")) == [5, 10, 15, 20]
        assert find(shelf, TextContains(b"n5")) == [6]
        assert find(shelf, Not(subject(b"n1"))) == [1, *range(3, 11)]
    shelf.expunge(*range(2, 20))
    assert find(shelf, subject(b"n1")) == [20]


# Charsets


@pytest.mark.parametrize("charset", [b"ISO-8859-1", b"UTF-7", b"x", b""])
def test_other_charsets_are_refused_with_those_there_are(shelf: Shelf, charset: bytes) -> None:
    with pytest.raises(Refused) as refused:
        find(shelf, All(), charset)
    assert refused.value.code == "BADCHARSET (US-ASCII UTF-8)"


@pytest.mark.parametrize(
    ("charset", "text"),
    [(b"US-ASCII", "é".encode()), (b"UTF-8", b"\xe9"), (None, b"\xff"), (b"utf-8", b"\xc3")],
)
def test_a_string_must_be_in_its_charset(shelf: Shelf, charset: bytes | None, text: bytes) -> None:
    for key in (subject(text), BodyContains(text), Not(TextContains(text))):
        with pytest.raises(Malformed):
            find(shelf, key, charset)


@pytest.mark.parametrize("charset", [None, b"us-ascii", b"US-ASCII", b"utf-8", b"UTF-8"])
def test_charsets_there_are(shelf: Shelf, charset: bytes | None) -> None:
    uid = shelf.add(b"Subject: Hello\r\n\r\n")
    assert find(shelf, subject(b"hELLO"), charset) == [uid]


# Against a slow reference, which knows the texts without reading a message


@dataclass(frozen=True)
class Letter:
    """A message by what it says."""

    subject: str
    notes: tuple[str, ...]  # fields X-Note
    text: str
    encoding: str
    sent: date
    arrived: datetime
    flags: frozenset[str]
    recent: bool

    def data(self) -> bytes:
        lines = [b"Subject: " + _word(self.subject)]
        lines += [b"X-Note: " + _word(note) for note in self.notes]
        lines.append(self.sent.strftime("Date: %d Mar 2026 12:00:00 +0000").encode())
        lines.append(b"Content-Type: text/plain; charset=utf-8")
        octets = self.text.encode()
        if self.encoding == "base64":
            octets = b64encode(octets)
        elif self.encoding == "quoted-printable":
            octets = b"".join(b"=%02X" % octet for octet in octets)
        lines.append(b"Content-Transfer-Encoding: " + self.encoding.encode())
        return b"\r\n".join(lines) + b"\r\n\r\n" + octets


def _word(text: str) -> bytes:
    if text.isascii():
        return text.encode()
    return b"=?utf-8?b?" + b64encode(text.encode()) + b"?="


def matches(  # noqa: C901, PLR0911, PLR0912 - one case a key, as the RFC lists them
    key: SearchKey, letter: Letter, number: int, uid: int, last: tuple[int, int]
) -> bool:
    """Say what SEARCH must say, in the words of RFC 3501 section 6.4.4."""

    def among(numbers: SequenceSet, wanted: int, largest: int) -> bool:
        ends = [sorted((a or largest, b or largest)) for a, b in numbers.ranges]
        return any(low <= wanted <= high for low, high in ends)

    def on(when: When, there: date, wanted: date) -> bool:
        return {When.BEFORE: there < wanted, When.ON: there == wanted}.get(when, there >= wanted)

    def within(text: bytes, *places: str) -> bool:
        needle = text.decode().casefold()
        return any(needle in place.casefold() for place in places)

    header = {
        "subject": [letter.subject],
        "x-note": list(letter.notes),
        "date": [letter.sent.strftime("%d Mar 2026 12:00:00 +0000")],
        "content-type": ["text/plain; charset=utf-8"],
        "content-transfer-encoding": [letter.encoding],
    }
    match key:
        case All():
            return True
        case HasFlag(flag):
            return flag in letter.flags
        case Recent():
            return letter.recent
        case Larger(octets):
            return len(letter.data()) > octets
        case Smaller(octets):
            return len(letter.data()) < octets
        case InternalDate(when, day):
            return on(when, letter.arrived.date(), day)
        case SentDate(when, day):
            return on(when, letter.sent, day)
        case InSequence(numbers):
            return among(numbers, number, last[0])
        case InUids(uids):
            return among(uids, uid, last[1])
        case HeaderContains(field, text) | AddressContains(field, text):
            return within(text, *(f" {one}" for one in header.get(field.decode().lower(), [])))
        case BodyContains(text):
            return within(text, letter.text)
        case TextContains(text):
            lines = [f"{name}: {one}" for name, some in header.items() for one in some]
            return within(text, letter.text, *lines)
        case Not(inner):
            return not matches(inner, letter, number, uid, last)
        case Or(first, second):
            return any(matches(one, letter, number, uid, last) for one in (first, second))
        case And(keys):
            return all(matches(one, letter, number, uid, last) for one in keys)


_TEXTS = st.text("aAbé ßSsİ", max_size=6).map(str.strip)
_DAYS = st.integers(1, 5).map(lambda day: date(2026, 3, day))
_LETTERS = st.builds(
    Letter,
    subject=_TEXTS,
    notes=st.lists(_TEXTS, max_size=2).map(tuple),
    text=_TEXTS,
    encoding=st.sampled_from(["8bit", "base64", "quoted-printable"]),
    sent=_DAYS,
    arrived=st.builds(
        datetime,
        st.just(2026),
        st.just(3),
        st.integers(1, 5),
        st.integers(0, 23),
        tzinfo=st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours))),
    ),
    flags=st.frozensets(st.sampled_from(["\\Seen", "\\Flagged", "Work"])),
    recent=st.booleans(),
)
_NUMBERS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=3).map(
    lambda ranges: SequenceSet(tuple(ranges))
)
_NEEDLES = _TEXTS.map(lambda text: text[:3].encode())
_FIELDS = st.sampled_from([b"SUBJECT", b"X-Note", b"x-note", b"Date", b"X-None"])
_LEAVES: st.SearchStrategy[SearchKey] = st.one_of(
    st.sampled_from(list(SIMPLE_KEYS.values())),
    st.just(HasFlag("Work")),
    st.builds(Larger, st.integers(150, 260)),
    st.builds(Smaller, st.integers(150, 260)),
    st.builds(InternalDate, st.sampled_from(When), _DAYS),
    st.builds(SentDate, st.sampled_from(When), _DAYS),
    st.builds(InSequence, _NUMBERS),
    st.builds(InUids, _NUMBERS),
    st.builds(HeaderContains, _FIELDS, _NEEDLES),
    st.builds(BodyContains, _NEEDLES),
    st.builds(TextContains, _NEEDLES),
)
_SEARCHES: st.SearchStrategy[SearchKey] = st.recursive(
    _LEAVES,
    lambda keys: st.one_of(
        st.builds(Not, keys),
        st.builds(Or, keys, keys),
        st.builds(And, st.lists(keys, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(
    st.lists(_LETTERS, max_size=6),
    st.lists(_SEARCHES, min_size=1, max_size=5),
    st.sets(st.integers(0, 5)),
)
def test_search_is_right(
    letters: Sequence[Letter], keys: Sequence[SearchKey], gone: set[int]
) -> None:
    shelf = Shelf()
    try:
        by_uid: dict[int, Letter] = {}
        for n, letter in enumerate(letters):
            uid = shelf.add(
                letter.data(),
                flag_text(letter.flags).split(),
                letter.arrived,
                recent=letter.recent,
            )
            if n in gone:
                shelf.expunge(uid)
                shelf.uids.remove(uid)
            else:
                by_uid[uid] = letter
        for key in keys:
            last = (len(shelf.uids), max(shelf.uids, default=0))
            expected = [
                uid
                for number, (uid, letter) in enumerate(by_uid.items(), 1)
                if matches(key, letter, number, uid, last)
            ]
            assert find(shelf, key, b"UTF-8") == expected
    finally:
        shelf.close()
