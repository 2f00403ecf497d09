"""Replies of POP3: one line, or several that end with a dot (RFC 1939 section 3).

A challenge, `+` and a space, ends a reply too: it is the client's turn (RFC 5034 section 4).
"""

from __future__ import annotations

from labserver.devices.incoming import Incoming
from labserver.devices.reply import Piece, Reply

__all__ = ["challenges", "read", "unstuffed"]

_MESSAGES = {"RETR", "TOP"}
_ALWAYS = {"CAPA", *_MESSAGES}
# LANG lists languages (RFC 6856 section 3.2); some servers list mechanisms after AUTH alone.
_WITHOUT_ARGUMENT = {"LIST", "UIDL", "LANG", "AUTH"}


def read(incoming: Incoming, command: str) -> Reply:
    """Take up the reply to a command line (the greeting, and after responses: to an empty one)."""
    first = incoming.line()
    pieces = [Piece(first)]
    ok = first[:3].upper() == b"+OK"
    keyword, *arguments = command.upper().split() or [""]
    if ok and (keyword in _ALWAYS or (keyword in _WITHOUT_ARGUMENT and not arguments)):
        pieces += [Piece(incoming.until_dot(), keyword in _MESSAGES), Piece(b".\r\n")]
    text = first.decode("utf-8", "backslashreplace").rstrip("\r\n")
    return Reply(pieces=tuple(pieces), text=text, ok=ok or _challenge(text))


def challenges(reply: Reply) -> bool:
    """Whether the server waits for a response."""
    return _challenge(reply.text)


def _challenge(text: str) -> bool:
    return text == "+" or text.startswith("+ ")


def unstuffed(content: bytes) -> bytes:
    """Return the message: each line that starts with a dot has one dot less."""
    if content.startswith(b"."):
        content = content[1:]
    return content.replace(b"\r\n.", b"\r\n")
