"""Sender addresses of forwarded mail: the sender's own, packed into one of this domain.

A server that checks who may send for a domain would refuse mail that a third one passes on. So the
forwarding server sends as `SRS0=hash=domain=local@its.domain`, and what comes back to that address
goes to the sender who is in it. It is the idea of the Sender Rewriting Scheme at its smallest:
the hash, keyed with a secret of the lab, keeps others from having mail passed on by made-up
addresses; there is no time stamp, so such an address is good for ever, and no second form for mail
that is forwarded twice: it is packed twice.
"""

from __future__ import annotations

import hashlib
import hmac

from labserver.smtp.grammar import Path, read_mailbox
from labserver.smtp.site import Site

__all__ = ["restored", "rewritten"]

_TAG = "SRS0"
_LONGEST = 64  # of a local-part: RFC 5321 section 4.5.3.1.1


def rewritten(site: Site, sender: Path, forwarder: str) -> Path:
    """Return the address of this domain that stands for `sender`; nobody stays nobody.

    A sender that can't be packed, being too long or quoted, is replaced by the forwarder.
    """
    if not sender.text:
        return sender
    packed = f"{sender.domain}={sender.local}"
    local = f"{_TAG}={_sign(site, packed)}={packed}"
    path = read_mailbox(f"{local}@{site.domain}") if len(local) <= _LONGEST else None
    if path is None or not sender.text.isascii():
        path = read_mailbox(forwarder)
    if path is None:
        raise ValueError(f"not an address: {forwarder!r}")
    return path


def restored(site: Site, path: Path) -> Path | None:
    """Return the sender that an address of this domain stands for, or None."""
    if path.domain.lower() != site.domain:
        return None
    tag, _, rest = path.local.partition("=")
    sign, _, packed = rest.partition("=")
    if tag != _TAG or not hmac.compare_digest(sign.encode(), _sign(site, packed).encode()):
        return None
    domain, _, local = packed.partition("=")
    return read_mailbox(f"{local}@{domain}")


def _sign(site: Site, packed: str) -> str:
    key = site.ids.constant("sender-rewriting", site.domain)
    return hashlib.blake2b(packed.encode(), key=key, digest_size=4).hexdigest()
