"""What the SASL mechanisms PLAIN and LOGIN say, decoded. No I/O."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

__all__ = ["MECHANISMS", "Credentials", "Malformed", "decode", "encode", "plain", "utf8"]

MECHANISMS = ("PLAIN", "LOGIN")
"""As EHLO names them, in order."""


class Malformed(Exception):
    """A response has not the form that the mechanism asks for."""


class Credentials(NamedTuple):
    """Who a client says it is; `authorise` is whom it wants to act for, empty for itself."""

    authorise: str
    login: str
    password: str


def decode(line: bytes) -> bytes:
    """Decode a response's base64. Raises Malformed for anything outside its alphabet."""
    try:
        return base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("Not base64") from None


def encode(challenge: bytes) -> str:
    """Encode a challenge."""
    return base64.b64encode(challenge).decode("ascii")


def plain(response: bytes) -> Credentials:
    """Read a PLAIN message: [authzid] NUL authcid NUL passwd (RFC 4616 section 2)."""
    parts = response.split(b"\0")
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise Malformed("PLAIN is: [identity] NUL user NUL password")
    return Credentials(*map(utf8, parts))


def utf8(octets: bytes) -> str:
    """Decode a name or a password. Raises Malformed."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("Names and passwords are UTF-8") from None
