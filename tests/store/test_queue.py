"""The queue: rows that come and go with the transaction that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from labserver.clock import LAB_START, LabClock
from labserver.events import Deferred, Dequeued, Log, NewMessage, Queued
from labserver.faults import Faults, MailboxFull
from labserver.snapshot import fold
from labserver.store import Arrival, Leaving, OverQuota, Post, Store, Terms, recollect

DATA = b"Subject: Hi\r\n\r\nbye\r\n"
HALF = timedelta(minutes=30)


def leaving(recipient: str = "carol@work.example", **wishes: object) -> Leaving:
    terms = Terms("alice@home.example", "HDRS", "x+2By", "8BITMIME", utf8=True)
    return Leaving(terms=terms, recipient=recipient, domain="work.example", **wishes)  # type: ignore[arg-type]


class House:
    def __init__(self, path: str | Path = ":memory:") -> None:
        self.clock = LabClock()
        self.log = Log(self.clock.now)
        self.faults = Faults()
        self.store = Store(
            path, clock=self.clock, seed=1, record=self.log.append, faults=self.faults
        )
        self.store.accounts.find("bob") or self.store.accounts.add("bob", "tulip")

    def post(self, *rows: Leaving, queue_id: str = "q", local: bool = False) -> None:
        bob = self.store.accounts.find("bob")
        assert bob is not None
        into = ((self.store.mailboxes.get(bob, "INBOX"), b"R: x\r\n" + DATA),) if local else ()
        post = Post(into=into, data=DATA, leaving=rows, host="mail.home.example", queue_id=queue_id)
        self.store.messages.post([post])

    def bodies(self) -> int:
        (count,) = self.store.database.sql.execute("SELECT count(*) FROM bodies").fetchone()
        return int(count)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def test_a_row_holds_all_that_the_envelope_said(house: House) -> None:
    one = leaving(notify=frozenset({"SUCCESS", "DELAY"}), original="rfc822;c")
    house.post(
        one, leaving("dan@work.example", notify=frozenset({"NEVER"})), leaving("e@work.example")
    )
    first, second, third = house.store.queue.all()
    assert first.leaving == one
    assert second.leaving.notify == frozenset({"NEVER"})
    assert third.leaving.notify is None
    assert (first.host, first.queue_id, first.received, first.due) == (
        "mail.home.example",
        "q",
        LAB_START,
        LAB_START,
    )
    assert (first.tries, first.reply, first.warned) == (0, "", False)
    assert first.body == second.body
    assert house.store.messages.data(first.body) == DATA


def test_local_copies_and_the_queue_are_one_transaction(house: House) -> None:
    house.faults.add(MailboxFull(account="bob@home.example"))
    with pytest.raises(OverQuota):
        house.post(leaving(), local=True)
    assert house.store.queue.all() == []
    before = len(house.log)
    with pytest.raises(Exception, match="UNIQUE"):
        house.post(leaving(), leaving(), local=True)
    assert house.store.queue.all() == []
    assert len(house.log) == before
    assert house.bodies() == 0


def test_one_letter_wherever_it_goes(house: House) -> None:
    house.post(leaving(), local=True)
    (new,) = (e.event for e in house.log if isinstance(e.event, NewMessage))
    (row,) = house.store.queue.all()
    assert row.message == new.message == 1
    # Both forms are the message: the one in the mailbox, and the one that goes on.
    letters = dict(house.store.database.sql.execute("SELECT sha256, message FROM letters"))
    assert list(letters.values()) == [1, 1]


def test_what_is_due_is_due_in_order(house: House) -> None:
    for name in ("a", "b", "c"):
        house.post(leaving(f"{name}@work.example"), queue_id=name)
    a, b, _ = house.store.queue.all()
    with house.store.database.transaction() as changes:
        house.store.queue.defer(a, "451 x", LAB_START + 2 * HALF, changes)
        house.store.queue.defer(b, "451 y", LAB_START + HALF, changes, warned=True)
    queue = house.store.queue
    assert [row.queue_id for row in queue.due(LAB_START)] == ["c"]
    assert [row.queue_id for row in queue.due(LAB_START + 2 * HALF)] == ["c", "b", "a"]
    assert queue.next_due() == LAB_START
    assert [(row.tries, row.reply, row.warned) for row in queue.all()] == [
        (1, "451 x", False),
        (1, "451 y", True),
        (0, "", False),
    ]
    assert [e.event.due for e in house.log if isinstance(e.event, Deferred)] == [
        LAB_START + 2 * HALF,
        LAB_START + HALF,
    ]


def test_what_leaves_takes_its_body_with_it_when_it_was_the_last(house: House) -> None:
    house.post(leaving("a@work.example"), leaving("b@work.example"))
    for left in (1, 0):
        row = house.store.queue.all()[0]
        with house.store.database.transaction() as changes:
            house.store.queue.remove([row], "relayed", "250 OK", changes)
        assert house.bodies() == left
    assert house.store.queue.next_due() is None
    assert [e.event.how for e in house.log if isinstance(e.event, Dequeued)] == ["relayed"] * 2


def test_an_expunge_leaves_the_body_that_waits(house: House) -> None:
    house.post(leaving())
    bob = house.store.accounts.find("bob")
    assert bob is not None
    inbox = house.store.mailboxes.get(bob, "INBOX")
    house.store.messages.append(inbox, [Arrival(data=DATA)])
    house.store.messages.expunge(inbox, house.store.messages.uids(inbox))
    (row,) = house.store.queue.all()
    assert house.store.messages.data(row.body) == DATA


def test_a_restart_finds_the_queue_as_it_was(tmp_path: Path) -> None:
    house = House(tmp_path / "store")
    house.post(leaving("a@work.example"), leaving("b@work.example", original="rfc822;b"))
    with house.store.database.transaction() as changes:
        house.store.queue.defer(house.store.queue.all()[0], "451 x", LAB_START + HALF, changes)
    held, world = house.store.queue.all(), fold(house.log)
    house.store.close()
    house = House(tmp_path / "store")
    assert house.store.queue.all() == held
    events = list(recollect(house.store))
    house.store.close()
    assert [type(event) for event in events[-3:]] == [Queued, Deferred, Queued]
    log = Log(LabClock().now)
    for event in events:
        log.append(event)
    assert fold(log).queues == world.queues
