"""Header fields, as the exact bytes that they are.

Sources: RFC 5322 §2.2 and §3.6.8; obsolete white space before the colon, §4.5.8. Lines end with
CRLF or with a bare LF, which messages that were appended may hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from labserver.message.parts import Outline, Part

__all__ = [
    "Field",
    "field_values",
    "fields",
    "header",
    "mime_header",
    "raw_fields",
    "select_fields",
    "stray_lines",
    "unfold",
]

# A name is printable and has no colon (RFC 5322 §2.2). Octets above 127 break that rule, but
# such a line can only be meant as a field.
_FIELD = re.compile(
    rb"^([!-9;-~\x80-\xff]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)\n?",
    re.MULTILINE,
)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_WHITE = b" \t\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One header field: its name as written, its extent in the message, its unfolded value.

    `end` is past the field's last line end; `value` has no surrounding white space.
    """

    name: bytes
    start: int
    end: int
    value: bytes


def unfold(value: bytes) -> bytes:
    """Put a field body on one line, without surrounding white space (RFC 5322 §2.2.3)."""
    if b"\n" in value:
        value = _FOLD.sub(b"", value)
    return value.strip(_WHITE)


def raw_fields(data: bytes, part: Part | Outline) -> list[tuple[bytes, bytes]]:
    """Return the name as written and the folded value of each header field of `part`.

    Lines that are no field (no colon, an mbox `From ` line) are passed over.
    """
    return _FIELD.findall(data, part.start, part.body)


def field_values(data: bytes, part: Part | Outline) -> list[tuple[bytes, bytes]]:
    """Return the name as written and the unfolded value of each header field of `part`."""
    return [(name, unfold(value)) for name, value in raw_fields(data, part)]


def stray_lines(data: bytes, part: Part | Outline) -> list[bytes]:
    """Return the lines of `part`'s header that belong to no field, without their line ends."""
    rest = _FIELD.sub(b"", data[part.start : part.body])
    return [line for line in rest.splitlines() if line]


def _matches(data: bytes, part: Part | Outline) -> Iterator[re.Match[bytes]]:
    return _FIELD.finditer(data, part.start, part.body)


def fields(data: bytes, part: Part | Outline) -> tuple[Field, ...]:
    """Return all header fields of `part`, in the order of the message."""
    return tuple(
        Field(name=found[1], start=found.start(), end=found.end(), value=unfold(found[2]))
        for found in _matches(data, part)
    )


def header(data: bytes, part: Part | Outline) -> bytes:
    """Return the exact header of `part`, with the blank line that ends it if there is one."""
    return data[part.start : part.body]


def mime_header(data: bytes, part: Part) -> bytes:
    """Return what `n.MIME` names: a body part's header (RFC 3501 §6.4.5, RFC 9051 §6.4.5.1).

    Part 1 of a message that is no multipart has no header of its own but the message's.
    """
    return header(data, part)


def select_fields(
    data: bytes, part: Part | Outline, names: Collection[bytes], *, exclude: bool = False
) -> bytes:
    """Return HEADER.FIELDS, or with `exclude` HEADER.FIELDS.NOT (RFC 3501 §6.4.5).

    The fields whose name is among `names`, case apart, as they stand and in the order of the
    message; then the blank line, unless the message has none. With `exclude` all of the header
    but these fields: lines that are no field have no name to leave them out by.
    """
    wanted = {name.lower() for name in names}
    named = [found for found in _matches(data, part) if found[1].lower() in wanted]
    if not exclude:
        return b"".join(found[0] for found in named) + _blank_line(data, part)
    rest: list[bytes] = []
    position = part.start
    for found in named:
        rest.append(data[position : found.start()])
        position = found.end()
    return b"".join(rest) + data[position : part.body]


def _blank_line(data: bytes, part: Part | Outline) -> bytes:
    """Return the blank line that ends `part`'s header, as written, or nothing."""
    for blank in (b"\r\n", b"\n"):
        begin = part.body - len(blank)
        if begin < part.start or not data.endswith(blank, begin, part.body):
            continue
        if begin == part.start or data[begin - 1 : begin] == b"\n":
            return blank
    return b""
