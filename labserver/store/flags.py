"""Flags and keywords: one canonical text for each set."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from labserver.store.rights import ALL_RIGHTS, Rights, permitted

__all__ = ["SYSTEM_FLAGS", "Flagging", "flag_text", "flag_tuple"]

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
"""The system flags that can be stored (RFC 3501 section 2.3.2); \\Recent is not one of them."""

_SYSTEM = {flag.lower(): flag for flag in SYSTEM_FLAGS}


class Flagging(Enum):
    """What STORE does with the flags it names."""

    ADD = "+"
    REMOVE = "-"
    REPLACE = "="


def flag_text(flags: Iterable[str]) -> str:
    """Return the canonical text of a set of flags: system flags first, then keywords in order.

    Flags are the same in any case of their letters; a keyword keeps its first spelling.
    """
    unique = {flag.lower(): flag for flag in reversed(list(flags))}
    system = [_SYSTEM[low] for low in _SYSTEM if low in unique]
    keywords = sorted(flag for low, flag in unique.items() if low not in _SYSTEM)
    return " ".join([*system, *keywords])


@lru_cache(maxsize=4096)
def flag_tuple(text: str) -> tuple[str, ...]:
    """Return the flags of a canonical text, in its order."""
    return tuple(text.split())


def flagged(text: str, how: Flagging, flags: tuple[str, ...], rights: Rights = ALL_RIGHTS) -> str:
    """Return the canonical text after `how` was done with `flags`, as far as `rights` allow it.

    Flags that may not be changed stay as they are (RFC 4314 section 4: STORE).
    """
    old = flag_tuple(text)
    flags = permitted(flags, rights)
    if how is Flagging.REPLACE:
        return flag_text((*permitted(old, ALL_RIGHTS - rights), *flags))
    if how is Flagging.ADD:
        return flag_text((*old, *flags))
    gone = {flag.lower() for flag in flags}
    return flag_text(flag for flag in old if flag.lower() not in gone)
