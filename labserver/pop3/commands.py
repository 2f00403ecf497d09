"""What a command line says: keyword and arguments (RFC 1939 section 3, RFC 2449 section 3).

Keywords are read in any case of their letters; they and the arguments are printable ASCII, parted
by single spaces. Whether the command may be given now is not asked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from labserver.errors import LabError

__all__ = ["BadCommand", "Command", "arguments", "read"]

_PRINTABLE = re.compile(rb"[ -~]*")
_NUMBER = re.compile(r"[0-9]{1,40}")


class BadCommand(LabError):
    """A line that the protocol does not allow, at all or now; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Command:
    """A keyword in capitals, and what follows the space after it (None: no space)."""

    keyword: str
    rest: str | None


@dataclass(frozen=True, slots=True)
class _Form:
    """How many numbers a command takes, and how it is written."""

    least: int
    most: int
    usage: str


_FORMS = {
    "STAT": _Form(0, 0, "STAT"),
    "LIST": _Form(0, 1, "LIST or LIST n"),
    "UIDL": _Form(0, 1, "UIDL or UIDL n"),
    "RETR": _Form(1, 1, "RETR n"),
    "TOP": _Form(2, 2, "TOP n lines"),
    "DELE": _Form(1, 1, "DELE n"),
    "RSET": _Form(0, 0, "RSET"),
    "NOOP": _Form(0, 0, "NOOP"),
    "CAPA": _Form(0, 0, "CAPA"),
    "QUIT": _Form(0, 0, "QUIT"),
}


def read(line: bytes) -> Command:
    """Return the command of a line without its line end. Raises BadCommand."""
    if not _PRINTABLE.fullmatch(line):
        msg = "A command is printable ASCII text"
        raise BadCommand(msg)
    keyword, space, rest = line.decode("ascii").partition(" ")
    return Command(keyword.upper(), rest if space else None)


def arguments(command: Command) -> tuple[str, ...]:
    """Return the arguments of a command that is known. Raises BadCommand.

    Of PASS all that follows is the password, spaces too (RFC 1939 section 7). The arguments of
    the commands in TRANSACTION are digits, forty at most.
    """
    keyword, rest = command.keyword, command.rest
    if keyword == "PASS":
        if not rest:
            msg = "Write: PASS password"
            raise BadCommand(msg)
        return (rest,)
    if keyword == "USER":
        if not rest or " " in rest:
            msg = "Write: USER name"
            raise BadCommand(msg)
        return (rest,)
    found = () if rest is None else tuple(rest.split(" "))
    form = _FORMS[keyword]
    if not form.least <= len(found) <= form.most or not all(map(_NUMBER.fullmatch, found)):
        msg = f"Write: {form.usage}"
        raise BadCommand(msg)
    return found
