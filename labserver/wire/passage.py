"""What stands between a protocol and the real transport, as either of them sees it."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, cast

from labserver.events import How
from labserver.wire.service import Carried

__all__ = ["Layer", "Passage", "Passing"]


class Passing(asyncio.Transport):
    """What of asyncio.Transport is merely passed on to the transport below."""

    _below: asyncio.Transport

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return what the transport below knows."""
        return self._below.get_extra_info(name, default)

    def is_reading(self) -> bool:
        """Tell whether input is taken from the network."""
        return self._below.is_reading()

    def pause_reading(self) -> None:
        """Take no more input from the network."""
        self._below.pause_reading()

    def resume_reading(self) -> None:
        """Take input again."""
        self._below.resume_reading()

    def can_write_eof(self) -> bool:
        """Tell that this server does not close one direction alone."""
        return False

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Return the low and the high water mark."""
        return self._below.get_write_buffer_limits()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the marks at which writing is paused and resumed."""
        self._below.set_write_buffer_limits(high=high, low=low)


class Layer(Passing, asyncio.Protocol):
    """What stands between a transport and a filter: to each it is the other."""


class Passage(Passing, asyncio.Protocol):
    """One connection as the session above and the layers below know it.

    Writing is in terms of three steps: `put`, `finish`, `send`.
    """

    number: int
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self._above: Carried | None = None

    @property
    @abstractmethod
    def how(self) -> How | None:
        """Why the connection ended or is ending; None while it is open."""

    @abstractmethod
    def put(self, chunk: bytes) -> None:
        """Take a chunk of a reply."""

    @abstractmethod
    def finish(self) -> None:
        """Take note that a reply is over."""

    @abstractmethod
    def send(self) -> None:
        """Write what was put."""

    @property
    @abstractmethod
    def unwritten(self) -> int:
        """How many octets were put and not given to the transport below."""

    @abstractmethod
    def compress(self, unread: bytes) -> None:
        """Have everything compressed, once what was put is written (RFC 4978 section 3).

        `unread` is what has crossed uncompressed and will not be taken up.
        """

    @abstractmethod
    def secure(self, unread: bytes = b"", then: Callable[[], None] | None = None) -> None:
        """Begin TLS, once what was put is written.

        `unread` is what has crossed in the clear and will not be taken up (RFC 3207 section 6).
        `then` is called when the handshake is done.
        """

    @abstractmethod
    def secured(self, version: str) -> None:
        """Take note that the handshake is done."""

    @abstractmethod
    def give_up(self, how: How) -> None:
        """End the connection because a layer below can't go on; what it has written is sent."""

    @property
    def _protocol(self) -> asyncio.Protocol:
        # What `Service.make` gives is an asyncio.Protocol, or the adapter, which is one.
        return cast("asyncio.Protocol", self._above)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write a reply at once."""
        self.put(data if isinstance(data, bytes) else bytes(data))
        self.finish()
        self.send()

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Write a reply in chunks, as one."""
        for data in list_of_data:
            self.put(data if isinstance(data, bytes) else bytes(data))
        self.finish()
        self.send()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Put another protocol on the connection: it must be `Carried` too."""
        self._above = cast("Carried", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the protocol on the connection."""
        return self._protocol

    def get_write_buffer_size(self) -> int:
        """Return how many octets wait to be written."""
        return self._below.get_write_buffer_size() + self.unwritten
