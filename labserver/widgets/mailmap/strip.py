"""The connections of the drawn map: pipes between the heads, and the strip under the map."""

from __future__ import annotations

from labserver.widgets.mailmap.layout import Layout
from labserver.widgets.mailmap.view import MapView
from labserver.widgets.mailmap.wires import Wire
from labserver.widgets.svg import Node, node, text
from labserver.widgets.visible import clip, width

__all__ = ["draw_pipes", "draw_strip"]

_PITCH = 24
_SAID = 320


def draw_pipes(view: MapView, at: Layout) -> list[Node]:
    """Draw each device's newest connection, from its head to the server's."""
    nodes = []
    newest = {wire.device: wire for wire in sorted(view.wires, key=lambda w: (w.open, w.number))}
    server = next(n for n, place in enumerate(view.places) if place.kind == "server")
    for n, place in enumerate(view.places):
        wire = newest.get(place.name) if place.kind == "device" else None
        if wire is None:
            continue
        if not at.paired:
            nodes += _badge(at.columns[n].centre - 24, at.head + 52, wire, filled=wire.open)
            continue
        near, far = at.columns[server], at.columns[n]
        left, right = (far.right, near.x) if n < server else (near.right, far.x)
        y, middle = at.head + 12, (left + right) // 2
        style: dict[str, str | float] = (
            {"stroke_width": 7} if wire.open else {"stroke_width": 3, "stroke_dasharray": "3 4"}
        )
        nodes.append(node("path", d=f"M{left} {y}H{right}", stroke=wire.protocol, **style))
        nodes += _badge(middle - 24, y - 10, wire, filled=wire.open)
        room = (right - left) // 8 + 1
        nodes.append(
            text(middle, y + 27, clip(wire.short, room), font_weight=600, text_anchor="middle")
        )
    return nodes


def _badge(x: int, y: int, wire: Wire, *, filled: bool = True, port: bool = False) -> list[Node]:
    wide = 78 if port else 48
    return [
        node(
            "rect",
            x=x,
            y=y,
            width=wide,
            height=20,
            rx=10,
            fill=wire.protocol if filled else "ground",
            stroke=wire.protocol,
            stroke_width=2,
        ),
        text(
            x + wide // 2,
            y + 14.5,
            f"{wire.badge} {wire.port}" if port else wire.badge,
            fill="ground" if filled else wire.protocol,
            font_weight=700,
            text_anchor="middle",
        ),
    ]


def draw_strip(view: MapView, at: Layout) -> list[Node]:
    """Draw a line a connection: badge, port, device, state, and what was said last."""
    y = at.strip
    if not view.wires:
        return [text(14, y + 14, view.words["none"], fill="soft")]
    nodes = []
    room = (at.width - _SAID - 14) // 8
    for wire in view.wires:
        nodes += _badge(14, y, wire, filled=wire.open, port=True)
        who = f"{wire.device} · {wire.state}"
        nodes.append(text(100, y + 14, clip(who, 31), fill="soft"))
        for n, exchange in enumerate(wire.exchanges):
            line = clip(str(exchange), room)
            if width(str(exchange)) > room and exchange.command and exchange.reply:
                line = clip(f"C: {clip(exchange.command, room // 2)}  S: {exchange.reply}", room)
            if exchange.marked:
                nodes.append(_pointer(_SAID - 16, y + _PITCH * n))
            weight = 700 if exchange.marked else 400
            nodes.append(
                text(
                    _SAID,
                    y + 14 + _PITCH * n,
                    line,
                    class_="m",
                    font_size=13,
                    font_weight=weight,
                )
            )
        y += _PITCH * max(1, len(wire.exchanges))
    if view.more_wires:
        nodes.append(text(14, y + 14, view.more_wires, fill="soft", font_style="italic"))
    return nodes


def _pointer(x: int, y: int) -> Node:
    return node("path", d=f"M{x} {y + 3}l10 7l-10 7z", fill="ink")
