"""Reading IMAP: tags, literals, continuation requests, and which answer belongs to what."""

from __future__ import annotations

import re

from labserver.explain.book import book
from labserver.explain.moment import Moment, Note, Role
from labserver.explain.reading import Reader

__all__ = ["ImapReader", "notes"]

_LITERAL = re.compile(rb"\{(\d{1,18})([+-]?)\}$")
_STATUS = re.compile(
    r"(OK|NO|BAD|BYE|PREAUTH)(?: |$)(?:\[([^ \]]+)(?: ([^\]]*))?\])?", re.IGNORECASE
)
_NUMBERED = re.compile(r"(\d+) ([A-Za-z]+) ?(.*)", re.DOTALL)
_ITEM = re.compile(r"[ (]([A-Z][A-Z0-9.]*)(\[[^\]]*\](?:<\d+>)?)? (\([^()]*\)|\"[^\"]*\"|[^ ()]+)")
_ASKED = re.compile(r"[ (]([A-Z][A-Z0-9.]*)(?=[ \[)]|$)")
_UID = "UID "
_FETCHES = frozenset({"FETCH", "UID FETCH"})


class ImapReader(Reader):
    """Several commands may be on their way at once: an answer names its command by its tag."""

    def __init__(self, protocol: str, *, host: str = "", device: str = "") -> None:
        super().__init__(protocol, host=host, device=device)
        self._commands: dict[str, str] = {}
        self._begun = False
        self._last = ("", "")
        self._mechanism = ""
        self._answers = 0
        self._asked = False
        self._announced = False
        self._owed = 0  # octets of a literal that the server has yet to send
        self._after = False

    def client(self, line: bytes) -> Moment:
        """Read a command, the rest of one behind a literal, an answer of a login, or DONE."""
        tag, command = self._last
        rest, self._announced = self._announced, _LITERAL.search(line) is not None
        if rest:
            return self._moment(Role.REST, command, tag=tag)
        if self._asked:
            self._asked = False
            if command == "IDLE":
                return self._moment(Role.DONE, command, tag=tag)
            self._answers += 1
            return self._moment(
                Role.ANSWER, command, tag=tag, mechanism=self._mechanism, step=self._answers
            )
        words = line.decode("ascii", "replace").split(" ")
        tag, command = words[0], _name(words)
        self._commands[tag] = command
        self._last = (tag, command)
        if command == "AUTHENTICATE":
            self._mechanism = words[2].upper() if len(words) > 2 else ""
            self._answers = 1 if len(words) > 3 else 0
        return self._moment(Role.COMMAND, command, tag=tag, mechanism=self._mechanism)

    def server(self, line: bytes) -> Moment:
        """Read untagged data, a continuation request, or the line that ends a command."""
        tag, command = self._last
        within = len(line) + 2 <= self._owed
        if within:
            # A literal inside a chunk of the reply: its lines count against its octets.
            self._owed -= len(line) + 2
            self._after = not self._owed
            return self._moment(Role.LITERAL, command)
        rest = self._after or self._owed > 0
        self._announce(line)
        if rest:
            return self._moment(Role.REST, command, tag=tag)
        if not self._begun:
            self._begun = True
            return self._moment(Role.GREETING)
        if line.startswith(b"+"):
            return self._request()
        if line.startswith(b"*"):
            return self._moment(Role.UNTAGGED, command, tag=tag)
        tag = line.partition(b" ")[0].decode("ascii", "replace")
        return self._moment(Role.REPLY, self._commands.pop(tag, ""), tag=tag)

    def _request(self) -> Moment:
        """Read a command continuation request (RFC 3501 section 7.5)."""
        tag, command = self._last
        self._asked = command in {"AUTHENTICATE", "IDLE"}
        if command != "AUTHENTICATE":
            return self._moment(Role.CONTINUATION, command, tag=tag)
        return self._moment(
            Role.CHALLENGE, command, tag=tag, mechanism=self._mechanism, step=self._answers + 1
        )

    def body(self, octets: int) -> Moment:
        """Read a literal that is an event of its own."""
        if self._owed:
            self._owed, self._after = 0, True
        return super().body(octets)

    def _announce(self, line: bytes) -> None:
        found = _LITERAL.search(line)
        self._owed = 0 if found is None else int(found[1])
        # An empty literal is no event: the line simply goes on.
        self._after = found is not None and not self._owed


