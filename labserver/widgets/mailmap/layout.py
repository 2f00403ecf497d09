"""Where things stand in the drawn map: columns for places, rows for messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labserver.widgets.mailmap.fit import pixels
from labserver.widgets.mailmap.values import MapView, PlaceFace

__all__ = ["BAND", "DOOR", "LABEL", "MORE", "ROW", "SHELF", "Column", "Layout", "layout"]

ROW = 48
BAND = 45
MORE = 26
SHELF = 26
DOOR = 16
"""Between the server's frame and what was refused there."""
LABEL = 44
"""Where the words beside a letter begin."""

_FIRST = 192
_SERVER = 160
_DEVICE = 134
_GAP = 110
_BESIDE = 10
_COPIES = 112
_LEAST = 640
_SENTENCE = 20
_PATH = 38
_HEAD = 58
_BADGES = 26
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

    `shelves` and `tops`: the upper edges of shelves and rows. `foot`: where the rows in the server
    end, `door` where its frame does. `paired`: the server has its devices at its sides, with
    pipes and ties between; else the places form a matrix. `framed`: title, sentence and strip are
    part of the drawing.
    """

    width: int
    height: int
    columns: tuple[Column, ...]
    sentence: tuple[str, ...]
    paths: tuple[int, ...]
    head: int
    shelves: tuple[int, ...]
    tops: tuple[int, ...]
    foot: int
    door: int
    strip: int
    paired: bool
    framed: bool

    @property
    def copies(self) -> int:
        """The middle of the last column."""
        return self.columns[-1].right + _COPIES // 2


def layout(view: MapView, *, framed: bool) -> Layout:
    """Measure the map."""
    paired = len(view.places) <= 3
    columns = tuple(_columns(view.places, paired=paired))
    width = max(_LEAST if framed else 0, columns[-1].right + _COPIES)
    sentence = tuple(_wrapped(view.sentence, width - 32, 14)) if framed else ()
    y = 42 + _SENTENCE * len(sentence) if framed else 14
    paths = tuple(y + _PATH * n for n in range(len(view.paths)))
    head = y + _PATH * len(paths)
    y = head + _HEAD + (0 if paired else _BADGES)
    shelves, tops = [], [0] * len(view.rows)
    for shelf in range(len(view.shelves)):
        shelves.append(y)
        y += SHELF
        for n, row in enumerate(view.rows):
            if row.shelf == shelf:
                tops[n] = y
                y += MORE if row.more else ROW
    foot = y + 2
    door = foot + _FOOT
    y = door + (DOOR if any(row.shelf < 0 for row in view.rows) else 0)
    for n, row in enumerate(view.rows):
        if row.shelf < 0:
            tops[n] = y
            y += MORE if row.more else ROW
    strip = y + 14
    lines = sum(max(1, len(wire.exchanges)) for wire in view.wires) + bool(view.more_wires)
    return Layout(
        width=width,
        height=strip + _WIRE * max(not view.blank, lines) + 8 if framed else y + 4,
        columns=columns,
        sentence=sentence,
        paths=paths,
        head=head,
        shelves=tuple(shelves),
        tops=tuple(tops),
        foot=foot,
        door=door,
        strip=strip,
        paired=paired,
        framed=framed,
    )


def _columns(places: tuple[PlaceFace, ...], *, paired: bool) -> Iterator[Column]:
    x = _FIRST
    for place in places:
        wide = _SERVER if place.kind == "server" else _DEVICE
        yield Column(x, wide)
        x += wide + (_GAP if paired else _BESIDE)


def _wrapped(sentence: str, room: int, size: int) -> Iterator[str]:
    line = ""
    for word in sentence.split(" "):
        longer = f"{line} {word}".strip()
        if line and pixels(longer, size) > room:
            yield line
            longer = word
        line = longer
    yield line
