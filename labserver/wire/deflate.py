"""DEFLATE between a connection's filter and its transport (RFC 4978 section 3)."""

from __future__ import annotations

import asyncio
import zlib

from labserver.wire.passage import Layer, Passage
from labserver.wire.tap import BLOCK

__all__ = ["Deflate"]

_RAW = -15
"""windowBits: DEFLATE without a header, as RFC 4978 section 4 has it."""


class Deflate(Layer):
    """Compresses what goes down and decompresses what comes up.

    A few octets may stand for very many: they are taken up block by block, and no more of them
    while the filter does not read. What is not DEFLATE ends the connection.
    """

    def __init__(self, below: asyncio.Transport, above: Passage) -> None:
        super().__init__()
        self._below = below
        self._above = above
        self._compress = zlib.compressobj(level=1, wbits=_RAW)
        self._decompress = zlib.decompressobj(wbits=_RAW)
        self._waiting = b""
        self._reading = below.is_reading()
        self._eof = False

    # From below

    def data_received(self, data: bytes) -> None:
        """Take up compressed octets."""
        self._waiting += data
        self._inflate()

    def _inflate(self) -> None:
        while self._reading and not self._above.is_closing():
            try:
                data = self._decompress.decompress(self._waiting, BLOCK)
            except zlib.error:
                self._waiting = b""
                self._above.abort()
                return
            self._waiting = self._decompress.unconsumed_tail
            if not data:
                break
            self._above.data_received(data)
        if self._reading and (self._eof or self._decompress.eof):
            # After the last block of DEFLATE nothing more can come.
            self._reading = False
            if not self._above.eof_received():
                self._above.close()

    def eof_received(self) -> bool:
        """Take note that the client will send no more."""
        self._eof = True
        self._inflate()
        return not self._above.is_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand up that the connection has ended."""
        self._above.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand up that the client does not keep up with reading."""
        self._above.pause_writing()

    def resume_writing(self) -> None:
        """Hand up that there is room again."""
        self._above.resume_writing()

    # From above

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Compress and send: the client can read all of it at once."""
        self._below.write(self._compress.compress(data) + self._compress.flush(zlib.Z_SYNC_FLUSH))

    def is_reading(self) -> bool:
        """Tell whether input is taken."""
        return self._reading

    def pause_reading(self) -> None:
        """Take no more input, not from what waits here either."""
        self._reading = False
        self._below.pause_reading()

    def resume_reading(self) -> None:
        """Take input again, first what waits here."""
        self._reading = True
        self._above.loop.call_soon(self._inflate)
        self._below.resume_reading()

    def close(self) -> None:
        """Close once everything is written."""
        self._below.close()

    def abort(self) -> None:
        """End the connection now."""
        self._below.abort()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._below.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many octets wait to be written."""
        return self._below.get_write_buffer_size()
