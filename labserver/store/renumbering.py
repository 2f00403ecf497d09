"""A mailbox that has lost its UIDs: the same messages under other ones, and a new UIDVALIDITY.

It happens to real servers whose index is lost (RFC 9051 section 2.3.1.1). The mailbox gets a new
row: whatever a session knows by the old one, it finds nothing there any more, and takes no other
message for it. RFC 8474 section 4 wants another MAILBOXID too, which is made of the row.
"""

from __future__ import annotations

import sqlite3

from labserver.events import Renumbered
from labserver.store.database import Changes
from labserver.store.mailbox import Mailbox

__all__ = ["renumber"]


def renumber(
    sql: sqlite3.Connection,
    old: Mailbox,
    uidvalidity: int,
    connection: int | None,
    changes: Changes,
) -> int:
    """Give a mailbox, as it stands now, UIDs from 1 on; return its new row, in a transaction."""
    rows = sql.execute("SELECT uid FROM messages WHERE mailbox = ? ORDER BY uid", (old.id,))
    uids = tuple((uid, n) for n, (uid,) in enumerate(rows, 1))
    # Two mailboxes of one name there never are; no mailbox has an empty one.
    sql.execute("UPDATE mailboxes SET name = '' WHERE id = ?", (old.id,))
    new: int = sql.execute(
        "INSERT INTO mailboxes (account, name, uidvalidity, uidnext, modseq, uses, forgotten)"
        " SELECT account, ?, ?, ?, modseq + 1, uses, modseq + 1 FROM mailboxes WHERE id = ?"
        " RETURNING id",
        (old.name, uidvalidity, len(uids) + 1, old.id),
    ).fetchone()[0]
    sql.executemany(
        "UPDATE messages SET mailbox = ?, uid = ? WHERE mailbox = ? AND uid = ?",
        ((new, now, old.id, before) for before, now in uids),
    )
    sql.execute("UPDATE access SET mailbox = ? WHERE mailbox = ?", (new, old.id))
    sql.execute("UPDATE annotations SET mailbox = ? WHERE mailbox = ?", (new, old.id))
    sql.execute("DELETE FROM mailboxes WHERE id = ?", (old.id,))
    changes.add(
        Renumbered(
            account=old.address,
            mailbox=old.name,
            uidvalidity=uidvalidity,
            uids=uids,
            connection=connection,
        ),
        old.id,
    )
    return new
