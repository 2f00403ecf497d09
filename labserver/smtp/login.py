"""AUTH: a SASL exchange in 334 replies and lines (RFC 4954)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from labserver.protocol import sasl
from labserver.protocol.session import Context
from labserver.smtp import replies
from labserver.smtp.extensions import MECHANISM, Offer
from labserver.smtp.intake import Flaw, Text
from labserver.smtp.replies import Refused
from labserver.store import Account

__all__ = ["LINE", "authenticate"]

LINE = 12288
"""Octets that a line of the exchange may have at least (RFC 4954 section 4)."""

Ask = Callable[[str], Awaitable[Text]]


async def authenticate(
    context: Context, argument: str, offer: Offer, ask: Ask, *, secure: bool
) -> Account:
    """Find out who the client is; `argument` follows AUTH, `ask` sends a 334 and reads a line.

    Raises Refused, with LOGIN_WRONG for a login that is wrong.
    """
    words = argument.split()
    if not 1 <= len(words) <= 2:
        raise Refused(replies.syntax("Syntax: AUTH mechanism [initial-response]"))
    mechanism = _mechanism(words[0].upper(), offer, context, secure=secure)
    initial = words[1].encode("ascii") if len(words) == 2 else None
    if initial is not None and not mechanism.initial:
        raise Refused(replies.NO_INITIAL_RESPONSE)
    exchange = sasl.Exchange(mechanism, sasl.Site.of(context))
    try:
        found = exchange.start(initial)
        while not isinstance(found, Account):
            found = exchange.answer(_line(await ask(found.decode("ascii")), context.host))
    except sasl.Cancelled as error:
        raise Refused(replies.LOGIN_WRONG if error.failed else replies.CANCELLED) from None
    except (sasl.Denied, sasl.NotAuthorized):
        # Which of the two, only who has the password might know.
        raise Refused(replies.LOGIN_WRONG) from None
    except sasl.SaslError as error:
        raise Refused(replies.syntax(str(error), "5.2")) from None
    return found


def _mechanism(name: str, offer: Offer, context: Context, *, secure: bool) -> sasl.Mechanism:
    if name in offer.mechanisms:
        return sasl.MECHANISMS[name]
    could = not secure and context.tls and name in sasl.MECHANISMS
    if could and f"{MECHANISM}{name}" not in context.without:
        raise Refused(replies.mechanism_needs_tls(name))
    raise Refused(replies.no_mechanism(offer.mechanisms))


def _line(line: Text, host: str) -> bytes:
    if line.flaw is Flaw.TOO_LONG:
        raise Refused(replies.AUTH_LINE_TOO_LONG)
    if line.flaw is not None:
        raise Refused(replies.flawed(line.flaw, host))
    return line.octets
