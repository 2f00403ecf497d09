"""An event loop with no selector, no thread and no clock: it runs when it is told to.

It carries protocols in memory, sans-I/O sessions and aiosmtpd's alike. Each `run` goes on until
nothing is left to do but wait for time, and time stands still but for `advance`.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import logging
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

__all__ = ["MemoryLoop", "memory_loop"]

logger = logging.getLogger("labserver.wire")

T = TypeVar("T")


class MemoryLoop(asyncio.AbstractEventLoop):
    """As much of an event loop as protocols and their tasks need."""

    def __init__(self) -> None:
        self._now = 0.0
        self._count = 0
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._running = False

    # Driving

    def run(self, act: Callable[[], T]) -> T:
        """Call `act`, then all that follows from it without waiting; return what it returned.

        It may be called while another loop runs in this thread: that one waits meanwhile.
        """
        if self._running:
            raise RuntimeError("the loop is being driven already")
        outer = events._get_running_loop()  # noqa: SLF001 - asyncio exports it for loops
        events._set_running_loop(self)  # noqa: SLF001
        self._running = True
        try:
            result = act()
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001 - what an event loop calls
            return result
        finally:
            self._running = False
            events._set_running_loop(outer)  # noqa: SLF001

    def complete(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end, letting time pass as it needs; return what it returns."""
        task = self.run(lambda: self.create_task(coroutine))
        self.advance_while(lambda: not task.done())
        return task.result()

    def advance(self, seconds: float) -> None:
        """Let time pass, and do what becomes due in it, in order."""
        end = self._now + seconds
        while (due := self._next()) is not None and due <= end:
            self._turn(due)
        self._now = end

    def advance_while(self, waiting: Callable[[], bool]) -> None:
        """Let time pass, from one timer to the next, as long as `waiting()`."""
        while waiting() and (due := self._next()) is not None:
            self._turn(due)

    def _next(self) -> float | None:
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def _turn(self, due: float) -> None:
        self._now = max(self._now, due)
        handle = heapq.heappop(self._timers)[2]
        self.run(lambda: self._ready.append(handle))

    # What protocols, futures and tasks ask of a loop

    def time(self) -> float:
        """Return the loop's own time in seconds."""
        return self._now

    def call_soon(  # type: ignore[override]  # typeshed ties the arguments to the callback
        self,
        callback: Callable[..., object],
        *args: Any,  # noqa: ANN401
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        """Call it in this run, after what waits already."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,  # noqa: ANN401
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call it when so much of the loop's own time has passed."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,  # noqa: ANN401
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call it at that moment of the loop's own time."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._count += 1
        heapq.heappush(self._timers, (when, self._count, handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Let it lie: `_next` drops it."""

    def create_future(self) -> asyncio.Future[Any]:
        """Return a future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, None, T],
        *,
        name: str | None = None,
        context: contextvars.Context | None = None,
    ) -> asyncio.Task[T]:
        """Run a coroutine as a task of this loop."""
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def is_running(self) -> bool:
        """Tell whether the loop is being driven."""
        return self._running

    def is_closed(self) -> bool:
        """Tell that it never is: there is nothing to close."""
        return False

    def get_debug(self) -> bool:
        """Tell that there is no debug mode."""
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Log an exception that nobody has caught."""
        logger.error(
            "%s", context.get("message", "error in memory"), exc_info=context.get("exception")
        )


def memory_loop() -> MemoryLoop:
    """Return a new loop."""
    # typeshed makes every method of a loop abstract; asyncio itself does not, and sockets,
    # signals and subprocesses have no place here.
    return MemoryLoop()  # type: ignore[abstract]
