"""The connections of the drawn map: pipes, the senders' paths, and the strip under the map."""

from __future__ import annotations

from labserver.widgets.mailmap.fit import fit, pixels, wrap
from labserver.widgets.mailmap.layout import LOCKED, SAID, Layout, badge_width, whose
from labserver.widgets.mailmap.paths import PathFace
from labserver.widgets.mailmap.values import MapView
from labserver.widgets.mailmap.wires import Wire
from labserver.widgets.svg import Node, node, text

__all__ = ["draw_paths", "draw_pipes", "draw_strip"]

_PITCH = 25
_STATE = 15


def draw_pipes(view: MapView, at: Layout) -> list[Node]:
    """Draw each device's newest connection, from its head to the server's."""
    nodes = []
    newest = {wire.device: wire for wire in sorted(view.wires, key=lambda w: (w.open, w.number))}
    server = next(n for n, place in enumerate(view.places) if place.kind == "server")
    for n, place in enumerate(view.places):
        wire = newest.get(place.name) if place.kind != "server" else None
        if wire is None:
            continue
        if not at.paired:
            x = at.columns[n].centre - badge_width(wire) // 2
            nodes += _badge(x, at.head + 61, wire, filled=wire.open)
            continue
        near, far = at.columns[server], at.columns[n]
        left, right = (far.right, near.x) if n < server else (near.right, far.x)
        y, middle = at.head + 14, (left + right) // 2
        nodes += _pipe(left, right, y, wire)
        nodes += _badge(middle - badge_width(wire) // 2, y - 11, wire, filled=wire.open)
        for line, short in enumerate(wrap(wire.short, right - left, most=2)):
            below = y + 29 + _STATE * line
            nodes.append(text(middle, below, short, text_anchor="middle"))
    return nodes


def _pipe(left: float, right: float, y: float, wire: Wire) -> list[Node]:
    """Draw a connection: thick while open, dotted once closed, double inside TLS."""
    line = f"M{left} {y}H{right}"
    if not wire.open:
        dots = node("path", d=line, stroke=wire.protocol, stroke_width=3, stroke_dasharray="3 4")
        return [dots]
    if not wire.secured:
        return [node("path", d=line, stroke=wire.protocol, stroke_width=8)]
    return [
        node("path", d=line, stroke=wire.protocol, stroke_width=11),
        node("path", d=line, stroke="ground", stroke_width=5),
    ]


def _badge(x: int, y: int, wire: Wire, *, filled: bool = True, port: bool = False) -> list[Node]:
    wide = badge_width(wire, port=port)
    colour = "ground" if filled else wire.protocol
    nodes = [
        node(
            "rect",
            x=x,
            y=y,
            width=wide,
            height=22,
            rx=11,
            fill=wire.protocol if filled else "ground",
            stroke=wire.protocol,
            stroke_width=2,
        ),
        text(
            x + wide // 2 - (LOCKED // 2 if wire.secured else 0),
            y + 15.5,
            f"{wire.badge} {wire.port}" if port else wire.badge,
            fill=colour,
            font_weight=700,
            text_anchor="middle",
        ),
    ]
    if wire.secured:
        left = x + wide - LOCKED - 5
        nodes += [
            node("rect", x=left, y=y + 10, width=11, height=8, rx=1.5, fill=colour),
            node(
                "path",
                d=f"M{left + 2.5} {y + 10}v-2.5a3 3 0 0 1 6 0v2.5",
                fill="none",
                stroke=colour,
                stroke_width=1.8,
            ),
        ]
    return nodes


def draw_paths(view: MapView, at: Layout) -> list[Node]:
    """Draw the senders' side: who speaks to which server, and what waits there."""
    return [
        each
        for path, y in zip(view.paths, at.paths, strict=True)
        for each in _path(path, y, at.width)
    ]


def _path(path: PathFace, y: int, width: int) -> list[Node]:
    nodes = []
    x = 16.0
    if path.wire is not None:
        start = fit(path.start, 170, bold=True)
        nodes.append(text(x, y + 16, start, font_weight=700))
        x += pixels(start, bold=True) + 8
        nodes += _pipe(x, x + 130, y + 11, path.wire)
        nodes += _badge(int(x) + 38, y, path.wire, filled=path.wire.open)
        nodes.append(node("path", d=f"M{x + 138} {y + 11}l-12 -8v16z", fill=path.wire.protocol))
        x += 146
    host = fit(path.host, 190, bold=True)
    box = pixels(host, bold=True) + 20
    nodes += [
        node(
            "rect",
            x=x,
            y=y - 2,
            width=round(box, 1),
            height=26,
            rx=4,
            fill="ground",
            stroke="frame",
            stroke_width=2.5,
        ),
        text(x + 10, y + 16, host, font_weight=700),
    ]
    x += box + 10
    if path.waits:
        room = width - x - 20
        goal = f" → {path.onward}" if path.onward else ""
        nodes.append(text(round(x, 1), y + 16, fit(path.waits + goal, room)))
    return nodes


def draw_strip(view: MapView, at: Layout) -> list[Node]:
    """Draw a line a connection: badge, port, device, state, and what was said last."""
    y = at.strip
    if not view.wires:
        return [text(14, y + 14, view.words["none"], fill="soft")]
    nodes = []
    room = at.width - SAID - 14
    for wire in view.wires:
        nodes += _badge(14, y, wire, filled=wire.open, port=True)
        left = 22 + badge_width(wire, port=True)
        who = whose(wire)
        nodes += [text(left, y + 15 + _PITCH * n, line, fill="soft") for n, line in enumerate(who)]
        for n, exchange in enumerate(wire.exchanges):
            said = str(exchange)
            if pixels(said, mono=True) > room and exchange.command and exchange.reply:
                said = f"C: {fit(exchange.command, room / 2, mono=True)}  S: {exchange.reply}"
            if exchange.marked:
                nodes.append(_pointer(SAID - 16, y + _PITCH * n))
            nodes.append(
                text(
                    SAID,
                    y + 15 + _PITCH * n,
                    fit(said, room, mono=True),
                    class_="m",
                    font_size=13,
                    font_weight=700 if exchange.marked else 400,
                )
            )
        y += _PITCH * max(len(who), len(wire.exchanges))
    if view.more_wires:
        nodes.append(text(14, y + 15, view.more_wires, fill="soft", font_style="italic"))
    return nodes


def _pointer(x: int, y: int) -> Node:
    return node("path", d=f"M{x} {y + 4}l10 7l-10 7z", fill="ink")
