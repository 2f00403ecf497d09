"""Sets of message sequence numbers and UIDs (RFC 3501 section 9, sequence-set)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain

from labserver.imap.errors import Malformed
from labserver.imap.values import SequenceSet

__all__ = ["format_set", "select_numbers", "select_uids", "spans"]


def spans(numbers: SequenceSet, largest: int) -> list[tuple[int, int]]:
    """Return the set as spans from low to high, in order and apart; `*` stands for `largest`."""
    ordered = sorted(
        (first, last) if first <= last else (last, first)
        for first, last in (
            (low or largest, high or largest)  # STAR is 0
            for low, high in numbers.ranges
        )
    )
    joined: list[tuple[int, int]] = []
    for low, high in ordered:
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def select_numbers(numbers: SequenceSet, count: int) -> list[int]:
    """Return the sequence numbers that a set names in a mailbox of `count` messages, ascending.

    Raises Malformed if one is greater than `count`, or if it is `*` and there is no message:
    section 9, seq-number, wants BAD then.
    """
    found = spans(numbers, count)
    if not count:
        raise Malformed("There are no messages in the mailbox")
    if found[-1][1] > count:
        raise Malformed(f"There are only {count} messages in the mailbox")
    return list(chain.from_iterable(range(low, high + 1) for low, high in found))


def select_uids(numbers: SequenceSet, uids: Sequence[int], last: int = 0) -> list[int]:
    """Return those of `uids` (ascending) that the set names; UIDs that are not there are no error.

    `*` is the last of `uids`, so that `N:*` has it even if it is less than N (section 9); or it is
    `last`, if that is given.
    """
    if not uids:
        return []
    chosen: list[int] = []
    for low, high in spans(numbers, last or uids[-1]):
        chosen.extend(uids[bisect_left(uids, low) : bisect_right(uids, high)])
    return chosen


def format_set(numbers: Iterable[int]) -> bytes:
    """Return numbers as a set, in their order, with runs that ascend by one as ranges.

    At least one number; no `*` comes out, as uid-set wants (RFC 4315 section 4).
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d:%d" % (a, b) if a != b else b"%d" % a for a, b in runs)
