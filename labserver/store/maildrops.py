"""The exclusive lock that POP3 puts on a maildrop (RFC 1939 section 4)."""

from __future__ import annotations

from labserver.store.accounts import Account

__all__ = ["Maildrops"]


class Maildrops:
    """Which connection holds which account's maildrop. Lives as long as the sessions: no row."""

    def __init__(self) -> None:
        self._holders: dict[int, int] = {}

    def lock(self, account: Account, connection: int) -> bool:
        """Take the lock for a connection; False if another one holds it."""
        return self._holders.setdefault(account.id, connection) == connection

    def unlock(self, account: Account, connection: int) -> None:
        """Let go of the lock, if this connection holds it."""
        if self._holders.get(account.id) == connection:
            del self._holders[account.id]
