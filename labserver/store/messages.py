"""Messages that are in mailboxes: their flags, copies of them, their removal.

Every change and its mod-sequence are one transaction; its events follow the commit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Literal

from labserver.events import Delivered, Expunged, FlagsChanged
from labserver.store.arriving import Arrival, Arriving
from labserver.store.bodies import drop_bodies
from labserver.store.database import Changes
from labserver.store.expunged import remember
from labserver.store.flags import Flagging, flag_tuple, flagged
from labserver.store.mailbox import Mailbox
from labserver.store.rights import ALL_RIGHTS, Rights, permitted
from labserver.store.row import ROW, Row

__all__ = ["Messages"]


class Messages(Arriving):
    """The messages of a store."""

    def set_flags(
        self,
        mailbox: Mailbox,
        uids: Collection[int],
        how: Flagging,
        flags: Iterable[str],
        *,
        rights: Rights = ALL_RIGHTS,
        connection: int | None = None,
    ) -> list[Row]:
        """Change the flags of those messages; return their rows as they are now, ascending.

        Flags that `rights` do not cover stay as they are. Messages whose flags stay as they were
        get no event and no new mod-sequence.
        """
        with self._db.transaction() as changes:
            spelled = self._spelled(mailbox, tuple(flags))
            old = self.rows(mailbox, uids)
            becomes = {
                text: flagged(text, how, spelled, rights) for text in {row.flags for row in old}
            }
            changed = [row for row in old if becomes[row.flags] != row.flags]
            if not changed:
                return old
            modseq = self._step(mailbox)
            groups: dict[str, list[int]] = {}
            for row in changed:
                groups.setdefault(becomes[row.flags], []).append(row.uid)
            for text, members in groups.items():
                self._db.sql.execute(
                    "UPDATE messages SET flags = ?, modseq = ? WHERE mailbox = ?"
                    " AND uid IN (SELECT value FROM json_each(?))",
                    (text, modseq, mailbox.id, json.dumps(members)),
                )
            for row in changed:
                changes.add(
                    FlagsChanged(
                        account=mailbox.address,
                        mailbox=mailbox.name,
                        uid=row.uid,
                        flags=flag_tuple(becomes[row.flags]),
                        connection=connection,
                    ),
                    mailbox.id,
                )
        now = [
            row
            if becomes[row.flags] == row.flags
            else Row(*row[:7], flags=becomes[row.flags], modseq=modseq)
            for row in old
        ]
        self._kept.change(mailbox.id, modseq, [row for row in now if row.modseq == modseq])
        return now

    def _step(self, mailbox: Mailbox) -> int:
        row = self._db.sql.execute(
            "UPDATE mailboxes SET modseq = modseq + 1 WHERE id = ? RETURNING modseq",
            (mailbox.id,),
        ).fetchone()
        return int(row[0])

    def expunge(
        self, mailbox: Mailbox, uids: Collection[int], *, connection: int | None = None
    ) -> list[int]:
        """Remove those messages for good; return the UIDs that were there, ascending."""
        with self._db.transaction() as changes:
            return self._remove(mailbox, self.rows(mailbox, uids), connection, changes)

    def _remove(
        self, mailbox: Mailbox, rows: list[Row], connection: int | None, changes: Changes
    ) -> list[int]:
        if not rows:
            return []
        gone = [row.uid for row in rows]
        remember(self._db.sql, mailbox.id, self._step(mailbox), gone)
        self._db.sql.execute(
            "DELETE FROM messages WHERE mailbox = ? AND uid IN (SELECT value FROM json_each(?))",
            (mailbox.id, json.dumps(gone)),
        )
        drop_bodies(self._db.sql, {row.body for row in rows})
        for uid in gone:
            changes.add(
                Expunged(
                    account=mailbox.address, mailbox=mailbox.name, uid=uid, connection=connection
                ),
                mailbox.id,
            )
        return gone

    def replace(
        self,
        mailbox: Mailbox,
        uid: int,
        target: Mailbox,
        arrival: Arrival,
        *,
        connection: int | None = None,
    ) -> int:
        """Append a message to `target` and remove one for good, in one transaction.

        Returns the UID of the new one. Raises OverQuota, NoSuchMailbox.
        """
        gone = self.rows(mailbox, [uid])
        # What another account is rid of makes no room here.
        freed = gone if target.account == mailbox.account else ()
        drawn = self._drawn(target, [arrival], connection, freed)
        with self._db.transaction() as changes:
            (new,) = self._append(target, drawn, connection, changes)
            self._remove(mailbox, gone, connection, changes)
        return new

    def copy(
        self,
        mailbox: Mailbox,
        uids: Collection[int],
        target: Mailbox,
        *,
        rights: Rights = ALL_RIGHTS,
        connection: int | None = None,
    ) -> list[tuple[int, int]]:
        """Copy messages to `target` with flags and internal dates, all or none.

        Of the flags only what `rights` in `target` allow to set. Returns (UID here, UID there) of
        each, ascending. Raises NoSuchMailbox, OverQuota; what copies nothing meets no fault of
        the lab.
        """
        with self._db.transaction() as changes:
            rows = self.rows(mailbox, uids)
            if rows:
                self._meet_fault(target, connection)
            self._check_room(target, [row.octets for row in rows])
            return self._copy(_allowed(rows, rights), target, "copy", connection, changes)

    def move(
        self,
        mailbox: Mailbox,
        uids: Collection[int],
        target: Mailbox,
        *,
        rights: Rights = ALL_RIGHTS,
        connection: int | None = None,
    ) -> list[tuple[int, int]]:
        """Move messages to `target` in one transaction; otherwise as `copy`.

        Within one account what it holds stays the same, and needs no room.
        """
        with self._db.transaction() as changes:
            rows = self.rows(mailbox, uids)
            if rows:
                self._meet_fault(target, connection)
            if target.account != mailbox.account:
                self._check_room(target, [row.octets for row in rows])
            return self.moved(mailbox, uids, target, connection, changes, rights)

    def moved(
        self,
        mailbox: Mailbox,
        uids: Collection[int],
        target: Mailbox,
        connection: int | None,
        changes: Changes,
        rights: Rights = ALL_RIGHTS,
    ) -> list[tuple[int, int]]:
        """Move messages to `target` as part of a transaction; no fault is asked."""
        rows = self.rows(mailbox, uids)
        pairs = self._copy(_allowed(rows, rights), target, "move", connection, changes)
        self._remove(mailbox, rows, connection, changes)
        return pairs

    def _copy(
        self,
        rows: list[Row],
        target: Mailbox,
        cause: Literal["copy", "move"],
        connection: int | None,
        changes: Changes,
    ) -> list[tuple[int, int]]:
        if not rows:
            return []
        first, modseq = self._number(target, len(rows))
        saved = int(self._clock.now().timestamp())
        pairs = [(row.uid, first + n) for n, row in enumerate(rows)]
        self._db.sql.executemany(
            f"INSERT INTO messages (mailbox, {ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (target.id, uid, *row[1:6], saved, row.flags, modseq)
                for row, (_, uid) in zip(rows, pairs, strict=True)
            ),
        )
        for row, (_, uid) in zip(rows, pairs, strict=True):
            digest = self._digest(row.body)
            changes.add(
                Delivered(
                    account=target.address,
                    mailbox=target.name,
                    uidvalidity=target.uidvalidity,
                    uid=uid,
                    message=row.message,
                    octets=row.octets,
                    sha256=digest,
                    flags=flag_tuple(row.flags),
                    cause=cause,
                    connection=connection,
                ),
                target.id,
            )
        return pairs

    def _digest(self, body: int) -> str:
        row: tuple[str] = self._db.sql.execute(
            "SELECT sha256 FROM bodies WHERE id = ?", (body,)
        ).fetchone()
        return row[0]


def _allowed(rows: list[Row], rights: Rights) -> list[Row]:
    """Return the rows with those flags that may be set where they go (RFC 4314 section 4)."""
    if rights == ALL_RIGHTS:
        return rows
    return [row._replace(flags=" ".join(permitted(flag_tuple(row.flags), rights))) for row in rows]
