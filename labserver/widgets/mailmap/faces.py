"""The faces that need nothing but a notebook or a terminal: a saved table, and plain text."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from labserver.widgets.mailmap.layout import Layout
from labserver.widgets.mailmap.picture import image
from labserver.widgets.mailmap.values import CellFace, MapView, PlaceFace, RowFace
from labserver.widgets.mailmap.wires import Wire
from labserver.widgets.svg import data_uri
from labserver.widgets.visible import clip, pad, width
from labserver.widgets.words import en as words

__all__ = ["page", "plain", "sheet"]

_LINE = 60
_TEXT_ROWS = 10
_TEXT_WIRES = 5
_SUBJECT = 20
_CELL = "text-align:left;vertical-align:top"


def page(view: MapView) -> str:
    """Return the map as HTML that is whole without a script: an image, and the facts in a table.

    Only tables, images and inline styles: that much a notebook shows that nobody has trusted.
    """
    source = data_uri(image(view))
    return (
        f'<div><img alt="{escape(view.sentence)}" src="{source}"'
        ' style="max-width:100%;height:auto">'
        # What scrolls sideways has in it what can have the focus: the keyboard gets there.
        f'<div style="overflow-x:auto"><details><summary>{escape(view.words["table"])}</summary>'
        f"{_facts(view)}{_paths(view)}{_connections(view)}</details></div></div>"
    )


def _facts(view: MapView) -> str:
    heads = [view.words["message"], *map(_head, view.places), view.words["copies"]]
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(_row(row, len(heads)) for row in view.rows)
    body = body or f'<tr><td colspan="{len(heads)}">{escape(view.words["empty"])}</td></tr>'
    caption = f"<caption>{escape(view.title)}. {escape(view.sentence)}</caption>"
    head = f'<thead><tr style="{_CELL}">{columns}</tr></thead>'
    return f"<table>{caption}{head}<tbody>{body}</tbody></table>"


def _head(place: PlaceFace) -> str:
    return words.place_head(place.name, place.line, place.foot)


def _row(row: RowFace, columns: int) -> str:
    if row.more:
        return f'<tr style="{_CELL}"><td colspan="{columns}">{escape(row.more)}</td></tr>'
    name = _name(row)
    cells = [*(_mark(cell) + cell.label for cell in row.cells), _copies(row)]
    inner = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr style="{_CELL}"><th scope="row">{escape(name)}</th>{inner}</tr>'


def _name(row: RowFace) -> str:
    said = f"{clip(row.subject, 60)}, {clip(row.exactly, 60)}"
    return f"{row.letter}: {said}" if row.letter else said


def _mark(cell: CellFace) -> str:
    return "▶ " if cell.changed else ""


def _copies(row: RowFace) -> str:
    return f"{row.copies}, {row.holder}" if row.holder else row.copies


def _paths(view: MapView) -> str:
    return "".join(f"<p>{escape(path.said)}</p>" for path in view.paths)


def _connections(view: MapView) -> str:
    caption = f"<caption>{escape(view.words['connections'])}</caption>"
    rows = "".join(
        f'<tr style="{_CELL}"><th scope="row">{escape(_who(wire))}</th>'
        f"<td>{escape(wire.state)}</td>"
        f"<td>{'<br>'.join(map(_said, _lines(wire)))}</td></tr>"
        for wire in view.wires
    )
    if not rows:
        return f"<p>{escape(view.words['none'])}</p>"
    more = f"<p>{escape(view.more_wires)}</p>" if view.more_wires else ""
    return f"<table>{caption}<tbody>{rows}</tbody></table>{more}"


def _said(line: str) -> str:
    return f"<code>{escape(line)}</code>"


def _who(wire: Wire) -> str:
    said = f"{wire.badge}, {words.who(wire.port, wire.device)}"
    return f"{said}, {words.inside(wire.secured)}" if wire.secured else said


def _lines(wire: Wire) -> list[str]:
    """Return what was said, with ▶ at what changed the map: a line, or the connection's end."""
    return [("▶ " if each.marked else "") + str(each) for each in wire.exchanges]


