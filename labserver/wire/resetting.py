"""Ending a connection by a reset that destroys nothing of what was sent before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Resetting"]

_ON_THE_WAY = 0.005
"""Seconds after which it is looked again whether what was sent before has arrived."""


class Resetting:
    """The reset of one connection.

    `reset` ends a transport so that its peer sees a reset; it returns False, and does nothing,
    while octets are on their way that this would destroy.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, reset: Callable[[asyncio.Transport], bool]
    ) -> None:
        self._loop = loop
        self._reset = reset
        self._below: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def begun(self) -> bool:
        """Whether the connection is to be reset."""
        return self._below is not None

    def begin(self, below: asyncio.Transport) -> None:
        """Reset a transport once nothing waits in it; `go_on` is to be called when it has room."""
        self._below = below
        if below.get_write_buffer_size():
            # A reset throws away what waits; `resume_writing` comes once nothing does.
            below.set_write_buffer_limits(high=0)
            below.pause_reading()
        else:
            self.go_on()

    def go_on(self) -> None:
        """Reset it now, or when what was sent has arrived."""
        if self._below is not None and not self._reset(self._below):
            self._timer = self._loop.call_later(_ON_THE_WAY, self.go_on)

    def end(self) -> None:
        """Let it be: the connection is over."""
        self._below = None
        if self._timer is not None:
            self._timer.cancel()
