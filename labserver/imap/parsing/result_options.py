"""Reads result options: RETURN (MIN COUNT) (RFC 4466 section 3, search-return-opts)."""

from __future__ import annotations

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.fetch_items import read_fetch_items
from labserver.imap.values import FetchItem, ResultOption, Returning, Window

__all__ = ["read_returning", "read_window"]

_OFFERED_BY = {
    ResultOption.MIN: "ESEARCH",
    ResultOption.MAX: "ESEARCH",
    ResultOption.ALL: "ESEARCH",
    ResultOption.COUNT: "ESEARCH",
    ResultOption.SAVE: "SEARCHRES",
}
_OPTIONS = {option.value: option for option in ResultOption}


def read_returning(cursor: Cursor, capability: str, context: str) -> Returning | None:
    """Read RETURN, its options and the space behind them; None if there is no RETURN.

    `capability` is what brings RETURN to the command: without it there is none to read; `context`
    is what brings the options of RFC 5267. Options that nothing offers are BAD (RFC 4466 section
    2.6.1); one named twice counts once. CONTEXT is but a hint (RFC 5267 section 4.2).
    With NOTIFY UPDATE may have FETCH items.
    """
    if not cursor.dialect.offers(capability) or not cursor.takes_name("RETURN"):
        return None
    cursor.space()
    cursor.expect(b"(")
    options: set[ResultOption] = set()
    window: Window | None = None
    attributes: tuple[FetchItem, ...] = ()
    offers = cursor.dialect.offers
    while not cursor.takes(b")"):
        if not cursor.after(b"("):
            cursor.space()
        name = cursor.name()
        if name == "PARTIAL" and (offers("PARTIAL") or offers(context)):
            if window is not None:
                raise Malformed("PARTIAL stands there twice")
            window = read_window(cursor)
        elif not (name == "CONTEXT" and offers(context)):
            options.add(_option(cursor, name, context))
            if name == "UPDATE" and offers("NOTIFY"):
                attributes = _read_attributes(cursor)
    cursor.space()
    if window is not None and ResultOption.ALL in options:
        raise Malformed("ALL and PARTIAL do not go together")
    if not options and window is None:
        return Returning()
    return Returning(frozenset(options), window, attributes)


def _read_attributes(cursor: Cursor) -> tuple[FetchItem, ...]:
    """Read FETCH items in parentheses, if there are any.

    In the example of RFC 5465 section 7 a space stands before them, in the grammar of its section
    8 none: either is taken.
    """
    if cursor.sees(b" ("):
        cursor.space()
    return read_fetch_items(cursor) if cursor.sees(b"(") else ()


def _option(cursor: Cursor, name: str, context: str) -> ResultOption:
    option = _OPTIONS.get(name)
    if option is None or not cursor.dialect.offers(_OFFERED_BY.get(option, context)):
        raise Malformed(f"There is no result option {name[:40]}")
    return option


def read_window(cursor: Cursor) -> Window:
    """Read a partial-range, from the space before it on (RFC 9394 section 4).

    RFC 5267 section 5 has none from the end.
    """
    cursor.space()
    sign = -1 if cursor.dialect.offers("PARTIAL") and cursor.takes(b"-") else 1
    start = sign * cursor.nz_number()
    cursor.expect(b":")
    if sign < 0:
        cursor.expect(b"-")
    return Window(start, sign * cursor.nz_number())
