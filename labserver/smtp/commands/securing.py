"""Commands that make sure of the connection and of the client: STARTTLS and AUTH."""

from __future__ import annotations

from labserver.smtp import login, replies
from labserver.smtp.intake import Text
from labserver.smtp.replies import Refused, Reply
from labserver.smtp.session import SmtpSession, no_argument

__all__ = ["Securing"]


class Securing(SmtpSession):
    """TLS and logins."""

    async def smtp_STARTTLS(self, arg: str) -> None:
        """Begin TLS, and know nothing of the client any more (RFC 3207 section 4).

        What came behind the command was not sent inside TLS, and is not taken for it. From the
        reply to the beginning of TLS nothing is waited for: what comes then is TLS already.
        """
        no_argument("STARTTLS", arg)
        self._say(replies.START_TLS)
        self._secure = True
        left = self._state
        self._forget()
        if self._state is not left:
            self._enter(self._state)
        self._line.secure(self._intake.forget())

    async def smtp_AUTH(self, arg: str) -> None:
        """Log a user in (RFC 4954)."""
        if not self._extended:
            raise Refused(replies.EHLO_FIRST)
        try:
            account = await login.authenticate(
                self._context, arg, self._offer, self._challenge, secure=self._secure
            )
        except Refused as refusal:
            if refusal.reply is not replies.LOGIN_WRONG:
                raise
            self._failed_logins += 1
            if self._failed_logins < self._context.limits.failed_logins:
                raise
            await self._reply(refusal.reply)
            end = replies.closing(self.hostname, "Too many failed logins")
            raise Refused(end) from None
        self._account = account
        self._succeed("AUTH")
        await self._reply(replies.AUTHENTICATED)

    async def _challenge(self, challenge: str) -> Text:
        await self._reply(Reply(334, "", challenge))
        return await self._intake.line(max(self._context.limits.line, login.LINE))