def sheet(view: MapView, at: Layout) -> dict[str, Any]:
    """Return the same facts for the live face, fit for JSON, with where they are drawn."""
    shelves = [(shelf.name, shelf.note) for shelf in view.shelves]
    return {
        "title": view.title,
        "words": view.words,
        "places": [
            {
                "kind": place.kind,
                "name": place.name,
                "head": _head(place),
                "line": place.line,
                "foot": place.foot,
                "lost": place.lost,
                "x": column.x,
                "width": column.width,
            }
            for place, column in zip(view.places, at.columns, strict=True)
        ],
        "shelves": [{"name": name, "note": note} for name, note in shelves],
        "rows": [
            _entry(row, top, height, view)
            for row, top, height in zip(view.rows, at.tops, at.heights, strict=True)
        ],
        "paths": [path.said for path in view.paths],
        "wires": [
            {
                "number": wire.number,
                "protocol": wire.protocol,
                "badge": wire.badge,
                "who": words.who(wire.port, wire.device),
                "state": wire.state,
                "open": wire.open,
                "secured": words.inside(wire.secured),
                "marked": wire.marked,
                "lines": _lines(wire),
            }
            for wire in view.wires
        ],
        "more_wires": view.more_wires,
        "news": view.news,
        "blank": view.blank,
    }


def _entry(row: RowFace, top: int, height: int, view: MapView) -> dict[str, Any]:
    return {
        "key": row.key,
        "shelf": row.shelf,
        "more": row.more,
        "letter": row.letter,
        "name": "" if row.more else _name(row),
        "subject": clip(row.subject, 60),
        "byline": clip(row.byline, 40),
        "copies": row.copies,
        "holder": row.holder,
        "tone": row.tone,
        "top": top,
        "height": height,
        "cells": [
            {
                "place": place.name,
                "state": cell.state,
                "protocol": cell.protocol,
                "label": cell.label,
                "words": [each for each in (cell.word, cell.number, *cell.details) if each],
                "arrow": clip(cell.arrow, _LINE),
                "up": cell.up,
                "tied": cell.tied,
                "changed": cell.changed,
                "wire": cell.wire,
            }
            for place, cell in zip(view.places, row.cells, strict=False)
        ],
    }


def plain(view: MapView) -> str:
    """Return the map as an aligned table of at most some twenty lines of text."""
    heads = ["", *(_short_head(place) for place in view.places)]
    table = [[*heads, view.words["copies"]]]
    shown, left = _short(view.rows)
    table += [
        [
            f"{row.letter or '-'}  {clip(row.subject, _SUBJECT)}",
            *(_mark(cell) + cell.label for cell in row.cells),
            _copies(row),
        ]
        if not row.more
        else [f"   {row.more}"]
        for row in shown
    ]
    lines = [view.sentence, "", *_aligned(table)]
    if left:
        lines.append(f"   {words.rows_left(left)}")
    if not view.rows:
        lines.append(view.words["empty"])
    lines += [path.said for path in view.paths]
    lines.append("")
    for wire in view.wires[:_TEXT_WIRES]:
        said = clip(" | ".join(_lines(wire)), 70)
        who = f"{wire.badge} {wire.port}  {wire.device}, {wire.state}"
        lines.append(f"{who}  {said}".rstrip())
    if not view.wires:
        lines.append(view.words["none"])
    text = "\n".join(lines)
    key = [
        f"{mark.rstrip(':')}: {means}"
        for mark, means in words.TEXT_KEY.items()
        if _bears(text, mark)
    ]
    return f"{text}\n\n{'; '.join(key)}" if key else text


def _bears(text: str, mark: str) -> bool:
    return re.search(rf"(?<!\w){mark}(?!\w)", text) is not None


def _short_head(place: PlaceFace) -> str:
    line = place.fullness.text if place.fullness is not None else place.line
    return f"{place.name} ({line})" if line else place.name


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
