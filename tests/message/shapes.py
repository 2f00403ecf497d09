"""Messages of many shapes, whole and broken, shared by the tests of this folder."""

from __future__ import annotations

__all__ = ["NESTED", "REPORT", "SHAPES", "SIMPLE", "crlf"]


def crlf(text: str) -> bytes:
    """A message written with plain line ends, as it goes over a wire."""
    return text.replace("\n", "\r\n").encode()


SIMPLE = crlf("""\
From: Alice <alice@home.example>
To: Bob <bob@home.example>
Subject: Lunch?
Date: Mon, 7 Sep 2026 09:00:00 +0200
Message-ID: <1@home.example>

Noon, the usual place?

Alice
""")

# RFC 2046 §5.1.1, the simple example.
RFC_2046 = crlf("""\
From: Nathaniel Borenstein <nsb@bellcore.com>
To: Ned Freed <ned@innosoft.com>
Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)
Subject: Sample message
MIME-Version: 1.0
Content-type: multipart/mixed; boundary="simple boundary"

This is the preamble.  It is to be ignored, though it
is a handy place for composition agents to include an
explanatory note to non-MIME conformant readers.

--simple boundary

This is implicitly typed plain US-ASCII text.
It does NOT end with a linebreak.
--simple boundary
Content-type: text/plain; charset=us-ascii

This is explicitly typed plain US-ASCII text.
It DOES end with a linebreak.

--simple boundary--

This is the epilogue.  It is also to be ignored.
""")

# The part specifiers of RFC 3501 §6.4.5 (RFC 9051 §6.4.5.1) as a message.
NESTED = crlf("""\
Subject: outer
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: text/plain

one
--outer
Content-Type: application/octet-stream

two
--outer
Content-Type: message/rfc822

Subject: three
Content-Type: multipart/mixed; boundary=three

--three
Content-Type: text/plain

three one
--three
Content-Type: application/octet-stream

three two
--three--
--outer
Content-Type: multipart/mixed; boundary=four

--four
Content-Type: image/gif
Content-ID: <gif@home.example>

four one
--four
Content-Type: message/rfc822

Subject: four two
Content-Type: multipart/mixed; boundary=fourtwo

--fourtwo
Content-Type: text/plain

four two one
--fourtwo
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain

four two two one
--inner
Content-Type: text/richtext

four two two two
--inner--
--fourtwo--
--four--
--outer--
""")

# A delivery report: text, a status that is of type message but no message, the returned header.
REPORT = crlf("""\
From: Mail Delivery System <MAILER-DAEMON@work.example>
To: alice@home.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r=_1"

--r=_1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.

--r=_1
Content-Type: message/delivery-status

Reporting-MTA: dns; work.example

Final-Recipient: rfc822; nobody@work.example
Action: failed
Status: 5.1.1

--r=_1
Content-Type: text/rfc822-headers

Subject: Lunch?

--r=_1--
""")

_HEAD = "Content-Type: multipart/mixed; boundary=b\n\n"

