"""Reads the arguments of APPEND and REPLACE.

RFC 3501 section 6.3.11, in the form of RFC 4466 section 2.7; RFC 8508 section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labserver.imap.errors import Malformed
from labserver.imap.naming.names import Name
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.links import read_link
from labserver.imap.parsing.words import read_date_time, read_flags, read_name
from labserver.imap.values import STAR, Link, SequenceSet

__all__ = ["Appending", "Replacing", "Upload", "read_append", "read_replace"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A message that the client brings; `moment` None: now.

    `content` is what it sends, or pieces to be put together (RFC 4469): octets, and links to
    what is on the server.
    """

    flags: tuple[str, ...]
    moment: datetime | None
    content: bytes | tuple[bytes | Link, ...]


@dataclass(frozen=True, slots=True)
class Appending:
    """Messages for a mailbox, at least one."""

    name: Name
    messages: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Replacing:
    """Which message goes, the mailbox for the new one, and that."""

    old: SequenceSet
    name: Name
    message: Upload


def read_append(cursor: Cursor) -> Appending:
    """Read a mailbox name, and a message; with MULTIAPPEND any number of them (RFC 3502)."""
    cursor.space()
    name = read_name(cursor)
    cursor.space()
    messages = [_read_message(cursor)]
    while cursor.dialect.offers("MULTIAPPEND") and cursor.takes(b" "):
        messages.append(_read_message(cursor))
    return Appending(name, tuple(messages))


def read_replace(cursor: Cursor) -> Replacing:
    """Read one message number or UID, a mailbox name, and one message (RFC 8508 section 5)."""
    cursor.space()
    number = STAR if cursor.takes(b"*") else cursor.nz_number()
    cursor.space()
    name = read_name(cursor)
    cursor.space()
    return Replacing(SequenceSet(((number, number),)), name, _read_message(cursor))


def _read_message(cursor: Cursor) -> Upload:
    """Read flags and date if there are any, and the message."""
    flags: tuple[str, ...] = ()
    moment = None
    if cursor.sees(b"("):
        flags = read_flags(cursor)
        cursor.space()
    if cursor.sees(b'"'):
        moment = read_date_time(cursor)
        cursor.space()
    if cursor.dialect.offers("CATENATE") and cursor.takes_name("CATENATE"):
        return Upload(flags, moment, _read_pieces(cursor))
    if cursor.dialect.offers("UTF8=ACCEPT") and cursor.takes_name("UTF8"):
        return Upload(flags, moment, _read_utf8(cursor))
    binary = cursor.dialect.offers("BINARY")
    return Upload(flags, moment, cursor.literal(message=True, binary=binary))


def _read_pieces(cursor: Cursor) -> tuple[bytes | Link, ...]:
    """Read what CATENATE puts together, in parentheses (RFC 4469 section 5)."""
    cursor.space()
    cursor.expect(b"(")
    return cursor.rest_of_list(_read_piece)


def _read_piece(cursor: Cursor) -> bytes | Link:
    kind = cursor.word()
    if kind == "UTF8" and cursor.dialect.offers("UTF8=ACCEPT"):
        return _read_utf8(cursor)
    cursor.space()
    if kind == "TEXT":
        return cursor.literal(message=True)
    if kind == "URL":
        return read_link(cursor)
    raise Malformed("CATENATE has TEXT and URL")


def _read_utf8(cursor: Cursor) -> bytes:
    """Read a literal8 in parentheses, a message with UTF-8 in its header (RFC 6855 section 4)."""
    cursor.space()
    cursor.expect(b"(")
    if not cursor.sees(b"~"):
        raise Malformed(f"Expected ~ and a literal {cursor.where()}")
    octets = cursor.literal(message=True, binary=True)
    cursor.expect(b")")
    return octets
