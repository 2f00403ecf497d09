"""Header fields of every kind, whole and odd, drawn from a seeded generator.

What the servers are known to read differently is not drawn: it stands in `known`, each in its row.
"""

from __future__ import annotations

from random import Random

__all__ = ["fields"]

_WORDS = (
    b"Alice",
    b"J. R. Hacker",
    b'"Hacker, J."',
    b'"a \\"quoted\\" name"',
    b'"back\\\\slash"',
    b"=?utf-8?q?J=C3=BCrgen?=",
    b"=?iso-8859-1?B?SvxyZ2Vu?= =?iso-8859-1?q?_M=FCller?=",
    b"=?utf-8?q?broken",
    b"J\xc3\xbcrgen",
    b"J\xfcrgen",
    b"(comment) Bob",
    b"Bob (a (nested) comment)",
    b"  two  spaces ",
    b"folded\r\n name",
    b"Bob\r\n\t",
)
_LOCALS = (
    b"alice",
    b"alice.b",
    b'"alice b"',
    b'"al\\"ice"',
    b"alice+tag",
    b'"a@b"',
    b".dot.",
    b"j\xc3\xbc",
)
_DOMAINS = (
    b"home.example",
    b"[192.0.2.1]",
    b"home . example",
    b"h\xc3\xbc.example",
    b"localhost",
)
_ADDRESSES = (
    b"",
    b"<@a.example,@b.example:alice@home.example>",
    b"Alice <@a.example:alice@home.example>",
    b"undisclosed-recipients:;",
    b"Friends: alice@home.example, Bob <bob@home.example>;",
    b'"The Group": ;',
    b"A: a@home.example;, B: b@home.example;",
    b"Unclosed: a@home.example",
    b"alice@home.example (Alice)",
    b"(Alice) alice@home.example",
    b"Alice <alice@home.example> junk",
)
_TEXTS = (
    b"",
    b" ",
    b"Lunch?",
    b"=?utf-8?q?caf=C3=A9?= at noon",
    b"caf\xc3\xa9",
    b"caf\xe9",
    b'a "quoted" \\ text',
    b"folded\r\n subject",
    b"  spaces around  ",
    b"trailing\r\n ",
    b"\r\n first line empty",
    b"(a comment)",
    b"x" * 1100,
    b"{5}",
    b"NIL",
)
_DATES = (
    b"Mon, 7 Sep 2026 09:00:00 +0200",
    b"7 Sep 26 09:00 EST",
    b"Mon, 7 Sep 2026 09:00:00 +0200 (CEST)",
    b"Mon, 07 Sep 2026\r\n 09:00:00 -0000",
    b"yesterday",
    b"",
    b"Tue, 31 Feb 2026 25:61:00 +9999",
)
_IDS = (
    b"<1@home.example>",
    b"<a@b> <c@d>",
    b"<folded@x>\r\n <second@y>",
    b"no brackets",
    b"",
    b'<"quo\\"ted"@home.example>',
)
_LINES = (
    b"X-Odd : value",
    b"X-Empty:",
    b"X-Long: " + b"y" * 3000,
    b"Not a field",
    b"From alice Mon Sep  7 09:00:00 2026",
    b": no name",
    b"X-Eight: \xff\xfe",
    b"Received: from a\r\n\tby b; Mon, 7 Sep 2026 09:00:00 +0200",
    b"MIME-Version: 1.0",
)
_NAMES = {
    b"From": "addresses",
    b"Sender": "addresses",
    b"Reply-To": "addresses",
    b"To": "addresses",
    b"Cc": "addresses",
    b"Bcc": "addresses",
    b"Subject": "text",
    b"Date": "date",
    b"Message-ID": "id",
    b"In-Reply-To": "id",
    b"References": "id",
}


def _address(random: Random) -> bytes:
    address = random.choice(_LOCALS) + b"@" + random.choice(_DOMAINS)
    shape = random.randrange(4)
    if shape == 0:
        return address
    if shape == 1:
        return b"<%b>" % address
    return b"%b <%b>" % (random.choice(_WORDS), address)


def _value(random: Random, kind: str) -> bytes:
    if kind == "addresses":
        if random.random() < 0.3:
            return random.choice(_ADDRESSES)
        separator = random.choice((b", ", b",", b",\r\n "))
        return separator.join(_address(random) for _ in range(random.choice((1, 1, 1, 2, 3))))
    return random.choice({"text": _TEXTS, "date": _DATES, "id": _IDS}[kind])


def fields(random: Random) -> bytes:
    """Return some header lines, each with its line end; the blank line is not among them."""
    names = random.sample(list(_NAMES), random.randrange(6))
    lines = []
    for name in names:
        spelt = random.choice((name, name, name, name.lower(), name.upper()))
        colon = random.choice((b": ", b": ", b": ", b":", b" : ", b":\t"))
        lines.append(spelt + colon + _value(random, _NAMES[name]))
    if random.random() < 0.25:
        lines.append(random.choice(_LINES))
        random.shuffle(lines)
    return b"".join(line + b"\r\n" for line in lines)
