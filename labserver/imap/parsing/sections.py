"""Reads which part of a message is meant (RFC 3501 section 9: section)."""

from __future__ import annotations

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.values import Section, SectionText

__all__ = ["read_path", "read_section"]

_TEXTS = {text.value: text for text in SectionText}
_WITH_NAMES = {SectionText.FIELDS, SectionText.FIELDS_NOT}


def read_section(cursor: Cursor) -> Section:
    """Read what stands between the brackets of BODY[...]."""
    if cursor.sees(b"]"):
        return Section()
    path, ends = read_path(cursor)
    if ends:
        return Section(path=path)
    name = cursor.name()
    text = _TEXTS.get(name)
    if text is None:
        raise Malformed(f"There is no section {name[:40]}")
    if text is SectionText.MIME and not path:
        raise Malformed("MIME needs a part number")
    names = _read_header_list(cursor) if text in _WITH_NAMES else ()
    return Section(path=path, text=text, names=names)


def read_path(cursor: Cursor) -> tuple[tuple[int, ...], bool]:
    """Read a part number as far as it goes; tell whether it is all, with no `.` after it."""
    path: list[int] = []
    while cursor.at_sequence_set():
        path.append(cursor.nz_number())
        if not cursor.takes(b"."):
            return tuple(path), True
    return tuple(path), False


def _read_header_list(cursor: Cursor) -> tuple[bytes, ...]:
    cursor.space()
    cursor.expect(b"(")
    return cursor.rest_of_list(Cursor.astring)
