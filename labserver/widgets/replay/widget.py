"""The replay as a widget."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import traitlets

from labserver.widgets.base import Feed, LabWidget, script, style
from labserver.widgets.replay.telling import said, tell
from labserver.widgets.walk import Walk
from labserver.widgets.words import en as words

__all__ = ["Replay"]

_HERE = Path(__file__).parent
_TOLD = 60
"""So many changes stand in a saved notebook: the newest."""


class Replay(LabWidget):
    """Buttons, a slider and keys that take all live pictures of a lab through its log.

    It says of each step what changed there, and by which line. While it is there, the line chosen
    in a transcript and the cell chosen in a map take the pictures to what they changed, too.
    """

    _esm = script(_HERE / "widget.js")
    _css = style("lm-replay", _HERE / "widget.css")

    wish = traitlets.Dict().tag(sync=True)
    """What the page asks for: `go` (first, back, on or live), or a `step`."""

    def __init__(self, feed: Feed) -> None:
        self._walk = Walk(feed)
        self._log = feed
        super().__init__(feed, live=True, wish={})
        self._walk.hold()
        self.observe(self._asked, "wish")

    def _asked(self, change: dict[str, Any]) -> None:
        """Go where the page asks to."""
        self._walk.asked(change["new"])

    def go_to(self, step: int) -> None:
        """Show the pictures of the world after entry `step`; what the log lacks, of the nearest."""
        self._walk.go_to(step)

    def back(self) -> None:
        """Go back to the change before this one."""
        self._walk.back()

    def on(self) -> None:
        """Go on to the next change; the newest of all is live."""
        self._walk.on()

    def live(self) -> None:
        """Show the newest again, whatever happens."""
        self._walk.live()

    def _drawn(self) -> dict[str, Any]:
        self._walk.read()
        now = self._walk.now
        begin, end = self._walk.turns.around(now)
        line, what = self._told(begin, min(end, now))
        dropped = (
            words.replay_from(self._log.first) if self._log.first and now == self._log.first else ""
        )
        return {
            "step": now,
            "first": self._log.first,
            "newest": self._walk.turns.last,
            "live": self._feed.playhead.step is None,
            "at": words.replay_at(now, self._walk.turns.last),
            "line": line,
            "what": what or [words.REPLAY["nothing" if now else "beginning"]],
            "dropped": dropped,
            "back": self._walk.turns.before(max(begin, 1)) is not None or now > self._log.first,
            "words": words.REPLAY,
        }

    def _told(self, begin: int, end: int) -> tuple[str, list[str]]:
        """Return the line of a moment and what it changed; empty if the log has it no more."""
        if not begin or begin - 1 < self._log.first:
            return "", []
        entries = self._log.entries(begin - 1, end)
        before = self._log.snapshot(begin - 1)
        return said(entries, before), tell(entries, before)

    def _all(self) -> tuple[str, list[tuple[int, str, str]]]:
        """Return what is left out, and each change: its step, its line and what it was."""
        self._walk.read()
        held = [each for each in self._walk.turns.newest(_TOLD) if each[0] > self._log.first]
        left = len(self._walk.turns) - len(held)
        rows = []
        for begin, end in held:
            line, what = self._told(begin, end)
            rows.append((end, line, " ".join(what)))
        return words.earlier_changes(left) if left else "", rows

    def html(self) -> str:
        """Return a table of the changes, each with its step and its line."""
        left, rows = self._all()
        cells = "".join(
            f'<tr><th scope="row">{step}</th><td><code>{escape(line)}</code></td>'
            f'<td style="text-align:left">{escape(what)}</td></tr>'
            for step, line, what in rows
        )
        heads = "".join(
            f'<th scope="col" style="text-align:left">{escape(head)}</th>'
            for head in (words.REPLAY["step"], words.REPLAY["line"], words.REPLAY["what"])
        )
        note = f"<p>{escape(left)}</p>" if left else ""
        return (
            f'<div style="overflow-x:auto">{note}<details open>'
            f"<summary>{escape(words.REPLAY['title'])}</summary>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table></details></div>"
        )

    def text(self) -> str:
        """Return the changes, one a line, with their steps."""
        left, rows = self._all()
        width = max((len(str(step)) for step, *_ in rows), default=0)
        lines = [
            f"{step:>{width}}  {f'{line}  -- ' if line else ''}{what}" for step, line, what in rows
        ]
        return "\n".join([words.REPLAY["title"], *([left] if left else []), *lines])

    def close(self) -> None:
        """Take the control from the page; without another, the pictures are live again."""
        if hasattr(self, "_walk"):  # ipywidgets closes what is deleted, made to the end or not.
            self._walk.let_go()
        super().close()
