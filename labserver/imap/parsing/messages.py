"""Reads the arguments of commands on messages."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.fetch_items import read_fetch_items
from labserver.imap.parsing.words import read_flags, read_mailbox
from labserver.imap.values import FetchItem, SequenceSet
from labserver.store import Flagging

__all__ = [
    "Copying",
    "Fetching",
    "Storing",
    "read_copy",
    "read_fetch",
    "read_sequence_set",
    "read_store",
]


@dataclass(frozen=True, slots=True)
class Fetching:
    """Which messages, and what of them."""

    messages: SequenceSet
    items: tuple[FetchItem, ...]


@dataclass(frozen=True, slots=True)
class Storing:
    """Which messages, and how their flags shall change; `silent`: without being told of it."""

    messages: SequenceSet
    how: Flagging
    flags: tuple[str, ...]
    silent: bool


@dataclass(frozen=True, slots=True)
class Copying:
    """Which messages, and where to."""

    messages: SequenceSet
    name: str


def read_sequence_set(cursor: Cursor) -> SequenceSet:
    """Read a set of messages: UID EXPUNGE."""
    cursor.space()
    return cursor.sequence_set()


def read_fetch(cursor: Cursor) -> Fetching:
    """Read a set of messages, and items."""
    messages = read_sequence_set(cursor)
    cursor.space()
    return Fetching(messages, read_fetch_items(cursor))


def read_store(cursor: Cursor) -> Storing:
    """Read a set of messages, what to do with their flags, and which."""
    messages = read_sequence_set(cursor)
    cursor.space()
    how = Flagging.REPLACE
    if cursor.takes(b"+"):
        how = Flagging.ADD
    elif cursor.takes(b"-"):
        how = Flagging.REMOVE
    name = cursor.name()
    if name not in {"FLAGS", "FLAGS.SILENT"}:
        raise Malformed("STORE knows FLAGS, +FLAGS, -FLAGS, and these with .SILENT")
    cursor.space()
    return Storing(messages, how, read_flags(cursor, bare=True), name == "FLAGS.SILENT")


def read_copy(cursor: Cursor) -> Copying:
    """Read a set of messages, and a mailbox name: COPY, MOVE."""
    messages = read_sequence_set(cursor)
    cursor.space()
    return Copying(messages, read_mailbox(cursor))
