"""What the lab's IMAP service says when it must hang up: the words, and when they are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from labserver.clock import LabClock
from labserver.events import Closed, Log
from labserver.faults import Faults
from labserver.lab.services import services
from labserver.protocol.limits import Limits
from labserver.store import Store
from labserver.wire import Wire

IMAP = next(service for service in services().values() if service.protocol == "imap")
HALF_AN_HOUR = 30 * 60
AUTOLOGOUT = b"* BYE Autologout; idle for too long\r\n"


class House:
    """A wire with Bob's account (password tulip) behind it."""

    def __init__(self, limits: Limits) -> None:
        clock = LabClock()
        self.log = Log(clock.now)
        faults = Faults()
        self.store = Store(clock=clock, seed=1, record=self.log.append, faults=faults)
        self.store.accounts.add("bob", "tulip")
        ids = self.store.ids
        self.wire = Wire(
            store=self.store, clock=clock, ids=ids, log=self.log, faults=faults, limits=limits
        )

    def endings(self) -> list[tuple[int, str]]:
        events = [entry.event for entry in self.log]
        return [(each.connection, each.how) for each in events if isinstance(each, Closed)]


@pytest.fixture
def build() -> Iterator[Callable[[Limits], House]]:
    houses: list[House] = []

    def build(limits: Limits) -> House:
        houses.append(House(limits))
        return houses[-1]

    yield build
    for house in houses:
        house.store.close()


@pytest.mark.parametrize(
    "said",
    [
        b"a NOOP\r\n",
        b"a LOGIN bob tulip\r\n",
        b"a LOGIN bob tulip\r\nb SELECT INBOX\r\n",
        b"a LOGIN bob tulip\r\nb SELECT INBOX\r\nc IDLE\r\n",
        b"a AUTHENTICATE PLAIN\r\n",
        b"a LOG",
        b"a LOGIN {3}\r\nb",
        b"a LOGIN bob tulip\r\nb APPEND INBOX {100000}\r\nSubject: x",
    ],
    ids=[
        "not logged in",
        "logged in",
        "selected",
        "idle",
        "authenticating",
        "line",
        "string",
        "message",
    ],
)
def test_autologout(build: Callable[[Limits], House], said: bytes) -> None:
    """RFC 3501 and 9051, sections 5.4 and 7.1.5: silence, whatever it interrupts, ends with BYE."""
    house = build(Limits())
    connection = house.wire.memory(IMAP)
    assert connection.wait(HALF_AN_HOUR - 1) == b""
    connection.send(said)
    # Section 5.4: at least 30 minutes, and what comes meanwhile sets the time back.
    assert connection.wait(HALF_AN_HOUR - 1) == b""
    assert connection.wait(2) == AUTOLOGOUT
    assert connection.closed
    assert house.endings() == [(1, "server")]


def test_who_says_nothing_at_all_is_ended_too(build: Callable[[Limits], House]) -> None:
    connection = build(Limits()).wire.memory(IMAP)
    assert connection.wait(HALF_AN_HOUR - 1) == b""
    assert connection.wait(2) == AUTOLOGOUT


def test_autologout_expunges_nothing(build: Callable[[Limits], House]) -> None:
    house = build(Limits())
    connection = house.wire.memory(IMAP)
    connection.send(
        b"a LOGIN bob tulip\r\nb APPEND INBOX (\\Deleted) {1+}\r\nx\r\nc SELECT INBOX\r\n"
    )
    assert connection.wait(HALF_AN_HOUR + 1).endswith(AUTOLOGOUT)
    (bob,) = house.store.accounts.all()
    assert house.store.messages.uids(house.store.mailboxes.get(bob, "INBOX")) == [1]


def test_news_in_idle_do_not_keep_a_silent_client(build: Callable[[Limits], House]) -> None:
    # RFC 2177 section 3: a client in IDLE may be logged off too, so it says DONE every 29 minutes.
    house = build(Limits())
    idle, other = house.wire.memory(IMAP), house.wire.memory(IMAP)
    for each in (idle, other):
        each.send(b"a LOGIN bob tulip\r\nb SELECT INBOX\r\n")
    idle.send(b"c IDLE\r\n")
    idle.wait(HALF_AN_HOUR - 60)
    before = len(idle.received)
    other.send(b"d APPEND INBOX {1+}\r\nx\r\n")
    assert idle.received[before:].startswith(b"* 1 EXISTS\r\n")
    assert idle.wait(61).endswith(AUTOLOGOUT)
    assert idle.closed
    assert not other.closed


def test_one_connection_too_many(build: Callable[[Limits], House]) -> None:
    # RFC 3501 and 9051, section 7.1.5: BYE is a greeting too, of a server that is not willing.
    house = build(Limits(connections=2))
    first, second, third = (house.wire.memory(IMAP) for _ in range(3))
    assert third.received == b"* BYE Too many connections\r\n"
    assert third.closed
    for each in (first, second):
        assert each.send(b"a NOOP\r\n") == b"a OK NOOP completed\r\n"
    second.send(b"b LOGOUT\r\n")
    assert house.wire.memory(IMAP).received.startswith(b"* OK ")
    assert house.endings() == [(3, "server"), (2, "quit")]
