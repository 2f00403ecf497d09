"""Address fields as ENVELOPE shows them.

Sources: RFC 5322 §3.4 (addresses, groups) and §4.4 (routes, empty list members, white space
inside addresses); RFC 3501 §7.4.2 and RFC 9051 §7.5.2 (the address structure). Any bytes give an
answer: what is no address at all still comes back, as a name or a mailbox without a host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

from labserver.message.lexis import QUOTED_TEXT, comment_end, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Address", "addresses", "first_address"]


@dataclass(frozen=True, slots=True)
class Address:
    """One address structure of an ENVELOPE.

    `host` None marks a group: its start, with the group's name in `mailbox`, or its end, with
    None there too. An address proper has both; what the message leaves out is b"". `route` is an
    obsolete source route such as `@a.example,@b.example`. Encoded words in `name` are untouched.
    """

    name: bytes | None
    route: bytes | None
    mailbox: bytes | None
    host: bytes | None


class _Kind(Enum):
    WORD = auto()  # an atom, a quoted string or a domain literal
    SPECIAL = auto()
    COMMENT = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    text: bytes  # without quotes, escapes undone
    spaced: bool  # whether white space or a comment stands before it


_GROUP_END = Address(None, None, None, None)
_WHITE = re.compile(rb"[ \t\r\n]+")
_PIECE = re.compile(
    rb'(?P<quoted>"(?P<text>' + QUOTED_TEXT + rb')\\?"?)'
    rb"|(?P<literal>\[[^\[\]\\]*\])"
    rb"|(?P<special>[<>@,;:.])"
    rb'|(?P<atom>[^ \t\r\n"(\[<>@,;:.]+)',
    re.DOTALL,
)


# What most address lists are made of: `word word <local@host>`, or `local@host` alone.
_ATEXT = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOTTED = _ATEXT + rb"(?:\." + _ATEXT + rb")*"
_COMMON = re.compile(
    rb"(?:(?P<name>" + _ATEXT + rb"(?: " + _ATEXT + rb")*) )?(?P<angle><)?"
    rb"(?P<local>" + _DOTTED + rb")@(?P<host>" + _DOTTED + rb")(?(angle)>)(?:, *|\Z)"
)


_SHORT = 256
"""Lists of up to so many octets are read once: the same people write again and again."""


def addresses(value: bytes) -> tuple[Address, ...]:
    """Read the address list in an unfolded field body; empty if there is none in it."""
    if not value:
        return ()
    return _short(value) if len(value) <= _SHORT else _read(value)


def _read(value: bytes) -> tuple[Address, ...]:
    found = []
    position = 0
    while position < len(value):
        one = _COMMON.match(value, position)
        if one is None or (one["name"] and not one["angle"]):
            return tuple(_Reader(value).read())
        found.append(Address(one["name"], None, one["local"], one["host"]))
        position = one.end()
    return tuple(found)


_short = lru_cache(maxsize=4096)(_read)


def first_address(value: bytes) -> Address | None:
    """Return the first of `addresses`, without reading the rest; None if there is none."""
    return next(_Reader(value).read(), None)


def _tokens(value: bytes) -> Iterator[_Token]:
    position, spaced = 0, False
    closed = True  # until a comment turns out never to end: then no later one does
    while position < len(value):
        if white := _WHITE.match(value, position):
            position, spaced = white.end(), True
            continue
        if value[position : position + 1] == b"(" and closed:
            end = comment_end(value, position)
            closed = end > 0
            if closed:
                text = unescape(value[position + 1 : end - 1])
                yield _Token(_Kind.COMMENT, text.strip(), spaced)
                position, spaced = end, True
                continue
        piece = _PIECE.match(value, position)
        if piece is None:  # a bracket that opens nothing
            yield _Token(_Kind.WORD, value[position : position + 1], spaced)
            position += 1
        else:
            kind = _Kind.SPECIAL if piece["special"] else _Kind.WORD
            text = piece[0] if piece["text"] is None else unescape(piece["text"])
            yield _Token(kind, text, spaced)
            position = piece.end()
        spaced = False


class _Reader:
    """Reads one address list; the state between two separators."""

    def __init__(self, value: bytes) -> None:
        self._tokens = _tokens(value)
        self._in_group = False
        self._clear()

    def _clear(self) -> None:
        self._words: list[_Token] = []  # before any angle bracket
        self._has_at = False
        self._angle: list[_Token] | None = None  # inside the angle brackets
        self._comment: bytes | None = None

    def read(self) -> Iterator[Address]:
        for token in self._tokens:
            if token.kind is _Kind.COMMENT:
                # The old form has the name behind the address (RFC 5322 §3.4, the note).
                if self._words or self._angle is not None:
                    self._comment = self._comment or token.text or None
            elif token.kind is _Kind.WORD:
                self._add(token)
            else:
                yield from self._special(token)
        yield from self._flush()
        if self._in_group:
            yield _GROUP_END  # the closing semicolon is missing

    def _add(self, token: _Token) -> None:
        if self._angle is None:  # what follows an angle address means nothing
            self._words.append(token)
            self._has_at = self._has_at or _is(token, b"@")

    def _special(self, token: _Token) -> Iterator[Address]:
        text = token.text
        if text == b"<":
            if self._angle is not None:  # a comma is missing
                yield from self._flush()
            self._angle, separator = self._read_angle()
            if separator is not None:
                yield from self._special(separator)
        elif text == b",":
            yield from self._flush()
        elif text == b";":
            yield from self._flush()
            if self._in_group:
                yield _GROUP_END
            self._in_group = False  # elsewhere a semicolon is meant as a comma
        elif text == b":" and self._begins_group():
            yield Address(None, None, _phrase(self._words), None)
            self._in_group = True
            self._clear()
        elif text != b">":
            self._add(token)

    def _begins_group(self) -> bool:
        named = bool(self._words) and not self._has_at
        return named and self._angle is None and not self._in_group

    def _read_angle(self) -> tuple[list[_Token], _Token | None]:
        """Read up to `>`, or up to the separator that shows that `>` is missing."""
        inside: list[_Token] = []
        in_route = False
        for token in self._tokens:
            if token.kind is _Kind.COMMENT:
                continue
            if _is(token, b">"):
                return inside, None
            if _is(token, b"@") and not inside:
                in_route = True  # in a route commas do not separate (RFC 5322 §4.4)
            elif _is(token, b":"):
                in_route = False
            elif _is(token, b";") or (_is(token, b",") and inside and not in_route):
                return inside, token
            if inside or not _is(token, b","):
                inside.append(token)
        return inside, None

    def _flush(self) -> Iterator[Address]:
        """Yield the address collected so far, if there is anything, and start afresh."""
        words, angle, comment = self._words, self._angle, self._comment
        self._clear()
        if angle is not None:
            route, rest = _split_route(angle)
            mailbox, host = _split_address(rest)
            yield Address(_phrase(words) if words else comment, route, mailbox, host)
        elif words:
            name, address = _split_name(words)
            mailbox, host = _split_address(address)
            yield Address(_phrase(name) if name else comment, None, mailbox, host)


def _is(token: _Token, special: bytes) -> bool:
    return token.kind is _Kind.SPECIAL and token.text == special


def _phrase(tokens: Sequence[_Token]) -> bytes:
    """Return words as a display name: one space where there was white space, none elsewhere."""
    pieces = [b" " + token.text if token.spaced else token.text for token in tokens]
    return b"".join(pieces).strip(b" ")


def _joined(tokens: Sequence[_Token]) -> bytes:
    """Return words as one half of an address, in which white space has no meaning (§4.4)."""
    return b"".join(token.text for token in tokens)


def _last(tokens: Sequence[_Token], special: bytes) -> int:
    for index in range(len(tokens) - 1, -1, -1):
        if _is(tokens[index], special):
            return index
    return -1


def _split_route(tokens: list[_Token]) -> tuple[bytes | None, list[_Token]]:
    if not tokens or not _is(tokens[0], b"@"):
        return None, tokens
    colon = next((i for i, token in enumerate(tokens) if _is(token, b":")), -1)
    if colon < 0:
        return None, tokens
    return _joined(tokens[:colon]), tokens[colon + 1 :]


def _split_address(tokens: list[_Token]) -> tuple[bytes, bytes]:
    """Return mailbox and host; b"" for what is missing."""
    at = _last(tokens, b"@")
    if at < 0:
        return _joined(tokens), b""
    return _joined(tokens[:at]), _joined(tokens[at + 1 :])


def _split_name(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    """Divide words without angle brackets into a name (broken, but seen) and an address.

    The address is what hangs together around the last `@`: words joined by dots, on both sides.
    Without `@` one word, or words joined by dots, is a mailbox; several are a name.
    """
    at = _last(tokens, b"@")
    if at < 0:
        end = _dotted(tokens, 0)
        return ([], tokens) if end == len(tokens) else (tokens, [])
    end = _dotted(tokens, at + 1)
    begin = at
    while begin > 0 and (
        begin == at
        or not tokens[begin].spaced
        or _is(tokens[begin], b".")
        or _is(tokens[begin - 1], b".")
    ):
        begin -= 1
    return tokens[:begin], tokens[begin:end]


def _dotted(tokens: Sequence[_Token], begin: int) -> int:
    """Find the end of the words that dots, or the lack of white space, join from `begin` on."""
    end = begin
    while end < len(tokens) and (
        end == begin
        or not tokens[end].spaced
        or _is(tokens[end], b".")
        or _is(tokens[end - 1], b".")
    ):
        end += 1
    return end
