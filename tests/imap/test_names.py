from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.naming.names import BadName, decode_name, encode_name


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", b"INBOX"),
        ("", b""),
        ("Q&A", b"Q&-A"),
        ("&-", b"&--"),
        # RFC 3501 section 5.1.3
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("台北日本語", b"&U,BTF2XlZyyKng-"),
        ("☺!", b"&Jjo-!"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("ü&ü", b"&APw-&-&APw-"),
        ("😀", b"&2D3eAA-"),
        ("a\tb", b"a&AAk-b"),
    ],
)
def test_names_and_their_one_form(name: str, wire: bytes) -> None:
    assert encode_name(name) == wire
    assert decode_name(wire) == name


@pytest.mark.parametrize(
    "wire",
    [
        b"&Jjo!",  # RFC 3501 section 5.1.3: no shift to US-ASCII
        b"&U,BTFw-&ZeVnLIqe-",  # RFC 3501 section 5.1.3: a superfluous shift
        b"&",
        b"a&b",
        b"&AGE-",  # the letter "a" in BASE64
        b"&ACY-",  # "&" in BASE64
        b"&APx-",  # bits that stand for nothing
        b"&AP-",  # half a character
        b"&A-",
        b"&APw=-",
        b"&2D0-",  # half a surrogate pair
        b"&3gA-",
        b"&U/BTFw-",  # "/" where "," belongs
        b"caf\xc3\xa9",
        b"a\tb",
        b"a\x7fb",
        b"&JjoAYQ-",  # a printable character among others
    ],
)
def test_other_forms_are_refused(wire: bytes) -> None:
    with pytest.raises(BadName) as refused:
        decode_name(wire)
    assert refused.value.code == "CANNOT"


@given(st.text())
def test_every_text_comes_back(name: str) -> None:
    wire = encode_name(name)
    assert all(0x20 <= octet <= 0x7E for octet in wire)
    assert decode_name(wire) == name


@given(st.binary(max_size=12) | st.text("&-A,JjoZ+", max_size=8).map(str.encode))
def test_what_is_read_has_no_second_form(wire: bytes) -> None:
    try:
        name = decode_name(wire)
    except BadName:
        return
    assert encode_name(name) == wire
