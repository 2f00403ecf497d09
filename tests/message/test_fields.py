from __future__ import annotations

import pytest

from labserver.message import fields, header, scan, select_fields
from tests.message.shapes import crlf

_DATA = (
    b"From someone Mon Sep  7\r\nReceived: a;\r\n\t b\r\nSUBJECT : x: y \r\nX-Empty:\r\n"
    b"no colon\r\nreceived:c\r\n\xc3\xa4: d\r\n\r\nbody: no\r\n"
)


def test_fields_with_extent_and_value() -> None:
    found = fields(_DATA, scan(_DATA))
    assert [(one.name, one.value) for one in found] == [
        (b"Received", b"a;\t b"),
        (b"SUBJECT", b"x: y"),
        (b"X-Empty", b""),
        (b"received", b"c"),
        (b"\xc3\xa4", b"d"),
    ]
    assert _DATA[found[0].start : found[0].end] == b"Received: a;\r\n\t b\r\n"


def test_header_is_exact() -> None:
    assert header(_DATA, scan(_DATA)) == _DATA[: _DATA.index(b"body")]


def test_selected_fields_in_the_order_of_the_message() -> None:
    root = scan(_DATA)
    assert select_fields(_DATA, root, [b"subject", b"RECEIVED"]) == (
        b"Received: a;\r\n\t b\r\nSUBJECT : x: y \r\nreceived:c\r\n\r\n"
    )
    assert select_fields(_DATA, root, [b"Receive"]) == b"\r\n"


def test_fields_left_out() -> None:
    root = scan(_DATA)
    # Lines that are no field stay: nobody named them.
    assert select_fields(_DATA, root, [b"received", b"x-empty"], exclude=True) == (
        b"From someone Mon Sep  7\r\nSUBJECT : x: y \r\nno colon\r\n\xc3\xa4: d\r\n\r\n"
    )
    assert select_fields(_DATA, root, [], exclude=True) == header(_DATA, root)


@pytest.mark.parametrize(
    ("data", "blank"),
    [
        (b"A: b\r\n\r\nx", b"\r\n"),
        (b"A: b\n\nx", b"\n"),
        (b"A: b\n\r\nx", b"\r\n"),
        (b"\r\nx", b"\r\n"),
        (b"\n", b"\n"),
        (b"A: b\r\n", b""),
        (b"A: b", b""),
        (b"", b""),
    ],
)
def test_the_blank_line_as_it_is(data: bytes, blank: bytes) -> None:
    assert select_fields(data, scan(data), [b"none"]) == blank


def test_a_part_s_own_fields_only() -> None:
    data = crlf("Content-Type: multipart/mixed; boundary=b\nA: 1\n\n--b\nB: 2\n\nC: 3\n--b--\n")
    (child,) = scan(data).children
    assert [one.name for one in fields(data, child)] == [b"B"]
