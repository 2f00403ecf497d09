"""What NOTIFY asks for (RFC 5465)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from labserver.imap.values.fetch import FetchItem

__all__ = ["EVERYTHING", "EventGroup", "MailboxFilter", "NotifyEvent", "Wish"]


class NotifyEvent(Enum):
    """An event type (section 5); the value is its name on the wire."""

    MESSAGE_NEW = "MessageNew"
    MESSAGE_EXPUNGE = "MessageExpunge"
    FLAG_CHANGE = "FlagChange"
    ANNOTATION_CHANGE = "AnnotationChange"
    MAILBOX_NAME = "MailboxName"
    SUBSCRIPTION_CHANGE = "SubscriptionChange"
    MAILBOX_METADATA_CHANGE = "MailboxMetadataChange"
    SERVER_METADATA_CHANGE = "ServerMetadataChange"


class MailboxFilter(Enum):
    """Which mailboxes are meant (section 6); the value is the name on the wire."""

    SELECTED = "SELECTED"
    SELECTED_DELAYED = "SELECTED-DELAYED"
    INBOXES = "INBOXES"
    PERSONAL = "PERSONAL"
    SUBSCRIBED = "SUBSCRIBED"
    SUBTREE = "SUBTREE"
    MAILBOXES = "MAILBOXES"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGroup:
    """Mailboxes, and the events on them that the client wants to hear of; none: NONE.

    `names` are those of SUBTREE and MAILBOXES; `attributes` what shall be told of new messages in
    the selected mailbox.
    """

    mailboxes: MailboxFilter
    names: frozenset[str] = frozenset()
    events: frozenset[NotifyEvent] = frozenset()
    attributes: tuple[FetchItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client wants to hear of the mailbox it has selected.

    `messages`: of new and expunged ones; `flags`: of flags that others change; `delayed`: of
    expunges only when a command lets it (section 6.1.2).
    """

    messages: bool = True
    flags: bool = True
    attributes: tuple[FetchItem, ...] = ()
    delayed: bool = False


EVERYTHING = Wish()
"""What every client hears that has not used NOTIFY."""
