"""TLS, the commands that prove who speaks (RFC 3501 section 6.2), and that take it back.

The last is UNAUTHENTICATE (RFC 8437).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Farewell, ImapError, Malformed, Refused
from labserver.imap.parsing.login import (
    Authenticating,
    Credentials,
    read_authenticate,
    read_login,
    read_nothing,
)
from labserver.imap.reply import Ask, Outcome, Reply, ok
from labserver.protocol.sasl import (
    MECHANISMS,
    Cancelled,
    Denied,
    Exchange,
    NotAuthorized,
    SaslError,
    Site,
)
from labserver.store import Account, BadCredentials

__all__ = ["COMMANDS"]


def starttls(core: Core, _: None) -> Outcome:
    """Begin TLS once this reply is said; from then on the session is inside.

    COMPRESS comes after the login only, so it is never active yet: what is compressed is always
    encrypted, and not the other way round (RFC 4978 section 3).
    """
    if core.secure:
        raise Malformed("TLS is active already")
    core.secure = True
    return Reply(ok("Begin TLS negotiation now"), then="starttls")


def login(core: Core, given: Credentials) -> Outcome:
    """Log in with user name and password."""
    if not core.passwords:
        # RFC 9051 section 7.2.2: whether they are valid is not even looked at.
        raise _in_the_clear()
    try:
        core.account = core.context.accounts.check(given.user, given.password)
    except BadCredentials:
        core.failed_logins += 1
        raise
    return Reply(ok("LOGIN completed"))


def authenticate(core: Core, given: Authenticating) -> Outcome:
    """Log in with a SASL mechanism."""
    mechanism = MECHANISMS.get(given.mechanism)
    if mechanism is None or not core.dialect.offers(f"AUTH={mechanism.name}"):
        # Section 6.2.2: NO, so that the client tries another one.
        raise Refused("The server does not know that mechanism")
    if not core.tells(f"AUTH={mechanism.name}"):
        raise _in_the_clear()
    exchange = Exchange(mechanism, Site.of(core.context))
    return _go_on(core, exchange, lambda: exchange.start(given.initial))


def _in_the_clear() -> Refused:
    # RFC 5530 section 3
    return Refused("A password crosses inside TLS only", code="PRIVACYREQUIRED")


def _go_on(core: Core, exchange: Exchange, step: Callable[[], bytes | Account]) -> Outcome:
    """Take a step of the exchange, and ask for the next one or be done."""
    try:
        found = step()
    except SaslError as error:
        raise _told(core, error) from None
    if isinstance(found, Account):
        core.account = found
        return Reply(ok("AUTHENTICATE completed"))
    return Ask(found, lambda line: _go_on(core, exchange, lambda: exchange.answer(line)))


def _told(core: Core, error: SaslError) -> ImapError:
    """Return what the client is told of the error, and count it if it is a failed login."""
    match error:
        case Cancelled(failed=failed):
            core.failed_logins += failed
            return Malformed("AUTHENTICATE cancelled")
        case Denied():
            core.failed_logins += 1
            return Refused(str(error), code="AUTHENTICATIONFAILED")
        case NotAuthorized():
            core.failed_logins += 1
            return Refused(str(error), code="AUTHORIZATIONFAILED")
        case _:
            return Malformed(str(error))


def unauthenticate(core: Core, _: None) -> Outcome:
    """Be as before the login, with nothing selected or enabled, and nothing expunged (RFC 8437).

    The client takes its compression for ended with this command, and may have sent the next one
    already: where one stream ends and the other begins can't be told, so the session ends, as
    section 3 allows.
    """
    if core.compressed:
        raise Farewell("Compression can't be taken back")
    core.forget()
    return Reply(ok("UNAUTHENTICATE completed"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("STARTTLS", read_nothing, starttls),
    Command("AUTHENTICATE", read_authenticate, authenticate),
    Command("LOGIN", read_login, login),
    Command("UNAUTHENTICATE", read_nothing, unauthenticate),
)
