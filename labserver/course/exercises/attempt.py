"""What a learner did in an exercise, as the log has it: never the text of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labserver.events import Closed, Connected, Data, Entry, How, Line, Listener, StateChanged
from labserver.events import letters as letters_of
from labserver.snapshot import CellView, Row, Situation, Snapshot, situation

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["Attempt", "Finding", "Session", "Spoken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line that the client said; `place` counts them in the session, from 1.

    `state` is the session's when it was said, by its RFC name. `reply` is what came back, line by
    line, without line ends; a message in it is left out. `octets` is how much of a message or
    literal the reply brought. `verb` is the command's name in capitals, as in `MAIL FROM`: of
    `a1 UID FETCH 3 FLAGS` it is `UID FETCH`. `ahead`: it was sent together with the line before,
    whose reply it did not wait for.
    """

    place: int
    text: str
    verb: str
    state: str
    reply: tuple[str, ...] = ()
    octets: int = 0
    ahead: bool = False
    step: int = 0
    """The number of its entry in the log."""

    @property
    def answered(self) -> str:
        """The line of the reply that holds the verdict; empty if none came.

        `* BYE` is one only if no tagged line follows it, as one does after LOGOUT.
        """
        found = [line for line in self.reply if _VERDICT.match(line)]
        return next((line for line in found if not line.startswith("*")), "".join(found[:1]))

    @property
    def taken(self) -> bool:
        """Whether the server took it: +OK, OK, 2xx or 3xx."""
        return bool(re.match(r"\+OK|\S+ OK\b|[23][0-9]{2}\b", self.answered))

    def __str__(self) -> str:
        return f"line {self.place}, {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One connection. `state` is the last one, `how` tells how it ended: None while it is open."""

    number: int
    protocol: Listener
    device: str
    lines: tuple[Spoken, ...]
    state: str
    how: How | None

    def said(self, verb: str) -> tuple[Spoken, ...]:
        """Return the lines with that command, in order."""
        return tuple(line for line in self.lines if line.verb == verb)

    @property
    def waits(self) -> int:
        """How often the client waited for the server: lines sent together are one wait.

        The first is the one for the greeting.
        """
        return 1 + sum(not line.ahead for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is missing: what happened, by which line and in which state, the rule, and what to try.

    `rule` names the RFC and section.
    """

    says: str
    rule: str
    next: str
    line: Spoken | None = None


class Attempt:
    """What happened in a lab since the exercise began, and how things stand now."""

    def __init__(self, lab: Lab, begun: int, account: str = "bob@home.example") -> None:
        self.lab = lab
        self.world: Snapshot = lab.snapshot()
        self.account = account
        self._entries = lab.log.since(begun)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The connections that were made, in order."""
        return tuple(
            self._session(each.event.connection)
            for each in self._entries
            if isinstance(each.event, Connected)
        )

    @property
    def lines(self) -> tuple[Spoken, ...]:
        """All lines of all sessions, in the order in which they were said."""
        return tuple(
            sorted((line for each in self.sessions for line in each.lines), key=lambda s: s.step)
        )

    def said(self, verb: str, protocol: str = "") -> tuple[Spoken, ...]:
        """Return the lines with that command, in order; of one protocol if it is named."""
        return tuple(
            sorted(
                (
                    line
                    for each in self.sessions
                    if each.protocol.startswith(protocol)
                    for line in each.said(verb)
                ),
                key=lambda line: line.step,
            )
        )

    def situation(self, account: str = "") -> Situation:
        """Return where the messages of an account are now."""
        return situation(self.world, account or self.account)

    def row(self, letter: str) -> Row | None:
        """Return the row of a message in the picture, by its letter."""
        return next((row for row in self.situation().rows if row.letter == letter), None)

    def cell(self, letter: str, place: str) -> CellView | None:
        """Return the cell of a message at a device, by its name, or at the "server"."""
        row = self.row(letter)
        for cell in row.cells if row is not None else ():
            if place in (cell.place.name, cell.place.kind):
                return cell
        return None

    def whole(self, letter: str, place: str) -> int:
        """Return how many whole copies of a message are at a place; a marked one still is one."""
        cell = self.cell(letter, place)
        return 0 if cell is None else cell.whole

    def letters(self) -> tuple[str, ...]:
        """Return the letters of the account's messages, in order."""
        return tuple(row.letter for row in self.situation().rows)

    def before(self, line: Spoken) -> Attempt:
        """Return the attempt as it was just before a line was said."""
        earlier = object.__new__(Attempt)
        earlier.lab, earlier.account = self.lab, self.account
        earlier.world = self.lab.snapshot(line.step - 1)
        earlier._entries = [entry for entry in self._entries if entry.number < line.step]
        return earlier

    def letter(self, number: int) -> str:
        """Return the letter of lab message `number`."""
        return letters_of(number)

    def _of(self, number: int) -> Iterator[Entry]:
        return (each for each in self._entries if getattr(each.event, "connection", 0) == number)

    def _session(self, number: int) -> Session:
        state, how = "", None
        opened: Connected | None = None
        spoken: list[Spoken] = []
        inside = False  # What comes after an IMAP literal goes on with the line that announced it.
        for entry in self._of(number):
            match entry.event:
                case Connected() as event:
                    opened = event
                case StateChanged(state=new):
                    state = new
                case Closed(how=ended):
                    how = ended
                case Data(direction="S", octets=octets) if spoken:
                    spoken[-1] = replace(spoken[-1], octets=spoken[-1].octets + octets)
                case Line(direction="S", data=data) if spoken:
                    reply = (*spoken[-1].reply, *_text(data).splitlines())
                    spoken[-1] = replace(spoken[-1], reply=reply)
                case Data(direction="C"):
                    inside = opened is not None and opened.protocol.startswith("imap")
                case Line(direction="C", data=data, ahead=ahead) if opened is not None:
                    said, inside = _text(data).splitlines()[inside:], False
                    for text in said:
                        spoken.append(
                            Spoken(
                                place=len(spoken) + 1,
                                text=text,
                                verb=_verb(opened.protocol, text),
                                state=state,
                                ahead=ahead,
                                step=entry.number,
                            )
                        )
                case _:
                    pass
        if opened is None:
            raise LookupError(f"there is no connection {number} in this attempt")
        return Session(
            number=number,
            protocol=opened.protocol,
            device=opened.device,
            lines=tuple(spoken),
            state=state,
            how=how,
        )


_VERDICT = re.compile(r"\+OK|-ERR|[0-9]{3}(?: |$)|(?!\*|\+)\S+ (?:OK|NO|BAD)\b|\* BYE")
_WORDS = re.compile(r"(?:MAIL FROM|RCPT TO|UID [A-Z]+|[A-Z]+)", re.IGNORECASE)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _verb(protocol: Listener, text: str) -> str:
    command = text.partition(" ")[2] if protocol.startswith("imap") else text
    found = _WORDS.match(command)
    return found[0].upper() if found is not None else ""
