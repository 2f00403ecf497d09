"""The octets of a message as POP3 sends them.

The lines of a reply end with CRLF (RFC 1939 section 3). Messages mostly do so already and are
sent as they are stored; one that came with bare LF, or without a line end at its end, is sent with
them, and its size counts them (section 11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from labserver.message import Part, scan

__all__ = ["canonical", "canonical_size", "needs_utf8", "stuffed", "top"]

_BARE_LF = re.compile(rb"(?<!\r)\n")
_BLOCK = 1 << 16
"""Octets whose line ends are counted at once: one by one, millions would hold up the others."""


def canonical(data: bytes) -> bytes:
    """Return the message with CRLF for each bare LF, and a CRLF at its end if it has any octet."""
    if data.count(b"\n") != data.count(b"\r\n"):
        data = _BARE_LF.sub(b"\r\n", data)
    if data and not data.endswith(b"\r\n"):
        data += b"\r\n"
    return data


def canonical_size(data: bytes) -> int:
    """Return `len(canonical(data))` without making it."""
    if not data:
        return 0
    end = 0 if data.endswith(b"\n") else 2
    return len(data) + data.count(b"\n") - data.count(b"\r\n") + end


def stuffed(data: bytes) -> bytes:
    """Return canonical octets with a dot in front of each line that starts with one."""
    if b"\r\n." in data:
        data = data.replace(b"\r\n.", b"\r\n..")
    return b"." + data if data.startswith(b".") else data


def top(data: bytes, lines: int) -> bytes:
    """Return header, blank line and the first `lines` lines of the body of canonical octets."""
    if data.startswith(b"\r\n"):
        at = 2
    else:
        blank = data.find(b"\r\n\r\n")
        if blank < 0:
            return data
        at = blank + 4
    while at < len(data):
        ends = data.count(b"\n", at, at + _BLOCK)
        if ends >= lines:
            for _ in range(lines):
                at = data.find(b"\n", at) + 1
            return data[:at]
        lines -= ends
        at += _BLOCK
    return data


def needs_utf8(data: bytes) -> bool:
    """Tell whether a header of the message, or of a part of it, is UTF-8 beyond ASCII (RFC 6532).

    Other octets beyond ASCII are no text that UTF-8 mode would mend, and 8-bit bodies are MIME's
    (RFC 2045 section 2.8): both are sent as they arrived. Each line is looked at by itself: one
    in another charset does not hide that the next is UTF-8.
    """
    headers = (header for header in _headers(data, scan(data)) if not header.isascii())
    return any(_is_utf8(line) for header in headers for line in header.split(b"\n"))


def _headers(data: bytes, part: Part) -> Iterator[bytes]:
    yield data[part.start : part.body]
    for child in part.children:
        yield from _headers(data, child)


def _is_utf8(line: bytes) -> bool:
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
