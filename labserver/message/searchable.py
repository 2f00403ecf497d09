"""What SEARCH BODY and SEARCH TEXT look at (RFC 3501 §6.4.4, RFC 9051 §6.4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.message.decode import text
from labserver.message.fields import field_values
from labserver.message.words import decode_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labserver.message.parts import Part

__all__ = ["part_headers", "searchable_text"]


def searchable_text(data: bytes, root: Part, *, headers: bool) -> Iterator[str]:
    """Yield a message's text in pieces; a string is in the message if it is in one of them.

    Pieces are text parts, decoded, and the headers of embedded messages, with encoded words
    decoded and lines unfolded; with `headers`, first the message's own header. Other leaves of type
    message, such as delivery reports, are text too.
    """
    if headers:
        yield _header_text(data, root)
    yield from _body_pieces(data, root)


def part_headers(data: bytes, root: Part) -> Iterator[str]:
    """Yield the headers of a message's parts, but for those of messages: TEXT looks at them too."""
    for child in root.children:
        if not root.is_message:
            yield _header_text(data, child)
        yield from part_headers(data, child)


def _body_pieces(data: bytes, part: Part) -> Iterator[str]:
    if part.is_message:
        yield _header_text(data, part.children[0])
    for child in part.children:
        yield from _body_pieces(data, child)
    if not part.children and part.type.lower() in ("text", "message"):
        yield text(data, part)


def _header_text(data: bytes, part: Part) -> str:
    lines = (
        f"{name.decode('latin-1')}: {decode_words(value)}"
        for name, value in field_values(data, part)
    )
    return "\n".join(lines)
