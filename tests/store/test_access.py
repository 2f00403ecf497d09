"""Access lists in the store, against a plain model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from labserver.events import AccessChanged
from labserver.snapshot import fold
from labserver.store import ALL_RIGHTS, Granting, StoreError, recollect, rights_of
from labserver.store.errors import OwnersRights
from tests.store.house import House

NAMES = ["a", "a/b", "a/b/c", "d"]
IDENTIFIERS = ["alice", "Alice", "-alice", "anyone", "-anyone", "eve", "bob"]


class Lists(RuleBasedStateMachine):
    """Bob makes, renames and removes mailboxes, and grants rights in them."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.people = {name: self.house.person(name) for name in ("bob", "alice", "eve")}
        self.model: dict[str, dict[str, frozenset[str]]] = {"INBOX": {}}

    def teardown(self) -> None:
        self.house.close()

    def above(self, name: str) -> dict[str, frozenset[str]]:
        while "/" in name:
            name = name.rpartition("/")[0]
            if name in self.model:
                return dict(self.model[name])
        return {}

    name = st.sampled_from(["INBOX", *NAMES])
    new = st.sampled_from(NAMES)

    @rule(name=new)
    def create(self, name: str) -> None:
        if name in self.model:
            return
        known = {each.name for each in self.house.mailboxes.all(self.people["bob"])}
        self.house.mailboxes.create(self.people["bob"], name)
        levels = name.split("/")
        for n in range(1, len(levels) + 1):
            level = "/".join(levels[:n])
            if level not in known or level == name:
                self.model[level] = self.above(level)

    @rule(name=new)
    def delete(self, name: str) -> None:
        if name in self.model:
            self.house.mailboxes.delete(self.people["bob"], name)
            del self.model[name]

    @rule(name=new)
    def rename(self, name: str) -> None:
        try:
            self.house.mailboxes.rename(self.people["bob"], name, f"{name}x")
        except StoreError:
            return
        for old in [each for each in self.model if f"{each}/".startswith(f"{name}/")]:
            self.model[f"{name}x{old[len(name) :]}"] = self.model.pop(old)
        self.house.mailboxes.rename(self.people["bob"], f"{name}x", name)
        for old in [each for each in self.model if f"{each}/".startswith(f"{name}x/")]:
            self.model[f"{name}{old[len(name) + 1 :]}"] = self.model.pop(old)

    @rule(
        name=name,
        identifier=st.sampled_from(IDENTIFIERS),
        how=st.sampled_from(Granting),
        letters=st.text(st.sampled_from("lrswipkxtea"), max_size=5),
    )
    def grant(self, name: str, identifier: str, how: Granting, letters: str) -> None:
        if name not in self.model:
            return
        box, given = self.house.mailboxes.get(self.people["bob"], name), rights_of(letters)
        if identifier == "bob":
            if how is Granting.ADD or (how is Granting.REMOVE and not given):
                self.house.store.access.grant(box, identifier, how, given)
            else:
                with pytest.raises(OwnersRights):
                    self.house.store.access.grant(box, identifier, how, given)
            return
        self.house.store.access.grant(box, identifier, how, given)
        key = identifier.lower()
        old = self.model[name].get(key, frozenset())
        self.model[name][key] = {
            Granting.ADD: old | given,
            Granting.REMOVE: old - given,
            Granting.REPLACE: given,
        }[how]

    @rule(name=name, identifier=st.sampled_from(IDENTIFIERS[:-1]))
    def withdraw(self, name: str, identifier: str) -> None:
        if name in self.model:
            box = self.house.mailboxes.get(self.people["bob"], name)
            self.house.store.access.withdraw(box, identifier)
            self.model[name].pop(identifier.lower(), None)

    @invariant()
    def as_the_model_says(self) -> None:
        boxes = {
            each.name: each
            for each in self.house.mailboxes.all(self.people["bob"])
            if each.selectable
        }
        assert set(boxes) == set(self.model)
        access = self.house.store.access
        for name, entries in self.model.items():
            assert access.entries(boxes[name].id) == entries
            assert access.rights(self.people["bob"], boxes[name]) == ALL_RIGHTS
            for person in ("alice", "eve"):
                given = entries.get(person, frozenset()) | entries.get("anyone", frozenset())
                taken = entries.get(f"-{person}", frozenset()) | entries.get("-anyone", frozenset())
                assert access.rights(self.people[person], boxes[name]) == given - taken
        shared = {each.name for each in self.house.mailboxes.shared(self.people["alice"])}
        assert shared == {name for name, entries in self.model.items() if entries}
        assert not self.house.mailboxes.shared(self.people["bob"])
        told = fold(self.house.log).accounts["bob@home.example"].mailboxes
        assert {name: set(told[name].access) for name in told} == {
            name: set(entries) for name, entries in self.model.items()
        }


def test_lists_are_what_was_granted() -> None:
    run_state_machine_as_test(Lists)


def test_what_changes_nothing_tells_nothing(house: House) -> None:
    box, access = house.inbox(), house.store.access
    access.grant(box, "alice", Granting.REPLACE, rights_of("lr"))
    access.grant(box, "ALICE", Granting.ADD, rights_of("l"))
    access.withdraw(box, "carol")
    assert house.told(AccessChanged) == [
        AccessChanged(
            account="bob@home.example",
            mailbox="INBOX",
            identifier="alice",
            rights="lr",
            connection=None,
        )
    ]


def test_a_list_is_kept_in_a_file(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store")) as house:
        house.store.access.grant(house.inbox(), "-alice", Granting.ADD, rights_of("lrc"))
        before = fold(house.log)
    with closing(House(tmp_path / "store")) as house:
        assert house.store.access.entries(house.inbox().id) == {"-alice": rights_of("lrkx")}
        for event in recollect(house.store):
            house.log.append(event)
        again = fold(house.log)
    told = [each.accounts["bob@home.example"].mailboxes["INBOX"].access for each in (before, again)]
    assert told[0] == told[1]
    assert dict(told[0].items()) == {"-alice": "lrkxc"}
