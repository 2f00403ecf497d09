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
from labserver.wire.late import Late
from labserver.wire.layers import LayerMakers, Layers
from labserver.wire.passage import Passage
from labserver.wire.resetting import Resetting
from labserver.wire.service import Carried, Service
from labserver.wire.silence import Silence
from labserver.wire.tap import BLOCK, Tap
from labserver.wire.trouble import Trouble

__all__ = ["Filter"]

logger = logging.getLogger("labserver.wire")


class Filter(Passage):
    """One connection of a service.

    `admit` is called once the transport is there; it calls `open` and then either `turn_away` or
    `meet` and `carry`. `ended` is called once `Closed` is in the log. `reset` ends a transport so
    that its peer sees a reset; it returns False while that would destroy what was sent. `makers`
    make the layers on a transport.
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
        makers: LayerMakers,
    ) -> None:
        super().__init__()
        self.service = service
        self.loop = loop
        self.number = 0
        self._admit = admit
        self._ended = ended
        self._makers = makers
        self._silence = Silence(loop, idle, self._too_silent)
        self._layers = Layers()
        self._log: Log
        self._tap: Tap
        self._how: How | None = None
        self._eof = False
        self._closing = False
        self._lost = False
        self._paused_below = False
        # Faults. `_doomed` ends the connection once what is held is written.
        self._trouble: Trouble
        self._doomed: Fault | None = None
        self._dropping = False
        self._ended_above = False
        self._late = Late(loop, self._release)
        self._resetting = Resetting(loop, reset)

    # What the wire does with a new connection

    def open(self, number: int, log: Log, faults: Faults, caller: Caller) -> Tap:
        """Give the connection its number and its tap; it is `caller`'s."""
        self.number = number
        self._log = log
        self._tap = Tap(log, number)
        self._trouble = Trouble(faults, caller)
        self._silence.watch()
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
        if listening and not (self._closing or self._layers.securing) and self.service.closing:
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
        return self._late.waiting

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
        self._silence.broken()
        if self._ended_above:
            return
        self._tap.arrived(len(data))
        if self._above is None or self._doomed is not None or self._layers.waiting:
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
        self._silence.end()
        self._late.end()
        self._resetting.end()
        self._end_above(exc)
        self._lost = True
        self._ended(self)
        self._layers.tell()

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
        if self._above is not None and not self._late.waiting:
            self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """Hand up that there is room again."""
        self._silence.broken()
        self._paused_below = False
        if self._resetting.begun:
            self._resetting.go_on()
        elif self._above is not None and not self._late.waiting:
            self._protocol.resume_writing()

    # From above: the transport's side

    def put(self, chunk: bytes) -> None:
        """Take a chunk of a reply; it is written by `send`, or once there is a block of it."""
        if self._closing or not chunk:
            return
        self._late.reply()
        found = self._trouble.said(chunk)
        if found is not None:
            rest = chunk[: found.octets]
            chunk = Payload(rest) if isinstance(chunk, Payload) else rest
        if not self._late.takes(chunk, self._trouble.seconds) and chunk:
            self._tap.said(chunk)
        if found is not None:
            self._doom(found.fault)
            self._end_by_fault()
        elif self._late.size >= BLOCK:
            self.send()
        elif self._tap.ready_size >= BLOCK:
            self._write()

    def finish(self) -> None:
        """Take note that a reply is over: it is one event in the log."""
        self._late.reply_over()
        self._tap.settle()
        fault = None if self._closing else self._trouble.over()
        if fault is not None:
            self._doom(fault)
            self._end_by_fault()

    def send(self) -> None:
        """Write what was put and is recorded."""
        if self._late.holds:
            if self._late.wait(self._trouble.seconds) and not self._paused_below:
                self._protocol.pause_writing()
        elif self._tap.ready:
            self._write()

    # Layers below

    def compress(self, unread: bytes) -> None:
        """Have everything compressed; see `Passage`."""
        self._layers.compress(self._makers.deflate)
        self._begin_layer(unread)

    def secure(self, unread: bytes = b"", then: Callable[[], None] | None = None) -> None:
        """Begin TLS; see `Passage`."""
        self._layers.secure(self._makers.tls, then)
        self._begin_layer(unread)

    def _begin_layer(self, unread: bytes) -> None:
        if unread:
            self._tap.heard("line", unread)
        self.send()
        self._put_below()

    def _put_below(self) -> None:
        """Put the layer that is to begin between the transport and this."""
        if self._late.holds or self._closing:
            return
        try:
            self._below = self._layers.begin(self._below, self)
        except Exception:
            # A bug of ours: it costs this connection only.
            logger.exception("connection %d: a layer could not begin", self.number)
            self.abort()

    def secured(self, version: str) -> None:
        """Take note that the handshake is done."""
        self._silence.broken()
        self._tap.record(Secured(connection=self.number, version=version))
        self._layers.secured()

    def when_secured(self, then: Callable[[], None]) -> None:
        """Call `then` once the handshake is done or the connection over; now if there is none."""
        self._layers.when_secured(then)

    # Writing

    @property
    def unwritten(self) -> int:
        """How many octets were put and not given to the transport below."""
        return self._tap.ready_size + self._late.size

    def _release(self) -> None:
        """Write the reply that has waited long enough."""
        for chunk in self._late.take():
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
        if self._late.holds:
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
        if self._late.holds or self._ended_above:
            return
        pieces = self._tap.take()
        silent = isinstance(self._doomed, Swallow) and self._doomed.silent
        if silent:
            self._below.resume_reading()  # it is noticed when the client closes
        else:
            self._how = "fault"
            self._end_above(None)
        for piece in pieces:
            self._below.write(piece)
        if not silent:
            self._resetting.begin(self._below)

    # The end

    def close(self) -> None:
        """Close once everything is written."""
        if self._closing:
            return
        self._how = self._how or self._stated() or "server"
        self._closing = True
        self._tap.settle()
        if self._late.holds:
            self._late.wait(self._trouble.seconds)
        else:
            self._write()
            self._below.close()

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

    def _too_silent(self) -> None:
        """Send away a client that has been silent, or has read nothing, for too long."""
        if self._closing or self._paused_below or self._layers.securing:
            self.abort()
        else:
            self._say_goodbye(self.service.idle)

    def _say_goodbye(self, words: bytes) -> None:
        self._how = self._how or "server"
        if words:
            self.write(words)
        self.close()
