"""The first words of a message, as a list of messages shows them (RFC 8970 section 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from labserver.message.charsets import to_text
from labserver.message.decode import UnknownEncoding, decode_body
from labserver.message.markup import visible_text
from labserver.message.parameters import decode_parameter

if TYPE_CHECKING:
    from labserver.message.parts import Part

__all__ = ["preview"]

_LONGEST: Final = 200
"""Characters of a preview: what section 3.3 recommends; 256 would be the most."""

_MOST: Final = 128 * 1024
"""Octets of a part that are looked at (section 8: servers may limit what previews cost)."""

_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
# Marketing mail fills up its first line with these; inside words some of them have a meaning.
_INVISIBLE: Final = "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2800\ufeff"
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)
_ENCRYPTED: Final = "-----BEGIN PGP MESSAGE-----"


def preview(data: bytes, root: Part) -> str:
    """Return the first words of a message, in one line; "" if it has none that can be told.

    They are taken from the first part in plain text or HTML that has some and is no attachment;
    lines that quote another message, and what is encrypted, are passed over.
    """
    return next(filter(None, (_words(data, part) for part in _texts(root))), "")


def _texts(part: Part) -> Iterator[Part]:
    if part.disposition is not None and part.disposition[0].lower() == b"attachment":
        return
    for child in part.children:
        yield from _texts(child)
    if not part.children and part.type.lower() == "text":
        yield part


def _words(data: bytes, part: Part) -> str:
    subtype = part.subtype.lower()
    if subtype not in {"plain", "html"}:
        return ""
    try:
        text = _beginning(data, part)
    except UnknownEncoding:
        return ""
    words = _of_html(text) if subtype == "html" else _of_plain(text)
    return words[:_LONGEST].rstrip()


def _beginning(data: bytes, part: Part) -> str:
    """Return the text of a part, of a long one whole lines from its beginning."""
    if part.octets <= _MOST:
        octets = decode_body(data, part)
    else:
        octets = decode_body(data, replace(part, end=part.body + _MOST))
        # A character that was cut in two would make the whole text look wrongly labelled.
        octets = octets[: octets.rfind(b"\n") + 1] or octets
    return to_text(octets, decode_parameter(part.params, "charset"))


def _of_plain(text: str) -> str:
    if text.lstrip().startswith(_ENCRYPTED):
        return ""
    return _folded(_QUOTED.sub("", text)) or _folded(text)


def _of_html(html: str) -> str:
    pieces: list[str] = []
    missing = _LONGEST

    def take(piece: str) -> bool:
        nonlocal missing
        pieces.append(piece)
        missing -= len(_folded(piece))
        return missing > 0

    visible_text(html, take)
    return _folded("".join(pieces))


def _folded(text: str) -> str:
    """Return the words of a text that can be seen, each parted from the next by one space."""
    words = text.translate(_CONTROLS).split()
    return " ".join(word for word in words if word.strip(_INVISIBLE))
