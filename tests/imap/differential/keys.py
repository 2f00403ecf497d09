"""SEARCH keys of every kind, drawn from a seeded generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from tests.imap.differential.talk import Command, Literal

__all__ = ["criteria", "joined", "search"]

_FLAGS = (b"ANSWERED", b"DELETED", b"DRAFT", b"FLAGGED", b"SEEN")
_WORDS = (
    b"alice",
    b"ALICE",
    b"home.example",
    b"a",
    b"xy",
    b"Lunch",
    b"noon",
    b"folded subject",
    b"J. R.",
    b"Hacker",
    b"lone",
    b"looks like a header",
    b"secret",
    b"break",
    b"no such thing",
    b"2026",
    b"xyzzy",
    b"place?",
    b"<1@home",
)
_WIDE = ("Jürgen", "JÜRGEN", "café", "ü", "é", "Müller")
_FIELDS = (b"BCC", b"CC", b"FROM", b"SUBJECT", b"TO")
_NAMES = (b"Message-ID", b"Date", b"x-empty", b"X-None", b"Content-Type", b"Received")
_DAYS = ("6-Sep-2026", "7-Sep-2026", "8-Sep-2026", "1-Jan-2020", "02-Mar-2026")
_DATED = ("BEFORE", "ON", "SINCE", "SENTBEFORE", "SENTON", "SENTSINCE")


def _text(random: Random) -> bytes | Literal:
    word = random.choice(_WORDS) if random.random() < 0.7 else random.choice(_WIDE).encode()
    if not word.isascii() or random.random() < 0.1:
        return Literal(word)
    return b'"%b"' % word


def _set(random: Random, highest: int) -> bytes:
    def number() -> str:
        return "*" if random.random() < 0.2 else str(random.randint(1, highest))

    ranges = [
        number() if random.random() < 0.4 else f"{number()}:{number()}"
        for _ in range(random.choice((1, 1, 2, 3)))
    ]
    return ",".join(ranges).encode()


_Key: TypeAlias = list[bytes | Literal]


def _size(random: Random, _: int) -> _Key:
    size = random.choice((0, 20, 100, 300, 1000, 4294967295))
    return [random.choice((b"LARGER ", b"SMALLER ")) + b"%d" % size]


def _date(random: Random, _: int) -> _Key:
    day = random.choice(_DAYS)
    quoted = f'"{day}"' if random.random() < 0.2 else day
    return [f"{random.choice(_DATED)} {quoted}".encode()]


def _header(random: Random, _: int) -> _Key:
    return [b"HEADER ", random.choice(_NAMES), b" ", random.choice((b'""', _text(random)))]


_KEYS: tuple[Callable[[Random, int], _Key], ...] = (
    lambda random, _: [random.choice((b"", b"UN")) + random.choice(_FLAGS)],
    lambda random, _: [random.choice((b"ALL", b"RECENT", b"OLD", b"NEW"))],
    lambda random, _: [random.choice((b"", b"UN")) + b"KEYWORD " + random.choice((b"$a", b"$B"))],
    _size,
    _date,
    _header,
    lambda random, highest: [_set(random, highest)],
    lambda random, highest: [b"UID ", _set(random, highest + 5)],
    lambda random, _: [random.choice((b"BODY ", b"TEXT ")), _text(random)],
    lambda random, _: [random.choice(_FIELDS), b" ", _text(random)],
)


def _other(random: Random, highest: int) -> _Key:
    # Two keys for flags or sizes beside one another: Dovecot joins them wrongly, as a row says.
    return random.choice(_KEYS[4:])(random, highest)


def _key(random: Random, highest: int, depth: int) -> _Key:
    if depth == 3 or random.random() > 0.35:
        return random.choice(_KEYS)(random, highest)
    first, second = _key(random, highest, depth + 1), _other(random, highest)
    return random.choice(
        ([b"NOT ", *first], [b"OR ", *first, b" ", *second], [b"(", *first, b" ", *second, b")"])
    )


def criteria(random: Random, highest: int) -> tuple[bool, Sequence[bytes | Literal]]:
    """Return keys, with message numbers up to `highest`, and whether they are all US-ASCII."""
    keys = _key(random, highest, 0)
    if random.random() < 0.3:
        keys += [b" ", *_other(random, highest)]
    return not any(isinstance(one, Literal) and not one.octets.isascii() for one in keys), keys


def search(random: Random, highest: int) -> Command:
    """Return a UID SEARCH, with message numbers up to `highest`, and perhaps a charset."""
    narrow, keys = criteria(random, highest)
    charset = random.choice((b"", b"", b" CHARSET US-ASCII")) if narrow else b" CHARSET UTF-8"
    return joined([b"UID SEARCH", charset, b" ", *keys])


def joined(pieces: Sequence[bytes | Literal]) -> Command:
    """Put neighbouring texts together."""
    whole: list[bytes | Literal] = []
    for piece in pieces:
        if isinstance(piece, bytes) and whole and isinstance(whole[-1], bytes):
            whole[-1] += piece
        else:
            whole.append(piece)
    return whole
