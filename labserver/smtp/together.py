"""Messages that come at the same time are committed at once.

A commit waits for the disk. While it does, other clients come to the end of their messages: these
are delivered in one turn and cost one more wait, not one each. Nobody gets a reply before the
commit that his message is in. In memory there is nothing to wait for, nor to share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

from labserver.store import Store

__all__ = ["Deliveries", "deliveries"]

_Waiting = list[tuple[Callable[[], str], asyncio.Future[str]]]


class Deliveries:
    """What is to be delivered to a store in one turn of an event loop."""

    def __init__(self, store: Store) -> None:
        self._database = store.database
        self._waiting: dict[asyncio.AbstractEventLoop, _Waiting] = {}

    async def deliver(self, work: Callable[[], str]) -> str:
        """Have `work` done, and committed; return what it returns, or raise what it raises.

        Who is cancelled meanwhile has his work left undone.
        """
        if not self._database.in_file:
            return work()
        loop = asyncio.get_running_loop()
        waiting = self._waiting.setdefault(loop, [])
        if not waiting:
            loop.call_soon(self._turn, loop)
        future: asyncio.Future[str] = loop.create_future()
        waiting.append((work, future))
        return await future

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting = [each for each in self._waiting.pop(loop) if not each[1].cancelled()]
        done: list[str | Exception] = []
        try:
            with self._database.together():
                done += (_outcome(work) for work, _ in waiting)
        except Exception as error:  # noqa: BLE001 - each session answers it
            done = [error] * len(waiting)
        for (_, future), outcome in zip(waiting, done, strict=True):
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


def _outcome(work: Callable[[], str]) -> str | Exception:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - it concerns this message only
        return error


_ALL: WeakKeyDictionary[Store, Deliveries] = WeakKeyDictionary()


def deliveries(store: Store) -> Deliveries:
    """Return the one `Deliveries` of a store."""
    found = _ALL.get(store)
    if found is None:
        found = _ALL[store] = Deliveries(store)
    return found
