"""The reference: what a server says and understands, from its own tables and the explanations.

Nothing is written here that a server does not do: the commands and states are the tables that its
sessions ask, the capabilities are those it offers, and the meanings are those that the transcript
shows. `smtp` is the server on port 25, `submission` the one on port 587.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Any, TypeVar

from labserver import imap, pop3, smtp
from labserver.explain import Entry, book
from labserver.protocol.table import Rule, StateTable

__all__ = ["Table", "capabilities", "codes", "commands", "replies"]

TABLES: Mapping[str, StateTable[Any]] = {
    "smtp": smtp.RECEIVING,
    "submission": smtp.SUBMISSION,
    "pop3": pop3.TABLE,
    "imap": imap.TABLE,
}
_LONG = 20
"""Rows from which on a table is shown in parts."""
_CELL = "text-align:left;vertical-align:top"
_PADDED = 24
"""Columns of plain text are made as wide as that at most: the meaning is not."""

T = TypeVar("T")
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a notebook shows, in parts that can be folded; and as plain text."""

    title: str
    headers: Row
    parts: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, part after part."""
        return tuple(row for _, rows in self.parts for row in rows)

    def __repr__(self) -> str:
        columns = zip(self.headers, *self.rows, strict=True)
        widths = [min(max(map(len, column)), _PADDED) for column in columns]
        lines = [self.title]
        for name, rows in self.parts:
            lines += ["", f"{name}:"] if name else [""]
            for row in (self.headers, *rows):
                cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        shown = "".join(self._part(name, rows) for name, rows in self.parts)
        return f"<div><p><b>{escape(self.title)}</b></p>{shown}</div>"

    def _part(self, name: str, rows: tuple[Row, ...]) -> str:
        head = "".join(_cell("th", text, "col") for text in self.headers)
        body = "".join(
            "<tr>"
            + _cell("th", row[0], "row")
            + "".join(_cell("td", text) for text in row[1:])
            + "</tr>"
            for row in rows
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        if not name:
            return table
        summary = f"{escape(name)} ({len(rows)})"
        return f"<details><summary>{summary}</summary>{table}</details>"


def commands(protocol: str) -> Table:
    """Return a server's commands: where each is allowed, where it leads, what it means.

    Raises LookupError for a protocol that there is not; so do the other functions.
    """
    table = _known(protocol, TABLES)
    told = book(_family(protocol))
    rows: list[Row] = []
    for rule in table.rules.values():
        where = ", ".join(state.value for state in type(table.initial) if state in rule.states)
        command = rule.command
        entry = told.find("command", command, command.removesuffix(" LAST"))
        if entry is None:
            means = f"As {command.removeprefix('UID ')}, with UIDs in place of sequence numbers."
        else:
            means = entry.says
        rows.append((command, where, _leads(table, rule), means, rule.source))
    headers = ("command", "allowed in", "leads to", "meaning", "where it stands")
    return _table(f"{table.name}: the commands", headers, rows, by=1)


def replies(protocol: str) -> Table:
    """Return what a server answers: reply codes, +OK and -ERR, or status and data."""
    headers = ("reply", "meaning", "where it stands")
    tables = book(_family(protocol)).tables
    if protocol == "imap":
        parts = {
            "The end of an answer, and what the server says of itself": tables["status"],
            "Data": tables["data"],
            "Items of FETCH": tables["item"],
        }
        told = {name: _rows(entries) for name, entries in parts.items()}
        return Table("IMAP: the replies", headers, _grouped(told))
    if protocol == "pop3":
        return Table("POP3: the replies", headers, _grouped({"": _rows(tables["reply"])}))
    digits: dict[str, list[Row]] = {}
    for digit in "2345":
        of_digit = {
            name: entry
            for name, entry in tables["reply"].items()
            if name.startswith(digit) and name != digit
        }
        digits[tables["reply"][digit].says.rstrip(".")] = _rows(of_digit)
    return Table("SMTP: the reply codes", headers, _grouped(digits))


def codes(protocol: str) -> Table:
    """Return what a reply may have in brackets, or SMTP's enhanced status codes."""
    headers = ("code", "meaning", "where it stands")
    tables = book(_family(protocol)).tables
    if _family(protocol) != "smtp":
        title = f"{protocol.upper()}: the response codes, in brackets"
        return _table(title, headers, _rows(tables["code"]))
    parts = {"The first number": _rows({f"{n}.x.x": e for n, e in tables["class"].items()})}
    subjects = sorted({name.partition(".")[0] for name in tables["detail"]}, key=int)
    for subject in subjects:
        of_subject = {
            f"x.{name}": entry
            for name, entry in tables["detail"].items()
            if name.partition(".")[0] == subject
        }
        parts[f"x.{subject}.x"] = _rows(of_subject)
    return Table("SMTP: the enhanced status codes", headers, _grouped(parts))


