"""TLS between a connection's filter and its transport.

The handshake and the records are OpenSSL's, in memory: this layer moves octets, so it is the same
over TCP and in memory, and the tap above it sees what is inside.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Protocol, cast

from labserver.wire.passage import Layer, Passage
from labserver.wire.tap import BLOCK

__all__ = ["Certificates", "Tls", "server_context"]


class Certificates(Protocol):
    """Who can prove that a server is the one it says it is."""

    def context(self, host: str) -> ssl.SSLContext:
        """Return what the server named `host` begins TLS with. Called for each connection."""


def server_context() -> ssl.SSLContext:
    """Return a context for a server, with no certificate yet: TLS 1.2 and newer.

    RFC 8314 section 4.1. There is no renegotiation, and no ticket to come back with: a client
    that leaves without having read one would seem to have cut the connection.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    context.num_tickets = 0
    return context


class Tls(Layer):
    """The server's side of TLS on one connection, from its handshake on.

    What is written before the handshake is done waits for it. A handshake that fails, or takes
    longer than `patience` seconds, ends the connection.
    """

    def __init__(
        self,
        below: asyncio.Transport,
        filter_: Passage,
        *,
        context: ssl.SSLContext,
        patience: float,
    ) -> None:
        super().__init__()
        self._below = below
        self._filter = filter_
        self._above: asyncio.Protocol = filter_
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._secured = False
        self._broken = False
        self._early: list[bytes] = []
        self._eof = False  # nothing more comes from below,
        self._ended = False  # and nothing more goes up
        self._reading = below.is_reading()
        self._timer = filter_.loop.call_later(patience, filter_.abort)
        below.resume_reading()  # The handshake waits for nobody above.

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Put another protocol on what is inside."""
        self._above = cast("asyncio.Protocol", protocol)

    # From below

    def data_received(self, data: bytes) -> None:
        """Take up octets of TLS."""
        if self._broken:
            return
        self._incoming.write(data)
        if self._secured or self._handshake():
            self._decrypt()

    def _handshake(self) -> bool:
        """Go on with the handshake; tell whether it is done."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._send()
            return False
        except ssl.SSLError as error:
            self._break(error)
            return False
        self._secured = True
        self._timer.cancel()
        self._send()
        if not self._reading:
            self._below.pause_reading()
        self._filter.secured(self._tls.version() or "")
        early, self._early = self._early, []
        for data in early:
            self.write(data)
        return True

    def _decrypt(self) -> None:
        """Hand up what is inside, as long as it is taken."""
        while self._reading and not self._ended and not self._below.is_closing():
            try:
                data = self._tls.read(BLOCK)
            except ssl.SSLWantReadError:
                if not self._eof:
                    break
                data = b""
            except ssl.SSLZeroReturnError:
                data = b""
            except ssl.SSLError as error:
                self._break(error)
                return
            if data:
                self._above.data_received(data)
            else:
                # Empty: close_notify, which is as good as the end of the connection.
                self._end()
        self._send()

    def _end(self) -> None:
        """Hand up that the client will send no more; its replies still go out, if there are any."""
        self._ended = True
        if not self._above.eof_received() or not self._secured:
            self._filter.close()

    def _break(self, error: ssl.SSLError) -> None:
        """End what can't go on as TLS; the client is told in an alert, if it did not begin."""
        self._broken = True
        self._timer.cancel()
        self._send()
        # OpenSSL names what the other side has sent so; there is no other sign of it.
        self._filter.give_up("client" if "ALERT" in (error.reason or "") else "server")

    def eof_received(self) -> bool:
        """Take note that the client will send no more, whether it has said so inside or not.

        What has come is as good as it was without TLS: a command ends with its line, a message
        with its dot, so half of one is never taken for the whole.
        """
        self._eof = True
        if self._secured:
            self._decrypt()
        elif not self._broken:
            self._end()
        return not self._filter.is_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand up that the connection has ended."""
        self._timer.cancel()
        self._above.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand up that the client does not keep up with reading."""
        self._above.pause_writing()

    def resume_writing(self) -> None:
        """Hand up that there is room again."""
        self._above.resume_writing()

    # From above

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Encrypt and send."""
        if not self._secured:
            self._early.append(bytes(data))
            return
        if self._broken:
            return
        rest = memoryview(data)
        while rest:
            rest = rest[self._tls.write(rest[:BLOCK]) :]
            self._send()

    def _send(self) -> None:
        if self._outgoing.pending and not self._below.is_closing():
            self._below.write(self._outgoing.read())

    def is_reading(self) -> bool:
        """Tell whether input is taken."""
        return self._reading

    def pause_reading(self) -> None:
        """Take no more input, not from what waits here either."""
        self._reading = False
        if self._secured:
            self._below.pause_reading()

    def resume_reading(self) -> None:
        """Take input again, first what waits here."""
        self._reading = True
        if self._secured:
            self._filter.loop.call_soon(self._decrypt)
        self._below.resume_reading()

    def close(self) -> None:
        """Say close_notify and close, once everything is written."""
        if self._secured and not self._broken and not self._below.is_closing():
            with suppress(ssl.SSLError):  # The client's own close_notify is not waited for.
                self._tls.unwrap()
            self._send()
        self._below.close()

    def abort(self) -> None:
        """End the connection now."""
        self._below.abort()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._below.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many octets wait to be written."""
        return self._below.get_write_buffer_size() + sum(map(len, self._early))
