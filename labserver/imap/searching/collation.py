"""How strings are compared in SORT and THREAD: the collation i;unicode-casemap.

RFC 5256 section 7 asks for it. It is done with what Python knows of Unicode: each character goes
to its simple title case, the result to its compatibility decomposition (NFKD), and octets of
UTF-8 are compared. So case does not count, nor does how an accent is written; the accent does.
"""

from __future__ import annotations

from unicodedata import normalize

__all__ = ["casemap"]


def casemap(text: str) -> bytes:
    """Return the octets whose order and equality are those of the text. NUL is left out."""
    text = text.replace("\0", "")
    if text.isascii():
        return text.upper().encode("ascii")
    titled = "".join(map(_title, text))
    return normalize("NFKD", titled).encode("utf-8", "replace")


def _title(character: str) -> str:
    # Python's is the full mapping. Where that takes several characters (the sharp s), the simple
    # one leaves the character as it is.
    titled = character.title()
    return titled if len(titled) == 1 else character
