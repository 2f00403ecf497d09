"""From octets to text, whatever the label says."""

from __future__ import annotations

import codecs

__all__ = ["to_text"]

# Labels seen in mail, and the codec that reads what is so labelled. GB 18030 contains GB 2312;
# "-i" and "-e" say how the writing direction is marked, not what the octets mean.
_ALIASES = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "utf8mb4": "utf-8",
}
# Codecs that are no character sets, and must not be reached from a message.
_REFUSED = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)
_LONGEST_LABEL = 64


def to_text(octets: bytes, charset: str | None) -> str:
    """Return `octets` as text. Never raises.

    A known `charset` is used, with U+FFFD for what it does not allow. Without one, with one that
    nobody knows, or where the label is US-ASCII and the octets are not: UTF-8 if it fits, else
    latin-1.
    """
    codec = _codec(charset) if charset else None
    if codec is not None and codec != "ascii":
        try:
            return octets.decode(codec, "replace")
        except (LookupError, ValueError):
            pass  # not a text encoding, or one that cannot replace
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _codec(label: str) -> str | None:
    label = label.strip().lower()
    if len(label) > _LONGEST_LABEL:
        return None
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _REFUSED else name
