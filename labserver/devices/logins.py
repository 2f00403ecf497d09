"""Who logs in by a SASL exchange, from what the client says in it."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable

__all__ = ["login_name"]

# RFC 5802 section 7: gs2-header, then n= and the name with its two escapes.
_SCRAM = re.compile(rb"(?:n|y|p=[^,]*),(?:a=[^,]*)?,n=([^,]*),")


def login_name(mechanism: str, responses: Iterable[str]) -> str:
    """Return the user name in the client's responses, as they were sent; empty if there is none.

    An initial response is the first of them. Sources: RFC 4616 (PLAIN), RFC 2195 section 2
    (CRAM-MD5), RFC 5802 (SCRAM).
    """
    kind = mechanism.upper()
    for each in responses:
        try:
            said = b64decode(each, validate=True)
        except ValueError:  # `=`, an empty initial response, or `*`.
            continue
        name = _name(kind, said)
        if name:
            return name.decode("utf-8", "backslashreplace")
    return ""


def _name(kind: str, said: bytes) -> bytes:
    if kind == "PLAIN":
        parts = said.split(b"\0")
        return parts[1] if len(parts) == 3 else b""
    if kind == "CRAM-MD5":
        return said.rpartition(b" ")[0]
    if kind.startswith("SCRAM-"):
        found = _SCRAM.match(said)
        return b"" if found is None else found[1].replace(b"=2C", b",").replace(b"=3D", b"=")
    return said if kind == "LOGIN" else b""
