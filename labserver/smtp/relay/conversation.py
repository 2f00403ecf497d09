"""One connection to the next server, and the messages that go over it.

Commands are grouped where the server offers PIPELINING; a group never goes on beyond a command
whose reply decides what follows (RFC 2920 section 3.1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiosmtplib import SMTPReadTimeoutError, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.esmtp import parse_esmtp_extensions

from labserver.smtp.relay import needs
from labserver.smtp.relay.dial import Dial, Hung
from labserver.smtp.relay.line import Line
from labserver.smtp.relay.outcome import DROPPED, NO_ANSWER, Outcome, Verdict
from labserver.store import Leaving, Terms

__all__ = ["Broken", "Conversation"]

_PORT = 25


class Broken(Exception):
    """The connection can carry no message, or no more; `reply` says why."""

    def __init__(self, reply: Outcome) -> None:
        super().__init__(str(reply))
        self.reply = reply


@dataclass(slots=True)
class _Transaction:
    """What is known of each recipient so far; None: nothing final."""

    replies: list[Outcome | None]

    def settle(self, reply: Outcome) -> None:
        """Have it be the reply for all that have none."""
        self.replies = [each or reply for each in self.replies]


class Conversation:
    """A connection on which messages are passed on, one after the other."""

    def __init__(self, line: Line, hung: Hung, me: str) -> None:
        self._line = line
        self._hung = hung
        self._me = me
        self._open = False  # a transaction that RSET must end before the next one
        self.offers: needs.Offers = {}
        self.over = False

    @classmethod
    async def begin(cls, dial: Dial, host: str, me: str, patience: float) -> Conversation:
        """Connect to `host` and say who `me` is. Raises Broken."""
        line = Line(asyncio.get_running_loop(), patience)
        try:
            hung = await dial(host, _PORT, me, line)
        except OSError:
            raise Broken(Outcome(None, NO_ANSWER, "4.4.1")) from None
        self = cls(line, hung, me)
        try:
            await self._greet()
        except BaseException as error:
            if not isinstance(error, Broken):
                self.give_up()
            await self.end()
            raise
        return self

    async def _greet(self) -> None:
        try:
            greeting = await self._hear()
        except Broken as broken:
            if broken.reply.text == DROPPED:
                raise Broken(Outcome(None, NO_ANSWER, "4.4.1")) from None
            raise
        if greeting.verdict is not Verdict.TAKEN:
            raise Broken(greeting)
        hello = await self._ask(f"EHLO {self._me}")
        if hello.verdict is Verdict.TAKEN:
            self.offers = parse_esmtp_extensions(hello.text)[0]
        elif hello.verdict is Verdict.NEVER:
            # RFC 5321 section 3.2: an old server may know HELO alone.
            hello = await self._ask(f"HELO {self._me}")
        if hello.verdict is not Verdict.TAKEN:
            raise Broken(hello)

    async def send(self, terms: Terms, recipients: Sequence[Leaving], data: bytes) -> list[Outcome]:
        """Pass a message on; return what became of it for each recipient, in their order.

        Never raises: where the connection breaks, the rest is told so, and it is `over`.
        """
        done = _Transaction([None] * len(recipients))
        try:
            await self._send(done, terms, recipients, data)
        except Broken as broken:
            self.over = True
            done.settle(broken.reply)
        return [each or Outcome(None, DROPPED, "4.4.2") for each in done.replies]

    async def _send(
        self, done: _Transaction, terms: Terms, recipients: Sequence[Leaving], data: bytes
    ) -> None:
        need = needs.needs(terms, recipients, data)
        refusal = needs.obstacle(need, self.offers)
        if refusal is not None:
            done.settle(refusal)
            return
        if self._open:
            await self._ask("RSET")
        group = [needs.mail(terms, need, self.offers)]
        group += [needs.rcpt(each, self.offers) for each in recipients]
        self._open = True
        if "pipelining" in self.offers:
            begun = await self._in_a_group(done, group, data_too=not need.chunks)
        else:
            begun = await self._one_by_one(done, group)
        if all(each is not None for each in done.replies):
            if begun is not None and begun.code == 354:
                # RFC 2920 section 3.1: it takes a message for nobody. Nobody gets it.
                self._line.write(b".\r\n")
                await self._hear()
                self._open = False
            return
        if need.chunks:
            self._line.write(f"BDAT {len(data)} LAST\r\n".encode() + data)
        else:
            begun = begun or await self._ask("DATA")
            if begun.code != 354:
                done.settle(begun if begun.verdict is not Verdict.TAKEN else _out_of_step(begun))
                return
            self._line.write(_stuffed(data))
        reply = await self._hear()
        self._open = False
        done.settle(reply)

    async def _one_by_one(self, done: _Transaction, group: list[bytes]) -> Outcome | None:
        reply = await self._ask_octets(group[0])
        if reply.verdict is not Verdict.TAKEN:
            done.settle(reply)
            return None
        for n, command in enumerate(group[1:]):
            reply = (await self._ask_octets(command)).as_recipients()
            if reply.verdict is not Verdict.TAKEN:
                done.replies[n] = reply
        return None

    async def _in_a_group(
        self, done: _Transaction, group: list[bytes], *, data_too: bool
    ) -> Outcome | None:
        """Send the commands at once; return the reply to DATA if it was among them."""
        self._say([*group, b"DATA"] if data_too else group)
        sender = await self._hear()
        if sender.verdict is not Verdict.TAKEN:
            done.settle(sender)
        for n in range(len(group) - 1):
            reply = (await self._hear()).as_recipients()
            if reply.verdict is not Verdict.TAKEN:
                done.replies[n] = done.replies[n] or reply
        return await self._hear() if data_too else None

    async def end(self) -> None:
        """Say QUIT if anyone listens, hang up, and return when the log holds the end."""
        if not self.over:
            with suppress(Broken):
                await self._ask("QUIT")
            self.over = True
        self._line.hang_up()
        try:
            async with asyncio.timeout(self._line.patience):
                await self._hung.ended()
        except TimeoutError:
            self.give_up()
            await self._hung.ended()

    def give_up(self) -> None:
        """End the connection now, in the midst of whatever it is."""
        self.over = True
        self._hung.cut()

    # Lines

    async def _ask(self, command: str) -> Outcome:
        return await self._ask_octets(command.encode())

    async def _ask_octets(self, command: bytes) -> Outcome:
        self._say([command])
        return await self._hear()

    def _say(self, group: list[bytes]) -> None:
        try:
            self._line.say(group)
        except SMTPServerDisconnected:
            raise self._lost() from None

    async def _hear(self) -> Outcome:
        try:
            response: SMTPResponse = await self._line.read_response()
        except SMTPServerDisconnected:
            raise self._lost() from None
        except SMTPReadTimeoutError:
            self.give_up()
            raise Broken(Outcome(None, "no reply in time", "4.4.2")) from None
        reply = Outcome(response.code, response.message)
        if reply.code == 421:
            # RFC 5321 section 3.8: the server closes, whatever the command was.
            self.over = True
            raise Broken(reply)
        return reply

    def _lost(self) -> Broken:
        self.over = True
        return Broken(Outcome(None, DROPPED, "4.4.2"))


def _stuffed(data: bytes) -> bytes:
    """Return a message as DATA carries it, with the line that ends it (RFC 5321 s. 4.5.2)."""
    dot = b"." if data.startswith(b".") else b""
    return b"".join((dot, data.replace(b"\r\n.", b"\r\n.."), b".\r\n"))


def _out_of_step(reply: Outcome) -> Outcome:
    return Outcome(None, f"DATA was answered {reply}", "4.5.0")
