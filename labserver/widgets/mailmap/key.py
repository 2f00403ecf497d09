"""The key: what the shapes, colours and marks mean."""

from __future__ import annotations

from typing import Any

from labserver.widgets.svg import Node, node
from labserver.widgets.words import en as words

__all__ = ["key"]

_WIDE, _HIGH = 46, 36
_LINE = _HIGH // 2


def key() -> dict[str, Any]:
    """Return the key for the live face: drawings of 46 by 36, each with its words."""
    shapes = [
        {"symbol": name, "word": word, "note": note} for name, (word, note) in words.KEY.items()
    ]
    colours = [{"colour": name, "word": name.upper()} for name in ("smtp", "pop3", "imap")]
    marks = [{"nodes": _MARKS[name], "word": said} for name, said in words.KEY_MARKS.items()]
    return {"shapes": shapes, "colours": colours, "marks": marks}


def _across(**style: str | float) -> Node:
    return node("path", d=f"M2 {_LINE}H{_WIDE - 2}", **style)


_MARKS: dict[str, list[Node]] = {
    "changed": [
        node(
            "rect", x=8, y=5, width=36, height=26, rx=6, fill="none", stroke="ink", stroke_width=2
        ),
        node("path", d="M1 10l13 8l-13 8z", fill="ink"),
    ],
    "tied": [
        _across(stroke="imap", stroke_width=2.5),
        *(
            node("circle", cx=x, cy=_LINE, r=5.5, fill="ground", stroke="imap", stroke_width=2.5)
            for x in (8, _WIDE - 8)
        ),
    ],
    "open": [_across(stroke="soft", stroke_width=8)],
    "closed": [_across(stroke="soft", stroke_width=3, stroke_dasharray="3 4")],
    "tls": [_across(stroke="soft", stroke_width=11), _across(stroke="ground", stroke_width=5)],
    "only": [
        node(
            "rect",
            x=3,
            y=7,
            width=40,
            height=22,
            rx=4,
            fill="amber-ground",
            stroke="amber",
            stroke_width=2,
        )
    ],
}
