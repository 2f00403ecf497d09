"""The map as a drawing: one tree of nodes for the saved image and for the live face.

Its parts are groups with a key, so that the live face draws again only what has changed.
"""

from __future__ import annotations

from labserver.widgets.mailmap.fit import fit, pixels
from labserver.widgets.mailmap.key import draw_key
from labserver.widgets.mailmap.layout import LABEL, Layout, layout
from labserver.widgets.mailmap.places import draw_places
from labserver.widgets.mailmap.rows import draw_row
from labserver.widgets.mailmap.shapes import SYMBOLS
from labserver.widgets.mailmap.strip import draw_paths, draw_pipes, draw_strip
from labserver.widgets.mailmap.values import MapView, RowFace
from labserver.widgets.svg import Node, node, svg, text

__all__ = ["drawing", "image"]


def image(view: MapView) -> str:
    """Return the map as an SVG document on a light plate, with the key to what it bears."""
    nodes, measures = drawing(view, framed=True)
    legend, more = draw_key(view, measures.width, measures.height)
    height = measures.height + more
    plate = node(
        "rect",
        x=0.5,
        y=0.5,
        width=measures.width - 1,
        height=height - 1,
        rx=8,
        fill="ground",
        stroke="line",
    )
    return svg(
        [plate, *nodes, *legend],
        SYMBOLS,
        width=measures.width,
        height=height,
        label=view.sentence,
        font_size=13,
    )


def drawing(view: MapView, *, framed: bool = False) -> tuple[list[Node], Layout]:
    """Return the groups of the map and its measures; `framed` with title, sentence and strip."""
    at = layout(view, framed=framed)
    nodes = []
    if framed:
        said = [text(14, 46 + 20 * n, line, font_size=14) for n, line in enumerate(at.sentence)]
        title = fit(view.title, at.width - 28, 15, bold=True)
        nodes.append(_group("title", [text(14, 24, title, font_size=15, font_weight=700), *said]))
    bands = [
        _band(at, top, height, row)
        for top, height, row in zip(at.tops, at.heights, view.rows, strict=True)
    ]
    nodes.append(_group("bands", [node("g", *bands, fill="band"), *_shelves(view, at)]))
    nodes.append(_group("places", [*draw_places(view, at), *_heading(view, at)]))
    for n, (row, top, height) in enumerate(zip(view.rows, at.tops, at.heights, strict=True)):
        name = f"row-{row.key}" if row.key else f"more-{n}"
        nodes.append(_row(name, row, top, height, view, at))
    nodes.append(_group("pipes", [*draw_pipes(view, at), *draw_paths(view, at)]))
    if framed and not view.blank:
        nodes.append(_group("strip", draw_strip(view, at)))
    return nodes, at


def _group(key: str, children: list[Node], **attributes: str) -> Node:
    return node("g", *children, data_key=key, **attributes)


def _row(name: str, row: RowFace, top: int, height: int, view: MapView, at: Layout) -> Node:
    """Draw a row; on the page, what lies on a shelf is drawn once and then only moved."""
    if at.framed or row.shelf < 0:
        return _group(name, draw_row(row, top, height, view.places, at))
    return _group(name, draw_row(row, 0, height, view.places, at), transform=f"translate(0 {top})")


def _band(at: Layout, top: int, height: int, row: RowFace) -> Node:
    own = {"fill": "lost-ground"} if row.tone == "lost" else {}
    return node("rect", x=6, y=top, width=at.width - 12, height=height, rx=5, **own)


def _heading(view: MapView, at: Layout) -> list[Node]:
    first, _, second = view.words["copies"].partition(" ")
    style: dict[str, str | float] = {
        "fill": "soft",
        "font_weight": 700,
        "text_anchor": "middle",
    }
    return [
        text(at.copies, at.head + 22, first, **style),
        text(at.copies, at.head + 38, second, **style),
    ]


def _shelves(view: MapView, at: Layout) -> list[Node]:
    """Name the mailboxes at the left; in the server's column they are boards that mail lies on."""
    nodes = []
    shelves = zip(view.shelves, at.shelves, strict=True)
    for shelf, y in shelves if view.rows else ():  # Where nothing is, the server names them.
        room = at.columns[0].x - 24
        if shelf.note:
            room -= round(pixels(shelf.note)) + 6
        name = fit(shelf.name, room, bold=True)
        nodes.append(text(16, y + 18, name, fill="soft", font_weight=700))
        if shelf.note:
            nodes.append(
                text(at.columns[0].x - 12, y + 18, shelf.note, fill="soft", text_anchor="end")
            )
    if not view.rows and not view.shelves:
        nodes.append(text(LABEL, at.foot - 20, view.words["empty"], fill="soft"))
    return nodes
