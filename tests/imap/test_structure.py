r"""ENVELOPE, BODY and BODYSTRUCTURE; every expected line is counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.fetching.structure import body_structure, envelope_structure
from labserver.message import scan
from tests.imap.replies import Atom, Value, read


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("latin-1")


def body(data: bytes) -> bytes:
    return body_structure(data, scan(data), extensible=False)


def bodystructure(data: bytes) -> bytes:
    return body_structure(data, scan(data), extensible=True)


def envelope(data: bytes) -> bytes:
    return envelope_structure(data, scan(data))


def test_a_simple_text_of_the_rfc() -> None:
    # RFC 3501 section 7.4.2: 48 lines and 2279 octets
    text = b"x" * 46 + b"\r\n"
    last = b"y" * (2279 - 47 * 48 - 2) + b"\r\n"
    data = b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n" + text * 47 + last
    assert body(data) == b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)'


def test_a_text_and_an_attachment_of_the_rfc() -> None:
    # RFC 3501 section 7.4.2: 1152 octets in 23 lines, 4554 octets in 73 lines
    one = b"x" * 48 + b"\r\n"
    two = b"z" * 60 + b"\r\n"
    first = one * 22 + b"x" * (1152 - 22 * 50 - 2) + b"\r\n"
    second = two * 72 + b"z" * (4554 - 72 * 62 - 2) + b"\r\n"
    data = (
        b"Content-Type: MULTIPART/MIXED; BOUNDARY=b\r\n\r\n--b\r\n"
        b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n" + first + b"\r\n--b\r\n"
        b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII; NAME=cc.diff\r\n"
        b"Content-ID: <960723163407.20117h@cac.washington.edu>\r\n"
        b"Content-Description: Compiler diff\r\n"
        b"Content-Transfer-Encoding: BASE64\r\n\r\n" + second + b"\r\n--b--\r\n"
    )
    assert body(data) == (
        b'(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)'
        b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff")'
        b' "<960723163407.20117h@cac.washington.edu>" "Compiler diff" "BASE64" 4554 73) "MIXED")'
    )


SHAPES = {
    "no MIME at all": (
        "Subject: x\n\nHello\n",
        '("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)',
    ),
    "no body and no blank line": (
        "Subject: x\n",
        '("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)',
    ),
    "a last line without an end": (
        "Subject: x\n\none\ntwo",
        '("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 8 1 NIL NIL NIL NIL)',
    ),
    "a type without parameters": (
        "Content-Type: text/html\n\n<p>\n",
        '("text" "html" NIL NIL NIL "7BIT" 5 1 NIL NIL NIL NIL)',
    ),
    "not a text: no lines": (
        'Content-Type: image/gif; name="a b.gif"\nContent-Transfer-Encoding: base64\n\nR0lG\n',
        '("image" "gif" ("name" "a b.gif") NIL NIL "base64" 6 NIL NIL NIL NIL)',
    ),
    "every field there is": (
        (
            "Content-Type: application/pdf\n"
            "Content-ID: <id@home.example>\n"
            'Content-Description: a "quoted" thing\n'
            "Content-Transfer-Encoding: quoted-printable\n"
            "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\n"
            'Content-Disposition: attachment; filename="a.pdf"; size=4\n'
            "Content-Language: de, en-GB\n"
            "Content-Location: http://home.example/a.pdf\n"
            "\nabcd"
        ),
        (
            '("application" "pdf" NIL "<id@home.example>" "a \\"quoted\\" thing" "quoted-printable"'
            ' 4 "Q2hlY2sgSW50ZWdyaXR5IQ==" ("attachment" ("filename" "a.pdf" "size" "4"))'
            ' ("de" "en-GB") "http://home.example/a.pdf")'
        ),
    ),
    "a disposition without parameters, one language": (
        "Content-Type: text/plain\nContent-Disposition: inline\nContent-Language: en\n\n",
        '("text" "plain" NIL NIL NIL "7BIT" 0 0 NIL ("inline" NIL) "en" NIL)',
    ),
    "fields that are there and empty": (
        (
            "Content-Type: text/plain\nContent-ID:\nContent-Description: \nContent-MD5:\n"
            "Content-Transfer-Encoding:\nContent-Location:\n\n"
        ),
        '("text" "plain" NIL "" "" "7BIT" 0 0 "" NIL NIL "")',
    ),
    "a multipart: no spaces between its parts": (
        (
            "Content-Type: multipart/alternative; boundary=b\n"
            "Content-Disposition: inline\nContent-Language: fr\nContent-Location: x\n"
            "\npreamble\n"
            "--b\nContent-Type: text/plain; charset=utf-8\n\nhi\n"
            "--b\nContent-Type: text/html; charset=utf-8\n\n<b>hi</b>\n\n"
            "--b--\nepilogue\n"
        ),
        (
            '(("text" "plain" ("charset" "utf-8") NIL NIL "7BIT" 2 0 NIL NIL NIL NIL)'
            '("text" "html" ("charset" "utf-8") NIL NIL "7BIT" 11 1 NIL NIL NIL NIL)'
            ' "alternative" ("boundary" "b") ("inline" NIL) "fr" "x")'
        ),
    ),
    "a multipart in a multipart": (
        (
            "Content-Type: multipart/mixed; boundary=o\n\n"
            "--o\nContent-Type: multipart/related; boundary=i\n\n"
            "--i\n\na\n--i--\n"
            "--o\nContent-Type: application/octet-stream\n\nzz\n--o--\n"
        ),
        (
            '((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)'
            ' "related" ("boundary" "i") NIL NIL NIL)'
            '("application" "octet-stream" NIL NIL NIL "7BIT" 2 NIL NIL NIL NIL)'
            ' "mixed" ("boundary" "o") NIL NIL NIL)'
        ),
    ),
    "a message in a message": (
        "Content-Type: message/rfc822\n\nFrom: A <a@home.example>\nSubject: in\n\nHi\nyou\n",
        # 26 + 13 + 2 + 4 + 5 octets
        (
            '("message" "rfc822" NIL NIL NIL "7BIT" 50'
            ' (NIL "in" (("A" NIL "a" "home.example")) (("A" NIL "a" "home.example"))'
            ' (("A" NIL "a" "home.example")) NIL NIL NIL NIL NIL)'
            ' ("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 9 2 NIL NIL NIL NIL)'
            " 5 NIL NIL NIL NIL)"
        ),
    ),
    "a digest: message/rfc822 is the default": (
        "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: one\n\n1\n--d--\n",
        (
            '(("message" "rfc822" NIL NIL NIL "7BIT" 17'
            ' (NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL)'
            ' ("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)'
            ' 2 NIL NIL NIL NIL) "digest" ("boundary" "d") NIL NIL NIL)'
        ),
    ),
    "a message/global is a basic type in IMAP4rev1": (
        "Content-Type: message/global\n\nSubject: in\n\nx\n",
        '("message" "global" NIL NIL NIL "7BIT" 18 NIL NIL NIL NIL)',
    ),
    "a delivery report": (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; home.example\n",
        '("message" "delivery-status" NIL NIL NIL "7BIT" 34 NIL NIL NIL NIL)',
    ),
    "a message in a transfer encoding cannot be opened": (
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3Vi\n",
        '("application" "octet-stream" NIL NIL NIL "base64" 6 NIL NIL NIL NIL)',
    ),
    "a multipart without a boundary is a text": (
        "Content-Type: multipart/mixed\n\nx\n",
        '("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 3 1 NIL NIL NIL NIL)',
    ),
    "octets outside ASCII come in literals": (
        'Content-Type: text/plain; name="\xe9"\nContent-Description: \xe9t\xe9\n\n',
        '("text" "plain" ("name" {1}\r\n\xe9) NIL {3}\r\n\xe9t\xe9 "7BIT" 0 0 NIL NIL NIL NIL)',
    ),
}


@pytest.mark.parametrize(("message", "structure"), SHAPES.values(), ids=SHAPES.keys())
def test_bodystructure(message: str, structure: str) -> None:
    assert bodystructure(crlf(message)) == structure.encode("latin-1")


def test_parameters_in_sections_are_put_together() -> None:
    # RFC 9051 section 7.5.2: "baz*0", "baz*1" and "baz*2" are returned as "baz".
    data = crlf(
        "Content-Type: application/x; baz*0=one; baz*1=two; baz*2=three\n"
        "Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b\n\n"
    )
    told = body_structure(data, scan(data), extensible=True)
    assert b'("baz" "onetwothree")' in told
    assert b'("attachment" ("filename*" "utf-8\'\'a%20b"))' in told


def test_body_has_no_extension_data_at_any_depth() -> None:
    message = crlf(
        "Content-Type: multipart/mixed; boundary=o\nContent-Language: en\n\n"
        "--o\nContent-Type: message/rfc822\nContent-MD5: x\n\n"
        "Content-Disposition: inline\n\nx\n--o--\n"
    )
    assert body(message) == (
        b'(("message" "rfc822" NIL NIL NIL "7BIT" 32'
        b" (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
        b' ("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0) 2) "mixed")'
    )


def test_bare_line_feeds_are_counted_as_they_are() -> None:
    data = b"Content-Type: text/plain\n\none\ntwo\n"
    assert body(data) == b'("text" "plain" NIL NIL NIL "7BIT" 8 2)'


ENVELOPES = {
    "nothing": ("\n", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"),
    "there but empty": (
        "Date:\nSubject:\nFrom:\nSender:\nReply-To:\nTo:\nCc:\nBcc:\nIn-Reply-To:\nMessage-ID:\n\n",
        '("" "" NIL NIL NIL NIL NIL NIL "" "")',
    ),
    "all fields, each its own": (
        (
            'Date: Mon, 2 Mar 2026 09:00:00 +0000\nSubject: Hi "you"\n'
            "From: Alice <alice@home.example>\nSender: s@home.example\nReply-To: r@home.example\n"
            "To: bob@home.example, Carol <c@work.example>\nCc: d@home.example\n"
            "Bcc: e@home.example\n"
            "In-Reply-To: <1@home.example>\nMessage-ID: <2@home.example>\n\n"
        ),
        (
            '("Mon, 2 Mar 2026 09:00:00 +0000" "Hi \\"you\\""'
            ' (("Alice" NIL "alice" "home.example")) ((NIL NIL "s" "home.example"))'
            ' ((NIL NIL "r" "home.example"))'
            ' ((NIL NIL "bob" "home.example")("Carol" NIL "c" "work.example"))'
            ' ((NIL NIL "d" "home.example")) ((NIL NIL "e" "home.example"))'
            ' "<1@home.example>" "<2@home.example>")'
        ),
    ),
    "Sender and Reply-To are as From": (
        "From: a@home.example\nSender:\n\n",
        (
            '(NIL NIL ((NIL NIL "a" "home.example")) ((NIL NIL "a" "home.example"))'
            ' ((NIL NIL "a" "home.example")) NIL NIL NIL NIL NIL)'
        ),
    ),
    "groups": (
        "To: Friends: a@home.example, b@home.example;\nCc: Undisclosed:;\n\n",
        (
            '(NIL NIL NIL NIL NIL ((NIL NIL "Friends" NIL)(NIL NIL "a" "home.example")'
            '(NIL NIL "b" "home.example")(NIL NIL NIL NIL))'
            ' ((NIL NIL "Undisclosed" NIL)(NIL NIL NIL NIL)) NIL NIL NIL)'
        ),
    ),
    "a route": (
        "From: <@x.example,@y.example:a@home.example>\n\n",
        (
            '(NIL NIL ((NIL "@x.example,@y.example" "a" "home.example"))'
            ' ((NIL "@x.example,@y.example" "a" "home.example"))'
            ' ((NIL "@x.example,@y.example" "a" "home.example")) NIL NIL NIL NIL NIL)'
        ),
    ),
    "encoded words stay encoded, folds go": (
        "Subject: =?utf-8?q?caf=C3=A9?=\n and more\n\n",
        '(NIL "=?utf-8?q?caf=C3=A9?= and more" NIL NIL NIL NIL NIL NIL NIL NIL)',
    ),
    "raw octets": (
        "Subject: caf\xe9\n\n",
        "(NIL {4}\r\ncaf\xe9 NIL NIL NIL NIL NIL NIL NIL NIL)",
    ),
}


@pytest.mark.parametrize(("message", "expected"), ENVELOPES.values(), ids=ENVELOPES.keys())
def test_envelope(message: str, expected: str) -> None:
    assert envelope(crlf(message)) == expected.encode("latin-1")


# Any bytes give something that the grammar of section 9 allows.

_LINES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: multipart/digest; boundary=c",
        b"Content-Type: message/rfc822",
        b'Content-Type: text/plain; charset*0=a; x="\\"',
        b"Content-Disposition: attachment; filename=\xff",
        b"Content-Language: a, b",
        b"Content-ID:",
        b"From: a <b@c>, x:;",
        b"Subject: \x00\xe9",
        b"",
        b"--b",
        b"--b--",
        b"--c",
        b"text",
    ]
)
_MESSAGES = st.one_of(
    st.lists(_LINES, max_size=14).map(b"\r\n".join),
    st.lists(_LINES, max_size=14).map(b"\n".join),
    st.binary(max_size=60),
)


def _is_nstring(value: Value) -> bool:
    return value is None or isinstance(value, bytes)


def _is_number(value: Value) -> bool:
    return isinstance(value, Atom) and value.isdigit()


def _check_parameters(value: Value) -> None:
    if value is not None:
        assert isinstance(value, list)
        assert value
        assert len(value) % 2 == 0
        assert all(isinstance(one, bytes) for one in value)


def _check_envelope(value: Value) -> None:
    assert isinstance(value, list)
    assert len(value) == 10
    assert all(_is_nstring(value[n]) for n in (0, 1, 8, 9))
    for addresses in value[2:8]:
        if addresses is None:
            continue
        assert isinstance(addresses, list)
        assert addresses
        for one in addresses:
            assert isinstance(one, list)
            assert len(one) == 4
            assert all(map(_is_nstring, one))


def _check_extension(value: list[Value]) -> None:
    disposition, language, location = value
    if disposition is not None:
        assert isinstance(disposition, list)
        kind, parameters = disposition
        assert isinstance(kind, bytes)
        _check_parameters(parameters)
    if isinstance(language, list):
        assert language
        assert all(isinstance(tag, bytes) for tag in language)
    else:
        assert _is_nstring(language)
    assert _is_nstring(location)


def _check_body(value: Value, *, extensible: bool) -> None:
    assert isinstance(value, list)
    if isinstance(value[0], list):
        count = next(n for n, one in enumerate(value) if not isinstance(one, list))
        for one in value[:count]:
            _check_body(one, extensible=extensible)
        subtype, *rest = value[count:]
        assert isinstance(subtype, bytes)
        if extensible:
            parameters, *extension = rest
            _check_parameters(parameters)
            _check_extension(extension)
        else:
            assert rest == []
        return
    kind, subtype, parameters, identity, description, encoding, octets, *rest = value
    assert isinstance(kind, bytes)
    assert isinstance(subtype, bytes)
    assert isinstance(encoding, bytes)
    assert _is_nstring(identity)
    assert _is_nstring(description)
    assert _is_number(octets)
    _check_parameters(parameters)
    if kind.lower() == b"text":
        lines, *rest = rest
        assert _is_number(lines)
    elif (kind.lower(), subtype.lower()) == (b"message", b"rfc822"):
        inner_envelope, inner_body, lines, *rest = rest
        _check_envelope(inner_envelope)
        _check_body(inner_body, extensible=extensible)
        assert _is_number(lines)
    if extensible:
        md5, *extension = rest
        assert _is_nstring(md5)
        _check_extension(extension)
    else:
        assert rest == []


@given(_MESSAGES)
def test_any_octets_give_what_the_grammar_allows(data: bytes) -> None:
    _check_body(read(body(data)), extensible=False)
    _check_body(read(bodystructure(data)), extensible=True)
    _check_envelope(read(envelope(data)))
