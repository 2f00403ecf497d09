"""AUTH: a SASL exchange in 334 replies and lines (RFC 4954)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from labserver.protocol import sasl
from labserver.protocol.session import Context
from labserver.smtp.intake import Flaw, Text
from labserver.smtp.replies import Refused
from labserver.store import Account

__all__ = ["LINE", "MECHANISMS", "authenticate"]

LINE = 12288
"""Octets that a line of the exchange may have at least (RFC 4954 section 4)."""

MECHANISMS = ("PLAIN", "LOGIN")
"""As EHLO names them, in order."""

Ask = Callable[[str], Awaitable[Text]]


async def authenticate(context: Context, argument: str, ask: Ask) -> Account:
    """Find out who the client is; `argument` follows AUTH, `ask` sends a 334 and reads a line.

    Raises Refused, with 535 for a login that is wrong.
    """
    words = argument.split()
    if not 1 <= len(words) <= 2:
        raise Refused(501, "Syntax: AUTH mechanism [initial-response]")
    mechanism = words[0].upper()
    if mechanism not in MECHANISMS:
        raise Refused(504, f"Mechanisms here are {' and '.join(MECHANISMS)}")
    initial = words[1].encode("ascii") if len(words) == 2 else None
    exchange = sasl.Exchange(sasl.MECHANISMS[mechanism], sasl.Site.of(context))
    try:
        found = exchange.start(initial)
        while not isinstance(found, Account):
            found = exchange.answer(_line(await ask(f"334 {found.decode('ascii')}")))
    except (sasl.Denied, sasl.NotAuthorized):
        # Which of the two, only who has the password might know.
        raise Refused(535, "User name or password is wrong") from None
    except sasl.SaslError as error:
        raise Refused(501, str(error)) from None
    return found


def _line(line: Text) -> bytes:
    if line.flaw is Flaw.TOO_LONG:
        raise Refused(500, "Line too long")
    if line.flaw is not None:
        raise Refused(500, "A line ends with CR and LF, not with LF alone")
    return line.octets
