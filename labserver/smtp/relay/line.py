"""The client's end of a connection: aiosmtplib's protocol, taught to take replies in groups.

aiosmtplib sends one command and reads one reply; what comes beyond is lost. A client that groups
commands (RFC 2920 section 3.1) needs each reply kept until its turn, also if the connection ends
behind them. aiosmtplib's own way to send a message alters line ends, which a relay must not (RFC
5321 section 3.6.3): `labserver.smtp.relay.conversation` writes messages itself.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Sequence

from aiosmtplib import SMTPReadTimeoutError, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

__all__ = ["Line"]

_LONGEST = 64 * 1024
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Line(SMTPProtocol):
    """A connection to the next server. Replies come in order, one a command."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        super().__init__(loop)
        self.patience = patience
        self._input = bytearray()
        self._said: list[bytes] = []
        self._replies: deque[SMTPResponse] = deque()
        self._wanted: asyncio.Future[None] | None = None
        self._over = False

    def data_received(self, data: bytes) -> None:
        """Take input, and part it into replies."""
        self._input += data
        while not self._over and (end := self._input.find(b"\n")) >= 0:
            line = bytes(self._input[: end + 1]).rstrip(b"\r\n")
            del self._input[: end + 1]
            self._line(line)
        if len(self._input) + sum(map(len, self._said)) > _LONGEST:
            self._fail()
        self._wake()

    def _line(self, line: bytes) -> None:
        # RFC 5321 section 4.2: three digits, then a hyphen if more lines follow.
        if not line[:3].isdigit() or line[3:4] not in {b"", b" ", b"-"}:
            self._fail()
            return
        self._said.append(line[4:])
        if line[3:4] != b"-":
            text = b"\n".join(self._said).decode("utf-8", "replace")
            self._replies.append(SMTPResponse(int(line[:3]), text))
            self._said.clear()

    def _fail(self) -> None:
        """Hear no more from a server that does not speak SMTP."""
        self._over = True
        self.hang_up()

    def eof_received(self) -> bool:
        """Take note that no more replies will come."""
        self._over = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the connection is gone."""
        super().connection_lost(exc)
        self._over = True
        self._wake()

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:  # noqa: ASYNC109
        """Return the next reply. Raises SMTPServerDisconnected, SMTPReadTimeoutError."""
        while not self._replies:
            if self._over:
                raise SMTPServerDisconnected("Connection lost")
            self._wanted = self._loop.create_future()
            try:
                async with asyncio.timeout(timeout or self.patience):
                    await self._wanted
            except TimeoutError:
                raise SMTPReadTimeoutError("No reply in time") from None
        return self._replies.popleft()

    def say(self, lines: Sequence[bytes]) -> None:
        """Write commands as one group. Raises SMTPServerDisconnected; ValueError for a control."""
        if any(_CONTROL.search(line) for line in lines):
            raise ValueError("a command has a control character in it")
        self.write(b"".join(line + b"\r\n" for line in lines))

    def hang_up(self) -> None:
        """End the connection once what was written is sent."""
        if self.transport is not None:
            self.transport.close()