def capabilities(protocol: str) -> Table:
    """Return what a server offers: the extensions of SMTP, the capabilities of POP3 and IMAP."""
    offered: Iterable[Any] = _known(
        _family(protocol),
        {"smtp": smtp.EXTENSIONS, "pop3": pop3.CAPABILITIES, "imap": imap.CAPABILITIES},
    )
    headers: Row = ("name", "meaning", "its commands", "offered", "where it stands")
    rows: list[Row] = []
    for each in offered:
        entry = _capability(_family(protocol), each.name)
        when = getattr(each, "when", None)
        told = when.value if isinstance(when, Enum) else ""
        rows.append((each.name, entry.says, ", ".join(each.commands), told, each.source))
    if not any(row[3] for row in rows):
        headers, *rows = ((*row[:3], row[4]) for row in (headers, *rows))
    name = "extensions" if _family(protocol) == "smtp" else "capabilities"
    title = f"{_family(protocol).upper()}: the {name}"
    return _table(title, headers, rows)


def _capability(protocol: str, name: str) -> Entry:
    told = book(protocol)
    mechanism = name.removeprefix("AUTH=")
    for kind in ("capability", "keyword", "mechanism", "command"):
        entry = told.find(kind, name, mechanism if kind == "mechanism" else name.partition("=")[0])
        if entry is not None:
            return entry
    raise LookupError(f"Nothing explains {name}.")


def _leads(table: StateTable[Any], rule: Rule[Any]) -> str:
    """Say where success leads: from all states, or from those that it leads away from."""
    from_to: dict[str, list[str]] = {}
    for state in (each for each in type(table.initial) if each in rule.states):
        to = table.after(state, rule.command)
        target = "the end" if state in rule.ends else "" if to is state else to.value
        from_to.setdefault(target, []).append(state.value)
    if len(from_to) == 1:
        return next(iter(from_to)) or "stays"
    from_to.pop("", None)
    return "; ".join(f"{', '.join(states)} → {target}" for target, states in from_to.items())


def _rows(entries: Mapping[str, Entry]) -> list[Row]:
    return [(_asked(name), entry.says, entry.source) for name, entry in entries.items()]


def _asked(name: str) -> str:
    """Write `250 EHLO` as what it is: 250, to EHLO."""
    code, _, command = name.partition(" ")
    if not command:
        return code
    return f"{code}, the greeting" if command == "greeting" else f"{code} to {command}"


def _table(title: str, headers: Row, rows: list[Row], *, by: int | None = None) -> Table:
    """Make a table; a long one in parts by what stands in a column, or folded as a whole."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        name = "" if len(rows) <= _LONG else "All of them" if by is None else f"In {row[by]}"
        parts.setdefault(name, []).append(row)
    return Table(title, headers, _grouped(parts))


def _grouped(parts: Mapping[str, Iterable[Row]]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    return tuple((name, tuple(rows)) for name, rows in parts.items())


def _cell(tag: str, text: str, scope: str = "") -> str:
    given = f' scope="{scope}"' if scope else ""
    return f'<{tag}{given} style="{_CELL}">{escape(text)}</{tag}>'


def _family(protocol: str) -> str:
    _known(protocol, TABLES)
    return "smtp" if protocol == "submission" else protocol


def _known(protocol: str, there: Mapping[str, T]) -> T:
    if protocol not in there:
        raise LookupError(f"There is no {protocol}. There is: {', '.join(there)}.")
    return there[protocol]
