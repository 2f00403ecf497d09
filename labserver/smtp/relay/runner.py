"""Emptying the queues: one connection at a time, in an order that is a function of the queue.

Theory of operation. What is due longest comes first, and with it all that is due for the same next
server, over one connection. A message goes in one transaction for all its recipients there (RFC
5321 section 4.5.4.1). Each recipient then has a reply, its own or that of the connection, and what
follows from it is one transaction of the store: the row leaves, or is due later, and what its
sender must be told is in the queue in the same moment. So a crash can have a message passed on
twice, between the next server's 250 and our commit, and can lose none (section 6.1).

In lab time nothing happens but in `settle`, which moves the clock to the next try; in real time
`keep_going` waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from labserver.clock import Clock, Ids, LabClock
from labserver.events import Event, Leave, Queued, letters
from labserver.protocol.limits import Limits
from labserver.protocol.schedule import Schedule
from labserver.smtp import delivery, notices, routing
from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.grammar import read_mailbox
from labserver.smtp.relay.dial import Dial
from labserver.smtp.relay.outcome import Outcome, Verdict
from labserver.smtp.relay.report import Told
from labserver.smtp.relay.settled import Handled, Held, Settled
from labserver.smtp.site import MailHost
from labserver.store import HOSTS, OverQuota, Post, Store, Waiting
from labserver.store.database import Changes

__all__ = ["Relay"]

logger = logging.getLogger("labserver.smtp")

_AFTER_A_BUG = 60.0
"""Seconds of real time until the queue is looked at again after an error of ours."""

_NO_HOST = Outcome(None, "no server has mail for this domain", "5.1.2")
_FULL = Outcome(None, "the mailbox is full", "4.2.2")
_LOOP = Outcome(None, "the aliases of this address lead back to it", "5.4.6")
_DELIVERED = Outcome(None, "delivered", "2.0.0")

Steps = list[Callable[[Changes], None]]


class Relay:
    """The queues of all hosts of one lab. Everything happens on the lab's one thread.

    `hosts`: the name of each domain's server.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
        limits: Limits,
        schedule: Schedule,
        dial: Dial,
        hosts: Mapping[str, str] = HOSTS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._schedule = schedule
        self._dial = dial
        self._hosts = hosts
        self._limits = limits
        self._sites = {
            host: MailHost(
                store=store, clock=clock, ids=ids, limits=limits, host=host, domain=domain
            )
            for domain, host in hosts.items()
        }
        self._busy = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._handled: list[Handled] = []

    # Running

    async def settle(self, within: timedelta | None = None) -> Settled:
        """Run the queues until they are empty, or until so much lab time has passed.

        Lab time moves on to each next try; with `within`, to that bound and no further if
        something waits still. In real time, what is due is tried, and that is all. Raises
        ValueError if `within` is negative.
        """
        if within is not None and within < timedelta(0):
            raise ValueError(f"lab time cannot run backwards: {within}")
        async with self._busy:
            bound = None if within is None else self._clock.now() + within
            self._handled = []
            while await self._turn() or self._move_on(bound):
                pass
            waiting = tuple(_held(row) for row in self._store.queue.all())
            return Settled(handled=tuple(self._handled), waiting=waiting, now=self._clock.now())

    def _move_on(self, bound: datetime | None) -> bool:
        """Move lab time to the next try; return False if there is none to come to."""
        due = self._store.queue.next_due()
        if due is None or not isinstance(self._clock, LabClock):
            return False
        moment = due if bound is None else min(due, bound)
        ahead = moment - self._clock.now()
        if ahead > timedelta(0):
            self._clock.advance(ahead)
        return bound is None or due <= bound

    def start(self) -> None:
        """Have the queues run by themselves from now on, in real time."""
        self._task = asyncio.get_running_loop().create_task(self._keep_going())

    async def stop(self) -> None:
        """End that; what was on its way waits, and is taken up again after a restart."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _keep_going(self) -> None:
        news = asyncio.Event()

        def hear(event: Event, _: int | None) -> None:
            if isinstance(event, Queued):
                news.set()

        unwatch = self._store.observe(hear)
        try:
            while True:
                news.clear()
                pause = await self._until_next()
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await news.wait()
        finally:
            unwatch()

    async def _until_next(self) -> float | None:
        """Try what is due; return the seconds until the next try, None if nothing waits."""
        try:
            async with self._busy:
                while await self._turn():
                    self._handled = []
        except Exception:
            logger.exception("the queue: an error in passing mail on")
            return _AFTER_A_BUG
        due = self._store.queue.next_due()
        return None if due is None else max(0.0, (due - self._clock.now()).total_seconds())

    # One connection, or one delivery

    async def _turn(self) -> bool:
        """Try what is due longest; return False if nothing is due."""
        due = self._store.queue.due(self._clock.now())
        if not due:
            return False
        first = due[0]
        domain = first.leaving.domain
        site = self._sites.get(first.host)
        if site is None:
            # A store of another lab, with other hosts: nobody here speaks for that one.
            self._conclude(next(iter(self._sites.values())), [first], [_NO_HOST], remote=None)
        elif domain == site.domain:
            self._deliver(site, first)
        elif domain not in self._hosts:
            self._conclude(site, [first], [_NO_HOST], remote=None)
        else:
            batch = [row for row in due if (row.host, row.leaving.domain) == (first.host, domain)]
            await self._pass_on(site, self._hosts[domain], batch)
        return True

    async def _pass_on(self, site: MailHost, host: str, batch: Sequence[Waiting]) -> None:
        """Pass messages on to another server, as far as the connection carries them."""
        from labserver.smtp.relay.conversation import Broken, Conversation  # slow to import

        try:
            conversation = await Conversation.begin(
                self._dial, host, site.host, self._limits.patience
            )
        except Broken as broken:
            # RFC 5321 section 4.5.4.1: a host that can't be reached is not tried for each message.
            for rows in _transactions(batch):
                self._conclude(site, rows, [broken.reply] * len(rows), remote=host)
            return
        try:
            for rows in _transactions(batch):
                if conversation.over:
                    break  # The others are due still: they get a connection of their own.
                data = self._store.messages.data(rows[0].body) or b""
                leaving = [row.leaving for row in rows]
                replies = await conversation.send(leaving[0].terms, leaving, data)
                self._conclude(
                    site, rows, replies, remote=host, confirms="dsn" in conversation.offers
                )
        except BaseException:
            conversation.give_up()
            raise
        finally:
            await conversation.end()

    def _deliver(self, site: MailHost, row: Waiting) -> None:
        """Put what waits for somebody of this server into their mailbox."""
        leaving = row.leaving
        path = read_mailbox(leaving.recipient)
        sender = read_mailbox(leaving.terms.sender)
        data = self._store.messages.data(row.body) or b""
        if path is None:
            self._conclude(site, [row], [delivery.NOBODY], remote=None)
            return
        envelope = Envelope(
            sender=sender or routing.NOBODY,
            recipients=[Recipient(path=path, notify=leaving.notify, original=leaving.original)],
            ret=leaving.terms.ret,
            envid=leaving.terms.envid,
            body=leaving.terms.content,
            utf8=leaving.terms.utf8,
        )
        try:
            expansion = routing.expand(site, envelope)
            if expansion.unknown:
                self._conclude(site, [row], [delivery.NOBODY], remote=None)
                return
            posts = delivery.posts(
                site,
                expansion,
                delivery.Traced(b"", data),
                terms=leaving.terms,
                queue_id=row.queue_id,
                message=row.message,
            )
            self._store.messages.post(posts, before=self._leave([row], "delivered", _DELIVERED))
        except OverQuota:
            self._conclude(site, [row], [_FULL], remote=None)
        except routing.RoutesLoop:
            self._conclude(site, [row], [_LOOP], remote=None)
        else:
            self._note([row], "delivered", _DELIVERED)

    # What follows from the replies

    def _conclude(
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
                steps.append(self._leave([row], "relayed", reply))
                self._note([row], "relayed", reply)
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
                steps.append(self._leave([row], how, reply))
                self._note([row], how, reply)
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

    def _leave(self, rows: list[Waiting], how: Leave, reply: Outcome) -> Callable[[Changes], None]:
        return lambda changes: self._store.queue.remove(rows, how, str(reply), changes)

    def _defer(
        self, row: Waiting, reply: Outcome, due: datetime, *, warned: bool = False
    ) -> Callable[[Changes], None]:
        return lambda changes: self._store.queue.defer(row, str(reply), due, changes, warned=warned)

    def _note(self, rows: Sequence[Waiting], how: Leave, reply: Outcome) -> None:
        self._handled += [
            Handled(
                letter=letters(row.message),
                host=row.host,
                recipient=row.leaving.recipient,
                how=how,
                reply=str(reply),
            )
            for row in rows
        ]


def _transactions(batch: Sequence[Waiting]) -> list[list[Waiting]]:
    """Part rows into messages, each with all its recipients, in order."""
    groups: OrderedDict[tuple[object, ...], list[Waiting]] = OrderedDict()
    for row in batch:
        groups.setdefault((row.queue_id, row.body, row.leaving.terms), []).append(row)
    return list(groups.values())


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


def _held(row: Waiting) -> Held:
    return Held(
        letter=letters(row.message),
        host=row.host,
        recipient=row.leaving.recipient,
        tries=row.tries,
        due=row.due,
        reply=row.reply,
    )
