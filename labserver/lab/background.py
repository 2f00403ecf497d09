"""One thread with one event loop: everything on the server's side happens there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from labserver.errors import LabError

__all__ = ["Background", "LabClosed"]

P = ParamSpec("P")
T = TypeVar("T")


class LabClosed(LabError):
    """The lab is closed: it does nothing any more."""


class Background:
    """A daemon thread that runs an event loop until it is stopped."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="labserver", daemon=True
        )
        self._thread.start()

    def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `work` on the loop's thread and return what it returns, or raise what it raises."""
        if threading.current_thread() is self._thread:
            return work(*args, **kwargs)

        async def wrapped() -> T:
            return work(*args, **kwargs)

        return self.run(wrapped())

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run a coroutine on the loop and wait for what it returns. Raises LabClosed."""
        if not self._thread.is_alive():
            coroutine.close()
            raise LabClosed("the lab is closed")
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            # An interrupted cell must not leave its question waiting on the loop.
            future.cancel()
            raise

    @property
    def stopped(self) -> bool:
        """Whether it has been stopped."""
        return self._loop.is_closed()

    def stop(self) -> None:
        """End the loop and the thread. May be called twice."""
        if self._loop.is_closed():
            return
        self.run(self._loop.shutdown_asyncgens())
        self.run(self._loop.shutdown_default_executor())  # Joins its threads: none may be left.
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
