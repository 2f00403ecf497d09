"""What each SMTP command does."""

from __future__ import annotations

import re
from typing import NoReturn, cast

from labserver.protocol.session import Context
from labserver.smtp import delivery, grammar, login, trace
from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.intake import Text
from labserver.smtp.replies import NO_RELAY, Refused
from labserver.smtp.session import SmtpSession
from labserver.smtp.table import END_OF_DATA
from labserver.store import OverQuota

__all__ = ["SmtpServer"]

_SIZE = re.compile("[0-9]{1,20}")
# RFC 4954 section 5 and its xtext; "<>" stands for nobody.
_AUTH = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})+")


class SmtpServer(SmtpSession):
    """The commands. aiosmtpd finds them by their names, the table says when they are allowed."""

    def __init__(self, context: Context, *, submission: bool) -> None:
        super().__init__(context, submission=submission)
        self._hello = ""
        self._extended = False
        self._failed_logins = 0
        self._open: Envelope | None = None

    async def smtp_EHLO(self, hostname: str) -> None:
        """Greet, and say what can be done (RFC 5321 section 4.1.1.1)."""
        self._greet("EHLO", hostname)
        keywords = [
            "PIPELINING",  # RFC 2920
            f"SIZE {self._context.limits.message}",  # RFC 1870
            "8BITMIME",
            *((f"AUTH {' '.join(login.MECHANISMS)}",) if self._submission else ()),
            "HELP",
        ]
        lines = [f"250-{line}" for line in (self.hostname, *keywords[:-1])]
        await self.push("\r\n".join([*lines, f"250 {keywords[-1]}"]))

    async def smtp_HELO(self, hostname: str) -> None:
        """Greet without extensions."""
        self._greet("HELO", hostname)
        await self.push(f"250 {self.hostname}")

    def _greet(self, command: str, hostname: str) -> None:
        self._hello = grammar.host(hostname)
        self._extended = command == "EHLO"
        self._open = None
        self._succeed(command)

    async def smtp_AUTH(self, arg: str) -> None:
        """Log a user in (RFC 4954)."""
        if not self._extended:
            raise Refused(503, "Send EHLO first")
        try:
            account = await login.authenticate(self._context, arg, self._ask)
        except Refused as refusal:
            if refusal.code == 535:
                self._failed_logins += 1
                if self._failed_logins >= self._context.limits.failed_logins:
                    await self.push(str(refusal))
                    raise Refused(421, f"{self.hostname} Too many failed logins, closing") from None
            raise
        self._account = account
        self._succeed("AUTH")
        await self.push("235 Authentication successful")

    async def _ask(self, challenge: str) -> Text:
        await self.push(challenge)
        return await self._intake.line(max(self._context.limits.line, login.LINE))

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Open a transaction (RFC 5321 section 4.1.1.2)."""
        path, rest = grammar.read_path(arg or "", "FROM:", null=True)
        known = grammar.parameters(rest)
        if known and not self._extended:
            raise Refused(555, "Parameters need EHLO")
        size = known.pop("SIZE", "0")
        if size is None or not _SIZE.fullmatch(size):
            raise Refused(501, "Syntax: SIZE=octets")
        if known.pop("BODY", "7BIT") not in {"7BIT", "8BITMIME", "7bit", "8bitmime"}:
            raise Refused(501, "Syntax: BODY=7BIT or BODY=8BITMIME")
        if self._submission:
            # Who has submitted it is known from the login; the parameter is read and left.
            identity = known.pop("AUTH", "<>")
            if identity is None or not (identity == "<>" or _AUTH.fullmatch(identity)):
                raise Refused(501, "Syntax: AUTH=address or AUTH=<>")
        if known:
            raise Refused(555, f"Parameter not recognised: {' '.join(known)}")
        if int(size) > self._context.limits.message:
            self._too_big()
        self._open = Envelope(sender=path)
        self._succeed("MAIL")
        await self.push("250 OK")

    async def smtp_RCPT(self, arg: str | None) -> None:
        """Add a recipient (RFC 5321 section 4.1.1.3)."""
        path, rest = grammar.read_path(arg or "", "TO:", null=False)
        if grammar.parameters(rest):
            raise Refused(555, "No parameters are known here")
        if not delivery.is_local(path):
            raise Refused(550, NO_RELAY)
        if delivery.recipient(self._context.store, path) is None:
            raise Refused(550, "No such user here")
        envelope = self._envelope
        if len(envelope.recipients) >= self._context.limits.recipients:
            raise Refused(452, "Too many recipients")
        envelope.recipients.append(Recipient(path=path))
        self._succeed("RCPT")
        await self.push("250 OK")

    async def smtp_DATA(self, arg: str) -> None:
        """Take a message and deliver it (RFC 5321 section 4.1.1.4)."""
        _no_argument("DATA", arg)
        envelope = self._envelope
        self._succeed("DATA")
        await self.push("354 Send the message; a line with a single dot ends it")
        stuffed = await self._intake.message(self._context.limits.message)
        # Whatever becomes of the message, the transaction is over.
        self._open = None
        try:
            self._strike(END_OF_DATA)
            if stuffed is None:
                self._too_big()
            queue_id = self._deliver(envelope, _unstuffed(stuffed))
        finally:
            self._succeed(END_OF_DATA)
        await self.push(f"250 OK id={queue_id}")

    def _deliver(self, envelope: Envelope, data: bytes) -> str:
        protocol = "SMTP" if not self._extended else "ESMTP" if not self._account else "ESMTPA"
        device = self._context.device
        peer = None if self._transport_name is None else self._transport_name[0]
        origin = trace.Origin(
            hello=self._hello,
            info=trace.tcp_info(peer, device if grammar.domain(device) else ""),
            protocol=protocol,
        )
        try:
            queue_id = delivery.accept(
                self._context, envelope, data, origin, complete=self._submission
            )
        except OverQuota as error:
            raise Refused(552, f"No room: {error}") from None
        self._context.clock.accepted()
        return queue_id

    @property
    def _envelope(self) -> Envelope:
        if self._open is None:
            raise RuntimeError("no transaction is open: the state table is wrong")
        return self._open

    @property
    def _transport_name(self) -> tuple[str, int] | None:
        return None if self.session is None else cast("tuple[str, int] | None", self.session.peer)

    def _too_big(self) -> NoReturn:
        limit = self._context.limits.message
        raise Refused(552, f"A message has at most {limit} octets here")

    async def smtp_RSET(self, arg: str) -> None:
        """End the transaction without a message."""
        _no_argument("RSET", arg)
        self._open = None
        self._succeed("RSET")
        await self.push("250 OK")

    async def smtp_NOOP(self, arg: str) -> None:
        """Do nothing; an argument is ignored (RFC 5321 section 4.1.1.9)."""
        await self.push("250 OK")

    async def smtp_VRFY(self, arg: str) -> None:
        """Say whether there is such a user (RFC 5321 sections 3.5.2 and 3.5.3)."""
        if not arg:
            raise Refused(501, "Syntax: VRFY address")
        path = grammar.read_mailbox(arg if "@" in arg else f"{arg}@{delivery.HOME}")
        if path is None:
            raise Refused(501, "Syntax: VRFY address")
        if not delivery.is_local(path):
            await self.push("252 Cannot tell: the address is not of this server")
            return
        account = delivery.recipient(self._context.store, path)
        if account is None:
            raise Refused(550, "No such user here")
        await self.push(f"250 <{account.address}>")

    async def smtp_HELP(self, arg: str) -> None:
        """Name the commands that may be given now."""
        allowed = " ".join(self._table.allowed(self._state))
        await self.push(
            f"214-You are in the state {self._state.value}. Allowed now:\r\n214 {allowed}"
        )

    async def smtp_QUIT(self, arg: str) -> None:
        """End the session; an open transaction goes with it (RFC 5321 section 4.1.1.10)."""
        _no_argument("QUIT", arg)
        self._open = None
        self._end("quit")
        await self.push(f"221 {self.hostname} Bye")


def _no_argument(command: str, argument: str) -> None:
    """RFC 5321 section 4.3.2: commands without arguments."""
    if argument:
        raise Refused(501, f"Syntax: {command}, with nothing after it")


def _unstuffed(data: bytes) -> bytes:
    """Take away the dots that the client has put before dots (RFC 5321 section 4.5.2)."""
    if data.startswith(b"."):
        data = data[1:]
    return data.replace(b"\r\n.", b"\r\n")
