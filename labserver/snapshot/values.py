"""What the world looks like after one entry of the log: frozen values in persistent maps.

The maps are `rpds.HashTrieMap`: a step shares all but O(log n) of them with the step before.
They have no order of their own; who shows them sorts them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from rpds import HashTrieMap, HashTrieSet

from labserver.events import Copied, Data, DeviceKind, Direction, Listener

__all__ = [
    "Account",
    "Cell",
    "Changed",
    "Connection",
    "Copy",
    "Device",
    "Epoch",
    "File",
    "Ghost",
    "Limits",
    "Mailbox",
    "Message",
    "Origin",
    "Place",
    "Refusal",
    "Said",
    "Session",
    "Snapshot",
    "Waiting",
]


class Place(NamedTuple):
    """Where a message can be: an account's mailboxes on the server, a device or a backup.

    Webmail is a place too, where nothing ever is.
    """

    kind: Literal["server"] | DeviceKind
    name: str


class Cell(NamedTuple):
    """One square of the picture."""

    place: Place
    message: int


class Origin(NamedTuple):
    """What names a message on the server for good (RFC 3501 section 2.3.1.1)."""

    account: str
    mailbox: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that the lab knows. `forms`: SHA-256 of all its forms on the server."""

    number: int
    subject: str
    sender: str
    octets: int
    forms: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A message in a mailbox on the server. `protocol` is what carried it there.

    `restored`: the account's mailboxes had lost it, and a program has put it back.
    """

    message: int
    octets: int
    sha256: str
    flags: tuple[str, ...]
    protocol: Literal["smtp", "imap"]
    restored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghost:
    """What was here: since when it is gone, and how much of the message it was."""

    step: int
    copied: Copied
    octets: int = 0
    """How big the whole copy was; 0 if there was none."""
    mailbox: str = ""
    """Where it was on the server, by the name that the mailbox had then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one POP3 session gave and marked in its maildrop (RFC 1939 sections 4 and 5).

    `expiring` are messages that go at QUIT because they were retrieved (section 8).
    """

    connection: int
    numbers: HashTrieMap[int, int]
    """By UID."""
    marks: HashTrieSet[int] = field(default_factory=HashTrieSet)
    expiring: HashTrieSet[int] = field(default_factory=HashTrieSet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox on the server; `copies` by UID.

    `access` are the letters of the rights that others have there, by identifier (RFC 4314).
    """

    name: str
    uidvalidity: int
    copies: HashTrieMap[int, Copy] = field(default_factory=HashTrieMap)
    session: Session | None = None
    access: HashTrieMap[str, str] = field(default_factory=HashTrieMap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an account may hold: units of 1024 octets, messages, mailboxes. None: any."""

    storage: int | None = None
    messages: int | None = None
    mailboxes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A message that came to the door of an account and did not get in.

    `message` is None if nothing of it has crossed. `reply` is what the server said; `told`: whoever
    sent it knows, by that reply or by a report.
    """

    account: str
    message: int | None
    sender: str
    octets: int
    reply: str
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account: mailboxes by name, and what was removed from any of them, by message."""

    address: str
    limits: Limits = field(default_factory=Limits)
    mailboxes: HashTrieMap[str, Mailbox] = field(default_factory=HashTrieMap)
    ghosts: HashTrieMap[int, Ghost] = field(default_factory=HashTrieMap)
    former: HashTrieMap[Origin, int] = field(default_factory=HashTrieMap)
    """Which message each removed copy was."""
    marks: bool = False
    """Whether flags have ever meant anything here: one was set, or IMAP carried a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in a device's folder. `message` is None if the lab does not know its octets.

    `protocol` is what carried it there. `origin` is what the device recorded of the server's copy:
    it knows that by IMAP only.
    """

    name: str
    copied: Copied
    message: int | None
    octets: int
    sha256: str
    protocol: Literal["smtp", "pop3", "imap"]
    account: str
    mailbox: str
    origin: Origin | None
    uidl: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device, a backup or webmail. `lost` is the step that took it; `files` what it then held."""

    name: str
    owner: str
    kind: DeviceKind = "device"
    lost: int | None = None
    files: HashTrieMap[str, File] = field(default_factory=HashTrieMap)
    ghosts: HashTrieMap[int, Ghost] = field(default_factory=HashTrieMap)
    marks: bool = False
    """Whether it has ever marked what POP3 carried to it."""

    @property
    def place(self) -> Place:
        """Its place in the picture."""
        return Place(self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line as it was said, without its line end; `number` is its entry's."""

    number: int
    direction: Direction
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A connection: who speaks, in which state, and what was said last.

    `command` is the client's last line and `reply` what answers it: in POP3 the first line (it
    holds the verdict), elsewhere the last. `cause` is the line that last changed a cell, with
    `effect`, its reply. `how` tells how the connection ended; None while it is open.
    """

    number: int
    protocol: Listener
    port: int
    device: str
    host: str
    secured: str | None = None
    """The version of TLS that it is inside."""
    state: str = ""
    account: str | None = None
    mailbox: str | None = None
    owner: str | None = None
    """Whose the mailbox is, if it is not the account's own."""
    activity: str = ""
    """What keeps the session busy in its state (IDLE)."""
    command: Said | None = None
    reply: Said | None = None
    cause: Said | None = None
    effect: Said | None = None
    data: Data | None = None
    maildrop: tuple[str, str] | None = None
    """The account and mailbox whose messages POP3 numbered for this session."""
    fault: str | None = None
    """What struck since the client's last line."""
    how: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that waits at a server for one of its recipients.

    `sender` and `recipient` are mailboxes, `sender` empty for a report. After a try that failed,
    `reply` says why and `due` when the next one is.
    """

    host: str
    queue_id: str
    message: int
    sender: str
    recipient: str
    reply: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The last step that changed a cell: which cells, by which lines (entry numbers).

    A step begins with a client's line; what follows from it on other connections belongs to it.
    `settled`: a client has spoken since, and the next change begins a new step. `ended` is the
    connection whose end, and no line, did it: the marks of its session are gone. `carried` are
    the cells to which the step brought a message over a connection down from the server,
    `raised` those from which it took one up (APPEND).
    """

    step: int = 0
    cells: HashTrieSet[Cell] = field(default_factory=HashTrieSet)
    carried: HashTrieSet[Cell] = field(default_factory=HashTrieSet)
    raised: HashTrieSet[Cell] = field(default_factory=HashTrieSet)
    lines: tuple[int, ...] = ()
    ended: int | None = None
    settled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """Since entry `begun` the world goes on from what it was after entry `step`."""

    begun: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The world after entry `number` of the log, at lab time `time`."""

    number: int = 0
    time: datetime | None = None
    messages: HashTrieMap[int, Message] = field(default_factory=HashTrieMap)
    forms: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """Which message has that SHA-256, of its octets in some form or of its header."""
    accounts: HashTrieMap[str, Account] = field(default_factory=HashTrieMap)
    devices: HashTrieMap[str, Device] = field(default_factory=HashTrieMap)
    connections: HashTrieMap[int, Connection] = field(default_factory=HashTrieMap)
    queues: HashTrieMap[str, HashTrieMap[tuple[str, str], Waiting]] = field(
        default_factory=HashTrieMap
    )
    """What waits at each server, by queue id and recipient."""
    refusals: HashTrieMap[int, Refusal] = field(default_factory=HashTrieMap)
    """What was refused, by the number of the entry that tells."""
    changed: Changed = field(default_factory=Changed)
    epoch: Epoch | None = None
    """How it was rewound last, if ever."""

    @classmethod
    def empty(cls) -> Snapshot:
        """Return the world before anything has happened."""
        return cls()
