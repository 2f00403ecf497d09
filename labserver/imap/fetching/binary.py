"""BINARY: parts without their transfer encoding, out of messages and into them (RFC 3516)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from labserver.imap.errors import Refused
from labserver.imap.opened import Opened
from labserver.message import Part, decode_body, find, header, scan

__all__ = ["extract_binary", "storable"]

_BARE_LF = re.compile(rb"(?<!\r)\n")
_ENCODING = re.compile(
    rb"^content-transfer-encoding[ \t]*:[^\n]*\n(?:[ \t]+[^\r\n][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
_IDENTITY = frozenset({b"", b"7bit", b"8bit", b"binary"})


def extract_binary(message: Opened, path: tuple[int, ...]) -> bytes | None:
    """Return the octets that BINARY[path] names, decoded; None if there is no such part.

    `()` is the message, which has no encoding as a whole. Lines of text end with CRLF, whatever
    they were stored with (section 6; RFC 9051 section 7.5.2). Raises UnknownEncoding.
    """
    if not path:
        return message.data
    if message.decoded is not None and message.decoded[0] == path:
        return message.decoded[1]
    part = find(message.root, path)
    if part is None:
        return None
    octets = decode_body(message.data, part)
    if part.type.lower() == "text":
        octets = _BARE_LF.sub(b"\r\n", octets)
    message.decoded = (path, octets)
    return octets


def storable(data: bytes) -> bytes:
    """Return a message that came as literal8 as all clients can fetch it: with NUL only encoded.

    BODY[] and BODYSTRUCTURE must be in the base protocol's domain (RFC 3516 section 6), so parts
    with NUL octets become base64, which loses nothing (section 4.4); a message without NUL stays
    as it is. Raises Refused where nothing can be encoded: NUL outside the bodies of parts, or in
    one that has an encoding already.
    """
    if b"\0" not in data:
        return data
    pieces = []
    copied = 0
    for part in _with_nul(data, scan(data)):
        pieces += [data[copied : part.start], _encoded(data, part)]
        copied = part.end
    stored = b"".join((*pieces, data[copied:]))
    if b"\0" in stored:
        raise Refused("NUL can stand in the body of a part only", code="UNKNOWN-CTE")
    return stored


def _with_nul(data: bytes, part: Part) -> Iterator[Part]:
    """Yield the leaves that have NUL in their bodies and no encoding, in their order."""
    for child in part.children:
        yield from _with_nul(data, child)
    encoding = (part.encoding or b"").lower()
    if not part.children and encoding in _IDENTITY and data.find(b"\0", part.body, part.end) >= 0:
        yield part


def _encoded(data: bytes, part: Part) -> bytes:
    """Return a part, header and body, in base64."""
    head = _ENCODING.sub(b"", header(data, part))
    text = base64.encodebytes(data[part.body : part.end]).replace(b"\n", b"\r\n")
    if part.end < len(data):
        text = text[:-2]  # the line end in front of the delimiter is there
    return b"Content-Transfer-Encoding: base64\r\n" + head + text
