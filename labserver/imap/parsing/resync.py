"""Reads what belongs to QRESYNC (RFC 7162 section 7)."""

from __future__ import annotations

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.values import STAR, Resync, SequenceSet

__all__ = ["read_resync", "read_vanished"]


def read_vanished(cursor: Cursor) -> bool:
    """Read nothing more: VANISHED, of UID FETCH."""
    _need_enabled(cursor)
    return True


def read_resync(cursor: Cursor) -> Resync:
    """Read the value of QRESYNC, of SELECT and EXAMINE."""
    _need_enabled(cursor)
    cursor.space()
    cursor.expect(b"(")
    uidvalidity = cursor.nz_number()
    cursor.space()
    modseq = cursor.mod_sequence()
    known = pairs = None
    more = cursor.takes(b" ")
    if more and not cursor.sees(b"("):
        known = _read_exact(cursor)
        more = cursor.takes(b" ")
    if more:
        pairs = _read_pairs(cursor)
    cursor.expect(b")")
    return Resync(uidvalidity=uidvalidity, modseq=modseq, known=known, pairs=pairs)


def _need_enabled(cursor: Cursor) -> None:
    # Section 3.2.3: BAD before ENABLE QRESYNC.
    if not cursor.dialect.enabled("QRESYNC"):
        raise Malformed("ENABLE QRESYNC comes first")


def _read_pairs(cursor: Cursor) -> tuple[SequenceSet, SequenceSet]:
    cursor.expect(b"(")
    numbers = _ascending(_read_exact(cursor))
    cursor.space()
    uids = _ascending(_read_exact(cursor))
    cursor.expect(b")")
    if _size(numbers) != _size(uids):
        raise Malformed("There must be as many message numbers as UIDs")
    return numbers, uids


def _read_exact(cursor: Cursor) -> SequenceSet:
    if not cursor.at_sequence_set():
        raise Malformed(f"Expected a set of numbers {cursor.where()}")
    numbers = cursor.sequence_set()
    if numbers.saved or any(STAR in ends for ends in numbers.ranges):
        raise Malformed("* and $ have no meaning in QRESYNC")
    return numbers


def _ascending(numbers: SequenceSet) -> SequenceSet:
    last = 0
    for low, high in numbers.ranges:
        if not last < low <= high:
            raise Malformed("Message numbers and their UIDs are given in ascending order")
        last = high
    return numbers


def _size(numbers: SequenceSet) -> int:
    return sum(high - low + 1 for low, high in numbers.ranges)
