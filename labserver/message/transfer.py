"""Transfer encodings undone, however damaged (RFC 2045 §6.7 and §6.8). Nothing here raises."""

from __future__ import annotations

import binascii
import re

__all__ = ["decode_base64", "decode_hex", "decode_quoted_printable"]

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_OTHER = bytes(set(range(256)) - set(_ALPHABET))
_LOOSE = re.compile(rb"=(?![0-9A-Fa-f]{2})")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_LINE_TAIL = re.compile(rb"(?<![ \t])[ \t]+(?=\r?\n|\Z)")
_SOFT_BREAK = re.compile(rb"=\r?\n|=\Z")


def decode_base64(content: bytes) -> bytes:
    """Decode base64: other characters are ignored, missing padding is supplied.

    Padding ends the data; a last lone character, six bits of nothing, is dropped.
    """
    digits = content.translate(None, _OTHER)
    padding = digits.find(b"=")
    if padding >= 0:
        digits = digits[:padding]
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def decode_quoted_printable(content: bytes) -> bytes:
    """Decode quoted-printable; an equals sign that begins nothing stands for itself.

    White space at the end of a line was added on the way and goes (§6.7, rule 3); line ends
    stay as they are.
    """
    if b" " in content or b"\t" in content:
        content = _LINE_TAIL.sub(b"", content)
    return decode_hex(_SOFT_BREAK.sub(b"", content))


def decode_hex(content: bytes) -> bytes:
    """Replace each `=XX` by its octet."""
    if _LOOSE.search(content) is None:
        return binascii.a2b_qp(content)
    # The library would swallow what follows an equals sign that begins nothing.
    return _HEX.sub(lambda found: binascii.unhexlify(found[1]), content)
