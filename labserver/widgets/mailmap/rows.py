"""One row of the drawn map: the message, its cells, what ties them, and its copies."""

from __future__ import annotations

from labserver.widgets.mailmap.layout import ROW, Column, Layout
from labserver.widgets.mailmap.view import CellFace, PlaceFace, RowFace
from labserver.widgets.svg import Node, node, text
from labserver.widgets.visible import clip

__all__ = ["draw_row"]

_BOX = ROW - 3


def draw_row(row: RowFace, top: int, places: tuple[PlaceFace, ...], at: Layout) -> list[Node]:
    """Draw a message's row, or the line that stands for rows left out."""
    if row.more:
        return [text(42, top + 17, row.more, fill="soft", font_style="italic")]
    nodes = [
        text(16, top + 20, row.letter, font_size=15, font_weight=700),
        text(42, top + 19, clip(row.subject, 18), font_size=13, font_weight=600),
        text(42, top + 36, clip(row.byline, 21), fill="soft"),
    ]
    if row.tone == "lost":
        nodes.append(node("rect", x=6, y=top, width=5, height=_BOX, fill="lost"))
    for cell, column in zip(row.cells, at.columns, strict=True):
        nodes += _cell(cell, column, top)
    if at.paired:
        nodes += _between(row, top, places, at)
    return [*nodes, *_copies(row, top, at)]


def _cell(cell: CellFace, column: Column, top: int) -> list[Node]:
    colour = {"lost": "lost", "never": "line"}.get(cell.state, cell.protocol or "soft")
    x = column.x + (10 if column.width > 130 else 6)
    nodes = [node("use", href=f"#{cell.state}", x=x, y=top + 5, color=colour)]
    lines: list[tuple[str, dict[str, str | float]]] = []
    if cell.word:
        heavy = cell.state in ("marked", "lost")
        style: dict[str, str | float] = {"font_weight": 700} if heavy else {}
        faint = cell.state in ("removed", "gone")
        fill = "lost" if cell.state == "lost" else "soft" if faint else "ink"
        lines.append((cell.word, {**style, "fill": fill}))
    if cell.number:
        lines.append((cell.number, {"fill": "soft", "class_": "m"}))
    lines += [(detail, {"fill": "soft"}) for detail in cell.details]
    lines = lines[:3]
    first = top + {1: 27, 2: 20, 3: 14}.get(len(lines), 0)
    pitch = 13 if len(lines) == 3 else 16
    room = (column.right - x - 54) // 7
    nodes += [
        text(x + 53, first + pitch * n, clip(line, room), **style)
        for n, (line, style) in enumerate(lines)
    ]
    if cell.changed:
        nodes += [
            node(
                "rect",
                x=column.x + 4,
                y=top + 1,
                width=column.width - 8,
                height=_BOX - 2,
                rx=6,
                fill="none",
                stroke="ink",
                stroke_width=2,
            ),
            node(
                "path",
                d=f"M{column.x - 5} {top + 15}l11 7l-11 7z",
                fill="ink",
                stroke="ground",
                stroke_width=1.5,
            ),
        ]
    return nodes


def _between(row: RowFace, top: int, places: tuple[PlaceFace, ...], at: Layout) -> list[Node]:
    """Draw what stands between the server and its devices: ties, and this step's arrows."""
    nodes = []
    server = next(n for n, place in enumerate(places) if place.kind == "server")
    for n, cell in enumerate(row.cells):
        side = n - server
        if not side:
            continue
        near, far = (
            (at.columns[server].x, at.columns[n].right)
            if side < 0
            else (at.columns[server].right, at.columns[n].x)
        )
        if cell.arrow:
            nodes += _arrow(cell, near, far, top + 28, row.letter)
        elif cell.tied:
            y = top + 22
            nodes += [
                node("path", d=f"M{near} {y}H{far}", stroke="imap", stroke_width=2.5),
                *(
                    node(
                        "circle",
                        cx=x,
                        cy=y,
                        r=5,
                        fill="ground",
                        stroke="imap",
                        stroke_width=2.5,
                    )
                    for x in (near, far)
                ),
            ]
    return nodes


def _arrow(cell: CellFace, near: int, far: int, y: int, letter: str) -> list[Node]:
    way = 1 if far > near else -1
    start, tip = near + 7 * way, far - 9 * way
    return [
        node(
            "g",
            node(
                "path",
                d=f"M{start} {y}H{tip - 10 * way}",
                stroke=cell.protocol,
                stroke_width=3.5,
            ),
            node("path", d=f"M{tip} {y}l{-12 * way} -7v14z", fill=cell.protocol),
            text(
                (start + tip) // 2,
                y - 10,
                cell.arrow,
                fill=cell.protocol,
                class_="m",
                font_weight=700,
                text_anchor="middle",
            ),
            class_="lm-arrow",
            data_near=near,
            data_far=far,
            data_protocol=cell.protocol,
            data_letter=letter,
        )
    ]


def _copies(row: RowFace, top: int, at: Layout) -> list[Node]:
    x = at.copies
    middle: dict[str, str | float] = {"text_anchor": "middle"}
    if row.tone == "lost":
        return [
            node("rect", x=x - 42, y=top + 9, width=84, height=27, rx=4, fill="lost"),
            text(x, top + 27, row.copies, fill="ground", font_weight=700, **middle),
        ]
    amber = row.tone == "only"
    plate = node(
        "rect",
        x=x - 44,
        y=top + 2,
        width=88,
        height=_BOX - 4,
        rx=4,
        fill="amber-ground",
        stroke="amber",
        stroke_width=2,
    )
    colour = "amber" if amber else "ink"
    high = top + (20 if row.holder else 27)
    weight = 700 if amber else 400
    nodes = [text(x, high, row.copies, font_size=15, font_weight=700, fill=colour, **middle)]
    if row.holder:
        holder = clip(row.holder, 12)
        fill = "amber" if amber else "soft"
        nodes.append(text(x, top + 36, holder, fill=fill, font_weight=weight, **middle))
    return [plate, *nodes] if amber else nodes
