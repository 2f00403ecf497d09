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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from labserver.clock import Clock, Ids, LabClock
from labserver.events import Event, Queued, letters
from labserver.protocol.limits import Limits
from labserver.protocol.schedule import Schedule
from labserver.smtp import delivery, routing
from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.grammar import read_mailbox
from labserver.smtp.relay.conclusions import Conclusions
from labserver.smtp.relay.dial import Dial
from labserver.smtp.relay.outcome import Outcome
from labserver.smtp.relay.settled import Held, Settled
from labserver.smtp.site import MailHost
from labserver.store import HOSTS, OverQuota, Store, Waiting

__all__ = ["MOST", "Relay"]

MOST = 1000
"""How much mail is handled at once before it is thought to multiply."""

logger = logging.getLogger("labserver.smtp")

_AFTER_A_BUG = 60.0
"""Seconds of real time until the queue is looked at again after an error of ours."""

_NO_HOST = Outcome(None, "no server has mail for this domain", "5.1.2")
_FULL = Outcome(None, "the mailbox is full", "4.2.2")
_LOOP = Outcome(None, "the aliases of this address lead back to it", "5.4.6")
_DELIVERED = Outcome(None, "delivered", "2.0.0")


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
        self._conclusions = Conclusions(store, clock, schedule)
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

    # Running

    async def settle(self, within: timedelta | None = None, *, most: int = MOST) -> Settled:
        """Run the queues until they are empty, or until so much lab time has passed.

        Lab time moves on to each next try; with `within`, to that bound and no further if
        something waits still. In real time, what is due is tried, and that is all. Once `most`
        rows have been handled it ends, whatever waits: lists that hold one another double mail at
        every hop. Raises ValueError if `within` is negative.
        """
        if within is not None and within < timedelta(0):
            raise ValueError(f"lab time cannot run backwards: {within}")
        async with self._busy:
            bound = None if within is None else self._clock.now() + within
            self._conclusions.handled = []
            handled = self._conclusions.handled
            while await self._turn() or self._move_on(bound):
                if len(handled) >= most:
                    break
            waiting = tuple(_held(row) for row in self._store.queue.all())
            return Settled(
                handled=tuple(handled),
                waiting=waiting,
                now=self._clock.now(),
                cut_short=len(handled) >= most and bool(waiting),
            )

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
                    self._conclusions.handled = []
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
            self._conclusions.draw(
                next(iter(self._sites.values())), [first], [_NO_HOST], remote=None
            )
        elif domain == site.domain:
            self._deliver(site, first)
        elif domain not in self._hosts:
            self._conclusions.draw(site, [first], [_NO_HOST], remote=None)
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
                self._conclusions.draw(site, rows, [broken.reply] * len(rows), remote=host)
            return
        try:
            for rows in _transactions(batch):
                if conversation.over:
                    break  # The others are due still: they get a connection of their own.
                data = self._store.messages.data(rows[0].body) or b""
                leaving = [row.leaving for row in rows]
                replies = await conversation.send(leaving[0].terms, leaving, data)
                self._conclusions.draw(
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
            self._conclusions.draw(site, [row], [delivery.NOBODY], remote=None)
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
                self._conclusions.draw(site, [row], [delivery.NOBODY], remote=None)
                return
            posts = delivery.posts(
                site,
                expansion,
                delivery.Traced(b"", data),
                terms=leaving.terms,
                queue_id=row.queue_id,
                message=row.message,
            )
            self._store.messages.post(
                posts, before=self._conclusions.leave([row], "delivered", _DELIVERED)
            )
        except OverQuota:
            self._conclusions.draw(site, [row], [_FULL], remote=None)
        except routing.RoutesLoop:
            self._conclusions.draw(site, [row], [_LOOP], remote=None)
        else:
            self._conclusions.note([row], "delivered", _DELIVERED)


def _transactions(batch: Sequence[Waiting]) -> list[list[Waiting]]:
    """Part rows into messages, each with all its recipients, in order."""
    groups: OrderedDict[tuple[object, ...], list[Waiting]] = OrderedDict()
    for row in batch:
        groups.setdefault((row.queue_id, row.body, row.leaving.terms), []).append(row)
    return list(groups.values())


def _held(row: Waiting) -> Held:
    return Held(
        letter=letters(row.message),
        host=row.host,
        recipient=row.leaving.recipient,
        tries=row.tries,
        due=row.due,
        reply=row.reply,
    )
