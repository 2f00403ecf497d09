"""The lexical ground that structured header fields share: comments and quoted strings.

Sources: RFC 5322 §3.2.2 (comments), §3.2.4 (quoted strings); RFC 2045 §5.1.
Everything here is linear in its input and accepts any bytes.
"""

from __future__ import annotations

import re

__all__ = ["QUOTED", "QUOTED_TEXT", "comment_end", "strip_comments", "unescape"]

#: The inside of a quoted string, quoted pairs and all.
QUOTED_TEXT = rb'[^"\\]*(?:\\.[^"\\]*)*'
#: A quoted string; the closing quote may be missing at the end of the value.
QUOTED = rb'"' + QUOTED_TEXT + rb'\\?"?'

_NO_COMMENT = re.compile(rb'(?:[^"(\\]+|' + QUOTED + rb"|\\.?)+", re.DOTALL)
_IN_COMMENT = re.compile(rb"[^()\\]*(?:\\.[^()\\]*)*\\?([()]?)", re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


def unescape(text: bytes) -> bytes:
    """Return `text` with every quoted pair replaced by the octet that it stands for."""
    return _ESCAPE.sub(rb"\1", text) if b"\\" in text else text


def comment_end(value: bytes, start: int) -> int:
    """Return the offset after the comment that opens at `start`, or -1 if it is never closed."""
    depth = 1
    position = start + 1
    while depth:
        found = _IN_COMMENT.match(value, position)
        if found is None or not found.group(1):
            return -1
        depth += 1 if found.group(1) == b"(" else -1
        position = found.end()
    return position


def strip_comments(value: bytes) -> bytes:
    """Return `value` with each comment replaced by one space; quoted strings are left alone.

    A comment that is never closed is no comment: it stays, with all that follows.
    """
    if b"(" not in value:
        return value
    kept: list[bytes] = []
    position = 0
    while position < len(value):
        if found := _NO_COMMENT.match(value, position):
            kept.append(found[0])
            position = found.end()
            continue
        end = comment_end(value, position)
        if end < 0:
            kept.append(value[position:])
            break
        kept.append(b" ")
        position = end
    return b"".join(kept)
