from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from labserver.events import NewMessage
from labserver.store import (
    Arrival,
    OverQuota,
    Quota,
    Resource,
    StoreError,
    TooManyMailboxes,
)
from tests.store.house import House, letter


def test_a_delivery_to_several_fails_as_a_whole_and_costs_no_letter(house: House) -> None:
    inboxes = [house.inbox("bob"), house.inbox("eve")]
    house.store.quotas.set(house.person("eve"), {Resource.MESSAGE: 1})
    house.deliver()
    house.messages.deliver(inboxes, Arrival(data=letter("a")), cause="smtp")
    before = house.told()
    with pytest.raises(OverQuota) as refused:
        house.messages.deliver(inboxes, Arrival(data=letter("b")), cause="smtp")
    assert refused.value.account == "eve@home.example"
    assert house.told() == before
    house.deliver("c")
    assert [e.message for e in house.told() if isinstance(e, NewMessage)] == [1, 2, 3]


def test_two_mailboxes_of_one_account_need_room_for_both(house: House) -> None:
    targets = [house.inbox(), house.box("a")]
    house.store.quotas.set(house.person(), {Resource.MESSAGE: 1})
    with pytest.raises(OverQuota):
        house.messages.deliver(targets, Arrival(data=letter("a")), cause="load")
    house.messages.deliver(targets[:1], Arrival(data=letter("a")), cause="load")


def test_several_appended_need_room_for_all(house: House) -> None:
    size = len(letter("a"))
    house.store.quotas.set(house.person(), {Resource.STORAGE: 1})
    many = 1024 // size + 1
    with pytest.raises(OverQuota):
        house.messages.append(house.inbox(), [Arrival(data=letter("a"))] * many)
    assert house.messages.uids(house.inbox()) == []
    house.messages.append(house.inbox(), [Arrival(data=letter("a"))] * (many - 1))


def test_what_takes_the_place_of_another_needs_room_for_the_rest_only(house: House) -> None:
    inbox = house.inbox()
    house.deliver("a")
    house.store.quotas.set(house.person(), {Resource.MESSAGE: 1, Resource.STORAGE: 1})
    assert house.messages.replace(inbox, 1, inbox, Arrival(data=letter("b"))) == 2
    with pytest.raises(OverQuota):
        house.messages.replace(inbox, 2, inbox, Arrival(data=letter("b" * 1024)))
    assert house.messages.uids(inbox) == [2]
    house.store.quotas.set(house.person(), {Resource.MESSAGE: 0, Resource.STORAGE: 0})
    house.messages.replace(inbox, 2, inbox, Arrival(data=b"Subject: s\r\n\r\n"))


def test_a_name_kept_for_those_below_it_counts_only_once_it_is_a_mailbox(house: House) -> None:
    house.box("a/b")
    house.mailboxes.delete(house.person(), "a")
    house.store.quotas.set(house.person(), {Resource.MAILBOX: 2})
    assert house.store.quotas.of(house.person()) == [Quota(Resource.MAILBOX, 2, 2)]
    with pytest.raises(TooManyMailboxes):
        house.box("a")


def test_limits_survive_a_restart(tmp_path: Path) -> None:
    limits = {Resource.STORAGE: 7, Resource.MESSAGE: 2**63 - 1}
    with closing(House(tmp_path / "store")) as house:
        house.store.quotas.set(house.person(), limits)
    with closing(House(tmp_path / "store")) as house:
        assert {q.resource: q.limit for q in house.store.quotas.of(house.person())} == limits


def test_a_limit_is_a_number_of_63_bits(house: House) -> None:
    for wrong in (-1, 2**63):
        with pytest.raises(StoreError, match="0 or more"):
            house.store.quotas.set(house.person(), {Resource.MESSAGE: wrong})
    assert house.store.quotas.of(house.person()) == []
