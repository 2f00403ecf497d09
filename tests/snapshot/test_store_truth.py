"""The fold of the log equals what the store holds, read by code that does not use the fold."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from labserver.clock import LAB_SEED, LabClock
from labserver.events import (
    AccessChanged,
    Deferred,
    Delivered,
    Dequeued,
    Entry,
    Expunged,
    FlagsChanged,
    Log,
    MailboxRenamed,
    Queued,
    QuotaChanged,
    Renumbered,
)
from labserver.snapshot import EMPTY, Snapshot, apply, fold
from labserver.store import (
    Arrival,
    Flagging,
    Granting,
    Leaving,
    Post,
    Resource,
    Store,
    StoreError,
    Terms,
    rights_of,
    rights_text,
)

NAMES = st.sampled_from(["INBOX", "Archive", "Archive/2026", "Sent", "Trash", "a", "a/b"])
FLAGS = st.lists(st.sampled_from(["\\Seen", "\\Deleted", "\\Flagged", "work", "Work"]), max_size=3)
HOW = st.sampled_from([*Granting, None])
TEXTS = st.sampled_from(
    [b"Subject: %d\r\nFrom: Alice <a@x.example>\r\n\r\nhi\r\n" % n for n in range(4)]
)
Copies = dict[int, tuple[int, int, str, tuple[str, ...]]]
World = dict[str, dict[str, tuple[int, dict[str, str], Copies]]]
Limits = dict[str, dict[str, int]]
Queues = dict[tuple[str, str, str], tuple[int, str, str, int | None]]


def read_store(store: Store) -> World:
    """Read every account's mailboxes by SELECT."""
    world: World = {}
    sql = store.database.sql
    for account_id, address in sql.execute("SELECT id, name || '@' || domain FROM accounts"):
        boxes = world[address] = {}
        query = "SELECT id, name, uidvalidity FROM mailboxes WHERE account = ? AND selectable"
        for box, name, uidvalidity in sql.execute(query, (account_id,)).fetchall():
            rows = sql.execute(
                "SELECT m.uid, m.message, m.octets, b.sha256, m.flags FROM messages m"
                " JOIN bodies b ON b.id = m.body WHERE m.mailbox = ?",
                (box,),
            )
            query = "SELECT identifier, rights FROM access WHERE mailbox = ?"
            access = {
                identifier: rights_text(rights_of(rights))
                for identifier, rights in sql.execute(query, (box,))
            }
            held = {
                uid: (message, octets, sha256, tuple(flags.split()))
                for uid, message, octets, sha256, flags in rows
            }
            boxes[name] = (uidvalidity, access, held)
    return world


def read_limits(store: Store) -> Limits:
    """Read by SELECT how much each account may hold."""
    rows = store.database.sql.execute(
        "SELECT name || '@' || domain, resource, most FROM quotas JOIN accounts"
        " ON accounts.id = quotas.account"
    )
    found: Limits = {}
    for address, resource, most in rows:
        found.setdefault(address, {})[resource] = most
    return found


def read_told_limits(snapshot: Snapshot) -> Limits:
    """Bring what the fold says of that into the same shape."""
    found: Limits = {}
    for address, account in snapshot.accounts.items():
        said = {
            "STORAGE": account.limits.storage,
            "MESSAGE": account.limits.messages,
            "MAILBOX": account.limits.mailboxes,
        }
        limits = {name: most for name, most in said.items() if most is not None}
        if limits:
            found[address] = limits
    return found


def read_queues(store: Store) -> Queues:
    """Read by SELECT what waits at the servers."""
    rows = store.database.sql.execute(
        "SELECT host, queue_id, recipient, message, sender, reply, due, tries FROM queue"
    )
    return {
        (host, queue_id, recipient): (message, sender, reply, due if tries else None)
        for host, queue_id, recipient, message, sender, reply, due, tries in rows
    }


def read_waiting(snapshot: Snapshot) -> Queues:
    """Bring what the fold says waits into the same shape."""
    return {
        (host, *key): (
            row.message,
            row.sender,
            row.reply,
            None if row.due is None else int(row.due.timestamp()),
        )
        for host, queue in snapshot.queues.items()
        for key, row in queue.items()
    }


