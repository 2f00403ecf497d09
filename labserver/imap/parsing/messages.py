"""Reads the arguments of commands on messages."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.fetch_items import read_fetch_items
from labserver.imap.parsing.parameters import Parameter, read_parameters
from labserver.imap.parsing.result_options import read_window
from labserver.imap.parsing.resync import read_vanished
from labserver.imap.parsing.words import read_flags, read_mailbox
from labserver.imap.values import FetchItem, SequenceSet, Window
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
    """Which messages, and what of them.

    `since`: only of those with a greater mod-sequence (RFC 7162 section 3.1.4.1); `vanished`: and
    which were expunged (section 3.2.6); `window`: only of those at these places among them (RFC
    9394 section 3.3).
    """

    messages: SequenceSet
    items: tuple[FetchItem, ...]
    since: int | None = None
    vanished: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Storing:
    """Which messages, and how their flags shall change; `silent`: without being told of it.

    `since`: only if the mod-sequence is not greater (RFC 7162 section 3.1.3).
    """

    messages: SequenceSet
    how: Flagging
    flags: tuple[str, ...]
    silent: bool
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Copying:
    """Which messages, and where to."""

    messages: SequenceSet
    name: str


def _changed_since(cursor: Cursor) -> int:
    cursor.space()
    return cursor.mod_sequence()


def _unchanged_since(cursor: Cursor) -> int:
    cursor.space()
    return cursor.mod_sequence(zero=True)


_FETCH_MODIFIERS = {
    "CHANGEDSINCE": Parameter("CONDSTORE", _changed_since),
    "VANISHED": Parameter("QRESYNC", read_vanished),
    "PARTIAL": Parameter("PARTIAL", read_window),
}
_STORE_MODIFIERS = {"UNCHANGEDSINCE": Parameter("CONDSTORE", _unchanged_since)}


def read_sequence_set(cursor: Cursor) -> SequenceSet:
    """Read a set of messages: UID EXPUNGE."""
    cursor.space()
    return cursor.sequence_set()


def read_fetch(cursor: Cursor) -> Fetching:
    """Read a set of messages, and items."""
    messages = read_sequence_set(cursor)
    cursor.space()
    items = read_fetch_items(cursor)
    if not cursor.takes(b" "):
        return Fetching(messages, items)
    given = read_parameters(cursor, _FETCH_MODIFIERS, "FETCH")
    since, vanished = given.get("CHANGEDSINCE"), "VANISHED" in given
    if vanished and since is None:
        raise Malformed("VANISHED goes with CHANGEDSINCE")
    return Fetching(messages, items, since, vanished, given.get("PARTIAL"))


def read_store(cursor: Cursor) -> Storing:
    """Read a set of messages, what to do with their flags, and which."""
    messages = read_sequence_set(cursor)
    cursor.space()
    since = None
    if cursor.sees(b"("):
        since = read_parameters(cursor, _STORE_MODIFIERS, "STORE").get("UNCHANGEDSINCE")
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
    flags = read_flags(cursor, bare=True)
    return Storing(messages, how, flags, name == "FLAGS.SILENT", since)


def read_copy(cursor: Cursor) -> Copying:
    """Read a set of messages, and a mailbox name: COPY, MOVE."""
    messages = read_sequence_set(cursor)
    cursor.space()
    return Copying(messages, read_mailbox(cursor))
