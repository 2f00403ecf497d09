"""Encoded words in header fields (RFC 2047; language tags, RFC 2231 §5)."""

from __future__ import annotations

import re

from labserver.message.charsets import to_text
from labserver.message.transfer import decode_base64, decode_hex

__all__ = ["decode_words"]

_WORD = re.compile(rb"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")


def decode_words(value: bytes) -> str:
    """Return an unfolded field body as text, with its encoded words decoded. Never raises.

    White space between two encoded words vanishes (RFC 2047 §6.2). Neighbours in one character
    set are decoded as one run of octets, since some senders split characters between them. Octets
    outside ASCII are read as UTF-8 if they fit (RFC 6532), else as latin-1; an unknown character
    set likewise. What is no proper encoded word stays as it is.
    """
    if b"=?" not in value:
        return to_text(value, None)
    text: list[str] = []
    pending = bytearray()
    charset: str | None = None
    position = 0
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        named = word[1].decode("latin-1").lower()
        adjacent = charset is not None and not between.strip()
        if not (adjacent and named == charset):
            text.append(to_text(bytes(pending), charset))
            pending.clear()
        if not adjacent:
            text.append(to_text(between, None))
        charset = named
        pending += _octets(word[2], word[3])
        position = word.end()
    text.append(to_text(bytes(pending), charset))
    text.append(to_text(value[position:], None))
    return "".join(text)


def _octets(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"bB":
        return decode_base64(content)
    # RFC 2047 §4.2: an underscore is a space.
    return decode_hex(content.replace(b"_", b" "))
