r"""The examples of an RFC: as they are printed, and what has to be there for them to come true.

    == 6.4.7 1 COPY
    given: INBOX has 4 old messages
    given: client has selected INBOX
    C: A003 COPY 2:4 MEETING
    S: A003 OK COPY completed

`C:` and `S:` are the RFC's own lines; one that is broken in print is whole here. Below a line:

    sent: what is really sent instead       (after C:; names have other separators, say)
    told: what is really to be answered     (after S:; what the RFC elides, or leaves to us)
    untold: why it is not answered          (after S:)
    also: an answer that the RFC leaves out (anywhere among the answers)

and before one: `by:` a command of ours whose reply shall contain the S: lines that follow;
`skip:` why the next command and its answers are left out. `not replayed:` and the reason, alone,
stand for a whole example, and so does `elsewhere:` with the test that replays it. `given:` may
stand anywhere (`mail:` goes on with it); `#` begins a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tests.imap.scripting.language import BadScript

__all__ = ["Example", "Exchange", "Reply", "read"]

_HEADING = re.compile(r"== (\S+) (\d+) (.+)")
_LINE = re.compile(
    r"(C|S|sent|told|untold|also|by|skip|given|mail|not replayed|elsewhere):(?: (.*))?"
)


class Reply(Enum):
    """How a reply is compared."""

    WHOLE = "whole"
    CONTAINS = "contains"


@dataclass(slots=True)
class Exchange:
    """What is made so, what is sent then, and what is answered."""

    number: int
    given: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    reply: Reply = Reply.WHOLE
    skipped: str = ""


@dataclass(slots=True)
class Example:
    """An example; `printed` are the RFC's lines, `reason` why it is not replayed.

    `elsewhere` is the test that replays it instead, as FILE::TEST.
    """

    section: str
    ordinal: int
    title: str
    printed: list[str] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    reason: str = ""
    elsewhere: str = ""


def read(path: Path) -> list[Example]:
    """Read a file of examples. Raises BadScript."""
    examples: list[Example] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        heading = _HEADING.fullmatch(line)
        if heading:
            examples.append(Example(heading[1], int(heading[2]), heading[3]))
            continue
        found = _LINE.fullmatch(line)
        if found is None or not examples:
            raise BadScript(f"{path.name}:{number}: not a line of an example: {line!r}")
        _take(examples[-1], number, found[1], found[2] or "")
    for example in examples:
        if sum(map(bool, (example.reason, example.elsewhere, example.exchanges))) != 1:
            raise BadScript(f"{path.name}: {example.section} {example.ordinal}: replayed or not?")
    return examples


def _take(example: Example, number: int, kind: str, text: str) -> None:
    if kind == "not replayed":
        example.reason = text
        return
    if kind == "elsewhere":
        example.elsewhere = text
        return
    if kind in ("C", "S"):
        example.printed.append(f"{kind}: {text}".strip())
    exchanges = example.exchanges
    if not exchanges or (kind in ("C", "by", "given", "skip") and exchanges[-1].told):
        exchanges.append(Exchange(number))
    last = exchanges[-1]
    if kind in ("C", "by"):
        last.sent.append(text)
        last.reply = Reply.CONTAINS if kind == "by" else Reply.WHOLE
    elif kind in ("S", "also"):
        last.told.append(text)
    elif kind == "given":
        last.given.append(text)
    elif kind == "skip":
        last.skipped = text
    else:
        _amend(last, kind, text)


def _amend(last: Exchange, kind: str, text: str) -> None:
    if kind == "mail":
        last.given[-1] += f"\n{text}"
    elif kind == "sent":
        last.sent[-1] = text
    elif kind == "told":
        last.told[-1] = text
    else:
        last.told.pop()
