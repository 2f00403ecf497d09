"""A server on which Bob shares a mailbox with Alice."""

from __future__ import annotations

from labserver.store import Account, Arrival, Granting, Mailbox, rights_of
from tests.imap.driver import Client, Server, letter

__all__ = ["PLANS", "Shared"]

PLANS = '"Other Users/bob/Work/Plans"'
"""How Alice writes the name of the mailbox that Bob calls Work/Plans."""


class Shared(Server):
    """Bob has Work and Work/Plans; there is Alice (password lilac), who may do nothing yet."""

    def __init__(self) -> None:
        super().__init__()
        self.alice: Account = self.store.accounts.add("alice", "lilac")
        self.store.mailboxes.create(self.bob, "Work/Plans")

    def box(self, name: str = "Work/Plans", owner: Account | None = None) -> Mailbox:
        return self.store.mailboxes.get(owner or self.bob, name)

    def grant(self, rights: str, name: str = "Work/Plans", identifier: str = "alice") -> None:
        """Grant these rights, and no others."""
        self.store.access.grant(self.box(name), identifier, Granting.REPLACE, rights_of(rights))

    def add(self, *flags: str, name: str = "Work/Plans", owner: Account | None = None) -> int:
        arrival = Arrival(data=letter(), flags=flags)
        (uid,) = self.store.messages.append(self.box(name, owner), [arrival])
        return uid

    def flags(
        self, name: str = "Work/Plans", owner: Account | None = None
    ) -> list[tuple[int, str]]:
        rows = self.store.messages.rows(self.box(name, owner))
        return [(row.uid, row.flags) for row in rows]

    def log_in(self, name: str, *without: str) -> Client:
        client = self.connect(*without)
        password = {"alice": "lilac", "bob": "tulip"}[name]
        assert client.do(f"LOGIN {name} {password}") == ["OK LOGIN completed"]
        return client

    def alice_in(self, name: str = PLANS, command: str = "SELECT") -> Client:
        """Return a client of Alice's that has a mailbox selected."""
        client = self.log_in("alice")
        assert client.do(f"{command} {name}")[-1].startswith("OK")
        return client
