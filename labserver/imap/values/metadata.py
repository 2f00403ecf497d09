"""What GETMETADATA may be asked (RFC 5464 section 4.2)."""

from __future__ import annotations

from enum import Enum

__all__ = ["Depth"]


class Depth(Enum):
    """How far below an entry others are asked for with it; the value is the word on the wire."""

    ZERO = "0"
    ONE = "1"
    INFINITY = "INFINITY"
