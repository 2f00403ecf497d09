"""Where things stand in the drawn map: columns for places, rows for messages."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from labserver.widgets.mailmap.view import MapView

__all__ = ["MORE", "ROW", "Column", "Layout", "layout"]

ROW = 48
MORE = 26
_WIRE = 24
_SENTENCE = 19
_DEVICE = 128
_SERVER = 150


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

    `tops`: each row's upper edge. `paired`: the server has its devices at its sides, with pipes
    and ties between; else the places form a matrix.
    """

    width: int
    height: int
    columns: tuple[Column, ...]
    sentence: tuple[str, ...]
    head: int
    tops: tuple[int, ...]
    foot: int
    strip: int
    paired: bool

    @property
    def copies(self) -> int:
        """The middle of the last column."""
        return self.width - 52


def layout(view: MapView) -> Layout:
    """Measure the map."""
    count = len(view.places)
    paired = count <= 3
    if paired:
        devices = {1: (375,), 2: (240, 530), 3: (190, 426, 684)}[count]
        columns = tuple(
            Column(x, _SERVER if place.kind == "server" else _DEVICE)
            for x, place in zip(devices, view.places, strict=True)
        )
    else:
        columns = (
            Column(190, _SERVER),
            *(Column(352 + n * (_DEVICE + 12), _DEVICE) for n in range(count - 1)),
        )
    width = max(922, columns[-1].right + 110)
    sentence = tuple(wrap(view.sentence, (width - 40) // 8)) or ("",)
    head = 62 + _SENTENCE * (len(sentence) - 1)
    tops = []
    y = head + (62 if paired else 82)
    for row in view.rows:
        tops.append(y)
        y += MORE if row.more else ROW
    foot = y + (ROW if not view.rows else 0)
    strip = foot + 48
    lines = sum(max(1, len(wire.exchanges)) for wire in view.wires) + bool(view.more_wires)
    return Layout(
        width=width,
        height=strip + _WIRE * max(1, lines) + 10,
        columns=columns,
        sentence=sentence,
        head=head,
        tops=tuple(tops),
        foot=foot,
        strip=strip,
        paired=paired,
    )
