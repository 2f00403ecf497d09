"""The server's side of a lab: the store, the log and the listeners, on a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from labserver.clock import Clock, SystemClock
from labserver.errors import LabError
from labserver.events import Entry, Log, Rewound
from labserver.faults import Faults
from labserver.lab.authority import Authority
from labserver.lab.background import Background
from labserver.lab.deeds import Deed, House, Settle, told
from labserver.lab.dialling import Dialling, home
from labserver.lab.feed import LabFeed
from labserver.lab.journal import Journal
from labserver.lab.plan import Plan
from labserver.lab.recorder import Recorder
from labserver.lab.services import services
from labserver.smtp.relay.runner import Relay
from labserver.smtp.relay.settled import Settled
from labserver.snapshot import EMPTY, Snapshot, fold
from labserver.store import Store, recollect
from labserver.wire import Wire

if TYPE_CHECKING:
    from labserver.lab.rebuilding import Rebuilt

__all__ = ["Server"]

T = TypeVar("T")
G_co = TypeVar("G_co", covariant=True)


class Doing(Protocol[G_co]):
    """A deed that gives something."""

    def do(self, house: House) -> G_co:
        """Do it."""


class Server:
    """Everything that happens on the lab's own thread.

    `ports` has the real ports by the keys of `services()`; `real` by well-known name and port.
    Raises LabError if a port is taken or the store can't be opened.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock: Clock = plan.clock
        self.faults = Faults()
        self.switches = plan.switches()
        self.journal = Journal()
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
        self.log = Log(self.now, keep=plan.keep, forget=self._forget)
        self.store = Store(
            plan.store,
            clock=self.clock,
            seed=plan.seed,
            record=Recorder(self.log),
            faults=self.faults,
        )
        try:
            base = EMPTY
            for event in recollect(self.store):
                base = fold([Entry(0, self.clock.now(), event)], base)
            self.feed = LabFeed(self.log, base)
            plan.populate(self.store)
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
            self.relay = self._relay()
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

    def _relay(self) -> Relay:
        return Relay(
            store=self.store,
            clock=self.clock,
            ids=self.store.ids,
            limits=self.plan.limits,
            schedule=self.plan.policy.schedule,
            dial=Dialling(self.wire, self.plan.host, self.real),
        )

    async def _listen(self, plan: Plan) -> None:
        for key, service in services().items():
            real = await self.wire.listen(service, plan.host, plan.ports.get(key, 0))
            self.real[service.host, service.port] = real
            self.ports[key] = real

    def _forget(self, entries: list[Entry]) -> None:
        self.feed.forget(entries)

    def now(self) -> datetime:
        """Return the time of the clock that goes now."""
        return self.clock.now()

    @property
    def address(self) -> str:
        """The address of clients on this machine, as the servers see them."""
        return home(self.wire.address or self.plan.host)

    # Deeds

    def do(self, deed: Doing[T]) -> T:
        """Do something on the lab's own thread, note it, and return what it gives."""

        def work() -> T:
            after = self.log.last
            given = deed.do(self)
            self._note(after, deed)
            return given

        return self.background.call(work)

    def _note(self, after: int, deed: Deed) -> None:
        """Note a deed that was begun after that entry, and see to it that the log tells of it."""
        for event in told(deed, self.log, after):
            self.log.append(event)
        if self.why_not_rewound() is None:
            self.journal.note(after, deed)

    async def settle(self, within: timedelta | None) -> Settled:
        """Have the servers pass on what waits."""
        after = self.log.last
        refused = False
        try:
            return await self.relay.settle(within)
        except ValueError:
            refused = True
            raise
        finally:  # An interrupted cell has done a part of it.
            if not refused:
                self._note(after, Settle(within))

    def keep(self, octets: bytes) -> None:
        """Keep what a device writes to a file, if this lab can be rewound at all."""
        if self.why_not_rewound() is None:
            self.journal.keep(octets)

    # Going back

    def why_not_rewound(self) -> str | None:
        """Return why this lab can never be rewound; None if it can."""
        if isinstance(self.clock, SystemClock):
            return "this lab is on real time, which does not come again"
        if self.store.database.in_file:
            return "this lab keeps its mail in a file, which may hold more than its log tells"
        if self.plan.keep is not None:
            return "this lab keeps only the last part of its log"
        return None

    async def adopt(self, rebuilt: Rebuilt, world: Snapshot, then: Callable[[], object]) -> None:
        """End all connections and go on with what was rebuilt, `world`; `then` comes before.

        The log says so at last: who sees it there finds everything in its place.
        """
        await self.wire.hang_up()
        then()
        old = self.store
        self.clock = rebuilt.clock
        self.faults = rebuilt.faults
        self.switches = rebuilt.switches
        self.store = rebuilt.store
        rebuilt.recorder.log = self.log
        self.relay = self._relay()
        self.wire.go_on(
            store=self.store,
            clock=self.clock,
            ids=self.store.ids,
            faults=self.faults,
            switches=self.switches,
        )
        old.close()
        self.log.append(Rewound(step=rebuilt.step, world=world))

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
