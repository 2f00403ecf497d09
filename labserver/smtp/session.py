"""One SMTP session: aiosmtpd's protocol, with a state table before its commands.

From aiosmtpd come the Protocol of asyncio, the life of a connection's task and the way commands
are found: by the name of their method. Reading, order, grammar and delivery are the lab's.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import cast

from aiosmtpd.smtp import SMTP

from labserver.events import FaultStruck, How, StateChanged
from labserver.protocol.session import Context
from labserver.protocol.table import Verdict
from labserver.smtp import grammar
from labserver.smtp.intake import Ended, Flaw, Intake
from labserver.smtp.replies import Refused, out_of_order
from labserver.smtp.table import END_OF_DATA, RECEIVING, SUBMISSION, State
from labserver.store import Account

__all__ = ["SmtpSession"]

logger = logging.getLogger("labserver.smtp")

_SLICE = 0.005
"""Seconds of real time after which other sessions get their turn."""

_UNPRINTABLE = re.compile(rb"[^ -~]")


class SmtpSession(SMTP):
    """Reads commands, asks the table, and answers errors; a subclass does the commands.

    `submission`: users log in; else anyone may bring mail for the domains.
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
        self._kind = "submission" if submission else "smtp"
        self._table = SUBMISSION if submission else RECEIVING
        self._state = self._table.initial
        self._intake = Intake(loop, context.heard)
        self._account: Account | None = None
        self._errors = 0
        self._over: How | None = None

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
            await self.push(f"220 {self.hostname} {self.__ident__}")
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

    async def push(self, status: str | bytes) -> None:
        """Send a reply: lines without the last line end."""
        self._writer.write(
            (status.encode("ascii") if isinstance(status, str) else status) + b"\r\n"
        )
        await self._writer.drain()

    async def _answer(self, line: bytes, flaw: Flaw | None) -> None:
        """Have one command done: the one place where errors become replies."""
        try:
            if flaw is Flaw.TOO_LONG:
                raise Refused(500, "Line too long")  # noqa: TRY301
            if flaw is not None:
                raise Refused(500, "A line ends with CR and LF, not with LF alone")  # noqa: TRY301
            await self._obey(line)
        except Refused as refusal:
            await self._refuse(refusal)
        except grammar.BadArgument as error:
            await self._refuse(Refused(501, str(error)))
        except (Ended, ConnectionError):
            raise
        except Exception:
            # A bug in a command is answered, and costs nobody else anything.
            logger.exception("connection %d: a command failed", self._context.connection)
            await self.push("451 The server failed to do this")

    async def _obey(self, line: bytes) -> None:
        name, _, rest = line.partition(b" ")
        if _UNPRINTABLE.search(name):
            raise Refused(500, "Command not recognised")
        command = name.decode("ascii").upper()
        verdict = self._table.ask(self._state, command)
        if verdict is Verdict.UNKNOWN or command == END_OF_DATA:
            raise Refused(500, "Command not recognised")
        if _UNPRINTABLE.search(rest):
            # No SMTPUTF8 here: arguments are printable ASCII (RFC 5321 section 4.1.2).
            raise Refused(501, "Arguments are printable ASCII characters")
        if verdict is Verdict.OUT_OF_ORDER:
            raise out_of_order(self._state, command, submission=self._submission)
        self._strike(command)
        act: Callable[[str], Awaitable[None]] = self._smtp_methods[command]
        await act(rest.decode("ascii").strip(" "))

    def _strike(self, command: str) -> None:
        """Ask whether a fault answers in the command's place."""
        fault = self._context.faults.command(self._kind, self._context.device, command)
        if fault is not None:
            self._context.record(FaultStruck(connection=self._context.connection, fault=str(fault)))
            code, _, text = fault.reply.partition(" ")
            raise Refused(int(code), text)

    async def _refuse(self, refusal: Refused) -> None:
        if 500 <= refusal.code < 600:
            self._errors += 1
        if refusal.code == 421:
            self._end("server")
        await self.push(str(refusal))
        if self._over is None and self._errors >= self._context.limits.errors:
            self._end("server")
            await self.push(f"421 {self.hostname} Too many errors, closing")

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
