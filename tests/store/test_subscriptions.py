from __future__ import annotations

from labserver.events import SubscriptionChanged
from tests.store.house import House


def test_subscriptions_are_names_and_outlive_the_mailbox(house: House) -> None:
    bob = house.person()
    house.box("b")
    for name in ("b", "a", "inbox", "b"):
        house.store.subscriptions.add(bob, name)
    house.mailboxes.delete(bob, "b")
    assert house.store.subscriptions.all(bob) == ["INBOX", "a", "b"]
    assert house.store.subscriptions.remove(bob, "Inbox")
    assert not house.store.subscriptions.remove(bob, "Inbox")
    assert house.store.subscriptions.all(bob) == ["a", "b"]
    # What changes nothing is not told
    told = [event for event in house.told() if isinstance(event, SubscriptionChanged)]
    assert [(event.mailbox, event.subscribed) for event in told] == [
        *(("b", True), ("a", True), ("INBOX", True)),
        ("INBOX", False),
    ]
