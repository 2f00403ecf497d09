"""The outcome of an exercise as a widget."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import traitlets

from labserver.widgets.base import Faced, script, style
from labserver.widgets.outcome.values import About, Help
from labserver.widgets.prose import as_html, pieces
from labserver.widgets.words import en as words

__all__ = ["Outcome"]

_HERE = Path(__file__).parent


class Outcome(Faced):
    """Says that an exercise is done, or what is missing; then hints, one by one, on asking.

    `says` tells what happened, `about` what it is about. `asked(number)` is called when the
    learner asks for the next hint, with the number given then. The faces without a kernel hold
    the message alone and give no hint away.
    """

    _esm = script(_HERE / "widget.js")
    _css = style("lm-outcome", _HERE / "widget.css")

    wish = traitlets.Dict().tag(sync=True)
    """What the page asks for: `hint`, the number of those that it shows."""

    def __init__(
        self,
        *,
        done: bool,
        says: str,
        about: About | None = None,
        helps: Help | None = None,
        asked: Callable[[int], None] | None = None,
    ) -> None:
        self.done = done
        self.says = says
        about = about or About()
        facts = (
            ("line", about.line),
            ("state", about.state),
            ("rule", about.rule),
            ("next", about.then),
        )
        self._facts = [(words.OUTCOME[name], text) for name, text in facts if text]
        self._helps: tuple[str, ...] = ()
        self._hints = self._given = 0
        self._typed = ""
        if helps is not None and not done:
            self._helps = (*helps.hints, helps.solution)
            self._hints = len(helps.hints)
            self._given = min(helps.given, len(self._helps))
            self._typed = words.of_hints(helps.typed) if helps.typed else ""
        self._told = asked
        super().__init__(view=self._drawn())
        self.observe(self._asked, "wish")

    @property
    def given(self) -> int:
        """How many hints are shown, the solution counted as one."""
        return self._given

    def give(self) -> None:
        """Show the next hint, or after the last the solution."""
        if self._given == len(self._helps):
            return
        self._given += 1
        if self._told is not None:
            self._told(self._given)
        self.view = self._drawn()

    def _asked(self, change: dict[str, Any]) -> None:
        # A second press that was on its way already must not give two.
        if change["new"].get("hint") == self._given:
            self.give()

    def _drawn(self) -> dict[str, Any]:
        given = self._given
        return {
            "done": self.done,
            "head": words.OUTCOME["done" if self.done else "missing"],
            "says": pieces(self.says),
            "facts": [[name, pieces(text)] for name, text in self._facts],
            "hints": [
                [words.hint_of(n, self._hints), pieces(text)]
                for n, text in enumerate(self._helps[: self._hints][:given], 1)
            ],
            "solution": self._helps[-1] if given > self._hints else "",
            "given": given,
            "button": self._button(given),
            "over": given == len(self._helps),
            "words": words.OUTCOME,
        }

    def _button(self, given: int) -> str:
        if not self._helps:
            return ""
        if given < self._hints:
            return words.hint_of(given + 1, self._hints)
        return words.OUTCOME["show" if given < len(self._helps) else "all"]

    def html(self) -> str:
        """Return the message for saved notebooks."""
        head = words.OUTCOME["done" if self.done else "missing"]
        facts = "".join(
            f"<li><strong>{escape(name)}:</strong> {as_html(text)}</li>"
            for name, text in self._facts
        )
        listed = f"<ul>{facts}</ul>" if facts else ""
        typed = f"<p>{as_html(self._typed)}</p>" if self._typed else ""
        said = f"<p><strong>{head}</strong> {as_html(self.says)}</p>"
        return f"<div>{said}{listed}{typed}</div>"

    def text(self) -> str:
        """Return the message in plain text."""
        head = words.OUTCOME["done" if self.done else "missing"]
        lines = [f"{head} {self.says}", *(f"   {name}: {text}" for name, text in self._facts)]
        return "\n".join([*lines, *([f"   {self._typed}"] if self._typed else [])])
