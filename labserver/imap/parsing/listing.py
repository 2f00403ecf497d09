"""Reads the arguments of LIST and LSUB (RFC 3501 section 9; RFC 5258 section 6: list)."""

from __future__ import annotations

from collections.abc import Mapping

from labserver.imap.errors import Malformed
from labserver.imap.naming.names import BadName, decode
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.mailboxes import read_status_items
from labserver.imap.values import Listing, ReturnOption, SelectionOption, StatusItem

__all__ = ["read_list", "read_lsub"]

# Which capability brings an option; what is not offered is not in the grammar.
_SELECTIONS: Mapping[SelectionOption, str] = {
    SelectionOption.SUBSCRIBED: "LIST-EXTENDED",
    SelectionOption.REMOTE: "LIST-EXTENDED",
    SelectionOption.RECURSIVEMATCH: "LIST-EXTENDED",
    SelectionOption.SPECIAL_USE: "SPECIAL-USE",
}
_SHOWN: Mapping[ReturnOption, str] = {
    ReturnOption.SUBSCRIBED: "LIST-EXTENDED",
    ReturnOption.CHILDREN: "LIST-EXTENDED",
    ReturnOption.SPECIAL_USE: "SPECIAL-USE",
    ReturnOption.MYRIGHTS: "LIST-MYRIGHTS",
}


def read_lsub(cursor: Cursor) -> Listing:
    """Read reference and pattern."""
    cursor.space()
    reference = _name(cursor, cursor.astring())
    cursor.space()
    return Listing(reference=reference, patterns=(_name(cursor, cursor.list_mailbox()),))


def read_list(cursor: Cursor) -> Listing:
    """Read reference and pattern, and with LIST-EXTENDED options, and patterns in parentheses."""
    if not cursor.dialect.offers("LIST-EXTENDED"):
        return read_lsub(cursor)
    cursor.space()
    extended = cursor.sees(b"(")
    selections: frozenset[SelectionOption] = frozenset()
    if extended:
        selections = _read_selections(cursor)
        cursor.space()
    reference = _name(cursor, cursor.astring())
    cursor.space()
    if cursor.takes(b"("):
        extended = True
        patterns = _read_patterns(cursor)
    else:
        patterns = (_name(cursor, cursor.list_mailbox()),)
    shown: frozenset[ReturnOption] = frozenset()
    status: tuple[StatusItem, ...] = ()
    if cursor.takes(b" "):
        extended = True
        shown, status = _read_return(cursor)
    return Listing(
        reference=reference,
        patterns=patterns,
        selections=selections,
        shown=shown,
        status=status,
        extended=extended,
    )


def _name(cursor: Cursor, octets: bytes) -> str | None:
    try:
        return decode(octets, utf8=cursor.dialect.utf8).text
    except BadName:
        return None


def _read_patterns(cursor: Cursor) -> tuple[str | None, ...]:
    return cursor.rest_of_list(lambda cursor: _name(cursor, cursor.list_mailbox()))


def _read_selections(cursor: Cursor) -> frozenset[SelectionOption]:
    cursor.expect(b"(")
    known = {each.value: each for each, name in _SELECTIONS.items() if cursor.dialect.offers(name)}
    found: set[SelectionOption] = set()
    while not cursor.takes(b")"):
        if found:
            cursor.space()
        option = cursor.word()
        if option not in known:
            raise Malformed(f"There is no LIST selection option {option[:40]}")
        found.add(known[option])
    if SelectionOption.RECURSIVEMATCH in found and SelectionOption.SUBSCRIBED not in found:
        # RFC 5258 section 3.1: BAD, alone or with options that select nothing by themselves.
        raise Malformed("RECURSIVEMATCH needs SUBSCRIBED beside it")
    return frozenset(found)


def _read_return(cursor: Cursor) -> tuple[frozenset[ReturnOption], tuple[StatusItem, ...]]:
    if cursor.word() != "RETURN":
        raise Malformed("LIST ends, or goes on with RETURN")
    cursor.space()
    cursor.expect(b"(")
    known = {each.value: each for each, name in _SHOWN.items() if cursor.dialect.offers(name)}
    shown: set[ReturnOption] = set()
    status: tuple[StatusItem, ...] = ()
    first = True
    while not cursor.takes(b")"):
        if not first:
            cursor.space()
        first = False
        option = cursor.word()
        if option == "STATUS" and cursor.dialect.offers("LIST-STATUS"):
            cursor.space()
            status = read_status_items(cursor)
        elif option in known:
            shown.add(known[option])
        else:
            raise Malformed(f"There is no LIST return option {option[:40]}")
    return frozenset(shown), status
