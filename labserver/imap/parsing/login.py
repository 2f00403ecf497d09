"""Reads the arguments of commands without a mailbox: LOGIN, AUTHENTICATE, ENABLE."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.parsing.cursor import Cursor

__all__ = [
    "Credentials",
    "read_login",
    "read_mechanism",
    "read_names",
    "read_nothing",
]


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
    """Read AUTHENTICATE's mechanism, in capitals. No initial response (section 6.2.2)."""
    cursor.space()
    return cursor.word()


def read_login(cursor: Cursor) -> Credentials:
    """Read user name and password."""
    cursor.space()
    user = cursor.astring().decode("utf-8", "replace")
    cursor.space()
    return Credentials(user, cursor.astring().decode("utf-8", "surrogateescape"))
