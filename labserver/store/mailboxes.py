"""Mailboxes: names in a hierarchy, each with its UIDVALIDITY and what it is meant for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from labserver.clock import Ids
from labserver.events import MailboxCreated, MailboxDeleted, MailboxRenamed
from labserver.store.access import AccessLists
from labserver.store.accounts import Account
from labserver.store.bodies import drop_bodies
from labserver.store.database import Changes, Database
from labserver.store.errors import (
    HasInferiors,
    InvalidName,
    InvalidUse,
    MailboxExists,
    NoSuchMailbox,
)
from labserver.store.mailbox import Mailbox
from labserver.store.names import SEPARATOR, canonical, check_name, check_new_name, superiors
from labserver.store.quota import check_mailboxes

__all__ = ["SPECIAL_USES", "Mailboxes"]

SPECIAL_USES = ("\\Archive", "\\Drafts", "\\Junk", "\\Sent", "\\Trash")
r"""What a mailbox can be for (RFC 6154 section 2). \All and \Flagged would be views of others."""

_COLUMNS = (
    "m.id, m.account, m.name, m.uidvalidity, m.uidnext, m.modseq, m.selectable,"
    " m.uses, a.name || '@' || a.domain"
)
_FROM = "FROM mailboxes m JOIN accounts a ON a.id = m.account"


class Wanted(NamedTuple):
    """A mailbox that shall be made, with the UIDVALIDITY and the uses it will have.

    `inbox`: INBOX is renamed to it.
    """

    name: str
    uidvalidity: int
    uses: str = ""
    inbox: bool = False


class Mailboxes:
    """The mailboxes of a store."""

    def __init__(self, database: Database, ids: Ids, access: AccessLists) -> None:
        self._db = database
        self._ids = ids
        self._access = access

    def all(self, account: Account) -> list[Mailbox]:
        """Return the account's mailboxes in the order of their names, INBOX first."""
        rows = self._db.sql.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE m.account = ? ORDER BY m.name <> 'INBOX', m.name",
            (account.id,),
        )
        return [_mailbox(row) for row in rows]

    def shared(self, account: Account) -> list[Mailbox]:
        """Return the mailboxes of others that have an access list, whatever it grants."""
        rows = self._db.sql.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE m.account <> ?"
            " AND m.id IN (SELECT mailbox FROM access) ORDER BY m.account, m.name",
            (account.id,),
        )
        return [_mailbox(row) for row in rows]

    def above(self, account: Account, name: str) -> Mailbox | None:
        """Return the nearest mailbox above a name, whether or not there is one of that name."""
        for level in reversed(superiors(name)):
            found = self.find(account, level)
            if found is not None and found.selectable:
                return found
        return None

    def find(self, account: Account, name: str) -> Mailbox | None:
        """Return the mailbox of that name, selectable or not, or None."""
        row = self._db.sql.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE m.account = ? AND m.name = ?",
            (account.id, canonical(name)),
        ).fetchone()
        return None if row is None else _mailbox(row)

    def get(self, account: Account, name: str) -> Mailbox:
        """Return the selectable mailbox of that name.

        Raises NoSuchMailbox; InvalidName if there can be none.
        """
        mailbox = self.find(account, name)
        if mailbox is None or not mailbox.selectable:
            check_name(name)
            raise _missing(name)
        return mailbox

    def refresh(self, mailbox: Mailbox) -> Mailbox:
        """Return the mailbox as it stands now. Raises NoSuchMailbox if it was deleted."""
        row = self._db.sql.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE m.id = ?", (mailbox.id,)
        ).fetchone()
        if row is None:
            raise _missing(mailbox.name)
        return _mailbox(row)

    def create(
        self,
        account: Account,
        name: str,
        *,
        uses: Iterable[str] = (),
        connection: int | None = None,
    ) -> Mailbox:
        """Make a mailbox, and those above it that are missing (RFC 3501 section 6.3.3).

        A separator at the end only says that names below it will follow. A name that stayed
        behind without being selectable becomes a mailbox again. `uses` are special-use attributes
        of the new mailbox (RFC 6154 section 3); each is one mailbox's only. Raises MailboxExists,
        InvalidName, InvalidUse, TooManyMailboxes.
        """
        wanted = self.wanted(account, name, uses)
        with self._db.transaction() as changes:
            return self.add(account, wanted, connection, changes)

    def wanted(self, account: Account, name: str, uses: Iterable[str] = ()) -> list[Wanted]:
        """Return what must be made so that there is a mailbox `name`: it comes last.

        Their UIDVALIDITYs are drawn, so not to be called in a transaction. Raises as `create`.
        """
        name = check_new_name(name.removesuffix(SEPARATOR))
        known = self.find(account, name)
        if known is not None and known.selectable:
            msg = f"there is a mailbox {name!r} already"
            raise MailboxExists(msg)
        checked = self.check_uses(account, uses)
        *missing, last = self._numbered(account, [*self._missing_above(account, name), name])
        return [*missing, last._replace(uses=checked)]

    def check_uses(self, account: Account, uses: Iterable[str], but: Mailbox | None = None) -> str:
        """Return special-use attributes in order, parted by spaces, for a new mailbox or for `but`.

        Raises InvalidUse.
        """
        wanted = set(uses)
        for use in sorted(wanted.difference(SPECIAL_USES)):
            msg = f"no mailbox is {use} here"
            raise InvalidUse(msg)
        others = [each for each in self.all(account) if but is None or each.id != but.id]
        for mailbox in others:
            for use in sorted(wanted.intersection(mailbox.uses)):
                msg = f"{mailbox.name!r} is {use} already"
                raise InvalidUse(msg)
        return " ".join(sorted(wanted))

    def _missing_above(self, account: Account, name: str) -> list[str]:
        return [above for above in superiors(name) if self.find(account, above) is None]

    def _numbered(self, account: Account, names: list[str]) -> list[Wanted]:
        return [Wanted(name, self._ids.uidvalidity(account.address)) for name in names]

    def add(
        self,
        account: Account,
        wanted: list[Wanted],
        connection: int | None,
        changes: Changes,
    ) -> Mailbox:
        """Make them as part of a transaction; return the last one."""
        for each in wanted:
            self._add(account, each, connection, changes)
        return self.get(account, wanted[-1].name)

    def _add(
        self,
        account: Account,
        wanted: Wanted,
        connection: int | None,
        changes: Changes,
    ) -> None:
        check_mailboxes(self._db.sql, account.id, account.address)
        self._db.sql.execute(
            "INSERT INTO mailboxes (account, name, uidvalidity, uses) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (account, name) DO UPDATE SET selectable = 1,"
            " uidvalidity = excluded.uidvalidity, uidnext = 1, modseq = 1, uses = excluded.uses",
            (account.id, wanted.name, wanted.uidvalidity, wanted.uses),
        )
        changes.add(
            MailboxCreated(
                account=account.address,
                mailbox=wanted.name,
                uidvalidity=wanted.uidvalidity,
                connection=connection,
                inbox=wanted.inbox,
            )
        )
        above = self.above(account, wanted.name)
        if above is not None:
            self._access.inherit(above, self.get(account, wanted.name), connection, changes)

    def delete(self, account: Account, name: str, *, connection: int | None = None) -> Mailbox:
        """Delete a mailbox and its messages (RFC 3501 section 6.3.4); return it as it was.

        If there are names below it, the name stays, not selectable. Raises NoSuchMailbox;
        InvalidName for INBOX, HasInferiors for a name that already is not selectable.
        """
        mailbox = self.find(account, name)
        if mailbox is None:
            raise _missing(name)
        if mailbox.name == "INBOX":
            msg = "INBOX cannot be deleted"
            raise InvalidName(msg)
        below = self._below(account, mailbox.name)
        if not mailbox.selectable and below:
            msg = f"{name!r} only holds the mailboxes below it; delete those first"
            raise HasInferiors(msg)
        with self._db.transaction() as changes:
            bodies = [
                body
                for (body,) in self._db.sql.execute(
                    "SELECT DISTINCT body FROM messages WHERE mailbox = ?", (mailbox.id,)
                )
            ]
            self._db.sql.execute("DELETE FROM messages WHERE mailbox = ?", (mailbox.id,))
            drop_bodies(self._db.sql, bodies)
            if below:
                # A new row: who has the old one selected must not see what comes later.
                self._db.sql.execute("DELETE FROM mailboxes WHERE id = ?", (mailbox.id,))
                self._db.sql.execute(
                    "INSERT INTO mailboxes (account, name, uidvalidity, selectable)"
                    " VALUES (?, ?, ?, 0)",
                    (account.id, mailbox.name, mailbox.uidvalidity),
                )
            else:
                self._db.sql.execute("DELETE FROM mailboxes WHERE id = ?", (mailbox.id,))
            changes.add(
                MailboxDeleted(
                    account=account.address, mailbox=mailbox.name, connection=connection
                ),
                mailbox.id,
            )
        return mailbox

    def rename(
        self, account: Account, name: str, to: str, *, connection: int | None = None
    ) -> Mailbox:
        """Rename a mailbox and all below it (RFC 3501 section 6.3.5); return it as it is now.

        Messages keep their UIDs, the mailbox its UIDVALIDITY. INBOX is not for this call: what
        renaming it means is to move its messages (`Store.rename_inbox`). Raises NoSuchMailbox,
        MailboxExists, InvalidName.
        """
        old = self.find(account, name)
        if old is None:
            raise _missing(name)
        if old.name == "INBOX":
            msg = "INBOX itself keeps its name"
            raise InvalidName(msg)
        to = check_new_name(to.removesuffix(SEPARATOR))
        if self.find(account, to) is not None:
            msg = f"there is a mailbox {to!r} already"
            raise MailboxExists(msg)
        if to.startswith(old.name + SEPARATOR):
            msg = f"{old.name!r} cannot move below itself"
            raise InvalidName(msg)
        moved = [old, *self._below(account, old.name)]
        targets = [to + each.name[len(old.name) :] for each in moved]
        for target in targets:
            check_name(target)
        missing = self._numbered(account, self._missing_above(account, to))
        with self._db.transaction() as changes:
            for each in missing:
                self._add(account, each, connection, changes)
            for mailbox, target in zip(moved, targets, strict=True):
                try:
                    self._db.sql.execute(
                        "UPDATE mailboxes SET name = ? WHERE id = ?", (target, mailbox.id)
                    )
                except sqlite3.IntegrityError:
                    msg = f"there is a mailbox {target!r} already"
                    raise MailboxExists(msg) from None
                if mailbox.selectable or mailbox is old:
                    changes.add(
                        MailboxRenamed(
                            account=account.address,
                            mailbox=mailbox.name,
                            to=target,
                            connection=connection,
                        ),
                        mailbox.id,
                    )
        return old._replace(name=to)

    def _below(self, account: Account, name: str) -> list[Mailbox]:
        return [m for m in self.all(account) if m.name.startswith(name + SEPARATOR)]


def _mailbox(row: tuple[int, int, str, int, int, int, int, str, str]) -> Mailbox:
    return Mailbox(*row[:6], bool(row[6]), tuple(row[7].split()), row[8])


def _missing(name: str) -> NoSuchMailbox:
    return NoSuchMailbox(f"there is no mailbox {name!r}")
