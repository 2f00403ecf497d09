"""What can happen: frozen values, one class a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = [
    "AccessChanged",
    "AccountAdded",
    "AnnotationsChanged",
    "Closed",
    "Connected",
    "Copied",
    "Data",
    "Deferred",
    "Delivered",
    "Dequeued",
    "DeviceAdded",
    "Direction",
    "Discarded",
    "Event",
    "Expiring",
    "Expunged",
    "FaultStruck",
    "FlagsChanged",
    "How",
    "Leave",
    "Line",
    "Listener",
    "Lost",
    "MailboxCreated",
    "MailboxDeleted",
    "MailboxRenamed",
    "Marked",
    "NewMessage",
    "Numbered",
    "Queued",
    "Renumbered",
    "Saved",
    "Secured",
    "StateChanged",
    "SubscriptionChanged",
    "Synced",
    "Unmarked",
    "letters",
]

Direction = Literal["C", "S"]
"""Who sent the octets: the client or the server."""

Copied = Literal["whole", "headers"]
"""How much of a message a device holds."""

Listener = Literal["smtp", "submission", "submissions", "pop3", "pop3s", "imap", "imaps"]
"""What a connection is for, by the name of its port: 25, 587, 465, 110, 995, 143, 993."""

How = Literal["quit", "client", "cut", "server", "fault"]
"""How a connection ended: by QUIT or LOGOUT; the client closed it without; the client reset it;
the server hung up (time-out, limit, close of the lab); a fault of the lab."""

Leave = Literal["relayed", "delivered", "bounced", "dropped"]
"""How a message left a queue: another server took it; it lies in a mailbox here; its sender was
told that it failed; it failed, and nobody is to be told."""


def letters(number: int) -> str:
    """Return the letter of a lab message number: 1 is A, 26 is Z, 27 is AA."""
    if number < 1:
        msg = f"a lab message number starts at 1, not {number}"
        raise ValueError(msg)
    name = ""
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdded(Event):
    """An account came to be."""

    account: str


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
class NewMessage(Event):
    """A message that the lab had not known got its letter.

    `subject` and `sender` are decoded for people; `sha256` is of the first octets seen.
    """

    message: int
    sha256: str
    octets: int
    subject: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Event):
    """A whole message lies in a mailbox on the server from now on."""

    account: str
    mailbox: str
    uidvalidity: int
    uid: int
    message: int
    octets: int
    sha256: str
    flags: tuple[str, ...]
    cause: Literal["smtp", "load", "append", "copy", "move"]
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Event):
    """A whole message waits at the server `host` from now on, for one of its recipients.

    `sender` and `recipient` are mailboxes; the null reverse-path is empty. `queue_id` is what the
    server calls the message; `connection` brought it there.
    """

    host: str
    queue_id: str
    message: int
    sender: str
    recipient: str
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred(Event):
    """A message could not go on to one of its recipients: it is tried again at `due`.

    `reply` is what the next server said, or why there was no reply.
    """

    host: str
    queue_id: str
    message: int
    recipient: str
    reply: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dequeued(Event):
    """A message does not wait for this recipient any more; `reply` is the last one."""

    host: str
    queue_id: str
    message: int
    recipient: str
    how: Leave
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsChanged(Event):
    r"""The flags of a message on the server are now `flags`, without \Recent."""

    account: str
    mailbox: str
    uid: int
    flags: tuple[str, ...]
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expunged(Event):
    """A message was removed from a mailbox for good."""

    account: str
    mailbox: str
    uid: int
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected(Event):
    """A connection is open.

    `port` is the well-known one; `host` the server's name; `device` is who dialled it: a device,
    "you", or the name of a server that relays.
    """

    connection: int
    protocol: Listener
    port: int
    device: str
    host: str = "mail.home.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured(Event):
    """From here on what crosses a connection is inside TLS; `version` as in `TLSv1.3`."""

    connection: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Event):
    """Octets of the protocol: one command line, or one chunk of a reply (any number of lines)."""

    connection: int
    direction: Direction
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Data(Event):
    """A message body or a literal, whole, exactly as it crossed the connection.

    Its octets are in `Log.body(sha256)`. What DATA and RETR send is counted with its dot-stuffing
    and without the terminating line, which is a `Line`.
    """

    connection: int
    direction: Direction
    octets: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Event):
    """A session entered a state of its table; `account` and `mailbox` are what it has open.

    `owner` is whose the mailbox is if it is not the account's own.
    """

    connection: int
    state: str
    account: str | None
    mailbox: str | None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(Event):
    """POP3 gave the message with `uids[n - 1]` the number n, for this session (RFC 1939 s. 4)."""

    connection: int
    account: str
    mailbox: str
    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(Event):
    """POP3's DELE marked a message; nothing is removed before UPDATE (RFC 1939 section 5)."""

    connection: int
    account: str
    mailbox: str
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring(Event):
    """POP3 removes a message at QUIT because RETR has sent it: the site keeps no such message.

    RFC 1939 section 8. No RSET takes it back; the end of the session without UPDATE does.
    """

    connection: int
    account: str
    mailbox: str
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmarked(Event):
    """All marks of a POP3 session are gone: RSET, or the end of the session without UPDATE."""

    connection: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStruck(Event):
    """A fault of `labserver.faults` took effect; `fault` is its description in words."""

    connection: int | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """A connection ended."""

    connection: int
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAdded(Event):
    """A device came to be, with an empty folder."""

    device: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Event):
    """A device wrote a file to its folder.

    `sha256` and `octets` are of the file. The rest is what the device knows of where it came
    from: the protocol and connection that carried it; with IMAP the mailbox, UIDVALIDITY, UID
    and flags as far as the server told them; with POP3 the unique-id, if it asked.
    """

    device: str
    file: str
    copied: Copied
    octets: int
    sha256: str
    protocol: Literal["pop3", "imap"]
    connection: int | None
    account: str
    mailbox: str
    uidvalidity: int | None
    uid: int | None
    uidl: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced(Event):
    """A device wrote other flags to a file in its folder (`connection`: who told it, if anyone)."""

    device: str
    file: str
    flags: tuple[str, ...]
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded(Event):
    """A device deleted a file from its folder."""

    device: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(Event):
    """A device is gone, and its folder with it."""

    device: str
