"""A lab built once more: what its log and its journal hold is done again, in memory.

Theory of operation. What a client said is in the log, and is said again, over a connection in
memory; what was done to the lab otherwise is in the journal, and is done again between the same
two entries. Clock and ids begin as they began, so the same follows. What follows is never copied:
what a server passed on, `Settle` has it pass on again.

A command's effects are one change. So a step in the midst of them is rounded up to the last of
them; the line that caused them is a step before, and is not obeyed yet.

Nothing of the lab itself is touched. Whether what was built is what was is for others to compare:
`labserver.snapshot.differing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Never

from labserver import events
from labserver.clock import LabClock
from labserver.devices.seams import World
from labserver.devices.shelf import Shelf
from labserver.errors import LabError
from labserver.events import Log
from labserver.faults import CutInUpload, Faults
from labserver.lab.deeds import Settle, told
from labserver.lab.journal import Done, Journal
from labserver.lab.plan import Plan
from labserver.lab.recorder import Recorder
from labserver.lab.relaying import Relaying
from labserver.lab.services import HOSTS, services
from labserver.protocol.switches import Switches
from labserver.smtp.relay.runner import Relay
from labserver.store import Store
from labserver.wire import Clear, MemoryConnection, Wire
from labserver.wire.callers import Endpoint

__all__ = ["Rebuilt", "rebuild"]

_PASSING = (
    *(events.Connected, events.Secured, events.Line, events.Data, events.StateChanged),
    *(events.Numbered, events.Marked, events.Expiring, events.Unmarked, events.Closed),
    events.Rewound,
)
"""What is told of connections, and ends with them; all else is told of what lasts."""

_MORE = b"\0" * 6
"""More of a message than could be the end of it."""

_ON_DEVICES = (events.DeviceAdded, events.Saved, events.Synced, events.Discarded, events.Lost)


class _Stretch(NamedTuple):
    """A part of the log in which nothing was rewound: after entry `since`, up to `until`."""

    since: int
    until: int


@dataclass(slots=True)
class Rebuilt:
    """What was built: as the lab was after entry `step`. Its folders are below `root`."""

    step: int
    clock: LabClock
    faults: Faults
    switches: Switches
    store: Store
    recorder: Recorder
    log: Log
    root: Path
    devices: frozenset[str]

    def close(self) -> None:
        """Let it go: it is not wanted."""
        self.store.close()


def rebuild(
    plan: Plan, log: Log, journal: Journal, step: int, *, root: Path, address: str
) -> Rebuilt:
    """Build the lab of `plan` as it was after entry `step`, folders below `root`.

    `address` is where its clients are: on the machine where it listens.

    `log` must hold all its entries; the one in what is returned is that of the rebuilding. Raises
    LabError if what was done can't be done again.
    """
    again = _Again(plan, log, journal, root, (address, 0))
    try:
        return again.up_to(step)
    except BaseException:
        again.store.close()
        raise


class _Again:
    """The rebuilding. It is what deeds are done to, as the lab itself is."""

    def __init__(self, plan: Plan, log: Log, journal: Journal, root: Path, peer: Endpoint) -> None:
        self._peer = peer
        self._entries = log.since(0)
        self._body = log.body
        self._journal = journal
        self._root = root
        self.clock = LabClock()
        self.log = Log(self.clock.now)
        self.recorder = Recorder(self.log)
        self.faults = Faults()
        self.switches = plan.switches()
        self.store = Store(
            clock=self.clock, seed=plan.seed, record=self.recorder, faults=self.faults
        )
        plan.populate(self.store)
        self._handshakes: dict[int, Clear] = {}
        self._wire = Wire(
            store=self.store,
            clock=self.clock,
            ids=self.store.ids,
            log=self.log,
            faults=self.faults,
            limits=plan.limits,
            policy=plan.policy,
            switches=self.switches,
            handshakes=self._handshakes,
        )
        self._services = {
            (service.host, service.protocol): service for service in services().values()
        }
        self._relay = Relay(
            store=self.store,
            clock=self.clock,
            ids=self.store.ids,
            limits=plan.limits,
            schedule=plan.policy.schedule,
            dial=Relaying(self._wire, peer),
        )
        self._lines: dict[int, MemoryConnection] = {}
        self._shelves: dict[str, Shelf] = {}
        self._lasting = 0
        self._counted = 0
        for name, files in journal.found.items():
            for path, octets in files:
                place = root / name / path
                if octets is None:
                    place.mkdir(parents=True, exist_ok=True)
                else:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(octets)

    # The whole

    def up_to(self, step: int) -> Rebuilt:
        *before, last = self._stretches(step)
        lasting: list[int] = []
        for since, until in before:
            self._begin(since)
            self._go(since, until)
            lasting += self._changes(since, until)
        since, until = last
        self._begin(since)
        lasting += self._changes(since, self._end_of(since))
        done = since
        while True:
            self._go(done, until)
            made = self._made()
            wanted = sum(number <= until for number in lasting)
            if made == wanted:
                break
            if not wanted < made <= len(lasting):
                raise LabError(
                    f"moment {step} can't be reached again: what was done up to entry {until} now"
                    f" changes other things than it did"
                )
            done, until = until, lasting[made - 1]
        for line in self._lines.values():
            line.cut()
        return Rebuilt(
            step=until,
            clock=self.clock,
            faults=self.faults,
            switches=self.switches,
            store=self.store,
            recorder=self.recorder,
            log=self.log,
            root=self._root,
            devices=frozenset(self._shelves),
        )

    def _stretches(self, step: int) -> list[_Stretch]:
        """Return the parts of the log that lead to `step`, the oldest first."""
        found: list[_Stretch] = []
        until = step
        for entry in reversed(self._entries):
            if isinstance(entry.event, events.Rewound) and entry.number <= until:
                found.append(_Stretch(entry.number, until))
                until = entry.event.step
        return [_Stretch(0, until), *reversed(found)]

    def _end_of(self, since: int) -> int:
        """Return the last entry before something was rewound."""
        for entry in self._entries[since:]:
            if isinstance(entry.event, events.Rewound):
                return entry.number - 1
        return len(self._entries)

    def _changes(self, since: int, until: int) -> list[int]:
        """Return the entries of a stretch that tell of what lasts."""
        held = self._entries[since:until]
        return [entry.number for entry in held if not isinstance(entry.event, _PASSING)]

    def _made(self) -> int:
        """Return how many events of what lasts there were in the rebuilding."""
        fresh = self.log.since(self._counted)
        self._counted = self.log.last
        self._lasting += sum(not isinstance(entry.event, _PASSING) for entry in fresh)
        return self._lasting

    # A stretch

    def _begin(self, since: int) -> None:
        """End all connections, as it was done there; the next one has the next number."""
        for line in self._lines.values():
            line.cut()
        self._lines.clear()
        opened = (entry.event for entry in self._entries[:since])
        numbers = [each.connection for each in opened if isinstance(each, events.Connected)]
        self._wire.number_from(max(numbers, default=0))

    def _go(self, since: int, until: int) -> None:
        """Do again what was done after entry `since`; what `until` tells of has been done."""
        deeds = self._journal.between(since, until)
        for entry in self._entries[since:until]:
            while deeds and deeds[0].after < entry.number:
                self._do(deeds.pop(0))
            if isinstance(entry.event, _ON_DEVICES):
                self._on_device(entry.event)
            elif entry.number < until:
                self._hear(entry.event)
        for done in deeds:
            self._do(done)

    def _do(self, done: Done) -> None:
        after = self.log.last
        if isinstance(done.deed, Settle):
            self._wire.drive(self._relay.settle(done.deed.within))
        else:
            done.deed.do(self)
        for event in told(done.deed, self.log, after):
            self.recorder(event)

    def _on_device(self, event: events.Event) -> None:
        name: str = event.device  # type: ignore[attr-defined]
        if isinstance(event, events.DeviceAdded):
            self.recorder(event)
            if event.kind == "webmail":  # It keeps nothing.
                return
            world = World(
                connect=_nowhere,
                record=self.recorder,
                now=self.clock.now,
            )
            self._shelves[name] = Shelf(name, self._root / name, world)
        elif isinstance(event, events.Lost):
            self._shelves.pop(name).destroy()
            self.recorder(event)
        elif isinstance(event, events.Saved | events.Synced | events.Discarded):
            self._shelves[name].obey(event, self._journal.octets)

    # A connection

    def _hear(self, event: events.Event) -> None:
        if isinstance(event, events.Connected):
            if event.device not in HOSTS.values():  # What servers do among themselves follows.
                self._wire.number_from(event.connection - 1)
                service = self._services[event.host, event.protocol]
                self._lines[event.connection] = self._wire.memory(service, event.device, self._peer)
            return
        line = self._lines.get(getattr(event, "connection", None) or 0)
        if line is None:
            return
        if isinstance(event, events.Line) and event.direction == "C":
            line.send(event.data)
        elif isinstance(event, events.Data) and event.direction == "C":
            line.send(self._body(event.sha256))
        elif isinstance(event, events.Secured):
            layer = self._handshakes[event.connection]
            line.do(lambda: layer.begin(event.version))
        elif isinstance(event, events.FaultStruck) and self._waits_for_more(event.fault):
            line.send(_MORE)
        elif isinstance(event, events.Closed) and not line.closed:
            if event.how == "client":
                line.close()
            line.cut()

    def _waits_for_more(self, fault: str) -> bool:
        """Tell whether it strikes at the octet after those that are in the log."""
        return any(
            isinstance(rule.fault, CutInUpload) and str(rule.fault) == fault for rule in self.faults
        )


def _nowhere(host: str, port: int, who: str) -> Never:  # noqa: ARG001 - as `Connect` has it
    raise LabError("a folder that is rebuilt calls nobody")
