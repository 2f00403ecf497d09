"""What SEARCH looks at: a message's texts, folded for comparison, made at its first search.

Texts are case-folded Unicode in UTF-8, and so are the strings that are looked for. UTF-8 finds
no character inside another one, so that comparing octets is comparing text, right for strings of
one character and of none. No string of a client has a NUL (RFC 3501 section 9, note 3): NUL parts
the pieces here, and no match reaches over it.

Encoded words are decoded (RFC 3501 section 6.4.4), so that `q` is not found in every `=?utf-8?q?`.
Who looks for `=?` itself looks for encoded words, and finds them as they stand too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from labserver.imap.opened import Bodies, Gone, open_body
from labserver.message import Part, decode_words, fields, searchable_text, sent_date

__all__ = ["fold", "has_field", "in_body", "in_text", "sent_day"]


def fold(text: str) -> bytes:
    """Return `text` as it is compared, without NUL."""
    return text.replace("\0", "").casefold().encode("utf-8", "replace")


def _header(pairs: Iterator[tuple[bytes, str]]) -> bytes:
    """Return fields as NUL, name, colon, space, value each; and a NUL at the end."""
    pieces = [b"\0%b: %b" % (fold(name.decode("latin-1")), fold(value)) for name, value in pairs]
    return b"".join(pieces) + b"\0"


def _decoded(data: bytes, root: Part) -> bytes:
    return _header((field.name, decode_words(field.value)) for field in fields(data, root))


def _raw(data: bytes, root: Part) -> bytes:
    return _header(
        (field.name, field.value.decode("utf-8", "replace")) for field in fields(data, root)
    )


def _contents(data: bytes, root: Part) -> bytes:
    return b"\0".join(map(fold, searchable_text(data, root, headers=False)))


def _sent(data: bytes, root: Part) -> bytes:
    for field in fields(data, root):
        if field.name.lower() == b"date":
            day = sent_date(field.value)
            return b"" if day is None else day.isoformat().encode("ascii")
    return b""


_KINDS = {
    "imap search header": _decoded,
    "imap search raw header": _raw,
    "imap search body": _contents,
    "imap sent": _sent,
}
_DECODED, _RAW, _BODY, _SENT = _KINDS


def _made(bodies: Bodies, body: int, kind: str) -> bytes:
    """Return what is made of a body. Raises Gone if no message has it any more."""

    def make(data: bytes) -> bytes:
        opened = open_body(bodies, body, data)
        return _KINDS[kind](opened.data, opened.root)

    value = bodies.derived(body, kind, make)
    if value is None:
        raise Gone
    return value


def _headers(bodies: Bodies, body: int, needle: bytes) -> Iterator[bytes]:
    """Yield the forms of a message's header in which `needle` is to be looked for."""
    yield _made(bodies, body, _DECODED)
    if b"=?" in needle:
        yield _made(bodies, body, _RAW)


def _values(header: bytes, name: bytes) -> Iterator[bytes]:
    """Yield the values of the fields of that name, each with the space in front."""
    start = b"\0%b:" % name
    at = header.find(start)
    while at >= 0:
        end = header.index(b"\0", at + 1)
        yield header[at + len(start) : end]
        at = header.find(start, end)


def has_field(bodies: Bodies, body: int, name: bytes, needle: bytes) -> bool:
    """Say whether a field of that (folded) name has `needle` in its value; b"" is in any."""
    if b":" in name:
        return False  # no field's name has one; here it would reach into a value
    return any(
        needle in value
        for header in _headers(bodies, body, needle)
        for value in _values(header, name)
    )


def in_body(bodies: Bodies, body: int, needle: bytes) -> bool:
    """Say whether `needle` is in the body: its texts, and the headers of embedded messages."""
    return needle in _made(bodies, body, _BODY)


def in_text(bodies: Bodies, body: int, needle: bytes) -> bool:
    """Say whether `needle` is in the header or in the body."""
    return any(needle in header for header in _headers(bodies, body, needle)) or in_body(
        bodies, body, needle
    )


def sent_day(bodies: Bodies, body: int) -> date | None:
    """Return the day in the Date field, disregarding time and zone; None without a valid one."""
    value = _made(bodies, body, _SENT)
    return date.fromisoformat(value.decode("ascii")) if value else None
