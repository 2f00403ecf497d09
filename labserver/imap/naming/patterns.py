"""Patterns of LIST and LSUB: which names match, and which levels above them LSUB shows for `%`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from labserver.store import SEPARATOR, canonical, superiors

__all__ = ["in_order", "listed", "matcher", "matches"]

_WILDCARDS = re.compile(r"[*%]+")
_LONGEST: Final = 2000
"""A pattern with more characters than this, runs of wildcards put together, matches no name."""


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name matches: `*` is anything, `%` anything within one level.

    Every place in the name that the pattern read so far can lead to is followed at once: no
    pattern makes this slow.
    """
    places = {0}
    for octet in pattern:
        if octet == "*":
            places = set(range(min(places), len(name) + 1))
        elif octet == "%":
            places = _within_level(places, name)
        else:
            places = {place + 1 for place in places if name.startswith(octet, place)}
        if not places:
            return False
    return len(name) in places


def _within_level(places: set[int], name: str) -> set[int]:
    reached: set[int] = set()
    for start in places:
        place = start
        while place not in reached:
            reached.add(place)
            if place == len(name) or name[place] == SEPARATOR:
                break
            place += 1
    return reached


def _simplified(pattern: str) -> str:
    """Put runs of wildcards together, and spell INBOX as it is spelled."""
    return canonical(_WILDCARDS.sub(lambda run: "*" if "*" in run[0] else "%", pattern))


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether a name matches any of these patterns."""
    wanted = [each for each in map(_simplified, patterns) if len(each) <= _LONGEST]

    @cache
    def found(name: str) -> bool:
        return any(matches(pattern, name) for pattern in wanted)

    return found


def in_order(names: Iterable[str]) -> list[str]:
    """Return names as they are listed: INBOX first, then in order."""
    return sorted(names, key=lambda name: (name != "INBOX", name))


def listed(pattern: str, names: Iterable[str]) -> dict[str, bool]:
    """Return the names that match, INBOX first, then in order: True for those of `names`.

    With `%` at the end the levels above a name are shown too, False if they are no names
    themselves (RFC 3501 section 6.3.9).
    """
    pattern = _simplified(pattern)
    if len(pattern) > _LONGEST:
        return {}
    known = list(names)
    found = {name: True for name in known if matches(pattern, name)}
    if pattern.endswith("%"):
        levels = {level for name in known for level in superiors(name)}
        found |= {level: False for level in levels - set(known) if matches(pattern, level)}
    return {name: found[name] for name in in_order(found)}
