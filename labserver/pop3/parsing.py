"""What a command line says: keyword and arguments (RFC 1939 section 3, RFC 2449 sections 3 and 4).

Keywords are read in any case of their letters. They and the arguments are printable and parted by
single spaces. Whether the command may be given now is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from labserver.pop3.languages import Text
from labserver.pop3.replies import Wrong

__all__ = [
    "LONGEST",
    "CommandLine",
    "Reader",
    "digest",
    "exchange",
    "name",
    "nothing",
    "numbers",
    "password",
    "read",
    "word_or_nothing",
]

LONGEST = 255
"""Octets of a command with its CRLF (RFC 2449 section 4)."""

_ASCII = re.compile(rb"[ -~]*")
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*")
_NUMBER = re.compile(r"[0-9]{1,40}")
_DIGEST = re.compile(r"[0-9a-f]{32}")


class CommandLine(NamedTuple):
    """A keyword in capitals, and what follows the space after it (None: no space)."""

    keyword: str
    rest: str | None


def read(line: bytes, utf8: Callable[[str], bool]) -> CommandLine:
    """Return the command of a line without its line end.

    `utf8(keyword)` tells whether what follows that may be UTF-8; else it is ASCII. Raises Wrong.
    """
    if len(line) > LONGEST - 2:
        raise Wrong(Text.LONG_LINE, limit=LONGEST)
    if _ASCII.fullmatch(line):
        keyword, space, rest = line.decode("ascii").partition(" ")
        return CommandLine(keyword.upper(), rest if space else None)
    first, _, after = line.partition(b" ")
    if not _ASCII.fullmatch(first) or not utf8(first.decode("ascii").upper()):
        raise Wrong(Text.NOT_ASCII)
    try:
        text = after.decode("utf-8")
    except UnicodeDecodeError:
        # RFC 6856 section 2.2: such names and passwords MUST be rejected.
        raise Wrong(Text.NOT_UTF8) from None
    if not _PRINTABLE.fullmatch(text):
        raise Wrong(Text.NOT_ASCII)
    return CommandLine(first.decode("ascii").upper(), text)


Reader = Callable[[str | None], "tuple[str, ...] | None"]
"""Takes what follows the keyword apart; None: it is not as the command wants it."""


def nothing(rest: str | None) -> tuple[str, ...] | None:
    """Read no argument."""
    return () if rest is None else None


def numbers(least: int, most: int) -> Reader:
    """Return what reads so many numbers, of forty digits at most."""

    def reader(rest: str | None) -> tuple[str, ...] | None:
        found = () if rest is None else tuple(rest.split(" "))
        return found if least <= len(found) <= most and all(map(_NUMBER.fullmatch, found)) else None

    return reader


def name(rest: str | None) -> tuple[str, ...] | None:
    """Read one word."""
    return (rest,) if rest and " " not in rest else None


def word_or_nothing(rest: str | None) -> tuple[str, ...] | None:
    """Read one word, if there is one."""
    return () if rest is None else name(rest)


def password(rest: str | None) -> tuple[str, ...] | None:
    """Read all that follows, spaces too (RFC 1939 section 7)."""
    return (rest,) if rest else None


def digest(rest: str | None) -> tuple[str, ...] | None:
    """Read a name and 32 hexadecimal digits in lower case (RFC 1939 section 7)."""
    who, space, digits = (rest or "").partition(" ")
    return (who, digits) if who and space and _DIGEST.fullmatch(digits) else None


def exchange(rest: str | None) -> tuple[str, ...] | None:
    """Read a mechanism, and the initial response if there is one (RFC 5034 section 5)."""
    found = tuple((rest or "").split(" "))
    return found if 1 <= len(found) <= 2 and all(found) else None
