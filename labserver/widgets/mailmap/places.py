"""The places of the drawn map: the server with its shelves, and the devices."""

from __future__ import annotations

from labserver.widgets.mailmap.fit import fit, pixels, wrap
from labserver.widgets.mailmap.fullness import Fullness
from labserver.widgets.mailmap.layout import UNFIT, Column, Layout, unfit_lines
from labserver.widgets.mailmap.values import MapView, PlaceFace
from labserver.widgets.svg import Node, node, text
from labserver.widgets.words import en as words

__all__ = ["draw_places"]

_HAND = ("phone", "tablet", "pad", "watch")
_MIDDLE: dict[str, str | float] = {"text_anchor": "middle"}


def draw_places(view: MapView, at: Layout) -> list[Node]:
    """Draw the frames of all places, with what stands at their heads and feet."""
    nodes = []
    for place, column in zip(view.places, at.columns, strict=True):
        if place.kind == "server":
            nodes += _server(view, place, column, at)
        else:
            nodes += _device(place, column, at)
    return nodes


def _server(view: MapView, place: PlaceFace, column: Column, at: Layout) -> list[Node]:
    x, top = column.x, at.head - 8
    room = column.width - 20
    boards = [
        each
        for shelf, y in zip(view.shelves, at.shelves, strict=True)
        for each in (
            text(x + 10, y + 18, fit(shelf.name, room, bold=True), fill="soft", font_weight=700),
            node("path", d=f"M{x + 6} {y + 23}h{column.width - 12}", stroke="frame"),
        )
    ]
    return [
        node(
            "rect",
            x=x,
            y=top,
            width=column.width,
            height=at.door - top,
            rx=5,
            fill="none",
            stroke="frame",
            stroke_width=4,
        ),
        node("rect", x=x, y=top, width=column.width, height=48, fill="frame"),
        node(
            "path",
            d=f"M{x + 10} {top + 11}h16m-16 5h16m-16 5h16",
            stroke="ground",
            stroke_width=2.5,
        ),
        text(x + 34, top + 21, place.name, fill="ground", font_size=14, font_weight=700),
        text(x + 10, top + 40, fit(place.line, room), fill="ground"),
        *boards,
        *_foot(place, column, at),
    ]


def _foot(place: PlaceFace, column: Column, at: Layout) -> list[Node]:
    """Say what the server holds, and how much of its limit that is."""
    x, room = column.x + 10, column.width - 20
    bar = place.fullness
    if bar is not None:
        beside = bar.short if bar.full else words.filled(bar.short, full=False)
        said = [text(x, at.foot + 20, fit(beside, room - (44 if bar.full else 0)))]
        below = at.foot + 56
        said += [
            text(x, below + UNFIT * n, line, font_weight=700)
            for n, line in enumerate(unfit_lines(bar))
        ]
        if bar.full:
            end: dict[str, str | float] = {"text_anchor": "end", "font_weight": 700}
            said.append(text(x + room, at.foot + 20, words.FULL, **end))
        return [*said, *_bar(bar, x, at.foot + 28, room)]
    lines = [place.foot] if pixels(place.foot) <= room else place.foot.split(" · ")
    first = at.foot + (29 if len(lines) == 1 else 21)
    return [text(x, first + 17 * n, line) for n, line in enumerate(lines)]


def _bar(bar: Fullness, x: float, y: float, room: float) -> list[Node]:
    """Draw a part a message, in order, with a gap between."""
    nodes = [
        node("rect", x=x, y=y, width=room, height=12, rx=2, fill="ground", stroke="frame"),
    ]
    scale = room / max(1.0, sum(bar.parts))
    left = float(x)
    for part in bar.parts:
        wide = part * scale
        gap = 1 if wide > 3 else 0
        nodes.append(
            node(
                "rect",
                x=round(left, 1),
                y=y,
                width=round(max(0.8, wide - gap), 1),
                height=12,
                fill="frame",
            )
        )
        left += wide
    return nodes


def _device(place: PlaceFace, column: Column, at: Layout) -> list[Node]:
    x, top, middle = column.x, at.head, column.centre
    height = at.foot - top + 6
    hand = place.kind == "device" and any(kind in place.name.lower() for kind in _HAND)
    colour = "lost" if place.lost else "frame"
    frame = node(
        "rect",
        x=x,
        y=top,
        width=column.width,
        height=height,
        rx=16 if hand else 8,
        fill="none",
        stroke=colour,
        stroke_width=2,
        **({"stroke_dasharray": "5 4"} if place.lost else {}),
    )
    cross = node(
        "path",
        d=f"M{x + 4} {top + 50}L{column.right - 4} {top + height - 4}"
        f"M{column.right - 4} {top + 50}L{x + 4} {top + height - 4}",
        stroke="lost",
        opacity=0.45,
    )
    style: dict[str, str | float] = {"fill": "soft", **_MIDDLE}
    if place.lost:
        style |= {"fill": "lost", "font_weight": 700}
    lines = wrap(place.line, column.width - 16, bold=place.lost, most=2)
    return [
        frame,
        *_form(place, column, top, height, colour, hand=hand),
        *([cross] if place.lost else []),
        text(
            middle,
            top + 24,
            fit(place.name, column.width - 24, 14, bold=True),
            font_size=14,
            font_weight=700,
            **_MIDDLE,
        ),
        *(text(middle, top + 42 + 15 * n, line, **style) for n, line in enumerate(lines)),
    ]


def _form(
    place: PlaceFace, column: Column, top: int, height: int, colour: str, *, hand: bool
) -> list[Node]:
    """Draw what tells one kind of thing from another."""
    y = top + height
    if place.kind == "webmail":  # A window of a browser: a bar with three dots.
        return [
            node("circle", cx=column.x + 10 + 9 * n, cy=top + 7, r=2.5, fill=colour)
            for n in range(3)
        ]
    if place.kind == "backup":  # A disk: rings around a can.
        arcs = "".join(
            f"M{column.x + 6} {y + 3 + 5 * n}q{column.width // 2 - 6} 9 {column.width - 12} 0"
            for n in range(2)
        )
        return [node("path", d=arcs, fill="none", stroke=colour, stroke_width=2.5)]
    if hand:
        return [
            node(
                "path",
                d=f"M{column.centre - 14} {y - 7}h28",
                stroke=colour,
                stroke_width=4,
                stroke_linecap="round",
            )
        ]
    wide = column.width + 12
    return [node("path", d=f"M{column.x - 6} {y + 1}h{wide}l-8 8h{16 - wide}z", fill=colour)]
