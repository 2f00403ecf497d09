"""One row of the drawn map: the message, its cells, what ties them, and its copies."""

from __future__ import annotations

from labserver.widgets.mailmap.fit import fit, pixels
from labserver.widgets.mailmap.layout import BAND, LABEL, Column, Layout
from labserver.widgets.mailmap.shapes import CARRIED
from labserver.widgets.mailmap.values import CellFace, PlaceFace, RowFace
from labserver.widgets.svg import Node, node, text
from labserver.widgets.words import en as words

__all__ = ["draw_row"]

_MARGIN = 8
_ICON = 53
"""From the left of a shape to the words beside it."""
_MIDDLE: dict[str, str | float] = {"text_anchor": "middle"}


def draw_row(row: RowFace, top: int, places: tuple[PlaceFace, ...], at: Layout) -> list[Node]:
    """Draw a message's row, or the line that stands for rows left out."""
    if row.more:
        return [text(LABEL, top + 17, row.more, fill="soft", font_style="italic")]
    room = at.columns[0].x - LABEL - 8
    subject = fit(row.subject, room, bold=True)
    nodes = [
        text(LABEL, top + 19, subject, font_weight=600),
        text(LABEL, top + 36, fit(row.byline, room), fill="soft"),
    ]
    if row.letter:
        size = 15 if len(row.letter) < 3 else 13
        nodes.append(text(16, top + 19, row.letter, font_size=size, font_weight=700))
    if row.tone == "lost":
        nodes.append(node("rect", x=6, y=top, width=6, height=BAND, fill="lost"))
    if row.shelf < 0:
        nodes += _door(row, top, places, at)
    for cell, column in zip(row.cells, at.columns, strict=True):
        if row.shelf >= 0 or cell.state == "refused":
            nodes += _cell(cell, column, top, paired=at.paired)
    if at.paired and row.shelf >= 0:
        nodes += _between(row, top, places, at)
    return [*nodes, *_copies(row, top, at)]


def _cell(cell: CellFace, column: Column, top: int, *, paired: bool) -> list[Node]:
    x = column.x + _MARGIN
    nodes = []
    if cell.state != "blank":
        carried = {"color": cell.protocol or "soft"} if cell.state in CARRIED else {}
        nodes.append(node("use", href=f"#{cell.state}", x=x, y=top + 5, **carried))
    lines = _lines(cell, paired=paired)
    room = column.right - x - _ICON - 3
    if len(lines) > 2 and cell.number:
        word, number = lines[0], lines[1]
        beside = pixels(word[0] + " ", bold=word[1].get("font_weight") == 700)
        if beside + pixels(cell.number, mono=True) <= room:
            lines.remove(number)
            nodes.append(text(x + _ICON + round(beside), top + 20, cell.number, **number[1]))
    lines = lines[:3]
    first = top + {1: 27, 2: 20, 3: 14}.get(len(lines), 0)
    pitch = 14 if len(lines) == 3 else 17
    for n, (line, style) in enumerate(lines):
        bold = style.get("font_weight") == 700
        mono = "class_" in style
        short = fit(line, room, 13 if mono else 12.5, bold=bold, mono=mono)
        nodes.append(text(x + _ICON, first + pitch * n, short, **style))
    if cell.changed:
        nodes += _ring(column, top)
    return nodes


def _lines(cell: CellFace, *, paired: bool) -> list[tuple[str, dict[str, str | float]]]:
    """Return the words beside a shape, each with how it is written."""
    lines: list[tuple[str, dict[str, str | float]]] = []
    if cell.word:
        heavy = cell.state in ("marked", "lost", "refused")
        style: dict[str, str | float] = {"font_weight": 700} if heavy else {}
        faint = cell.state in ("removed", "gone")
        fill = "lost" if cell.state == "lost" else "soft" if faint else "ink"
        lines.append((cell.word, {**style, "fill": fill}))
    if cell.number:
        lines.append((cell.number, {"fill": "soft", "class_": "m"}))
    for detail in cell.details:
        new = detail.startswith("●")
        lines.append((detail, {"fill": "ink", "font_weight": 700} if new else {"fill": "soft"}))
    if not paired and cell.arrow:
        said = f"↑ {cell.arrow}" if cell.up else cell.arrow
        lines.append((said, {"fill": _carrier(cell), "class_": "m", "font_weight": 700}))
    elif not paired and cell.tied:
        lines.append((f"o—o {words.MAP['tied']}", {"fill": "imap"}))
    return lines


