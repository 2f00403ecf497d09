"""What stands in the place of TLS and DEFLATE where the octets inside are known already."""

from __future__ import annotations

import asyncio
from typing import cast

from labserver.wire.passage import Layer, Passage

__all__ = ["Clear"]


class Clear(Layer):
    """Passes everything on unchanged.

    In the place of TLS it `waits`: it takes nothing up before `begin`. What came until then was
    said before the handshake, and is thrown away (RFC 3207 section 6).
    """

    def __init__(self, below: asyncio.Transport, above: Passage, *, waits: bool = False) -> None:
        super().__init__()
        self._below = below
        self._passage = above
        self._above: asyncio.Protocol = above
        self._waits = waits

    def begin(self, version: str) -> None:
        """Have the handshake be done: TLS of that version has begun."""
        if self._waits:
            self._waits = False
            self._passage.secured(version)

    def data_received(self, data: bytes) -> None:
        """Hand up what has come, or throw it away."""
        if not self._waits:
            self._above.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand up that the client will send no more."""
        return self._above.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand up that the connection has ended."""
        self._above.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand up that the client does not keep up with reading."""
        self._above.pause_writing()

    def resume_writing(self) -> None:
        """Hand up that there is room again."""
        self._above.resume_writing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send as it is."""
        self._below.write(data)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Put another layer on this one."""
        self._above = cast("asyncio.Protocol", protocol)

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
