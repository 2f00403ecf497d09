"""Encoded words; the examples of RFC 2047 §8 first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.message import decode_words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"(=?ISO-8859-1?Q?a?=)", "(a)"),
        (b"(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        (b"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        (b"=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
        (
            (
                b"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
                b" =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?="
            ),
            "If you can read this you understand the example.",
        ),
        (b"=?US-ASCII*EN?Q?Keith?=", "Keith"),
        # A character split between two words.
        (b"=?utf-8?q?=C3?= =?UTF-8?b?pA==?=", "ä"),
        (b"=?utf-8?b?w6?=", "\ufffd"),
        (b"=?utf-8?b?w6Q?=", "ä"),
        (b"=?utf-8?q?not hex =ZZ=?=", "not hex =ZZ="),
        (b"=?x-unknown?q?=C3=A4?=", "ä"),
        (b"=?x-unknown?q?=E4?=", "ä"),
        (b"=?unicode_escape?q?=5Cu0041?=", "\\u0041"),
        (b"=?rot13?q?abc?=", "abc"),
        (b"=?gb2312?b?xOO6ww==?=", "你好"),
        (b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        (b"raw \xc3\xa4", "raw ä"),
        (b"raw \xe4", "raw ä"),
        (b"=?utf-8?x?abc?= =? ?= =?a?b", "=?utf-8?x?abc?= =? ?= =?a?b"),
        (b"plain", "plain"),
        (b"", ""),
    ],
)
def test_words(value: bytes, expected: str) -> None:
    assert decode_words(value) == expected


@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    b"=?",
                    b"?=",
                    b"?",
                    b"utf-8",
                    b"utf-16",
                    b"idna",
                    b"\x00",
                    b"*",
                    b"=",
                    b"?q?",
                    b"?B?",
                    b" ",
                    b"=FF",
                    b"\xc3",
                    b"AA",
                    b"hz",
                    b"utf-7",
                    b".",
                ]
            ),
            max_size=15,
        ).map(b"".join),
    )
)
def test_any_bytes_give_text(value: bytes) -> None:
    assert isinstance(decode_words(value), str)


@given(st.text(max_size=40))
def test_text_written_as_words_comes_back(content: str) -> None:
    word = b"=?utf-8?q?" + b"".join(b"=%02X" % octet for octet in content.encode()) + b"?="
    assert decode_words(b"a " + word + b" z") == f"a {content} z"
