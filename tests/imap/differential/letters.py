"""Well-formed messages for SEARCH, drawn from a seeded generator: valid dates, proper addresses."""

from __future__ import annotations

from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Sequence
from random import Random

__all__ = ["answering", "letter"]

_NAMES = ("", "Alice", '"Hacker, J."', "=?utf-8?q?J=C3=BCrgen?=", "=?iso-8859-1?b?SvxyZ2Vu?=")
_ADDRESSES = ("alice@home.example", "bob@work.example", "j.hacker@home.example")
_SUBJECTS = (
    "",
    "Lunch at noon?",
    "Re: lunch",
    "folded\r\n subject",
    "=?utf-8?q?caf=C3=A9?= at noon",
    "=?utf-8?b?TcO8bGxlcg==?=",
    "=?iso-8859-1?q?M=FC?= =?iso-8859-1?q?ller?=",
)
_DATES = (
    "Sun, 6 Sep 2026 23:59:59 -1100",
    "Mon, 7 Sep 2026 00:00:00 +0000",
    "7 Sep 2026 09:00 +0200",
    "Tue, 8 Sep 2026 00:30:00 +1300 (odd zone)",
    "Mon, 2 Mar 2026 09:00:00 -0500",
)
_TEXTS = (
    "",
    "At noon, the usual place?\r\n",
    "caf\u00e9 M\u00fcller\r\n",
    "a secret: xyzzy\r\nsecond line\r\n",
    "x" * 700 + "\r\n",
    "JÜRGEN home.example 2026\r\n",
)


def _leaf(random: Random) -> bytes:
    text = random.choice(_TEXTS)
    charset = random.choice(("utf-8", "iso-8859-1"))
    octets = text.encode(charset)
    encoding = random.choice(("8bit", "base64", "quoted-printable"))
    if encoding == "base64":
        octets = b64encode(octets) + b"\r\n"
    elif encoding == "quoted-printable":
        octets = b2a_qp(octets, istext=True)
    kind = random.choice(("text/plain", "text/plain", "application/octet-stream"))
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return head.encode() + b"\r\n" + octets


def _multipart(random: Random) -> bytes:
    parts = b"".join(b"--b\r\n" + _leaf(random) + b"\r\n" for _ in range(random.randint(1, 3)))
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


_ANSWERS = (
    "Re: Lunch at noon?",
    "RE[2]:  lunch at noon? (fwd)",
    "Fwd: [list] Lunch at noon?",
    "[list] [home] lunch at noon?",
    "[Fwd: Re: caf\u00e9 at noon]",
    "=?utf-8?q?Re=3A_caf=C3=A9_at_noon?=",
    "Re:",
    "[list]",
    "10 things",
    "9 things",
    "_under",
    "Zebra",
    "apple",
    "\u00c4pfel",
)


def answering(random: Random) -> bytes:
    """Return a message with a subject of a conversation, and perhaps what it answers."""

    def ids(most: int) -> str:
        return " ".join(f"<{random.randint(1, 24)}@home.example>" for _ in range(most))

    head = ""
    if random.random() < 0.5:
        head += f"References: {ids(random.randint(1, 4))}\r\n"
    if random.random() < 0.4:
        head += f"In-Reply-To: {ids(1)}\r\n"
    return head.encode() + letter(random, (*_SUBJECTS, *map(_written, _ANSWERS)))


def _written(subject: str) -> str:
    if subject.isascii():
        return subject
    return f"=?utf-8?b?{b64encode(subject.encode()).decode()}?="


def letter(random: Random, subjects: Sequence[str] = _SUBJECTS) -> bytes:
    """Return a message with one of `subjects`."""

    def address() -> str:
        return f"{random.choice(_NAMES)} <{random.choice(_ADDRESSES)}>".strip()

    head = (
        f"From: {address()}\r\nTo: {address()}, {address()}\r\n"
        f"Subject: {random.choice(subjects)}\r\nDate: {random.choice(_DATES)}\r\n"
        f"Message-ID: <{random.randint(1, 20)}@home.example>\r\nMIME-Version: 1.0\r\n"
    )
    for name in ("Cc", "Bcc", "X-Empty"):
        if random.random() < 0.3:
            head += f"{name}: {'' if name == 'X-Empty' else address()}\r\n"
    return head.encode() + (_leaf(random) if random.random() < 0.6 else _multipart(random))
