"""What happens to Bob's mail meanwhile, without a connection: as if another device did it."""

from __future__ import annotations

from labserver import Lab
from labserver.store import Account, Flagging, Store

__all__ = ["create", "delete", "expunge", "flag"]


def bob(store: Store) -> Account:
    account = store.accounts.find("bob")
    assert account is not None
    return account


def create(lab: Lab, mailbox: str) -> None:
    lab.call(lambda store: store.mailboxes.create(bob(store), mailbox))


def delete(lab: Lab, mailbox: str) -> None:
    lab.call(lambda store: store.mailboxes.delete(bob(store), mailbox))


def flag(lab: Lab, uid: int, *flags: str, mailbox: str = "INBOX") -> None:
    def add(store: Store) -> None:
        place = store.mailboxes.get(bob(store), mailbox)
        store.messages.set_flags(place, [uid], Flagging.ADD, flags)

    lab.call(add)


def expunge(lab: Lab, *uids: int, mailbox: str = "INBOX") -> None:
    lab.call(lambda store: store.messages.expunge(store.mailboxes.get(bob(store), mailbox), uids))
