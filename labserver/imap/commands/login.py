"""Commands that prove who speaks (RFC 3501 section 6.2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import Any, TypeAlias

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Malformed, Refused
from labserver.imap.parsing.login import Credentials, read_login, read_mechanism
from labserver.imap.reply import Ask, Outcome, Reply, ok
from labserver.store import Account, BadCredentials

__all__ = ["COMMANDS"]

_Exchange: TypeAlias = Generator[bytes, bytes, Account]
"""A SASL mechanism at work: yields challenges, is sent responses, returns who was proved."""


def login(core: Core, given: Credentials) -> Outcome:
    """Log in with user name and password."""
    core.account = _check(core, given)
    return Reply(ok("LOGIN completed"))


def _check(core: Core, given: Credentials) -> Account:
    try:
        return core.store.accounts.check(given.user, given.password)
    except BadCredentials:
        core.failed_logins += 1
        raise


def authenticate(core: Core, mechanism: str) -> Outcome:
    """Log in with a SASL mechanism."""
    start = _MECHANISMS.get(mechanism)
    if start is None:
        # Section 6.2.2: NO, so that the client tries another one.
        raise Refused("The server does not know that mechanism")
    exchange = start(core)
    return Ask(_base64(next(exchange)), partial(_continue, core, exchange))


def _continue(core: Core, exchange: _Exchange, line: bytes) -> Outcome:
    if line == b"*":
        raise Malformed("AUTHENTICATE cancelled")
    try:
        response = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("The response is not BASE64") from None
    try:
        challenge = exchange.send(response)
    except StopIteration as end:
        core.account = end.value
        return Reply(ok("AUTHENTICATE completed"))
    return Ask(_base64(challenge), partial(_continue, core, exchange))


def _base64(challenge: bytes) -> bytes:
    return base64.b64encode(challenge)


def _plain(core: Core) -> _Exchange:
    """Speak PLAIN (RFC 4616 section 2): who to act as, who one is, password."""
    response = yield b""
    parts = response.split(b"\0")
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise Malformed("The PLAIN response has three parts: [as whom] NUL user NUL password")
    try:
        act_as, user, password = (part.decode("utf-8") for part in parts)
    except UnicodeDecodeError:
        raise Malformed("The PLAIN response is not UTF-8") from None
    account = _check(core, Credentials(user, password))
    if act_as and core.store.accounts.find(act_as) != account:
        core.failed_logins += 1
        raise Refused("Nobody may act as somebody else here", code="AUTHORIZATIONFAILED")
    return account


_MECHANISMS: Mapping[str, Callable[[Core], _Exchange]] = {"PLAIN": _plain}

COMMANDS: tuple[Command[Any], ...] = (
    Command("AUTHENTICATE", read_mechanism, authenticate),
    Command("LOGIN", read_login, login),
)
