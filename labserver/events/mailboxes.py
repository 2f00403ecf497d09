"""What happens to accounts and their mailboxes on the server."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.events.event import Event

__all__ = [
    "AccessChanged",
    "AccountAdded",
    "AnnotationsChanged",
    "MailboxCreated",
    "MailboxDeleted",
    "MailboxRenamed",
    "QuotaChanged",
    "Renumbered",
    "SubscriptionChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdded(Event):
    """An account came to be."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaChanged(Event):
    """An account may hold so much from now on (RFC 9208); None: as much as it likes.

    `storage` is in units of 1024 octets; `messages` and `mailboxes` are numbers of them.
    """

    account: str
    storage: int | None
    messages: int | None
    mailboxes: int | None
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxCreated(Event):
    """A mailbox came to be, empty.

    `inbox`: INBOX was renamed to it, which is to move its messages there (RFC 3501 s. 6.3.5).
    """

    account: str
    mailbox: str
    uidvalidity: int
    connection: int | None
    inbox: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxDeleted(Event):
    """A mailbox went, with all messages in it; or a name went that only had others below it."""

    account: str
    mailbox: str
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxRenamed(Event):
    """A mailbox has a new name; its messages, UIDs and UIDVALIDITY go with it."""

    account: str
    mailbox: str
    to: str
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renumbered(Event):
    """A mailbox has a new UIDVALIDITY, and its messages have other UIDs.

    `uids` are pairs: what the UID was, and what it is now, of each message.
    """

    account: str
    mailbox: str
    uidvalidity: int
    uids: tuple[tuple[int, int], ...]
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(Event):
    """What an identifier is granted in a mailbox of `account` has changed (RFC 4314).

    `rights` are letters as MYRIGHTS tells them; None: the identifier is in the list no more.
    """

    account: str
    mailbox: str
    identifier: str
    rights: str | None
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationsChanged(Event):
    """Annotations of a mailbox, or of the server (`mailbox` None), were set or removed.

    `account` is whose mailbox it is, or whose annotations of the server; None: those that all
    accounts share. `private` is who alone sees them; None: whoever may see the mailbox.
    """

    account: str | None
    mailbox: str | None
    entries: tuple[str, ...]
    connection: int | None
    private: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(Event):
    """A name came to be among the subscriptions, or is not among them any more."""

    account: str
    mailbox: str
    subscribed: bool
    connection: int | None
