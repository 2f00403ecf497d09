"""From who the client is to an open maildrop: the same for every way to log in."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from labserver.events import Numbered
from labserver.pop3.core import Core
from labserver.pop3.languages import Text
from labserver.pop3.maildrop import Maildrop
from labserver.pop3.replies import Chunks, Farewell, Refused
from labserver.pop3.states import TABLE
from labserver.protocol.saslprep import prepared
from labserver.store import Account, BadCredentials, Residents

__all__ = ["by_digest", "count", "denied", "open_maildrop"]


def by_digest(accounts: Residents, timestamp: str, name: str, digest: str) -> Account | None:
    """Return the account whose password gives that digest, or None (RFC 1939 section 7, APOP)."""
    known = prepared(name, query=True)
    secret = accounts.secret(known or "")
    held = prepared(secret.password)
    expected = hashlib.md5(f"{timestamp}{held or ''}".encode(), usedforsecurity=False).hexdigest()
    same = hmac.compare_digest(expected, digest)
    try:
        return accounts.prove(secret, right=bool(same and known and held))
    except BadCredentials:
        return None


def denied(core: Core, text: Text = Text.WRONG_LOGIN) -> Refused:
    """Count a login that has failed, and return what is to be raised for it."""
    core.failed_logins += 1
    if core.failed_logins >= core.context.limits.failed_logins:
        return Farewell(Text.TOO_MANY_LOGINS, code="AUTH")
    return Refused(text, code="AUTH")


def open_maildrop(core: Core, account: Account, command: str) -> Chunks:
    """Lock and open the maildrop of who is proved, and enter TRANSACTION (RFC 1939 section 4).

    Raises Refused while another session has it open, and within the login delay.
    """
    context = core.context
    maildrops = context.store.maildrops
    now = context.clock.now()
    last = maildrops.opened(account)
    delay = timedelta(seconds=context.policy.pop3_login_delay)
    if last is not None and "LOGIN-DELAY" in core.offer and now < last + delay:
        left = last + delay - now
        raise Refused(Text.TOO_SOON, code="LOGIN-DELAY", seconds=-(-left // timedelta(seconds=1)))
    if not maildrops.lock(account, context.connection):
        raise Refused(Text.IN_USE, code="IN-USE")
    try:
        context.opening(context.store.mailboxes.get(account, "INBOX"))
        drop = Maildrop(context.store, account)
    except BaseException:
        maildrops.unlock(account, context.connection)
        raise
    maildrops.note(account, now)
    core.opened = drop
    core.enter(TABLE.after(core.state, command))
    context.record(
        Numbered(
            connection=context.connection,
            account=drop.mailbox.address,
            mailbox=drop.mailbox.name,
            uids=drop.uids,
        )
    )
    return count(core)


def count(core: Core) -> Chunks:
    """Return how many messages there are."""
    there = core.drop.count()
    return core.ok(Text.ONE_MESSAGE) if there == 1 else core.ok(Text.MESSAGES, count=there)
