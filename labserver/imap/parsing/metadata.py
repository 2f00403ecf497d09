"""Reads the arguments of GETMETADATA and SETMETADATA (RFC 5464 section 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from labserver.imap.errors import Malformed, Refused
from labserver.imap.naming.names import Name
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.parameters import Parameter, read_parameters
from labserver.imap.parsing.pieces import Bound
from labserver.imap.parsing.words import read_name
from labserver.imap.values import Depth
from labserver.store import VALUE_LIMIT

__all__ = ["MetadataAsked", "MetadataGiven", "read_getmetadata", "read_setmetadata"]

# Section 3.2: ASCII without 0x00 to 0x19, "*" and "%"; each component has a character.
_ENTRY = re.compile(
    rb"/(?:private|shared)(?:/[\x1a-\x24\x26-\x29\x2b-\x2e\x30-\x7f]+)*", re.IGNORECASE
)
_LEAST: Final = 2
_LEAST_OF_VENDOR: Final = 4


@dataclass(frozen=True, slots=True)
class MetadataAsked:
    """Entries of a mailbox (of the server: its name is empty), as small letters.

    `most`: the most octets that the client wants of a value.
    """

    name: Name
    entries: tuple[str, ...]
    depth: Depth = Depth.ZERO
    most: int | None = None


@dataclass(frozen=True, slots=True)
class MetadataGiven:
    """Entries of a mailbox (of the server: its name is empty), and what they shall be."""

    name: Name
    values: Mapping[str, bytes | None]


def _read_most(cursor: Cursor) -> int:
    cursor.space()
    return cursor.number()


def _read_depth(cursor: Cursor) -> Depth:
    cursor.space()
    word = cursor.word()
    try:
        return Depth(word)
    except ValueError:
        raise Malformed("DEPTH is 0, 1 or infinity") from None


_OPTIONS = {
    "MAXSIZE": Parameter("METADATA-SERVER", _read_most),
    "DEPTH": Parameter("METADATA-SERVER", _read_depth),
}


def read_getmetadata(cursor: Cursor) -> MetadataAsked:
    """Read options, a mailbox name, and entries.

    The grammar has the options first, the examples of sections 4.2.1 and 4.2.2 behind the name;
    those of section 4.4.1 have several entries without parentheses. All that is taken.
    """
    cursor.space()
    options: Mapping[str, Any] = {}
    if cursor.sees(b"("):
        options = read_parameters(cursor, _OPTIONS, "GETMETADATA")
        cursor.space()
    name = read_name(cursor)
    cursor.space()
    if not options and cursor.at_words():
        options = read_parameters(cursor, _OPTIONS, "GETMETADATA")
        cursor.space()
    return MetadataAsked(
        name, _read_entries(cursor), options.get("DEPTH", Depth.ZERO), options.get("MAXSIZE")
    )


def _read_entries(cursor: Cursor) -> tuple[str, ...]:
    listed = cursor.takes(b"(")
    entries = [_read_entry(cursor)]
    while not (cursor.takes(b")") if listed else cursor.at_end()):
        cursor.space()
        entries.append(_read_entry(cursor))
    return tuple(entries)


def read_setmetadata(cursor: Cursor) -> MetadataGiven:
    """Read a mailbox name, and entries with values in parentheses."""
    cursor.space()
    name = read_name(cursor)
    cursor.space()
    cursor.expect(b"(")
    values: dict[str, bytes | None] = {}
    while True:
        entry = _read_entry(cursor)
        _check_components(entry)
        cursor.space()
        values[entry] = _read_value(cursor)
        if cursor.takes(b")"):
            return MetadataGiven(name, values)
        cursor.space()


def _read_entry(cursor: Cursor) -> str:
    """Read the name of an entry, or of what has entries below it (for DEPTH)."""
    written = cursor.astring()
    if _ENTRY.fullmatch(written) is None:
        raise Malformed("An entry is /private/ or /shared/ and a name, without * and %")
    return written.decode("ascii").lower()


def _check_components(entry: str) -> None:
    components = entry[1:].split("/")
    vendor = components[1:2] == ["vendor"]
    if len(components) < (_LEAST_OF_VENDOR if vendor else _LEAST):
        raise Malformed("The name of the entry has too few components")


def _read_value(cursor: Cursor) -> bytes | None:
    if not cursor.sees(b"~") and not cursor.at_literal():
        return cursor.nstring()
    error = Refused("The value is too large", code=f"METADATA MAXSIZE {VALUE_LIMIT}")
    return cursor.literal(binary=True, bound=Bound(VALUE_LIMIT, error))
