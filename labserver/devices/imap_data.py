"""What untagged responses of IMAP tell of messages (RFC 3501 sections 7.1 to 7.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from labserver.devices.dates import read_internaldate
from labserver.devices.readers.imap import Response
from labserver.devices.reply import Piece

__all__ = ["Exists", "Expunged", "Fetched", "Listed", "Told", "UidValidity", "listed", "told"]


@dataclass(frozen=True, slots=True)
class Exists:
    """The mailbox has `count` messages."""

    count: int


@dataclass(frozen=True, slots=True)
class Expunged:
    """The message with this sequence number is gone; those after it move up."""

    number: int


@dataclass(frozen=True, slots=True)
class UidValidity:
    """The UIDVALIDITY of the mailbox that is being selected."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a FETCH response said of the message `number`; None: it did not say.

    `fields` are the header fields that were asked for by name.
    """

    number: int
    uid: int | None = None
    flags: tuple[str, ...] | None = None
    whole: bytes | None = None
    header: bytes | None = None
    fields: bytes | None = None
    internaldate: datetime | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a LIST response said of a name, which is as it was on the wire."""

    name: bytes
    selectable: bool


Told = Exists | Expunged | UidValidity | Fetched

_NUMBERED = re.compile(rb"\* ([0-9]+) (EXISTS|EXPUNGE|FETCH)\b ?", re.IGNORECASE)
_LISTED = re.compile(rb"\(([^)]*)\) (?:NIL|\"(?:[^\"\\]|\\.)*\") (.*?)\r\n\Z", re.DOTALL)
_UIDVALIDITY = re.compile(rb"\* OK \[UIDVALIDITY ([0-9]+)\]", re.IGNORECASE)
_TOKEN = re.compile(
    rb"""(?P<open>\()
       | (?P<close>\))
       | "(?P<quoted>(?:[^"\\]|\\.)*)"
       | (?P<atom>(?:\[[^]]*\]|[^\s()"\[])+)
       | (?P<other>["\[])""",
    re.VERBOSE,
)
_LITERAL = re.compile(rb"~?\{[0-9]+\}\r\n$")

_WHOLE = {"BODY[]", "RFC822"}
_HEADER = {"BODY[HEADER]", "RFC822.HEADER"}


class _Atom(str):
    """A word that is neither quoted nor a literal."""

    __slots__ = ()


_Value = _Atom | bytes | list["_Value"]


def told(response: Response) -> Told | None:
    """Return what a response says, or None if it is of no concern here."""
    first = response[0].octets
    if found := _UIDVALIDITY.match(first):
        return UidValidity(int(found[1]))
    numbered = _NUMBERED.match(first)
    if numbered is None:
        return None
    number, kind = int(numbered[1]), numbered[2].upper()
    if kind == b"EXISTS":
        return Exists(number)
    if kind == b"EXPUNGE":
        return Expunged(number)
    values = _values((response[0]._replace(octets=first[numbered.end() :]), *response[1:]))
    held = values[0] if values else []
    return _fetched(number, held if isinstance(held, list) else [])


def listed(response: Response) -> Listed | None:
    """Return what follows `* LIST` (RFC 3501 section 7.2.2), or None if it is not in order."""
    found = _LISTED.match(response[0].octets)
    if found is None:
        return None
    flags, name = found[1].lower().split(), found[2]
    if len(response) > 1:
        name = response[1].octets
    elif name.startswith(b'"'):
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    return Listed(name, selectable=not {b"\\noselect", b"\\nonexistent"} & set(flags))


def _fetched(number: int, items: list[_Value]) -> Fetched:
    uid: int | None = None
    flags: tuple[str, ...] | None = None
    whole = header = fields = internaldate = size = None
    for name, value in zip(items[::2], items[1::2], strict=False):
        item = str(name).upper() if isinstance(name, _Atom) else ""
        if item == "UID" and isinstance(value, _Atom) and value.isdecimal():
            uid = int(value)
        elif item == "FLAGS" and isinstance(value, list):
            flags = tuple(str(flag) for flag in value if isinstance(flag, _Atom))
        elif item in _WHOLE and isinstance(value, bytes):
            whole = value
        elif item in _HEADER and isinstance(value, bytes):
            header = value
        elif item.startswith("BODY[HEADER.FIELDS") and isinstance(value, bytes):
            fields = value
        elif item == "INTERNALDATE" and isinstance(value, bytes):
            internaldate = read_internaldate(value)
        elif item == "RFC822.SIZE" and isinstance(value, _Atom) and value.isdecimal():
            size = int(value)
    return Fetched(
        number=number,
        uid=uid,
        flags=flags,
        whole=whole,
        header=header,
        fields=fields,
        internaldate=internaldate,
        size=size,
    )


def _values(pieces: Iterable[Piece]) -> list[_Value]:
    """Return the values of a response: words, strings, lists."""
    top: list[_Value] = []
    stack = [top]
    for piece in pieces:
        if piece.content:
            stack[-1].append(piece.octets)
            continue
        for found in _TOKEN.finditer(_LITERAL.sub(b"", piece.octets)):
            kind = found.lastgroup
            if kind == "open":
                inner: list[_Value] = []
                stack[-1].append(inner)
                stack.append(inner)
            elif kind == "close":
                if len(stack) > 1:
                    stack.pop()
            elif kind == "quoted":
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", found["quoted"]))
            else:
                stack[-1].append(_Atom(found[0].decode("utf-8", "backslashreplace")))
    return top
