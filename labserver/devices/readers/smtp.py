"""Replies of SMTP: lines with a code; a hyphen says that more follow (RFC 5321 section 4.2.1)."""

from __future__ import annotations

from labserver.devices.incoming import Incoming
from labserver.devices.reply import Piece, Reply

__all__ = ["code", "read"]


def read(incoming: Incoming, command: str) -> Reply:  # noqa: ARG001 - all commands alike
    """Take up a reply."""
    lines = [incoming.line()]
    while lines[-1][3:4] == b"-":
        lines.append(incoming.line())
    text = lines[-1].decode("utf-8", "backslashreplace").rstrip("\r\n")
    # 2yz and 3yz: done, or the server wants more (RFC 5321 section 4.2.1).
    return Reply(pieces=tuple(map(Piece, lines)), text=text, ok=text[:1] in {"2", "3"})


def code(reply: Reply) -> int:
    """Return the code of a reply; 0 if it has none."""
    digits = reply.text[:3]
    return int(digits) if digits.isascii() and digits.isdigit() else 0