def read_snapshot(snapshot: Snapshot) -> World:
    """Bring what the fold says into the same shape."""
    return {
        address: {
            name: (
                box.uidvalidity,
                dict(box.access.items()),
                {
                    uid: (copy.message, copy.octets, copy.sha256, copy.flags)
                    for uid, copy in box.copies.items()
                },
            )
            for name, box in account.mailboxes.items()
        }
        for address, account in snapshot.accounts.items()
    }


class Worlds(RuleBasedStateMachine):
    """Any sequence of store operations, on two accounts."""

    def __init__(self) -> None:
        super().__init__()
        clock = LabClock()
        self.log = Log(clock.now)
        self.store = Store(clock=clock, seed=LAB_SEED, record=self.log.append)
        self.people = [self.store.accounts.add(name, "tulip") for name in ("bob", "alice")]
        self.snapshot, self.seen = EMPTY, 0
        self.accepted = 0

    def teardown(self) -> None:
        self.store.close()

    def do(self, operation: Any) -> None:
        with contextlib.suppress(StoreError):  # Refused: the invariant holds it to no change.
            operation()

    def box(self, who: int, name: str) -> Any:
        return self.store.mailboxes.get(self.people[who], name)

    def some(self, who: int, name: str, *, odd: bool) -> tuple[Any, list[int]]:
        box = self.box(who, name)
        uids = self.store.messages.uids(box)
        return box, [uid for uid in uids if uid % 2 or not odd]

    who = st.integers(0, 1)

    @rule(who=who, text=TEXTS, flags=FLAGS, both=st.booleans())
    def deliver(self, who: int, text: bytes, flags: list[str], *, both: bool) -> None:
        targets = [self.box(n, "INBOX") for n in ((0, 1) if both else (who,))]
        arrival = Arrival(data=text, flags=tuple(flags))
        self.do(lambda: self.store.messages.deliver(targets, arrival, cause="smtp"))

    @rule(who=who, name=NAMES, texts=st.lists(TEXTS, max_size=3), flags=FLAGS)
    def append(self, who: int, name: str, texts: list[bytes], flags: list[str]) -> None:
        arrivals = [Arrival(data=text, flags=tuple(flags)) for text in texts]
        self.do(lambda: self.store.messages.append(self.box(who, name), arrivals))

    @rule(who=who, name=NAMES, odd=st.booleans(), how=st.sampled_from(Flagging), flags=FLAGS)
    def flag(self, who: int, name: str, *, odd: bool, how: Flagging, flags: list[str]) -> None:
        self.do(lambda: self.store.messages.set_flags(*self.some(who, name, odd=odd), how, flags))

    @rule(who=who, name=NAMES, odd=st.booleans())
    def expunge(self, who: int, name: str, *, odd: bool) -> None:
        self.do(lambda: self.store.messages.expunge(*self.some(who, name, odd=odd)))

    @rule(who=who, name=NAMES, odd=st.booleans(), whose=who, to=NAMES, move=st.booleans())
    def transfer(self, who: int, name: str, *, odd: bool, whose: int, to: str, move: bool) -> None:
        step = self.store.messages.move if move else self.store.messages.copy
        self.do(lambda: step(*self.some(who, name, odd=odd), self.box(whose, to)))

    @rule(who=who, name=NAMES, identifier=st.sampled_from(["alice", "-bob", "anyone"]), how=HOW)
    def grant(self, who: int, name: str, identifier: str, how: Granting | None) -> None:
        access = self.store.access
        if how is None:
            self.do(lambda: access.withdraw(self.box(who, name), identifier))
        else:
            self.do(lambda: access.grant(self.box(who, name), identifier, how, rights_of("lkc")))

    @rule(who=who, name=NAMES)
    def create(self, who: int, name: str) -> None:
        self.do(lambda: self.store.mailboxes.create(self.people[who], name))

    @rule(who=who, name=NAMES)
    def delete(self, who: int, name: str) -> None:
        self.do(lambda: self.store.mailboxes.delete(self.people[who], name))

    @rule(who=who, name=NAMES, to=NAMES)
    def rename(self, who: int, name: str, to: str) -> None:
        self.do(lambda: self.store.mailboxes.rename(self.people[who], name, to))

    @rule(who=who, name=NAMES)
    def renumber(self, who: int, name: str) -> None:
        self.do(lambda: self.store.renumber(self.box(who, name)))

    @rule(
        who=who,
        limits=st.dictionaries(st.sampled_from(Resource), st.integers(-1, 9), max_size=3),
    )
    def limit(self, who: int, limits: dict[Resource, int]) -> None:
        self.do(lambda: self.store.quotas.set(self.people[who], limits))

    @rule(
        who=who,
        text=TEXTS,
        host=st.sampled_from(["mail.home.example", "mail.work.example"]),
        recipients=st.lists(st.sampled_from(["x", "y"]), unique=True),
        both=st.booleans(),
    )
    def accept(
        self, who: int, text: bytes, host: str, recipients: list[str], *, both: bool
    ) -> None:
        self.accepted += 1
        terms = Terms("bob@home.example" if both else "")
        rows = [
            Leaving(terms=terms, recipient=f"{each}@work.example", domain="work.example")
            for each in recipients
        ]
        into = ((self.box(who, "INBOX"), b"R: x\r\n" + text),) if both or not rows else ()
        post = Post(
            into=into, data=text, leaving=tuple(rows), host=host, queue_id=f"q{self.accepted}"
        )
        self.do(lambda: self.store.messages.post([post]))

    @rule(n=st.integers(0, 3), hours=st.integers(0, 99))
    def defer(self, n: int, hours: int) -> None:
        for row in self.store.queue.all()[n : n + 1]:
            due = row.due + timedelta(hours=hours)
            with self.store.database.transaction() as changes:
                self.store.queue.defer(row, f"45{n} x", due, changes)

    @rule(n=st.integers(0, 3), how=st.sampled_from(["relayed", "bounced", "dropped"]))
    def leave(self, n: int, how: Any) -> None:
        rows = self.store.queue.all()[n : n + 2]
        with self.store.database.transaction() as changes:
            self.store.queue.remove(rows, how, "250 OK", changes)

    @invariant()
    def true(self) -> None:
        for entry in self.log.since(self.seen):
            self.snapshot, self.seen = apply(self.snapshot, entry), entry.number
        assert read_snapshot(self.snapshot) == read_store(self.store)
        assert read_waiting(self.snapshot) == read_queues(self.store)
        assert read_told_limits(self.snapshot) == read_limits(self.store)
        assert self.snapshot == fold(self.log)


