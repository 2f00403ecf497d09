"""Commands that say whom a message is from and for: MAIL, RCPT, RSET."""

from __future__ import annotations

from enum import Enum

from labserver.smtp import grammar, parameters, replies, routing
from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.grammar import Path
from labserver.smtp.replies import Refused
from labserver.smtp.routing import Fate
from labserver.smtp.session import SmtpSession, no_argument
from labserver.store import DOMAINS, OverQuota

__all__ = ["Addressing", "Place"]


class Place(Enum):
    """Where a path leads, as seen from this server."""

    HERE = "here"
    BESIDE = "the lab's other domain"
    NOWHERE = "no domain of the lab"


class Addressing(SmtpSession):
    """The envelope of a message."""

    async def smtp_MAIL(self, arg: str) -> None:
        """Open a transaction (RFC 5321 section 4.1.1.2)."""
        path, rest = grammar.read_path(arg, "FROM:", null=True)
        if rest and not self._extended:
            raise Refused(replies.MORE_PARAMETERS)
        said = parameters.of_mail(rest, self._offer)
        if not said.utf8 and not path.text.isascii():
            raise Refused(replies.UTF8_SENDER)
        if said.size > self._context.limits.message:
            raise Refused(replies.too_big(self._context.limits.message))
        self._check_sender(path)
        self._open = Envelope(
            sender=path, ret=said.ret, envid=said.envid, body=said.body, utf8=said.utf8
        )
        self._declared = said.size
        self._succeed("MAIL")
        await self._reply(replies.SENDER_OK)

    def _check_sender(self, path: Path) -> None:
        """Refuse, where users log in, a sender that is not the one who has.

        Any address that delivers to them is theirs; `<>` is for notifications and anybody's.
        """
        if not self._submission or not path.text:
            return
        if self._account not in routing.owners(self._context, path):
            raise Refused(replies.NOT_YOUR_ADDRESS)

    async def smtp_RCPT(self, arg: str) -> None:
        """Add a recipient (RFC 5321 section 4.1.1.3)."""
        path, rest = grammar.read_path(arg, "TO:", null=False)
        if rest and not self._extended:
            raise Refused(replies.MORE_PARAMETERS)
        envelope = self._envelope
        said = parameters.of_rcpt(rest, self._offer, utf8=envelope.utf8)
        if not envelope.utf8 and not path.text.isascii():
            raise Refused(replies.UTF8_RECIPIENT)
        self._check_recipient(path)
        if len(envelope.recipients) >= self._context.limits.recipients:
            raise Refused(replies.TOO_MANY_RECIPIENTS)
        envelope.recipients.append(Recipient(path=path, notify=said.notify, original=said.original))
        self._succeed("RCPT")
        await self._reply(replies.RECIPIENT_OK)

    def _check_recipient(self, path: Path) -> None:
        """Refuse who is not here, what leads elsewhere, and a mailbox without room."""
        place = self._place(path)
        if place is not Place.HERE and not self._submission:
            raise Refused(replies.NO_RELAY)
        if place is Place.NOWHERE:
            raise Refused(replies.NO_SUCH_DOMAIN)
        fate = routing.fate(self._context, path)
        if fate is Fate.UNKNOWN:
            raise Refused(replies.NO_SUCH_USER)
        if fate is Fate.LOOP:
            raise Refused(replies.ROUTES_LOOP)
        account = routing.mailbox_of(self._context, path)
        if account is None:
            return  # It goes on from here, and whether there is room is another's matter.
        try:
            # RFC 1870 section 6.4. What is not declared has one octet at least.
            self._context.store.quotas.check(account, messages=1, octets=self._declared or 1)
        except OverQuota:
            raise self._no_room(account.address, self._envelope) from None

    def _place(self, path: Path) -> Place:
        """Tell where a path leads; only `<Postmaster>` has no domain."""
        domain = path.domain.lower()
        if not domain or domain == self._context.domain:
            return Place.HERE
        return Place.BESIDE if domain in DOMAINS else Place.NOWHERE

    async def smtp_RSET(self, arg: str) -> None:
        """End the transaction without a message."""
        no_argument("RSET", arg)
        self._leave_transaction()
        self._succeed("RSET")
        await self._reply(replies.OK)
