"""Routes: what may be one, and circles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from labserver.clock import LabClock
from labserver.store import Route, Store, StoreError


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store(clock=LabClock(), seed=1, record=lambda _: None)
    for login in ("alice", "bob", "carol@work.example"):
        made.accounts.add(login, "x")
    yield made
    made.close()


def route(address: str, *targets: str, kind: Any = "alias", **more: Any) -> Route:
    return Route(address=address, kind=kind, targets=targets, **more)


def test_a_route_is_found_whatever_the_case(store: Store) -> None:
    info = route("info@home.example", "alice@home.example", "carol@work.example")
    store.routes.put(info)
    assert store.routes.find("INFO@Home.Example") == info
    assert store.routes.find("info@work.example") is None
    team = route("team@work.example", "x@home.example", kind="list", owner="carol@work.example")
    on = route("bob@home.example", "bob@work.example", kind="forward", keep=True, rewrite=True)
    store.routes.put(team)
    store.routes.put(on)
    assert store.routes.all() == [on, info, team]


def test_a_later_wish_replaces_an_earlier_one(store: Store) -> None:
    for target in ("alice@home.example", "carol@work.example"):
        store.routes.put(route("bob@home.example", target, kind="forward"))
    assert [each.targets for each in store.routes.all()] == [("carol@work.example",)]
    store.routes.remove("BOB@home.example", "forward")
    assert store.routes.all() == []
    with pytest.raises(StoreError, match="has no forward"):
        store.routes.remove("bob@home.example", "forward")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (route("alice@home.example", "bob@home.example"), "is an account"),
        (route("x@home.example", "bob@home.example", kind="forward"), "no account"),
        (route("x@home.example"), "say where"),
        (route("x@elsewhere.example", "bob@home.example"), "not an address of"),
        (route("x@home.example", "bob@elsewhere.example"), "not an address of"),
        (route("x y@home.example", "bob@home.example"), "not an address of"),
        (route("x@home.example", "nobody@home.example"), "no account, alias or list"),
        (route("x@home.example", "x@home.example"), "in a circle"),
        (route("bob@home.example", "bob@home.example", kind="forward"), "in a circle"),
        (
            route("x@home.example", "bob@home.example", kind="list", owner="o@home.example"),
            "no account, alias or list 'o@home",
        ),
    ],
)
def test_what_can_not_be_a_route(store: Store, wrong: Route, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        store.routes.put(wrong)
    assert store.routes.all() == []


def test_circles_of_one_domain_are_refused(store: Store) -> None:
    store.routes.put(route("a@home.example", "bob@home.example"))
    store.routes.put(route("b@home.example", "alice@home.example", "A@home.example"))
    with pytest.raises(StoreError, match=r"a@home\.example to b@home\.example to a@home\.example"):
        store.routes.put(route("a@home.example", "b@home.example"))
    store.routes.put(route("alice@home.example", "bob@home.example", kind="forward"))
    with pytest.raises(StoreError, match="in a circle"):
        store.routes.put(route("bob@home.example", "b@home.example", kind="forward"))


def test_two_servers_may_forward_to_each_other(store: Store) -> None:
    store.accounts.add("bob@work.example", "x")
    store.routes.put(route("bob@home.example", "bob@work.example", kind="forward"))
    store.routes.put(route("bob@work.example", "bob@home.example", kind="forward"))
    assert len(store.routes.all()) == 2


def test_an_address_is_one_thing(store: Store) -> None:
    store.routes.put(route("info@home.example", "alice@home.example"))
    with pytest.raises(StoreError, match="route already: alias"):
        store.accounts.add("Info", "x")
    with pytest.raises(StoreError, match="another kind"):
        store.routes.put(route("info@home.example", "alice@home.example", kind="list"))
