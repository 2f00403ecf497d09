"""Previews: the first words of a message (RFC 8970 section 3.3)."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.message import preview, scan


def shown(data: bytes) -> str:
    return preview(data, scan(data))


def plain(text: str | bytes, header: str = "") -> bytes:
    octets = text if isinstance(text, bytes) else text.encode()
    return header.encode() + b"\r\n" + octets


def html(text: str, charset: str = "utf-8") -> bytes:
    return f"Content-Type: text/html; charset={charset}\r\n\r\n".encode() + text.encode(charset)


def parts(kind: str, *inner: bytes) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in inner)
    return f"Content-Type: multipart/{kind}; boundary=b\r\n\r\n".encode() + body + b"--b--\r\n"


IMAGE = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
NOTES = b"Content-Disposition: attachment; filename=n.txt\r\n\r\nnotes"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (plain("Hello Bob,\r\n\r\n  see\tyou \r\n soon.\r\n"), "Hello Bob, see you soon."),
        (b"Subject: only a header\r\n", ""),
        (plain(" \r\n\t\xa0"), ""),
        (plain("a\0b\x1b[1mc\x85d"), "a b [1mc d"),
        (
            plain("caf\u00e9 \u65e5\u672c", "Content-Type: text/plain; charset=utf-8\r\n"),
            "café 日本",
        ),
        (plain(b"caf\xe9", "Content-Type: text/plain; charset=iso-8859-1\r\n"), "café"),
        (
            plain("caf=C3=A9 =\r\nnoir", "Content-Transfer-Encoding: quoted-printable\r\n"),
            "café noir",
        ),
        (plain("Zm9v\r\nIGJhcg==", "Content-Transfer-Encoding: base64\r\n"), "foo bar"),
        (plain("foo", "Content-Transfer-Encoding: x-secret\r\n"), ""),
        (plain("a:b", "Content-Type: text/calendar\r\n"), ""),
        # What was quoted is no news, unless there is nothing else.
        (plain("> old\r\n>> older\r\nnew\r\n> old"), "new"),
        (plain("> old\r\n> lines"), "> old > lines"),
        (plain("1 > 0"), "1 > 0"),
        # Section 3.2: encrypted messages, types without a preview
        (plain("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA"), ""),
        (parts("encrypted", b"Content-Type: application/octet-stream\r\n\r\nx"), ""),
        (IMAGE, ""),
        (parts("mixed", IMAGE, NOTES), ""),
        # Which part
        (parts("mixed", NOTES, IMAGE, plain("text")), "text"),
        (parts("alternative", plain("plain"), html("<p>html")), "plain"),
        (parts("alternative", plain(" \r\n"), html("<p>html")), "html"),
        (parts("related", html("<img src=x>A picture"), IMAGE), "A picture"),
        (b"Content-Type: message/rfc822\r\n\r\nSubject: s\r\n\r\nforwarded", "forwarded"),
    ],
)
def test_preview(data: bytes, expected: str) -> None:
    assert shown(data) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One<p>two<br>three<td>four</td>five</div>six", "One two three four five six"),
        ("<b>W</b>hat <a href='x'>a</a>?<wbr>", "What a?"),
        (
            "Fish &amp; chips&nbsp;&#8211; &euro;5 AT&T &lt;b&gt; &bogus;",
            "Fish & chips – €5 AT&T <b> &bogus;",
        ),
        ("the end &amp", "the end &"),
        ("<head><title>T</title><style>p {x: '<b>'}</style></head><body>text", "text"),
        ("<script>if (a < b) document.write('<p>no')</script>yes", "yes"),
        ("<TITLE>open<body>text", "text"),
        ("<!DOCTYPE html><?xml x?><!-- <p>no --><!x>yes", "yes"),
        ("<!--[if mso]>no<![endif]--><![if !mso]>yes<![endif]>", "yes"),
        ("a<![bogus[x]]>b<![CDATA[c]]>d<![", "abd"),
        ("1 < 2 and <3 <- you", "1 < 2 and <3 <- you"),
        ("<a title='x > y'>yes</a>", "yes"),
        ('<a title="x"y=z"" =w>yes<p/>no', "yes no"),
        ("yes<a title='no>", "yes"),
        ("yes<!-- no", "yes"),
        ("a</>b</ b>d</p x='>'>e", "abd '>e"),
        # What shops fill up their first line with; a joiner inside a word stays.
        ("Sale!&zwnj;&nbsp;&#847; &shy;&nbsp;\u200b \ufeff now", "Sale!\u200c now"),
        ("mi\u200ckonam", "mi\u200ckonam"),
        ("&#xD800;&#0;&#x1F600;", "\ufffd\ufffd\U0001f600"),
    ],
)
def test_html(markup: str, expected: str) -> None:
    assert shown(html(markup)) == expected


@pytest.mark.parametrize("make", [plain, html])
def test_it_ends_after_200_characters(make: Callable[[str], bytes]) -> None:
    # Section 3.3: characters, not octets
    assert shown(make("ü" * 300)) == "ü" * 200
    assert shown(make("four " * 100)) == ("four " * 40).rstrip()
    assert len(shown(make("a " * 10_000))) == 199
    assert shown(make("x" * 200)) == "x" * 200


def test_a_long_part_is_cut_between_characters() -> None:
    # Without a charset, half a character would have the whole text read as latin-1.
    text = "é" + "\r\n" * 10 + "ü" * 30 + "\r\n"
    encoded = base64.b64encode(("x" + text * 10_000).encode())
    found = shown(plain(encoded, "Content-Transfer-Encoding: base64\r\n"))
    assert found.startswith("xé ü")
    assert "Ã" not in found


def test_words_far_behind_the_markup_are_not_looked_for() -> None:
    assert shown(html("<p>" * 50_000 + "far")) == ""
    assert shown(html("<p>" * 10_000 + "near")) == "near"


@given(
    st.binary(max_size=300),
    st.sampled_from(["plain", "html"]),
    st.sampled_from(["utf-7", "utf-16", "x"]),
)
def test_any_octets_give_a_line_of_text(data: bytes, subtype: str, charset: str) -> None:
    found = shown(f"Content-Type: text/{subtype}; charset={charset}\r\n\r\n".encode() + data)
    assert len(found) <= 200
    assert found == " ".join(found.split())
    assert not any(ord(character) < 32 for character in found)


PIECES = [
    "<",
    ">",
    "</",
    "<!",
    "<![",
    "<!--",
    "-->",
    "<?",
    "&",
    "&#",
    ";",
    "a",
    " ",
    "=",
    "'",
    '"',
    "/",
]
MARKUP = st.lists(st.sampled_from([*PIECES, "script", "style", "]]>", "<!doctype", "title", "["]))


@given(MARKUP)
def test_any_markup_can_be_read(pieces: list[str]) -> None:
    shown(html("".join(pieces) + "<p>x"))
