"""Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from labserver.imap.errors import Refused

__all__ = ["BadName", "decode_name", "encode_name"]

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
# A shift and its end, or whatever else may not stand in a name.
_SHIFT = re.compile(rb"&([A-Za-z0-9+,]*)-|&|[^\x20-\x7e]")


class BadName(Refused):
    """A mailbox name that is not in modified UTF-7, or not in its one correct form."""


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
