r"""Annotations: what clients note about mailboxes and about the server (RFC 5464).

An entry is a name such as /private/comment, in small letters, and has a value of octets. What
begins with /private is one account's, with /shared everybody's who may see the mailbox or the
server. Two entries are shown, not kept: whom to ask, and what a mailbox is for (RFC 6154
section 4), which is changed by them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from labserver.events import AnnotationsChanged
from labserver.store.accounts import Account
from labserver.store.database import Changes, Database
from labserver.store.errors import (
    AnnotationTooLarge,
    InvalidUse,
    ReadOnlyAnnotation,
    TooManyAnnotations,
)
from labserver.store.mailbox import Mailbox
from labserver.store.mailboxes import SPECIAL_USES, Mailboxes

__all__ = ["ADMIN", "COUNT_LIMIT", "SPECIAL_USE", "VALUE_LIMIT", "Annotations"]

ADMIN: Final = "/shared/admin"
"""How to reach who runs the server, a URI: read only (RFC 5464 section 3.2.1.1)."""

SPECIAL_USE: Final = "/private/specialuse"
"""The special-use attributes of a mailbox (RFC 6154 section 4)."""

VALUE_LIMIT: Final = 64 * 1024
"""The most octets of a value; RFC 5464 section 4.1 wants 1024 at least."""

COUNT_LIMIT: Final = 100
"""The most entries of one owner on one mailbox, or on the server; there: 10 at least."""

_USES = {use.lower(): use for use in SPECIAL_USES}
_HERE = "ifnull(mailbox, 0) = ? AND ifnull(account, 0) = ?"


class Annotations:
    """The annotations of a store. `mailbox` None always means those of the server."""

    def __init__(self, database: Database, mailboxes: Mailboxes) -> None:
        self._db = database
        self._mailboxes = mailboxes

    def of(self, account: Account, mailbox: Mailbox | None = None) -> dict[str, bytes]:
        """Return the values that an account sees, by entry, in order."""
        here = 0 if mailbox is None else mailbox.id
        found: dict[str, bytes] = {}
        for owner in (0, account.id):
            query = f"SELECT entry, value FROM annotations WHERE {_HERE}"
            found |= dict(self._db.sql.execute(query, (here, owner)))
        if mailbox is None:
            found[ADMIN] = f"mailto:postmaster@{account.domain}".encode("ascii")
        elif mailbox.uses and mailbox.account == account.id:
            found[SPECIAL_USE] = " ".join(mailbox.uses).encode("ascii")
        return dict(sorted(found.items()))

    def set(
        self,
        account: Account,
        mailbox: Mailbox | None,
        values: Mapping[str, bytes | None],
        *,
        connection: int | None = None,
    ) -> None:
        """Set entries, in small letters, to values, None to remove one: all or none.

        A change raises the mailbox's mod-sequence (RFC 7162 section 3.2). Raises
        AnnotationTooLarge, TooManyAnnotations, ReadOnlyAnnotation, InvalidUse.
        """
        for entry, value in values.items():
            if value is not None and len(value) > VALUE_LIMIT:
                msg = f"the value of {entry} has more than {VALUE_LIMIT} octets"
                raise AnnotationTooLarge(msg)
        if mailbox is None and ADMIN in values:
            msg = f"{ADMIN} is read only"
            raise ReadOnlyAnnotation(msg)
        values = dict(values)
        if mailbox is not None and SPECIAL_USE in values:
            if mailbox.account != account.id:
                msg = "what a mailbox is for is its owner's matter"
                raise InvalidUse(msg)
            values[SPECIAL_USE] = self._uses(account, mailbox, values[SPECIAL_USE])
        now = self.of(account, mailbox)
        changed = {entry: value for entry, value in values.items() if now.get(entry) != value}
        if not changed:
            return
        with self._db.transaction() as changes:
            if mailbox is not None:
                uses = " ".join(mailbox.uses)
                if SPECIAL_USE in changed:
                    uses = (changed[SPECIAL_USE] or b"").decode("ascii")
                self._db.sql.execute(
                    "UPDATE mailboxes SET modseq = modseq + 1, uses = ? WHERE id = ?",
                    (uses, mailbox.id),
                )
            for owner in (None, account):
                mine = {
                    entry: value
                    for entry, value in changed.items()
                    if entry.startswith("/shared/") is (owner is None)
                }
                if mine:
                    self._put(mailbox, owner, mine)
                    _tell(changes, owner, mailbox, tuple(mine), connection)

    def _uses(self, account: Account, mailbox: Mailbox, value: bytes | None) -> bytes | None:
        """Return the value that special-use attributes have once they are set, or None."""
        wanted = [_USES.get(use.lower(), use) for use in (value or b"").decode("latin-1").split()]
        if wanted and not mailbox.selectable:
            msg = f"{mailbox.name!r} holds no messages, and is for nothing"
            raise InvalidUse(msg)
        checked = self._mailboxes.check_uses(account, wanted, but=mailbox)
        return checked.encode("ascii") or None

    def _put(
        self, mailbox: Mailbox | None, owner: Account | None, values: Mapping[str, bytes | None]
    ) -> None:
        sql = self._db.sql
        here = (None if mailbox is None else mailbox.id, None if owner is None else owner.id)
        place = tuple(each or 0 for each in here)
        for entry, value in values.items():
            if mailbox is not None and entry == SPECIAL_USE:
                continue
            sql.execute(f"DELETE FROM annotations WHERE {_HERE} AND entry = ?", (*place, entry))
            if value is not None:
                sql.execute("INSERT INTO annotations VALUES (?, ?, ?, ?)", (*here, entry, value))
        query = f"SELECT count(*) FROM annotations WHERE {_HERE}"
        if sql.execute(query, place).fetchone()[0] > COUNT_LIMIT:
            msg = f"there are at most {COUNT_LIMIT} annotations"
            raise TooManyAnnotations(msg)

    def copied(self, mailbox: Mailbox, to: Mailbox) -> None:
        """Give a new mailbox the annotations of another, as part of a transaction."""
        self._db.sql.execute("DELETE FROM annotations WHERE mailbox = ?", (to.id,))
        self._db.sql.execute(
            "INSERT INTO annotations SELECT ?, account, entry, value FROM annotations"
            " WHERE mailbox = ?",
            (to.id, mailbox.id),
        )


def _tell(
    changes: Changes,
    owner: Account | None,
    mailbox: Mailbox | None,
    entries: tuple[str, ...],
    connection: int | None,
) -> None:
    whose = None if owner is None else owner.address
    changes.add(
        AnnotationsChanged(
            account=whose if mailbox is None else mailbox.address,
            mailbox=None if mailbox is None else mailbox.name,
            entries=entries,
            connection=connection,
            private=whose,
        ),
        None if mailbox is None else mailbox.id,
    )
