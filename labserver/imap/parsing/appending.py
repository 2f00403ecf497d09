"""Reads the arguments of APPEND (RFC 3501 section 6.3.11, in the form of RFC 4466 section 2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labserver.imap.names import Name
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.words import read_date_time, read_flags, read_name

__all__ = ["Appending", "Upload", "read_append"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A message that the client sends; `moment` None: now."""

    flags: tuple[str, ...]
    moment: datetime | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Appending:
    """Messages for a mailbox, at least one."""

    name: Name
    messages: tuple[Upload, ...]


def read_append(cursor: Cursor) -> Appending:
    """Read a mailbox name, and a message; with MULTIAPPEND any number of them (RFC 3502)."""
    cursor.space()
    name = read_name(cursor)
    cursor.space()
    messages = [_read_message(cursor)]
    while cursor.dialect.offers("MULTIAPPEND") and cursor.takes(b" "):
        messages.append(_read_message(cursor))
    return Appending(name, tuple(messages))


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
    binary = cursor.dialect.offers("BINARY")
    return Upload(flags, moment, cursor.literal(message=True, binary=binary))
