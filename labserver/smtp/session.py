"""One SMTP session: aiosmtpd's protocol, with a state table before its commands.

From aiosmtpd come the Protocol of asyncio, the life of a connection's task and the way commands
are found: by the name of their method. Reading, order, grammar and delivery are the lab's.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from aiosmtpd.smtp import SMTP

from labserver.events import How, Rejected, StateChanged
from labserver.protocol.session import Context, Securable
from labserver.protocol.table import Verdict
from labserver.smtp import grammar, replies
from labserver.smtp.envelope import Envelope
from labserver.smtp.extensions import Offer, When
from labserver.smtp.intake import Ended, Flaw, Intake
from labserver.smtp.replies import Refused, Reply
from labserver.smtp.table import END_OF_DATA, LAST_CHUNK, OBSOLETE, RECEIVING, SUBMISSION, State
from labserver.store import HOSTS, Account

__all__ = ["SmtpSession", "no_argument"]

logger = logging.getLogger("labserver.smtp")

_SLICE = 0.005
"""Seconds of real time after which other sessions get their turn."""

_UNPRINTABLE = re.compile(rb"[^ -~]")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_NOT_TYPED = frozenset({END_OF_DATA, LAST_CHUNK})
_GROUPED = frozenset({"MAIL", "RCPT", "RSET"})
"""Commands whose replies may wait for those of the next one (RFC 2920 section 3.2)."""
_WIDE = frozenset({"MAIL", "RCPT", "VRFY", "EXPN"})
"""Commands whose arguments may have characters outside ASCII (RFC 6531 section 3.1)."""


class _Line(Securable, Protocol):
    """What a session asks of its transport beside the ways of asyncio: writing in three steps."""

    def put(self, chunk: bytes) -> None:
        """Take a reply."""

    def finish(self) -> None:
        """Take note that the reply is over: it is in the log from now on."""

    def send(self) -> None:
        """Write what was put."""


class SmtpSession(SMTP):
    """Reads commands, asks the table, and answers errors; a subclass does the commands.

    `submission`: users log in; else anyone may bring mail for the domain.
    """

    def __init__(self, context: Context, *, submission: bool) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            None,
            hostname=context.host,
            ident="ESMTP Mail Protocol Lab",
            data_size_limit=context.limits.message,
            auth_require_tls=False,
            loop=loop,
        )
        self._context = context
        self._submission = submission
        self._table = SUBMISSION if submission else RECEIVING
        self._intake = Intake(loop, context.heard, self._send)
        self._line: _Line
        self._grouped = False
        self._secure = context.secure
        self._errors = 0
        self._failed_logins = 0
        self._over: How | None = None
        # A transaction: its envelope, the octets that SIZE has declared, the chunks so far.
        self._open: Envelope | None
        self._declared: int
        self._chunks: list[bytes]
        self._forget()

    def _forget(self) -> None:
        """Know nothing of the client: at the beginning, and once TLS has begun."""
        self._state = self._table.initial
        self._offer = self._offered(secure=self._secure)
        self._hello = ""
        self._extended = False
        self._account: Account | None = None
        self._leave_transaction()

    def _offered(self, *, secure: bool) -> Offer:
        """Return what is offered inside TLS, or outside."""
        context = self._context
        holds = {
            When.SUBMISSION: self._submission,
            When.PASSWORDS: secure or context.policy.cleartext_auth,
            When.CLEAR: context.tls and not secure,
            When.VERIFY: context.policy.verify,
        }
        return Offer(context.without, (when for when, so in holds.items() if so))

    # What the wire asks

    @property
    def how(self) -> How | None:
        """Why the session hung up, or None while it has not."""
        return self._over

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._state

    def unread(self) -> bytes:
        """Return the input that was not taken up."""
        return self._intake.unread()

    async def wait_closed(self) -> None:
        """Return once the session's task has ended."""
        if self._handler_coroutine is not None:
            await asyncio.wait({self._handler_coroutine})

    # Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._intake.attach(cast("asyncio.Transport", transport))
        self._line = cast("_Line", transport)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take input."""
        self._intake.feed(data)

    def eof_received(self) -> bool:
        """Answer what has come, then close: the transport stays open until then."""
        self._intake.feed_eof()
        return True

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Leave silence to the wire, which watches all protocols alike."""
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_later(0, lambda: None)

    # The session

    async def _handle_client(self) -> None:
        """Greet, then take up one command after the other, until the session is over."""
        assert self.transport is not None  # noqa: S101 - set before the task began
        transport = cast("asyncio.Transport", self.transport)
        try:
            self._enter(self._state)
            await self._reply(Reply(220, "", f"{self.hostname} {self.__ident__}"))
            slice_end = self.loop.time() + _SLICE
            while self._over is None:
                line = await self._intake.line(self._context.limits.line)
                await self._answer(line.octets, line.flaw)
                if self.loop.time() > slice_end:
                    await asyncio.sleep(0)
                    slice_end = self.loop.time() + _SLICE
        except (Ended, ConnectionError):
            pass  # the client has gone, and the wire knows why
        except Exception:
            logger.exception("connection %d: error in its session", self._context.connection)
            self._over = "server"
        transport.close()

    async def _reply(self, reply: Reply) -> None:
        """Send a reply; one of a group waits for the end of the group."""
        self._say(reply)
        if not self._grouped:
            self._send()
        await self._writer.drain()

    def _no_room(self, account: str, envelope: Envelope, data: bytes | None = None) -> Refused:
        """Return how a message for a full mailbox is refused; `data` if it has crossed.

        That is told in the log, unless a server of the lab brings the message: it keeps it, and
        tells what becomes of it.
        """
        reply = replies.full(self._context.policy, account)
        if self._context.device not in HOSTS.values():
            store = self._context.store
            said = reply.octets(enhanced="ENHANCEDSTATUSCODES" in self._offer)
            self._context.record(
                Rejected(
                    account=account,
                    message=None if data is None else store.letters.turn_away(data),
                    sender=envelope.sender.text,
                    octets=self._declared if data is None else len(data),
                    reply=said.decode("ascii").rstrip(),
                    connection=self._context.connection,
                )
            )
        return Refused(reply)

    def _say(self, reply: Reply) -> None:
        enhanced = "ENHANCEDSTATUSCODES" in self._offer
        self._line.put(reply.octets(enhanced=enhanced))
        self._line.finish()

    def _send(self) -> None:
        self._line.send()

    async def _answer(self, line: bytes, flaw: Flaw | None) -> None:
        """Have one command done: the one place where errors become replies."""
        self._grouped = False
        try:
            if flaw is not None:
                raise Refused(replies.flawed(flaw, self.hostname))  # noqa: TRY301
            await self._obey(line)
        except Refused as refusal:
            await self._refuse(refusal.reply)
        except grammar.BadArgument as error:
            await self._refuse(replies.syntax(str(error), error.detail))
        except (Ended, ConnectionError):
            raise
        except Exception:
            # A bug in a command is answered, and costs nobody else anything.
            logger.exception("connection %d: a command failed", self._context.connection)
            await self._reply(replies.BUG)

    async def _obey(self, line: bytes) -> None:
        name, _, rest = line.partition(b" ")
        command = "" if _UNPRINTABLE.search(name) else name.decode("ascii").upper()
        self._grouped = command in _GROUPED and "PIPELINING" in self._offer
        verdict = self._table.ask(self._state, command)
        if verdict is Verdict.UNKNOWN or command in _NOT_TYPED or not self._offer.knows(command):
            raise Refused(self._unknown(command))
        argument = self._argument(command, rest)
        act: Callable[[str], Awaitable[None]] = self._smtp_methods[command]
        if command == "BDAT":
            # What follows the command is taken up whatever is said to it (RFC 3030 section 2).
            await act(argument)
            return
        self._ask(command, verdict)
        await act(argument)

    def _unknown(self, command: str) -> Reply:
        """Say that there is no such command here (RFC 5321 section 4.2.4 has 500 and 502)."""
        if command in _NOT_TYPED:
            return replies.UNKNOWN_COMMAND
        if command == "STARTTLS" and self._secure:
            return replies.TLS_ACTIVE
        if command == "AUTH" and self._context.tls and self._offered(secure=True).knows(command):
            return replies.TLS_FIRST
        known = command in OBSOLETE or command in SUBMISSION.rules
        return replies.NOT_IMPLEMENTED if known else replies.UNKNOWN_COMMAND

    def _argument(self, command: str, rest: bytes) -> str:
        if _CONTROL.search(rest):
            raise Refused(replies.NOT_PRINTABLE)
        if not rest.isascii() and not (command in _WIDE and "SMTPUTF8" in self._offer):
            # RFC 5321 section 4.1.2.
            raise Refused(replies.NOT_ASCII)
        try:
            return rest.decode("utf-8").strip(" ")
        except UnicodeDecodeError:
            raise Refused(replies.NOT_UTF8) from None

    def _ask(self, command: str, verdict: Verdict) -> None:
        """Ask the table's verdict, and the faults. Raises Refused."""
        if verdict is Verdict.OUT_OF_ORDER:
            reply = replies.out_of_order(self._state, command, submission=self._submission)
            raise Refused(reply)
        self._strike(command)

    def _strike(self, command: str) -> None:
        """Ask whether a fault answers in the command's place."""
        answer = self._context.answer(command)
        if answer is not None:
            raise Refused(replies.fault(answer))

    async def _refuse(self, reply: Reply) -> None:
        if 500 <= reply.code < 600:
            self._errors += 1
        if reply.code == 421:
            self._end("server")
        await self._reply(reply)
        if self._over is None and self._errors >= self._context.limits.errors:
            self._end("server")
            await self._reply(replies.closing(self.hostname, "Too many errors"))

    @property
    def _envelope(self) -> Envelope:
        if self._open is None:
            raise RuntimeError("no transaction is open: the state table is wrong")
        return self._open

    def _leave_transaction(self) -> None:
        """Forget the sender, the recipients and what there is of the message."""
        self._open = None
        self._declared = 0
        self._chunks = []

    def _end(self, how: How) -> None:
        self._over = how
        self._enter(State.QUIT)

    def _enter(self, state: State) -> None:
        """Be in a state, and have it known."""
        self._state = state
        self._context.record(
            StateChanged(
                connection=self._context.connection,
                state=state.value,
                account=None if self._account is None else self._account.address,
                mailbox=None,
            )
        )

    def _succeed(self, command: str) -> None:
        """Go where success of the command leads."""
        state = self._table.after(self._state, command)
        if state is not self._state:
            self._enter(state)


def no_argument(command: str, argument: str) -> None:
    """Refuse arguments of commands that have none (RFC 5321 section 4.3.2)."""
    if argument:
        raise Refused(replies.syntax(f"Syntax: {command}, with nothing after it"))
