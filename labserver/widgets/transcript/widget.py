"""The transcript as a widget."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from labserver.events import Direction
from labserver.widgets import words_en as words
from labserver.widgets.base import Feed, LabWidget
from labserver.widgets.transcript.view import Part, Session, sessions

__all__ = ["Transcript"]

_HERE = Path(__file__).parent
_CELL = "padding:0 8px;text-align:left;vertical-align:top"
_SAID = f"{_CELL};font-family:monospace"


class Transcript(LabWidget):
    """What crossed every connection, line by line, by connection and then by number.

    `connections` chooses some by their numbers. `step` stops after that entry of the log. Live
    transcripts follow the lab; with `live=False`, or with a `step`, it is that of one moment.
    """

    _esm = _HERE / "widget.js"
    _css = _HERE / "widget.css"

    def __init__(
        self,
        feed: Feed,
        *,
        connections: Collection[int] | None = None,
        step: int | None = None,
        live: bool = True,
    ) -> None:
        self._connections = connections
        self._step = step
        self._seen = self._look(feed)
        super().__init__(feed, live=live and step is None)

    def _look(self, feed: Feed) -> tuple[Session, ...]:
        entries = feed.entries(0)
        self._weight = len(entries)
        if self._step is not None:
            entries = [entry for entry in entries if entry.number <= self._step]
        return sessions(entries, feed.body, connections=self._connections)

    def _drawn(self) -> dict[str, Any]:
        self._seen = self._look(self._feed) if self._live else self._seen
        return {
            "live": self._live,
            "sessions": [asdict(session) for session in self._seen],
            "none": words.NO_SESSION,
        }

    def html(self) -> str:
        """Return a table a session; bodies are folded."""
        inner = "".join(map(_table, self._seen)) or f"<p>{escape(words.NO_SESSION)}</p>"
        return f'<div style="overflow-x:auto">{inner}</div>'

    def text(self) -> str:
        """Return the sessions as text; bodies are counted."""
        blocks = ["\n".join([s.title, *map(_line, s.parts)]) for s in self._seen]
        return "\n\n".join(blocks) or words.NO_SESSION


def _who(direction: Direction | str) -> str:
    return f"{direction}:" if direction else "--"


def _line(part: Part) -> str:
    return f"{part.number or '':>4}  {_who(part.direction)} {part.text}".rstrip()


def _table(session: Session) -> str:
    rows = "".join(map(_row, session.parts))
    caption = (
        f'<caption style="text-align:left;white-space:nowrap">{escape(session.title)}</caption>'
    )
    return f"<table>{caption}<tbody>{rows}</tbody></table>"


def _row(part: Part) -> str:
    text = escape(part.text)
    if part.inside:
        inside = "<br>".join(map(escape, part.inside))
        text = f"<details><summary>{escape(part.text)}</summary>{inside}</details>"
    return (
        f'<tr><td style="{_CELL}">{part.number or ""}</td>'
        f'<th scope="row" style="{_CELL}">{_who(part.direction)}</th>'
        f'<td style="{_SAID}">{text}</td></tr>'
    )
