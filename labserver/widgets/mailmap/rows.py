"""One row of the drawn map: the message, its cells, what ties them, and its copies."""

from __future__ import annotations

from labserver.widgets.mailmap.fit import fit, pixels, wrap
from labserver.widgets.mailmap.layout import BAND, COPIES, LABEL, LINE, Column, Layout, arrow_lines
from labserver.widgets.mailmap.shapes import CARRIED
from labserver.widgets.mailmap.values import CellFace, PlaceFace, RowFace
from labserver.widgets.svg import Node, node, text
from labserver.widgets.words import en as words

__all__ = ["draw_row"]

_MARGIN = 7
_ICON = 51
"""From the left of a shape to the words beside it."""
_DOT = " · "
_Line = tuple[str, dict[str, str | float]]
"""Words, and how they are written."""
_MIDDLE: dict[str, str | float] = {"text_anchor": "middle"}


def draw_row(
    row: RowFace, top: int, height: int, places: tuple[PlaceFace, ...], at: Layout
) -> list[Node]:
    """Draw a message's row, or the line that stands for rows left out."""
    if row.more:
        return [text(LABEL, top + 17, row.more, fill="soft", font_style="italic")]
    nodes = _name(row, top, at)
    if row.tone == "lost":
        nodes.append(node("rect", x=6, y=top, width=6, height=height, fill="lost"))
    if row.shelf < 0:
        nodes += _door(row, top, places, at)
    for cell, column in zip(row.cells, at.columns, strict=True):
        if row.shelf >= 0 or cell.state == "refused":
            nodes += _cell(cell, column, top, height, paired=at.paired)
    if at.paired and row.shelf >= 0:
        nodes += _between(row, top, places, at)
    return [*nodes, *_copies(row, top, at)]


def _name(row: RowFace, top: int, at: Layout) -> list[Node]:
    """Draw the letter, the subject, and who wrote it and how big it is, beside or below that."""
    room = at.columns[0].x - LABEL - 4
    who, dot, size = row.byline.rpartition(_DOT)
    below = [row.byline] if not dot or pixels(row.byline) <= room else [fit(who, room), size]
    subject = fit(row.subject, room, bold=True)
    first, *rest = _baselines(1 + len(below), top + 19)
    nodes = [text(LABEL, first, subject, font_weight=600)]
    for y, said in zip(rest, below, strict=True):
        nodes.append(text(LABEL, y, fit(said, room), fill="soft"))
    if row.letter:
        size_ = 15 if len(row.letter) < 3 else 13
        nodes.append(text(16, first, row.letter, font_size=size_, font_weight=700))
    return nodes


def _baselines(count: int, second: float) -> list[float]:
    """Return where the lines beside or below a shape stand; `second`: the first of two."""
    if count > 2:
        return [second - 6 + 13 * n for n in range(3)]
    return [second + 7] if count == 1 else [second, second + 17]


def _cell(cell: CellFace, column: Column, top: int, height: int, *, paired: bool) -> list[Node]:
    x = column.x + _MARGIN
    nodes = []
    if cell.state != "blank":
        carried = {"color": cell.protocol or "soft"} if cell.state in CARRIED else {}
        nodes.append(node("use", href=f"#{cell.state}", x=x, y=top + 5, **carried))
    lines = _lines(cell, paired=paired)
    room = column.right - x - _ICON - 2
    if len(lines) > 2:
        beside = _wide(lines[0], extra=" ")
        fitting = (each for each in lines[1:] if beside + _wide(each) <= room)
        second = next(fitting, None)
        if second is not None:
            lines.remove(second)
            nodes.append(text(x + _ICON + round(beside), top + 20, second[0], **second[1]))
    lines = lines[:3]
    for y, (line, style) in zip(_baselines(len(lines), top + 20), lines, strict=False):
        bold = style.get("font_weight") == 700
        mono = "class_" in style
        short = fit(line, room, 13 if mono else 12.5, bold=bold, mono=mono)
        nodes.append(text(x + _ICON, y, short, **style))
    if not paired:
        nodes += _below(cell, column, top)
    if cell.changed:
        nodes += _ring(column, top, height)
    return nodes


