"""Reads IMAP URLs that refer to messages of this session's user (RFC 5092 section 11).

Only absolute-path references are: CATENATE knows no others (RFC 4469 section 3), and relative-path
references are not to be accepted (RFC 5092 section 7.2).
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from labserver.imap.errors import Malformed, Refused
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.pieces import Piece
from labserver.imap.parsing.sections import read_section
from labserver.imap.values import Link, Section

__all__ = ["bad_link", "read_link"]

_CHAR = r"(?:[A-Za-z0-9\-._~!$'()*+,&=:@/]|%[0-9A-Fa-f]{2})"
_NUMBER = r"[1-9][0-9]{0,9}"
_URL = re.compile(
    rf"/(?!/)(?P<mailbox>{_CHAR}+?)(?:;UIDVALIDITY=(?P<uidvalidity>{_NUMBER}))?"
    rf"/;UID=(?P<uid>{_NUMBER})(?:/;SECTION=(?P<section>{_CHAR}+?))?"
    rf"(?:/;PARTIAL=(?P<offset>[0-9]{{1,10}})(?:\.(?P<count>{_NUMBER}))?)?",
    re.IGNORECASE,
)
# RFC 4469 section 5, url-resp-text; a status response is ASCII here.
_UNTELLABLE = re.compile(r"[^ -\[^-~]")


def bad_link(url: str) -> Refused:
    """Return the refusal of a URL that leads nowhere."""
    told = _UNTELLABLE.sub("?", url) or "?"
    return Refused("The URL leads to nothing here", code=f"BADURL {told}")


def read_link(cursor: Cursor) -> Link:
    """Read a URL, an astring. Raises Refused if it is not one of those above."""
    url = cursor.astring().decode("latin-1")
    found = _URL.fullmatch(url)
    if found is None:
        raise bad_link(url)
    try:
        mailbox = unquote_to_bytes(found["mailbox"]).decode("utf-8")
        section = _section(cursor, found["section"])
    except (UnicodeDecodeError, Malformed):
        raise bad_link(url) from None
    return Link(
        written=url,
        mailbox=mailbox,
        uidvalidity=None if found["uidvalidity"] is None else int(found["uidvalidity"]),
        uid=int(found["uid"]),
        section=section,
        offset=int(found["offset"] or 0),
        count=None if found["count"] is None else int(found["count"]),
    )


def _section(cursor: Cursor, quoted: str | None) -> Section:
    if quoted is None:
        return Section()
    inner = Cursor([Piece(unquote_to_bytes(quoted))], cursor.dialect)
    section = read_section(inner)
    inner.end()
    return section
