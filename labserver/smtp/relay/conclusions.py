"""What follows from the replies of the next server: rows leave the queue or wait on, and reports.

All that follows for one message is one transaction of the store; `runner` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from labserver.clock import Clock
from labserver.events import Leave, letters
from labserver.protocol.schedule import Schedule
from labserver.smtp import notices
from labserver.smtp.relay.outcome import Outcome, Verdict
from labserver.smtp.relay.report import Told
from labserver.smtp.relay.settled import Handled
from labserver.smtp.site import MailHost
from labserver.store import Post, Store, Waiting
from labserver.store.database import Changes

__all__ = ["Conclusions"]

Steps = list[Callable[[Changes], None]]


class Conclusions:
    """Draws conclusions; `handled` is what has become of messages, since somebody emptied it."""

    def __init__(self, store: Store, clock: Clock, schedule: Schedule) -> None:
        self._store = store
        self._clock = clock
        self._schedule = schedule
        self.handled: list[Handled] = []

    def draw(
        self,
        site: MailHost,
        rows: Sequence[Waiting],
        replies: Sequence[Outcome],
        *,
        remote: str | None,
        confirms: bool = False,
    ) -> None:
        """Do what follows for the recipients of one message, in one transaction.

        `remote` is the server that was asked; `confirms`: it takes over what a sender wants to
        hear of success (RFC 3461 section 5.2.2).
        """
        now = self._clock.now()
        steps: Steps = []
        told: dict[str, list[Told]] = {"failed": [], "delayed": [], "relayed": []}
        some_taken = any(reply.verdict is Verdict.TAKEN for reply in replies)
        for row, reply in zip(rows, replies, strict=True):
            wants = row.leaving.notify
            due = self._schedule.due(row.received, row.tries + 1, now)
            tell = _told(row, reply, remote, now)
            if reply.verdict is Verdict.TAKEN:
                steps.append(self.leave([row], "relayed", reply))
                self.note([row], "relayed", reply)
                if wants is not None and "SUCCESS" in wants and not confirms:
                    told["relayed"].append(tell)
            elif reply.verdict is Verdict.LATER and some_taken and reply.too_many:
                # RFC 5321 section 4.5.3.1.10: those before have made room.
                steps.append(self._defer(row, reply, now))
            elif reply.verdict is Verdict.LATER and due is not None:
                warns = (
                    wants is not None
                    and "DELAY" in wants
                    and not row.warned
                    and self._schedule.warns(row.received, now)
                )
                steps.append(self._defer(row, reply, due, warned=warns))
                if warns:
                    until = self._schedule.deadline(row.received)
                    told["delayed"].append(_told(row, reply, remote, now, until))
            else:
                reported = bool(row.leaving.terms.sender) and (wants is None or "FAILURE" in wants)
                how: Leave = "bounced" if reported else "dropped"
                steps.append(self.leave([row], how, reply))
                self.note([row], how, reply)
                if reported:
                    told["failed"].append(tell)
        posts: list[Post] = []
        first = rows[0]
        for action in ("failed", "delayed", "relayed"):
            if told[action]:
                posts += notices.report(
                    site,
                    action,
                    told[action],
                    terms=first.leaving.terms,
                    arrival=first.received,
                    data=self._store.messages.data(first.body) or b"",
                )
        self._store.messages.post(posts, before=lambda changes: [step(changes) for step in steps])

    def leave(self, rows: list[Waiting], how: Leave, reply: Outcome) -> Callable[[Changes], None]:
        """Return what has rows leave the queue, as a step of a transaction."""
        return lambda changes: self._store.queue.remove(rows, how, str(reply), changes)

    def _defer(
        self, row: Waiting, reply: Outcome, due: datetime, *, warned: bool = False
    ) -> Callable[[Changes], None]:
        return lambda changes: self._store.queue.defer(row, str(reply), due, changes, warned=warned)

    def note(self, rows: Sequence[Waiting], how: Leave, reply: Outcome) -> None:
        """Take note of what has become of a message for these recipients."""
        self.handled += [
            Handled(
                letter=letters(row.message),
                host=row.host,
                recipient=row.leaving.recipient,
                how=how,
                reply=str(reply),
            )
            for row in rows
        ]


def _told(
    row: Waiting, reply: Outcome, remote: str | None, now: datetime, until: datetime | None = None
) -> Told:
    return Told(
        recipient=row.leaving.recipient,
        original=row.leaving.original,
        reply=reply,
        # RFC 3464 section 2.3.6: named where the reply is that server's.
        remote=remote if reply.code is not None else None,
        until=until,
        tried=now,
    )
