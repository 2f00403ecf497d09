"""SCRAM-SHA-256 (RFC 7677, in the way of RFC 5802), without channel binding.

SASLprep is not done: as RFC 5802 section 2.2 asks of who leaves it out, user names and passwords
outside US-ASCII are not accepted by this mechanism, nor are control characters, which SASLprep
would refuse. An account with such a password logs in with another mechanism.

A client is not told whether it is the user that is unknown: a name that nobody has gets a salt of
its own, the same each time, and fails with its proof as a wrong password does.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from labserver.protocol.sasl.exchange import (
    Denied,
    Malformed,
    Mechanism,
    NotAuthorized,
    Site,
    Talk,
    authorised,
    decode,
    encode,
)
from labserver.store import BadCredentials

__all__ = ["ITERATIONS", "SCRAM_SHA_256"]

ITERATIONS: Final = 4096
"""The least that RFC 7677 section 3 would have a server announce: quick, as tests want it."""

# RFC 5802 section 7. What stands behind the nonce is extensions, to be ignored (section 5.1).
_FIRST = re.compile(
    rb"(?P<gs2>(?P<flag>n|y|p=[A-Za-z0-9.\-]+),(?:a=(?P<authzid>[^,]+))?,)"
    rb"(?P<bare>n=(?P<user>[^,]*),r=(?P<nonce>[!-+\--~]+)(?:,[A-Za-z]=[^,\0]+)*)"
)
_FINAL = re.compile(
    rb"(?P<without>c=(?P<binding>[^,]*),r=(?P<nonce>[!-+\--~]+)(?:,[A-Za-z]=[^,\0]+)*)"
    rb",p=(?P<proof>[^,]*)"
)
_MANDATORY = b",m="
_QUOTED = re.compile(rb"=(?:2C|3D)")
_NAME = re.compile(rb"[ -~]+")


@dataclass(frozen=True, slots=True)
class _Opening:
    """The client-first-message, taken apart."""

    gs2: bytes
    bare: bytes
    user: str
    act_as: str
    nonce: bytes


@dataclass(frozen=True, slots=True)
class _Keys:
    """What the server knows of a password (RFC 5802 section 3)."""

    stored: bytes
    server: bytes


def _scram_sha_256(site: Site) -> Talk:
    """Speak with the client as in section 5 of RFC 5802."""
    opening = _read_first((yield b""))
    nonce = opening.nonce + site.nonce("scram").encode("ascii")
    secret = site.directory.secret(opening.user)
    server_first = b"r=%b,s=%b,i=%d" % (nonce, encode(secret.salt), ITERATIONS)
    final = _match(_FINAL, (yield server_first))
    if final["nonce"] != nonce:
        raise _error("other-error")
    if _decoded(final["binding"]) != opening.gs2:
        raise _error("channel-bindings-dont-match")
    proof = _decoded(final["proof"])
    known = b",".join((opening.bare, server_first, final["without"]))
    right, signature = _verified(secret.password, secret.salt, known, proof)
    try:
        account = site.directory.prove(secret, right=right)
    except BadCredentials:
        # Told by the protocol alone, as section 7 allows: there are clients that read no e=.
        raise Denied from None
    if not authorised(site, account, opening.act_as):
        raise NotAuthorized(parting=b"e=other-error")
    if (yield b"v=" + encode(signature)):
        raise Malformed("SCRAM ends with an empty response")
    return account


def _verified(password: str, salt: bytes, known: bytes, proof: bytes) -> tuple[bool, bytes]:
    """Tell whether the proof is right; return the ServerSignature for the AuthMessage `known`."""
    usable = _NAME.fullmatch(password.encode("utf-8")) is not None
    keys = _keys(password, salt)
    signature = _hmac(keys.stored, known)
    if len(proof) != len(signature):
        raise _garbled()
    client = bytes(a ^ b for a, b in zip(proof, signature, strict=True))
    right = hmac.compare_digest(hashlib.sha256(client).digest(), keys.stored)
    return right and usable, _hmac(keys.server, known)


@lru_cache(maxsize=256)
def _keys(password: str, salt: bytes) -> _Keys:
    """Derive the keys: thousands of hashes, and the same each time an account logs in."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("utf-8"), salt, ITERATIONS)
    stored = hashlib.sha256(_hmac(salted, b"Client Key")).digest()
    return _Keys(stored, _hmac(salted, b"Server Key"))


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")


def _read_first(message: bytes) -> _Opening:
    """Read the client-first-message. Raises SaslError, with the server-error to be sent."""
    found = _match(_FIRST, message)
    if found["flag"].startswith(b"p"):
        # The server has no -PLUS; "y" says that the client knows, "n" that it has none either.
        raise _error("channel-binding-not-supported")
    act_as = _name(found["authzid"]) if found["authzid"] else ""
    return _Opening(found["gs2"], found["bare"], _name(found["user"]), act_as, found["nonce"])


def _match(grammar: re.Pattern[bytes], message: bytes) -> re.Match[bytes]:
    if _MANDATORY in message:
        raise _error("extensions-not-supported")
    found = grammar.fullmatch(message)
    if found is None:
        raise _garbled()
    return found


def _name(quoted: bytes) -> str:
    """Read a saslname: `=2C` and `=3D` stand for the comma and the equals sign."""
    if b"=" in _QUOTED.sub(b"", quoted) or not _NAME.fullmatch(quoted):
        raise _error("invalid-username-encoding")
    return quoted.replace(b"=2C", b",").replace(b"=3D", b"=").decode("ascii")


def _decoded(value: bytes) -> bytes:
    try:
        return decode(value)
    except Malformed:
        raise _garbled() from None


def _garbled() -> Malformed:
    return Malformed("This is not a message of SCRAM", parting=b"e=invalid-encoding")


def _error(value: str) -> Denied:
    """Return the failure that a server-error-value tells of (RFC 5802 section 7)."""
    return Denied(parting=f"e={value}".encode("ascii"))


SCRAM_SHA_256 = Mechanism("SCRAM-SHA-256", _scram_sha_256, initial=True)
