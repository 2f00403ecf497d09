"""A person's Forward: a new message, and in it the one that it is about (RFC 2046 section 5.2.1).

The one inside is attached octet by octet. Nothing here goes through a library that writes messages:
what comes out of one is seldom what went in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from labserver.message import Part, field_values, header, message_ids, outline, scan

__all__ = ["Cover", "forwarded", "international"]

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The new message: who sends it to whom and when, and what they write.

    `message_id` is without its brackets; `boundary()` gives a fresh boundary.
    """

    sender: str
    to: tuple[str, ...]
    moment: datetime
    message_id: str
    boundary: Callable[[], str]
    text: str


def forwarded(original: bytes, cover: Cover) -> bytes:
    """Return the new message with `original` attached as it is."""
    fields = {name.lower(): value for name, value in field_values(original, outline(original))}
    boundary = cover.boundary()
    while boundary.encode() in original or boundary in cover.text:
        boundary = cover.boundary()
    lines = [
        f"Date: {format_datetime(cover.moment)}",
        f"From: {cover.sender}",
        f"To: {', '.join(cover.to)}",
        f"Subject: {_subject(fields.get(b'subject', b''))}",
        f"Message-ID: <{cover.message_id}>",
        *_references(fields.get(b"message-id", b"")),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        *_encoding(original, cover.text.encode()),
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=utf-8",
        *_encoding(cover.text.encode()),
        "",
        *_LINE_END.split(cover.text),
        f"--{boundary}",
        f"Content-Type: message/{'global' if international(original) else 'rfc822'}",
        "Content-Disposition: attachment",
        *_encoding(original),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + original + f"\r\n--{boundary}--\r\n".encode()


def international(message: bytes) -> bool:
    """Whether a header in it, of a part inside too, is not ASCII (RFC 6531 section 3.2)."""

    def found(part: Part) -> bool:
        return not header(message, part).isascii() or any(map(found, part.children))

    return not message.isascii() and found(scan(message))


def _encoding(*contents: bytes) -> list[str]:
    # RFC 2046 section 5.2.1: a message inside is not encoded, so neither is what holds it.
    return [] if all(map(bytes.isascii, contents)) else ["Content-Transfer-Encoding: 8bit"]


def _subject(value: bytes) -> str:
    """Return the subject with Fwd: before it; encoded words stay as they are."""
    subject = f"Fwd: {value.decode('utf-8', 'replace')}".strip()
    charset = "us-ascii" if subject.isascii() else "utf-8"
    return Header(subject, charset, header_name="Subject").encode(linesep="\r\n")


def _references(value: bytes) -> list[str]:
    """Return a field that names the original, if it has a name: so programs thread the two."""
    return [f"References: <{each.decode('ascii', 'replace')}>" for each in message_ids(value)[:1]]
