"""Commands before the login, AUTH aside: USER, PASS, APOP, STLS, UTF8."""

from __future__ import annotations

from labserver.pop3 import parsing
from labserver.pop3.commands.command import Command
from labserver.pop3.core import Core
from labserver.pop3.languages import Text
from labserver.pop3.login import by_digest, denied, open_maildrop
from labserver.pop3.replies import OK, Chunks, Wrong
from labserver.protocol.sasl import by_password
from labserver.store import BadCredentials

__all__ = ["COMMANDS"]


def user(core: Core, name: str) -> Chunks:
    """Keep a name for the PASS that follows.

    The answer is the same for a name that nobody has (RFC 1939 section 13).
    """
    _take_cleartext(core)
    core.user = name
    return OK


def pass_(core: Core, password: str) -> Chunks:
    """Log in with the name of the USER right before."""
    _take_cleartext(core)
    if not core.named:
        raise Wrong(Text.USER_FIRST)
    try:
        account = by_password(core.context.accounts, core.named, password)
    except BadCredentials:
        raise denied(core) from None
    return open_maildrop(core, account, "PASS")


def _take_cleartext(core: Core) -> None:
    if not core.moment.cleartext:
        raise Wrong(Text.NEEDS_TLS)


def apop(core: Core, name: str, digest: str) -> Chunks:
    """Log in with a digest of the greeting's timestamp and the password."""
    account = by_digest(core.context.accounts, core.timestamp, name, digest)
    if account is None:
        raise denied(core)
    return open_maildrop(core, account, "APOP")


def stls(core: Core) -> Chunks:
    """Begin TLS once the reply is said (RFC 2595 section 4)."""
    if core.secure:
        raise Wrong(Text.TLS_ACTIVE)
    if core.utf8:
        # RFC 6856 section 2.1: clients MUST NOT, and servers may say so.
        raise Wrong(Text.STLS_FIRST)
    core.securing = True
    return core.ok(Text.BEGIN_TLS)


def utf8(core: Core) -> Chunks:
    """Take and send UTF-8 from here on (RFC 6856 section 2.1)."""
    core.utf8 = True
    return core.ok(Text.UTF8)


COMMANDS = (
    Command("USER", "USER name", parsing.name, user),
    Command("PASS", "PASS password", parsing.password, pass_),
    Command("APOP", "APOP name digest", parsing.digest, apop),
    Command("STLS", "STLS", parsing.nothing, stls),
    Command("UTF8", "UTF8", parsing.nothing, utf8),
)
