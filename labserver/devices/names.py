"""Names for folders that are legal on Linux, macOS and Windows."""

from __future__ import annotations

import hashlib
import re

__all__ = ["folder_name"]

_PLAIN = re.compile(r"[A-Za-z0-9 _@.+=-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_LONGEST = 100


def folder_name(text: str) -> str:
    """Return `text` as the name of a folder; two texts that give one name differ in case only.

    What Windows does not allow in a name, or at its ends, is written as %XX; very long names
    are cut and end with a digest.
    """
    name = "".join(c if _PLAIN.match(c) else _escaped(c) for c in text)
    if name[:1] in {".", " "} or _RESERVED.match(name):
        name = _escaped(name[0]) + name[1:]
    if name[-1:] in {".", " "}:
        name = name[:-1] + _escaped(name[-1])
    if len(name) > _LONGEST:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        name = f"{name[: _LONGEST - 13]}-{digest}"
    return name or "%"


def _escaped(character: str) -> str:
    return "".join(f"%{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
