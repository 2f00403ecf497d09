"""The replay as a widget."""

from __future__ import annotations

from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

import traitlets

from labserver.widgets.base import Feed, LabWidget, script, style
from labserver.widgets.moments import Moments
from labserver.widgets.replay.telling import said, tell
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

    # ipywidgets closes what is deleted, made to the end or not.
    _holds = False
    wish = traitlets.Dict().tag(sync=True)
    """What the page asks for: `go` (first, back, on or live), or a `step`."""

    def __init__(self, feed: Feed) -> None:
        self._moments = Moments()
        self._reading = Lock()
        self._playhead = feed.playhead
        self._log = feed
        super().__init__(feed, live=True, wish={})
        self._playhead.hold()
        self._holds = True
        self.observe(self._asked, "wish")

    def _asked(self, change: dict[str, Any]) -> None:
        """Go where the page asks to."""
        wish = change["new"]
        step, way = wish.get("step"), wish.get("go")
        if isinstance(step, int):
            self.go_to(step)
        elif way == "first":
            self.go_to(self._log.first)
        elif way == "back":
            self.back()
        elif way == "on":
            self.on()
        elif way == "live":
            self._playhead.to(None)

    def go_to(self, step: int) -> None:
        """Show the pictures of the world after entry `step`; what the log lacks, of the nearest."""
        self._read()
        self._playhead.to(max(self._log.first, min(step, self._moments.last)))

    def back(self) -> None:
        """Go back to the change before this one."""
        self._read()
        now = self._moments.around(self._now())[0]
        self.go_to(self._moments.before(max(now, 1)) or self._log.first)

    def on(self) -> None:
        """Go on to the next change; after the last, live."""
        self._read()
        self._playhead.to(self._moments.after(self._now()))

    def live(self) -> None:
        """Show the newest again, whatever happens."""
        self._playhead.to(None)

    def _now(self) -> int:
        step = self._playhead.step
        return self._moments.last if step is None else max(step, self._log.first)

    def _read(self) -> None:
        with self._reading:  # The server's thread paints, and the kernel's asks.
            self._moments.read(self._log.entries(self._moments.last))

    def _drawn(self) -> dict[str, Any]:
        self._read()
        now = self._now()
        begin, end = self._moments.around(now)
        line, what = self._told(begin, min(end, now))
        dropped = (
            words.replay_from(self._log.first) if self._log.first and now == self._log.first else ""
        )
        return {
            "step": now,
            "first": self._log.first,
            "newest": self._moments.last,
            "live": self._playhead.step is None,
            "at": words.replay_at(now, self._moments.last),
            "line": line,
            "what": what or [words.REPLAY["nothing" if now else "beginning"]],
            "dropped": dropped,
            "back": self._moments.before(max(begin, 1)) is not None or now > self._log.first,
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
        self._read()
        held = [each for each in self._moments.newest(_TOLD) if each[0] > self._log.first]
        left = len(self._moments) - len(held)
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
            for head in (words.REPLAY["step"], "", words.REPLAY["what"])
        )
        note = f"<p>{escape(left)}</p>" if left else ""
        return (
            f'<div style="overflow-x:auto">{note}<table><caption>{words.REPLAY["title"]}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table></div>"
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
        if self._holds:
            self._holds = False
            self._playhead.let_go()
        super().close()
