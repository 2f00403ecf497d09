"""FETCH replies of many messages at once, for what clients ask of whole mailboxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from labserver.imap.syntax import flag_list
from labserver.imap.values import FetchItem, Item
from labserver.store import Row

__all__ = ["Write", "lines"]

_Column: TypeAlias = Callable[[Sequence[Row], Sequence[tuple[str, ...]]], Iterable[bytes | int]]
"""What an item is for several messages, of which rows and flags are given."""

_COLUMNS: dict[Item, tuple[bytes, _Column]] = {
    Item.FLAGS: (b"%b", lambda _, flags: map(flag_list, flags)),
    Item.SIZE: (b"%d", lambda rows, _: [row.octets for row in rows]),
    Item.UID: (b"%d", lambda rows, _: [row.uid for row in rows]),
}
"""The items that clients ask of whole mailboxes, and how they are written."""


@lru_cache(maxsize=256)
def _columns(items: tuple[FetchItem, ...]) -> tuple[bytes, tuple[_Column, ...]] | None:
    """Return the line for these items and what stands in it, if all of them are in `_COLUMNS`."""
    columns = []
    places = []
    for item in dict.fromkeys(items):
        if not isinstance(item, Item) or item not in _COLUMNS:
            return None
        how, column = _COLUMNS[item]
        columns.append(column)
        places.append(b"%b %b" % (item.value.encode("ascii"), how))
    return b"* %%d FETCH (%b)\r\n" % b" ".join(places), tuple(columns)


Write: TypeAlias = Callable[[Sequence[Row], Sequence[int], Callable[[Row], tuple[str, ...]]], bytes]
"""Writes the replies for rows with these sequence numbers; the flags of a row are asked for."""


def lines(items: tuple[FetchItem, ...]) -> Write | None:
    """Return what writes the replies for several messages, if rows are all that the items need.

    What it writes are the octets that `fetch.render` gives one by one, in a fraction of the time.
    """
    found = _columns(items)
    if found is None:
        return None
    line, columns = found

    def write(
        rows: Sequence[Row], numbers: Sequence[int], flags: Callable[[Row], tuple[str, ...]]
    ) -> bytes:
        shown = list(map(flags, rows))
        cells = zip(numbers, *(each(rows, shown) for each in columns), strict=True)
        return b"".join([line % values for values in cells])

    return write
