from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.message import first_address, message_ids


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"", ()),
        (b"<1@a.example>", (b"1@a.example",)),
        (b"<1@a> <2@b>\t<3@c>", (b"1@a", b"2@b", b"3@c")),
        (b"<1@a><2@b>", (b"1@a", b"2@b")),
        # RFC 5256 section 3: one Message ID, quoted or not
        (b'<"01KF8JCEOCBS0045PS"@xxx.yyy.com>', (b"01KF8JCEOCBS0045PS@xxx.yyy.com",)),
        (b"<01KF8JCEOCBS0045PS@xxx.yyy.com>", (b"01KF8JCEOCBS0045PS@xxx.yyy.com",)),
        (b'<a."b\\"c d".e@x>', (b'a.b"c d.e@x',)),
        (b'<"a>b"@x>', (b"a>b@x",)),
        (b"<1@[127.0.0.1]>", (b"1@[127.0.0.1]",)),
        (b"< 1 @ a >", (b"1@a",)),
        (b"(first) <1@a> (<no@comment>) <2@b>", (b"1@a", b"2@b")),
        (b"Your message of Monday <1@a> <bob@home.example>", (b"1@a", b"bob@home.example")),
        (b"<1@A>", (b"1@A",)),
        (b"1@a", ()),
        (b"<1>", ()),
        (b"<@a>", ()),
        (b"<1@>", ()),
        (b'<""@a>', ()),
        (b"<1@a", ()),
        (b"<1@a@b>", ()),
        (b"<x <1@a>", (b"1@a",)),
    ],
)
def test_message_ids(value: bytes, ids: tuple[bytes, ...]) -> None:
    assert message_ids(value) == ids


@given(
    st.lists(st.sampled_from([b"<", b">", b"@", b'"', b"\\", b"(", b")", b"[", b"]", b"a", b" "]))
)
def test_any_octets_give_an_answer(pieces: list[bytes]) -> None:
    for found in message_ids(b"".join(pieces)):
        assert b"@" in found


def test_hostile_values_are_not_slow() -> None:
    for piece in (b"<", b'<"', b'<"\\', b"<a", b"<a@", b"<a@[", b'"', b"<(", b"<a@b"):
        assert message_ids(piece * 100_000) == ()


def test_the_first_address() -> None:
    assert first_address(b"") is None
    assert first_address(b", ,") is None
    first = first_address(b"A <a@x>, B <b@y>")
    assert first is not None
    assert (first.name, first.mailbox, first.host) == (b"A", b"a", b"x")
    group = first_address(b"Friends: b@y;")
    assert group is not None
    assert (group.mailbox, group.host) == (b"Friends", None)
