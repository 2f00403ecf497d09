"""Reads the arguments of NOTIFY (RFC 5465 section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from labserver.imap.dialect import Dialect
from labserver.imap.errors import Malformed, Refused
from labserver.imap.naming.names import BadName
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.fetch_items import read_fetch_items
from labserver.imap.parsing.words import read_mailbox
from labserver.imap.values import EventGroup, FetchItem, MailboxFilter, NotifyEvent
from labserver.store import canonical

__all__ = ["Notifying", "read_notify"]

_MOST_NAMES: Final = 1000
_FILTERS = {each.value: each for each in MailboxFilter}
_EVENTS = {each.value.upper(): each for each in NotifyEvent}
_SELECTED = {MailboxFilter.SELECTED, MailboxFilter.SELECTED_DELAYED}
_NAMED = {MailboxFilter.SUBTREE, MailboxFilter.MAILBOXES}
_NEW_AND_EXPUNGE = {NotifyEvent.MESSAGE_NEW, NotifyEvent.MESSAGE_EXPUNGE}
_OF_MESSAGES = {*_NEW_AND_EXPUNGE, NotifyEvent.FLAG_CHANGE, NotifyEvent.ANNOTATION_CHANGE}
# Sections 5.6 and 5.7.
_NEEDS = {
    NotifyEvent.MAILBOX_METADATA_CHANGE: "METADATA",
    NotifyEvent.SERVER_METADATA_CHANGE: "METADATA-SERVER",
}


@dataclass(frozen=True, slots=True)
class Notifying:
    """The groups of NOTIFY SET, none for NOTIFY NONE; `status`: with STATUS at once."""

    groups: tuple[EventGroup, ...] = ()
    status: bool = False


def read_notify(cursor: Cursor) -> Notifying:
    """Read NONE, or SET and groups of events. Raises Refused for an event that is not told of."""
    cursor.space()
    word = cursor.word()
    if word == "NONE":
        return Notifying()
    if word != "SET":
        raise Malformed("NOTIFY goes on with SET or NONE")
    cursor.space()
    status = not cursor.sees(b"(")
    if status:
        if cursor.word() != "STATUS":
            raise Malformed("NOTIFY SET goes on with STATUS or a group of events")
        cursor.space()
    groups: list[EventGroup] = []
    known = True
    while not groups or not cursor.at_end():
        if groups:
            cursor.space()
        group, all_known = _read_group(cursor)
        groups.append(group)
        known = known and all_known
    cursor.end()
    if sum(group.mailboxes in _SELECTED for group in groups) > 1:
        raise Malformed("SELECTED or SELECTED-DELAYED stands there once")
    if sum(len(group.names) for group in groups) > _MOST_NAMES:
        raise Refused(f"More than {_MOST_NAMES} names are too many", code="NOTIFICATIONOVERFLOW")
    supported = _supported(cursor.dialect)
    if not known or not all(group.events.issubset(supported) for group in groups):
        names = " ".join(event.value for event in supported)
        raise Refused("There is no news of that kind here", code=f"BADEVENT ({names})")
    return Notifying(tuple(groups), status)


def _supported(dialect: Dialect) -> list[NotifyEvent]:
    return [
        event
        for event in NotifyEvent
        if event is not NotifyEvent.ANNOTATION_CHANGE and dialect.has(_NEEDS.get(event))
    ]


def _read_group(cursor: Cursor) -> tuple[EventGroup, bool]:
    """Read a group; tell as well whether all its events are in the grammar."""
    cursor.expect(b"(")
    mailboxes = _FILTERS.get(cursor.word())
    if mailboxes is None:
        raise Malformed("A group of events begins with the mailboxes it is about")
    names: frozenset[str] = frozenset()
    if mailboxes in _NAMED:
        cursor.space()
        names = _read_names(cursor)
    cursor.space()
    events, attributes, known = _read_events(cursor)
    cursor.expect(b")")
    of_messages = events & _OF_MESSAGES
    if of_messages and not events >= _NEW_AND_EXPUNGE:
        # Section 5: BAD.
        raise Malformed("MessageNew and MessageExpunge stand together, and with the others")
    if mailboxes in _SELECTED and events != of_messages:
        raise Malformed("Of the selected mailbox there are events of messages only")
    if mailboxes not in _SELECTED and attributes:
        raise Malformed("Only messages in the selected mailbox can be fetched")
    group = EventGroup(mailboxes=mailboxes, names=names, events=events, attributes=attributes)
    return group, known


def _read_names(cursor: Cursor) -> frozenset[str]:
    """Read one name, or several in parentheses. One that none can have is passed over."""
    listed = cursor.takes(b"(")
    names = {_read_name(cursor)}
    while listed and not cursor.takes(b")"):
        cursor.space()
        names.add(_read_name(cursor))
    return frozenset(canonical(name) for name in names if name is not None)


def _read_name(cursor: Cursor) -> str | None:
    try:
        return read_mailbox(cursor)
    except BadName:
        return None


def _read_events(
    cursor: Cursor,
) -> tuple[frozenset[NotifyEvent], tuple[FetchItem, ...], bool]:
    if not cursor.takes(b"("):
        if cursor.word() != "NONE":
            raise Malformed("Events stand in parentheses, or there is NONE")
        return frozenset(), (), True
    events: set[NotifyEvent | None] = set()
    attributes: tuple[FetchItem, ...] = ()
    while True:
        event = _EVENTS.get(cursor.word())
        events.add(event)
        if event is NotifyEvent.MESSAGE_NEW and cursor.sees(b" ("):
            cursor.space()
            attributes = read_fetch_items(cursor)
        if cursor.takes(b")"):
            return frozenset(filter(None, events)), attributes, None not in events
        cursor.space()