#: Name, bytes, and the tree expected: a leaf is (type, body), what holds parts is (type, [parts]).
SHAPES = [
    ("nothing at all", b"", ("text/plain", b"")),
    ("no header", b"\r\nhello", ("text/plain", b"hello")),
    ("no header, bare LF", b"\nhello", ("text/plain", b"hello")),
    ("header only", b"Subject: x\r\n", ("text/plain", b"")),
    ("header without line end", b"Subject: x", ("text/plain", b"")),
    ("bare LF", b"Content-Type: text/html\n\nhello\n", ("text/html", b"hello\n")),
    ("mixed line ends", b"Content-Type: text/html\r\n\nhello\n", ("text/html", b"hello\n")),
    ("a line of white space is a fold", b"A: b\r\n \r\n\r\nc", ("text/plain", b"c")),
    (
        "case kept, folded, with comments",
        crlf("CONTENT-TYPE: Text/(why?)HTML;\n\tCharset=utf-8 (what (else))\n\nx"),
        ("Text/HTML", b"x"),
    ),
    ("type that is none", crlf("Content-Type: text\n\nx"), ("text/plain", b"x")),
    ("empty type", crlf("Content-Type:\n\nx"), ("text/plain", b"x")),
    ("first of two types", crlf("Content-Type: a/b\nContent-Type: c/d\n\nx"), ("a/b", b"x")),
    (
        "the example of RFC 2046",
        RFC_2046,
        (
            "multipart/mixed",
            [
                (
                    "text/plain",
                    (
                        b"This is implicitly typed plain US-ASCII text.\r\n"
                        b"It does NOT end with a linebreak."
                    ),
                ),
                (
                    "text/plain",
                    (
                        b"This is explicitly typed plain US-ASCII text.\r\n"
                        b"It DOES end with a linebreak.\r\n"
                    ),
                ),
            ],
        ),
    ),
    (
        "white space after delimiters",
        crlf(f"{_HEAD}--b \t\n\none\n--b-- \n"),
        ("multipart/mixed", [("text/plain", b"one")]),
    ),
    (
        "never closed",
        crlf(f"{_HEAD}--b\n\none\n--b\n\ntwo\n"),
        ("multipart/mixed", [("text/plain", b"one"), ("text/plain", b"two\r\n")]),
    ),
    (
        "cut off in a delimiter",
        crlf(f"{_HEAD}--b\n\none\n--b"),
        ("multipart/mixed", [("text/plain", b"one")]),
    ),
    (
        "empty parts",
        crlf(f"{_HEAD}--b\n--b\n\n--b\n\n\n--b--"),
        ("multipart/mixed", [("text/plain", b""), ("text/plain", b""), ("text/plain", b"")]),
    ),
    (
        "a header and no blank line",
        crlf(f"{_HEAD}--b\nContent-Type: a/b\n--b\nContent-Type: c/d\n\nx\n--b--\n"),
        ("multipart/mixed", [("a/b", b""), ("c/d", b"x")]),
    ),
    (
        "parts after the end are epilogue",
        crlf(f"{_HEAD}--b\n\none\n--b--\n--b\n\ntwo\n"),
        ("multipart/mixed", [("text/plain", b"one")]),
    ),
    ("no boundary", crlf("Content-Type: multipart/mixed\n\n--\nx"), ("text/plain", b"--\r\nx")),
    (
        "empty boundary",
        crlf('Content-Type: multipart/mixed; boundary=""\n\n--\nx'),
        ("text/plain", b"--\r\nx"),
    ),
    ("boundary never met", crlf(f"{_HEAD}hello\n"), ("text/plain", b"hello\r\n")),
    (
        "closed before it began",
        crlf(f"{_HEAD}--b--\nhello\n"),
        ("text/plain", b"--b--\r\nhello\r\n"),
    ),
    (
        "transfer encoding on a multipart",
        crlf(f"Content-Transfer-Encoding: base64\n{_HEAD}--b\n\none\n--b--\n"),
        ("multipart/mixed", [("text/plain", b"one")]),
    ),
    (
        "outer delimiter inside an inner multipart",
        crlf(
            f"{_HEAD}--b\nContent-Type: multipart/alternative; boundary=c\n\n"
            "--c\n\none\n--b\n\ntwo\n--c\nstill two\n--b--\n"
        ),
        (
            "multipart/mixed",
            [
                ("multipart/alternative", [("text/plain", b"one")]),
                ("text/plain", b"two\r\n--c\r\nstill two"),
            ],
        ),
    ),
    (
        "outer delimiter inside an inner header",
        crlf(f"{_HEAD}--b\nContent-Type: message/rfc822\n\nSubject: x\n--b\n\ntwo\n--b--\n"),
        ("multipart/mixed", [("message/rfc822", [("text/plain", b"")]), ("text/plain", b"two")]),
    ),
    (
        "one boundary begins like the other",
        crlf(
            f"{_HEAD}--b\nContent-Type: multipart/mixed; boundary=bb\n\n"
            "--bb\n\none\n--bb\n\ntwo\n--bb--\n--b\n\nthree\n--b--\n"
        ),
        (
            "multipart/mixed",
            [
                ("multipart/mixed", [("text/plain", b"one"), ("text/plain", b"two")]),
                ("text/plain", b"three"),
            ],
        ),
    ),
    (
        "a boundary that ends in hyphens",
        crlf(
            f"{_HEAD}--b\nContent-Type: multipart/mixed; boundary=b--\n\n"
            "--b--\n\none\n--b----\n--b\n\ntwo\n--b--\n"
        ),
        (
            "multipart/mixed",
            [("multipart/mixed", [("text/plain", b"one")]), ("text/plain", b"two")],
        ),
    ),
    (
        "text after the boundary on its line",
        crlf(f"{_HEAD}--b and more\n\none\n--b--and more\nepilogue\n"),
        ("multipart/mixed", [("text/plain", b"one")]),
    ),
    (
        "text after the boundary: the longest counts",
        crlf(
            f"{_HEAD}--b\nContent-Type: multipart/mixed; boundary=bb\n\n"
            "--bb\n\none\n--bb and more\n\ntwo\n--bb--\n--b--\n"
        ),
        (
            "multipart/mixed",
            [("multipart/mixed", [("text/plain", b"one"), ("text/plain", b"two")])],
        ),
    ),
    (
        "signature and dashes are no delimiters",
        crlf(f"{_HEAD}--b\n\none\n-- \nAlice\n--\n --b\nx--b\n--b--\n"),
        ("multipart/mixed", [("text/plain", b"one\r\n-- \r\nAlice\r\n--\r\n --b\r\nx--b")]),
    ),
    (
        "bare LF multipart",
        _HEAD.encode() + b"--b\n\none\n--b\n\ntwo\n\n--b--\n",
        ("multipart/mixed", [("text/plain", b"one"), ("text/plain", b"two\n")]),
    ),
    (
        "digest",
        crlf(
            "Content-Type: multipart/digest; boundary=b\n\n"
            "--b\n\nSubject: x\n\none\n--b\nContent-Type: text/plain\n\ntwo\n--b--\n"
        ),
        (
            "multipart/digest",
            [("message/rfc822", [("text/plain", b"one")]), ("text/plain", b"two")],
        ),
    ),
    (
        "message/global",
        crlf("Content-Type: message/global\nContent-Transfer-Encoding: 8bit\n\nSubject: ä\n\nx"),
        ("message/global", [("text/plain", b"x")]),
    ),
    (
        "message in base64",
        crlf("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA=="),
        ("application/octet-stream", b"U3ViamVjdDogeA=="),
    ),
    (
        "other kinds of message are leaves",
        crlf("Content-Type: message/delivery-status\n\nAction: failed\n"),
        ("message/delivery-status", b"Action: failed\r\n"),
    ),
    (
        "message in a message",
        crlf("Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nA: b\n\nx"),
        ("message/rfc822", [("message/rfc822", [("text/plain", b"x")])]),
    ),
    (
        "NUL, 8-bit and lone CR",
        b"Content-Type: text/html\r\nX: \x00\xff\r\r\n\r\n\x00\r\xff\r\n",
        ("text/html", b"\x00\r\xff\r\n"),
    ),
]
