"""Message IDs in header fields, in the one form in which they are compared.

Sources: RFC 5322 §3.6.4 and, for the obsolete forms, §4.5.4; RFC 5256 §3 wants them normalised:
quoted or not, it is the same Message ID.
"""

from __future__ import annotations

import re

from labserver.message.lexis import QUOTED_TEXT, strip_comments, unescape

__all__ = ["message_ids"]

# Possessive: a wrong Message ID is given up at once, however long.
_MESSAGE_ID = re.compile(
    rb'<((?:"' + QUOTED_TEXT + rb'"|[^"<>@])++)@((?:\[(?:[^\[\]\\]|\\.)*+\]|[^\[\]<>@])++)>',
    re.DOTALL,
)
_PIECE = re.compile(rb'"(' + QUOTED_TEXT + rb')"|[^"]+', re.DOTALL)
_WHITE = re.compile(rb"[ \t\r\n]+")


def message_ids(value: bytes) -> tuple[bytes, ...]:
    """Return the valid Message IDs in a field body, in order: `left@right` without brackets.

    Quotes, escapes, comments and white space outside quotes are gone. Case counts. What else
    stands in the field (RFC 5256 §3 speaks of addresses in In-Reply-To) is passed over.
    """
    found = _MESSAGE_ID.finditer(strip_comments(value))
    pairs = ((_unquoted(each[1]), _WHITE.sub(b"", each[2])) for each in found)
    return tuple(b"%b@%b" % pair for pair in pairs if all(pair))


def _unquoted(left: bytes) -> bytes:
    return b"".join(
        _WHITE.sub(b"", piece[0]) if piece[1] is None else unescape(piece[1])
        for piece in _PIECE.finditer(left)
    )
