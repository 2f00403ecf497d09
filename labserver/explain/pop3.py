"""Reading POP3: which reply answers which command, and where a long reply ends."""

from __future__ import annotations

import re
from collections import deque

from labserver.explain.book import book
from labserver.explain.moment import Moment, Note, Role
from labserver.explain.reading import Reader, ascii_word

__all__ = ["Pop3Reader", "notes"]

_CODE = re.compile(r"(?:\+OK|-ERR) \[([^\]]+)\]")
_STAMP = re.compile(r"<[!-=?-~]+@[!-=?-~]+>")
_ALWAYS_LONG = frozenset({"RETR", "TOP", "CAPA"})
_LONG_ALONE = frozenset({"LIST", "UIDL", "LANG", "AUTH"})
"""Their reply has many lines if nothing follows the command (RFC 1939, 5034, 6856)."""


class Pop3Reader(Reader):
    """Replies come in the order of their commands, however these were sent (RFC 2449 s. 6.6)."""

    def __init__(self, protocol: str, *, host: str = "", device: str = "") -> None:
        super().__init__(protocol, host=host, device=device)
        self._waiting: deque[tuple[str, bool]] = deque()
        self._begun = False
        self._listing = ""
        self._mechanism = ""
        self._answers = 0
        self._asked = False

    def client(self, line: bytes) -> Moment:
        """Read a command, or an answer of a login."""
        if self._asked:
            self._asked = False
            self._answers += 1
            return self._moment(Role.ANSWER, "AUTH", mechanism=self._mechanism, step=self._answers)
        command = ascii_word(line)
        alone = not line.partition(b" ")[2].strip()
        self._waiting.append(
            (command, command in _ALWAYS_LONG or (alone and command in _LONG_ALONE))
        )
        if command == "AUTH":
            self._mechanism = ascii_word(line[5:])
            self._answers = 1 if b" " in line[5:].strip() else 0
        return self._moment(Role.COMMAND, command, mechanism=self._mechanism)

    def server(self, line: bytes) -> Moment:
        """Read a reply's first line, one of its further lines, or its end."""
        if self._listing:
            command = self._listing
            if line == b".":
                self._listing = ""
                return self._moment(Role.END, command)
            return self._moment(Role.LISTED, command)
        if not self._begun:
            self._begun = True
            return self._moment(Role.GREETING)
        command, long = self._waiting[0] if self._waiting else ("", False)
        if line.startswith(b"+ ") and command == "AUTH":
            self._asked = True
            return self._moment(
                Role.CHALLENGE, command, mechanism=self._mechanism, step=self._answers + 1
            )
        if self._waiting:
            self._waiting.popleft()
        if long and line.startswith(b"+OK"):
            self._listing = command
        return self._moment(Role.REPLY, command)

    def body(self, octets: int) -> Moment:
        """Read the message that RETR or TOP brings."""
        return self._moment(Role.BODY, self._listing, octets=octets)


def notes(moment: Moment, line: str) -> list[Note]:
    """Explain a line of POP3."""
    told = book("pop3")
    match moment.role:
        case Role.COMMAND:
            found = _command(moment, line)
        case Role.ANSWER:
            found = told.note("line", ("cancel" if line == "*" else "answer",), moment, term=line)
        case Role.CHALLENGE:
            found = told.note("line", ("challenge",), moment, term="+")
        case Role.END:
            found = told.note("line", ("end",), moment, term=line)
        case Role.LISTED:
            found = _listed(moment, line)
        case Role.GREETING if line.startswith("+OK"):
            found = _greeting(moment, line)
        case _:
            found = _reply(moment, line)
    return found


def _listed(moment: Moment, line: str) -> list[Note]:
    told = book("pop3")
    if moment.command == "CAPA":
        name, _, rest = line.partition(" ")
        return told.note("capability", (name.upper(),), moment, argument=rest)
    found = told.note("line", (moment.command, "listed"), moment, term=line, argument=line)
    return found + (told.note("mechanism", (line,), moment) if moment.command == "AUTH" else [])


def _command(moment: Moment, line: str) -> list[Note]:
    told = book("pop3")
    name, _, rest = line.partition(" ")
    found = told.note("command", (name.upper(),), moment, argument=rest)
    if not found:
        return told.note("line", ("unknown",), moment, term=name, name=name)
    if name.upper() == "AUTH":
        found += told.note("mechanism", (rest.partition(" ")[0].upper(),), moment)
    return found


def _greeting(moment: Moment, line: str) -> list[Note]:
    told = book("pop3")
    found = told.note("line", ("greeting",), moment, term="+OK")
    stamp = _STAMP.search(line)
    if stamp is not None:
        found += told.note("line", ("stamp",), moment, term=stamp[0], argument=stamp[0])
    return found


def _reply(moment: Moment, line: str) -> list[Note]:
    told = book("pop3")
    status, _, text = line.partition(" ")
    names = (f"{status} {moment.command}", status)
    found = told.note("reply", names, moment, term=status, argument=text)
    code = _CODE.match(line)
    if code is not None:
        found += told.note("code", (code[1].upper(),), moment, term=f"[{code[1]}]")
    return found
