"""The drawn diagram: boxes for states, arrows for commands, and the way of one session on them."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.widgets.states.graph import CLOSED, Edge, Graph
from labserver.widgets.states.layout import Box, Lane, Layout, Step, layout
from labserver.widgets.svg import Node, node, text
from labserver.widgets.visible import clip
from labserver.widgets.words import en as words

__all__ = ["Lit", "drawing"]


@dataclass(frozen=True, slots=True)
class Lit:
    """What of the diagram is lit: by which colour, where the session is, and which way it came.

    `visits`: for each state the steps at which it was entered, from 1. `taken`: the
    arrows it took, each as from, to and command. `over`: the session has ended there.
    """

    colour: str
    now: str | None = None
    visits: dict[str, tuple[int, ...]] | None = None
    taken: frozenset[tuple[str, str, str]] = frozenset()
    over: bool = False

    def told(self, state: str) -> str:
        """Return what is said beside a state: whether the session is there, and when it was."""
        visits = (self.visits or {}).get(state, ())
        here = [words.STATES["over" if self.over else "here"]] if state == self.now else []
        return " · ".join([*here, *([words.state_visits(visits)] if visits else [])])


def drawing(graph: Graph, title: str, sentence: str, lit: Lit) -> tuple[list[Node], Layout]:
    """Draw a graph; return the nodes and the measures they were drawn to."""
    at = layout(graph)
    nodes = [
        text(12, 22, title, font_size=15, font_weight=700),
        text(12, 43, clip(sentence, at.width // 8)),
        text(12, 63, words.STATES["key"], fill="soft"),
    ]
    dim = [step for step in at.steps if not _lit_step(step, at, lit)]
    lanes = sorted(at.lanes, key=lambda lane: _lit_lane(lane, lit))
    for lane in lanes:
        nodes += _lane(lane, at, lit)
    for step in (*dim, *(step for step in at.steps if step not in dim)):
        nodes += _step(step, at, lit)
    for box in at.boxes.values():
        nodes += _box(box, at, lit)
    return nodes, at


def _taken(edge: Edge, source: str, lit: Lit) -> bool:
    return any((source, edge.to, command) in lit.taken for command in edge.commands)


def _source(step: Step, at: Layout) -> str:
    return next(box.state for box in at.boxes.values() if box.y + box.height == step.top)


def _lit_step(step: Step, at: Layout, lit: Lit) -> bool:
    return _taken(step.edge, _source(step, at), lit)


def _lit_lane(lane: Lane, lit: Lit) -> bool:
    return any(_taken(lane.edge, source, lit) for source in lane.edge.sources)


def _line(d: str, colour: str, *, lit: bool) -> Node:
    return node(
        "path", d=d, fill="none", stroke=colour if lit else "line", stroke_width=4 if lit else 1.5
    )


def _head(x: int, y: int, turn: str, colour: str, *, lit: bool) -> Node:
    big = 9 if lit else 7
    points = {
        "down": f"M{x - big} {y - big - 2}L{x} {y}L{x + big} {y - big - 2}Z",
        "right": f"M{x - big - 2} {y - big}L{x} {y}L{x - big - 2} {y + big}Z",
        "left": f"M{x + big + 2} {y - big}L{x} {y}L{x + big + 2} {y + big}Z",
    }
    return node("path", d=points[turn], fill=colour if lit else "line")


def _label(x: int, y: int, commands: tuple[str, ...], *, lit: bool, end: bool = False) -> Node:
    return text(
        x,
        y,
        words.command_names(commands),
        class_="m",
        font_weight=700 if lit else 400,
        text_anchor="end" if end else "start",
    )


def _step(step: Step, at: Layout, lit: Lit) -> list[Node]:
    taken = _lit_step(step, at, lit)
    x, top, bottom = step.x, step.top, step.bottom
    return [
        _line(f"M{x} {top}V{bottom - 5}", lit.colour, lit=taken),
        _head(x, bottom, "down", lit.colour, lit=taken),
        _label(x + 14, (top + bottom) // 2 + 4, step.edge.commands, lit=taken),
    ]


def _lane(lane: Lane, at: Layout, lit: Lit) -> list[Node]:
    side = at.x if lane.left else at.right
    nodes = []
    taken_any = _lit_lane(lane, lit)
    for source, y in sorted(lane.starts, key=lambda start: _taken(lane.edge, start[0], lit)):
        taken = _taken(lane.edge, source, lit)
        nodes.append(_line(f"M{side} {y}H{lane.x}V{lane.end}", lit.colour, lit=taken))
        inside = side - 8 if lane.left else side + 8
        nodes.append(_label(inside, y - 4, lane.edge.commands, lit=taken, end=lane.left))
    near = side - 5 if lane.left else side + 5
    nodes.append(_line(f"M{lane.x} {lane.end}H{near}", lit.colour, lit=taken_any))
    turn = "right" if lane.left else "left"
    nodes.append(_head(side, lane.end, turn, lit.colour, lit=taken_any))
    return nodes


def _box(box: Box, at: Layout, lit: Lit) -> list[Node]:
    wide = at.right - at.x
    if box.state == CLOSED:
        y = box.y + box.height // 2
        return [
            node(
                "rect",
                x=at.x,
                y=box.y,
                width=wide,
                height=box.height,
                rx=14,
                fill="ground",
                stroke="line",
                stroke_width=1.5,
                stroke_dasharray="4 4",
            ),
            text(at.x + 14, y + 4, words.STATES["closed"], fill="soft"),
        ]
    here = box.state == lit.now
    been = box.state in (lit.visits or {})
    nodes = [
        node(
            "rect",
            x=at.x,
            y=box.y,
            width=wide,
            height=box.height,
            rx=7,
            fill="band",
            stroke=lit.colour if been else "frame",
            stroke_width=5 if here else 3 if been else 1.5,
        )
    ]
    ink = "ink"
    if here:
        ink = "ground"
        nodes.append(node("rect", x=at.x, y=box.y, width=wide, height=27, rx=7, fill=lit.colour))
    nodes.append(text(at.x + 12, box.y + 19, box.state, fill=ink, font_weight=700, font_size=14))
    told = lit.told(box.state)
    if told:
        nodes.append(
            text(
                at.right - 12,
                box.y + 18,
                told,
                fill=ink,
                text_anchor="end",
                font_weight=700 if here else 400,
            )
        )
    for n, line in enumerate(box.lines):
        nodes.append(text(at.x + 12, box.y + 46 + 17 * n, line, class_="m", fill="soft"))
    return nodes
