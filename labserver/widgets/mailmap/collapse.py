"""Long mailboxes: rows that are alike stand as one line, and what matters is never left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from labserver.snapshot import Row

__all__ = ["Left", "collapse"]

SHORT = 12
"""So many rows are always shown."""
LONG = 24
"""More than these are never shown, alike or not."""
_HEAD = 3
"""So many of a run of alike rows are shown before "and 994 more, all alike"."""


@dataclass(frozen=True, slots=True)
class Left:
    """Stands for rows left out of a shelf: how many, and whether they are like the one before."""

    shelf: str
    count: int
    alike: bool


def collapse(rows: Sequence[Row]) -> list[Row | Left]:
    """Return the rows to show, in their order, and what stands for those left out."""
    if len(rows) <= SHORT:
        return list(rows)
    runs = [list(run) for _, run in groupby(rows, key=_kind)]
    chosen = _chosen(runs)
    parts: list[Row | Left] = []
    for n, run in enumerate(runs):
        kept = _kept(run) if n in chosen else []
        parts += kept
        if len(kept) < len(run):
            left = Left(run[0].shelf, len(run) - len(kept), bool(kept))
            before = parts[-1] if parts else None
            if isinstance(before, Left) and before.shelf == left.shelf:
                left = Left(left.shelf, before.count + left.count, alike=False)
                parts.pop()
            parts.append(left)
    return parts


def _kept(run: list[Row]) -> list[Row]:
    return run if len(run) <= _HEAD + 1 else run[:_HEAD]


def _chosen(runs: list[list[Row]]) -> set[int]:
    """Return which runs are shown: what changed, what is lost or in danger, then the first."""
    chosen: set[int] = set()
    room = LONG
    for n in sorted(range(len(runs)), key=lambda n: (_rank(runs[n][0]), n)):
        shown = len(_kept(runs[n]))
        room -= shown + (shown < len(runs[n]))
        if room < 1:
            break
        chosen.add(n)
    return chosen


def _rank(row: Row) -> int:
    if any(cell.changed for cell in row.cells):
        return 0
    return 1 if row.lost or row.refusal is not None else 2 if row.only_on is not None else 3


def _kind(row: Row) -> tuple[object, ...]:
    """Return what two rows share when they are alike: all but who wrote what, and numbers."""
    cells = tuple(
        (
            cell.state,
            cell.changed,
            cell.carried,
            cell.raised,
            tuple(
                (copy.whole, copy.protocol, copy.mailbox, copy.flags, copy.marked, copy.tied)
                for copy in cell.copies
            ),
        )
        for cell in row.cells
    )
    refused = row.refusal is not None and (row.refusal.reply, row.refusal.told)
    return (row.shelf, row.lost, refused, cells)
