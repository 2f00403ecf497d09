"""What was removed from a mailbox, by mod-sequence: what a client that was away asks for.

RFC 7162 section 5.3. One record holds what one change removed, as ranges of UIDs. A mailbox keeps
its last records, so many as `MOST`, and of those before only up to which mod-sequence they went:
who asks for less gets every UID that is missing (section 3.2.6), which is more than needed, and
never too little.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

__all__ = ["MOST", "recall", "remember"]

MOST: Final = 1000
"""The records that a mailbox keeps."""


def remember(sql: sqlite3.Connection, mailbox: int, modseq: int, uids: Sequence[int]) -> None:
    """Note that these UIDs (ascending, at least one) were removed by the change `modseq`."""
    sql.execute(
        "INSERT INTO expunged (mailbox, modseq, uids) VALUES (?, ?, ?)",
        (mailbox, modseq, _written(uids)),
    )
    oldest = sql.execute(
        "SELECT modseq FROM expunged WHERE mailbox = ? ORDER BY modseq DESC LIMIT 1 OFFSET ?",
        (mailbox, MOST),
    ).fetchone()
    if oldest is not None:
        sql.execute("DELETE FROM expunged WHERE mailbox = ? AND modseq <= ?", (mailbox, *oldest))
        sql.execute("UPDATE mailboxes SET forgotten = ? WHERE id = ?", (*oldest, mailbox))


def recall(sql: sqlite3.Connection, mailbox: int, modseq: int) -> list[int] | None:
    """Return the UIDs that were removed after `modseq`, ascending; None: it is not known."""
    row = sql.execute("SELECT forgotten FROM mailboxes WHERE id = ?", (mailbox,)).fetchone()
    if row is not None and modseq < row[0]:
        return None
    records = sql.execute(
        "SELECT uids FROM expunged WHERE mailbox = ? AND modseq > ?", (mailbox, modseq)
    )
    return sorted(chain.from_iterable(_read(written) for (written,) in records))


def _written(uids: Sequence[int]) -> str:
    parts: list[str] = []
    first = last = uids[0]
    for uid in (*uids[1:], 0):
        if uid == last + 1:
            last = uid
            continue
        parts.append(f"{first}:{last}" if first != last else f"{first}")
        first = last = uid
    return ",".join(parts)


def _read(written: str) -> Iterator[int]:
    for part in written.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)
