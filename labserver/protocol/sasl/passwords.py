"""The mechanisms that send the password itself: PLAIN (RFC 4616), and LOGIN, which has no RFC."""

from __future__ import annotations

from labserver.protocol.sasl.exchange import (
    Denied,
    Malformed,
    Mechanism,
    NotAuthorized,
    Site,
    Talk,
    authorised,
    utf8,
)
from labserver.store import Account, BadCredentials

__all__ = ["LOGIN", "PLAIN"]


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
    # Neither is prepared with SASLprep, which is recommended and not mandatory (section 2).
    try:
        return site.directory.check(user, password)
    except BadCredentials:
        raise Denied from None


PLAIN = Mechanism("PLAIN", _plain, initial=True)
LOGIN = Mechanism("LOGIN", _login, initial=True)
