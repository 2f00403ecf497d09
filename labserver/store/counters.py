"""Counters that never give a number twice, over restarts too."""

from __future__ import annotations

from labserver.store.database import Database

__all__ = ["Counters"]

_BLOCK = 100


class Counters:
    """1, 2, 3, ... for each (kind, owner).

    Numbers are reserved in the database in blocks: a restart may skip some, and never repeats
    one, while a counter costs no transaction a number. A lab in memory skips none.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self._next: dict[tuple[str, str], tuple[int, int]] = {}
        # Numbers that were reserved there are reserved no more; nobody has been told of them.
        database.undone(self._next.clear)

    def count(self, kind: str, owner: str) -> int:
        """Return the next number of that kind and owner. Not to be called in a transaction."""
        n, last = self._next.get((kind, owner), (1, 0))
        if n > last:
            if self._db.in_transaction:
                # A roll-back would undo the reservation while the numbers are in use.
                msg = "ids are drawn before a transaction begins"
                raise RuntimeError(msg)
            (last,) = self._db.sql.execute(
                "INSERT INTO counters (kind, owner, n) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET n = n + excluded.n RETURNING n",
                (kind, owner, _BLOCK),
            ).fetchone()
            n = last - _BLOCK + 1
        self._next[kind, owner] = (n + 1, last)
        return n
