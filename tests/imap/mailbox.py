"""A mailbox in a store, without a server: what FETCH and SEARCH are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from labserver.clock import LAB_SEED, LabClock
from labserver.store import Arrival, Row, Store

__all__ = ["Shelf"]


class Shelf:
    """Bob's INBOX, and what a session would know of it."""

    def __init__(self) -> None:
        self.store = Store(clock=LabClock(), seed=LAB_SEED, record=lambda _: None)
        account = self.store.accounts.add("bob", "secret")
        self.mailbox = self.store.mailboxes.get(account, "INBOX")
        self.messages = self.store.messages
        self.uids: list[int] = []
        self.recent: set[int] = set()
        self.saved: set[int] = set()

    def add(
        self,
        data: bytes,
        flags: Sequence[str] = (),
        date: datetime | None = None,
        *,
        recent: bool = False,
    ) -> int:
        """Append a message; return its UID."""
        arrival = Arrival(data=data, flags=tuple(flags), internaldate=date)
        (uid,) = self.messages.append(self.mailbox, [arrival])
        self.uids.append(uid)
        if recent:
            self.recent.add(uid)
        return uid

    def expunge(self, *uids: int) -> None:
        """Remove messages as another session would: this one has not been told."""
        self.messages.expunge(self.mailbox, uids)

    def rows(self) -> list[Row]:
        return self.messages.rows(self.mailbox)

    def row(self, uid: int) -> Row:
        (row,) = self.messages.rows(self.mailbox, [uid])
        return row

    def close(self) -> None:
        self.store.close()
