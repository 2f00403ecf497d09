"""What the course says in a sentence or two, with lines to type below it if there are any."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from labserver.widgets.prose import as_html

__all__ = ["Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, which may hold `code`, and lines of code below it. Shows itself in a notebook."""

    text: str
    code: str = ""

    def __repr__(self) -> str:
        return "\n".join([self.text, *(f"    {line}" for line in self.code.splitlines())])

    def _repr_html_(self) -> str:
        code = f"<pre><code>{escape(self.code)}</code></pre>" if self.code else ""
        return f"<div><p>{as_html(self.text)}</p>{code}</div>"
