"""Commands about the session itself: EHLO, HELO, NOOP, QUIT."""

from __future__ import annotations

from labserver.smtp import grammar, replies
from labserver.smtp.replies import Reply
from labserver.smtp.session import SmtpSession, no_argument

__all__ = ["Greeting"]


class Greeting(SmtpSession):
    """How a session begins and ends."""

    async def smtp_EHLO(self, hostname: str) -> None:
        """Greet, and say what can be done (RFC 5321 section 4.1.1.1)."""
        self._greet("EHLO", hostname)
        keywords = self._offer.keywords({"SIZE": str(self._context.limits.message)})
        await self._reply(Reply(250, "", "\n".join([self.hostname, *keywords])))

    async def smtp_HELO(self, hostname: str) -> None:
        """Greet without extensions."""
        self._greet("HELO", hostname)
        await self._reply(Reply(250, "", self.hostname))

    def _greet(self, command: str, hostname: str) -> None:
        self._hello = grammar.host(hostname)
        self._extended = command == "EHLO"
        self._leave_transaction()
        self._succeed(command)

    async def smtp_NOOP(self, arg: str) -> None:
        """Do nothing; an argument is ignored (RFC 5321 section 4.1.1.9)."""
        await self._reply(replies.OK)

    async def smtp_QUIT(self, arg: str) -> None:
        """End the session; an open transaction goes with it (RFC 5321 section 4.1.1.10)."""
        no_argument("QUIT", arg)
        self._leave_transaction()
        self._end("quit")
        await self._reply(replies.farewell(self.hostname))
