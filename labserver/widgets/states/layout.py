"""Where states and arrows stand: one state a row, steps down the middle, all else in lanes.

An arrow to the next row goes straight down. Others leave at a side, run up (left) or down (right)
a lane of their own, and enter at the side. Lanes of short arrows are nearer. Nothing here is
chosen by chance or by measure of a font: the same table gives the same drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from labserver.widgets.states.graph import CLOSED, Edge, Graph
from labserver.widgets.words import en as words

__all__ = ["Box", "Lane", "Layout", "Step", "layout"]

_LETTER = 7.4
"""A monospaced letter of 12 px, in px."""
_BOX = 340
_LINE = 17
_PORT = 26
_LANE = 16
_MARGIN = 12
_HEAD = 34
_GAP = 44
_TOP = 84
_LEAST = 640
_STUB = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its upper edge, its height, and the commands that stay in it, line by line."""

    state: str
    y: int
    height: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An arrow from one row to the next: its label's lines stand beside it."""

    edge: Edge
    x: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Lane:
    """An arrow along the side: at `x`, from the heights of its sources to that of its target."""

    edge: Edge
    left: bool
    x: int
    starts: tuple[tuple[str, int], ...]
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All measures of one diagram, in px. Boxes reach from `x` to `right`."""

    width: int
    height: int
    x: int
    right: int
    boxes: dict[str, Box]
    steps: tuple[Step, ...]
    lanes: tuple[Lane, ...]


def layout(graph: Graph) -> Layout:
    """Measure the diagram."""
    rows = {state: n for n, state in enumerate(graph.states)}
    down, aside = _split(graph, rows)
    back = [edge for edge in aside if all(rows[edge.to] < rows[state] for state in edge.sources)]
    left = _by_reach(back, rows)
    right = _by_reach([edge for edge in aside if edge not in back], rows)
    ports = {
        (state, side): [edge for edge in edges if state == edge.to or state in edge.sources]
        for state in graph.states
        for side, edges in (("left", left), ("right", right))
    }
    boxes: dict[str, Box] = {}
    y = _TOP
    for state in graph.states:
        lines = _wrapped(graph.stays.get(state, ()))
        most = max(len(ports[state, side]) for side in ("left", "right"))
        tall = 0 if state == CLOSED else _HEAD + _LINE * len(lines) + (8 if lines else 0)
        height = max(tall, _PORT * most + 8, 28)
        boxes[state] = Box(state, y, height, lines)
        y += height + _GAP
    x = _margin(left)
    end = x + _BOX
    lanes = [
        *_lanes(left, ports, boxes, side="left", edge_x=x),
        *_lanes(right, ports, boxes, side="right", edge_x=end),
    ]
    return Layout(
        width=max(_LEAST, end + _margin(right)),
        height=y - _GAP + _MARGIN,
        x=x,
        right=end,
        boxes=boxes,
        steps=tuple(_steps(down, boxes, x)),
        lanes=tuple(lanes),
    )


def _split(graph: Graph, rows: dict[str, int]) -> tuple[list[Edge], list[Edge]]:
    """Part the arrows that go one row down from the others."""
    down, aside = [], []
    for edge in graph.edges:
        near = tuple(state for state in edge.sources if rows[edge.to] - rows[state] == 1)
        far = tuple(state for state in edge.sources if state not in near)
        above = tuple(state for state in far if rows[state] < rows[edge.to])
        below = tuple(state for state in far if rows[state] > rows[edge.to])
        # What belongs to a lane anyway stays in it: one arrow is read more easily than two.
        if near and above and edge.to == graph.states[-1]:
            near, above = (), tuple(state for state in edge.sources if state not in below)
        if near:
            down.append(Edge(near, edge.to, edge.commands))
        aside += [Edge(sources, edge.to, edge.commands) for sources in (above, below) if sources]
    return down, aside


def _by_reach(edges: list[Edge], rows: dict[str, int]) -> list[Edge]:
    return sorted(edges, key=lambda edge: max(abs(rows[edge.to] - rows[s]) for s in edge.sources))


def _wrapped(commands: tuple[str, ...]) -> tuple[str, ...]:
    # A name of two words must not be parted: UID FETCH.
    joined = " ".join(command.replace(" ", "\u00a0") for command in commands)
    return tuple(wrap(joined, int((_BOX - 24) / _LETTER), break_on_hyphens=False))


def _label(edge: Edge) -> int:
    return int(len(words.command_names(edge.commands)) * _LETTER) + 2 * _STUB


def _margin(edges: list[Edge]) -> int:
    if not edges:
        return _MARGIN
    return max(map(_label, edges)) + _LANE * len(edges) + _MARGIN


def _steps(edges: list[Edge], boxes: dict[str, Box], x: int) -> list[Step]:
    beside: dict[str, int] = {}
    steps = []
    for edge in edges:
        for source in edge.sources:
            start = boxes[source]
            n = beside[source] = beside.get(source, -1) + 1
            at = x + 40 + n * (_BOX // 3)
            steps.append(Step(edge, at, start.y + start.height, boxes[edge.to].y))
    return steps


def _lanes(
    edges: list[Edge],
    ports: dict[tuple[str, str], list[Edge]],
    boxes: dict[str, Box],
    *,
    side: str,
    edge_x: int,
) -> list[Lane]:
    near = max(map(_label, edges), default=0)
    lanes = []
    for n, edge in enumerate(edges):
        away = near + _LANE * n
        x = edge_x - away if side == "left" else edge_x + away
        heights = {
            state: boxes[state].y + 18 + _PORT * ports[state, side].index(edge)
            for state in (*edge.sources, edge.to)
        }
        starts = tuple((state, heights[state]) for state in edge.sources)
        lanes.append(Lane(edge, side == "left", x, starts, heights[edge.to]))
    return lanes
