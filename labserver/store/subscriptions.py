"""Subscriptions: names that an account wants to see listed (RFC 3501 section 6.3.6)."""

from __future__ import annotations

from collections.abc import Iterable

from labserver.events import SubscriptionChanged
from labserver.store.accounts import Account
from labserver.store.database import Database
from labserver.store.names import canonical, check_name

__all__ = ["Subscriptions"]


class Subscriptions:
    """The subscriptions of a store; a name may be among them whether or not a mailbox has it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, account: Account, name: str, *, connection: int | None = None) -> None:
        """Add a name to the subscriptions, whether or not a mailbox has it. Raises InvalidName."""
        query = "INSERT OR IGNORE INTO subscriptions (account, name) VALUES (?, ?)"
        self._change(query, account, check_name(name), connection, subscribed=True)

    def remove(self, account: Account, name: str, *, connection: int | None = None) -> bool:
        """Take a name from the subscriptions; tell whether it was there."""
        query = "DELETE FROM subscriptions WHERE account = ? AND name = ?"
        return self._change(query, account, canonical(name), connection, subscribed=False)

    def _change(
        self, query: str, account: Account, name: str, connection: int | None, *, subscribed: bool
    ) -> bool:
        with self._db.transaction() as changes:
            done = self._db.sql.execute(query, (account.id, name)).rowcount > 0
            if done:
                changes.add(
                    SubscriptionChanged(
                        account=account.address,
                        mailbox=name,
                        subscribed=subscribed,
                        connection=connection,
                    )
                )
        return done

    def all(self, account: Account) -> list[str]:
        """Return the subscribed names, INBOX first, then in order."""
        rows: Iterable[tuple[str]] = self._db.sql.execute(
            "SELECT name FROM subscriptions WHERE account = ? ORDER BY name <> 'INBOX', name",
            (account.id,),
        )
        return [name for (name,) in rows]
