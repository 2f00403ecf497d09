"""Text from mail and from the wire, made fit to be shown: nothing in it can act or hide."""

from __future__ import annotations

import unicodedata

__all__ = ["CONTROL_NAMES", "clip", "octet_by_octet", "pad", "visible", "width", "wire"]

_CODES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN"
    " EM SUB ESC FS GS RS US SP DEL"
)
CONTROL_NAMES = {chr(0x2400 + n): name for n, name in enumerate(_CODES.split())}
"""The code of each control character by its picture: few fonts have those."""


def visible(text: str) -> str:
    """Return the text with every character that acts or hides replaced by one that shows.

    Control characters become their pictures (U+2400 on); what turns the direction of text or
    breaks lines, lone surrogates and unassigned characters become U+FFFD. Joiners stay: scripts
    and emoji need them.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in "\u200c\u200d":
        return character
    kind = unicodedata.category(character)
    return "\ufffd" if kind in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp") else character


def wire(octets: bytes) -> str:
    r"""Return a line of a protocol as text: UTF-8, or each octet that is not as \xNN."""
    return visible(octets.decode("utf-8", "backslashreplace"))


def octet_by_octet(octets: bytes) -> str:
    r"""Return octets one by one: ASCII as it is, what acts as its picture, all else as \xNN."""
    return visible(octets.decode("ascii", "backslashreplace"))


def width(text: str) -> int:
    """Return how many columns the text takes in a monospaced face."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in "\u200c\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clip(text: str, columns: int) -> str:
    """Return the text in at most so many columns, with … where something was left out."""
    if len(text) <= columns and text.isascii():
        return text
    kept, taken = 0, 0
    for at, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[:kept].rstrip() + "…"
        if taken < columns:
            kept = at + 1
    return text


def pad(text: str, columns: int) -> str:
    """Return the text followed by spaces up to so many columns."""
    return text + " " * (columns - width(text))
