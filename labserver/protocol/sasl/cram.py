"""CRAM-MD5 (RFC 2195): the client proves that it knows the password without sending it."""

from __future__ import annotations

import hmac
import re

from labserver.protocol.sasl.exchange import Denied, Malformed, Mechanism, Site, Talk, utf8
from labserver.store import BadCredentials

__all__ = ["CRAM_MD5"]

_DIGEST = re.compile(rb"[0-9a-f]{32}")


def _cram_md5(site: Site) -> Talk:
    """Challenge with a msg-id never used before, be answered: user SP digest (section 2)."""
    moment = int(site.now().timestamp())
    challenge = f"<{site.nonce('cram-md5')}.{moment}@{site.host}>".encode("ascii")
    user, space, digest = (yield challenge).rpartition(b" ")
    if not space or not user or not _DIGEST.fullmatch(digest):
        raise Malformed("The CRAM-MD5 response is: user SP digest, 32 hexadecimal digits")
    secret = site.directory.secret(utf8(user))
    expected = hmac.new(secret.password.encode("utf-8"), challenge, "md5").hexdigest()
    right = hmac.compare_digest(expected.encode("ascii"), digest)
    try:
        return site.directory.prove(secret, right=right)
    except BadCredentials:
        raise Denied from None


CRAM_MD5 = Mechanism("CRAM-MD5", _cram_md5, initial=False)
