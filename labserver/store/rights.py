"""Rights in a mailbox: letters, and how they are combined (RFC 4314 section 2). No I/O.

A user has what any identifier that means them is granted, less what any negative one takes away:
one of the two combinations that section 2 names, and the one that needs no order among them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from enum import Enum

__all__ = [
    "ALL_RIGHTS",
    "ANYONE",
    "NEW_RIGHTS",
    "NO_RIGHTS",
    "Granting",
    "Rights",
    "combined",
    "flag_right",
    "granted",
    "permitted",
    "rights_of",
    "rights_text",
]

Rights = frozenset[str]
"""A set of standard rights, by their letters; never a virtual one."""

_ORDER = "lrswipkxtea"
_VIRTUAL = {"c": frozenset("kx"), "d": frozenset("te")}
"""Section 2.1.1: what `create` and `delete` of RFC 2086 mean, in the first of the two readings."""

ALL_RIGHTS: Rights = frozenset(_ORDER)
NO_RIGHTS: Rights = frozenset()

NEW_RIGHTS = "texk"
"""The rights that RFC 2086 did not have: what RIGHTS= tells (section 2.2)."""

ANYONE = "anyone"
"""The identifier of everybody (section 2)."""

_NEGATIVE = "-"


class Granting(Enum):
    """What SETACL does with the rights it names."""

    ADD = "+"
    REMOVE = "-"
    REPLACE = ""


def rights_of(letters: Iterable[str]) -> Rights:
    """Return the rights that letters name, virtual ones as their members.

    Raises KeyError with the first letter that names none.
    """
    found: set[str] = set()
    for letter in letters:
        if letter in _VIRTUAL:
            found |= _VIRTUAL[letter]
        elif letter in ALL_RIGHTS:
            found.add(letter)
        else:
            raise KeyError(letter)
    return frozenset(found)


def rights_text(rights: Rights) -> str:
    """Return the letters of rights in one order, with the virtual rights they make."""
    told = [right for right in _ORDER if right in rights and right != "a"]
    told += [virtual for virtual, members in _VIRTUAL.items() if members & rights]
    return "".join([*told, "a"] if "a" in rights else told)


def granted(old: Rights, how: Granting, rights: Rights) -> Rights:
    """Return what an entry holds after `how` was done with `rights` (section 3.1)."""
    if how is Granting.ADD:
        return old | rights
    return old - rights if how is Granting.REMOVE else rights


def combined(entries: Mapping[str, Rights], identities: Container[str]) -> Rights:
    """Return what a list grants to whom all those identifiers mean, in small letters."""
    given: set[str] = set()
    taken: set[str] = set()
    for identifier, rights in entries.items():
        low = identifier.lower()
        if low in identities:
            given |= rights
        elif low.removeprefix(_NEGATIVE) in identities:
            taken |= rights
    return frozenset(given - taken)


def flag_right(flag: str) -> str:
    """Return the right that it takes to set or clear a flag (section 4)."""
    return {"\\seen": "s", "\\deleted": "t"}.get(flag.lower(), "w")


def permitted(flags: Iterable[str], rights: Rights) -> tuple[str, ...]:
    """Return those of the flags that may be set or cleared with these rights."""
    return tuple(flag for flag in flags if flag_right(flag) in rights)
