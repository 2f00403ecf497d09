"""The shapes that say what is in a cell. Each is drawn in a box of 46 by 36 in `currentColor`."""

from __future__ import annotations

from labserver.widgets.svg import Node, node

__all__ = ["CARRIED", "SYMBOLS"]

_HERE = "currentColor"
_ENVELOPE = [
    node("rect", x=4, y=4, width=38, height=27, rx=3, fill=_HERE),
    node("path", d="M7 8l16 11 16-11", fill="none", stroke="ground", stroke_width=2),
]
_BIN = [
    node("rect", x=29, y=17, width=17, height=19, rx=4, fill="ground"),
    node(
        "path",
        d="M31 21h13M35 20v-3h5v3M33 22l1 11h7l1-11",
        fill="none",
        stroke="ink",
        stroke_width=1.7,
    ),
]
_GHOST = [
    node(
        "rect",
        x=4,
        y=4,
        width=38,
        height=27,
        rx=3,
        fill="none",
        stroke="soft",
        stroke_width=1.5,
        stroke_dasharray="2 4",
    ),
    node("path", d="M2 33L44 2", stroke="soft", stroke_width=1.4),
]

SYMBOLS: dict[str, list[Node]] = {
    "whole": _ENVELOPE,
    "headers": [
        node(
            "path",
            d="M4.75 13V28a3 3 0 0 0 3 3H38.25a3 3 0 0 0 3-3V13",
            fill="ground",
            stroke=_HERE,
            stroke_width=1.5,
            stroke_dasharray="3 3",
        ),
        node("rect", x=4, y=4, width=38, height=10, rx=3, fill=_HERE),
        node("path", d="M9 9h28", stroke="ground", stroke_width=2),
    ],
    "marked": [
        *_ENVELOPE,
        node(
            "rect",
            x=0.5,
            y=0.5,
            width=45,
            height=34,
            rx=5,
            fill="none",
            stroke="ink",
            stroke_width=1.6,
            stroke_dasharray="5 3",
        ),
        *_BIN,
    ],
    "removed": _GHOST,
    "gone": _GHOST,
    "never": [node("circle", cx=23, cy=18, r=2.5, fill="line")],
    "refused": [
        node(
            "rect",
            x=4,
            y=4,
            width=38,
            height=27,
            rx=3,
            fill="ground",
            stroke="smtp",
            stroke_width=2,
        ),
        node("path", d="M7 8l16 11 16-11", fill="none", stroke="smtp", stroke_width=2),
    ],
    "lost": [
        node(
            "rect",
            x=4,
            y=4,
            width=38,
            height=27,
            rx=3,
            fill="lost-ground",
            stroke="lost",
            stroke_width=2.5,
        ),
        node(
            "path",
            d="M13 9L33 26M33 9L13 26",
            stroke="lost",
            stroke_width=4,
            stroke_linecap="round",
        ),
    ],
}
"""By the name of the state, in small letters."""

CARRIED = frozenset({"whole", "headers", "marked"})
"""Those that have the colour of the protocol that carried it: they have `currentColor` in them."""
