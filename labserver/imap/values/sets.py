"""Sets of messages (RFC 3501 section 9: sequence-set)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MAX_RANGES", "STAR", "SequenceSet"]

STAR = 0
"""`*` in a range: the largest number in use. No message ever has the number 0."""

MAX_RANGES = 5000
"""The most ranges a set may have; a command line of 8192 octets holds fewer."""


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """A sequence-set as written: one or more ranges, a single number being a range of one.

    Ends are 1 to 4294967295 or `STAR`, in either order; ranges may overlap. Whether the numbers
    are message sequence numbers or UIDs, the command says. `sets` reads it.

    `saved`: it is `$`, what the last SEARCH that was to be saved has found (RFC 5182 section 1);
    it has no ranges then, and stands for messages whatever the command counts by.
    """

    ranges: tuple[tuple[int, int], ...]
    saved: bool = False
