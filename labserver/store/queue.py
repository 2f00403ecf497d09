"""The queue: messages that wait at a server to be passed on, a row for each recipient.

Every change here is part of a transaction that its caller holds, so that a message that is
accepted, passed on or returned is never in two places or in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from labserver.events import Deferred, Dequeued, Leave, Queued
from labserver.store.bodies import drop_bodies
from labserver.store.database import Changes, Database

__all__ = ["Content", "Leaving", "Queue", "Terms", "Waiting"]

Content = Literal["7BIT", "8BITMIME", "BINARYMIME"]
"""What BODY says of a message (RFC 3030 section 3)."""


Returned = Literal["FULL", "HDRS"]
"""What RET asks for (RFC 3461 section 4.3)."""


class Terms(NamedTuple):
    """What MAIL says: as in `labserver.smtp.envelope`; the null reverse-path is an empty text."""

    sender: str
    ret: Returned | None = None
    envid: str | None = None
    content: Content = "7BIT"
    utf8: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One recipient of a message that shall go on; `domain` (in small letters) is where to."""

    terms: Terms
    recipient: str
    domain: str
    notify: frozenset[str] | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row of the queue. `tries` counts those that failed, `reply` is why the last one did."""

    id: int
    host: str
    queue_id: str
    leaving: Leaving
    body: int
    message: int
    received: datetime
    due: datetime
    tries: int
    reply: str
    warned: bool


_COLUMNS = (
    "id, host, queue_id, sender, ret, envid, content, utf8, recipient, domain, notify, original,"
    " body, message, received, due, tries, reply, warned"
)


class Queue:
    """The queues of all hosts of a store."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Reading

    def all(self) -> list[Waiting]:
        """Return what waits, in the order in which it came."""
        return self._read("ORDER BY id")

    def due(self, now: datetime) -> list[Waiting]:
        """Return what is to be tried by now, longest due first."""
        return self._read("WHERE due <= ? ORDER BY due, id", int(now.timestamp()))

    def next_due(self) -> datetime | None:
        """Return the moment of the next try; None if nothing waits."""
        (due,) = self._db.sql.execute("SELECT min(due) FROM queue").fetchone()
        return None if due is None else _moment(due)

    def _read(self, where: str, *given: int) -> list[Waiting]:
        query = f"SELECT {_COLUMNS} FROM queue {where}"
        return [_waiting(row) for row in self._db.sql.execute(query, given).fetchall()]

    # Changes, each as part of a transaction

    def add(  # noqa: PLR0913 - by name: what a row is made of
        self,
        leaving: Sequence[Leaving],
        *,
        host: str,
        queue_id: str,
        body: int,
        message: int,
        now: datetime,
        connection: int | None,
        changes: Changes,
    ) -> None:
        """Have a message wait at `host`, to be tried at once."""
        moment = int(now.timestamp())
        for each in leaving:
            notify = None if each.notify is None else ",".join(sorted(each.notify))
            self._db.sql.execute(
                "INSERT INTO queue (host, queue_id, sender, ret, envid, content, utf8, recipient,"
                " domain, notify, original, body, message, received, due)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(host, queue_id, *each.terms, each.recipient, each.domain),
                    *(notify, each.original, body, message, moment, moment),
                ),
            )
            changes.add(
                Queued(
                    host=host,
                    queue_id=queue_id,
                    message=message,
                    sender=each.terms.sender,
                    recipient=each.recipient,
                    connection=connection,
                )
            )

    def defer(
        self, row: Waiting, reply: str, due: datetime, changes: Changes, *, warned: bool = False
    ) -> None:
        """Take note that a try has failed, and of when the next one is."""
        self._db.sql.execute(
            "UPDATE queue SET tries = tries + 1, reply = ?, due = ?, warned = ? WHERE id = ?",
            (reply, int(due.timestamp()), warned or row.warned, row.id),
        )
        due = _moment(int(due.timestamp()))  # as it is kept
        changes.add(
            Deferred(
                host=row.host,
                queue_id=row.queue_id,
                message=row.message,
                recipient=row.leaving.recipient,
                reply=reply,
                due=due,
            )
        )

    def remove(self, rows: Iterable[Waiting], how: Leave, reply: str, changes: Changes) -> None:
        """Take rows out of the queue, for good."""
        for row in rows:
            self._db.sql.execute("DELETE FROM queue WHERE id = ?", (row.id,))
            drop_bodies(self._db.sql, [row.body])
            changes.add(
                Dequeued(
                    host=row.host,
                    queue_id=row.queue_id,
                    message=row.message,
                    recipient=row.leaving.recipient,
                    how=how,
                    reply=reply,
                )
            )


def _waiting(row: tuple) -> Waiting:  # type: ignore[type-arg]  # as SQLite has it
    terms = Terms(row[3], row[4], row[5], row[6], bool(row[7]))
    notify = None if row[10] is None else frozenset(row[10].split(","))
    return Waiting(
        id=row[0],
        host=row[1],
        queue_id=row[2],
        leaving=Leaving(
            terms=terms, recipient=row[8], domain=row[9], notify=notify, original=row[11]
        ),
        body=row[12],
        message=row[13],
        received=_moment(row[14]),
        due=_moment(row[15]),
        tries=row[16],
        reply=row[17],
        warned=bool(row[18]),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
