"""Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8 (RFC 9051 5.1).

In UTF-8 a name may come denormalised: it means the mailbox whose name is its Normalization Form C,
and the client is told so. There `&` is a character like any other.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode, b64encode
from typing import NamedTuple

from labserver.imap.errors import Refused
from labserver.imap.syntax import astring

__all__ = ["BadName", "Name", "decode", "decode_name", "encode", "encode_name"]

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
# A shift and its end, or whatever else may not stand in a name.
_SHIFT = re.compile(rb"&([A-Za-z0-9+,]*)-|&|[^\x20-\x7e]")


class BadName(Refused):
    """A mailbox name that is not in modified UTF-7, or not in its one correct form."""


class Name(NamedTuple):
    """A mailbox name that a client gave: in Normalization Form C, and as it was supplied."""

    text: str
    supplied: str


def decode(octets: bytes, *, utf8: bool) -> Name:
    """Return the name that octets spell, in UTF-8 or in modified UTF-7. Raises BadName."""
    if not utf8:
        text = decode_name(octets)
        return Name(text, text)
    try:
        supplied = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise BadName("The mailbox name is not in UTF-8", code="CANNOT") from None
    return Name(unicodedata.normalize("NFC", supplied), supplied)


def encode(name: str, *, utf8: bool) -> bytes:
    """Return a name as an astring, in UTF-8 or in modified UTF-7."""
    return astring(name.encode("utf-8") if utf8 else encode_name(name), utf8=utf8)


def encode_name(name: str) -> bytes:
    """Return `name` in modified UTF-7. Any text but lone surrogates has exactly one form."""
    if name.isascii() and name.isprintable():
        return name.replace("&", "&-").encode("ascii")
    return _UNPRINTABLE.sub(_shifted, name.replace("&", "&-")).encode("ascii")


def _shifted(run: re.Match[str]) -> str:
    base64 = b64encode(run[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{base64.decode('ascii')}-"


def decode_name(name: bytes) -> str:
    """Return the text of a name in modified UTF-7.

    Raises BadName for what has an octet that may not stand there, a shift without an end, a
    superfluous shift, or a printable character in BASE64: what `encode_name` would not write.
    """
    pieces: list[str] = []
    position = 0
    for shift in _SHIFT.finditer(name):
        pieces.append(name[position : shift.start()].decode("ascii"))
        pieces.append(_unshifted(shift[1]))
        position = shift.end()
    pieces.append(name[position:].decode("ascii"))
    text = "".join(pieces)
    if encode_name(text) != name:
        raise BadName("The mailbox name is not in the shortest modified UTF-7", code="CANNOT")
    return text


def _unshifted(base64: bytes | None) -> str:
    if base64 == b"":
        return "&"
    if base64 is not None:
        padded = base64.replace(b",", b"/") + b"=" * (-len(base64) % 4)
        try:
            return b64decode(padded).decode("utf-16-be")
        except ValueError:
            pass
    raise BadName("The mailbox name is not in modified UTF-7", code="CANNOT")
