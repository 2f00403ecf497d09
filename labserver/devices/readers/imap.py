"""Replies of IMAP: responses with literals, up to the one that bears the command's tag.

A response is a line, or several with literals between them (RFC 3501 section 4.3). A
continuation request, `+`, ends a reply too: then it is the client's turn again (section 7.5).
"""

from __future__ import annotations

import re

from labserver.devices.incoming import Incoming
from labserver.devices.reply import Piece, Reply

__all__ = ["Response", "read", "response", "wants_more"]

Response = tuple[Piece, ...]

_LITERAL = re.compile(rb"\{([0-9]{1,10})\}\r\n$")
_STATUS = re.compile(rb"\S+ (OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_OK = re.compile(rb"\S+ (OK|PREAUTH)\b", re.IGNORECASE)
_BAD = re.compile(rb"\* BAD\b", re.IGNORECASE)


def response(incoming: Incoming) -> Response:
    """Take up one response."""
    pieces = [Piece(incoming.line())]
    if _STATUS.match(pieces[0].octets):
        return tuple(pieces)  # Text for people, whatever it ends with.
    while found := _LITERAL.search(pieces[-1].octets):
        pieces.append(Piece(incoming.exactly(int(found[1])), content=True))
        pieces.append(Piece(incoming.line()))
    return tuple(pieces)


def read(incoming: Incoming, tag: str) -> tuple[Reply, tuple[Response, ...]]:
    """Take up the responses up to the one that ends the reply (an empty tag: the first one).

    An untagged BAD ends it too: the server could not make out a tag (RFC 3501 section 7.1.3).
    """
    ending = tag.encode("utf-8") + b" "
    responses = []
    while True:
        responses.append(response(incoming))
        first = responses[-1][0].octets
        if not tag or first.startswith((ending, b"+")) or _BAD.match(first):
            break
    text = first.decode("utf-8", "backslashreplace").rstrip("\r\n")
    ok = first.startswith(b"+") or _OK.match(first) is not None
    pieces = tuple(piece for each in responses for piece in each)
    return Reply(pieces=pieces, text=text, ok=ok), tuple(responses)


def wants_more(reply: Reply) -> bool:
    """Whether the server waits for the rest of the command."""
    return reply.text.startswith("+")
