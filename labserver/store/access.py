"""Access lists: who else may do what with a mailbox (RFC 4314 section 2).

The owner of a mailbox always has all rights in it, and no entry. Identifiers are compared as
logins are, in any case of their letters; one that is no login here is kept: it may be one later,
and has no effect until then.
"""

from __future__ import annotations

from labserver.events import AccessChanged
from labserver.store.accounts import Account, Accounts
from labserver.store.database import Changes, Database
from labserver.store.errors import OwnersRights
from labserver.store.mailbox import Mailbox
from labserver.store.rights import (
    ALL_RIGHTS,
    ANYONE,
    Granting,
    Rights,
    combined,
    granted,
    rights_of,
    rights_text,
)

__all__ = ["AccessLists"]


class AccessLists:
    """The access lists of a store."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._db = database
        self._accounts = accounts

    def entries(self, mailbox: int) -> dict[str, Rights]:
        """Return the list of a mailbox (its row id) without the owner, oldest entry first."""
        found = self._db.sql.execute(
            "SELECT identifier, rights FROM access WHERE mailbox = ? ORDER BY rowid", (mailbox,)
        )
        return {identifier: rights_of(rights) for identifier, rights in found}

    def rights(self, account: Account, mailbox: Mailbox) -> Rights:
        """Return what an account may do with a mailbox."""
        if account.id == mailbox.account:
            return ALL_RIGHTS
        identities = {account.login.lower(), ANYONE}
        return combined(self.entries(mailbox.id), identities)

    def canonical(self, identifier: str) -> str:
        """Return the one spelling of an identifier, negative or not."""
        negative = "-" if identifier.startswith("-") else ""
        name = identifier.removeprefix("-")
        if name.lower() == ANYONE:
            return negative + ANYONE
        account = self._accounts.find(name)
        return negative + (name if account is None else account.login)

    def is_owner(self, mailbox: Mailbox, identifier: str) -> bool:
        """Tell whether an identifier means the owner of a mailbox, negative or not."""
        account = self._accounts.find(identifier.removeprefix("-"))
        return account is not None and account.id == mailbox.account

    def grant(
        self,
        mailbox: Mailbox,
        identifier: str,
        how: Granting,
        rights: Rights,
        *,
        connection: int | None = None,
    ) -> None:
        """Change the entry of an identifier, or make it.

        Raises OwnersRights for what would leave the owner with less than all.
        """
        if self.is_owner(mailbox, identifier):
            if identifier.startswith("-") or granted(ALL_RIGHTS, how, rights) != ALL_RIGHTS:
                raise OwnersRights
            return
        entries = self.entries(mailbox.id)
        known = {each.lower(): each for each in entries}
        spelled = self.canonical(identifier)
        spelled = known.get(spelled.lower(), spelled)
        old = entries.get(spelled)
        new = granted(old or frozenset(), how, rights)
        if new == old:
            return
        with self._db.transaction() as changes:
            self._put(mailbox, spelled, new, connection, changes)

    def withdraw(self, mailbox: Mailbox, identifier: str, *, connection: int | None = None) -> None:
        """Delete the entry of an identifier, if there is one. Raises OwnersRights."""
        if self.is_owner(mailbox, identifier) and not identifier.startswith("-"):
            raise OwnersRights
        low = self.canonical(identifier).lower()
        for known in self.entries(mailbox.id):
            if known.lower() == low:
                with self._db.transaction() as changes:
                    self._db.sql.execute(
                        "DELETE FROM access WHERE mailbox = ? AND identifier = ?",
                        (mailbox.id, known),
                    )
                    changes.add(_changed(mailbox, known, None, connection), mailbox.id)

    def inherit(
        self, above: Mailbox, mailbox: Mailbox, connection: int | None, changes: Changes
    ) -> None:
        """Give a new mailbox the list of the one above it, as part of a transaction (section 4)."""
        for identifier, rights in self.entries(above.id).items():
            self._put(mailbox, identifier, rights, connection, changes)

    def _put(
        self,
        mailbox: Mailbox,
        identifier: str,
        rights: Rights,
        connection: int | None,
        changes: Changes,
    ) -> None:
        self._db.sql.execute(
            "INSERT INTO access (mailbox, identifier, rights) VALUES (?, ?, ?)"
            " ON CONFLICT (mailbox, identifier) DO UPDATE SET rights = excluded.rights",
            (mailbox.id, identifier, "".join(sorted(rights))),
        )
        changes.add(_changed(mailbox, identifier, rights, connection), mailbox.id)


def _changed(
    mailbox: Mailbox, identifier: str, rights: Rights | None, connection: int | None
) -> AccessChanged:
    return AccessChanged(
        account=mailbox.address,
        mailbox=mailbox.name,
        identifier=identifier,
        rights=None if rights is None else rights_text(rights),
        connection=connection,
    )
