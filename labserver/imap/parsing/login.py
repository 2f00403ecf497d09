"""Reads the arguments of commands without a mailbox: LOGIN, AUTHENTICATE, ENABLE."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.parsing.cursor import Cursor

__all__ = [
    "Authenticating",
    "Credentials",
    "read_authenticate",
    "read_login",
    "read_names",
    "read_nothing",
]


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


def read_authenticate(cursor: Cursor) -> Authenticating:
    """Read the mechanism, and with SASL-IR an initial response if there is one (RFC 4959)."""
    cursor.space()
    mechanism = cursor.word()
    if not cursor.dialect.offers("SASL-IR") or not cursor.takes(b" "):
        return Authenticating(mechanism, None)
    return Authenticating(mechanism, cursor.atom().encode("ascii"))


def read_login(cursor: Cursor) -> Credentials:
    """Read user name and password."""
    cursor.space()
    user = cursor.astring().decode("utf-8", "replace")
    cursor.space()
    return Credentials(user, cursor.astring().decode("utf-8", "surrogateescape"))
