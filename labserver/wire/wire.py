"""The switchboard: listeners, connections and their numbers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial
from typing import TypeVar

from labserver.clock import Clock, Ids
from labserver.events import Connected, Log
from labserver.faults import Caller, Faults
from labserver.protocol.limits import Limits
from labserver.protocol.policy import Policy
from labserver.protocol.session import Context
from labserver.protocol.switches import Switches
from labserver.store import Store
from labserver.wire import tcp
from labserver.wire.adapter import SessionProtocol
from labserver.wire.callers import YOU, Callers, Endpoint
from labserver.wire.clear import Clear
from labserver.wire.deflate import Deflate
from labserver.wire.errors import UnknownConnection
from labserver.wire.filter import Filter
from labserver.wire.joined import Joined, join
from labserver.wire.layers import LayerMakers
from labserver.wire.memory import MemoryConnection
from labserver.wire.passage import Layer, Passage
from labserver.wire.service import Carried, Service
from labserver.wire.stillness import memory_loop
from labserver.wire.tap import Tap
from labserver.wire.tls import Certificates, Tls

__all__ = ["Wire"]

logger = logging.getLogger("labserver.wire")

T = TypeVar("T")


class Wire:
    """All connections of one lab, numbered 1, 2, 3, ... in the order they come.

    Everything is called on the lab's one thread: with TCP the thread of the running event loop;
    with `memory` whichever drives the connections. Without `certificates` there is no TLS.
    With `handshakes` nothing is encrypted or compressed: TLS waits there, by connection, to be told
    that it has begun.
    """

    def __init__(  # noqa: PLR0913 - what a lab has one of each of, all by name
        self,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
        log: Log,
        faults: Faults,
        limits: Limits | None = None,
        switches: Switches | None = None,
        policy: Policy | None = None,
        certificates: Certificates | None = None,
        handshakes: dict[int, Clear] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._log = log
        self._faults = faults
        self._limits = limits or Limits()
        self._switches = Switches() if switches is None else switches
        self._policy = policy or Policy()
        self._certificates = certificates
        self._handshakes = handshakes
        self._callers = Callers()
        self._servers: list[asyncio.Server] = []
        self._number = 0
        self._open: dict[int, Filter] = {}
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}
        self._memory = memory_loop()
        self._closed = False

    # Connections over TCP

    async def listen(self, service: Service, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen for clients of a service; return the real port.

        Raises PortTaken, CannotListen.
        """
        loop = asyncio.get_running_loop()
        server, real = await tcp.listen(partial(self._filter, service, loop), host, port)
        self._servers.append(server)
        return real

    @property
    def address(self) -> str | None:
        """The address that is listened at; None while there is none."""
        if not self._servers:
            return None
        address: str = self._servers[0].sockets[0].getsockname()[0]
        return address

    def announce(self, local: Endpoint, device: str) -> None:
        """Have the next connection from `local` known as the device's.

        To be called before the client connects: it is known from the first octet then. A
        connection that nobody announced is the device "you".
        """
        self._callers.announce(local, device)

    def withdraw(self, local: Endpoint) -> None:
        """Forget an announced endpoint whose client could not connect."""
        self._callers.withdraw(local)

    async def accepted(self, local: Endpoint) -> int:
        """Return the number of the announced client's connection, once it is accepted.

        Raises UnknownConnection if it was not announced or has ended already.
        """
        return await self._callers.accepted(local)

    # Connections in memory

    def memory(
        self, service: Service, device: str = YOU, peer: Endpoint | None = None
    ) -> MemoryConnection:
        """Connect a client in memory, driven by its caller; see `MemoryConnection`.

        `peer` is where the server is to believe that the client is.
        """
        make = partial(self._filter, service, self._memory, device)
        return MemoryConnection(self._memory, make, peer)

    def joined(
        self,
        service: Service,
        device: str,
        client: asyncio.Protocol,
        peer: Endpoint | None = None,
    ) -> Joined:
        """Connect a protocol in memory; it is driven with the others. See `drive`."""
        return join(self._memory, self._filter(service, self._memory, device), client, peer)

    def drive(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run a coroutine with the connections in memory, and return what it returns."""
        return self._memory.complete(coroutine)

    # All connections

    @property
    def open_connections(self) -> tuple[int, ...]:
        """The numbers of the open connections, in order."""
        return tuple(self._open)

    async def ended(self, connection: int) -> None:
        """Return once the log holds the end of the connection.

        Raises UnknownConnection if there has been none of that number.
        """
        if not 1 <= connection <= self._number:
            raise UnknownConnection(f"there has been no connection {connection}")
        if connection in self._open:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(connection, []).append(waiter)
            await waiter

    async def secured(self, connection: int) -> None:
        """Return once the log holds that TLS has begun, or the end of the connection.

        Returns at once where TLS is not about to begin.
        """
        filter_ = self._open.get(connection)
        if filter_ is not None:
            done = asyncio.Event()
            filter_.when_secured(done.set)
            await done.wait()

    async def close(self) -> None:
        """End all listeners and connections; returns once nothing is left of them."""
        for server in self._servers:
            server.close()
        await self.hang_up()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()

    async def hang_up(self) -> None:
        """End all connections; who calls from now on is let go at once, until `go_on`."""
        self._closed = True
        # Who was accepted in this very moment is let in first (asyncio takes three turns for
        # it), and closed like the others.
        for _ in range(3):
            await asyncio.sleep(0)
        filters = list(self._open.values())
        for filter_ in filters:
            if filter_.loop is self._memory:
                self._memory.run(filter_.shut)
            else:
                filter_.shut()
        for number in tuple(self._open):
            await self.ended(number)
        for filter_ in filters:
            if filter_.loop is not self._memory:
                await filter_.wait_closed()

    def go_on(
        self, *, store: Store, clock: Clock, ids: Ids, faults: Faults, switches: Switches
    ) -> None:
        """Let callers in again, to another store and what goes with it; numbers go on."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._faults = faults
        self._switches = switches
        self._closed = False

    def number_from(self, number: int) -> None:
        """Have the next connection be the one after `number`."""
        self._number = number

    # A new connection

    def _filter(
        self, service: Service, loop: asyncio.AbstractEventLoop, device: str | None = None
    ) -> Filter:
        return Filter(
            service,
            loop=loop,
            idle=self._limits.idle,
            admit=partial(self._admit, device),
            ended=self._ended,
            reset=tcp.reset,
            makers=LayerMakers(partial(self._tls, service.host), self._deflate),
        )

    def _deflate(self, below: asyncio.Transport, above: Passage) -> Layer:
        return Deflate(below, above) if self._handshakes is None else Clear(below, above)

    def _tls(self, host: str, below: asyncio.Transport, above: Passage) -> Layer:
        if self._handshakes is not None:
            waiting = self._handshakes[above.number] = Clear(below, above, waits=True)
            return waiting
        if self._certificates is None:
            raise RuntimeError("nobody vouches for this server: it has no certificates")
        return Tls(
            below,
            above,
            context=self._certificates.context(host),
            patience=min(self._limits.handshake, self._limits.idle),
        )

    def _admit(self, device: str | None, filter_: Filter) -> None:
        service = filter_.service
        self._number += 1
        number = self._number
        endpoint = tcp.peer(filter_)
        if device is None:
            device = YOU if endpoint is None else self._callers.arrived(endpoint, number)
        full = len(self._open) >= self._limits.connections
        self._open[number] = filter_
        caller = Caller(service.protocol, device, service.host)
        tap = filter_.open(number, self._log, self._faults, caller)
        tap.record(
            Connected(
                connection=number,
                protocol=service.protocol,
                port=service.port,
                device=device,
                host=service.host,
            )
        )
        if self._closed:
            filter_.shut()
        elif full:
            filter_.turn_away()
        elif filter_.meet(self._faults.connection(caller)):
            begin = partial(self._begin, filter_, tap, device)
            if service.secure:
                filter_.secure(then=begin)
            else:
                begin()

    def _begin(self, filter_: Filter, tap: Tap, device: str) -> None:
        """Have the session begin: the greeting is the first that the client reads."""
        service = filter_.service
        context = Context(
            store=self._store,
            clock=self._clock,
            ids=self._ids,
            faults=self._faults,
            limits=self._limits,
            connection=filter_.number,
            listener=service.protocol,
            device=device,
            host=service.host,
            domain=service.domain,
            secure=service.secure,
            tls=self._has_tls and not service.secure,
            policy=self._policy,
            record=tap.record,
            heard=filter_.heard,
            without=self._switches.off(service.protocol, device),
            wake=filter_.wake,
            arm=filter_.arm,
        )
        try:
            filter_.carry(self._made(service, context, filter_.loop))
        except Exception:
            # A bug of ours: it costs this connection only.
            logger.exception("connection %d: no session for it", filter_.number)
            filter_.shut()

    @property
    def _has_tls(self) -> bool:
        return self._certificates is not None or self._handshakes is not None

    def _made(self, service: Service, context: Context, loop: asyncio.AbstractEventLoop) -> Carried:
        made = service.make(context)
        # mypy cannot say "an asyncio.Protocol that is Carried": Service's docstring does.
        if isinstance(made, asyncio.Protocol):
            return made  # type: ignore[return-value]
        return SessionProtocol(made, loop)  # type: ignore[arg-type]

    def _ended(self, filter_: Filter) -> None:
        del self._open[filter_.number]
        endpoint = tcp.peer(filter_)
        if endpoint is not None:
            self._callers.ended(endpoint, filter_.number)
        for waiter in self._waiting.pop(filter_.number, ()):
            if not waiter.done():
                waiter.set_result(None)
