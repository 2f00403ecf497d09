"""Reads what SEARCH asks for (RFC 3501 section 9: search-key)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from labserver.imap.errors import Malformed, Refused
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.words import read_date, read_keyword
from labserver.imap.values import (
    MAX_SEARCH_DEPTH,
    SIMPLE_KEYS,
    AddressContains,
    And,
    BodyContains,
    EmailId,
    HasFlag,
    HeaderContains,
    InSequence,
    InternalDate,
    InUids,
    Larger,
    ModSeq,
    Not,
    Or,
    SavedDate,
    SearchKey,
    SentDate,
    Smaller,
    TextContains,
    ThreadId,
    When,
    Within,
)

__all__ = ["read_keys"]

_CAPABILITIES = {
    "MODSEQ": "CONDSTORE",
    "OLDER": "WITHIN",
    "YOUNGER": "WITHIN",
    "EMAILID": "OBJECTID",
    "THREADID": "OBJECTID",
    "SAVEDATESUPPORTED": "SAVEDATE",
    "SAVEDBEFORE": "SAVEDATE",
    "SAVEDON": "SAVEDATE",
    "SAVEDSINCE": "SAVEDATE",
}

# RFC 7162 section 7: entry-flag-name, entry-type-req.
_ENTRY = re.compile(r"/flags/\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+", re.IGNORECASE)
# RFC 8474 section 7.
_OBJECTID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_ENTRY_TYPES = frozenset({"PRIV", "SHARED", "ALL"})

# RFC 9051 Appendix E, item 12: what asks for \Recent.
_REMOVED = frozenset({"NEW", "OLD", "RECENT"})


def read_keys(cursor: Cursor) -> SearchKey:
    """Read the keys to the end of the command, at least one; all must match.

    Raises Refused with LIMIT (RFC 5530 section 3) for keys that are right and nested too deep.
    """
    keys = [_read_key(cursor, 1)]
    while cursor.takes(b" "):
        keys.append(_read_key(cursor, 1))
    return keys[0] if len(keys) == 1 else And(tuple(keys))


def _read_key(cursor: Cursor, depth: int) -> SearchKey:
    if depth > MAX_SEARCH_DEPTH:
        text = f"SEARCH keys are nested more than {MAX_SEARCH_DEPTH} deep here"
        raise Refused(text, code="LIMIT")
    if cursor.at_sequence_set():
        return InSequence(cursor.sequence_set())
    if cursor.takes(b"("):
        keys = cursor.rest_of_list(lambda cursor: _read_key(cursor, depth + 1))
        return keys[0] if len(keys) == 1 else And(keys)
    return _read_named(cursor, cursor.name(), depth)


def _read_named(cursor: Cursor, name: str, depth: int) -> SearchKey:
    if cursor.dialect.rev2 and name in _REMOVED:
        raise Malformed(f"IMAP4rev2 has no SEARCH key {name}")
    if not cursor.dialect.has(_CAPABILITIES.get(name)):
        raise _unknown(name)
    if name in SIMPLE_KEYS:
        return SIMPLE_KEYS[name]
    if name == "NOT":
        cursor.space()
        return Not(_read_key(cursor, depth + 1))
    if name == "OR":
        cursor.space()
        first = _read_key(cursor, depth + 1)
        cursor.space()
        return Or(first, _read_key(cursor, depth + 1))
    read = _KEYS.get(name)
    if read is None:
        raise _unknown(name)
    cursor.space()
    return read(cursor)


def _unknown(name: str) -> Malformed:
    return Malformed(f"There is no SEARCH key {name[:40]}")


def _header(cursor: Cursor) -> SearchKey:
    field = cursor.astring()
    cursor.space()
    return HeaderContains(field, cursor.astring())


def _mod_sequence(cursor: Cursor) -> SearchKey:
    if cursor.sees(b'"'):
        entry = cursor.quoted().decode("ascii", "replace")
        if not _ENTRY.fullmatch(entry):
            raise Malformed("The entry of MODSEQ is the name of a flag, as in: /flags/\\\\seen")
        cursor.space()
        if cursor.word() not in _ENTRY_TYPES:
            raise Malformed("The entry of MODSEQ is followed by priv, shared or all")
        cursor.space()
    return ModSeq(cursor.mod_sequence(zero=True))


def _objectid(cursor: Cursor) -> str:
    written = cursor.atom()
    if not _OBJECTID.fullmatch(written):
        raise Malformed("An identifier has letters, digits, _ and - only")
    return written


def _address(field: bytes) -> Callable[[Cursor], SearchKey]:
    return lambda cursor: AddressContains(field, cursor.astring())


def _subject(cursor: Cursor) -> SearchKey:
    return HeaderContains(b"SUBJECT", cursor.astring())


_KEYS: Mapping[str, Callable[[Cursor], SearchKey]] = {
    "BCC": _address(b"BCC"),
    "BEFORE": lambda cursor: InternalDate(When.BEFORE, read_date(cursor)),
    "BODY": lambda cursor: BodyContains(cursor.astring()),
    "CC": _address(b"CC"),
    "EMAILID": lambda cursor: EmailId(_objectid(cursor)),
    "FROM": _address(b"FROM"),
    "HEADER": _header,
    "KEYWORD": lambda cursor: HasFlag(read_keyword(cursor)),
    "LARGER": lambda cursor: Larger(cursor.size()),
    "MODSEQ": _mod_sequence,
    "OLDER": lambda cursor: Within(cursor.nz_number(), younger=False),
    "ON": lambda cursor: InternalDate(When.ON, read_date(cursor)),
    "SAVEDBEFORE": lambda cursor: SavedDate(When.BEFORE, read_date(cursor)),
    "SAVEDON": lambda cursor: SavedDate(When.ON, read_date(cursor)),
    "SAVEDSINCE": lambda cursor: SavedDate(When.SINCE, read_date(cursor)),
    "SENTBEFORE": lambda cursor: SentDate(When.BEFORE, read_date(cursor)),
    "SENTON": lambda cursor: SentDate(When.ON, read_date(cursor)),
    "SENTSINCE": lambda cursor: SentDate(When.SINCE, read_date(cursor)),
    "SINCE": lambda cursor: InternalDate(When.SINCE, read_date(cursor)),
    "SMALLER": lambda cursor: Smaller(cursor.size()),
    "SUBJECT": _subject,
    "TEXT": lambda cursor: TextContains(cursor.astring()),
    "THREADID": lambda cursor: ThreadId(_objectid(cursor)),
    "TO": _address(b"TO"),
    "UID": lambda cursor: InUids(cursor.sequence_set()),
    "UNKEYWORD": lambda cursor: Not(HasFlag(read_keyword(cursor))),
    "YOUNGER": lambda cursor: Within(cursor.nz_number(), younger=True),
}
