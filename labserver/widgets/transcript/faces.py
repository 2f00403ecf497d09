"""The transcript's faces that need no kernel: HTML for saved notebooks, and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from labserver.explain import Note
from labserver.widgets.transcript.outline import Unit
from labserver.widgets.transcript.rows import Row, Rows
from labserver.widgets.transcript.story import Kind
from labserver.widgets.visible import CONTROL_NAMES
from labserver.widgets.words import en as words

__all__ = ["LIMIT", "page", "plain"]

LIMIT = 40_000
"""A saved face has less octets than this."""
_LONG = 600
"""Of a plain session of more rows than this, the middle is left out,"""
_ENDS = 200
"""but for so many rows at each end."""

_CELL = "padding:0 8px;text-align:left"
_HEAD = f"{_CELL};white-space:nowrap"
_WRITTEN = f"{_CELL};white-space:pre-wrap"
_ACTS = re.compile("[\u2400-\u2421]")


@dataclass(frozen=True, slots=True)
class _Gap:
    """What is left out."""

    text: str


@dataclass(frozen=True, slots=True)
class _Level:
    """How much a saved face shows; what is too long is tried at the next one."""

    ends: int
    notes: int
    first: int = 12
    columns: int = 400
    sessions: int = 1000


_LEVELS = (
    _Level(_ENDS, notes=100),
    _Level(_ENDS, notes=1),
    _Level(_ENDS, notes=0),
    _Level(60, notes=0, columns=200),
    _Level(20, notes=0, columns=120, first=6),
    _Level(8, notes=0, columns=100, first=3, sessions=40),
    _Level(3, notes=0, columns=80, first=1, sessions=12),
)


def page(units: Sequence[Unit], rows: Rows, before: str = "", none: str = "") -> str:
    """Return HTML without scripts: a table a session.

    `before`: what to say at the top; `none`: what to say where no session is.
    """
    groups, before = _groups(units), " ".join(filter(None, (before, "" if units else none)))
    for level in _LEVELS[:-1]:
        made = _written(groups, rows, level, before, LIMIT)
        if made is not None:
            return made
    return _written(groups, rows, _LEVELS[-1], before, None) or ""


def _written(
    groups: list[list[Unit]], rows: Rows, level: _Level, before: str, limit: int | None
) -> str | None:
    """Return the page, or None once it has more octets than the limit."""
    less = replace(rows, first=level.first, columns=level.columns, notes=level.notes)
    shown, gap = _ends(groups, level.sessions // 2)
    made = ['<div style="word-break:break-word">']
    if before:
        made.append(f"<p>{escape(before)}</p>")
    if groups and less.notes:
        made.append(f"<p>{escape(words.TRANSCRIPT['saved'])}</p>")
    room = None if limit is None else limit - 100
    for n, group in enumerate(shown):
        if gap and n == len(shown) // 2:
            more = words.more_connections(len(groups) - len(shown))
            made.append(f"<p>{escape(more)}</p>")
        for piece in _table(group, less, level.ends):
            made.append(piece)
            if room is not None:
                room -= len(piece.encode())
                if room < 0:
                    return None
    return "".join([*made, "</div>"])


def _groups(units: Sequence[Unit]) -> list[list[Unit]]:
    groups: list[list[Unit]] = []
    for unit in units:
        if unit.head or unit.session is None or not groups:
            groups.append([])
        groups[-1].append(unit)
    return groups


def _ends(groups: list[list[Unit]], each: int) -> tuple[list[list[Unit]], bool]:
    if len(groups) <= 2 * each:
        return groups, False
    return [*groups[:each], *groups[-each:]], True


def _shortened(units: Sequence[Unit], long: int, ends: int) -> Iterator[Unit | _Gap]:
    if len(units) <= long:
        yield from units
        return
    left = [record for unit in units[ends:-ends] for record in unit.records]
    lines = sum(record.kind is Kind.LINE for record in left)
    bodies = sum(record.kind is Kind.BODY for record in left)
    yield from units[:ends]
    yield _Gap(words.left_out(lines, bodies))
    yield from units[-ends:]


def _table(group: list[Unit], rows: Rows, ends: int) -> Iterator[str]:
    yield "<table>"
    if group[0].head:
        title = escape(rows.row(group[0]).text)
        yield f'<caption style="text-align:left;white-space:nowrap">{title}</caption>'
        group = group[1:]
    yield '<tbody style="font-family:monospace">'
    for unit in _shortened(group, 3 * ends, ends):
        yield _row(unit, rows)
    yield "</tbody></table>"


def _row(unit: Unit | _Gap, rows: Rows) -> str:
    if isinstance(unit, _Gap):
        return _cells("–".rjust(6, "\u00a0"), escape(unit.text))
    row = rows.row(unit)
    # No-break spaces keep the columns where a notebook allows no style of cells.
    head = f"{row.number or '':>4} {_who(row) or '–'}".replace(" ", "\u00a0")
    return _cells(head, _said(row), spaced="  " in row.text)


def _cells(head: str, said: str, *, spaced: bool = False) -> str:
    style = _WRITTEN if spaced else _CELL
    return f'<tr><th scope="row" style="{_HEAD}">{head}</th><td style="{style}">{said}</td></tr>'


def _said(row: Row) -> str:
    text = _written_out(row.text) + _beside(row.beside)
    inside = [_written_out(line) + _beside(beside) for line, beside in row.inside]
    inside += [escape(row.left)] if row.left else []
    told = "<br>".join([*inside, *map(_note, row.notes)])
    return f"<details><summary>{text}</summary>{told}</details>" if told else text


def _written_out(text: str) -> str:
    """Return a line for HTML; what acts has its name: few fonts have the pictures of it."""
    return _ACTS.sub(lambda found: f"<sub>{CONTROL_NAMES[found[0]]}</sub>", escape(text))


def _beside(text: str) -> str:
    return f" <em>{escape(text)}</em>" if text else ""


def _note(note: Note) -> str:
    said = " ".join(filter(None, (note.says, note.here)))
    return f"<strong>{escape(note.term)}</strong> <em>{escape(f'{said} ({note.source})')}</em>"


def _who(row: Row) -> str:
    return f"{row.who}:" if row.who else ""


def plain(
    units: Sequence[Unit],
    rows: Rows,
    before: str = "",
    none: str = "",
    *,
    explained: bool = False,
) -> str:
    """Return the rows as text: bodies counted, or with `rows.whole` everything that was said."""
    blocks = [before] if before else []
    for group in _groups(units):
        heads, rest = (group[:1], group[1:]) if group[0].head else ([], group)
        kept = rest if rows.whole else _shortened(rest, _LONG, _ENDS)
        lines = [line for unit in (*heads, *kept) for line in _lines(unit, rows, explained)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) or none


def _lines(unit: Unit | _Gap, rows: Rows, explained: bool) -> Iterator[str]:  # noqa: FBT001
    if isinstance(unit, _Gap):
        yield f"      -- {unit.text}"
        return
    row = rows.row(unit)
    if row.kind == "head":
        yield row.text
        return
    start = f"{row.number or '':>4}  {_who(row) or '--'} "
    if rows.whole and row.kind in {"body", "fold"} and row.inside:
        margin = " " * len(start)
        if row.kind == "body":
            yield f"{start}{row.text}"
        for text, beside in row.inside:
            yield f"{margin}{text}{f'   <- {beside}' if beside else ''}".rstrip()
    else:
        yield f"{start}{row.text}{f'   <- {row.beside}' if row.beside else ''}".rstrip()
    if explained:
        for note in row.notes:
            said = " ".join(filter(None, (note.says, note.here)))
            yield f"          {note.term}: {said} ({note.source})"
