"""Whom the server of one domain knows."""

from __future__ import annotations

import pytest

from labserver.store import BadCredentials
from tests.store.house import House


@pytest.fixture
def house(house: House) -> House:
    house.store.accounts.add("dora", "home")
    house.store.accounts.add("dora@work.example", "work")
    return house


@pytest.mark.parametrize("login", ["dora", "DORA@Work.Example"])
def test_a_bare_name_belongs_to_the_domain(house: House, login: str) -> None:
    work = house.store.accounts.at("work.example")
    assert work.check(login, "work").address == "dora@work.example"
    with pytest.raises(BadCredentials):
        work.check(login, "home")


def test_another_domains_people_are_unknown(house: House) -> None:
    home = house.store.accounts.at("home.example")
    assert home.find("dora@work.example") is None
    assert home.secret("dora@work.example").account is None
    with pytest.raises(BadCredentials):
        home.check("dora@work.example", "work")
    assert "dora@work.example" not in {each.address for each in home.all()}
