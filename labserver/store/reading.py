"""Reading a mailbox: UIDs, rows, octets, counts. Nothing here is told to anyone."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import NamedTuple

from labserver.store.database import Database
from labserver.store.expunged import recall
from labserver.store.flags import flag_tuple
from labserver.store.kept import KeptRows
from labserver.store.mailbox import Mailbox
from labserver.store.row import ROW, Row

__all__ = ["Reading", "Status"]


class Status(NamedTuple):
    """What STATUS tells of a mailbox; `octets` are sums of sizes."""

    messages: int
    recent: int
    unseen: int
    deleted: int
    octets: int
    deleted_octets: int


class Reading:
    """What can be asked of the messages of a store."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept = KeptRows()

    def uids(self, mailbox: Mailbox) -> list[int]:
        """Return the UIDs in the mailbox, ascending."""
        return [row.uid for row in self._all(mailbox)]

    def rows(self, mailbox: Mailbox, uids: Collection[int] | None = None) -> list[Row]:
        """Return the rows with those UIDs (None: all), ascending; missing ones are left out."""
        if uids is None:
            return self._all(mailbox).copy()
        if not uids:
            return []
        kept = self._kept.get(mailbox.id, self._modseq(mailbox))
        if kept is not None and len(kept) < 8 * len(uids):
            wanted = frozenset(uids)
            return [row for row in kept if row.uid in wanted]
        first, last = min(uids), max(uids)
        if last - first < 4 * len(uids):
            wanted = frozenset(uids)
            between = self._read(mailbox, " AND uid BETWEEN ? AND ?", first, last)
            return [row for row in between if row.uid in wanted]
        listed = " AND uid IN (SELECT value FROM json_each(?))"
        return self._read(mailbox, listed, json.dumps(list(uids)))

    def _all(self, mailbox: Mailbox) -> list[Row]:
        """Return all rows, to look at now: the list is kept, and will change."""
        modseq = self._modseq(mailbox)
        rows = self._kept.get(mailbox.id, modseq)
        if rows is None:
            rows = self._read(mailbox)
            # In a transaction it may be a mod-sequence that will never have been.
            if modseq is not None and not self._db.sql.in_transaction:
                self._kept.put(mailbox.id, modseq, rows)
        return rows

    def _read(self, mailbox: Mailbox, where: str = "", *given: int | str) -> list[Row]:
        found = self._db.sql.execute(
            f"SELECT {ROW} FROM messages WHERE mailbox = ?{where} ORDER BY uid",
            (mailbox.id, *given),
        )
        return list(map(Row._make, found))

    def _modseq(self, mailbox: Mailbox) -> int | None:
        row: tuple[int] | None = self._db.sql.execute(
            "SELECT modseq FROM mailboxes WHERE id = ?", (mailbox.id,)
        ).fetchone()
        return None if row is None else row[0]

    def expunged(self, mailbox: Mailbox, since: int) -> list[int]:
        """Return the UIDs that were removed after a mod-sequence, ascending.

        If that is too long ago to be known: all that were given once and are not there now.
        """
        gone = recall(self._db.sql, mailbox.id, since)
        if gone is not None:
            return gone
        there = frozenset(self.uids(mailbox))
        (uidnext,) = self._db.sql.execute(
            "SELECT uidnext FROM mailboxes WHERE id = ?", (mailbox.id,)
        ).fetchone()
        return [uid for uid in range(1, uidnext) if uid not in there]

    def data(self, body: int) -> bytes | None:
        """Return the octets of a body as they arrived, or None if no message has it any more."""
        row: tuple[bytes] | None = self._db.sql.execute(
            "SELECT data FROM bodies WHERE id = ?", (body,)
        ).fetchone()
        return None if row is None else row[0]

    def body(self, body: int) -> tuple[str, bytes]:
        """Return SHA-256 and octets of a body that a message has. Raises KeyError."""
        row: tuple[str, bytes] | None = self._db.sql.execute(
            "SELECT sha256, data FROM bodies WHERE id = ?", (body,)
        ).fetchone()
        if row is None:
            raise KeyError(body)
        return row

    def datas(self, bodies: Collection[int]) -> dict[int, bytes]:
        """Return the octets of several bodies, by body; those that are gone are left out."""
        return dict(
            self._db.sql.execute(
                "SELECT id, data FROM bodies WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(bodies)),),
            )
        )

    def known(self, bodies: Collection[int], kind: str) -> dict[int, bytes]:
        """Return what `derived` has kept of bodies, by body; the others are left out."""
        return dict(
            self._db.sql.execute(
                "SELECT body, value FROM derived"
                " WHERE kind = ? AND body IN (SELECT value FROM json_each(?))",
                (kind, json.dumps(list(bodies))),
            )
        )

    def derived(
        self, bodies: Collection[int], kind: str, compute: Callable[[int, bytes], bytes]
    ) -> dict[int, bytes]:
        """Return what `compute(body, octets)` makes of bodies, by body, computed once for all time.

        Those that are gone are left out. What is new is kept in one transaction.
        """
        values = self.known(bodies, kind)
        missing = [body for body in bodies if body not in values]
        if missing:
            new = {body: compute(body, data) for body, data in self.datas(missing).items()}
            with self._db.transaction():
                self._db.sql.executemany(
                    "INSERT INTO derived (body, kind, value) VALUES (?, ?, ?)",
                    ((body, kind, value) for body, value in new.items()),
                )
            values |= new
        return values

    def status(self, mailbox: Mailbox) -> Status:
        """Count the messages of a mailbox."""
        row = self._db.sql.execute(
            "SELECT count(*), coalesce(sum(recent), 0),"
            " coalesce(sum(instr(flags, '\\Seen') = 0), 0),"
            " coalesce(sum(instr(flags, '\\Deleted') > 0), 0), coalesce(sum(octets), 0),"
            " coalesce(sum(octets * (instr(flags, '\\Deleted') > 0)), 0)"
            " FROM messages WHERE mailbox = ?",
            (mailbox.id,),
        ).fetchone()
        return Status._make(row)

    def first_unseen(self, mailbox: Mailbox) -> int | None:
        r"""Return the lowest UID without \Seen, or None."""
        rows = self._all(mailbox)
        # No flag but this one has this text in it: keywords have no backslash.
        return next((row.uid for row in rows if "\\Seen" not in row.flags), None)

    def keywords(self, mailbox: Mailbox) -> tuple[str, ...]:
        """Return the keywords in use in the mailbox, in order."""
        kept = self._kept.get(mailbox.id, self._modseq(mailbox))
        if kept is not None:
            texts = {row.flags for row in kept}
        else:
            query = "SELECT DISTINCT flags FROM messages WHERE mailbox = ?"
            texts = {text for (text,) in self._db.sql.execute(query, (mailbox.id,))}
        found = {flag for text in texts for flag in flag_tuple(text) if flag[0] != "\\"}
        return tuple(sorted(found))

    def recent(self, mailbox: Mailbox) -> frozenset[int]:
        r"""Return the UIDs that no session has been told of as \Recent."""
        rows = self._db.sql.execute(
            "SELECT uid FROM messages WHERE mailbox = ? AND recent", (mailbox.id,)
        )
        return frozenset(uid for (uid,) in rows)

    def take_recent(self, mailbox: Mailbox) -> frozenset[int]:
        """Return the same UIDs, and see to it that nobody gets them again."""
        rows = self._db.sql.execute(
            "UPDATE messages SET recent = 0 WHERE mailbox = ? AND recent RETURNING uid",
            (mailbox.id,),
        ).fetchall()
        return frozenset(uid for (uid,) in rows)
