"""The texts of a message that SEARCH looks into, made of its octets.

Texts are case-folded Unicode in UTF-8, and so are the strings that are looked for. UTF-8 finds
no character inside another one, so that comparing octets is comparing text, right for strings of
one character and of none. No string of a client has a NUL (RFC 3501 section 9, note 3): NUL parts
the pieces here, and no match reaches over it.

Encoded words are decoded (RFC 3501 section 6.4.4), so that `q` is not found in every `=?utf-8?q?`.
Who looks for `=?` itself looks for encoded words, and finds them as they stand too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from labserver.message import (
    Address,
    decode_words,
    envelope,
    field_values,
    outline,
    part_headers,
    scan,
    searchable_text,
    sent_date,
    stray_lines,
)

__all__ = [
    "ADDRESSES",
    "CONTENTS",
    "DECODED",
    "KINDS",
    "PART_HEADERS",
    "RAW",
    "SENT",
    "fold",
    "values_in",
]

PART_HEADERS: Final = b"\0\0"
"""Stands between the texts of a body and the headers of its parts; nothing else has it."""


def fold(text: str) -> bytes:
    """Return `text` as it is compared, without NUL."""
    return text.replace("\0", "").casefold().encode("utf-8", "replace")


def _header(data: bytes, decode: Callable[[bytes], str]) -> bytes:
    """Return fields as NUL, name, colon, space, value each; and a NUL at the end.

    Behind it are the lines that are no field, each with a NUL at its end, and in front an octet
    that is in no UTF-8, so that no name of a field is found there.
    """
    top = outline(data)
    # Folding goes character by character: what is put together first is folded at once.
    pieces = [
        f"\0{name.decode('latin-1')}: " + decode(value).replace("\0", "")
        for name, value in field_values(data, top)
    ]
    text = "".join(pieces).casefold().encode("utf-8", "replace") + b"\0"
    return text + b"".join([b"\xff%b\0" % fold(decode(line)) for line in stray_lines(data, top)])


def _decoded(data: bytes) -> bytes:
    top = outline(data)
    header = data[: top.body]
    if not header.isascii() or b"=?" in header or b"\0" in header:
        return _header(data, decode_words)
    # Nothing to decode, and folding is lower case: the same, in less time.
    fields = b"".join([b"\0%b: %b" % field for field in field_values(data, top)])
    stray = b"".join([b"\xff%b\0" % line for line in stray_lines(data, top)])
    return fields.lower() + b"\0" + stray.lower()


def _raw(data: bytes) -> bytes:
    return _header(data, lambda value: value.decode("utf-8", "replace"))


def _addresses(data: bytes) -> bytes:
    """Return the lists of the envelope as fields, without what is no part of an address."""
    found = envelope(data, outline(data))
    lists = {"from": found.from_, "to": found.to, "cc": found.cc, "bcc": found.bcc}
    text = "".join(
        [f"\0{name}: {', '.join(map(_address, some))}" for name, some in lists.items() if some]
    )
    return text.casefold().encode("utf-8", "replace") + b"\0"


def _address(address: Address) -> str:
    name, mailbox = decode_words(address.name or b""), decode_words(address.mailbox or b"")
    if address.host is not None:
        mailbox = f"{name} <{mailbox}@{decode_words(address.host)}>"
    return mailbox.replace("\0", "")


def _contents(data: bytes) -> bytes:
    root = scan(data)
    texts = _pieces(searchable_text(data, root, headers=False))
    headers = _pieces(part_headers(data, root))
    return texts + PART_HEADERS + headers if headers else texts


def _pieces(texts: Iterable[str]) -> bytes:
    return b"\0".join(filter(None, map(fold, texts)))


def _sent(data: bytes) -> bytes:
    for name, value in field_values(data, outline(data)):
        if name.lower() == b"date":
            day = sent_date(value)
            return b"" if day is None else day.isoformat().encode("ascii")
    return b""


KINDS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "imap search whole header": _decoded,
    "imap search whole raw header": _raw,
    "imap search addresses": _addresses,
    "imap search contents": _contents,
    "imap sent": _sent,
}
"""What makes the texts of a message, by the name under which the store keeps them."""

DECODED, RAW, ADDRESSES, CONTENTS, SENT = KINDS


def values_in(name: bytes, header: bytes) -> bytes:
    """Return the values of the fields of that name, each with the space in front; b"": none."""
    start = b"\0%b:" % name
    found = []
    at = header.find(start)
    while at >= 0:
        end = header.index(b"\0", at + 1)
        found.append(header[at + len(start) : end])
        at = header.find(start, end)
    return b"\0".join(found)
