"""How much an account may hold (RFC 9208): storage, messages, mailboxes. None by default.

All mailboxes of an account share its limits. Limits are hard: what would exceed one is refused as
a whole. Usage is counted when it is asked for, so that accounts without limits pay nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from labserver.events import QuotaChanged
from labserver.store.accounts import Account
from labserver.store.database import Database
from labserver.store.errors import OverQuota, StoreError, TooManyMailboxes

__all__ = ["Quota", "Quotas", "Resource", "check_mailboxes", "check_room"]

_UNIT: Final = 1024
_LARGEST: Final = 2**63 - 1


class Resource(Enum):
    """What can be limited, by its name in RFC 9208 section 5.

    STORAGE counts units of 1024 octets, begun ones as whole, of all messages together.
    """

    STORAGE = "STORAGE"
    MESSAGE = "MESSAGE"
    MAILBOX = "MAILBOX"


class Quota(NamedTuple):
    """One limit of an account, and how much of it is used."""

    resource: Resource
    usage: int
    limit: int


class Quotas:
    """The limits of the accounts of a store."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, account: Account) -> list[Quota]:
        """Return the limits of an account; what is not limited is left out."""
        limits = _limits(self._db.sql, account.id)
        if not limits:
            return []
        used = _used(self._db.sql, account.id)
        return [Quota(each, used[each], limits[each]) for each in Resource if each in limits]

    def check(self, account: Account, *, messages: int, octets: int) -> None:
        """Raise OverQuota if so much more would exceed a limit of the account."""
        check_room(self._db.sql, account.id, account.address, messages=messages, octets=octets)

    def changed(self, account: Account, connection: int | None = None) -> QuotaChanged:
        """Return the limits of an account as the event that they have just been set."""
        limits = _limits(self._db.sql, account.id)
        return QuotaChanged(
            account=account.address,
            storage=limits.get(Resource.STORAGE),
            messages=limits.get(Resource.MESSAGE),
            mailboxes=limits.get(Resource.MAILBOX),
            connection=connection,
        )

    def set(
        self, account: Account, limits: Mapping[Resource, int], *, connection: int | None = None
    ) -> None:
        """Put these limits in place of those that the account has.

        A limit may be less than what is used already. Raises StoreError for one that is no number
        of 63 bits.
        """
        if not all(0 <= limit <= _LARGEST for limit in limits.values()):
            msg = "a limit is 0 or more"
            raise StoreError(msg)
        with self._db.transaction() as changes:
            self._db.sql.execute("DELETE FROM quotas WHERE account = ?", (account.id,))
            self._db.sql.executemany(
                "INSERT INTO quotas (account, resource, most) VALUES (?, ?, ?)",
                ((account.id, resource.value, limit) for resource, limit in limits.items()),
            )
            changes.add(self.changed(account, connection))


def check_room(
    sql: sqlite3.Connection, account: int, address: str, *, messages: int, octets: int
) -> None:
    """Raise OverQuota if so much more would exceed a limit of the account.

    What adds nothing is never refused, also not where there is too much already.
    """
    limits = _limits(sql, account)
    if not limits:
        return
    held, held_octets = _held(sql, account)
    too_many = messages > 0 and held + messages > limits.get(Resource.MESSAGE, _LARGEST)
    room = limits.get(Resource.STORAGE, _LARGEST)
    if too_many or (octets > 0 and _units(held_octets + octets) > room):
        raise OverQuota(address)


def check_mailboxes(sql: sqlite3.Connection, account: int, address: str) -> None:
    """Raise TooManyMailboxes if one more would exceed the account's limit."""
    limit = _limits(sql, account).get(Resource.MAILBOX)
    if limit is not None and _mailboxes(sql, account) >= limit:
        raise TooManyMailboxes(address)


def _limits(sql: sqlite3.Connection, account: int) -> dict[Resource, int]:
    rows = sql.execute("SELECT resource, most FROM quotas WHERE account = ?", (account,))
    return {Resource(resource): most for resource, most in rows}


def _used(sql: sqlite3.Connection, account: int) -> dict[Resource, int]:
    messages, octets = _held(sql, account)
    return {
        Resource.STORAGE: _units(octets),
        Resource.MESSAGE: messages,
        Resource.MAILBOX: _mailboxes(sql, account),
    }


def _held(sql: sqlite3.Connection, account: int) -> tuple[int, int]:
    row: tuple[int, int] = sql.execute(
        "SELECT count(*), coalesce(sum(octets), 0) FROM messages"
        " WHERE mailbox IN (SELECT id FROM mailboxes WHERE account = ?)",
        (account,),
    ).fetchone()
    return row


def _mailboxes(sql: sqlite3.Connection, account: int) -> int:
    query = "SELECT count(*) FROM mailboxes WHERE account = ? AND selectable"
    return int(sql.execute(query, (account,)).fetchone()[0])


def _units(octets: int) -> int:
    return -(-octets // _UNIT)