def test_the_fold_of_the_log_is_what_the_store_holds() -> None:
    run_state_machine_as_test(Worlds)


Held = tuple[int, World, Queues, Limits]
"""After how many entries, and what the store held then."""


def a_life() -> tuple[Log, list[Held]]:
    """Do a few things; return the log, and what the store held after how many entries."""
    clock = LabClock()
    log = Log(clock.now)
    store = Store(clock=clock, seed=LAB_SEED, record=log.append)
    bob = store.accounts.add("bob", "tulip")
    inbox = store.mailboxes.get(bob, "INBOX")
    archive = store.mailboxes.create(bob, "Archive")
    messages = store.messages
    arrivals = [Arrival(data=b"Subject: %d\r\n\r\nx\r\n" % n) for n in range(3)]
    rows = tuple(
        Leaving(terms=Terms("bob@home.example"), recipient=each, domain="work.example")
        for each in ("x@work.example", "y@work.example")
    )
    waiting = Post(data=b"A: b\r\n\r\n", leaving=rows, host="mail.home.example", queue_id="q")
    held = []
    for step in (
        *(partial(messages.deliver, [inbox], each, cause="smtp") for each in arrivals),
        lambda: messages.set_flags(inbox, [1], Flagging.ADD, ["\\Seen"]),
        lambda: messages.move(inbox, [2], archive),
        lambda: store.mailboxes.rename(bob, "Archive", "Old"),
        lambda: store.renumber(inbox),
        lambda: store.access.grant(
            store.mailboxes.get(bob, "INBOX"), "alice", Granting.ADD, rights_of("lr")
        ),
        lambda: store.quotas.set(bob, {Resource.STORAGE: 9, Resource.MESSAGE: 7}),
        lambda: messages.post([waiting]),
        lambda: put_off(store),
        lambda: passed_on(store),
    ):
        step()
        held.append((log.last, read_store(store), read_queues(store), read_limits(store)))
    store.close()
    return log, held


