"""AUTH: the exchange with PLAIN and with LOGIN (RFC 4954, RFC 4616)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from labserver.smtp import sasl
from labserver.smtp.intake import Flaw, Text
from labserver.smtp.replies import Refused
from labserver.store import Account, BadCredentials, Store

__all__ = ["LINE", "authenticate"]

LINE = 12288
"""Octets that a line of the exchange may have at least (RFC 4954 section 4)."""

Ask = Callable[[str], Awaitable[Text]]


async def authenticate(store: Store, argument: str, ask: Ask) -> Account:
    """Find out who the client is; `argument` follows AUTH, `ask` sends a 334 and reads a line.

    Raises Refused, with 535 for a login that is wrong.
    """
    words = argument.split()
    if not 1 <= len(words) <= 2:
        raise Refused(501, "Syntax: AUTH mechanism [initial-response]")
    mechanism = words[0].upper()
    initial = words[1].encode("ascii") if len(words) == 2 else None
    if mechanism not in sasl.MECHANISMS:
        raise Refused(504, f"Mechanisms here are {' and '.join(sasl.MECHANISMS)}")
    try:
        if mechanism == "PLAIN":
            said = sasl.plain(await _response(ask, "", initial))
        else:
            # Clients send the user name at once, though it is the answer to a challenge.
            user = sasl.utf8(await _response(ask, "Username:", initial))
            password = sasl.utf8(await _response(ask, "Password:", None))
            said = sasl.Credentials("", user, password)
    except sasl.Malformed as error:
        raise Refused(501, str(error)) from None
    return _proved(store, said)


async def _response(ask: Ask, challenge: str, initial: bytes | None) -> bytes:
    if initial is not None:
        # A lone "=" is a response with nothing in it.
        return b"" if initial == b"=" else sasl.decode(initial)
    line = await ask(f"334 {sasl.encode(challenge.encode('ascii'))}")
    if line.flaw is Flaw.TOO_LONG:
        raise Refused(500, "Line too long")
    if line.flaw is not None:
        raise Refused(500, "A line ends with CR and LF, not with LF alone")
    if line.octets == b"*":
        raise Refused(501, "Authentication cancelled")
    return sasl.decode(line.octets)


def _proved(store: Store, said: sasl.Credentials) -> Account:
    wrong = Refused(535, "User name or password is wrong")
    try:
        account = store.accounts.check(said.login, said.password)
    except BadCredentials:
        raise wrong from None
    # Everybody acts for themselves here.
    if said.authorise and store.accounts.find(said.authorise) != account:
        raise wrong
    return account
