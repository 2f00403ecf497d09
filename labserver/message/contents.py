"""The Content- fields of one header.

Sources: RFC 2045 §5 to §8, RFC 2183 (disposition), RFC 3501 §7.4.2 (which of them a
BODYSTRUCTURE shows).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from labserver.message.fields import unfold
from labserver.message.lexis import strip_comments
from labserver.message.parameters import parse_disposition, parse_media_type
from labserver.message.parts import Disposition, Parameters

__all__ = ["MESSAGE", "TEXT", "Contents", "MediaType", "read_contents"]

_NAMES = rb"(type|transfer-encoding|disposition|id|description|md5|location|language)"
_REST = rb"content-" + _NAMES + rb"[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)"
# With the line end in front, the search jumps from line to line.
_FIELD = re.compile(rb"\n" + _REST, re.IGNORECASE)
_FIRST = re.compile(_REST, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type: type, subtype and parameters as written (RFC 2045 §5.1)."""

    type: str
    subtype: str
    params: Parameters = ()


#: What a part is without a Content-Type, or with one that cannot be read (RFC 2045 §5.2).
TEXT = MediaType("text", "plain", (("charset", b"us-ascii"),))
#: What a part of a multipart/digest is without a Content-Type (RFC 2046 §5.1.5).
MESSAGE = MediaType("message", "rfc822")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the Content- fields of one header say; the first of several fields counts."""

    media: MediaType
    id: bytes | None = None
    description: bytes | None = None
    encoding: bytes | None = None
    md5: bytes | None = None
    location: bytes | None = None
    language: tuple[bytes, ...] = ()
    disposition: Disposition | None = None


def read_contents(data: bytes, start: int, body: int, default: MediaType) -> Contents:
    """Read the Content- fields in `data[start:body]`; `default` is for a missing Content-Type."""
    found: dict[bytes, bytes] = {}
    first = _FIRST.match(data, start, body)
    if first is not None:
        found[first[1].lower()] = first[2]
    for field in _FIELD.finditer(data, start, body):
        found.setdefault(field[1].lower(), field[2])
    if not found:
        return Contents(media=default)
    values = {name: unfold(value) for name, value in found.items()}
    return Contents(
        media=_media(values.get(b"type"), default),
        id=values.get(b"id"),
        description=values.get(b"description"),
        encoding=_encoding(values.get(b"transfer-encoding")),
        md5=values.get(b"md5"),
        location=values.get(b"location"),
        language=_language(values.get(b"language")),
        disposition=_disposition(values.get(b"disposition")),
    )


def _media(value: bytes | None, default: MediaType) -> MediaType:
    if value is None:
        return default
    parsed = parse_media_type(value)
    return TEXT if parsed is None else MediaType(*parsed)


def _encoding(value: bytes | None) -> bytes | None:
    if value is None:
        return None
    # RFC 2045 §6.1: one token. A semicolon behind it is a common slip.
    return strip_comments(value).strip().rstrip(b";").rstrip()


def _language(value: bytes | None) -> tuple[bytes, ...]:
    if value is None:
        return ()
    tags = (tag.strip() for tag in strip_comments(value).split(b","))
    return tuple(tag for tag in tags if tag)


def _disposition(value: bytes | None) -> Disposition | None:
    return None if value is None else parse_disposition(value)
