"""Reading a mailbox: UIDs, rows, octets, counts. Nothing here is told to anyone."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import NamedTuple

from labserver.store.database import Database
from labserver.store.flags import flag_tuple
from labserver.store.mailboxes import Mailbox

__all__ = ["ROW", "Reading", "Row", "Status"]

ROW = "uid, body, octets, message, internaldate, zone, flags, modseq"
"""The columns of a `Row`, for a SELECT or an INSERT."""


class Row(NamedTuple):
    """A message in a mailbox, without its octets.

    `body` is the key for `Messages.data`; `octets` its size; `message` the lab message number;
    `internaldate` seconds since 1970 in UTC with `zone` minutes east; `flags` canonical text.
    """

    uid: int
    body: int
    octets: int
    message: int
    internaldate: int
    zone: int
    flags: str
    modseq: int


class Status(NamedTuple):
    """What STATUS tells of a mailbox; `octets` is the sum of the sizes."""

    messages: int
    recent: int
    unseen: int
    deleted: int
    octets: int


class Reading:
    """What can be asked of the messages of a store."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def uids(self, mailbox: Mailbox) -> list[int]:
        """Return the UIDs in the mailbox, ascending."""
        rows = self._db.sql.execute(
            "SELECT uid FROM messages WHERE mailbox = ? ORDER BY uid", (mailbox.id,)
        )
        return [uid for (uid,) in rows]

    def rows(self, mailbox: Mailbox, uids: Collection[int] | None = None) -> list[Row]:
        """Return the rows with those UIDs (None: all), ascending; missing ones are left out."""
        query = f"SELECT {ROW} FROM messages WHERE mailbox = ?"
        if uids is None:
            found = self._db.sql.execute(f"{query} ORDER BY uid", (mailbox.id,))
        else:
            found = self._db.sql.execute(
                f"{query} AND uid IN (SELECT value FROM json_each(?)) ORDER BY uid",
                (mailbox.id, json.dumps(list(uids))),
            )
        return list(map(Row._make, found))

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

    def derived(self, body: int, kind: str, compute: Callable[[bytes], bytes]) -> bytes | None:
        """Return what `compute` makes of the octets of a body, computed once; None as `data`."""
        row: tuple[bytes] | None = self._db.sql.execute(
            "SELECT value FROM derived WHERE body = ? AND kind = ?", (body, kind)
        ).fetchone()
        if row is not None:
            return row[0]
        data = self.data(body)
        if data is None:
            return None
        value = compute(data)
        self._db.sql.execute(
            "INSERT INTO derived (body, kind, value) VALUES (?, ?, ?)", (body, kind, value)
        )
        return value

    def status(self, mailbox: Mailbox) -> Status:
        """Count the messages of a mailbox."""
        row = self._db.sql.execute(
            "SELECT count(*), coalesce(sum(recent), 0),"
            " coalesce(sum(instr(flags, '\\Seen') = 0), 0),"
            " coalesce(sum(instr(flags, '\\Deleted') > 0), 0), coalesce(sum(octets), 0)"
            " FROM messages WHERE mailbox = ?",
            (mailbox.id,),
        ).fetchone()
        return Status._make(row)

    def first_unseen(self, mailbox: Mailbox) -> int | None:
        r"""Return the lowest UID without \Seen, or None."""
        row = self._db.sql.execute(
            "SELECT uid FROM messages WHERE mailbox = ? AND instr(flags, '\\Seen') = 0"
            " ORDER BY uid LIMIT 1",
            (mailbox.id,),
        ).fetchone()
        return None if row is None else int(row[0])

    def keywords(self, mailbox: Mailbox) -> tuple[str, ...]:
        """Return the keywords in use in the mailbox, in order."""
        rows = self._db.sql.execute(
            "SELECT DISTINCT flags FROM messages WHERE mailbox = ?", (mailbox.id,)
        )
        found = {flag for (text,) in rows for flag in flag_tuple(text) if flag[0] != "\\"}
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
