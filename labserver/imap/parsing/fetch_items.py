"""Reads what FETCH asks for (RFC 3501 section 9: fetch, fetch-att)."""

from __future__ import annotations

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.sections import read_path, read_section
from labserver.imap.values import (
    MACROS,
    BinarySection,
    BinarySize,
    BodySection,
    FetchItem,
    Item,
    Partial,
    Preview,
)

__all__ = ["read_fetch_items"]

_ITEMS = {item.value: item for item in Item}
_CAPABILITIES = {
    Item.MODSEQ: "CONDSTORE",
    Item.EMAILID: "OBJECTID",
    Item.THREADID: "OBJECTID",
    Item.SAVEDATE: "SAVEDATE",
}
# RFC 9051 Appendix E, item 18: IMAP4rev2 has them no more.
_REMOVED = {Item.RFC822, Item.RFC822_HEADER, Item.RFC822_TEXT}
_BINARY = {"BINARY", "BINARY.PEEK", "BINARY.SIZE"}


def read_fetch_items(cursor: Cursor) -> tuple[FetchItem, ...]:
    """Read a macro, one item, or a list of items in parentheses."""
    if not cursor.takes(b"("):
        name = cursor.name()
        return MACROS[name] if name in MACROS else (_read_item(cursor, name),)
    return cursor.rest_of_list(lambda cursor: _read_item(cursor, cursor.name()))


def _read_item(cursor: Cursor, name: str) -> FetchItem:
    if name in {"BODY", "BODY.PEEK"} and cursor.takes(b"["):
        section = read_section(cursor)
        cursor.expect(b"]")
        return BodySection(section=section, peek=name == "BODY.PEEK", partial=_read_partial(cursor))
    if name in _BINARY and _offers_binary(cursor):
        return _read_binary(cursor, name)
    if name == "PREVIEW" and cursor.dialect.offers("PREVIEW"):
        return Preview(lazy=_read_lazy(cursor))
    if name in MACROS:
        raise Malformed(f"{name} stands alone, not in a list")
    item = _ITEMS.get(name)
    if (
        item is None
        or not cursor.dialect.has(_CAPABILITIES.get(item))
        or (cursor.dialect.rev2 and item in _REMOVED)
    ):
        raise Malformed(f"There is no FETCH item {name[:40]}")
    return item


def _offers_binary(cursor: Cursor) -> bool:
    # What BINARY adds to FETCH is part of IMAP4rev2 too (RFC 9051 appendix B).
    return cursor.dialect.offers("BINARY") or cursor.dialect.offers("IMAP4rev2")


def _read_binary(cursor: Cursor, name: str) -> BinarySection | BinarySize:
    cursor.expect(b"[")
    path: tuple[int, ...] = ()
    if not cursor.sees(b"]"):
        path, ends = read_path(cursor)
        if not ends:
            raise Malformed(f"Expected a part number {cursor.where()}")
    cursor.expect(b"]")
    if name == "BINARY.SIZE":
        return BinarySize(path)
    return BinarySection(path=path, peek=name == "BINARY.PEEK", partial=_read_partial(cursor))


def _read_lazy(cursor: Cursor) -> bool:
    """Read the modifiers of PREVIEW, if there are any (RFC 8970 section 6: LAZY is the only one).

    Parentheses with anything else are the modifiers of FETCH itself.
    """
    if not cursor.takes_words(b" (", "LAZY"):
        return False
    while not cursor.takes(b")"):
        cursor.space()
        if cursor.word() != "LAZY":
            raise Malformed("The only modifier of PREVIEW is LAZY")
    return True


def _read_partial(cursor: Cursor) -> Partial | None:
    if not cursor.takes(b"<"):
        return None
    offset = cursor.size()
    cursor.expect(b".")
    count = cursor.nz_size()
    cursor.expect(b">")
    return Partial(offset, count)