def _wide(line: _Line, extra: str = "") -> float:
    """Return how wide a line of words is."""
    said, style = line
    return pixels(said + extra, bold=style.get("font_weight") == 700, mono="class_" in style)


def _below(cell: CellFace, column: Column, top: int) -> list[Node]:
    """Write the line on an arrow: in a matrix nothing stands between the places."""
    style: dict[str, str | float] = {"fill": _carrier(cell), "class_": "m", "font_weight": 700}
    return [
        text(column.centre, top + BAND + 8 + LINE * n, said, **style, **_MIDDLE)
        for n, said in enumerate(arrow_lines(cell))
    ]


def _lines(cell: CellFace, *, paired: bool) -> list[_Line]:
    """Return the words beside a shape, each with how it is written."""
    lines: list[_Line] = []
    if cell.word:
        heavy = cell.state in ("marked", "lost", "refused")
        style: dict[str, str | float] = {"font_weight": 700} if heavy else {}
        faint = cell.state in ("removed", "gone")
        fill = "lost" if cell.state == "lost" else "soft" if faint else "ink"
        if cell.state in ("gone", "lost"):  # The cross of the lost device goes behind the word.
            behind = "lost-ground" if cell.state == "lost" else "band"
            style |= {"stroke": behind, "stroke_width": 5, "paint_order": "stroke"}
        lines.append((cell.word, {**style, "fill": fill}))
    if cell.number:
        lines.append((cell.number, {"fill": "soft", "class_": "m"}))
    for detail in cell.details:
        new = detail.startswith("●")
        lines.append((detail, {"fill": "ink", "font_weight": 700} if new else {"fill": "soft"}))
    if not paired and cell.arrow and cell.up:
        lines.append(("↑", {"fill": _carrier(cell), "font_weight": 700}))
    elif not paired and cell.tied:
        lines.append((f"o—o {words.MAP['tied']}", {"fill": "imap"}))
    return lines


def _ring(column: Column, top: int, height: int) -> list[Node]:
    return [
        node(
            "rect",
            x=column.x + 4,
            y=top + 1,
            width=column.width - 8,
            height=height - 2,
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
            y = top + (40 if cell.arrow else 31)
            nodes += _tie(near, far, y)
        if cell.arrow:
            y = top + (26 if cell.tied else 29) + (4 if len(arrow_lines(cell)) > 1 else 0)
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
    high = y - 9 - 13 * (len(arrow_lines(cell)) - 1)
    style: dict[str, str | float] = {"fill": _carrier(cell), "class_": "m", "font_weight": 700}
    label = [
        # On its right the frame of what changed has its mark.
        text((near + far) // 2 - 3, high + 13 * n, said, **style, **_MIDDLE)
        for n, said in enumerate(arrow_lines(cell))
    ]
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
            *label,
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
    if row.way and at.paired and server:
        # To the left, where the row names the sender, and senders stand above the map.
        start, end = column.x - 8, at.columns[server - 1].right + 4
        nodes += [
            node("path", d=f"M{start} {top + 22}H{end + 10}", stroke="smtp", stroke_width=4),
            node("path", d=f"M{end} {top + 22}l13 -8v16z", fill="smtp"),
            text(end - 8, top + 27, row.way, fill="ink", text_anchor="end"),
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
        x=x - COPIES // 2 + 6,
        y=top + 1,
        width=COPIES - 12,
        height=BAND - 2,
        rx=4,
        fill="amber-ground",
        stroke="amber",
        stroke_width=2,
    )
    colour = "amber" if amber else "ink"
    heavy = amber or row.tone == "refused"
    holder = wrap(row.holder, COPIES - 18, bold=heavy, most=2) if row.holder else []
    full = len(holder) > 1
    first, *rest = (top + 14, top + 26, top + 38) if full else _baselines(1 + len(holder), top + 20)
    size, small = (12, 12) if full else (16, 13)
    nodes = [text(x, first, row.copies, font_size=size, font_weight=700, fill=colour, **_MIDDLE)]
    fill = "amber" if amber else "ink" if heavy else "soft"
    weight = 700 if heavy else 400
    for y, said in zip(rest, holder, strict=True):
        nodes.append(text(x, y, said, font_size=small, fill=fill, font_weight=weight, **_MIDDLE))
    return [plate, *nodes] if amber else nodes
