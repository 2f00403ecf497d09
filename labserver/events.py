"""What happened: frozen values, and the append-only log of them.

Everything that a picture shows, a check reads or a test compares is folded from this log and
from nothing else (`labserver.snapshot`). An event says *what* happened; its `Entry` adds the
number and the lab time. Accounts are named by address (`bob@home.example`), devices by name,
connections by number, messages by *lab message number*, the letter that a learner sees.

The octets of bodies are kept beside the log, by SHA-256, as long as an entry refers to them.

The log holds each event as its class and a plain tuple of its values, and makes the event anew for
who reads it. Python's garbage collector goes through all objects that might be part of a cycle; a
tuple of strings and numbers it lets alone. A log of objects, which only grows, would have it stop
the process for longer and longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple, overload

__all__ = [
    "AccessChanged",
    "AccountAdded",
    "AnnotationsChanged",
    "Closed",
    "Connected",
    "Copied",
    "Data",
    "Delivered",
    "DeviceAdded",
    "Direction",
    "Discarded",
    "Entry",
    "Event",
    "Expunged",
    "FaultStruck",
    "FlagsChanged",
    "Line",
    "Log",
    "Lost",
    "MailboxCreated",
    "MailboxDeleted",
    "MailboxRenamed",
    "Marked",
    "NewMessage",
    "Numbered",
    "Saved",
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

How = Literal["quit", "client", "cut", "server", "fault"]
"""How a connection ended: by QUIT or LOGOUT; the client closed it without; the client reset it;
the server hung up (time-out, limit, close of the lab); a fault of the lab."""


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
    """A connection is open. `port` is the well-known one; `device` is who dialled it."""

    connection: int
    protocol: Literal["smtp", "submission", "pop3", "imap"]
    port: int
    device: str


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


class Entry(NamedTuple):
    """One row of the log: `number` counts from 1, `time` is lab time, aware, in UTC."""

    number: int
    time: datetime
    event: Event


class _Shape(NamedTuple):
    """The names of an event's values, and what takes the values out of it."""

    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]


_SHAPES: dict[type[Event], _Shape] = {}


def _shape(kind: type[Event]) -> _Shape:
    shape = _SHAPES.get(kind)
    if shape is None:
        names = tuple(each.name for each in fields(kind))
        # Of a single name, attrgetter gives no tuple.
        several = len(names) > 1
        values = attrgetter(*names) if several else lambda e: tuple(getattr(e, n) for n in names)
        shape = _SHAPES[kind] = _Shape(names, values)
    return shape


class _Held:
    """A stretch of the log, from the entry with the number `first` on: a column each."""

    __slots__ = ("first", "kinds", "times", "values")

    def __init__(
        self,
        first: int,
        kinds: list[type[Event]],
        times: list[datetime],
        values: list[tuple[Any, ...]],
    ) -> None:
        self.first = first
        self.kinds = kinds
        self.times = times
        self.values = values

    def __len__(self) -> int:
        # They grow last: what another thread counts it finds in the other columns too.
        return len(self.values)

    def append(self, time: datetime, event: Event) -> Entry:
        kind = type(event)
        self.kinds.append(kind)
        self.times.append(time)
        self.values.append(_shape(kind).values(event))
        return Entry(self.first + len(self.values) - 1, time, event)

    def entry(self, index: int) -> Entry:
        kind = self.kinds[index]
        event = kind(**dict(zip(_shape(kind).names, self.values[index], strict=True)))
        return Entry(self.first + index, self.times[index], event)

    def entries(self, start: int, stop: int) -> list[Entry]:
        return [self.entry(index) for index in range(start, stop)]

    def after(self, count: int) -> _Held:
        """Return it without its first entries."""
        return _Held(
            self.first + count, self.kinds[count:], self.times[count:], self.values[count:]
        )


class Log:
    """The append-only log. One thread appends; any thread may read.

    `now` gives the lab time of each entry. With `keep` the log is bounded: when a quarter more
    than `keep` entries are held, the oldest go, with the bodies that only they referred to; each
    is handed to `forget` first, oldest first (a checkpoint folds them).
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        keep: int | None = None,
        forget: Callable[[Entry], None] | None = None,
    ) -> None:
        self._now = now
        self._keep = keep
        self._forget = forget
        # Replaced as a whole: a reader on another thread never sees half a trim.
        self._held = _Held(1, [], [], [])
        self._bodies: dict[str, tuple[bytes, int]] = {}
        self._listeners: list[Callable[[Entry], None]] = []

    @property
    def first(self) -> int:
        """The number of the oldest entry still held (1 unless the log is bounded)."""
        return self._held.first

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 while there is none."""
        return self._held.first + len(self._held) - 1

    def append(self, event: Event) -> Entry:
        """Add `event`, tell the listeners, and return its entry."""
        entry = self._held.append(self._now(), event)
        held = len(self._held)
        if self._keep is not None and held > self._keep + self._keep // 4:
            self._trim(held - self._keep)
        for listener in tuple(self._listeners):
            listener(entry)
        return entry

    def append_data(self, connection: int, direction: Direction, octets: bytes) -> Entry:
        """Keep `octets` as a body and add the `Data` event that refers to it."""
        digest = hashlib.sha256(octets).hexdigest()
        held, references = self._bodies.get(digest, (octets, 0))
        self._bodies[digest] = (held, references + 1)
        return self.append(
            Data(connection=connection, direction=direction, octets=len(octets), sha256=digest)
        )

    def _trim(self, count: int) -> None:
        held = self._held
        gone = held.entries(0, count)
        if self._forget is not None:
            for entry in gone:
                self._forget(entry)
        self._held = held.after(count)
        # After the entries: what a reader finds in the log has its body.
        for entry in gone:
            if isinstance(entry.event, Data):
                octets, references = self._bodies[entry.event.sha256]
                if references > 1:
                    self._bodies[entry.event.sha256] = (octets, references - 1)
                else:
                    del self._bodies[entry.event.sha256]

    def body(self, sha256: str) -> bytes:
        """Return the octets of a `Data` event. Raises KeyError if no entry refers to them."""
        return self._bodies[sha256][0]

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener(entry)` after each append, on the appending thread.

        Returns a function that ends it. A listener must be quick and must not raise.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def since(self, number: int, until: int | None = None) -> list[Entry]:
        """Return the held entries with a number greater than `number`, oldest first.

        `until`: none with a number greater than that.
        """
        held = self._held
        stop = len(held) if until is None else min(len(held), until - held.first + 1)
        return held.entries(max(0, number - held.first + 1), stop)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.since(0))

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        held = self._held
        numbers = range(len(held))[index]
        if isinstance(numbers, int):
            return held.entry(numbers)
        return [held.entry(number) for number in numbers]
