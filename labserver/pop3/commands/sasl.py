"""AUTH: logging in with a SASL mechanism (RFC 5034)."""

from __future__ import annotations

from collections.abc import Callable

from labserver.pop3 import parsing
from labserver.pop3.commands.command import Command
from labserver.pop3.core import Core
from labserver.pop3.languages import Text
from labserver.pop3.login import denied, open_maildrop
from labserver.pop3.replies import Chunks, Refused, Wrong, challenge
from labserver.protocol.sasl import (
    MECHANISMS,
    Cancelled,
    Denied,
    Exchange,
    NotAuthorized,
    SaslError,
    Site,
)
from labserver.store import Account

__all__ = ["COMMANDS"]


def auth(core: Core, mechanism: str, initial: str | None = None) -> Chunks:
    """Begin an exchange; its lines reach it through `Core.asking`."""
    name = mechanism.upper()
    if name not in core.moment.mechanisms:
        there = name in core.offer and name in MECHANISMS
        raise Refused(Text.NEEDS_TLS if there else Text.NO_MECHANISM)
    exchange = Exchange(MECHANISMS[name], Site.of(core.context))
    given = None if initial is None else initial.encode()
    return _step(core, exchange, lambda: exchange.start(given))


def _step(core: Core, exchange: Exchange, step: Callable[[], bytes | Account]) -> Chunks:
    """Take a step of the exchange, and ask for the next one or be done."""
    try:
        found = step()
    except SaslError as error:
        raise _told(core, error) from None
    if isinstance(found, Account):
        return open_maildrop(core, found, "AUTH")
    core.asking = lambda line: _step(core, exchange, lambda: exchange.answer(line))
    return challenge(found)


def _told(core: Core, error: SaslError) -> Refused:
    match error:
        case Cancelled(failed=True):
            return denied(core)
        case Cancelled():
            return Refused(Text.CANCELLED)
        case Denied():
            return denied(core)
        case NotAuthorized():
            return denied(core, Text.NOT_YOURSELF)
        case _:
            return Wrong(Text.BAD_RESPONSE, why=error)


COMMANDS = (Command("AUTH", "AUTH mechanism [initial-response]", parsing.exchange, auth),)
