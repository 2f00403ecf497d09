"""The tree of parts of messages whole and broken."""

from __future__ import annotations

from typing import Any

import pytest

from labserver.message import MAX_DEPTH, MAX_PARTS, Part, header, scan
from tests.message.shapes import NESTED, REPORT, SHAPES, SIMPLE, crlf


def outline(data: bytes, part: Part) -> tuple[str, Any]:
    kind = f"{part.type}/{part.subtype}"
    if part.children:
        return kind, [outline(data, child) for child in part.children]
    return kind, data[part.body : part.end]


@pytest.mark.parametrize(("data", "expected"), [pytest.param(d, e, id=n) for n, d, e in SHAPES])
def test_shapes(data: bytes, expected: tuple[str, Any]) -> None:
    assert outline(data, scan(data)) == expected


def test_a_simple_message() -> None:
    root = scan(SIMPLE)
    assert (root.start, root.end) == (0, len(SIMPLE))
    assert header(SIMPLE, root).endswith(b"<1@home.example>\r\n\r\n")
    assert SIMPLE[root.body :].startswith(b"Noon")
    assert (root.lines, root.octets) == (3, len("Noon, the usual place?\r\n\r\nAlice\r\n"))
    assert (root.type, root.subtype, root.params) == ("text", "plain", (("charset", b"us-ascii"),))
    assert root.encoding is None
    assert root.disposition is None
    assert root.language == ()


def test_fields_of_a_part() -> None:
    root = scan(
        crlf(
            'Content-Type: Application/PDF; NAME="a \\"b\\".pdf"; x=1;y = z w ;bare\n'
            "Content-ID: <p@home.example>\n"
            "Content-Description: The\n  =?utf-8?q?menu?=\n"
            "Content-Transfer-Encoding: BASE64 (of course)\n"
            "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\n"
            "Content-Location: http://home.example/menu\n"
            "Content-Language: en, (a comment) de-CH ,\n"
            "Content-Disposition: Attachment; filename=menu.pdf;\n size=12\n"
            "\nAAAA\n"
        )
    )
    assert (root.type, root.subtype) == ("Application", "PDF")
    assert root.params == (("NAME", b'a "b".pdf'), ("x", b"1"), ("y", b"z w"))
    assert root.id == b"<p@home.example>"
    assert root.description == b"The  =?utf-8?q?menu?="
    assert root.encoding == b"BASE64"
    assert root.md5 == b"Q2hlY2sgSW50ZWdyaXR5IQ=="
    assert root.location == b"http://home.example/menu"
    assert root.language == (b"en", b"de-CH")
    assert root.disposition == (b"Attachment", (("filename", b"menu.pdf"), ("size", b"12")))
    assert not root.is_multipart
    assert not root.is_message


def test_a_type_as_written_has_no_parameters_of_ours() -> None:
    assert scan(crlf("Content-Type: text/plain\n\nx")).params == ()


def test_names_that_only_begin_like_content_fields_are_others() -> None:
    root = scan(crlf("Content-Types: a/b\nX-Content-Type: a/b\nA: b\n Content-Type: a/b\n\nx"))
    assert (root.type, root.subtype) == ("text", "plain")


def test_lines_are_line_ends_of_the_body() -> None:
    data = crlf(
        "Content-Type: multipart/mixed; boundary=b\n\n"
        "--b\n\none\ntwo\n\n--b\n\nthree\n"
        "--b\nContent-Type: message/rfc822\n\nA: b\n\nx\ny\n--b--\n"
    )
    root = scan(data)
    assert [child.lines for child in root.children] == [2, 0, 3]
    assert root.children[2].children[0].lines == 1
    assert root.lines == data[root.body :].count(b"\n")


def test_header_of_a_part_is_exact() -> None:
    root = scan(NESTED)
    image = root.children[3].children[0]
    assert header(NESTED, image) == (
        b"Content-Type: image/gif\r\nContent-ID: <gif@home.example>\r\n\r\n"
    )
    assert NESTED[image.body : image.end] == b"four one"


@pytest.mark.parametrize(
    ("part", "head"),
    [
        ("A: b\n\n\n", "A: b\n\n"),
        # RFC 2046 §5.1.1: delimiter := CRLF "--" boundary; the CRLF is no part of the body part.
        ("A: b\n\n", "A: b\n"),
        ("A: b\n", "A: b"),
        ("\n\n", "\n"),
        ("\n", ""),
        ("", ""),
    ],
)
def test_the_line_end_before_a_delimiter_is_the_delimiter_s(part: str, head: str) -> None:
    data = crlf(f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{part}--b\n\nnext\n--b--\n")
    child, after = scan(data).children
    assert header(data, child) == crlf(head)
    assert (child.octets, child.lines) == (0, 0)
    assert data[after.body : after.end] == b"next"
    assert after.lines == 0


def test_an_embedded_message_ends_with_its_part() -> None:
    kind = "Content-Type: message/rfc822\n\n"
    data = crlf(f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{kind}{kind}--b--\n")
    (part,) = scan(data).children
    (inner,) = part.children
    (innermost,) = inner.children
    assert header(data, part) == crlf(kind)
    assert header(data, inner) == crlf(kind)[:-2]
    assert inner.end == inner.body == innermost.start == innermost.body == innermost.end == part.end
    assert (part.lines, inner.lines, innermost.lines) == (1, 0, 0)


def test_report() -> None:
    kinds = [f"{child.type}/{child.subtype}" for child in scan(REPORT).children]
    assert kinds == ["text/plain", "message/delivery-status", "text/rfc822-headers"]


def depth(part: Part) -> int:
    levels = 0
    while part.children:
        levels, part = levels + 1, part.children[0]
    return levels


def test_messages_nest_up_to_the_limit() -> None:
    one = b"Content-Type: message/rfc822; name=m\r\n\r\n"
    assert depth(scan(one * MAX_DEPTH)) == MAX_DEPTH
    deep = scan(one * 5000)
    assert depth(deep) == MAX_DEPTH
    while deep.children:
        deep = deep.children[0]
    assert (deep.type, deep.subtype, deep.params) == (
        "application",
        "octet-stream",
        (("name", b"m"),),
    )
    assert deep.end == len(one) * 5000


def test_multiparts_nest_up_to_the_limit() -> None:
    data = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
        for i in range(2000)
    )
    root = scan(data)
    assert depth(root) == MAX_DEPTH


def count(part: Part) -> int:
    return 1 + sum(count(child) for child in part.children)


def test_parts_are_counted_up_to_the_limit() -> None:
    data = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000 + b"--b--\n"
    root = scan(data)
    assert count(root) == MAX_PARTS
    assert root.children[-2].octets == 1
    assert root.children[-1].end == len(data)


def test_messages_in_a_digest_are_counted_too() -> None:
    data = b"Content-Type: multipart/digest; boundary=b\n\n" + b"--b\n\nA: b\n\nx\n" * 20_000
    root = scan(data)
    assert count(root) == MAX_PARTS
    assert all(child.is_message for child in root.children[:-1])
