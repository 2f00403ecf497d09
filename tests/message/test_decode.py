from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.errors import LabError
from labserver.message import (
    UnknownEncoding,
    decode_body,
    part_headers,
    scan,
    searchable_text,
    text,
)
from tests.message.shapes import NESTED, REPORT, SIMPLE, crlf


def message(encoding: bytes, body: bytes, kind: bytes = b"text/plain") -> bytes:
    return (
        b"Content-Type: "
        + kind
        + b"\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + body
    )


def decoded(encoding: bytes, body: bytes) -> bytes:
    data = message(encoding, body)
    return decode_body(data, scan(data))


@pytest.mark.parametrize("encoding", [b"7bit", b"8BIT", b"Binary", b"", b"(none)", b"7bit;"])
def test_identity(encoding: bytes) -> None:
    assert decoded(encoding, b"a=41\r\n\xff\x00") == b"a=41\r\n\xff\x00"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"aGVs\r\nbG8=\r\n", b"hello"),
        (b"aGVs bG8", b"hello"),
        (b"aG!Vs-bG8=", b"hello"),
        (b"aGVsbG8=aGVsbG8=", b"hello"),
        (b"aGVsb", b"hel"),
        (b"=", b""),
        (b"", b""),
    ],
)
def test_base64(body: bytes, expected: bytes) -> None:
    assert decoded(b"BASE64", body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a=3Db=\r\nc\r\n", b"a=bc\r\n"),
        (b"a=3db=\nc\n", b"a=bc\n"),
        (b"tail \t\r\nkept in  between", b"tail\r\nkept in  between"),
        (b"soft=  \r\nbreak", b"softbreak"),
        (b"end=", b"end"),
        (b"=XX =4 ==41 =\rx", b"=XX =4 =A =\rx"),
        (b"=20\r\n", b" \r\n"),
        (b"\xff=FF", b"\xff\xff"),
    ],
)
def test_quoted_printable(body: bytes, expected: bytes) -> None:
    assert decoded(b"quoted-printable", body) == expected


@given(st.binary(max_size=300))
def test_what_the_library_encodes_comes_back(octets: bytes) -> None:
    assert decoded(b"base64", base64.encodebytes(octets)) == octets
    encoded = quopri.encodestring(octets, quotetabs=True)
    assert decoded(b"quoted-printable", encoded) == octets


@given(st.binary(max_size=100))
def test_any_bytes_decode(octets: bytes) -> None:
    decoded(b"base64", octets)
    decoded(b"quoted-printable", octets)


def test_unknown_encoding() -> None:
    data = message(b"x-uuencode", b"begin 644 x")
    with pytest.raises(UnknownEncoding, match="x-uuencode") as caught:
        decode_body(data, scan(data))
    assert isinstance(caught.value, LabError)
    assert text(data, scan(data)) == "begin 644 x"


def test_a_multipart_has_no_encoding() -> None:
    data = message(b"x-none", b"--b\r\n\r\nx\r\n--b--", b"multipart/mixed; boundary=b")
    assert decode_body(data, scan(data)) == b"--b\r\n\r\nx\r\n--b--"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (b"text/plain; charset=utf-8", b"=C3=A4", "ä"),
        (b"text/plain; charset=ISO-8859-15", b"=A4", "€"),
        (b"text/plain; charset*=us-ascii''utf-8", b"=C3=A4", "ä"),
        (b"text/plain; charset=us-ascii", b"=E4", "ä"),
        (b"text/plain", b"=C3=A4", "ä"),
        (b"text/plain; charset=klingon", b"=C3=A4", "ä"),
        (b"text/plain; charset=utf-8", b"a=FFb", "a\ufffdb"),
        (b"text/plain; charset=base64", b"YQ", "YQ"),
        (b'text/plain; charset="a\x00b"', b"x", "x"),
        (b"text/plain; charset=undefined", b"x", "x"),
    ],
)
def test_text(kind: bytes, body: bytes, expected: str) -> None:
    data = message(b"quoted-printable", body, kind)
    assert text(data, scan(data)) == expected


def test_searchable_text_of_a_simple_message() -> None:
    root = scan(SIMPLE)
    assert list(searchable_text(SIMPLE, root, headers=False)) == [
        "Noon, the usual place?\r\n\r\nAlice\r\n"
    ]
    head, _ = searchable_text(SIMPLE, root, headers=True)
    assert "Subject: Lunch?" in head


def test_searchable_text_of_nested_parts() -> None:
    pieces = list(searchable_text(NESTED, scan(NESTED), headers=False))
    assert pieces == [
        "one",
        "Subject: three\nContent-Type: multipart/mixed; boundary=three",
        "three one",
        "Subject: four two\nContent-Type: multipart/mixed; boundary=fourtwo",
        "four two one",
        "four two two one",
        "four two two two",
    ]


def test_headers_of_parts_are_apart_from_those_of_messages() -> None:
    data = crlf(
        "Subject: outer\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain;\n name==?utf-8?q?=C3=A4?=\n\none\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ntwo\n--b--\n"
    )
    assert list(part_headers(data, scan(data))) == [
        "Content-Type: text/plain; name=ä",
        "Content-Type: message/rfc822",
    ]
    assert list(part_headers(SIMPLE, scan(SIMPLE))) == []


def test_searchable_text_is_decoded_and_unfolded() -> None:
    data = crlf(
        "Subject: =?utf-8?q?a=C3=A4?=\n =?utf-8?q?b?= and\n more\n"
        "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-8\n\nw6Q=\n"
    )
    head, body = searchable_text(data, scan(data), headers=True)
    assert "Subject: aäb and more" in head
    assert body == "ä"


def test_reports_are_searched_and_attachments_are_not() -> None:
    pieces = "".join(searchable_text(REPORT, scan(REPORT), headers=False))
    assert "5.1.1" in pieces
    data = message(b"base64", base64.b64encode(b"hidden"), b"image/gif")
    assert list(searchable_text(data, scan(data), headers=False)) == []
