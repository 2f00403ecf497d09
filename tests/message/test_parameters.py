"""Parameters as written, and their values as text; examples of RFC 2231 §3 and §4."""

from __future__ import annotations

import pytest

from labserver.message import Parameters, decode_parameter, scan


def params(value: bytes) -> Parameters:
    return scan(b"Content-Type: application/x-stuff; " + value + b"\r\n\r\n").params


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"a=b; c=d", (("a", b"b"), ("c", b"d"))),
        (b"a=b;;; ;c=d;", (("a", b"b"), ("c", b"d"))),
        (b'a="b;c"; d="e\\"f\\\\"', (("a", b"b;c"), ("d", b'e"f\\'))),
        (b"a=b c=d", (("a", b"b"), ("c", b"d"))),
        (b"a=my file.txt; c=d", (("a", b"my file.txt"), ("c", b"d"))),
        (b"a = b (comment; x=y); c=d", (("a", b"b"), ("c", b"d"))),
        (b'a="b (no comment)"', (("a", b"b (no comment)"),)),
        (b"a=b(c", (("a", b"b(c"),)),
        (b'a="never closed; c=d', (("a", b"never closed; c=d"),)),
        (b'a="ends in\\', (("a", b"ends in"),)),
        (b"a=", (("a", b""),)),
        (b'a=""', (("a", b""),)),
        (b"a", ()),
        (b"=b; c=d", (("c", b"d"),)),
        (b"a=b=c", (("a", b"b=c"),)),
        (b'a="b" c="d"', (("a", b"b"), ("c", b"d"))),
        (b"a=\xc3\xa4", (("a", b"\xc3\xa4"),)),
        (b"a*0=x; a*1*=y", (("a*0", b"x"), ("a*1*", b"y"))),
    ],
)
def test_as_written(value: bytes, expected: Parameters) -> None:
    assert params(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"title=plain", "plain"),
        (b"TITLE=plain", "plain"),
        (b"title=\xc3\xa4", "ä"),
        (b"titles=plain", None),
        (b"title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "This is ***fun***"),
        (
            (
                b"title*0*=us-ascii'en'This%20is%20even%20more%20;"
                b' title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn\'t it!"'
            ),
            "This is even more ***fun*** isn't it!",
        ),
        (b'title*1="b"; title*0="a"', "ab"),
        (b"title*0=a; title*2=c", "a"),
        (b"title*1=b", None),
        (b"title*00=a", None),
        (b"title*0*=utf-8''%C3; title*1*=%A4", "ä"),
        (b"title*0*=utf-8''a; title*1=%41", "a%41"),
        (b"title*=''%C3%A4", "ä"),
        (b"title*=%E4", "ä"),
        (b"title*=x-none''%zz%4", "%zz%4"),
        (b"title=old; title*=utf-8''new", "new"),
        (b"title=one; title=two", "one"),
    ],
)
def test_as_text(value: bytes, expected: str | None) -> None:
    assert decode_parameter(params(value), "title") == expected
