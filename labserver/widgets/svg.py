"""SVG as values: a drawing is a tree of nodes, written here or built by the page's script.

Colours in `fill`, `stroke` and `color` are names of the palette, so that one drawing serves the
saved image (light) and the live face (light or dark).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from labserver.widgets.palette import LIGHT

__all__ = ["Node", "data_uri", "node", "svg", "text"]

Node = list[Any]
"""`[tag, attributes, children]`; a child is a node or a string. Fit for JSON."""

_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
_MONO = "ui-monospace,'Cascadia Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace"
_COLOURS = ("fill", "stroke", "color")
_LIVE = ("data-", "lm-")
"""Begin what only the live face needs: the names of attributes, and of classes."""


def node(tag: str, *children: Node | str, **attributes: str | float) -> Node:
    """Return a node; `stroke_width=2` becomes `stroke-width="2"`."""
    named = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
    return [tag, named, list(children)]


def text(x: float, y: float, content: str, **attributes: str | float) -> Node:
    """Return a line of text: 12 px in ink unless said otherwise."""
    return node("text", content, **{"x": x, "y": y, "fill": "ink", **attributes})


def svg(
    children: Sequence[Node],
    symbols: Mapping[str, Sequence[Node]],
    *,
    width: int,
    height: int,
    label: str,
    font_size: int = 12,
) -> str:
    """Write a drawing as an SVG document in light colours. `label` is its text alternative."""
    used = {attributes["href"] for tag, attributes, _ in _walk(children) if tag == "use"}
    defined = [
        node("symbol", *content, id=name, overflow="visible")
        for name, content in symbols.items()
        if f"#{name}" in used
    ]
    root = node(
        "svg",
        node("title", label),
        node("style", f".m{{font-family:{_MONO};white-space:pre}}"),
        node("defs", *defined),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        font_family=_FONT,
        font_size=font_size,
        fill="ink",
    )
    return _write(root)


def data_uri(document: str) -> str:
    """Return the document as a `data:` URI for an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(document.encode()).decode("ascii")


def _walk(nodes: Sequence[Node | str]) -> list[Node]:
    found: list[Node] = []
    for each in nodes:
        if not isinstance(each, str):
            found += [each, *_walk(each[2])]
    return found


def _write(each: Node | str) -> str:
    if isinstance(each, str):
        return escape(each)
    tag, attributes, children = each
    written = "".join(
        f" {name}={quoteattr(_value(name, value))}"
        for name, value in attributes.items()
        if not _needless(tag, name, value)
    )
    inner = "".join(map(_write, children))
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def _needless(tag: str, name: str, value: str | float) -> bool:
    """Tell what a saved image does without: the root says already that text is in ink."""
    if tag == "text" and name == "fill":
        return value == "ink"
    return name.startswith(_LIVE) or (name == "class" and str(value).startswith(_LIVE))


def _value(name: str, value: str | float) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return LIGHT.get(str(value), str(value)) if name in _COLOURS else str(value)
