"""Reads the arguments of a command into a value: one function a command, one dataclass a form.

Nothing here knows states or does anything; `commands` ties name, grammar and deed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labserver.imap.errors import Malformed
from labserver.imap.names import BadName, decode_name
from labserver.imap.parser import Cursor
from labserver.imap.parser_fetch import read_fetch_items
from labserver.imap.parser_words import read_date_time, read_flags, read_mailbox
from labserver.imap.values import FetchItem, SequenceSet, StatusItem
from labserver.store import Flagging

__all__ = [
    "Appending",
    "Copying",
    "Credentials",
    "Fetching",
    "Listing",
    "Renaming",
    "StatusAsked",
    "Storing",
    "read_append",
    "read_copy",
    "read_fetch",
    "read_list",
    "read_login",
    "read_mailbox_name",
    "read_mechanism",
    "read_nothing",
    "read_rename",
    "read_selection",
    "read_sequence_set",
    "read_status",
    "read_store",
]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who says to be whom; the password with octets that are not UTF-8 escaped."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """A mailbox's name, and the one it shall have."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A reference name, and a pattern; None for a name or a pattern that matches nothing."""

    reference: str | None
    pattern: str | None


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """A mailbox, and what is asked of it."""

    name: str
    items: tuple[StatusItem, ...]


@dataclass(frozen=True, slots=True)
class Appending:
    """A message for a mailbox; `moment` None: now."""

    name: str
    flags: tuple[str, ...]
    moment: datetime | None
    data: bytes


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


def read_nothing(cursor: Cursor) -> None:
    """Read no arguments."""
    del cursor


def read_mailbox_name(cursor: Cursor) -> str:
    """Read one mailbox name: CREATE, DELETE, SUBSCRIBE, UNSUBSCRIBE."""
    cursor.space()
    return read_mailbox(cursor)


def read_selection(cursor: Cursor) -> str | None:
    """Read the mailbox of SELECT or EXAMINE; None for a name that none can have.

    To refuse it is the command's: a SELECT that fails has its effect (RFC 3501 section 6.3.1).
    """
    cursor.space()
    return _or_nothing(cursor.astring())


def read_mechanism(cursor: Cursor) -> str:
    """Read AUTHENTICATE's mechanism, in capitals. No initial response (section 6.2.2)."""
    cursor.space()
    return cursor.word()


def read_login(cursor: Cursor) -> Credentials:
    """Read user name and password."""
    cursor.space()
    user = cursor.astring().decode("utf-8", "replace")
    cursor.space()
    return Credentials(user, cursor.astring().decode("utf-8", "surrogateescape"))


def read_rename(cursor: Cursor) -> Renaming:
    """Read the names of RENAME."""
    cursor.space()
    name = read_mailbox(cursor)
    cursor.space()
    return Renaming(name, read_mailbox(cursor))


def read_list(cursor: Cursor) -> Listing:
    """Read reference and pattern: LIST, LSUB."""
    cursor.space()
    reference = cursor.astring()
    cursor.space()
    return Listing(_or_nothing(reference), _or_nothing(cursor.list_mailbox()))


def _or_nothing(name: bytes) -> str | None:
    try:
        return decode_name(name)
    except BadName:
        return None


def read_status(cursor: Cursor) -> StatusAsked:
    """Read a mailbox name, and at least one item in parentheses."""
    cursor.space()
    name = read_mailbox(cursor)
    cursor.space()
    cursor.expect(b"(")
    items = [_read_status_item(cursor)]
    while not cursor.takes(b")"):
        cursor.space()
        items.append(_read_status_item(cursor))
    return StatusAsked(name, tuple(items))


def _read_status_item(cursor: Cursor) -> StatusItem:
    name = cursor.name()
    try:
        return StatusItem(name)
    except ValueError:
        raise Malformed(f"There is no STATUS item {name[:40]}") from None


def read_append(cursor: Cursor) -> Appending:
    """Read a mailbox name, flags and date if there are any, and the message."""
    cursor.space()
    name = read_mailbox(cursor)
    cursor.space()
    flags: tuple[str, ...] = ()
    moment = None
    if cursor.sees(b"("):
        flags = read_flags(cursor)
        cursor.space()
    if cursor.sees(b'"'):
        moment = read_date_time(cursor)
        cursor.space()
    return Appending(name, flags, moment, cursor.literal(message=True))


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
