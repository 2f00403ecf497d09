"""Domains, address literals and paths, row by row (RFC 5321 sections 4.1.2 and 4.1.3)."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.smtp import grammar
from labserver.smtp.grammar import BadArgument, Path


def is_host(text: str) -> bool:
    try:
        grammar.host(text)
    except BadArgument:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("[127.0.0.1]", True),
        ("[255.255.255.255]", True),
        ("[001.002.003.004]", True),  # Snum = 1*3DIGIT
        ("[256.0.0.1]", False),
        ("[1.2.3]", False),
        ("[1.2.3.4.5]", False),
        ("[0001.2.3.4]", False),
        ("[IPv6:::1]", True),
        ("[ipv6:::]", True),
        ("[IPv6:2001:db8::ff00:42:8329]", True),
        ("[IPv6:1:2:3:4:5:6:7:8]", True),
        ("[IPv6:1:2:3:4:5:6:7]", False),
        ("[IPv6:1:2:3:4:5:6:7:8:9]", False),
        ("[IPv6:1:2:3:4:5:6::]", True),  # six groups and the "::"
        ("[IPv6:1:2:3:4:5:6:7::]", False),  # it is at least two groups
        ("[IPv6:1::2::3]", False),
        ("[IPv6::::]", False),
        ("[IPv6:1:::2]", False),
        ("[IPv6:12345::]", False),
        ("[IPv6:g::]", False),
        ("[IPv6:1:2:3:4:5:6:1.2.3.4]", True),
        ("[IPv6:1:2:3:4:5:6:7:1.2.3.4]", False),
        ("[IPv6:::1.2.3.4]", True),
        ("[IPv6:1:2:3:4::1.2.3.4]", True),
        ("[IPv6:1:2:3:4:5::1.2.3.4]", False),
        ("[IPv6:1.2.3.4::]", False),
        ("[IPv6:::1.2.3.256]", False),
        ("[IPv6:fe80::1%eth0]", False),
        ("[IPv6:]", False),
        ("[::1]", False),
        ("[foo]", False),
        ("[foo:bar]", False),  # no such tag is registered
        ("[]", False),
        ("127.0.0.1", True),  # also a domain, by its form
        ("[127.0.0.1", False),
        ("[127.0.0.1]x", False),
        ("localhost", True),
        ("a.b.c", True),
        ("my_pc", True),
        ("[127.0.0.1] and more", True),
        ("host and more", False),
        ("", False),
        ("-", False),
        ("<x>", False),
        ("a@b", False),
        ("a" * 256, False),
        ("ü.example", False),
    ],
)
def test_what_a_client_may_call_itself(text: str, good: bool) -> None:  # noqa: FBT001
    assert is_host(text) is good


@given(st.ip_addresses(v=6), st.booleans())
def test_every_ipv6_address_is_a_literal(address: ipaddress.IPv6Address, long: bool) -> None:  # noqa: FBT001
    text = address.exploded if long else address.compressed
    # Python shortens two groups of zeros or more, as section 4.1.3 has it.
    assert is_host(f"[IPv6:{text}]")


@given(st.text(alphabet="01af:.", max_size=20))
def test_what_is_no_ipv6_address_is_no_literal(text: str) -> None:
    if is_host(f"[IPv6:{text}]") and "." not in text:
        ipaddress.IPv6Address(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("<a@b>", Path("a", "b", "a@b")),
        ("<@x,@y.z:a@b>", Path("a", "b", "a@b")),
        ('<"a b"@c>', Path("a b", "c", '"a b"@c')),
        ('<"a@b"@c>', Path("a@b", "c", '"a@b"@c')),
        (r'<"a\"\\b"@c>', Path('a"\\b', "c", r'"a\"\\b"@c')),
        ('<""@c>', Path("", "c", '""@c')),
        ("<a@[127.0.0.1]>", Path("a", "[127.0.0.1]", "a@[127.0.0.1]")),
        ("<!#$%&'*+/=?^_`{|}~-@b>", Path("!#$%&'*+/=?^_`{|}~-", "b", "!#$%&'*+/=?^_`{|}~-@b")),
        ("<a.b.c@d>", Path("a.b.c", "d", "a.b.c@d")),
    ],
)
def test_paths(text: str, path: Path) -> None:
    assert grammar.read_path(f"TO:{text}", "TO:", null=False) == (path, "")
    assert grammar.read_mailbox(text) == path


@pytest.mark.parametrize(
    "text",
    [
        "<a@b",
        "a@b",
        "<a>",
        "<@b>",
        "<a@>",
        "<a@b.>",
        "<a@.b>",
        "<a@b..c>",
        "<.a@b>",
        "<a.@b>",
        "<a..b@c>",
        "<a b@c>",
        "<a@b c>",
        "<a@-b>",
        "<a@b->",
        "<a@b_c>",
        "<a,b@c>",
        "<a:b@c>",
        "<@x:a>",
        "<@x a@b>",
        "<@x,y:a@b>",
        '<"a@b>',
        '<a"b"@c>',
        '<"a"b@c>',
        "<a@[1.2.3.256]>",
        "<a@[foo]>",
        "<<a@b>>",
        "<>",
        "",
    ],
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(BadArgument):
        grammar.read_path(f"TO:{text}", "TO:", null=False)
    if text != "a@b":
        assert grammar.read_mailbox(text) is None


@pytest.mark.parametrize(
    ("path", "good"),
    [
        (f"<{'a' * 64}@b>", True),
        (f"<{'a' * 65}@b>", False),
        (f"<a@{'b' * 252}>", True),
        (f"<a@{'b' * 253}>", False),
        (f"<@{'x' * 249}:a@b>", True),
        (f"<@{'x' * 250}:a@b>", False),
    ],
)
def test_the_lengths_of_section_4_5_3_1(path: str, good: bool) -> None:  # noqa: FBT001
    if good:
        grammar.read_path(f"TO:{path}", "TO:", null=False)
    else:
        with pytest.raises(BadArgument, match="too long"):
            grammar.read_path(f"TO:{path}", "TO:", null=False)
