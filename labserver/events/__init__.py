"""What happened: frozen values, and the append-only log of them.

Everything that a picture shows, a check reads or a test compares is folded from this log and
from nothing else (`labserver.snapshot`). An event says *what* happened; its `Entry` adds the
number and the lab time. Accounts are named by address (`bob@home.example`), devices by name,
connections by number, messages by *lab message number*, the letter that a learner sees.
"""

from labserver.events.connections import (
    Closed,
    Connected,
    Data,
    Direction,
    FaultStruck,
    How,
    Line,
    Listener,
    Secured,
)
from labserver.events.devices import (
    Copied,
    DeviceAdded,
    DeviceKind,
    Discarded,
    Lost,
    Saved,
    Synced,
)
from labserver.events.event import Event
from labserver.events.lab import Arranged, Rewound
from labserver.events.log import Entry, Log
from labserver.events.mailboxes import (
    AccessChanged,
    AccountAdded,
    AnnotationsChanged,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    QuotaChanged,
    Renumbered,
    SubscriptionChanged,
)
from labserver.events.messages import (
    Delivered,
    Expunged,
    FlagsChanged,
    NewMessage,
    Rejected,
    letters,
)
from labserver.events.queue import Deferred, Dequeued, Leave, Queued
from labserver.events.sessions import Expiring, Marked, Numbered, StateChanged, Unmarked

__all__ = [
    "AccessChanged",
    "AccountAdded",
    "AnnotationsChanged",
    "Arranged",
    "Closed",
    "Connected",
    "Copied",
    "Data",
    "Deferred",
    "Delivered",
    "Dequeued",
    "DeviceAdded",
    "DeviceKind",
    "Direction",
    "Discarded",
    "Entry",
    "Event",
    "Expiring",
    "Expunged",
    "FaultStruck",
    "FlagsChanged",
    "How",
    "Leave",
    "Line",
    "Listener",
    "Log",
    "Lost",
    "MailboxCreated",
    "MailboxDeleted",
    "MailboxRenamed",
    "Marked",
    "NewMessage",
    "Numbered",
    "Queued",
    "QuotaChanged",
    "Rejected",
    "Renumbered",
    "Rewound",
    "Saved",
    "Secured",
    "StateChanged",
    "SubscriptionChanged",
    "Synced",
    "Unmarked",
    "letters",
]
