"""What a login says behind its base64: which is no secret to anyone who can read the line."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

from labserver.explain.moment import Moment, Role

__all__ = ["Secret", "decoded"]

_NUL = b"\0"
_PLAIN_PARTS = 3


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that was written in base64, and what it is."""

    kind: Literal["authority", "user", "password", "text", "bad"]
    value: bytes


def decoded(moment: Moment, line: bytes) -> tuple[Secret, ...]:
    """Return what a line of a login says; nothing if it holds no base64.

    PLAIN is taken apart as RFC 4616 section 2 has it: whom to act as, name, password. LOGIN asks
    for the name and then for the password. All else is one text.
    """
    match moment.role:
        case Role.CHALLENGE:
            return _text(line.partition(b" ")[2])
        case Role.ANSWER:
            return _answer(line, moment.mechanism, moment.step)
        case Role.COMMAND if moment.command in {"AUTH", "AUTHENTICATE"}:
            # [tag] command mechanism response
            words = line.split(b" ")
            at = 3 if moment.command == "AUTHENTICATE" else 2
            return _answer(words[at], moment.mechanism, 1) if len(words) > at else ()
        case _:
            return ()


def _answer(octets: bytes, mechanism: str, step: int) -> tuple[Secret, ...]:
    if octets in {b"*", b"=", b""}:
        return ()  # Given up; or said, and empty (RFC 4954 section 4).
    plain = _decoded(octets)
    if plain is None:
        return (Secret("bad", octets),)
    if mechanism == "PLAIN":
        parts = plain.split(_NUL)
        if len(parts) == _PLAIN_PARTS:
            authority, user, password = parts
            named = (Secret("authority", authority),) if authority else ()
            return (*named, Secret("user", user), Secret("password", password))
    if mechanism == "LOGIN":
        return (Secret("user" if step == 1 else "password", plain),)
    return (Secret("text", plain),)


def _text(octets: bytes) -> tuple[Secret, ...]:
    plain = _decoded(octets) if octets else None
    return (Secret("text", plain),) if plain else ()


def _decoded(octets: bytes) -> bytes | None:
    try:
        return base64.b64decode(octets, validate=True)
    except (binascii.Error, ValueError):
        return None
