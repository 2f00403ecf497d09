"""SASLprep, the stringprep profile for user names: one form of what looks the same.

Python's `stringprep` has the tables of RFC 3454, and `unicodedata` the Unicode they are made for.
"""

from __future__ import annotations

import stringprep
from unicodedata import ucd_3_2_0

__all__ = ["prepared"]

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def prepared(text: str, *, query: bool = False) -> str | None:
    """Return `text` as SASLprep has it, or None if it can't be prepared.

    `query`: it is compared with what is kept, and may hold characters that are unassigned yet.
    """
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in text
        if not stringprep.in_table_b1(character)
    )
    normal = ucd_3_2_0.normalize("NFKC", mapped)
    if any(prohibited(character) for character in normal for prohibited in _PROHIBITED):
        return None
    if not query and any(map(stringprep.in_table_a1, normal)):
        return None
    return normal if _one_direction(normal) else None


def _one_direction(text: str) -> bool:
    """Tell whether no letters of both directions are mixed, which would read ambiguously."""
    if not any(map(stringprep.in_table_d1, text)):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(map(stringprep.in_table_d2, text))
