"""Bodies without their transfer encoding, and text parts as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.errors import LabError
from labserver.message.charsets import to_text
from labserver.message.parameters import decode_parameter
from labserver.message.transfer import decode_base64, decode_quoted_printable

if TYPE_CHECKING:
    from labserver.message.parts import Part

__all__ = ["UnknownEncoding", "decode_body", "text"]

_IDENTITY = frozenset({b"", b"7bit", b"8bit", b"binary"})


class UnknownEncoding(LabError):
    """A Content-Transfer-Encoding that nobody here knows (RFC 9051 §7.5.2: UNKNOWN-CTE)."""


def decode_body(data: bytes, part: Part) -> bytes:
    """Return the body of `part` with its transfer encoding undone (RFC 2045 §6).

    Damaged base64 and quoted-printable give what can be read. A multipart has no encoding of its
    own, whatever its header says (§6.4). Raises `UnknownEncoding`.
    """
    body = data[part.body : part.end]
    encoding = b"" if part.encoding is None or part.is_multipart else part.encoding.lower()
    if encoding in _IDENTITY:
        return body
    if encoding == b"base64":
        return decode_base64(body)
    if encoding == b"quoted-printable":
        return decode_quoted_printable(body)
    raise UnknownEncoding(f"unknown Content-Transfer-Encoding {encoding[:40]!r}")


def text(data: bytes, part: Part) -> str:
    """Return the body of `part` as text: encoding undone, read in its character set.

    An unknown transfer encoding is left as it is. Line ends stay as they are.
    """
    try:
        octets = decode_body(data, part)
    except UnknownEncoding:
        octets = data[part.body : part.end]
    return to_text(octets, decode_parameter(part.params, "charset"))
