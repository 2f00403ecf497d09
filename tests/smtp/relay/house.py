"""Two mail hosts with their queues, and a scripted peer in the place of the network."""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from labserver.clock import LabClock
from labserver.events import Deferred, Dequeued, Event, Log, Queued
from labserver.faults import Faults
from labserver.protocol.limits import Limits
from labserver.protocol.schedule import Schedule
from labserver.smtp.relay.runner import Relay
from labserver.smtp.relay.settled import Settled
from labserver.store import Leaving, Post, Store, Terms
from tests.smtp.relay.peer import Peer

HOME = "mail.home.example"
LETTER = b"Received: from laptop\r\nFrom: alice@home.example\r\nSubject: Hi\r\n\r\n.dot\r\nbye\r\n"


@dataclass
class Office:
    """What a test of the queue looks at."""

    store: Store
    clock: LabClock
    log: Log
    faults: Faults
    peer: Peer
    limits: Limits
    schedule: Schedule
    _n: int = 0

    def queue(
        self,
        *recipients: str,
        data: bytes = LETTER,
        sender: str = "alice@home.example",
        notify: str | None = None,
        original: str | None = None,
        host: str = HOME,
        **terms: Any,
    ) -> str:
        """Have a message wait; return its queue id."""
        self._n += 1
        queue_id = f"q{self._n}"
        leaving = tuple(
            Leaving(
                terms=Terms(sender, **terms),
                recipient=each,
                domain=each.rpartition("@")[2],
                notify=None if notify is None else frozenset(notify.split(",")),
                original=original,
            )
            for each in recipients
        )
        self.store.messages.post([Post(data=data, leaving=leaving, host=host, queue_id=queue_id)])
        return queue_id

    def settle(self, within: timedelta | None = None) -> Settled:
        async def run() -> Settled:
            relay = Relay(
                store=self.store,
                clock=self.clock,
                ids=self.store.ids,
                limits=self.limits,
                schedule=self.schedule,
                dial=self.peer,
            )
            return await relay.settle(within)

        return asyncio.run(run())

    def inbox(self, login: str) -> list[bytes]:
        account = self.store.accounts.find(login)
        assert account is not None
        rows = self.store.messages.rows(self.store.mailboxes.get(account, "INBOX"))
        return [self.store.messages.data(row.body) or b"" for row in rows]

    def reports(self, login: str = "alice") -> list[EmailMessage]:
        """What lies in an inbox, parsed by the standard library."""
        policy = email.policy.default
        return [email.message_from_bytes(each, policy=policy) for each in self.inbox(login)]

    def moves(self) -> list[Event]:
        kinds = (Queued, Deferred, Dequeued)
        return [entry.event for entry in self.log if isinstance(entry.event, kinds)]


_open: list[Office] = []


def office(peer: Peer | None = None, *, schedule: Schedule | None = None, **limits: Any) -> Office:
    """Open an office with alice and bob at home and carol at work."""
    clock = LabClock()
    log = Log(clock.now)
    faults = Faults()
    store = Store(clock=clock, seed=1, record=log.append, faults=faults)
    for login in ("alice", "bob", "carol@work.example"):
        store.accounts.add(login, "secret")
    made = Office(
        store, clock, log, faults, peer or Peer(), Limits(**limits), schedule or Schedule()
    )
    _open.append(made)
    return made


def close_all() -> None:
    while _open:
        _open.pop().store.close()


def fields(report: EmailMessage) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The fields of message/delivery-status: of the message, and of each recipient."""
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    parts = list(report.iter_parts())
    assert parts[0].get_content_type() == "text/plain"
    assert parts[1].get_content_type() == "message/delivery-status"
    blocks = [dict(block.items()) for block in parts[1].get_payload()]
    return blocks[0], blocks[1:]
