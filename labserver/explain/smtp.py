"""Reading SMTP: which reply answers which command, and what the parts of a line are."""

from __future__ import annotations

import re
from collections import deque

from labserver.explain.book import book
from labserver.explain.moment import Moment, Note, Role
from labserver.explain.reading import Reader, ascii_word

__all__ = ["SmtpReader", "notes"]

_REPLY = re.compile(r"(\d{3})([ -]?)(.*)", re.DOTALL)
_EXACT = re.compile(r"([245])\.(\d{1,3}\.\d{1,3})(?: |$)")
_PARAMETER = re.compile(r" ([A-Za-z0-9][A-Za-z0-9-]*)(?:=(\S*))?")
_WITH_PARAMETERS = frozenset({"MAIL", "RCPT", "VRFY", "EXPN"})
_END = "."


class SmtpReader(Reader):
    """Replies come in the order of their commands, however these were sent (RFC 2920)."""

    def __init__(self, protocol: str, *, host: str = "", device: str = "") -> None:
        super().__init__(protocol, host=host, device=device)
        self._waiting: deque[str] = deque()
        self._begun = False
        self._data = False
        self._mechanism = ""
        self._answers = 0
        self._asked = False
        self._lines = 0

    def client(self, line: bytes) -> Moment:
        """Read a command, an answer of a login, or the end of a message."""
        if self._data:
            self._data = False
            self._waiting.append(_END)
            return self._moment(Role.COMMAND, _END)
        if self._asked:
            self._asked = False
            self._answers += 1
            return self._moment(Role.ANSWER, "AUTH", mechanism=self._mechanism, step=self._answers)
        command = ascii_word(line)
        self._waiting.append(command)
        if command == "AUTH":
            self._mechanism = ascii_word(line[5:])
            self._answers = 1 if b" " in line[5:].strip() else 0
        return self._moment(Role.COMMAND, command, mechanism=self._mechanism)

    def server(self, line: bytes) -> Moment:
        """Read a line of a reply."""
        self._lines += 1
        step = self._lines
        command = self._waiting[0] if self._waiting else ""
        role = Role.REPLY if self._begun else Role.GREETING
        if line[3:4] != b"-":
            self._lines = 0
            self._begun = True
            if line.startswith(b"334") and command == "AUTH":
                self._asked = True
                return self._moment(
                    Role.CHALLENGE, command, mechanism=self._mechanism, step=self._answers + 1
                )
            if self._waiting:
                self._waiting.popleft()
            self._data = line.startswith(b"354") and command == "DATA"
        return self._moment(role, command, step=step)

    def body(self, octets: int) -> Moment:
        """Read a message behind DATA, or a piece of one behind BDAT."""
        return self._moment(Role.BODY, "DATA" if self._data else "BDAT", octets=octets)


def notes(moment: Moment, line: str) -> list[Note]:
    """Explain a line of SMTP."""
    told = book("smtp")
    if moment.role is Role.ANSWER:
        return told.note("line", ("cancel" if line == "*" else "answer",), moment, term=line)
    if moment.role is Role.COMMAND:
        return _command(moment, line)
    return _reply(moment, line)


def _command(moment: Moment, line: str) -> list[Note]:
    told = book("smtp")
    name, _, rest = line.partition(" ")
    name = moment.command if moment.command == _END else name.upper()
    found = told.note("command", (name,), moment, argument=rest)
    if not found:
        return told.note("line", ("unknown",), moment, term=name, name=name)
    if name == "AUTH":
        found += told.note("mechanism", (rest.partition(" ")[0].upper(),), moment)
    if name in _WITH_PARAMETERS:
        _, closed, tail = rest.partition(">")
        for word in _PARAMETER.finditer(tail if closed else rest):
            found += told.note("parameter", (word[1].upper(),), moment, argument=word[2] or "")
    return found


def _reply(moment: Moment, line: str) -> list[Note]:
    told = book("smtp")
    reply = _REPLY.fullmatch(line)
    if reply is None:
        return []
    code, more, text = reply.groups()
    if moment.role is Role.GREETING and code == "220":
        found = told.note("line", ("greeting",), moment, term=code, argument=text)
    else:
        names = (f"{code} {moment.command}", code, code[0])
        found = told.note("reply", names, moment, term=code, argument=text)
    exact = _EXACT.match(text)
    if exact is not None:
        status = exact[0].strip()
        found += told.note("class", (exact[1],), moment, term=status)
        found += told.note("detail", (exact[2],), moment, term=status)
    if code == "250" and moment.command == "EHLO" and moment.step > 1:
        keyword, _, values = text.partition(" ")
        # What the line is there for comes first.
        found = told.note("keyword", (keyword.upper(),), moment, argument=values) + found
    if more == "-":
        found += told.note("line", ("more",), moment, term=f"{code}-")
    return found
