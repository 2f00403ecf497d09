"""The map as a drawing: one tree of nodes for the saved image and for the live face."""

from __future__ import annotations

from labserver.widgets.mailmap.layout import MORE, ROW, Column, Layout, layout
from labserver.widgets.mailmap.rows import draw_row
from labserver.widgets.mailmap.shapes import SYMBOLS
from labserver.widgets.mailmap.strip import draw_pipes, draw_strip
from labserver.widgets.mailmap.view import MapView, PlaceFace, RowFace
from labserver.widgets.svg import Node, node, svg, text
from labserver.widgets.visible import clip

__all__ = ["drawing", "image"]


def image(view: MapView) -> str:
    """Return the map as an SVG document on a light plate."""
    nodes, measures = drawing(view)
    plate = node(
        "rect",
        x=0.5,
        y=0.5,
        width=measures.width - 1,
        height=measures.height - 1,
        rx=8,
        fill="ground",
        stroke="line",
    )
    return svg(
        [plate, *nodes],
        SYMBOLS,
        width=measures.width,
        height=measures.height,
        label=view.sentence,
    )


def drawing(view: MapView) -> tuple[list[Node], Layout]:
    """Return the nodes of the map and its measures; without the plate behind it."""
    at = layout(view)
    nodes = [
        text(14, 24, clip(view.title, 90), font_size=15, font_weight=700),
        *(text(14, 46 + 19 * n, line, font_size=14) for n, line in enumerate(at.sentence)),
    ]
    nodes += [_band(at, top, row) for top, row in zip(at.tops, view.rows, strict=True)]
    for place, column in zip(view.places, at.columns, strict=True):
        nodes += (
            _server(place, column, at) if place.kind == "server" else _device(place, column, at)
        )
    nodes += _heading(view, at)
    if not view.rows:
        nodes.append(text(18, at.foot - 20, view.words["empty"], fill="soft"))
    for row, top in zip(view.rows, at.tops, strict=True):
        nodes += draw_row(row, top, view.places, at)
    return [*nodes, *draw_pipes(view, at), *draw_strip(view, at)], at


def _band(at: Layout, top: int, row: RowFace) -> Node:
    fill = "lost-ground" if row.tone == "lost" else "band"
    height = (MORE if row.more else ROW) - 3
    return node("rect", x=6, y=top, width=at.width - 12, height=height, rx=5, fill=fill)


def _heading(view: MapView, at: Layout) -> list[Node]:
    first, _, second = view.words["copies"].partition(" ")
    style: dict[str, str | float] = {
        "fill": "soft",
        "font_weight": 700,
        "text_anchor": "middle",
    }
    return [
        text(at.copies, at.head + 22, first, **style),
        text(at.copies, at.head + 37, second, **style),
    ]


def _server(place: PlaceFace, column: Column, at: Layout) -> list[Node]:
    x, top = column.x, at.head - 8
    foot = [place.foot] if len(place.foot) <= 20 else place.foot.split(" · ")
    return [
        node(
            "rect",
            x=x,
            y=top,
            width=column.width,
            height=at.foot - top + 30,
            rx=4,
            fill="none",
            stroke="frame",
            stroke_width=3.5,
        ),
        node("rect", x=x, y=top, width=column.width, height=46, fill="frame"),
        node(
            "path",
            d=f"M{x + 10} {top + 11}h16m-16 5h16m-16 5h16",
            stroke="ground",
            stroke_width=2.5,
        ),
        text(x + 34, top + 21, place.name, fill="ground", font_size=14, font_weight=700),
        text(x + 10, top + 39, clip(place.line, 19), fill="ground"),
        *(
            text(x + 10, at.foot + (12 if len(foot) > 1 else 17) + 13 * n, line)
            for n, line in enumerate(foot)
        ),
    ]


def _device(place: PlaceFace, column: Column, at: Layout) -> list[Node]:
    x, top, middle = column.x, at.head, column.centre
    height = at.foot - top + 6
    hand = any(kind in place.name.lower() for kind in ("phone", "tablet", "pad"))
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
        d=f"M{x + 4} {top + 46}L{column.right - 4} {top + height - 4}"
        f"M{column.right - 4} {top + 46}L{x + 4} {top + height - 4}",
        stroke="lost",
        stroke_width=1,
        opacity=0.45,
    )
    return [
        frame,
        _base(column, top + height, colour, hand=hand),
        *([cross] if place.lost else []),
        text(
            middle,
            top + 22,
            clip(place.name, 14),
            font_size=14,
            font_weight=700,
            text_anchor="middle",
        ),
        text(
            middle,
            top + 39,
            clip(place.line, 19),
            fill="lost" if place.lost else "soft",
            text_anchor="middle",
            **({"font_weight": 700} if place.lost else {}),
        ),
    ]


def _base(column: Column, y: int, colour: str, *, hand: bool) -> Node:
    """Draw what tells a thing for the hand from one for the desk."""
    if hand:
        return node(
            "path",
            d=f"M{column.centre - 14} {y - 6}h28",
            stroke=colour,
            stroke_width=4,
            stroke_linecap="round",
        )
    wide = column.width + 12
    return node("path", d=f"M{column.x - 6} {y + 1}h{wide}l-8 8h{16 - wide}z", fill=colour)
