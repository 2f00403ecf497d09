"""Where things stand in the drawn map: columns for places, rows for messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labserver.widgets.mailmap.fit import command, wrap
from labserver.widgets.mailmap.fullness import Fullness
from labserver.widgets.mailmap.values import CellFace, MapView, PlaceFace, RowFace
from labserver.widgets.mailmap.wires import Wire

__all__ = [
    "BAND",
    "COPIES",
    "DOOR",
    "LABEL",
    "LINE",
    "LOCKED",
    "SAID",
    "UNFIT",
    "Column",
    "Layout",
    "arrow_lines",
    "badge_width",
    "layout",
    "unfit_lines",
    "whose",
]

BAND = 45
_BETWEEN = 3
_MORE = 23
_SHELF = 26
DOOR = 16
"""Between the server's frame and what was refused there."""
LABEL = 44
"""Where the words beside a letter begin."""
LINE = 14
"""From one line of words in a row to the next."""
SAID = 380
"""Where in the strip stands what was said."""
UNFIT = 15
"""From one line of words below the bar of the server to the next."""
COPIES = 114
"""How wide the last column is."""
LOCKED = 16
"""The room of a lock in a badge."""

_FIRST = 198
_ALONE = 60
"""So much more the words beside a letter have where a server has a device at one side only."""
_SERVER = 176
_DEVICE = 130
_GAP = 116
"""Has room for the longest word of a state (AUTHENTICATED)."""
_BESIDE = 10
_LEAST = 640
_SENTENCE = 20
_PATH = 38
_HEAD = 58
_BADGES = 32
_ARROW = 13
"""So many columns of a line have room on an arrow, and in a cell."""
_BADGE = 52
_PORT = 32
_FOOT = 50
_WIRE = 25


@dataclass(frozen=True, slots=True)
class Column:
    """A place's column: its left edge and its width."""

    x: int
    width: int

    @property
    def right(self) -> int:
        """The right edge."""
        return self.x + self.width

    @property
    def centre(self) -> int:
        """The middle."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All measures of one map, in px.

    `shelves` and `tops`: the upper edges of shelves and rows; `heights` of their bands. `foot`:
    where the rows in the server end, `door` where its frame does. `paired`: the server has its
    devices at its sides, with pipes and ties between; else the places form a matrix. `framed`:
    title, sentence and strip are part of the drawing.
    """

    width: int
    height: int
    columns: tuple[Column, ...]
    sentence: tuple[str, ...]
    paths: tuple[int, ...]
    head: int
    shelves: tuple[int, ...]
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    foot: int
    door: int
    strip: int
    paired: bool
    framed: bool

    @property
    def copies(self) -> int:
        """The middle of the last column."""
        return self.columns[-1].right + COPIES // 2


def layout(view: MapView, *, framed: bool) -> Layout:
    """Measure the map."""
    paired = len(view.places) <= 3
    columns = tuple(_columns(view.places, paired=paired))
    width = max(_LEAST if framed else 0, columns[-1].right + COPIES)
    sentence = tuple(wrap(view.sentence, width - 32, 14)) if framed else ()
    y = 42 + _SENTENCE * len(sentence) if framed else 14
    paths = tuple(y + _PATH * n for n in range(len(view.paths)))
    head = y + _PATH * len(paths)
    y = head + _HEAD + (0 if paired else _BADGES)
    shelves, tops = [], [0] * len(view.rows)
    heights = tuple(_height(row, paired=paired) for row in view.rows)
    for shelf in range(len(view.shelves)):
        shelves.append(y)
        y += _SHELF
        for n, row in enumerate(view.rows):
            if row.shelf == shelf:
                tops[n] = y
                y += heights[n] + _BETWEEN
    foot = y + 2
    server = next((place for place in view.places if place.kind == "server"), None)
    door = foot + _FOOT + UNFIT * len(unfit_lines(None if server is None else server.fullness))
    y = door + (DOOR if any(row.shelf < 0 for row in view.rows) else 0)
    for n, row in enumerate(view.rows):
        if row.shelf < 0:
            tops[n] = y
            y += heights[n] + _BETWEEN
    strip = y + 14
    lines = sum(map(_lines, view.wires)) + bool(view.more_wires)
    return Layout(
        width=width,
        height=strip + _WIRE * max(not view.blank, lines) + 8 if framed else y + 4,
        columns=columns,
        sentence=sentence,
        paths=paths,
        head=head,
        shelves=tuple(shelves),
        tops=tuple(tops),
        heights=heights,
        foot=foot,
        door=door,
        strip=strip,
        paired=paired,
        framed=framed,
    )


def _columns(places: tuple[PlaceFace, ...], *, paired: bool) -> Iterator[Column]:
    x = _FIRST + (_ALONE if len(places) <= 2 else 0)
    for place in places:
        wide = _SERVER if place.kind == "server" else _DEVICE
        yield Column(x, wide)
        x += wide + (_GAP if paired else _BESIDE)


def _height(row: RowFace, *, paired: bool) -> int:
    """Return how high a row is: in a matrix the line on an arrow stands below what is in a cell."""
    if row.more:
        return _MORE
    return BAND + (0 if paired else LINE * max(len(arrow_lines(cell)) for cell in row.cells))


def unfit_lines(bar: Fullness | None) -> list[str]:
    """Return what stands below the bar of the server: what did not fit in, in lines."""
    return [] if bar is None or not bar.unfit else wrap(bar.unfit, _SERVER - 20, bold=True)


def arrow_lines(cell: CellFace) -> tuple[str, ...]:
    """Return what stands on an arrow, in lines; none if there is no arrow."""
    return command(cell.arrow, _ARROW) if cell.arrow else ()


def _lines(wire: Wire) -> int:
    return max(len(whose(wire)), len(wire.exchanges))


def whose(wire: Wire) -> list[str]:
    """Return the device and the state of a connection, in as many lines as the strip needs."""
    room = SAID - 44 - badge_width(wire, port=True)
    return wrap(f"{wire.device} · {wire.state}", room)


def badge_width(wire: Wire, *, port: bool = False) -> int:
    """Return how wide the badge of a connection is, with its port or without."""
    return _BADGE + (_PORT if port else 0) + (LOCKED if wire.secured else 0)