def _ring(column: Column, top: int) -> list[Node]:
    return [
        node(
            "rect",
            x=column.x + 4,
            y=top + 1,
            width=column.width - 8,
            height=BAND - 2,
            rx=6,
            fill="none",
            stroke="ink",
            stroke_width=2.2,
        ),
        node(
            "path",
            d=f"M{column.x - 6} {top + 5}l13 8l-13 8z",
            fill="ink",
            stroke="ground",
            stroke_width=1.5,
        ),
    ]


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
        if cell.tied:
            y = top + (39 if cell.arrow else 31)
            nodes += _tie(near, far, y)
        if cell.arrow:
            y = top + (25 if cell.tied else 29)
            ends = (far, near) if cell.up else (near, far)
            nodes += _arrow(cell, *ends, y, row.letter)
    return nodes


def _carrier(cell: CellFace) -> str:
    """Return the protocol of a cell's arrow: what goes up goes by IMAP."""
    return "imap" if cell.up else cell.protocol


def _tie(near: int, far: int, y: int) -> list[Node]:
    ring: dict[str, str | float] = {"fill": "ground", "stroke": "imap", "stroke_width": 2.5}
    return [
        node("path", d=f"M{near} {y}H{far}", stroke="imap", stroke_width=2.5),
        node("circle", cx=near, cy=y, r=5.5, **ring),
        node("circle", cx=far, cy=y, r=5.5, **ring),
    ]


def _arrow(cell: CellFace, near: int, far: int, y: int, letter: str) -> list[Node]:
    way = 1 if far > near else -1
    start, tip = near + 8 * way, far - 10 * way
    label = fit(cell.arrow, abs(tip - start) + 8, mono=True)
    return [
        node(
            "g",
            node(
                "path",
                d=f"M{start} {y}H{tip - 10 * way}",
                stroke=_carrier(cell),
                stroke_width=4,
            ),
            node("path", d=f"M{tip} {y}l{-13 * way} -8v16z", fill=_carrier(cell)),
            text(
                (start + tip) // 2,
                y - 9,
                label,
                fill=_carrier(cell),
                class_="m",
                font_weight=700,
                **_MIDDLE,
            ),
            class_="lm-arrow",
            data_near=near,
            data_far=far,
            data_protocol=_carrier(cell),
            data_letter=letter,
        )
    ]


def _door(row: RowFace, top: int, places: tuple[PlaceFace, ...], at: Layout) -> list[Node]:
    """Draw a message outside the server's frame: it came as far as that, and back."""
    server = next(n for n, place in enumerate(places) if place.kind == "server")
    column = at.columns[server]
    middle = column.centre
    nodes = []
    if top - at.door < BAND:
        nodes.append(
            node(
                "path",
                d=f"M{middle} {top + 4}V{at.door + 4}M{middle - 16} {at.door + 4}h32",
                stroke="ink",
                stroke_width=3,
            )
        )
    if row.way and at.paired and server + 1 < len(at.columns):
        start, end = column.right + 8, at.columns[server + 1].x - 4
        nodes += [
            node("path", d=f"M{start} {top + 22}H{end - 10}", stroke="smtp", stroke_width=4),
            node("path", d=f"M{end} {top + 22}l-13 -8v16z", fill="smtp"),
            text(end + 8, top + 27, row.way, fill="ink"),
        ]
    return nodes


def _copies(row: RowFace, top: int, at: Layout) -> list[Node]:
    x = at.copies
    if row.tone == "lost":
        return [
            node("rect", x=x - 46, y=top + 8, width=92, height=29, rx=4, fill="lost"),
            text(x, top + 27, row.copies, fill="ground", font_weight=700, **_MIDDLE),
        ]
    amber = row.tone == "only"
    plate = node(
        "rect",
        x=x - 50,
        y=top + 2,
        width=100,
        height=BAND - 4,
        rx=4,
        fill="amber-ground",
        stroke="amber",
        stroke_width=2,
    )
    colour = "amber" if amber else "ink"
    heavy = amber or row.tone == "refused"
    high = top + (20 if row.holder else 28)
    nodes = [text(x, high, row.copies, font_size=16, font_weight=700, fill=colour, **_MIDDLE)]
    if row.holder:
        holder = fit(row.holder, 94, bold=heavy)
        fill = "amber" if amber else "ink" if heavy else "soft"
        weight = 700 if heavy else 400
        nodes.append(text(x, top + 37, holder, fill=fill, font_weight=weight, **_MIDDLE))
    return [plate, *nodes] if amber else nodes
