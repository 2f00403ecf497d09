"""Address lists as ENVELOPE wants them; examples of RFC 5322, Appendix A, and broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.message import Address, addresses
from labserver.message.addresses import _Reader

_END = Address(None, None, None, None)


def group(name: bytes) -> Address:
    return Address(None, None, name, None)


def plain(mailbox: bytes, host: bytes, name: bytes | None = None) -> Address:
    return Address(name, None, mailbox, host)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", []),
        (b" , ,", []),
        (b"(nobody)", []),
        (b"jdoe@machine.example", [plain(b"jdoe", b"machine.example")]),
        # Appendix A.1.2
        (
            b'"Joe Q. Public" <john.q.public@example.com>',
            [plain(b"john.q.public", b"example.com", b"Joe Q. Public")],
        ),
        (
            b'<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
            [
                plain(b"boss", b"nil.test"),
                plain(b"sysservices", b"example.net", b'Giant; "Big" Box'),
            ],
        ),
        # Appendix A.1.3
        (
            b"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            [
                group(b"A Group"),
                plain(b"c", b"a.test", b"Ed Jones"),
                plain(b"joe", b"where.test"),
                plain(b"jdoe", b"one.test", b"John"),
                _END,
            ],
        ),
        (b"Undisclosed recipients:;", [group(b"Undisclosed recipients"), _END]),
        (b"a@b, G:;, c@d", [plain(b"a", b"b"), group(b"G"), _END, plain(b"c", b"d")]),
        # Appendix A.5
        (
            b"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            [plain(b"pete", b"silly.test", b"Pete")],
        ),
        (
            b"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
            [group(b"Hidden recipients"), _END],
        ),
        # Appendix A.6.1
        (
            b"Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            [
                Address(b"Mary Smith", b"@node.test", b"mary", b"example.net"),
                plain(b"jdoe", b"test.example"),
            ],
        ),
        (
            b"<@a.test,@b.test:u@c.test>, x@y",
            [Address(None, b"@a.test,@b.test", b"u", b"c.test"), plain(b"x", b"y")],
        ),
        (b"Joe Q. Public <j@x.y>", [plain(b"j", b"x.y", b"Joe Q. Public")]),
        # The old form: the name in a comment.
        (b"a@b (Ann (A.) B)", [plain(b"a", b"b", b"Ann (A.) B")]),
        (b"<a@b> (Ann)", [plain(b"a", b"b", b"Ann")]),
        (b"(Ann) a@b", [plain(b"a", b"b")]),
        (b"<a@(Ann)b>", [plain(b"a", b"b")]),
        (b"(Ann) <a@b>, (Bob) c@d (Eve)", [plain(b"a", b"b"), plain(b"c", b"d", b"Eve")]),
        (b"Ann <a@b> (Bob)", [plain(b"a", b"b", b"Ann")]),
        (b"a(one)(two)@b", [plain(b"a", b"b", b"one")]),
        # Encoded words and 8-bit names stay as they are.
        (b"=?utf-8?q?J=C3=A4n?= <j@x>", [plain(b"j", b"x", b"=?utf-8?q?J=C3=A4n?=")]),
        (b"J\xc3\xa4n <j\xc3\xa4n@x>", [plain(b"j\xc3\xa4n", b"x", b"J\xc3\xa4n")]),
        (b'"a b\\"c"@d', [plain(b'a b"c', b"d")]),
        (b"a@[192.0.2.1], b@[IPv6:::1]", [plain(b"a", b"[192.0.2.1]"), plain(b"b", b"[IPv6:::1]")]),
        (b'""<a@b>', [plain(b"a", b"b", b"")]),
        # Broken.
        (b"alice", [plain(b"alice", b"")]),
        (b"<alice>", [plain(b"alice", b"")]),
        (b"@host", [plain(b"", b"host")]),
        (b"<>", [plain(b"", b"")]),
        (b"John Doe", [plain(b"", b"", b"John Doe")]),
        (b"John Doe j.d@x.y and more", [plain(b"j.d", b"x.y", b"John Doe")]),
        (b"a@b@c", [plain(b"a@b", b"c")]),
        (b"x <a@b", [plain(b"a", b"b", b"x")]),
        (b"x <a@b, c@d", [plain(b"a", b"b", b"x"), plain(b"c", b"d")]),
        (b"<a@b> <c@d>", [plain(b"a", b"b"), plain(b"c", b"d")]),
        (b"a@b; c@d", [plain(b"a", b"b"), plain(b"c", b"d")]),
        (b"G: a@b", [group(b"G"), plain(b"a", b"b"), _END]),
        (b"G: <a@b; c@d", [group(b"G"), plain(b"a", b"b"), _END, plain(b"c", b"d")]),
        (b"x@y <a@b>", [plain(b"a", b"b", b"x@y")]),
        (b'"never closed <a@b>', [plain(b"never closed <a@b>", b"")]),
        (b"a(b@c", [plain(b"a(b", b"c")]),
        (b"a@[b", [plain(b"a", b"[b")]),
    ],
)
def test_addresses(value: bytes, expected: list[Address]) -> None:
    assert list(addresses(value)) == expected


_soup = st.lists(st.sampled_from([*b'<>@,;:."()[]\\ \t', *b"ab\x00\xff"]), max_size=30).map(bytes)


@given(st.one_of(st.binary(max_size=60), _soup))
def test_any_bytes_give_balanced_groups(value: bytes) -> None:
    in_group = False
    for one in addresses(value):
        if one.host is not None:
            assert one.mailbox is not None
            continue
        assert one.name is None
        assert one.route is None
        assert in_group == (one.mailbox is None)
        in_group = not in_group
    assert not in_group


_atom = st.text("abcxyz0189-_+", min_size=1, max_size=8).map(str.encode)
_name = st.one_of(
    st.none(), st.text(' abc"\\,;:<>@().é', max_size=12).map(lambda s: s.strip().encode())
)


@given(st.lists(st.tuples(_name, _atom, _atom), max_size=5))
def test_addresses_written_come_back(people: list[tuple[bytes | None, bytes, bytes]]) -> None:
    written, expected = [], []
    for name, mailbox, host in people:
        quoted = b""
        if name is not None:
            quoted = b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'" '
        written.append(quoted + b"<" + mailbox + b"@" + host + b">")
        expected.append(plain(mailbox, host, name))
    assert list(addresses(b", ".join(written))) == expected


_pieces = st.sampled_from(
    [b"a", b"b.c", b"Jo", b"=?utf-8?q?x?=", b"@", b"<", b">", b" ", b", ", b",", b"  ", b".", b'"']
)
_common = st.lists(
    st.tuples(st.sampled_from([b"", b"Jo ", b"Jo Bo ", b"J. "]), st.sampled_from([b"<%b>", b"%b"]))
).map(lambda many: b", ".join(name + how % b"a.b@c.example" for name, how in many))


@given(st.one_of(st.lists(_pieces).map(b"".join), _common))
def test_the_short_way_and_the_long_way_agree(value: bytes) -> None:
    assert addresses(value) == tuple(_Reader(value).read())
