"""Parameters as written, and their values as text; examples of RFC 2231 §3 and §4."""

from __future__ import annotations

import pytest

from labserver.message import Parameters, decode_parameter, join_continuations, scan


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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"x=1; title*1=b; y=2; Title*0=a; z=3", b"x=1; y=2; Title=ab; z=3"),
        (b"title*0*=utf-8'en'caf%C3; title*1*=%A9", b"title*=utf-8'en'caf%C3%A9"),
        # What is plain beside an extended section keeps its meaning (RFC 2231 section 4.1).
        (b"title*0*=utf-8''a; title*1=\"%41 b\"", b"title*=utf-8''a%2541%20b"),
        (b"title*0=a; title*1*=%41", b"title*=''a%41"),
        (b"title*0=a; title*2=c", b"title=a; title*2=c"),
        (b"title*1=b", b"title*1=b"),
        (b"title*0=a; title*0=b", b"title*0=a; title*0=b"),
        (b"title*00=a; *0=b; a*b=c", b"title*00=a; *0=b; a*b=c"),
        # For old readers a plain form may stand beside them.
        (b"title=old; title*0*=''n; title*1*=ew", b"title=old; title*=''new"),
        (b"title=whole; title*0=a; title*1=b", b"title=whole; title*0=a; title*1=b"),
        (b"title*=''whole; title*0*=''a", b"title*=''whole; title*0*=''a"),
    ],
)
def test_sections_put_together(value: bytes, expected: bytes) -> None:
    before, after = params(value), join_continuations(params(value))
    assert after == params(expected)
    assert join_continuations(after) == after
    assert decode_parameter(after, "title") == decode_parameter(before, "title")
