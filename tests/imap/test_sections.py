from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.fetching.sections import extract, section_name
from labserver.imap.opened import Opened
from labserver.imap.values import Section, SectionText

INNER = b"Subject: inner\r\nTo: c@home.example\r\n\r\nInner text\r\n"
DEEP = (
    b"Subject: deep\r\n"
    b"Content-Type: multipart/mixed; boundary=deep\r\n"
    b"\r\n"
    b"--deep\r\n"
    b"Content-Type: text/plain\r\n\r\n4.2.1\r\n"
    b"--deep\r\n"
    b"Content-Type: multipart/alternative; boundary=alt\r\n\r\n"
    b"--alt\r\n\r\n4.2.2.1\r\n"
    b"--alt\r\nContent-Type: text/richtext\r\n\r\n4.2.2.2\r\n"
    b"--alt--\r\n"
    b"--deep--\r\n"
)
NESTED = (
    b"Subject: 3\r\n"
    b"Content-Type: multipart/mixed; boundary=in\r\n"
    b"\r\n"
    b"--in\r\n\r\n3.1\r\n"
    b"--in\r\nContent-Type: application/octet-stream\r\n\r\n3.2\r\n"
    b"--in--"
)
# The message of RFC 3501 section 6.4.5: "a complex message with some of its part specifiers".
COMPLEX = (
    b"Subject: whole\r\n"
    b"From: a@home.example\r\n"
    b"Content-Type: multipart/mixed; boundary=top\r\n"
    b"\r\n"
    b"preamble\r\n"
    b"--top\r\nContent-Type: text/plain\r\n\r\n1\r\n"
    b"--top\r\nContent-Type: application/octet-stream\r\n\r\n2\r\n"
    b"--top\r\nContent-Type: message/rfc822\r\n\r\n" + NESTED + b"\r\n"
    b"--top\r\nContent-Type: multipart/mixed; boundary=four\r\n\r\n"
    b"--four\r\nContent-Type: image/gif\r\nContent-ID: <gif>\r\n\r\n4.1\r\n"
    b"--four\r\nContent-Type: message/rfc822\r\nContent-ID: <m>\r\n\r\n" + DEEP + b"\r\n"
    b"--four--\r\n"
    b"--top--\r\n"
    b"epilogue\r\n"
)
HEADER, TEXT, MIME = SectionText.HEADER, SectionText.TEXT, SectionText.MIME


def get(
    data: bytes, path: str = "", text: SectionText | None = None, *names: bytes
) -> bytes | None:
    numbers = tuple(map(int, path.split("."))) if path else ()
    return extract(Opened(data), Section(path=numbers, text=text, names=names))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("1", b"1"),
        ("2", b"2"),
        ("3", NESTED),
        ("3.1", b"3.1"),
        ("3.2", b"3.2"),
        ("4.1", b"4.1"),
        ("4.2", DEEP),
        ("4.2.1", b"4.2.1"),
        ("4.2.2.1", b"4.2.2.1"),
        ("4.2.2.2", b"4.2.2.2"),
    ],
)
def test_part_numbers_of_the_rfc(path: str, content: bytes) -> None:
    assert get(COMPLEX, path) == content


def test_other_specifiers_of_the_rfc() -> None:
    head, _, rest = COMPLEX.partition(b"\r\n\r\n")
    assert get(COMPLEX) == COMPLEX
    assert get(COMPLEX, "", HEADER) == head + b"\r\n\r\n"
    assert get(COMPLEX, "", TEXT) == rest
    for path, message in (("3", NESTED), ("4.2", DEEP)):
        head, _, rest = message.partition(b"\r\n\r\n")
        assert get(COMPLEX, path, HEADER) == head + b"\r\n\r\n"
        assert get(COMPLEX, path, TEXT) == rest
    assert get(COMPLEX, "4.1", MIME) == b"Content-Type: image/gif\r\nContent-ID: <gif>\r\n\r\n"
    # Of a message part, MIME is the part's header, HEADER the header of the message in it.
    assert get(COMPLEX, "4.2", MIME) == b"Content-Type: message/rfc822\r\nContent-ID: <m>\r\n\r\n"
    four = get(COMPLEX, "4")
    assert four is not None
    assert four.startswith(b"--four\r\n")
    assert four.endswith(b"--four--")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("5", None),
        ("1.1.1", None),
        ("1.2", None),
        ("3.3", None),
        ("9.9.9", None),
        ("5", MIME),
        ("1", HEADER),
        ("1", TEXT),
        ("4", HEADER),
        ("4.1", TEXT),
        ("2", SectionText.FIELDS),
    ],
)
def test_what_does_not_exist(path: str, text: SectionText | None) -> None:
    assert get(COMPLEX, path, text, b"Subject") is None


def test_a_simple_message_has_a_part_1() -> None:
    assert get(INNER, "1") == get(INNER, "", TEXT) == b"Inner text\r\n"
    assert get(INNER, "1", MIME) == get(INNER, "", HEADER)
    assert get(INNER, "2") is None


FIELDS, FIELDS_NOT = SectionText.FIELDS, SectionText.FIELDS_NOT


def test_header_fields_are_those_named_in_the_order_of_the_message() -> None:
    data = b"Date: d\r\nX-A: 1\r\n more\r\nfrom: f\r\nX-A: 2\r\nX-AB: 3\r\n\r\nFrom: text\r\n"
    assert get(data, "", FIELDS, b"FROM", b"x-a") == (
        b"X-A: 1\r\n more\r\nfrom: f\r\nX-A: 2\r\n\r\n"
    )
    assert get(data, "", FIELDS_NOT, b"FROM", b"x-a") == b"Date: d\r\nX-AB: 3\r\n\r\n"
    assert get(data, "", FIELDS, b"Nothing") == b"\r\n"
    assert get(COMPLEX, "3", FIELDS, b"Subject") == b"Subject: 3\r\n\r\n"
    assert get(COMPLEX, "4.2", FIELDS_NOT, b"content-type") == b"Subject: deep\r\n\r\n"


def test_the_blank_line_is_missing_only_if_the_message_has_none() -> None:
    assert get(b"Subject: x\r\n", "", FIELDS, b"subject") == b"Subject: x\r\n"
    assert get(b"Subject: x\r\n", "", FIELDS, b"date") == b""
    assert get(b"Subject: x\r\n\r\n", "", FIELDS, b"date") == b"\r\n"
    assert get(b"Subject: x\r\n", "", HEADER) == b"Subject: x\r\n"
    assert get(b"Subject: x\r\n", "", TEXT) == b""


@pytest.mark.parametrize(
    ("section", "name"),
    [
        (Section(), b"[]"),
        (Section(path=(4, 2, 10)), b"[4.2.10]"),
        (Section(text=HEADER), b"[HEADER]"),
        (Section(text=TEXT), b"[TEXT]"),
        (Section(path=(1,), text=MIME), b"[1.MIME]"),
        (
            Section(path=(3,), text=FIELDS, names=(b"DATE", b"From")),
            b"[3.HEADER.FIELDS (DATE From)]",
        ),
        (Section(text=FIELDS_NOT, names=(b"a b", b"NIL")), b'[HEADER.FIELDS.NOT ("a b" "NIL")]'),
    ],
)
def test_the_reply_repeats_the_name(section: Section, name: bytes) -> None:
    assert section_name(section) == name


@given(st.binary(max_size=80))
def test_header_and_text_are_the_message(data: bytes) -> None:
    header, text = get(data, "", HEADER), get(data, "", TEXT)
    assert header is not None
    assert text is not None
    assert header + text == get(data) == data