def _name(words: list[str]) -> str:
    name = words[1].upper() if len(words) > 1 else ""
    return f"UID {words[2].upper()}" if name == "UID" and len(words) > 2 else name


def notes(moment: Moment, line: str) -> list[Note]:
    """Explain a line of IMAP."""
    told = book("imap")
    match moment.role:
        case Role.COMMAND:
            found = _command(moment, line)
        case Role.REST:
            found = told.note("line", ("rest",), moment, term=line)
        case Role.ANSWER:
            found = told.note("line", ("cancel" if line == "*" else "answer",), moment, term=line)
        case Role.DONE:
            found = told.note("line", ("done",), moment, term=line)
        case Role.CHALLENGE:
            found = told.note("line", ("challenge",), moment, term="+")
        case Role.CONTINUATION:
            found = told.note("line", ("continuation",), moment, term="+")
        case Role.REPLY:
            _, _, rest = line.partition(" ")
            found = told.note("line", ("tagged",), moment, term=moment.tag)
            found = _status(moment, rest) + found
        case _:
            _, _, rest = line.partition(" ")
            found = _status(moment, rest) or _data(moment, rest)
            found += told.note("line", ("untagged",), moment, term="*")
    return found + _literal(moment, line)


def _command(moment: Moment, line: str) -> list[Note]:
    told = book("imap")
    words = line.split(" ")
    if len(words) < 2:
        return told.note("line", ("unknown",), moment, term=line, name=line)
    skipped = 3 if moment.command.startswith(_UID) else 2
    rest = " ".join(words[skipped:])
    plain = moment.command.removeprefix(_UID)
    names = (moment.command, plain)
    found = told.note("command", names, moment, argument=rest)
    if not found:
        return told.note("line", ("unknown",), moment, term=words[1], name=words[1])
    if moment.command.startswith(_UID):
        found += told.note("line", ("uid",), moment, term="UID")
    if plain == "AUTHENTICATE":
        found += told.note("mechanism", (rest.partition(" ")[0].upper(),), moment)
    if moment.command in _FETCHES:
        # The set stands before what is asked for.
        for name in dict.fromkeys(_ASKED.findall(" " + rest.partition(" ")[2].upper())):
            found += told.note("item", (name.removesuffix(".PEEK"),), moment, term=name)
    return found + told.note("line", ("tag",), moment, term=moment.tag)


def _status(moment: Moment, rest: str) -> list[Note]:
    told = book("imap")
    status = _STATUS.match(rest)
    if status is None:
        return []
    kind = status[1].upper()
    tagged = moment.role is Role.REPLY
    command = "greeting" if moment.role is Role.GREETING else moment.command if tagged else ""
    names = (f"{kind} {command}", f"{kind} {command.removeprefix(_UID)}", kind)
    found = told.note("status", names, moment, term=kind)
    if status[2] is not None:
        code, argument = status[2].upper(), (status[3] or "").strip("()")
        found += told.note("code", (code,), moment, term=f"[{code}]", argument=argument)
    return found


def _data(moment: Moment, rest: str) -> list[Note]:
    told = book("imap")
    numbered = _NUMBERED.match(rest)
    if numbered is not None:
        n, name, argument = numbered.groups()
        found = told.note("data", (name.upper(),), moment, argument=argument, n=n)
        if name.upper() == "FETCH":
            for item in _ITEM.finditer(argument):
                found += told.note("item", (item[1],), moment, argument=item[3].strip('"()'))
        return found
    name, _, argument = rest.partition(" ")
    found = told.note("data", (name.upper(),), moment, argument=argument)
    if name.upper() == "CAPABILITY":
        found += _capabilities(moment, argument)
    return found


def _capabilities(moment: Moment, argument: str) -> list[Note]:
    told = book("imap")
    found = []
    for name in argument.split():
        base, _, value = name.partition("=")
        found += told.note("capability", (name, base), moment, term=name, argument=value)
    return found


def _literal(moment: Moment, line: str) -> list[Note]:
    told = book("imap")
    literal = _LITERAL.search(line.encode())
    if literal is None:
        return []
    octets = f"{int(literal[1]):,}"
    found = told.note("line", ("literal",), moment, term=literal[0].decode(), octets=octets)
    if literal[2]:
        found += told.note("line", ("unsynchronised",), moment, term=literal[2].decode())
    return found
