"""What SORT and THREAD may be asked for (RFC 5256 section 5, RFC 5957 section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["SortCriterion", "SortKey", "ThreadAlgorithm"]


class SortKey(Enum):
    """What messages are sorted by; the value is the name on the wire."""

    ARRIVAL = "ARRIVAL"
    CC = "CC"
    DATE = "DATE"
    DISPLAYFROM = "DISPLAYFROM"
    DISPLAYTO = "DISPLAYTO"
    FROM = "FROM"
    SIZE = "SIZE"
    SUBJECT = "SUBJECT"
    TO = "TO"


@dataclass(frozen=True, slots=True)
class SortCriterion:
    """A sort key, or REVERSE and a sort key."""

    key: SortKey
    reverse: bool = False


class ThreadAlgorithm(Enum):
    """How messages are put together to threads; the value is the name on the wire."""

    ORDEREDSUBJECT = "ORDEREDSUBJECT"
    REFERENCES = "REFERENCES"
