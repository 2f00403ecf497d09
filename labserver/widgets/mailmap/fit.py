"""How much text has room in so many pixels, whatever is in it.

A page's own font is not known here: widths are those of a wide one (DejaVu Sans), rounded up.
"""

from __future__ import annotations

import unicodedata

__all__ = ["fit", "pixels"]

_ODD = {
    **dict.fromkeys("ijlI.,:;'|!`", 0.34),
    **dict.fromkeys('frt()[]{}-/\\" ', 0.42),
    **dict.fromkeys("mwMW@%", 1.0),
}
_MONO = 0.61
_BOLD = 1.13


def pixels(text: str, size: float = 13, *, bold: bool = False, mono: bool = False) -> float:
    """Return how wide the text is at most, in px."""
    ems = sum(_mono(each) if mono else _ems(each) for each in text)
    return ems * size * (_BOLD if bold and not mono else 1)


def fit(text: str, room: float, size: float = 13, *, bold: bool = False, mono: bool = False) -> str:
    """Return as much of the text as has room, with … where something was left out."""
    scale = size * (_BOLD if bold and not mono else 1)
    ems = room / scale
    taken, kept = 0.0, 0
    for at, character in enumerate(text):
        taken += _mono(character) if mono else _ems(character)
        if taken > ems:
            return text[:kept].rstrip() + "…"
        if taken <= ems - 1:
            kept = at + 1
    return text


def _mono(character: str) -> float:
    return _ems(character) if not character.isascii() else _MONO


def _ems(character: str) -> float:
    if character.isascii():
        plain = 0.63 if character.islower() or character.isdigit() else 0.7
        return _ODD.get(character, plain)
    if unicodedata.combining(character) or character in "\u200c\u200d":
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3
    return 1.3 if unicodedata.category(character) in ("Lo", "Co") else 0.85
