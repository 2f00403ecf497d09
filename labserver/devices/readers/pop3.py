"""Replies of POP3: one line, or several that end with a dot (RFC 1939 section 3)."""

from __future__ import annotations

from labserver.devices.incoming import Incoming
from labserver.devices.reply import Piece, Reply

__all__ = ["read", "unstuffed"]

_MESSAGES = {"RETR", "TOP"}
_ALWAYS = {"CAPA", *_MESSAGES}
_WITHOUT_ARGUMENT = {"LIST", "UIDL"}


def read(incoming: Incoming, command: str) -> Reply:
    """Take up the reply to a command line (the greeting: to an empty one)."""
    first = incoming.line()
    pieces = [Piece(first)]
    ok = first[:3].upper() == b"+OK"
    keyword, *arguments = command.upper().split() or [""]
    if ok and (keyword in _ALWAYS or (keyword in _WITHOUT_ARGUMENT and not arguments)):
        pieces += [Piece(incoming.until_dot(), keyword in _MESSAGES), Piece(b".\r\n")]
    text = first.decode("utf-8", "backslashreplace").rstrip("\r\n")
    return Reply(pieces=tuple(pieces), text=text, ok=ok)


def unstuffed(content: bytes) -> bytes:
    """Return the message: each line that starts with a dot has one dot less."""
    if content.startswith(b"."):
        content = content[1:]
    return content.replace(b"\r\n.", b"\r\n")
