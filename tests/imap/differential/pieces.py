"""APPEND in all its forms, and FETCH BINARY, drawn from a seeded generator."""

from __future__ import annotations

from base64 import b64encode
from random import Random

from tests.imap.differential.keys import joined
from tests.imap.differential.letters import letter
from tests.imap.differential.talk import Command, Literal

__all__ = ["FIRST", "appending", "fetching", "text"]

FIRST = 6
"""How many messages are in INBOX before any are put together."""

_FLAGS = ("\\Seen", "\\Flagged", "$a")
_MAILBOXES = ("INBOX", "inbox", "other", "nowhere")
_SECTIONS = ("", "/;SECTION=HEADER", "/;SECTION=TEXT", "/;SECTION=1", "/;SECTION=1.MIME")
_WRONG = ("/INBOX/;UID=99", "/nowhere/;UID=1", "http://www.example/", "/INBOX;UIDVALIDITY=1/;UID=1")
_DATES = ("", '" 7-Sep-2026 09:00:00 +0200" ', '"17-Jul-1996 02:44:25 -0700" ')
# Not the whole message: a row tells what that is decoded to.
_PARTS = ("1", "2", "3", "9")
_HEADER = b"Subject: a\r\n\r\n"
_OCTETS = (b"", b"abc\r\n", b"caf\xc3\xa9\r\n", bytes(range(1, 256)), b"a\0b", b"x" * 500 + b"\r\n")


def _literal(random: Random, octets: bytes) -> Literal:
    return Literal(octets, plus=random.random() < 0.5)


def text(random: Random) -> bytes:
    """Return a message, or a part of one."""
    drawn = letter(random)
    while b"=\r\n" in drawn:  # quoted-printable in long lines: Dovecot counts some octets wrongly
        drawn = letter(random)
    return random.choice((drawn, _mixed(random), _HEADER, b"text\r\n"))


def _mixed(random: Random) -> bytes:
    """Return a message whose parts are encoded, or not."""
    parts = []
    for _ in range(random.randint(1, 3)):
        octets = random.choice(_OCTETS)
        if random.random() < 0.5 or b"\0" in octets:
            part = b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            parts.append(part + b64encode(octets) + b"\r\n")
        else:
            parts.append(b"Content-Type: text/plain\r\n\r\ntext\r\n")
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"".join(b"--b\r\n" + one + b"\r\n" for one in parts) + b"--b--\r\n"


def _catenated(random: Random, wrong: float) -> list[bytes | Literal]:
    if random.random() < 0.2:
        return [f'CATENATE (URL "/INBOX/;UID={random.randint(1, FIRST)}")'.encode()]
    # What comes first is a header: the lab takes no 8-bit characters in one.
    pieces: list[bytes | Literal] = [b"CATENATE (TEXT ", _literal(random, _HEADER)]
    for _ in range(random.randint(0, 3)):
        if random.random() < 0.5:
            pieces += [b" TEXT ", _literal(random, text(random))]
            continue
        url = f"/INBOX/;UID={random.randint(1, FIRST)}{random.choice(_SECTIONS)}"
        if random.random() < wrong:
            url = random.choice(_WRONG)
        pieces.append(f' URL "{url}"'.encode())
    return [*pieces, b")"]


def appending(random: Random) -> Command:
    """Return an APPEND of one message or of several, whole, in pieces, or as a literal8."""
    mailbox = random.choice(_MAILBOXES)
    wrong = 0.0 if mailbox == "nowhere" else 0.1  # which error comes first is free
    pieces: list[bytes | Literal] = [f"APPEND {mailbox}".encode()]
    for _ in range(random.choice((1, 1, 2, 3))):
        flags = " ".join(random.sample(_FLAGS, random.randrange(3)))
        head = f" ({flags}) " if flags or random.random() < 0.3 else " "
        pieces.append((head + random.choice(_DATES)).encode())
        drawn = random.random()
        if drawn < 0.4:
            pieces += _catenated(random, wrong)
        else:
            pieces += [b"~" if drawn < 0.6 else b"", _literal(random, text(random))]
    return joined(pieces)


def fetching(random: Random) -> Command:
    """Return a FETCH of what is decoded, or of its size, from one of the first messages."""
    part = random.choice(_PARTS)
    partial = f"<{random.randrange(12)}.{random.randint(1, 9)}>" if random.random() < 0.4 else ""
    item = random.choice((f"BINARY.PEEK[{part}]{partial}", f"BINARY.SIZE[{part}]"))
    return [f"UID FETCH {random.randint(1, FIRST)} ({item})".encode()]
