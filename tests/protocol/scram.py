"""A SCRAM client of its own, to test the server's side against."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode

__all__ = ["ScramClient"]


class ScramClient:
    """The client's side, as RFC 5802 section 3 computes it; a test may bend it."""

    def __init__(
        self, password: bytes = b"tulip", user: bytes = b"bob", gs2: bytes = b"n,,"
    ) -> None:
        self.password, self.user, self.gs2 = password, user, gs2
        self.extension = b""

    def first(self) -> bytes:
        self.bare = b"n=" + self.user + b",r=abc" + self.extension
        return self.gs2 + self.bare

    def final(
        self, server_first: bytes, *, binding: bytes | None = None, nonce: bytes | None = None
    ) -> bytes:
        fields = dict(part.split(b"=", 1) for part in server_first.split(b","))
        salted = hashlib.pbkdf2_hmac(
            "sha256", self.password, b64decode(fields[b"s"]), int(fields[b"i"])
        )
        key = hmac.digest(salted, b"Client Key", "sha256")
        without = b"c=%b,r=%b" % (
            b64encode(self.gs2 if binding is None else binding),
            nonce or fields[b"r"],
        )
        without += self.extension
        known = b",".join((self.bare, server_first, without))
        signature = hmac.digest(hashlib.sha256(key).digest(), known, "sha256")
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        self.verifier = b"v=" + b64encode(hmac.digest(server_key, known, "sha256"))
        return without + b",p=" + b64encode(proof)
