"""Reads the arguments of commands without a mailbox: LOGIN, AUTHENTICATE, ENABLE, COMPRESS, ID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor

__all__ = [
    "Authenticating",
    "Credentials",
    "read_authenticate",
    "read_id",
    "read_login",
    "read_mechanism",
    "read_names",
    "read_nothing",
]


# RFC 2971 section 3.3
_ID_PAIRS: Final = 30
_ID_FIELD: Final = 30
_ID_VALUE: Final = 1024


@dataclass(frozen=True, slots=True)
class Authenticating:
    """A SASL mechanism's name in capitals, and the initial response as it was sent, or None."""

    mechanism: str
    initial: bytes | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who says to be whom; the password with octets that are not UTF-8 escaped."""

    user: str
    password: str


def read_nothing(cursor: Cursor) -> None:
    """Read no arguments."""
    del cursor


def read_names(cursor: Cursor) -> tuple[str, ...]:
    """Read one or more atoms: ENABLE."""
    cursor.space()
    names = [cursor.atom()]
    while cursor.takes(b" "):
        names.append(cursor.atom())
    return tuple(names)


def read_mechanism(cursor: Cursor) -> str:
    """Read COMPRESS's mechanism, in capitals."""
    cursor.space()
    return cursor.word()


def read_authenticate(cursor: Cursor) -> Authenticating:
    """Read the mechanism, and with SASL-IR an initial response if there is one (RFC 4959)."""
    mechanism = read_mechanism(cursor)
    if not cursor.dialect.offers("SASL-IR") or not cursor.takes(b" "):
        return Authenticating(mechanism, None)
    return Authenticating(mechanism, cursor.atom().encode("ascii"))


def read_login(cursor: Cursor) -> Credentials:
    """Read user name and password."""
    cursor.space()
    user = cursor.astring().decode("utf-8", "replace")
    cursor.space()
    return Credentials(user, cursor.astring().decode("utf-8", "surrogateescape"))


def read_id(cursor: Cursor) -> None:
    """Read what a client says of itself, NIL or a list (RFC 2971 section 4); nobody uses it.

    Raises Malformed for what section 3.3 forbids: too many fields, too long, or one twice.
    """
    cursor.space()
    if not cursor.takes(b"("):
        if cursor.nstring() is not None:
            raise Malformed("ID has a list in parentheses, or NIL")
        return
    fields: set[bytes] = set()
    pairs = 0
    while not cursor.takes(b")"):
        if pairs:
            cursor.space()
        field = cursor.string()
        cursor.space()
        value = cursor.nstring() or b""
        pairs += 1
        fields.add(field.lower())
        if len(fields) < pairs:
            raise Malformed("ID has each field once")
        if pairs > _ID_PAIRS or len(field) > _ID_FIELD or len(value) > _ID_VALUE:
            raise Malformed("ID has at most 30 fields of 30 octets, values of 1024 octets")
