"""Reads the arguments of commands on access lists (RFC 4314 sections 3 and 7)."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.words import read_mailbox
from labserver.protocol.saslprep import prepared
from labserver.store import Granting, Rights, rights_of

__all__ = ["Asked", "Identifier", "SettingAccess", "read_identified", "read_setacl"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """An access identifier, negative or not: as it is prepared, and as the client sent it."""

    text: str
    supplied: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A mailbox, and an identifier."""

    mailbox: str
    identifier: Identifier


@dataclass(frozen=True, slots=True)
class SettingAccess:
    """A mailbox and an identifier, and what shall become of its rights."""

    mailbox: str
    identifier: Identifier
    how: Granting
    rights: Rights


def read_identified(cursor: Cursor) -> Asked:
    """Read a mailbox name and an identifier: DELETEACL, LISTRIGHTS."""
    cursor.space()
    mailbox = read_mailbox(cursor)
    cursor.space()
    return Asked(mailbox, _read_identifier(cursor))


def read_setacl(cursor: Cursor) -> SettingAccess:
    """Read a mailbox name, an identifier, and rights to add, to remove or to put in place."""
    asked = read_identified(cursor)
    cursor.space()
    how, rights = _read_changed_rights(cursor)
    return SettingAccess(asked.mailbox, asked.identifier, how, rights)


def _read_identifier(cursor: Cursor) -> Identifier:
    supplied = cursor.astring()
    try:
        text = prepared(supplied.decode("utf-8"))
    except UnicodeDecodeError:
        raise Malformed("An identifier is in UTF-8") from None
    if not text or not text.removeprefix("-"):
        raise Malformed("That is no identifier")
    if text.startswith("--"):
        # Section 2: a dash at the beginning is no part of an identifier.
        raise Malformed("A negative identifier has one dash")
    return Identifier(text, supplied)


def _read_changed_rights(cursor: Cursor) -> tuple[Granting, Rights]:
    letters = cursor.astring().decode("latin-1")
    how = Granting.REPLACE
    if letters.startswith(("+", "-")):
        how = Granting(letters[0])
        letters = letters[1:]
    try:
        return how, rights_of(letters)
    except KeyError as error:
        (letter,) = error.args
    if letter.isascii() and letter.isupper():
        raise Malformed("Uppercase rights are not allowed")
    if letter.isascii() and letter.isalnum():
        raise Malformed(f"The {letter} right is not supported")
    raise Malformed("Rights are letters")
