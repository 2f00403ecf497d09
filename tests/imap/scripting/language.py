r"""Scripts of several connections, as a person writes them down.

    # RFC 3501 section 7.4.1: no EXPUNGE while FETCH is answered.
    given: INBOX has 3 messages
    given: phone and laptop have selected INBOX

    laptop> b1 STORE 2 +FLAGS.SILENT (\Deleted)
    laptop> b2 EXPUNGE
    laptop< b1 OK STORE completed
    laptop< * 2 EXPUNGE
    laptop< b2 OK EXPUNGE completed
    phone<  (nothing)

A script is blocks. Each is what is done (`phone>` sends a line; lines of one connection without
another in between go in one packet; `kiosk: hangs up`; `smtp: a letter arrives`), and then what
each connection sees of it, exactly and in order. A connection of which a block says nothing must
have seen nothing; `(nothing)` only says so to the reader. `(closed)`: the server has hung up.

`{name}` stands for a number: any the first time, the same from then on. `given:` comes first and
is not itself tested; `check:` asks the store. The comment at the top says what is proved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

__all__ = ["CLOSED", "NOTHING", "Act", "BadScript", "Block", "Kind", "Line", "Script", "parse"]

NOTHING = "(nothing)"
CLOSED = "(closed)"

_LINE = re.compile(r"(?P<who>[a-z][a-z0-9]*)(?P<sign>[>:<]) *(?P<text>.*)")
_SOURCE = re.compile(r"RFC \d+ (?:sections? \d+(?:\.\d+)*|appendix [A-Z])")


class BadScript(Exception):
    """A script that can't be read."""


class Kind(Enum):
    """What a line says."""

    SENDS = ">"
    SEES = "<"
    DOES = ":"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a script: where it stands, whom it is about, and what it says."""

    number: int
    who: str
    kind: Kind
    text: str

    def __str__(self) -> str:
        return f"{self.who}{self.kind.value} {self.text}"


@dataclass(frozen=True, slots=True)
class Act:
    """What one actor does at once: lines that are sent in one packet, or one deed."""

    number: int
    who: str
    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What is done, and all that is seen of it."""

    acts: tuple[Act, ...]
    seen: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script."""

    path: Path
    proves: str
    given: tuple[Line, ...]
    blocks: tuple[Block, ...]


def parse(text: str, path: Path) -> Script:
    """Read a script. Raises BadScript, with the line."""
    comment, lines = _lines(text, path)
    if not _SOURCE.search(comment):
        raise BadScript(f"{path.name}: the comment at the top names no section of an RFC")
    given = tuple(line for line in lines if line.who == "given")
    rest = lines[len(given) :]
    for line in rest:
        if line.who == "given":
            raise BadScript(f"{path.name}:{line.number}: what is given comes first")
    blocks = tuple(_blocks(rest, path))
    if not blocks:
        raise BadScript(f"{path.name}: nothing is done in it")
    return Script(path, comment, given, blocks)


def _lines(text: str, path: Path) -> tuple[str, list[Line]]:
    comment: list[str] = []
    lines: list[Line] = []
    for number, written in enumerate(text.splitlines(), 1):
        if not written.strip():
            continue
        if written.startswith("#"):
            if not lines:
                comment.append(written.removeprefix("#").strip())
            continue
        found = _LINE.fullmatch(written)
        if found is None:
            raise BadScript(f"{path.name}:{number}: not a line of a script: {written!r}")
        kind = Kind(found["sign"])
        lines.append(Line(number, found["who"], kind, found["text"]))
    return " ".join(comment), lines


def _blocks(lines: list[Line], path: Path) -> list[Block]:
    blocks: list[Block] = []
    acts: list[Act] = []
    seen: list[Line] = []
    for line in lines:
        if line.kind is Kind.SEES:
            if not acts:
                raise BadScript(f"{path.name}:{line.number}: something is seen of nothing done")
            seen.append(line)
            continue
        if seen:
            blocks.append(Block(tuple(acts), tuple(seen)))
            acts, seen = [], []
        act = Act(line.number, line.who, line.kind, (line.text,))
        last = acts[-1] if acts else act
        if acts and line.kind is Kind.SENDS and (last.who, last.kind) == (act.who, act.kind):
            acts[-1] = Act(last.number, last.who, last.kind, (*last.lines, line.text))
        else:
            acts.append(act)
    if acts:
        blocks.append(Block(tuple(acts), tuple(seen)))
    return blocks
