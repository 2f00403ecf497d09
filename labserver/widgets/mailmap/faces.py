"""The faces that need nothing but a notebook or a terminal: a saved table, and plain text."""

from __future__ import annotations

from html import escape
from typing import Any

from labserver.widgets.mailmap.picture import image
from labserver.widgets.mailmap.view import CellFace, MapView, PlaceFace, RowFace
from labserver.widgets.mailmap.wires import Wire
from labserver.widgets.svg import data_uri
from labserver.widgets.visible import clip, pad, width

__all__ = ["page", "plain", "sheet"]

_TEXT_ROWS = 10
_TEXT_WIRES = 5
_SUBJECT = 20
_CELL = "padding:2px 10px;text-align:left;vertical-align:top"


def page(view: MapView) -> str:
    """Return the map as HTML that is whole without a script: an image, and the facts in a table.

    Only tables, images and inline styles: that much a notebook shows that nobody has trusted.
    """
    source = data_uri(image(view))
    return (
        f'<div><img alt="{escape(view.sentence)}" src="{source}"'
        ' style="max-width:100%;height:auto">'
        f"<details><summary>{escape(view.words['table'])}</summary>"
        f'<div style="overflow-x:auto">{_facts(view)}{_connections(view)}</div>'
        "</details></div>"
    )


def _facts(view: MapView) -> str:
    heads = [view.words["message"], *map(_head, view.places), view.words["copies"]]
    columns = "".join(f'<th scope="col" style="{_CELL}">{escape(head)}</th>' for head in heads)
    body = "".join(_row(row, len(heads)) for row in view.rows)
    body = body or f'<tr><td colspan="{len(heads)}">{escape(view.words["empty"])}</td></tr>'
    caption = f"<caption>{escape(view.title)}. {escape(view.sentence)}</caption>"
    return f"<table>{caption}<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"


def _head(place: PlaceFace) -> str:
    said = f"{place.name}: {place.line}"
    return f"{said}, {place.foot}" if place.foot else said


def _row(row: RowFace, columns: int) -> str:
    if row.more:
        return f'<tr><td colspan="{columns}" style="{_CELL}">{escape(row.more)}</td></tr>'
    name = f"{row.letter}: {clip(row.subject, 60)}, {clip(row.exactly, 60)}"
    cells = [*(_mark(cell) + cell.label for cell in row.cells), _copies(row)]
    inner = "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in cells)
    return f'<tr><th scope="row" style="{_CELL}">{escape(name)}</th>{inner}</tr>'


def _mark(cell: CellFace) -> str:
    return "▶ " if cell.changed else ""


def _copies(row: RowFace) -> str:
    return f"{row.copies}, {row.holder}" if row.holder else row.copies


def _connections(view: MapView) -> str:
    caption = f"<caption>{escape(view.words['connections'])}</caption>"
    rows = "".join(
        f'<tr><th scope="row" style="{_CELL}">{escape(_who(wire))}</th>'
        f'<td style="{_CELL}">{escape(wire.state)}</td>'
        f'<td style="{_CELL}">{"<br>".join(map(_said, _lines(wire)))}</td></tr>'
        for wire in view.wires
    )
    if not rows:
        return f"<p>{escape(view.words['none'])}</p>"
    more = f"<p>{escape(view.more_wires)}</p>" if view.more_wires else ""
    return f"<table>{caption}<tbody>{rows}</tbody></table>{more}"


def _said(line: str) -> str:
    return f"<code>{escape(line)}</code>"


def _who(wire: Wire) -> str:
    return f"{wire.badge}, port {wire.port}: {wire.device}"


def _lines(wire: Wire) -> list[str]:
    """Return what was said, with ▶ at what changed the map: a line, or the connection's end."""
    return [("▶ " if each.marked else "") + str(each) for each in wire.exchanges]


def sheet(view: MapView) -> dict[str, Any]:
    """Return the same facts for the live face's table and cards, fit for JSON."""
    return {
        "title": view.title,
        "words": view.words,
        "places": [_head(place) for place in view.places],
        "rows": [_entry(row, view) for row in view.rows],
        "wires": [
            {
                "protocol": wire.protocol,
                "badge": wire.badge,
                "who": f"port {wire.port}: {wire.device}",
                "state": wire.state,
                "lines": _lines(wire),
            }
            for wire in view.wires
        ],
        "more_wires": view.more_wires,
    }


def _entry(row: RowFace, view: MapView) -> dict[str, Any]:
    return {
        "more": row.more,
        "letter": row.letter,
        "subject": clip(row.subject, 60),
        "byline": clip(row.byline, 40),
        "exactly": clip(row.exactly, 60),
        "copies": row.copies,
        "holder": row.holder,
        "tone": row.tone,
        "cells": [
            {
                "place": place.name,
                "state": cell.state,
                "protocol": cell.protocol,
                "label": cell.label,
                "changed": cell.changed,
            }
            for place, cell in zip(view.places, row.cells, strict=False)
        ],
    }


def plain(view: MapView) -> str:
    """Return the map as an aligned table of at most some twenty lines of text."""
    heads = ["", *(f"{place.name} ({place.line})" for place in view.places)]
    table = [[*heads, view.words["copies"]]]
    shown, left = _short(view.rows)
    table += [
        [
            f"{row.letter}  {clip(row.subject, _SUBJECT)}",
            *(_mark(cell) + cell.label for cell in row.cells),
            _copies(row),
        ]
        if not row.more
        else [f"   {row.more}"]
        for row in shown
    ]
    lines = [view.sentence, "", *_aligned(table)]
    if left:
        lines.append(f"   ({left} more rows in the picture)")
    if not view.rows:
        lines.append(view.words["empty"])
    lines.append("")
    for wire in view.wires[:_TEXT_WIRES]:
        said = clip(" | ".join(_lines(wire)), 70)
        who = f"{wire.badge} {wire.port}  {wire.device}, {wire.state}"
        lines.append(f"{who}  {said}".rstrip())
    return "\n".join(lines if view.wires else [*lines, view.words["none"]])


def _short(rows: tuple[RowFace, ...]) -> tuple[tuple[RowFace, ...], int]:
    if len(rows) <= _TEXT_ROWS + 1:
        return rows, 0
    return rows[:_TEXT_ROWS], len(rows) - _TEXT_ROWS


def _aligned(table: list[list[str]]) -> list[str]:
    full = [row for row in table if len(row) > 1]
    widths = [max(width(row[n]) for row in full) for n in range(len(full[0]))]
    return [
        "  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=False)).rstrip()
        for row in table
    ]
