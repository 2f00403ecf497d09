from __future__ import annotations

import pytest

from labserver.events import AccountAdded, MailboxCreated
from labserver.store import BadCredentials, StoreError
from tests.store.house import House


def test_an_account_comes_with_an_inbox(house: House) -> None:
    bob = house.store.accounts.add("bob", "tulip")
    assert bob.address == "bob@home.example"
    inbox = house.inbox()
    assert house.told() == [
        AccountAdded(account=bob.address),
        MailboxCreated(
            account=bob.address, mailbox="INBOX", uidvalidity=inbox.uidvalidity, connection=None
        ),
    ]


def test_names_are_found_in_any_case_and_belong_to_a_domain(house: House) -> None:
    home = house.store.accounts.add("bob", "tulip")
    work = house.store.accounts.add("bob@work.example", "rose")
    assert house.store.accounts.find("BOB") == home
    assert house.store.accounts.find("Bob@WORK.example") == work
    assert house.store.accounts.find("bob@elsewhere.example") is None
    assert house.store.accounts.all() == [home, work]


@pytest.mark.parametrize(
    "login", ["bob", "BOB", "bob@home.example", "", "@home.example", "a b", "bø", "x@else.example"]
)
def test_names_that_no_account_can_get(house: House, login: str) -> None:
    house.person()
    before = house.told()
    with pytest.raises(StoreError):
        house.store.accounts.add(login, "rose")
    assert house.told() == before
    assert len(house.store.accounts.all()) == 1


def test_a_password_proves_an_account(house: House) -> None:
    bob = house.store.accounts.add("bob", "tülip")
    assert house.store.accounts.check("Bob@home.example", "tülip") == bob


@pytest.mark.parametrize(
    ("login", "password"),
    [("bob", "Tulip"), ("bob", ""), ("bob", "\udcff"), ("eve", ""), ("b\udcff", "tulip")],
)
def test_one_message_whichever_is_wrong(house: House, login: str, password: str) -> None:
    house.person()
    with pytest.raises(BadCredentials, match=r"^user name or password is wrong$"):
        house.store.accounts.check(login, password)


def test_one_connection_holds_a_maildrop(house: House) -> None:
    bob, drops = house.person(), house.store.maildrops
    assert drops.lock(bob, 1)
    assert drops.lock(bob, 1)
    assert not drops.lock(bob, 2)
    drops.unlock(bob, 2)
    assert not drops.lock(bob, 2)
    drops.unlock(bob, 1)
    assert drops.lock(bob, 2)
