"""Plays a script on a stage, and says clearly where it went another way."""

from __future__ import annotations

import difflib
import re

from tests.imap.scripting.deeds import check, give
from tests.imap.scripting.language import (
    CLOSED,
    NOTHING,
    Act,
    BadScript,
    Block,
    Kind,
    Script,
)
from tests.imap.scripting.stage import Stage

__all__ = ["Numbers", "lines_of", "play"]

_NAME = re.compile(r"\{([a-z][a-z0-9]*)\}")


class Numbers:
    """The numbers that `{names}` stand for."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def match(self, expected: str, line: str) -> bool:
        """Tell whether a line is the one expected; if so, keep the numbers that it names."""
        pattern = ""
        at = 0
        fresh: set[str] = set()
        for found in _NAME.finditer(expected):
            pattern += re.escape(expected[at : found.start()])
            name = found[1]
            if name in self._known:
                pattern += self._known[name]
            elif name in fresh:
                pattern += f"(?P={name})"
            else:
                pattern += f"(?P<{name}>[0-9]+)"
                fresh.add(name)
            at = found.end()
        matched = re.fullmatch(pattern + re.escape(expected[at:]), line)
        if matched:
            self._known.update(matched.groupdict())
        return matched is not None

    def fill(self, text: str) -> str:
        """Return the text with the numbers that are known put in."""
        return _NAME.sub(lambda found: self._known.get(found[1], found[0]), text)


def play(script: Script, stage: Stage) -> None:
    """Play a script. Raises AssertionError with a diff where a connection sees something else."""
    scene = _Scene(script, stage)
    for block in script.blocks:
        scene.play(block)


class _Scene:
    """A script that is being played."""

    def __init__(self, script: Script, stage: Stage) -> None:
        self._file = script.path.name
        self._stage = stage
        self._numbers = Numbers()
        self._open: list[str] = []
        for line in script.given:
            self._open += give(line.text, stage)

    def play(self, block: Block) -> None:
        self._known(block)
        gone = [self._act(act) for act in block.acts]
        wrong = [self._difference(block, name) for name in tuple(self._open) if name not in gone]
        self._open = [name for name in self._open if name not in gone]
        if any(wrong):
            last = block.acts[-1]
            head = f"{self._file}:{block.acts[0].number}: {last.who}{last.kind.value} "
            raise AssertionError("\n".join([head + last.lines[-1], *filter(None, wrong)]))

    def _known(self, block: Block) -> None:
        for line in (*block.acts, *block.seen):
            if line.who not in {*self._open, "check", "smtp"}:
                raise BadScript(f"{self._file}:{line.number}: who is {line.who}?")

    def _act(self, act: Act) -> str | None:
        """Do it; return whose connection it ends."""
        stage, numbers = self._stage, self._numbers
        if act.kind is Kind.SENDS:
            octets = "".join(f"{numbers.fill(line)}\r\n" for line in act.lines)
            stage.send(act.who, octets.encode())
        elif act.who == "check":
            try:
                check(numbers.fill(act.lines[0]), stage)
            except AssertionError as error:
                raise AssertionError(f"{self._file}:{act.number}: {error}") from None
        elif act.who == "smtp" and act.lines == ("a letter arrives",):
            stage.arrive()
        elif act.lines == ("hangs up",):
            stage.hang_up(act.who)
            return act.who
        else:
            raise BadScript(f"{self._file}:{act.number}: what shall {act.who} do?")
        return None

    def _difference(self, block: Block, name: str) -> str | None:
        """Compare what a connection sees with what is written; None if it is the same."""
        expected = [line.text for line in block.seen if line.who == name]
        if NOTHING in expected:
            if len(expected) > 1:
                raise BadScript(f"{self._file}: {name} sees nothing, and something?")
            expected = []
        ends = CLOSED in expected
        seen = lines_of(self._stage.seen(name, len(expected) - ends))
        if self._stage.closed(name, expected=ends):
            seen.append(CLOSED)
            self._open.remove(name)
        if len(expected) == len(seen) and all(map(self._numbers.match, expected, seen)):
            return None
        return _shown(name, [self._numbers.fill(text) for text in expected], seen)


def lines_of(octets: bytes) -> list[str]:
    """Return the lines of a reply; what lacks its line end shows that."""
    lines = octets.decode("utf-8", "backslashreplace").split("\r\n")
    last = lines.pop()
    return [*lines, f"{last} (no line end)"] if last else lines


def _shown(name: str, expected: list[str], seen: list[str]) -> str:
    """Return a diff; a line that fits its pattern is shown as what it was."""
    for index, (text, line) in enumerate(zip(expected, seen, strict=False)):
        if Numbers().match(text, line):
            expected[index] = line
    told = difflib.ndiff(
        [f"{name}< {text}" for text in expected or [NOTHING]],
        [f"{name}< {line}" for line in seen or [NOTHING]],
    )
    return "\n".join(f"    {line}" for line in told if not line.startswith("?"))
