"""Reads result options: RETURN (MIN COUNT) (RFC 4466 section 3, search-return-opts)."""

from __future__ import annotations

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.values import ResultOption, Returning

__all__ = ["read_returning"]

_OFFERED_BY = {
    ResultOption.MIN: "ESEARCH",
    ResultOption.MAX: "ESEARCH",
    ResultOption.ALL: "ESEARCH",
    ResultOption.COUNT: "ESEARCH",
    ResultOption.SAVE: "SEARCHRES",
}


def read_returning(cursor: Cursor, capability: str) -> Returning | None:
    """Read RETURN, its options and the space behind them; None if there is no RETURN.

    `capability` is what brings RETURN to the command: without it there is none to read. Options
    that nothing offers are BAD (RFC 4466 section 2.6.1); one named twice counts once.
    """
    if not cursor.dialect.offers(capability) or not cursor.takes_name("RETURN"):
        return None
    cursor.space()
    cursor.expect(b"(")
    options: set[ResultOption] = set()
    while not cursor.takes(b")"):
        if options:
            cursor.space()
        options.add(_read_option(cursor))
    cursor.space()
    return Returning(frozenset(options)) if options else Returning()


def _read_option(cursor: Cursor) -> ResultOption:
    name = cursor.name()
    try:
        option = ResultOption(name)
    except ValueError:
        option = None
    if option is None or not cursor.dialect.offers(_OFFERED_BY[option]):
        raise Malformed(f"There is no result option {name[:40]}")
    return option
