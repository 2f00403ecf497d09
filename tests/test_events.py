from __future__ import annotations

import gc
import hashlib
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.clock import LAB_START, LabClock
from labserver.events import AccountAdded, Data, Entry, FlagsChanged, Log, Lost, letters


def sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


@pytest.mark.parametrize(
    ("number", "letter"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA")]
)
def test_letters(number: int, letter: str) -> None:
    assert letters(number) == letter


@given(st.integers(1, 10**9))
def test_letters_read_back(number: int) -> None:
    value = 0
    for letter in letters(number):
        value = value * 26 + ord(letter) - ord("A") + 1
    assert value == number


@pytest.mark.parametrize("number", [0, -1])
def test_letters_start_at_one(number: int) -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        letters(number)


def test_events_are_values() -> None:
    event = Lost(device="phone")
    assert event == Lost(device="phone")
    assert len({event, Lost(device="phone")}) == 1
    with pytest.raises(FrozenInstanceError):
        event.device = "laptop"  # type: ignore[misc]


def fill(log: Log, count: int) -> None:
    for n in range(log.last + 1, log.last + 1 + count):
        log.append(Lost(device=str(n)))


def test_entries_are_numbered_and_timed() -> None:
    clock = LabClock()
    log = Log(clock.now)
    assert (log.first, log.last, len(log)) == (1, 0, 0)
    event = AccountAdded(account="x")
    assert log.append(event) == Entry(1, LAB_START, event)
    clock.accepted()
    assert log.append(event) == Entry(2, clock.now(), event)
    assert (log.first, log.last, len(log)) == (1, 2, 2)
    assert list(log) == log[:] == [log[0], log[-1]]


def test_what_is_read_is_what_was_appended() -> None:
    log = Log(LabClock().now)
    first = Lost(device="phone")
    second = Data(connection=1, direction="C", octets=5, sha256=sha256(b"hello"))
    entries = [log.append(first), log.append(second), log.append(first)]
    assert list(log) == log.since(0) == entries
    assert [type(entry.event) for entry in log] == [Lost, Data, Lost]
    assert log[::2] == entries[::2]
    with pytest.raises(IndexError):
        log[3]


def test_entries_are_nothing_to_the_garbage_collector() -> None:
    log = Log(LabClock().now)
    gc.collect()
    before = len(gc.get_objects())
    for uid in range(100):
        log.append(
            FlagsChanged(
                account="bob@home.example",
                mailbox="INBOX",
                uid=uid,
                flags=("\\Seen", str(uid)),
                connection=1,
            )
        )
    gc.collect()
    gc.collect()  # a tuple in a tuple is let alone first
    assert len(gc.get_objects()) - before < 10


@given(st.integers(-3, 12))
def test_since(number: int) -> None:
    log = Log(LabClock().now)
    fill(log, 9)
    assert [entry.number for entry in log.since(number)] == list(range(max(1, number + 1), 10))
    for until in range(12):
        told = [entry.number for entry in log.since(number, until)]
        assert told == list(range(max(1, number + 1), min(until, 9) + 1))


def test_a_bounded_log_forgets_the_oldest_in_order() -> None:
    gone: list[Entry] = []
    log = Log(LabClock().now, keep=8, forget=gone.extend)
    fill(log, 10)
    assert (log.first, len(log), gone) == (1, 10, [])
    fill(log, 1)
    assert (log.first, log.last, len(log)) == (4, 11, 8)
    fill(log, 100)
    numbers = [entry.number for entry in [*gone, *log]]
    assert numbers == list(range(1, 112))
    assert [entry.number for entry in log.since(0)] == list(range(log.first, 112))
    assert [entry.number for entry in log.since(109)] == [110, 111]


def test_a_log_without_bound_forgets_nothing() -> None:
    log = Log(LabClock().now)
    fill(log, 1000)
    assert (log.first, len(log)) == (1, 1000)


def test_a_body_is_kept_once_as_long_as_an_entry_refers_to_it() -> None:
    log = Log(LabClock().now, keep=4)
    entry = log.append_data(1, "C", b"hello")
    digest = sha256(b"hello")
    assert entry.event == Data(connection=1, direction="C", octets=5, sha256=digest)
    fill(log, 3)
    log.append_data(2, "S", b"hello")
    fill(log, 1)
    assert log.first > 1
    assert log.body(digest) == b"hello"
    fill(log, 6)
    assert log.first > 5
    with pytest.raises(KeyError):
        log.body(digest)


def test_what_a_reader_finds_in_the_log_has_its_body() -> None:
    found: list[bytes] = []

    def forget(_: list[Entry]) -> None:
        found.extend(log.body(e.event.sha256) for e in log if isinstance(e.event, Data))

    log = Log(LabClock().now, keep=4, forget=forget)
    for _ in range(6):
        log.append_data(1, "S", b"%d" % log.last)
    assert found == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_listeners_hear_each_entry_until_they_end() -> None:
    log = Log(LabClock().now)
    first: list[Entry] = []
    second: list[tuple[int, int]] = []
    end = log.listen(first.append)
    log.listen(lambda entry: second.append((entry.number, log.last)))
    fill(log, 2)
    end()
    fill(log, 1)
    assert first == log[:2]
    assert second == [(1, 1), (2, 2), (3, 3)]


def test_a_listener_may_end_itself() -> None:
    log = Log(LabClock().now)
    heard: list[int] = []

    def once(entry: Entry) -> None:
        heard.append(entry.number)
        end()

    end = log.listen(once)
    log.listen(lambda entry: heard.append(-entry.number))
    fill(log, 2)
    assert heard == [1, -1, -2]
