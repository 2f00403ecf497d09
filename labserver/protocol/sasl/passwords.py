"""The mechanisms that send the password itself: PLAIN (RFC 4616), and LOGIN, which has no RFC."""

from __future__ import annotations

import hmac

from labserver.protocol.sasl.exchange import (
    Denied,
    Directory,
    Malformed,
    Mechanism,
    NotAuthorized,
    Site,
    Talk,
    authorised,
    utf8,
)
from labserver.protocol.saslprep import prepared
from labserver.store import Account, BadCredentials

__all__ = ["LOGIN", "PLAIN", "by_password"]


def _plain(site: Site) -> Talk:
    """Read [authzid] NUL authcid NUL passwd (RFC 4616 section 2)."""
    parts = (yield b"").split(b"\0")
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise Malformed("The PLAIN response has three parts: [as whom] NUL user NUL password")
    act_as, user, password = map(utf8, parts)
    account = _checked(site, user, password)
    if not authorised(site, account, act_as):
        raise NotAuthorized
    return account


def _login(site: Site) -> Talk:
    """Ask for user name and password, one after the other.

    Clients send the name at once where they can, though it is the answer to a challenge.
    """
    user = utf8((yield b"Username:"))
    return _checked(site, user, utf8((yield b"Password:")))


def _checked(site: Site, user: str, password: str) -> Account:
    try:
        return by_password(site.directory, user, password)
    except BadCredentials:
        raise Denied from None


def by_password(directory: Directory, name: str, password: str) -> Account:
    """Return the account that the two prove. Raises BadCredentials.

    Both are prepared with SASLprep (RFC 4616 section 2, RFC 6856 section 2.2), so that what looks
    the same is.
    """
    known, given = prepared(name, query=True), prepared(password, query=True)
    secret = directory.secret(known or "")
    held = prepared(secret.password)
    # Compared even if there is no such account: the time taken must not tell which.
    same = hmac.compare_digest((held or "").encode(), (given or "").encode())
    return directory.prove(secret, right=bool(same and known and held and given))


PLAIN = Mechanism("PLAIN", _plain, initial=True)
LOGIN = Mechanism("LOGIN", _login, initial=True)
