"""The transcript as a widget."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import traitlets

from labserver.explain import Note
from labserver.widgets.base import Feed, LabWidget, script, style
from labserver.widgets.transcript.choice import Choice, Look, Order
from labserver.widgets.transcript.faces import page, plain
from labserver.widgets.transcript.outline import Outline, Unit
from labserver.widgets.transcript.rows import Row, Rows, title
from labserver.widgets.transcript.story import Story
from labserver.widgets.turns import begun, end_of
from labserver.widgets.visible import CONTROL_NAMES, clip, visible
from labserver.widgets.words import en as words

__all__ = ["Transcript"]

_HERE = Path(__file__).parent
_PAGE = 120
"""So many rows are sent to the page; the others when somebody goes there."""
_OFFERED = 200
"""So many devices, and connections, are offered to choose from: the newest."""
_NAME = 40
_NAMED = 8


class Transcript(LabWidget):
    """What crossed every connection, line by line; each line says what it means.

    `connections` chooses some by their numbers; `protocol` (smtp, pop3 or imap) and `device` say
    with what it begins, as `order` (connection, time) and `look` (text, bytes, decoded) do: the
    page can change these. `step` stops after that entry of the log. Live transcripts follow the
    lab; with `live=False`, or with a `step`, it is that of one moment. Raises ValueError for an
    order or a look that there is not.
    """

    _esm = script(_HERE / "widget.js")
    _css = style("lm-transcript", _HERE / "widget.css")

    choice = traitlets.Dict().tag(sync=True)
    """What the page asks for."""

    line = traitlets.Dict().tag(sync=True)
    """The line that was chosen on the page, by its `step`."""

    def __init__(  # noqa: PLR0913 - each is a choice of its own, all by name
        self,
        feed: Feed,
        *,
        connections: Collection[int] | None = None,
        protocol: str = "",
        device: str = "",
        order: Order = "connection",
        look: Look = "text",
        step: int | None = None,
        live: bool = True,
    ) -> None:
        self._only = connections
        self._step = step
        self._chosen = Choice(look=look, order=order, protocol=protocol, device=device)
        self._story = Story()
        self._outline = Outline()
        self._first = 1
        self._read(feed)
        super().__init__(feed, live=live and step is None, choice=self._chosen.told())
        self.observe(self._asked, "choice")
        self.observe(self._pointed, "line")

    def _read(self, feed: Feed) -> None:
        entries = feed.entries(self._story.last)
        if self._step is not None:
            entries = [entry for entry in entries if entry.number <= self._step]
        if entries and not self._story.last:
            self._first = entries[0].number
        self._story.read(entries)

    def _asked(self, change: dict[str, Any]) -> None:
        """Show what the page asks for."""
        self._chosen = self._chosen.asked(change["new"])
        if self._painter is not None:
            self._painter.now()
        else:
            self.view = self._drawn()

    def _pointed(self, change: dict[str, Any]) -> None:
        """Take the lab's pictures to what follows from a line, if there is a replay."""
        step, playhead = change["new"].get("step"), self._feed.playhead
        if playhead.held and isinstance(step, int) and 0 < step <= self._story.last:
            playhead.to(end_of(self._feed.entries(step), step))

    def _at(self) -> int:
        """Return the step that the lab's pictures show; 0: the newest."""
        return (self._feed.playhead.step or 0) if self._live else 0

    def _lit(self) -> tuple[int, ...]:
        """Return the entries of the lines that did what the pictures show as changed."""
        at = self._at()
        changed = self._feed.snapshot(at).changed if at else None
        return () if changed is None or begun(self._feed, at) > changed.step else changed.lines

    def _around(self, found: list[Unit], at: int) -> int:
        """Return where a page has the rows of that step in its middle."""
        steps = [n for n, unit in enumerate(found) if unit.records and unit.records[0].step <= at]
        nearest = max(steps, key=lambda n: found[n].records[0].step, default=0)
        return max(0, nearest - _PAGE // 2)

    def _drawn(self) -> dict[str, Any]:
        if self._live:
            self._read(self._feed)
        found = self._units()
        # What is told of the rest is one look at each row: short beside drawing a page of them.
        self._weight = len(found) // 50
        at = self._at()
        start = self._around(found, at) if at else self._chosen.start
        last = max(0, len(found) - _PAGE)
        first = last if start is None else min(start, last)
        window = found[first : first + _PAGE]
        rows = [self._rows().row(unit) for unit in window]
        if window and not window[0].head and window[0].session is not None:
            rows.insert(0, self._rows().row(Unit(window[0].session, nth=-1)))
        told: dict[Note, int] = {}
        return {
            "live": self._live,
            "step": self._story.last,
            "rows": [_sent(row, told) for row in rows],
            "notes": [list(asdict(note).values()) for note in told],
            "first": first,
            "page": _PAGE,
            "total": len(found),
            "follows": start is None,
            "showing": words.rows_shown(first + 1, first + len(window), len(found))
            if len(found) > _PAGE
            else "",
            "none": "" if found else self._none(),
            "before": self._before(),
            "closed": words.TRANSCRIPT["closed"] if self._feed.closed else "",
            "offers": self._offers(),
            "words": words.TRANSCRIPT,
            "controls": CONTROL_NAMES,
            "chosen": self._chosen.told(),
            "at": at,
            "held": self._live and self._feed.playhead.held,
            "lit": self._lit(),
        }

    def _offers(self) -> dict[str, list[list[str | int]]]:
        """Return what can be chosen, each as its value and its name."""
        sessions = [
            session
            for number, session in sorted(self._story.sessions.items())
            if self._only is None or number in self._only
        ]
        protocols = sorted({session.protocol for session in sessions})
        devices = list(dict.fromkeys(session.opened.device for session in reversed(sessions)))
        return {
            "protocol": [[name, name.upper()] for name in protocols],
            "device": [[name, clip(visible(name), _NAME)] for name in sorted(devices[:_OFFERED])],
            "connection": [
                [session.opened.connection, clip(title(session).partition(" ")[2], 2 * _NAME)]
                for session in sessions[-_OFFERED:]
            ],
        }

    def _units(self) -> list[Unit]:
        return self._outline.units(self._story, self._chosen, self._only)

    def _none(self) -> str:
        chosen, sessions = self._chosen, self._story.sessions.values()
        devices = sorted({clip(visible(each.opened.device), _NAME) for each in sessions})
        asked = clip(visible(chosen.device), _NAME)
        return words.no_session(chosen.protocol, asked, chosen.connection, devices[:_NAMED])

    def _rows(self) -> Rows:
        return Rows(body=self._feed.body, look=self._chosen.look, open=self._chosen.open)

    def _before(self) -> str:
        return "" if self._first == 1 else words.log_from(self._first)

    def html(self) -> str:
        """Return a table a session; bodies are folded, and lines explain themselves."""
        return page(self._units(), self._rows(), self._before(), self._none())

    def text(self, *, whole: bool = False, explained: bool = False) -> str:
        """Return the sessions as text, as they are chosen; bodies are counted.

        `whole`: with all bodies, and nothing left out. `explained`: with what each line means.
        """
        rows = replace(self._rows(), whole=whole)
        return plain(self._units(), rows, self._before(), self._none(), explained=explained)

    def save(self, file: str | Path, *, explained: bool = False) -> Path:
        """Write the whole transcript, as it is chosen, to a text file in UTF-8; return its path."""
        path = Path(file)
        path.write_text(self.text(whole=True, explained=explained) + "\n", encoding="utf-8")
        return path


def _sent(row: Row, told: dict[Note, int]) -> dict[str, Any]:
    """Return a row for the page; notes are sent once, and rows name them by their place."""
    sent = asdict(row)
    sent["notes"] = [told.setdefault(note, len(told)) for note in row.notes]
    return sent
