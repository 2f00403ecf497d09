"""Puts lines and literals together to commands, and says which literals are welcome.

RFC 3501 section 7.5: a client that announces a literal waits to be invited, so what is wrong so
far is refused before it sends the octets. A client that does not wait (`{n+}`, RFC 7888) is told
of it while the octets are under way, or already here: they are passed over, so that no message
text is ever taken for commands (section 4 of that RFC; if it is too much, BYE).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from labserver.imap.commands import COMMANDS, Command
from labserver.imap.dialect import Dialect
from labserver.imap.errors import Farewell, ImapError, Malformed, Refused, Unsaved
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.pieces import Piece, Wanting
from labserver.imap.reader import Announcement, Overlong, Reader, announced
from labserver.imap.table import TABLE, State
from labserver.protocol.limits import Limits
from labserver.protocol.table import Verdict

__all__ = ["Intake", "Invitation", "Ready", "Wrong"]

_MOST_LITERALS: Final = 100
_SHORT: Final = 4096
"""The most octets of a literal that is sent without waiting under LITERAL- (RFC 7888 s. 5)."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole command, read and allowed."""

    tag: str
    command: Command[Any]
    arguments: Any


@dataclass(frozen=True, slots=True)
class Invitation:
    """The command goes on with a literal, which is welcome."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A command that can't be done; what is left of it is passed over. `tag` is `*` if unknown."""

    tag: str
    error: ImapError


class Intake:
    """The command that is arriving."""

    def __init__(self, reader: Reader, limits: Limits, dialect: Dialect) -> None:
        self._reader = reader
        self._dialect = dialect
        self._limits = limits
        self._pieces: list[Piece] = []
        self._used = 0
        self._size: int | None = None  # of the literal that is arriving
        self._brought = 0  # octets of the messages that the command has brought so far
        self._refused = False  # it has been answered: the rest is passed over

    def next(self, state: State) -> Ready | Invitation | Wrong | None:
        """Take up input until there is something to say; None: more must arrive first.

        Raises Farewell if what the client sends can't be bounded.
        """
        while True:
            if self._size is not None and not self._literal(self._size):
                return None
            line = self._reader.line(self._used)
            if line is None:
                return None
            step = self._line(line, state)
            if step is not None:
                return step

    def _literal(self, size: int) -> bool:
        """Take up the literal; False: more must arrive first. What is refused is never held."""
        if self._refused:
            size -= self._reader.passed_over(size)
            self._size = size or None
            return not size
        octets = self._reader.octets(size)
        if octets is None:
            return False
        self._size = None
        self._pieces[-1] = Piece(self._pieces[-1].text, octets)
        return True

    def _line(self, line: bytes | Overlong, state: State) -> Ready | Invitation | Wrong | None:
        announcement = None if isinstance(line, Overlong) else announced(line)
        if self._refused:
            self._pass_over(announcement)
            return None
        text = line.start if isinstance(line, Overlong) else line
        if announcement is not None:
            self._used += len(line) if isinstance(line, bytes) else 0
            self._pieces.append(Piece(announcement.line, None, announcement.size))
        else:
            self._pieces.append(Piece(text.removesuffix(b"\r\n")))
        tag = "*"
        try:
            cursor = Cursor(self._pieces, self._dialect)
            tag = _tag(cursor)
            if isinstance(line, Overlong):
                raise Malformed("The line is too long")
            if not line.endswith(b"\r\n"):
                raise Malformed("A line ends with CR LF")
            if announcement is not None and not announcement.synchronising:
                self._unasked(announcement)
            command = _allowed(cursor, state)
            arguments = command.read(cursor)
            cursor.end()
        except Wanting as wanting:
            error = self._unwelcome(announcement, wanting)
            if error is None:
                invited = announcement is None or announcement.synchronising
                return Invitation() if invited else None
            return self._wrong(tag, error, announcement)
        except ImapError as error:
            return self._wrong(tag, error, announcement)
        self._forget()
        return Ready(tag, command, arguments)

    def _unasked(self, announcement: Announcement) -> None:
        """Raise Malformed if the literal is one to be invited first (RFC 7888 sections 3 and 5)."""
        if not self._dialect.offers("LITERAL-"):
            raise Malformed("A literal waits to be invited: {n}, not {n+}")
        if announcement.size > _SHORT and not self._dialect.offers("LITERAL+"):
            raise Malformed(f"Only {_SHORT} octets may come without being invited", code="TOOBIG")

    def _unwelcome(self, announcement: Announcement | None, wanting: Wanting) -> ImapError | None:
        """Say what is wrong with the literal that comes now; if nothing is, get ready for it."""
        size = 0 if announcement is None else announcement.size
        if len(self._pieces) > _MOST_LITERALS:
            refused = Unsaved if wanting.saves else Refused
            return refused(f"A command has at most {_MOST_LITERALS} literals here", code="LIMIT")
        if wanting.message:
            most = self._limits.upload
            if size > most:
                return Refused(f"A message has at most {most} octets here", code="TOOBIG")
            if self._brought + size > self._limits.literal:
                return Refused("The messages are too large for one command", code="TOOBIG")
            self._brought += size
        elif wanting.bound is not None:
            if size > wanting.bound.octets:
                return wanting.bound.error
        elif size > self._limits.line:
            return Malformed(f"This literal has at most {self._limits.line} octets")
        self._size = size
        return None

    def _wrong(self, tag: str, error: ImapError, announcement: Announcement | None) -> Wrong:
        self._refused = True
        self._pass_over(announcement)
        return Wrong(tag, error)

    def _pass_over(self, announcement: Announcement | None) -> None:
        """Pass over what the client sends unasked; else the command has ended."""
        self._used = 0
        if announcement is None or announcement.synchronising:
            self._forget()
        elif announcement.size > self._limits.literal:
            raise Farewell("The literal is too large", code="TOOBIG")
        else:
            self._size = announcement.size

    def _forget(self) -> None:
        self._pieces = []
        self._used = 0
        self._brought = 0
        self._refused = False


def _tag(cursor: Cursor) -> str:
    try:
        tag = cursor.tag().decode("ascii")
    except Malformed:
        tag = ""
    if not tag or not (cursor.sees(b" ") or cursor.at_end()):
        # Half a tag may be another command's: the answer must not bear it (RFC 3501 s. 7.1.3).
        raise Malformed("A command begins with a tag, as in: a1 NOOP")
    return tag


def _allowed(cursor: Cursor, state: State) -> Command[Any]:
    """Read the command's name and ask the table. Raises Malformed if it may not be given now."""
    try:
        cursor.space()
        name = cursor.word()
        if name == "UID":
            cursor.space()
            name = f"UID {cursor.word()}"
    except Malformed:
        raise Malformed("A command has a tag and a name, as in: a1 NOOP") from None
    verdict = TABLE.ask(state, name)
    if verdict is Verdict.UNKNOWN or not cursor.dialect.knows(name):
        raise Malformed(f"Unknown command {name[:40]}")
    if verdict is Verdict.OUT_OF_ORDER:
        raise Malformed(_out_of_order(state, name))
    return COMMANDS[name]


def _out_of_order(state: State, name: str) -> str:
    if state is State.NOT_AUTHENTICATED:
        return "Log in first"
    if state is State.SELECTED and State.AUTHENTICATED in TABLE.rules[name].states:
        return "Close the mailbox first"
    if State.SELECTED in TABLE.rules[name].states:
        return "Select a mailbox first"
    return "You are logged in already"
