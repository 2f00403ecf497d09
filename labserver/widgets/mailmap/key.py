"""The key: what the shapes, colours and marks mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labserver.widgets.mailmap.fit import pixels
from labserver.widgets.mailmap.values import MapView
from labserver.widgets.svg import Node, node, text
from labserver.widgets.words import en as words

__all__ = ["draw_key", "key"]

_WIDE, _HIGH = 46, 36
_LINE = _HIGH // 2
_SMALL = 0.6
"""The size of a mark in a saved picture's key."""
_PITCH = 26
_PROTOCOLS = ("smtp", "pop3", "imap")


def key() -> dict[str, Any]:
    """Return the key for the live face: drawings of 46 by 36, each with its words."""
    shapes = [
        {"symbol": name, "word": word, "note": note} for name, (word, note) in words.KEY.items()
    ]
    colours = [{"colour": name, "word": name.upper()} for name in _PROTOCOLS]
    marks = [{"nodes": _MARKS[name], "word": said} for name, said in words.KEY_MARKS.items()]
    return {"shapes": shapes, "colours": colours, "marks": marks}


def _across(**style: str | float) -> Node:
    return node("path", d=f"M2 {_LINE}H{_WIDE - 2}", **style)


_MARKS: dict[str, list[Node]] = {
    "changed": [
        node(
            "rect", x=8, y=5, width=36, height=26, rx=6, fill="none", stroke="ink", stroke_width=2
        ),
        node("path", d="M1 10l13 8l-13 8z", fill="ink"),
    ],
    "tied": [
        _across(stroke="imap", stroke_width=2.5),
        *(
            node("circle", cx=x, cy=_LINE, r=5.5, fill="ground", stroke="imap", stroke_width=2.5)
            for x in (8, _WIDE - 8)
        ),
    ],
    "open": [_across(stroke="soft", stroke_width=8)],
    "closed": [_across(stroke="soft", stroke_width=3, stroke_dasharray="3 4")],
    "tls": [_across(stroke="soft", stroke_width=11), _across(stroke="ground", stroke_width=5)],
    "only": [
        node(
            "rect",
            x=3,
            y=7,
            width=40,
            height=22,
            rx=4,
            fill="amber-ground",
            stroke="amber",
            stroke_width=2,
        )
    ],
    "new": [text(_WIDE / 2, 27, "●", font_size=26, text_anchor="middle")],
    "starred": [text(_WIDE / 2, 27, "★", font_size=26, text_anchor="middle")],
    "said": [text(_WIDE / 2, 26, "C:", font_size=22, text_anchor="middle", font_weight=700)],
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A small drawing, the word for it, and what to say beside that."""

    drawn: Node
    word: str
    note: str = ""

    @property
    def width(self) -> int:
        """How wide it is at most, in px."""
        return round(_WIDE * _SMALL + 6 + pixels(self.word, bold=True) + pixels(self.note) + 4)


def draw_key(view: MapView, width: int, top: int) -> tuple[list[Node], int]:
    """Draw what a saved picture needs to be read by itself: the key to what it bears.

    An empty map to fill in gets all shapes. Return the nodes, and how much higher the picture is.
    """
    entries = list(_used(view))
    if not entries:
        return [], 0
    title = view.words["key"]
    begin = 14 + round(pixels(title, bold=True)) + 10
    drawn, said, beside = [], [text(14, top + 18, title)], []
    x, y = begin, top
    for each in entries:
        if x + each.width > width - 8 and x > begin:
            x, y = begin, y + _PITCH
        drawn.append(node("g", each.drawn, transform=f"translate({x} {y + 2}) scale({_SMALL})"))
        at = x + round(_WIDE * _SMALL) + 6
        if each.word:
            said.append(text(at, y + 18, each.word))
            at += round(pixels(each.word, bold=True)) + 4
        if each.note:
            beside.append(text(at, y + 18, each.note))
        x += each.width + 14
    nodes = [*drawn, node("g", *said, font_weight=700), node("g", *beside)]
    return nodes, y + _PITCH + 8 - top


def _used(view: MapView) -> Iterator[_Entry]:
    cells = [cell for row in view.rows for cell in row.cells]
    states = set(words.KEY) if view.blank else {cell.state for cell in cells}
    for name, (word, note) in words.KEY.items():
        if name in states:
            yield _Entry(node("use", href=f"#{name}", color="soft"), word, note)
    carried = {cell.protocol for cell in cells} | {wire.protocol for wire in view.wires}
    for name in _PROTOCOLS:
        if name in carried:
            patch = node("rect", x=4, y=6, width=38, height=24, rx=4, fill=name)
            yield _Entry(patch, name.upper())
    marks = {
        "changed": any(cell.changed for cell in cells),
        "tied": any(cell.tied for cell in cells),
        "open": any(wire.open and not wire.secured for wire in view.wires),
        "closed": any(not wire.open for wire in view.wires),
        "tls": any(wire.open and wire.secured for wire in view.wires),
        "only": any(row.tone == "only" for row in view.rows),
        "new": any("●" in detail for cell in cells for detail in cell.details),
        "starred": any("★" in detail for cell in cells for detail in cell.details),
        "said": any(wire.exchanges for wire in view.wires),
    }
    for name, said in words.KEY_MARKS.items():
        if marks[name]:
            yield _Entry(node("g", *_MARKS[name]), "", said)
