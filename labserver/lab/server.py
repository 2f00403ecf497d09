"""The server's side of a lab: the store, the log and the listeners, on a thread of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from labserver.clock import Clock, SystemClock
from labserver.errors import LabError
from labserver.events import Entry, Log
from labserver.faults import Faults
from labserver.lab.authority import Authority
from labserver.lab.background import Background
from labserver.lab.dialling import Dialling
from labserver.lab.feed import LabFeed
from labserver.lab.services import services
from labserver.protocol.limits import Limits
from labserver.protocol.policy import Policy
from labserver.protocol.switches import Switches
from labserver.smtp.relay.runner import Relay
from labserver.snapshot import EMPTY, fold
from labserver.store import Store, recollect
from labserver.wire import Wire

__all__ = ["Plan", "Server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a server is to be like; the fields are as `Lab` takes them."""

    clock: Clock
    seed: int
    accounts: Mapping[str, str]
    store: str | Path = ":memory:"
    host: str = "127.0.0.1"
    ports: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    policy: Policy = field(default_factory=Policy)
    keep: int | None = None


class Server:
    """Everything that happens on the lab's own thread.

    `ports` has the real ports by the keys of `services()`; `real` by well-known name and port.
    Raises LabError if a port is taken or the store can't be opened.
    """

    def __init__(self, plan: Plan) -> None:
        self.clock = plan.clock
        self.faults = Faults()
        self.switches = Switches()
        self.authority = Authority(plan.host)
        self.ports: dict[str, int] = {}
        self.real: dict[tuple[str, int], int] = {}
        self.log: Log
        self.store: Store
        self.feed: LabFeed
        self.wire: Wire
        self.relay: Relay
        for key in plan.ports:
            if key not in services():
                raise LabError(f"there is no listener {key!r}; there are {', '.join(services())}")
        self.background = Background()
        try:
            self.background.run(self._open(plan))
        except BaseException:
            self.background.stop()
            raise

    async def _open(self, plan: Plan) -> None:
        self.log = Log(self.clock.now, keep=plan.keep, forget=self._forget)
        self.store = Store(
            plan.store,
            clock=self.clock,
            seed=plan.seed,
            record=self.log.append,
            faults=self.faults,
        )
        try:
            base = EMPTY
            for event in recollect(self.store):
                base = fold([Entry(0, self.clock.now(), event)], base)
            self.feed = LabFeed(self.log, base)
            for login, password in plan.accounts.items():
                if self.store.accounts.find(login) is None:
                    self.store.accounts.add(login, password)
            self.wire = Wire(
                store=self.store,
                clock=self.clock,
                ids=self.store.ids,
                log=self.log,
                faults=self.faults,
                limits=plan.limits,
                policy=plan.policy,
                switches=self.switches,
                certificates=self.authority,
            )
            self.relay = Relay(
                store=self.store,
                clock=self.clock,
                ids=self.store.ids,
                limits=plan.limits,
                schedule=plan.policy.schedule,
                dial=Dialling(self.wire, plan.host, self.real),
            )
            try:
                await self._listen(plan)
                if isinstance(self.clock, SystemClock):
                    self.relay.start()
            except BaseException:
                await self.wire.close()
                raise
        except BaseException:
            self.store.close()
            raise

    async def _listen(self, plan: Plan) -> None:
        for key, service in services().items():
            real = await self.wire.listen(service, plan.host, plan.ports.get(key, 0))
            self.real[service.host, service.port] = real
            self.ports[key] = real

    def _forget(self, entries: list[Entry]) -> None:
        self.feed.forget(entries)

    def close(self, *, then: Callable[[], object] | None = None) -> None:
        """End connections, listeners and the thread, then do `then`."""
        with ExitStack() as last_first:  # Each is done even if one before it is interrupted.
            if then is not None:
                last_first.callback(then)
            last_first.callback(self.authority.close)
            last_first.callback(self.background.stop)
            last_first.callback(self.background.call, self.feed.close)
            last_first.callback(self.background.call, self.store.close)
            last_first.callback(lambda: self.background.run(self.wire.close()))
            last_first.callback(lambda: self.background.run(self.relay.stop()))
