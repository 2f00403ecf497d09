"""From units to rows: what is written in a line of the transcript, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypedDict

from labserver.explain import Note, decoded, notes
from labserver.message import decode_words
from labserver.widgets.transcript.choice import Look
from labserver.widgets.transcript.outline import Unit
from labserver.widgets.transcript.story import Kind, Record, Session
from labserver.widgets.visible import clip, octet_by_octet, visible, wire
from labserver.widgets.words import en as words

__all__ = ["Row", "Rows", "title"]

_FIRST = 12
"""So many lines of a body are there to be unfolded,"""
_MORE = 400
"""and so many once it is open."""
_COLUMNS = 400
_TERM = 60
_NOTES = 100

Body = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, fit to be drawn.

    `kind` is head, line, body, fold or remark. `beside` is what the lab adds; it is no part of
    the line. `inside` are lines that are folded away, each with what stands beside it; `left`
    says how many more there are. `state` is the session's at that line, `step` the log's entry.
    """

    key: str
    kind: str
    connection: int
    protocol: str
    text: str
    who: str = ""
    number: int = 0
    beside: str = ""
    inside: tuple[tuple[str, str], ...] = ()
    left: str = ""
    notes: tuple[Note, ...] = ()
    state: str = ""
    step: int = 0


class _About(TypedDict):
    who: str
    number: int
    notes: tuple[Note, ...]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Makes rows.

    `body` gives the octets of a body. `open` are the keys of what is unfolded. At most `columns`
    of a line, `first` lines of what is folded and `notes` notes of a row are told; `whole`: all
    lines, all of them.
    """

    body: Body
    look: Look = "text"
    open: frozenset[str] = frozenset()
    columns: int = _COLUMNS
    first: int = _FIRST
    whole: bool = False
    notes: int = _NOTES

    def row(self, unit: Unit) -> Row:
        """Return the row of a unit."""
        if unit.head:
            return self._head(unit)
        record = unit.records[0]
        if unit.folded:
            return self._fold(unit)
        if record.kind is Kind.REMARK:
            return self._made(unit, "remark", record.remark)
        if record.kind is Kind.BODY:
            return self._body(unit, record)
        return self._line(unit, record)

    def _made(self, unit: Unit, kind: str, text: str) -> Row:
        session = unit.session
        return Row(
            key=unit.key,
            kind=kind,
            connection=0 if session is None else session.opened.connection,
            protocol="" if session is None else session.protocol,
            text=text,
            step=unit.records[0].step if unit.records else 0,
        )

    def _head(self, unit: Unit) -> Row:
        assert unit.session is not None  # noqa: S101 - a head is a session's
        return self._made(unit, "head", title(unit.session))

    def _line(self, unit: Unit, record: Record) -> Row:
        made = self._made(unit, "line", self._said(record.octets))
        return replace(made, beside=self._beside(record), **self._about(record))

    def _said(self, octets: bytes) -> str:
        if self.look == "bytes":
            return self._clipped(octet_by_octet(octets))
        return self._clipped(wire(octets.removesuffix(b"\r\n")))

    def _clipped(self, text: str) -> str:
        return text if self.whole else clip(text, self.columns)

    def _beside(self, record: Record) -> str:
        if self.look == "bytes":
            return words.octets(len(record.octets))
        if self.look == "decoded" and record.moment is not None:
            said = [
                words.decoded_secret(
                    each.kind, visible(each.value.decode("utf-8", "backslashreplace"))
                )
                for each in decoded(record.moment, record.line)
            ]
            return self._clipped(", ".join(said))
        return ""

    def _about(self, record: Record) -> _About:
        """Return what any line or body has: who said it, its number, what it means, the state."""
        state = "" if record.moment is None else visible(record.moment.state)
        return {
            "who": record.direction,
            "number": record.number,
            "notes": self._notes(record),
            "state": state,
        }

    def _notes(self, record: Record) -> tuple[Note, ...]:
        if record.moment is None:
            return ()
        return tuple(
            Note(
                clip(visible(note.term), _TERM), visible(note.says), visible(note.here), note.source
            )
            for note in notes(record.moment, record.line)[: self.notes]
        )

    def _fold(self, unit: Unit) -> Row:
        made = self._made(unit, "fold", words.folded_lines(len(unit.records)))
        shown = unit.records if self.whole else unit.records[: self.first]
        inside = (
            ()
            if made.key in self.open
            else tuple((self._said(record.octets), self._beside(record)) for record in shown)
        )
        left = len(unit.records) - len(shown)
        return replace(
            made,
            who=unit.records[0].direction,
            inside=inside,
            left=words.more_lines(left) if left and inside else "",
        )

    def _body(self, unit: Unit, record: Record) -> Row:
        try:
            data = self.body(record.sha256)
        except KeyError:
            made = self._made(unit, "body", words.octets(record.size))
            return replace(made, **self._about(record))
        lines = data.removesuffix(b"\r\n").split(b"\r\n")
        made = self._made(unit, "body", words.body_size(record.size, len(lines)))
        most = len(lines) if self.whole else _MORE if made.key in self.open else self.first
        stuffed = record.moment is not None and record.moment.command in {"DATA", "RETR", "TOP"}
        last_ends = data.endswith(b"\r\n")
        inside = []
        for n, line in enumerate(lines[:most], 1):
            ended = n < len(lines) or last_ends
            text = self._said(line + b"\r\n" if ended else line)
            inside.append((text, words.STUFFED if stuffed and line.startswith(b"..") else ""))
        if self.look == "decoded":
            inside = self._with_words(lines[:most], inside)
        left = len(lines) - len(inside)
        return replace(
            made,
            inside=tuple(inside),
            left=words.more_lines(left) if left else "",
            **self._about(record),
        )

    def _with_words(
        self, lines: list[bytes], inside: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Put beside each header field with encoded words what it says (RFC 2047)."""
        end = lines.index(b"") if b"" in lines else len(lines)
        told = list(inside)
        for n, field in _fields(lines[:end]):
            if b"=?" in field:
                said = visible(decode_words(field.partition(b":")[2].strip()))
                told[n] = (inside[n][0], self._clipped(words.reads(said)))
        return told


def title(session: Session) -> str:
    """Name a session: its number, protocol, port and who speaks to whom, and how it ended."""
    opened = session.opened
    return words.session_head(
        opened.connection,
        words.PROTOCOLS[opened.protocol],
        opened.port,
        words.speakers(visible(opened.device), visible(opened.host)),
        words.ended(session.how),
    )


def _fields(lines: list[bytes]) -> list[tuple[int, bytes]]:
    """Return each header field unfolded (RFC 5322 section 2.2.3), with the number of its line."""
    found: list[tuple[int, bytes]] = []
    for n, line in enumerate(lines):
        if line[:1] in {b" ", b"\t"} and found:
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            found.append((n, line))
    return found
