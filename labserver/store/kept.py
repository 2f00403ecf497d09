"""The rows of mailboxes that were read last, kept in memory while they are what the store holds."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from labserver.store.row import Row

__all__ = ["KeptRows"]

_MOST: Final = 100_000
"""Rows, of several mailboxes together; of a single one there may be more."""


class KeptRows:
    """The rows of mailboxes, each at a mod-sequence.

    Whatever changes a row raises its mailbox's mod-sequence in the same transaction: what was
    committed at the present one is what the table holds.
    """

    def __init__(self) -> None:
        # The mailbox that was asked for last at the end.
        self._held: OrderedDict[int, tuple[int, list[Row]]] = OrderedDict()

    def get(self, mailbox: int, modseq: int | None) -> list[Row] | None:
        """Return all rows of the mailbox at that mod-sequence, if they are kept."""
        held = self._held.get(mailbox)
        if held is None or held[0] != modseq:
            return None
        self._held.move_to_end(mailbox)
        return held[1]

    def put(self, mailbox: int, modseq: int, rows: list[Row]) -> None:
        """Keep the committed rows of a mailbox; the list belongs to this object from now on."""
        self._held[mailbox] = (modseq, rows)
        self._held.move_to_end(mailbox)
        while len(self._held) > 1 and sum(len(rows) for _, rows in self._held.values()) > _MOST:
            self._held.popitem(last=False)

    def change(self, mailbox: int, modseq: int, changed: Sequence[Row]) -> None:
        """Take note that a committed change has raised the mod-sequence by one, to that.

        `changed` are the rows that it changed, as they are now, ascending. Nothing came or went.
        """
        rows = self.get(mailbox, modseq - 1)
        if rows is None:
            return
        at = 0
        for row in changed:
            at = bisect_left(rows, row.uid, at, key=_uid)
            rows[at] = row
        self.put(mailbox, modseq, rows)


def _uid(row: Row) -> int:
    return row.uid
