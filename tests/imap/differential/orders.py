"""SORT, THREAD, and SEARCH with RETURN, SAVE and `$`, drawn from a seeded generator."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.imap.differential.keys import criteria, joined
from tests.imap.differential.talk import Command, Literal

__all__ = ["SORTED", "question"]

SORTED = ("ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO")
_THREADED = ("ORDEREDSUBJECT", "REFERENCES")
_WANTED = ("MIN", "MAX", "COUNT", "ALL", "SAVE")


def _keys(
    random: Random, highest: int, ages: Sequence[int], saved: bytes
) -> tuple[bytes, list[bytes | Literal]]:
    """Return a charset, and keys: as of SEARCH, and those of WITHIN and SEARCHRES."""
    narrow, keys = criteria(random, highest)
    pieces = [*keys]
    if random.random() < 0.3:
        pieces = [random.choice((b"ALL", b"UNDELETED", b"UNSEEN"))]
        narrow = True
    if random.random() < 0.2:
        pieces += [f" {random.choice(('OLDER', 'YOUNGER'))} {random.choice(ages)}".encode()]
    if random.random() < 0.3:
        pieces += [b" ", random.choice((b"", b"NOT ")) + saved]
    return (b"US-ASCII" if narrow and random.random() < 0.5 else b"UTF-8"), pieces


def _returned(random: Random) -> bytes:
    if random.random() < 0.2:
        low = random.randint(1, 30)
        return b"RETURN (PARTIAL %d:%d) " % (low, low + random.randrange(20))
    wanted = random.sample(_WANTED, random.randrange(len(_WANTED) + 1))
    return f"RETURN ({' '.join(wanted)}) ".encode()


def _order(random: Random) -> bytes:
    keys = random.sample(SORTED, random.randint(1, 3))
    return " ".join(random.choice(("", "REVERSE ")) + key for key in keys).encode()


def question(random: Random, highest: int, ages: Sequence[int]) -> Command:
    """Return a command that finds among messages up to `highest`, or one that takes `$`.

    `ages` are those that OLDER and YOUNGER may ask for, in seconds.
    """
    uid = random.choice((b"", b"UID "))
    charset, keys = _keys(random, highest, ages, b"$" if random.random() < 0.7 else b"UID $")
    drawn = random.random()
    if drawn < 0.3:
        returned = _returned(random) if random.random() < 0.4 else b""
        return joined([uid, b"SORT ", returned, b"(", _order(random), b") ", charset, b" ", *keys])
    if drawn < 0.5:
        while any(b"*" in one for one in keys if isinstance(one, bytes)):
            # Dovecot may end the connection, as a row says.
            charset, keys = _keys(random, highest, ages, b"$")
        algorithm = random.choice(_THREADED).encode()
        return joined([uid, b"THREAD ", algorithm, b" ", charset, b" ", *keys])
    if drawn < 0.9:
        return joined([uid, b"SEARCH ", _returned(random), b"CHARSET ", charset, b" ", *keys])
    return [uid + b"FETCH $ (UID FLAGS)"]
