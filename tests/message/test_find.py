"""IMAP part numbers: the example of RFC 3501 §6.4.5, RFC 9051 §6.4.5.1."""

from __future__ import annotations

import pytest

from labserver.message import find, mime_header, scan
from tests.message.shapes import NESTED, SIMPLE, crlf

_EXAMPLE = {
    (1,): ("text/plain", b"one"),
    (2,): ("application/octet-stream", b"two"),
    (3,): ("message/rfc822", None),
    (3, 1): ("text/plain", b"three one"),
    (3, 2): ("application/octet-stream", b"three two"),
    (4,): ("multipart/mixed", None),
    (4, 1): ("image/gif", b"four one"),
    (4, 2): ("message/rfc822", None),
    (4, 2, 1): ("text/plain", b"four two one"),
    (4, 2, 2): ("multipart/alternative", None),
    (4, 2, 2, 1): ("text/plain", b"four two two one"),
    (4, 2, 2, 2): ("text/richtext", b"four two two two"),
}


@pytest.mark.parametrize("path", _EXAMPLE)
def test_the_example(path: tuple[int, ...]) -> None:
    part = find(scan(NESTED), path)
    kind, body = _EXAMPLE[path]
    assert part is not None
    assert f"{part.type}/{part.subtype}" == kind
    if body is not None:
        assert NESTED[part.body : part.end] == body


@pytest.mark.parametrize("path", [(0,), (5,), (1, 1), (3, 3), (3, 1, 1), (4, 2, 2, 3), (-1,)])
def test_numbers_that_name_nothing(path: tuple[int, ...]) -> None:
    assert find(scan(NESTED), path) is None


def test_no_number_is_the_message() -> None:
    root = scan(NESTED)
    assert find(root, ()) is root


def test_part_1_of_a_message_without_parts_is_its_body() -> None:
    root = scan(SIMPLE)
    assert find(root, (1,)) is root
    assert find(root, (2,)) is None
    assert find(root, (1, 1)) is None


def test_below_a_message_that_is_all_of_a_message() -> None:
    root = scan(crlf("Content-Type: message/rfc822\n\nSubject: inner\n\nx"))
    assert find(root, (1,)) is root
    assert find(root, (1, 1)) is root.children[0]
    assert find(root, (1, 1, 1)) is None


def test_mime_header() -> None:
    part = find(scan(NESTED), (4, 1))
    assert part is not None
    assert mime_header(NESTED, part) == (
        b"Content-Type: image/gif\r\nContent-ID: <gif@home.example>\r\n\r\n"
    )
