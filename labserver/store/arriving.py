"""Messages that arrive in mailboxes: delivered, loaded, or appended.

An arrival is one transaction; its events follow the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from labserver.clock import Clock
from labserver.events import Delivered, FaultStruck
from labserver.faults import Faults
from labserver.store.database import Changes, Database
from labserver.store.errors import NoSuchMailbox, OverQuota
from labserver.store.flags import flag_text, flag_tuple
from labserver.store.letters import Letters, header_digest
from labserver.store.mailbox import Mailbox
from labserver.store.queue import Leaving, Queue
from labserver.store.quota import check_room
from labserver.store.reading import Reading
from labserver.store.row import ROW, Row

__all__ = ["Arrival", "Arriving", "Post"]

Cause = Literal["smtp", "load", "append"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message on its way into a mailbox.

    `internaldate` None: now. `message`: the lab message number if it has one. `forms`: SHA-256
    of earlier forms of it (before `Received:` was put on top).
    """

    data: bytes
    flags: tuple[str, ...] = ()
    internaldate: datetime | None = None
    message: int | None = None
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What becomes of one message: the mailboxes that get it, and where it goes on to.

    `into`: each mailbox with the octets that lie there. `data` goes on, to those of `leaving`,
    from `host`, which calls it `queue_id`. `moment`, `message` and `forms` are as in `Arrival`.
    """

    into: tuple[tuple[Mailbox, bytes], ...] = ()
    data: bytes = b""
    leaving: tuple[Leaving, ...] = ()
    host: str = ""
    queue_id: str = ""
    flags: tuple[str, ...] = ()
    moment: datetime | None = None
    message: int | None = None
    forms: tuple[str, ...] = ()


class _Body(NamedTuple):
    """Octets that lie in the store: their key, their SHA-256 and their lab message number."""

    id: int
    digest: str
    message: int


class _Letter(NamedTuple):
    """The SHA-256 of octets, their lab message number, and whether it is drawn for them now."""

    digest: str
    message: int
    new: bool


class _Cited(NamedTuple):
    """Why something happens, who asked for it, and the transaction it belongs to."""

    cause: Cause
    connection: int | None
    changes: Changes


class Arriving(Reading):
    """The messages of a store, as far as they come in from elsewhere."""

    def __init__(
        self, database: Database, clock: Clock, faults: Faults, letters: Letters, queue: Queue
    ) -> None:
        super().__init__(database)
        self._clock = clock
        self._faults = faults
        self._letters = letters
        self._queue = queue

    def deliver(
        self,
        targets: Sequence[Mailbox],
        arrival: Arrival,
        *,
        cause: Literal["smtp", "load"],
        connection: int | None = None,
    ) -> list[int]:
        """Put one message into every target, or into none; return its UIDs in their order.

        A message without a number is a new one. Raises OverQuota, NoSuchMailbox.
        """
        post = Post(
            into=tuple((target, arrival.data) for target in targets),
            flags=arrival.flags,
            moment=arrival.internaldate,
            message=arrival.message,
            forms=arrival.forms,
        )
        return self.post([post], cause=cause, connection=connection)

    def post(
        self,
        posts: Sequence[Post],
        *,
        cause: Literal["smtp", "load"] = "smtp",
        connection: int | None = None,
        before: Callable[[Changes], object] = lambda _: None,
    ) -> list[int]:
        """Do all that becomes of some messages in one transaction, or nothing of it.

        `before` adds to that transaction, ahead of the rest. Returns the UIDs of what lies in
        mailboxes now, in order. Raises OverQuota, NoSuchMailbox.
        """
        into = [each for post in posts for each in post.into]
        for target, _ in into:
            self._meet_fault(target, connection)
        for account, target in {target.account: target for target, _ in into}.items():
            sizes = [len(data) for target, data in into if target.account == account]
            self._check_room(target, sizes)
        drawn = [post.message or self._letters.draw() for post in posts]
        uids: list[int] = []
        with self._db.transaction() as changes:
            before(changes)
            for post, message in zip(posts, drawn, strict=True):
                uids += self._post(post, message, _Cited(cause, connection, changes))
        return uids

    def _post(self, post: Post, message: int, cited: _Cited) -> list[int]:
        forms: dict[bytes, str] = {}
        for data in (*(data for _, data in post.into), *((post.data,) if post.leaving else ())):
            if data not in forms:
                forms[data] = hashlib.sha256(data).hexdigest()
        for form in (*forms.values(), *post.forms):
            self._letters.tie(message, form)
        if post.message is None:
            first, digest = next(iter(forms.items()))
            self._letters.introduce(message, digest, first, cited.changes, post.forms)
        bodies = {
            data: _Body(self._keep(data, form), form, message) for data, form in forms.items()
        }
        uids = [
            self._insert(
                target,
                Arrival(data=data, flags=post.flags, internaldate=post.moment),
                bodies[data],
                cited,
            )
            for target, data in post.into
        ]
        if post.leaving:
            self._queue.add(
                post.leaving,
                host=post.host,
                queue_id=post.queue_id,
                body=bodies[post.data].id,
                message=message,
                now=post.moment or self._clock.now(),
                connection=cited.connection,
                changes=cited.changes,
            )
        return uids

    def append(
        self, target: Mailbox, arrivals: Sequence[Arrival], *, connection: int | None = None
    ) -> list[int]:
        """Put messages into a mailbox as IMAP's APPEND does, all or none; return their UIDs.

        Octets that the lab knows keep their letter. Raises OverQuota, NoSuchMailbox.
        """
        drawn = self._drawn(target, arrivals, connection)
        with self._db.transaction() as changes:
            return self._append(target, drawn, connection, changes)

    def _drawn(
        self,
        target: Mailbox,
        arrivals: Sequence[Arrival],
        connection: int | None,
        gone: Sequence[Row] = (),
    ) -> list[tuple[Arrival, _Letter]]:
        """Pair messages with their letters: the lab's own if it knows the octets, else new ones.

        `gone` is what they take the place of: only what is more needs room (RFC 8508 section 3.4).
        """
        if arrivals:
            self._meet_fault(target, connection)
        self._check_room(
            target, [len(arrival.data) for arrival in arrivals], [row.octets for row in gone]
        )
        letters: dict[str, _Letter] = {}
        drawn = []
        for arrival in arrivals:
            digest = hashlib.sha256(arrival.data).hexdigest()
            if digest not in letters:
                known = self._letters.known(digest)
                letter = _Letter(digest, known or self._letters.draw(), new=known is None)
                letters[digest] = letter
            drawn.append((arrival, letters[digest]))
        return drawn

    def _append(
        self,
        target: Mailbox,
        drawn: list[tuple[Arrival, _Letter]],
        connection: int | None,
        changes: Changes,
    ) -> list[int]:
        uids = []
        introduced = set()
        for arrival, (digest, message, new) in drawn:
            if new and message not in introduced:
                introduced.add(message)
                self._letters.tie(message, digest)
                self._letters.introduce(message, digest, arrival.data, changes)
            body = _Body(self._keep(arrival.data, digest), digest, message)
            uids.append(self._insert(target, arrival, body, _Cited("append", connection, changes)))
        return uids

    def _meet_fault(self, target: Mailbox, connection: int | None) -> None:
        """Raise OverQuota if a fault of the lab strikes."""
        fault = self._faults.delivery(target.address)
        if fault is not None:
            self._db.record(FaultStruck(connection=connection, fault=str(fault)))
            raise OverQuota(target.address)

    def _keep(self, data: bytes, digest: str) -> int:
        sql = self._db.sql
        row = sql.execute("SELECT id FROM bodies WHERE sha256 = ?", (digest,)).fetchone()
        if row is not None:
            return int(row[0])
        added = sql.execute(
            "INSERT INTO bodies (sha256, octets, data) VALUES (?, ?, ?)", (digest, len(data), data)
        )
        assert added.lastrowid is not None  # noqa: S101 - it is one row
        return added.lastrowid

    def _number(self, mailbox: Mailbox, count: int) -> tuple[int, int]:
        """Take `count` UIDs and one mod-sequence; return the first UID and the mod-sequence."""
        row = self._db.sql.execute(
            "UPDATE mailboxes SET uidnext = uidnext + ?, modseq = modseq + 1"
            " WHERE id = ? AND selectable RETURNING uidnext, modseq",
            (count, mailbox.id),
        ).fetchone()
        if row is None:
            msg = f"there is no mailbox {mailbox.name!r}"
            raise NoSuchMailbox(msg)
        return row[0] - count, row[1]

    def _insert(self, target: Mailbox, arrival: Arrival, body: _Body, cited: _Cited) -> int:
        uid, modseq = self._number(target, 1)
        now = self._clock.now()
        moment = arrival.internaldate or now
        offset = moment.utcoffset()
        zone = 0 if offset is None else int(offset.total_seconds() // 60)
        flags = flag_text(self._spelled(target, arrival.flags))
        octets = len(arrival.data)
        self._db.sql.execute(
            f"INSERT INTO messages (mailbox, {ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(target.id, uid, body.id, octets, body.message),
                *(int(moment.timestamp()), zone, int(now.timestamp()), flags, modseq),
            ),
        )
        cited.changes.add(
            Delivered(
                account=target.address,
                mailbox=target.name,
                uidvalidity=target.uidvalidity,
                uid=uid,
                message=body.message,
                octets=octets,
                sha256=body.digest,
                flags=flag_tuple(flags),
                cause=cited.cause,
                connection=cited.connection,
                header_sha256=header_digest(arrival.data),
            ),
            target.id,
        )
        return uid

    def _spelled(self, mailbox: Mailbox, flags: tuple[str, ...]) -> tuple[str, ...]:
        """Spell keywords as the mailbox does already."""
        if all(flag.startswith("\\") for flag in flags):
            return flags
        known = {keyword.lower(): keyword for keyword in self.keywords(mailbox)}
        return tuple(known.get(flag.lower(), flag) for flag in flags)

    def _check_room(self, target: Mailbox, sizes: Sequence[int], freed: Sequence[int] = ()) -> None:
        messages, octets = len(sizes) - len(freed), sum(sizes) - sum(freed)
        check_room(self._db.sql, target.account, target.address, messages=messages, octets=octets)
