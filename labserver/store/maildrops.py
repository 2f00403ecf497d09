"""Who has a maildrop open by POP3 (RFC 1939 section 4), and when it was last opened."""

from __future__ import annotations

from datetime import datetime

from labserver.store.accounts import Account

__all__ = ["Maildrops"]


class Maildrops:
    """Which connection holds which account's maildrop, and when it was last opened.

    Lives as long as the server: a restart forgets it, and no row has it.
    """

    def __init__(self) -> None:
        self._holders: dict[int, int] = {}
        self._opened: dict[int, datetime] = {}

    def lock(self, account: Account, connection: int) -> bool:
        """Take the lock for a connection; False if another one holds it."""
        return self._holders.setdefault(account.id, connection) == connection

    def unlock(self, account: Account, connection: int) -> None:
        """Let go of the lock, if this connection holds it."""
        if self._holders.get(account.id) == connection:
            del self._holders[account.id]

    def opened(self, account: Account) -> datetime | None:
        """Return when the account's maildrop was last opened, or None."""
        return self._opened.get(account.id)

    def note(self, account: Account, now: datetime) -> None:
        """Note that the account's maildrop is opened now."""
        self._opened[account.id] = now
