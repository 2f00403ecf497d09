"""Finds the examples in the text of an RFC: what the bookkeeping of examples is checked against.

The RFCs are no part of this project. Who has one asks for what is missing or copied wrongly:

    python -m tests.imap.scripting.extract rfc3501.txt tests/imap/examples/rfc3501.txt
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.imap.scripting.examples import read

__all__ = ["Found", "differences", "extract"]

_HEADING = re.compile(r"(?:Appendix )?([A-Z]|\d+(?:\.\d+)*)\.? {1,6}[A-Z]\S*.*")
_BREAK = re.compile(r"\n*\n[^\n]*\[Page \d+\]\n\f?\n?RFC \d+ [^\n]*\n\n?")
_START = re.compile(r"(?:   Examples?:\s*)?\s*(?P<who>[CS]): ?(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Found:
    """An example: section, number within the section, and the lines that it begins and goes on."""

    section: str
    ordinal: int
    lines: tuple[str, ...]


def extract(text: str) -> Iterator[Found]:
    """Yield the runs of lines marked C: and S:, in order; blank lines part them.

    Lines that are broken in print are not joined: a line here may be the beginning of one. What
    goes on after a break between pages may be told apart or not; the counts in the test follow.
    """
    section = ""
    count = 0
    run: list[str] = []
    for line in [*_BREAK.sub("\n", text).split("\n"), ""]:
        heading = _HEADING.fullmatch(line)
        started = _START.match(line)
        if run and (not line.strip() or heading or re.match(r"   Examples?:", line)):
            count += 1
            yield Found(section, count, tuple(run))
            run = []
        if heading:
            section, count = heading[1], 0
        elif started:
            run.append(f"{started['who']}: {started['text'].strip()}".strip())


def differences(text: str, examples: Path) -> list[str]:
    """Say which examples of an RFC are neither replayed nor listed, or are not as printed."""
    told = []
    kept = {(one.section, one.ordinal): one for one in read(examples)}
    for found in extract(text):
        one = kept.pop((found.section, found.ordinal), None)
        if one is None:
            told.append(f"{found.section} {found.ordinal} is missing: {found.lines[0]}")
        elif not one.reason:
            told += [
                f"{found.section} {found.ordinal}: {line}"
                for line in found.lines
                if not any(printed.startswith(line) for printed in one.printed)
            ]
    return told + [f"{section} {ordinal} is not in the RFC" for section, ordinal in kept]


if __name__ == "__main__":
    wrong = differences(Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2]))
    print("\n".join(wrong) or "all examples are replayed or listed")
    sys.exit(bool(wrong))
