"""Long mailboxes: rows that are alike stand as one line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from labserver.snapshot import Row

__all__ = ["collapse"]

SHORT = 12
"""So many rows are always shown."""
LONG = 24
"""More than these are never shown, alike or not."""
_HEAD = 3
"""So many of a run of alike rows are shown before "and 994 more, all alike"."""


def collapse(rows: Sequence[Row]) -> list[Row | tuple[int, bool]]:
    """Return the rows to show; a pair (how many, all alike?) stands for those left out."""
    if len(rows) <= SHORT:
        return list(rows)
    parts: list[Row | tuple[int, bool]] = []
    shown = 0
    for _, group in groupby(rows, key=_kind):
        run = list(group)
        keep = run if len(run) <= _HEAD + 1 else run[:_HEAD]
        if len(parts) + len(keep) + 2 > LONG:
            break
        parts += keep
        shown += len(run)
        if len(run) > len(keep):
            parts.append((len(run) - len(keep), True))
    if shown < len(rows):
        parts.append((len(rows) - shown, False))
    return parts


def _kind(row: Row) -> tuple[object, ...]:
    """Return what two rows share when they are alike: all but who wrote what, and numbers."""
    cells = tuple(
        (
            cell.state,
            cell.changed,
            cell.carried,
            tuple(
                (copy.whole, copy.protocol, copy.mailbox, copy.flags, copy.marked, copy.tied)
                for copy in cell.copies
            ),
        )
        for cell in row.cells
    )
    return (row.lost, cells)
