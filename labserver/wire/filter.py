"""The filter between a transport and the protocol on it: tap, connection faults, idle limit.

To the transport below it is the protocol; to the protocol above it is the transport. Both sides
see plain octets: TLS and DEFLATE are layers below it. Every connection ends here: why it ended
is decided, and `Closed` recorded, in one place.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Literal, cast

from labserver.events import Closed, FaultStruck, How, Log, Secured
from labserver.faults import Caller, CommandFault, Cut, Delay, Fault, Faults, Refuse, Swallow
from labserver.protocol.session import Gone, Payload
from labserver.wire.adapter import SessionProtocol
from labserver.wire.deflate import Deflate
from labserver.wire.passage import Passage
from labserver.wire.service import Carried, Service
from labserver.wire.tap import BLOCK, Tap
from labserver.wire.tls import Tls
from labserver.wire.trouble import Trouble

__all__ = ["Filter"]

logger = logging.getLogger("labserver.wire")

_ON_THE_WAY = 0.005
"""Seconds after which it is looked again whether what was sent before a Cut has arrived."""


class Filter(Passage, asyncio.Protocol):
    """One connection of a service.

    `admit` is called once the transport is there; it calls `open` and then either `turn_away` or
    `meet` and `carry`. `ended` is called once `Closed` is in the log. `reset` ends a transport so
    that its peer sees a reset; it returns False while that would destroy what was sent. `tls`
    makes the layer of TLS on a transport.
    """

    def __init__(
        self,
        service: Service,
        *,
        loop: asyncio.AbstractEventLoop,
        idle: float,
        admit: Callable[[Filter], None],
        ended: Callable[[Filter], None],
        reset: Callable[[asyncio.Transport], bool],
        tls: Callable[[asyncio.Transport, Filter], Tls],
    ) -> None:
        super().__init__()
        self.service = service
        self.loop = loop
        self.number = 0
        self._idle = idle
        self._admit = admit
        self._ended = ended
        self._reset = reset
        self._tls = tls
        self._log: Log
        self._tap: Tap
        self._how: How | None = None
        self._eof = False
        self._closing = False
        self._lost = False
        self._watch: asyncio.TimerHandle | None = None
        self._active = loop.time()
        self._paused_below = False
        # Layers below.
        self._layer: Callable[[asyncio.Transport, Filter], Deflate | Tls] | None = None
        self._securing = False
        self._then: Callable[[], None] | None = None
        self._watchers: list[Callable[[], None]] = []
        # Faults. `_doomed` ends the connection once what is held is written.
        self._trouble: Trouble
        self._doomed: Fault | None = None
        self._resetting = False
        self._dropping = False
        self._ended_above = False
        self._held: list[bytes] = []
        self._held_size = 0
        self._late = False
        self._drained = True
        self._timer: asyncio.TimerHandle | None = None

    # What the wire does with a new connection

    def open(self, number: int, log: Log, faults: Faults, caller: Caller) -> Tap:
        """Give the connection its number and its tap; it is `caller`'s."""
        self.number = number
        self._log = log
        self._tap = Tap(log, number)
        self._trouble = Trouble(faults, caller)
        self._watch = self.loop.call_later(self._idle, self._watched)
        return self._tap

    def meet(self, faults: Iterable[Refuse | Delay | Cut]) -> bool:
        """Take the faults of this connection; tell whether there is still one."""
        for fault in faults:
            if isinstance(fault, Refuse) or (isinstance(fault, Cut) and not fault.after):
                self._doom(fault)
                self._end_by_fault()
                return False
            self._trouble.meet(fault)
            if isinstance(fault, Delay):
                self._tap.record(FaultStruck(connection=self.number, fault=str(fault)))
        return True

    def arm(self, fault: CommandFault) -> None:
        """Have a fault strike at the reply to the command that is being done (`Context.arm`)."""
        self._trouble.arm(fault)

    def heard(self, kind: Literal["line", "data"], octets: bytes) -> None:
        """Record input that is taken up (`Context.heard`). Raises Gone once a fault has struck."""
        if not self._closing:
            fault = self._trouble.over()
            if fault is not None:
                self._doom(fault)
        if self._doomed is not None:
            # It has crossed, and nobody minds it.
            self._tap.heard(kind, octets)
            self._end_by_fault()
            raise Gone
        found = self._trouble.taken(kind, octets)
        if found is None:
            self._tap.heard(kind, octets)
            return
        self._stop_taking(found.fault, octets[: found.octets])
        raise Gone

    def carry(self, above: Carried) -> None:
        """Put the protocol on the connection; it may speak from now on."""
        self._above = above
        self._protocol.connection_made(self)

    def turn_away(self) -> None:
        """Say that there are too many connections, and close; inside TLS, close alone."""
        self._say_goodbye(b"" if self.service.secure else self.service.busy)

    def shut(self) -> None:
        """End the connection because the lab closes, with a word to a client that is listening."""
        self._how = self._how or "server"
        listening = self._above is not None and not (self._paused_below or self._trouble.seconds)
        if listening and not (self._closing or self._securing) and self.service.closing:
            self.write(self.service.closing)
        self.abort()

    def wake(self) -> None:
        """Tell the session above that it may have something to say unasked."""
        if isinstance(self._above, SessionProtocol) and not self._lost:
            self._above.wake()

    async def wait_closed(self) -> None:
        """Return once nothing of the protocol above is left."""
        if self._above is not None:
            await self._above.wait_closed()

    @property
    def delaying(self) -> bool:
        """Whether a reply is being held back by a Delay."""
        return self._timer is not None

    @property
    def lost(self) -> bool:
        """Whether the connection has ended and `Closed` is in the log."""
        return self._lost

    @property
    def how(self) -> How | None:
        """Why the connection ended or is ending; None while it is open."""
        return self._how

    # From below: the protocol's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up a connection."""
        self._below = cast("asyncio.Transport", transport)
        self._admit(self)

    def data_received(self, data: bytes) -> None:
        """Hand input up. It is recorded when it is taken up, through `Context.heard`."""
        self._active = self.loop.time()
        if self._ended_above:
            return
        if self._above is None or self._doomed is not None or self._layer is not None:
            # Turned away, cut already, or sent before the reply that begins a layer: nobody will
            # take it up, but it has crossed.
            self._tap.heard("line", data)
            return
        if self._trouble.flowing:
            octets = self._above.unread() + data
            found = self._trouble.arrived(octets)
            if found is not None:
                self._stop_taking(found.fault, octets[: found.octets])
                return
        self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand up that the client will send no more."""
        self._eof = True
        if self._above is None or self._doomed is not None:
            return False
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Record the end."""
        for timer in (self._watch, self._timer):
            if timer is not None:
                timer.cancel()
        self._timer = None
        self._end_above(exc)
        self._lost = True
        self._ended(self)
        self._tell_watchers()

    def _end_above(self, exc: Exception | None) -> None:
        """Have the protocol let go, and record the end of the connection. May be called twice."""
        if self._ended_above:
            return
        self._ended_above = True
        how = self._how or self._stated()
        if how is None:
            how = "cut" if exc is not None and not self._eof else "client"
        self._how = how
        self._closing = True
        if self._above is not None:
            self._tap.settle()
            self._tap.take()
            try:
                unread = b"" if self._dropping else self._above.unread()
                if unread:
                    self._tap.heard("line", unread)
                self._protocol.connection_lost(exc)
            except Exception:
                logger.exception("connection %d: error at its end", self.number)
        self._log.append(Closed(connection=self.number, how=how))

    def pause_writing(self) -> None:
        """Hand up that the client does not keep up with reading."""
        self._paused_below = True
        if self._above is not None and self._timer is None:
            self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """Hand up that there is room again."""
        self._active = self.loop.time()
        self._paused_below = False
        if self._resetting:
            self._below_gone()
        elif self._above is not None and self._timer is None:
            self._protocol.resume_writing()

    # From above: the transport's side

    def put(self, chunk: bytes) -> None:
        """Take a chunk of a reply; it is written by `send`, or once there is a block of it."""
        if self._closing or not chunk:
            return
        self._drained = False
        found = self._trouble.said(chunk)
        if found is not None:
            rest = chunk[: found.octets]
            chunk = Payload(rest) if isinstance(chunk, Payload) else rest
        if self._held or (self._trouble.seconds and not self._late):
            self._held.append(chunk)
            self._held_size += len(chunk)
        elif chunk:
            self._tap.said(chunk)
        if found is not None:
            self._doom(found.fault)
            self._end_by_fault()
        elif self._held_size >= BLOCK:
            self.send()
        elif self._tap.ready_size >= BLOCK:
            self._write()

    def finish(self) -> None:
        """Take note that a reply is over: it is one event in the log."""
        self._drained = True
        self._late = False
        self._tap.settle()
        fault = None if self._closing else self._trouble.over()
        if fault is not None:
            self._doom(fault)
            self._end_by_fault()

    def send(self) -> None:
        """Write what was put and is recorded."""
        if self._held:
            if self._timer is None:
                self._timer = self.loop.call_later(self._trouble.seconds, self._release)
                if not self._paused_below:
                    self._protocol.pause_writing()
        elif self._tap.ready:
            self._write()

    def compress(self, unread: bytes) -> None:
        """Have everything compressed, once what was put is written (RFC 4978 section 3).

        `unread` is what has crossed uncompressed and will not be taken up.
        """
        self._begin(Deflate, unread)

    def secure(self, unread: bytes = b"", then: Callable[[], None] | None = None) -> None:
        """Begin TLS, once what was put is written.

        `unread` is what has crossed in the clear and will not be taken up (RFC 3207 section 6).
        `then` is called when the handshake is done.
        """
        self._securing = True
        self._then = then
        self._begin(self._tls, unread)

    def secured(self, version: str) -> None:
        """Take note that the handshake is done."""
        self._securing = False
        self._active = self.loop.time()
        self._tap.record(Secured(connection=self.number, version=version))
        if self._then is not None:
            self._then()
        self._tell_watchers()

    def when_secured(self, then: Callable[[], None]) -> None:
        """Call `then` once the handshake is done or the connection over; now if there is none."""
        self._watchers.append(then)
        if not self._securing:
            self._tell_watchers()

    def _tell_watchers(self) -> None:
        watchers, self._watchers = self._watchers, []
        for then in watchers:
            then()

    def _begin(
        self, layer: Callable[[asyncio.Transport, Filter], Deflate | Tls], unread: bytes
    ) -> None:
        if unread:
            self._tap.heard("line", unread)
        self._layer = layer
        self.send()
        self._put_below()

    def _put_below(self) -> None:
        """Put the layer that is to begin between the transport and this."""
        if self._layer is None or self._held or self._closing:
            return
        layer, self._layer = self._layer, None
        try:
            above = layer(self._below, self)
        except Exception:
            # A bug of ours: it costs this connection only.
            logger.exception("connection %d: a layer could not begin", self.number)
            self.abort()
            return
        self._below.set_protocol(above)
        self._below = above

    @property
    def unwritten(self) -> int:
        """How many octets were put and not given to the transport below."""
        return self._tap.ready_size + self._held_size

    def _release(self) -> None:
        """Write the reply that has waited long enough."""
        self._timer = None
        self._late = not self._drained
        held, self._held, self._held_size = self._held, [], 0
        for chunk in held:
            self._tap.said(chunk)
        self._tap.settle()
        self._write()
        if self._doomed is not None:
            self._tell(self._doomed)
            self._end_by_fault()
            return
        self._put_below()
        if self._closing:
            self._below.close()
        elif not self._paused_below:
            self._protocol.resume_writing()

    def _write(self) -> None:
        for piece in self._tap.take():
            self._below.write(piece)

    # Ended by a fault

    def _doom(self, fault: Fault) -> None:
        """Have a fault strike once all that was put is written; nothing more is said."""
        self._doomed = fault
        self._closing = True
        if self._held:
            self.send()
        else:
            self._tell(fault)

    def _tell(self, fault: Fault) -> None:
        self._tap.record(FaultStruck(connection=self.number, fault=str(fault)))

    def _stop_taking(self, fault: Fault, octets: bytes) -> None:
        """End the connection in the middle of a message, of which so much has been taken."""
        self._dropping = True
        if octets:
            self._tap.heard("data", octets)
        self._doom(fault)
        self._end_by_fault()

    def _end_by_fault(self) -> None:
        """End the connection by a reset, after what is recorded as said has been sent.

        For the log it ends before that: who has read the last octets finds it there.
        """
        if self._held or self._ended_above:
            return
        pieces = self._tap.take()
        if isinstance(self._doomed, Swallow) and self._doomed.silent:
            self._below.resume_reading()  # it is noticed when the client closes
        else:
            self._how = "fault"
            self._end_above(None)
            self._resetting = True
        for piece in pieces:
            self._below.write(piece)
        if not self._resetting:
            return
        if self._below.get_write_buffer_size():
            # A reset throws away what waits; `resume_writing` comes once nothing does.
            self._below.set_write_buffer_limits(high=0)
            self._below.pause_reading()
        else:
            self._below_gone()

    def _below_gone(self) -> None:
        if not self._lost and not self._reset(self._below):
            self._timer = self.loop.call_later(_ON_THE_WAY, self._below_gone)

    def close(self) -> None:
        """Close once everything is written."""
        if self._closing:
            return
        self._how = self._how or self._stated() or "server"
        self._closing = True
        self._tap.settle()
        if not self._held:
            self._write()
            self._below.close()
        elif self._timer is None:
            self._timer = self.loop.call_later(self._trouble.seconds, self._release)

    def abort(self) -> None:
        """End the connection now; what is not written yet is lost."""
        self._how = self._how or self._stated() or "server"
        self._closing = True
        self._below.abort()

    def give_up(self, how: How) -> None:
        """End the connection because a layer below can't go on; what it has written is sent."""
        self._how = self._how or self._stated() or how
        self._closing = True
        self._below.close()

    def _stated(self) -> How | None:
        """Return why the connection ends, as far as its protocol or the client has said."""
        how = None if self._above is None else self._above.how
        return how or ("client" if self._eof else None)

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._closing

    # Silence

    def _watched(self) -> None:
        """Look whether the client has been silent, or has read nothing, for too long."""
        silent = self.loop.time() - self._active
        if silent < self._idle:
            self._watch = self.loop.call_later(self._idle - silent, self._watched)
        elif self._closing or self._paused_below or self._securing:
            self.abort()
        else:
            self._watch = self.loop.call_later(self._idle, self._watched)
            self._say_goodbye(self.service.idle)

    def _say_goodbye(self, words: bytes) -> None:
        self._how = self._how or "server"
        if words:
            self.write(words)
        self.close()