def put_off(store: Store) -> None:
    """Defer the first of what waits."""
    row = store.queue.all()[0]
    with store.database.transaction() as changes:
        store.queue.defer(row, "451 x", row.due + timedelta(hours=1), changes)


def passed_on(store: Store) -> None:
    """Take the first of what waits out of the queue."""
    with store.database.transaction() as changes:
        store.queue.remove(store.queue.all()[:1], "relayed", "250 OK", changes)


def is_true(entries: list[Entry], held: list[Held]) -> bool:
    """Tell whether the fold says what the store held, at every moment that is known."""
    worlds = [
        (fold(e for e in entries if e.number <= number), world, queues, limits)
        for number, world, queues, limits in held
    ]
    return all(
        read_snapshot(now) == world
        and read_waiting(now) == queues
        and read_told_limits(now) == limits
        for now, world, queues, limits in worlds
    )


def false_versions(entry: Entry) -> list[Entry]:
    """Return the entry with each of its facts made false in turn."""
    event = entry.event
    wrong: list[Any] = []
    if isinstance(event, Delivered):
        wrong = [
            replace(event, uid=event.uid + 7),
            replace(event, message=event.message + 1),
            replace(event, octets=1),
            replace(event, sha256="0" * 64),
            replace(event, flags=("\\Draft",)),
            replace(event, account="eve@home.example"),
        ]
    elif isinstance(event, FlagsChanged):
        wrong = [replace(event, flags=()), replace(event, uid=3)]
    elif isinstance(event, Expunged):
        wrong = [replace(event, uid=3)]
    elif isinstance(event, AccessChanged):
        wrong = [
            replace(event, identifier="eve"),
            replace(event, rights="l"),
            replace(event, rights=None),
        ]
    elif isinstance(event, QuotaChanged):
        wrong = [
            replace(event, storage=1),
            replace(event, messages=None),
            replace(event, mailboxes=3),
            replace(event, account="eve@home.example"),
        ]
    elif isinstance(event, Renumbered):
        wrong = [
            replace(event, uidvalidity=1),
            replace(event, uids=tuple((old, new + 1) for old, new in event.uids)),
        ]
    elif isinstance(event, Queued):
        wrong = [
            replace(event, host="mail.work.example"),
            replace(event, queue_id="other"),
            replace(event, message=7),
            replace(event, sender="eve@home.example"),
            replace(event, recipient="eve@work.example"),
        ]
    elif isinstance(event, Deferred):
        wrong = [
            replace(event, recipient="y@work.example"),
            replace(event, reply="452 y"),
            replace(event, due=event.due + timedelta(hours=1)),
        ]
    elif isinstance(event, Dequeued):
        wrong = [replace(event, recipient="y@work.example"), replace(event, queue_id="other")]
    elif isinstance(event, MailboxRenamed):
        wrong = [replace(event, to="Elsewhere")]
    return [entry._replace(event=one) for one in wrong]


def test_one_false_event_shows() -> None:
    log, held = a_life()
    entries = list(log)
    assert is_true(entries, held)
    planted = 0
    for n, entry in enumerate(entries):
        for false in false_versions(entry):
            assert not is_true([*entries[:n], false, *entries[n + 1 :]], held), false
            planted += 1
    assert planted > 20


@pytest.mark.parametrize(
    "kind",
    [
        Delivered,
        FlagsChanged,
        Expunged,
        MailboxRenamed,
        Renumbered,
        AccessChanged,
        QuotaChanged,
        Queued,
        Deferred,
        Dequeued,
    ],
)
def test_one_missing_event_shows(kind: type) -> None:
    log, held = a_life()
    missing = next(entry for entry in log if isinstance(entry.event, kind))
    assert not is_true([entry for entry in log if entry != missing], held)
