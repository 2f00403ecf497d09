"""A device's end of a connection: octets in and out, plain or inside TLS.

TLS works in memory between this end and the socket. So every octet of the wire passes by here, and
the onlooker is shown it.
"""

from __future__ import annotations

import socket
import ssl
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

from labserver.devices.errors import TlsFailed
from labserver.devices.onlooker import Onlooker
from labserver.devices.seams import Connection
from labserver.devices.tls import BLOCK, nobody, trouble

__all__ = ["Channel"]

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing resets the connection instead of ending it."""

_RESET_WINDOWS = struct.pack("hh", 1, 0)


class Channel:
    """Octets to and from the server called `host`.

    `trust` gives the context that verifies it. `onlooker` sees what crosses the wire. Reading and
    writing raise what a socket raises.
    """

    def __init__(
        self,
        connection: Connection,
        host: str = "mail.home.example",
        trust: Callable[[], ssl.SSLContext] = nobody,
    ) -> None:
        self.number = connection.number
        self.host = host
        self.onlooker = Onlooker()
        self._trust = trust
        self._connection = connection
        self._socket = connection.socket
        self._arrived = ssl.MemoryBIO()
        self._leaving = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    @property
    def secured(self) -> bool:
        """Whether what is said here is inside TLS."""
        return self._tls is not None

    # Octets

    def recv(self, size: int) -> bytes:
        """Return up to `size` octets as they come; none at the end."""
        if self._tls is None:
            return self._take(size)
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                self._send()
                self._feed()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def sendall(self, octets: bytes) -> None:
        """Send all octets."""
        if self._tls is None:
            self._give(octets)
            return
        rest = memoryview(octets)
        while rest:
            rest = rest[self._tls.write(rest[:BLOCK]) :]
            self._send()

    # TLS

    def secure(self) -> str:
        """Begin TLS, return its version, like `TLSv1.3`; the log has noted it then.

        Raises TlsFailed: nothing more can be said on the connection, it is to be closed.
        """
        self.onlooker.begin_tls()
        tls = self._trust().wrap_bio(self._arrived, self._leaving, server_hostname=self.host)
        try:
            self._handshake(tls)
        except OSError as error:
            self._give_up()
            raise TlsFailed(trouble(error, self.host)) from None
        self._tls = tls
        self._connection.wait_secured()
        return tls.version() or "TLS"

    def _handshake(self, tls: ssl.SSLObject) -> None:
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                with suppress(ConnectionError):  # What the server said before it closed tells more.
                    self._send()
                self._feed()
            else:
                self._send()
                return

    def _give_up(self) -> None:
        """Send the alert that says why, and read on: what is left unread would reset."""
        with suppress(OSError):
            self._send()
            self._socket.shutdown(socket.SHUT_WR)
            while self._take(BLOCK):
                pass

    # The end

    def finish(self) -> None:
        """Say that nothing more comes from here: inside TLS by an alert (RFC 8314 section 3.4)."""
        if self._tls is not None:
            with suppress(OSError):  # The server's own alert is not waited for.
                self._tls.unwrap()
            self._send()
        self._socket.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Have closing break the connection instead of ending it."""
        linger = _RESET_WINDOWS if sys.platform == "win32" else _RESET
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def wait_ended(self) -> None:
        """Return once the log holds the end of the connection."""
        self._connection.wait_ended()

    # The wire

    def _take(self, size: int) -> bytes:
        octets = self._socket.recv(size)
        self.onlooker.saw("S", octets)
        return octets

    def _give(self, octets: bytes) -> None:
        self._socket.sendall(octets)
        self.onlooker.saw("C", octets)

    def _feed(self) -> None:
        octets = self._take(BLOCK)
        if octets:
            self._arrived.write(octets)
        else:
            self._arrived.write_eof()

    def _send(self) -> None:
        if self._leaving.pending:
            self._give(self._leaving.read())
