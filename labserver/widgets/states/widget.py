"""The state diagram as a widget."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import traitlets

from labserver.protocol.table import StateTable
from labserver.widgets.base import Feed, LabWidget, script, style
from labserver.widgets.states.graph import CLOSED, Graph, graph
from labserver.widgets.states.picture import Lit, drawing
from labserver.widgets.states.way import Way, Ways
from labserver.widgets.svg import data_uri, node, svg
from labserver.widgets.visible import clip, visible
from labserver.widgets.words import en as words

__all__ = ["StateDiagram"]

_HERE = Path(__file__).parent
_CELL = "padding:2px 10px;text-align:left;vertical-align:top"
_STEPS = 24
"""Of a longer way the last steps are told."""
_OFFERED = 100
_NAME = 70


@dataclass(frozen=True, slots=True)
class _Face:
    """What all three faces say."""

    title: str
    sentence: str
    rows: tuple[tuple[str, str, str], ...]
    way: str
    lit: Lit


class StateDiagram(LabWidget):
    """The states of a protocol, as the server's own table has them, and where a session is.

    `listeners` are the names of the ports whose sessions can be lit (`events.Listener`), `spoken`
    is smtp, pop3 or imap. `connection` is the session to light; None: the newest, whichever that
    is. With `live=False`, or with a `step` of the log, it is the picture of one moment.
    """

    _esm = script(_HERE / "widget.js")
    _css = style("lm-states", _HERE / "widget.css")

    choice = traitlets.Dict().tag(sync=True)
    """What the page asks for: the connection, 0 for the newest."""

    def __init__(
        self,
        feed: Feed,
        table: StateTable[Any],
        listeners: tuple[str, ...],
        spoken: str,
        *,
        connection: int | None = None,
        step: int | None = None,
        live: bool = True,
    ) -> None:
        self._graph: Graph = graph(table)
        self._spoken = spoken
        self._chosen = connection or 0
        self._step = step
        self._ways = Ways(listeners)
        self._read(feed)
        chosen = {"connection": self._chosen}
        super().__init__(feed, live=live and step is None, choice=chosen)
        self.observe(self._asked, "choice")

    def _read(self, feed: Feed) -> None:
        entries = feed.entries(self._ways.last)
        if self._step is not None:
            entries = [entry for entry in entries if entry.number <= self._step]
        self._ways.read(entries)

    def _asked(self, change: dict[str, Any]) -> None:
        """Light the session that the page asks for."""
        connection = change["new"].get("connection")
        self._chosen = connection if isinstance(connection, int) else 0
        if self._painter is not None:
            self._painter.now()
        else:
            self.view = self._drawn()

    def _shown(self) -> tuple[int, dict[int, Way]]:
        """Return the ways as far as the lab's pictures are, and how far that is."""
        step = self._feed.playhead.step if self._live else None
        if step is None:
            return self._ways.last, self._ways.ways
        return step, self._ways.until(step)

    def _way(self) -> Way | None:
        _, ways = self._shown()
        return ways.get(self._chosen or max(ways, default=0))

    def _drawn(self) -> dict[str, Any]:
        if self._live:
            self._read(self._feed)
        face = self._face()
        nodes, at = drawing(self._graph, face.title, face.sentence, face.lit)
        step, shown = self._shown()
        ways = list(shown.values())[-_OFFERED:]
        return {
            "step": step,
            "label": face.sentence,
            "title": face.title,
            "width": at.width,
            "height": at.height,
            "nodes": nodes,
            "rows": face.rows,
            "told": [face.lit.told(state) for state, *_ in face.rows],
            "here": next(
                (n for n, row in enumerate(face.rows) if row[0] == visible(face.lit.now or "")), -1
            ),
            "way": face.way,
            "closed": words.STATES["over_lab"] if self._feed.closed else "",
            "offers": [[way.opened.connection, clip(_title(way), _NAME)] for way in ways],
            "chosen": self._chosen,
            "words": words.STATES,
        }

    def _face(self) -> _Face:
        way = self._way()
        steps = [] if way is None else way.steps
        visits: dict[str, list[int]] = {}
        for n, (state, _) in enumerate(steps, 1):
            visits.setdefault(state, []).append(n)
        over = way is not None and way.how is not None
        return _Face(
            title=words.states_title(self._graph.name),
            sentence=words.states_sentence(
                "" if way is None else _title(way),
                visible("" if way is None else way.state),
                visible("" if way is None else way.activity),
                over=over,
            ),
            rows=tuple(map(self._row, self._graph.states)),
            way=self._told(steps),
            lit=Lit(
                colour=self._spoken,
                now=None if way is None else way.state,
                visits={state: tuple(at) for state, at in visits.items()},
                taken=self._taken(way),
                over=over,
            ),
        )

    def _taken(self, way: Way | None) -> frozenset[tuple[str, str, str]]:
        """Return the arrows that a session has taken: from, to and the table's command."""
        if way is None:
            return frozenset()
        steps = [*way.steps, *([(CLOSED, way.command)] if way.how == "quit" else [])]
        return frozenset(
            (before, state, named)
            for (before, _), (state, command) in pairwise(steps)
            if (named := self._graph.named(before, state, command)) is not None
        )

    def _row(self, state: str) -> tuple[str, str, str]:
        if state == CLOSED:
            return words.STATES["closed"], "", ""
        leads = [
            f"{words.command_names(edge.commands)} → {edge.to or words.STATES['closed']}".strip()
            for edge in self._graph.edges
            if state in edge.sources
        ]
        return state, " ".join(self._graph.stays.get(state, ())), "; ".join(leads)

    def _told(self, steps: list[tuple[str, str]]) -> str:
        told = []
        before = ""
        for n, (state, command) in enumerate(steps, 1):
            named = self._graph.named(before, state, command)
            said = clip(visible(command), 20) if named is None else words.command_name(named)
            told.append(words.way_step(n, visible(state), said, by_table=named is not None))
            before = state
        return " · ".join(["…", *told[-_STEPS:]] if len(told) > _STEPS else told)

    def html(self) -> str:
        """Return the diagram for saved notebooks: an image on a light plate, and a table."""
        face = self._face()
        nodes, at = drawing(self._graph, face.title, face.sentence, face.lit)
        label = f"{face.title}. {face.sentence}"
        plate = node("rect", x=0, y=0, width=at.width, height=at.height, fill="ground")
        image = data_uri(svg([plate, *nodes], {}, width=at.width, height=at.height, label=label))
        heads = "".join(
            f'<th scope="col" style="{_CELL}">{escape(words.STATES[name])}</th>'
            for name in ("state", "stays", "leads")
        )
        rows = "".join(
            f'<tr><th scope="row" style="{_CELL}">{escape(state)}</th>'
            f'<td style="{_CELL}">{escape(stays)}</td><td style="{_CELL}">{escape(leads)}</td></tr>'
            for state, stays, leads in face.rows
        )
        way = f"<p>{escape(words.STATES['way'])}: {escape(face.way)}</p>" if face.way else ""
        return (
            f'<div><img alt="{escape(label)}" src="{image}" style="max-width:100%;height:auto">'
            f"{way}"
            f'<div style="overflow-x:auto"><details><summary>{escape(words.TABLE)}</summary>'
            f"<table><caption>{escape(label)}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details></div></div>"
        )

    def text(self) -> str:
        """Return the states, what stays in each and what leads on, and the session's way."""
        face = self._face()
        lines = [f"{face.title}. {face.sentence}"]
        for state, stays, leads in face.rows:
            mark = "▶ " if state == face.lit.now else "  "
            lines.append(f"{mark}{state}")
            lines += [f"      {line}" for line in (stays, leads) if line]
        return "\n".join([*lines, *([f"{words.STATES['way']}: {face.way}"] if face.way else [])])


def _title(way: Way) -> str:
    opened = way.opened
    return words.session_short(
        opened.connection, words.PROTOCOLS[opened.protocol], opened.port, visible(opened.device)
    )
