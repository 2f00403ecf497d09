"""What the map shows, as plain values: every word and mark, nothing of where it is drawn.

All faces are drawn from this: the live one, the saved table and image, and the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from labserver.widgets.mailmap.fullness import Fullness
from labserver.widgets.mailmap.paths import PathFace
from labserver.widgets.mailmap.wires import Wire

__all__ = ["CellFace", "MapView", "PlaceFace", "RowFace", "ShelfFace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFace:
    """The head of a column, and the foot of the server's.

    `kind` is "server", or what a device is: "device", "webmail", "backup".
    """

    kind: str
    name: str
    line: str
    lost: bool = False
    foot: str = ""
    fullness: Fullness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfFace:
    """A mailbox, above the rows of what is in it."""

    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFace:
    """One cell: shape, colour, words. `label` says all of it in one phrase.

    `arrow` is the line that carried the message in this step: down to a device, or `up` from it.
    """

    state: str
    protocol: str
    word: str
    number: str
    details: tuple[str, ...]
    label: str
    changed: bool
    tied: bool
    arrow: str
    wire: int = 0
    """The connection whose line did this, or on which its place spoke last; 0: none."""
    up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFace:
    """One message; or, with `more`, the line that stands for rows left out."""

    key: int = 0
    shelf: int = 0
    letter: str = ""
    subject: str = ""
    byline: str = ""
    exactly: str = ""
    cells: tuple[CellFace, ...] = ()
    copies: str = ""
    holder: str = ""
    tone: str = "plain"
    way: str = ""
    """Where it went instead."""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The whole map.

    `step` is the number of the log's entry that it shows the world after; `changed` that of the
    last entry that changed a cell, and `news` says what that was. Rows stand by `shelf`, which
    counts `shelves`; those at the door, outside the server, are of none (-1).
    """

    title: str
    sentence: str
    step: int
    changed: int
    places: tuple[PlaceFace, ...]
    shelves: tuple[ShelfFace, ...]
    rows: tuple[RowFace, ...]
    paths: tuple[PathFace, ...] = ()
    wires: tuple[Wire, ...]
    more_wires: str = ""
    news: str = ""
    blank: bool = False
    words: dict[str, str] = field(default_factory=dict)
