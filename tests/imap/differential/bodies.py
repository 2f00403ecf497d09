"""Messages with MIME of every shape, and what can break in them, drawn from a seeded generator."""

from __future__ import annotations

import re
from random import Random

from tests.imap.differential.headers import fields

__all__ = ["message"]

_DEEPEST = 4
_KEPT = re.compile(rb"[!-9;-~\x80-\xff]+[ \t]*:|[ \t]|\r\n")
_TYPES = (
    b"text/plain",
    b"text/plain; charset=utf-8",
    b'text/html; charset="iso-8859-1"; x=y',
    b"TEXT/Plain; CHARSET=us-ascii; format=flowed",
    b"application/octet-stream",
    b'application/pdf; name="a file.pdf"',
    b"application/pdf; name*=utf-8''caf%C3%A9.pdf",
    b"application/pdf; name*0=one; name*1=two; name*2*=%20three",
    b"application/pdf; name*0*=utf-8'en'caf%C3; name*1*=%A9.pdf",
    b'image/gif; name="a\\"b\\\\c"',
    b"image/png; name=caf\xc3\xa9.png",
    b"image/png;\r\n\tname=folded",
    b'image/png; name="folded\r\n value"',
    b"message/delivery-status",
    b"message/partial; id=x; number=1; total=2",
    b"message/external-body; access-type=local-file; name=x",
    b"x-own/x-type",
    b"text/plain;",
    b"text/plain; charset",
    b"text/plain; charset=",
    b'text/plain; charset=""',
    b"text / plain",
    b"text/(c)plain; (c) charset=(c)utf-8(c)",
)
_ENCODINGS = (
    b"7bit",
    b"8BIT",
    b"binary",
    b"base64",
    b"Quoted-Printable",
    b"x-unknown",
    b"base64 (comment)",
    b"",
)
_FIELDS = (
    b"Content-ID: <part@home.example>",
    b"Content-ID:",
    b"Content-Description: a part",
    b"Content-Description: =?utf-8?q?caf=C3=A9?=\r\n folded",
    b"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==",
    b"Content-Location: http://home.example/a",
    b"Content-Language: en",
    b"Content-Language: en, de ,fr",
    b"Content-Language:",
    b"Content-Disposition: inline",
    b'Content-Disposition: attachment; filename="a b.txt"; size=10',
    b"Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b",
    b"Content-Disposition: ATTACHMENT (c); FileName=x",
)
_BODIES = (
    b"",
    b"\r\n",
    b"\r\n\r\n",
    b"Text\r\n",
    b"Text without an end",
    b"Two\r\nlines\r\n",
    b"caf\xc3\xa9\r\n",
    b"caf\xe9\r\n",
    b"c2VjcmV0\r\n",
    b"c2Vjcm\r\n!!=V0\r\n=",
    b"caf=C3=A9 soft=\r\nbreak =XY = \r\n",
    b"--\r\n--not a boundary\r\n",
    b"- -- ---\r\n",
    b"lone \r return\r\n",
    b"x" * 5000 + b"\r\n",
    b"From alice Mon Sep  7 09:00:00 2026\r\n",
    b".\r\n..\r\n",
    b"Subject: looks like a header\r\n\r\nbut is none\r\n",
)
_BOUNDARIES = (b"b", b"bb", b"=_1", b"a b", b"'()+_,-./:=?")
_SUBTYPES = (b"mixed", b"alternative", b"digest", b"Related", b"signed", b"x-own", b"report")
_DAMAGES = ("cut", "line away", "line twice", "NUL", "long line")


def _contents(random: Random, content_type: bytes | None) -> bytes:
    # Dovecot looks at Content- fields only beside MIME-Version; a row of `known` says so.
    lines = [b"MIME-Version: 1.0"]
    if content_type is not None:
        lines.append(b"Content-Type: " + content_type)
    if random.random() < 0.2:
        lines.append(b"Content-Transfer-Encoding: " + random.choice(_ENCODINGS))
    more = {}
    while random.random() < 0.15:
        line = random.choice(_FIELDS)
        more[line.partition(b":")[0]] = line
    lines += more.values()
    random.shuffle(lines)
    return b"".join(line + b"\r\n" for line in lines)


def _quoted(boundary: bytes) -> bytes:
    return boundary if boundary.isalnum() else b'"%b"' % boundary


def _multipart(random: Random, depth: int) -> tuple[bytes, bytes]:
    """Return Content-Type and body of a multipart."""
    # None begins with another: which of the two such a line means is a matter of taste.
    boundary = random.choice(_BOUNDARIES) + b"%d" % depth
    body = random.choice((b"", b"", b"preamble\r\n", b"\r\n"))
    for _ in range(random.choice((0, 1, 1, 2, 2, 2, 3))):
        after = random.choice((b"", b"", b"", b"", b" ", b"\t", b" more"))
        body += b"--%b%b\r\n%b" % (boundary, after, _entity(random, depth + 1))
        body += random.choice((b"\r\n", b"\r\n", b"\r\n", b""))
    body += random.choice((b"--%b--\r\n", b"--%b--", b"--%b--\r\nepilogue\r\n", b"--%b-- \r\n"))
    body = body.replace(b"%b", boundary) if random.random() < 0.9 else body
    parameter = random.choice((b"; boundary=%b", b"; boundary=%b", b"; x=y; Boundary=%b", b""))
    if depth > 1 or random.random() < 0.9:
        parameter = parameter or b"; boundary=%b"
    if parameter:
        parameter %= _quoted(boundary)
    return b"multipart/" + random.choice(_SUBTYPES) + parameter, body


def _entity(random: Random, depth: int, *, whole: bool = False) -> bytes:
    """Return a part, or a `whole` message: header, blank line and body."""
    own = fields(random) if whole or random.random() < 0.1 else b""
    shape = random.random()
    if depth < _DEEPEST and shape < 0.35:
        content_type, body = _multipart(random, depth)
    elif depth < _DEEPEST and shape < 0.5:
        content_type = random.choice(
            (b"message/rfc822", b"message/rfc822; x=y", b"Message/RFC822", b"message/rfc822")
        )
        body = _entity(random, depth + 1, whole=True)
        if random.random() < 0.1:
            body = b"\r\n" + body
    else:
        content_type = None if random.random() < 0.2 else random.choice(_TYPES)
        body = random.choice(_BODIES)
    return own + _contents(random, content_type) + b"\r\n" + body


def _spoilt(random: Random, data: bytes) -> bytes:
    """Return `data` with one thing wrong in a line that is neither blank nor a header field."""
    lines = data.splitlines(keepends=True)
    where = [i for i, line in enumerate(lines) if i and not _KEPT.match(line)]
    if not where:
        return data
    at = random.choice(where)
    match random.choice(_DAMAGES):
        case "cut":
            lines[at:] = [lines[at][: random.randrange(len(lines[at]))].rstrip(b"\r")]
        case "line away":
            del lines[at]
        case "line twice":
            lines.insert(at, lines[at])
        case "NUL":
            lines[at] = b"\0" + lines[at]
        case _:
            lines[at] = b"z" * 2500 + lines[at]
    return b"".join(lines)


def message(random: Random) -> bytes:
    """Return a message: CRLF line ends, at least one octet."""
    data = _entity(random, 0, whole=True)
    while random.random() < 0.25:
        data = _spoilt(random, data)
    return data
