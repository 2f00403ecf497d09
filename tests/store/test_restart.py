from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from labserver.clock import LAB_START
from labserver.events import Entry
from labserver.snapshot import Snapshot, fold
from labserver.store import Arrival, Flagging, Resource, recollect
from tests.store.house import House, letter


def test_numbers_never_repeat_over_restarts(tmp_path: Path) -> None:
    given: list[int] = []
    for _ in range(3):
        with closing(House(tmp_path / "store")) as house:
            given += [house.store.ids.next("message") for _ in range(130)]
    assert given == sorted(set(given))


def test_numbers_in_memory_skip_none(house: House) -> None:
    assert [house.store.ids.next("k", "a") for _ in range(250)] == list(range(1, 251))
    assert house.store.ids.next("k", "b") == 1


def test_numbers_are_reserved_outside_transactions(house: House) -> None:
    with pytest.raises(RuntimeError), house.store.database.transaction():
        house.store.ids.next("k")
    assert house.store.ids.next("k") == 1


def test_a_file_keeps_its_seed_and_tokens_differ_after_a_restart(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store", seed=5)) as house:
        first = house.store.ids.token("id")
    with closing(House(tmp_path / "store", seed=6)) as house:
        assert house.store.ids.seed == 5
        assert house.store.ids.token("id") != first


def test_uidvalidity_grows_over_a_restart(tmp_path: Path) -> None:
    seen = []
    for _ in range(3):
        with closing(House(tmp_path / "store")) as house:
            seen.append(house.box("a").uidvalidity)
            house.mailboxes.delete(house.person(), "a")
    assert seen == sorted(set(seen))


def test_mod_sequences_survive_a_restart(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store")) as house:
        for text in "AB":
            house.deliver(text)
        house.messages.set_flags(house.inbox(), [1], Flagging.ADD, ["\\Seen"])
        house.messages.expunge(house.inbox(), [2])
        before = (house.inbox(), house.messages.rows(house.inbox()))
    with closing(House(tmp_path / "store")) as house:
        assert (house.inbox(), house.messages.rows(house.inbox())) == before
        house.deliver("C")
        assert house.messages.rows(house.inbox())[-1].modseq == before[0].modseq + 1 == 6


def test_save_dates_survive_a_restart(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store")) as house:
        house.clock.advance(timedelta(days=3))
        house.deliver("A")
        before = house.messages.rows(house.inbox())
    with closing(House(tmp_path / "store")) as house:
        assert house.messages.rows(house.inbox()) == before
        assert house.clock.now() == LAB_START
        assert before[0].saved == int((LAB_START + timedelta(days=3)).timestamp())


def furnish(house: House) -> None:
    for text in "ABCD":
        house.deliver(text, flags=("work",))
    house.store.quotas.set(house.person(), {Resource.STORAGE: 100, Resource.MAILBOX: 9})
    inbox, box, eve = house.inbox(), house.box("a/b"), house.inbox("eve")
    house.messages.deliver([inbox, eve], Arrival(data=letter("E")), cause="smtp")
    house.messages.append(box, [Arrival(data=letter("F"), flags=("\\Draft",))])
    house.messages.copy(inbox, [1, 2], box)
    house.messages.move(inbox, [3], box)
    house.messages.set_flags(inbox, [1, 4], Flagging.ADD, ["\\Seen", "WORK"])
    house.messages.expunge(inbox, [2])
    house.mailboxes.rename(house.person(), "a/b", "c/d")
    house.box("c/d/e")
    house.mailboxes.delete(house.person(), "c")


def content(snapshot: Snapshot) -> object:
    """Say what lies where; how it came there is not recollected."""
    where = {
        (address, name, box.uidvalidity): {
            uid: (copy.message, copy.octets, copy.sha256, copy.flags)
            for uid, copy in box.copies.items()
        }
        for address, account in snapshot.accounts.items()
        for name, box in account.mailboxes.items()
    }
    limits = {address: account.limits for address, account in snapshot.accounts.items()}
    letters = {n: (m.subject, m.sender) for n, m in snapshot.messages.items()}
    return where, letters, limits


def test_what_is_recollected_equals_the_fold_of_the_log(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store")) as house:
        furnish(house)
        told = content(fold(house.log))
    with closing(House(tmp_path / "store")) as house:
        now = house.clock.now()
        events = list(recollect(house.store))
        assert len(house.log) == 0
        again = content(fold(Entry(n, now, event) for n, event in enumerate(events, 1)))
        held = sum(len(house.messages.uids(b)) for b in house.mailboxes.all(house.person()))
    assert again == told
    assert held == 7


def test_what_was_removed_is_remembered_over_a_restart(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store")) as house:
        for text in "ABCDE":
            house.deliver(text)
        before = house.inbox().modseq
        house.messages.expunge(house.inbox(), [1, 2, 3])
        house.messages.expunge(house.inbox(), [5])
    with closing(House(tmp_path / "store")) as house:
        assert house.messages.expunged(house.inbox(), before) == [1, 2, 3, 5]
        assert house.messages.expunged(house.inbox(), before + 1) == [5]
        assert house.messages.expunged(house.inbox(), before + 2) == []
