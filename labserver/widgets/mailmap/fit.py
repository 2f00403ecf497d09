"""How much text has room in so many pixels or columns, whatever is in it.

A page's own font is not known here: widths are those of a wide one (DejaVu Sans), rounded up.
"""

from __future__ import annotations

import re
import unicodedata

from labserver.widgets.visible import clip, width

__all__ = ["command", "fit", "pixels", "wrap"]

_ODD = {
    **dict.fromkeys("ijlI.,:;'|!`", 0.34),
    **dict.fromkeys('frt()[]{}-/\\" ', 0.42),
    **dict.fromkeys("mwMW@%", 1.0),
}
_ITEM = re.compile(r"\(?(?:BODY|BINARY|RFC822)\b|\{\d+\+?\}", re.IGNORECASE)
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


def wrap(
    text: str, room: float, size: float = 13, *, bold: bool = False, most: int | None = None
) -> list[str]:
    """Return the text in lines of whole words; of more than `most`, the last is cut with …."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        full = line and pixels(longer, size, bold=bold) > room
        if full and (most is None or len(lines) + 1 < most):
            lines.append(line)
            longer = word
        line = longer
    return [fit(each, room, size, bold=bold) for each in (*lines, line)]


def command(said: str, columns: int) -> tuple[str, ...]:
    r"""Return a client's line in one or two lines of at most so many columns.

    What is left out is marked with …, and last of all what is fetched (BODY[] sets \Seen,
    BODY.PEEK[] does not: RFC 3501 section 6.4.5) or the size of what is sent.
    """
    if width(said) <= columns:
        return (said,)
    words = said.split(" ")
    count = 1
    while width(" ".join(words[: count + 1])) <= columns:
        count += 1
    first, rest = clip(" ".join(words[:count]), columns), words[count:]
    if width(" ".join(rest)) > columns:
        item = next((n for n, word in enumerate(rest) if _ITEM.match(word)), 0)
        if item:
            rest = [f"…{rest[item]}", *rest[item + 1 :]]
    return (first, clip(" ".join(rest), columns)) if rest else (first,)


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
