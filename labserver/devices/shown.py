"""Values as plain text in a cell: words that do nothing to a terminal, in columns."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["plain", "table"]


def plain(text: str) -> str:
    """Return text on one line, with a mark for each character that is not to be seen."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as columns, the first row being the head."""
    shown = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    )
