"""The contract between a sans-I/O session and the connection that carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from labserver.clock import Clock, Ids
from labserver.events import Event, FaultStruck, How, Listener
from labserver.faults import Answer, Caller, CommandFault, Fault, Faults
from labserver.protocol.limits import Limits
from labserver.protocol.logins import Logins
from labserver.protocol.policy import Policy
from labserver.store import DOMAINS, Account, Mailbox, Residents, Store

__all__ = ["Context", "Gone", "Next", "Payload", "Securable", "Session"]

Next = Literal["read", "starttls", "compress", "close"]
"""What the connection shall do after the replies are written.

starttls, compress: begin it then, once. What the client has sent before, and the session has not
taken up, is thrown away: `unread()` says what that is, and the session forgets it. From then on
the session is inside TLS: a handshake that fails ends the connection.
"""


class Payload(bytes):
    """A chunk of a reply that is message content: a literal, or a dot-stuffed message.

    The tap logs it as one `Data` event instead of a `Line`. It must be the whole of that content
    and nothing else (the terminating `.` line of POP3 is a chunk of its own).
    """

    __slots__ = ()


class Gone(ConnectionError):
    """Nothing is taken up any more: a fault has ended the connection."""


class Securable(Protocol):
    """A transport that can begin TLS: how a session that is a Protocol of asyncio asks for it."""

    def secure(self, unread: bytes) -> None:
        """Begin TLS once everything written so far is sent; `unread` is thrown away."""


@dataclass(slots=True, kw_only=True)
class Context:
    """What a session needs of the world. One a connection; used on the lab's thread only.

    `record(event)` appends to the log. `heard(kind, octets)` must be called by the session for
    every piece of input, in order and whole, at the moment it takes it up and before its
    effects: kind "line" for a command line with its line end, "data" for a literal or a message.
    The pieces together are exactly the octets received. It raises Gone when a fault of the lab has
    ended the connection: then the session does nothing more, and lets that through. `without` are
    the capabilities that are switched off for this session (`labserver.protocol.switches`).
    `wake()` tells the connection that `notify()` may have something to say.

    `host` is the server's name and `domain` the one whose mail it keeps; `accounts` are the people
    who may log in there. `secure`: the connection is inside TLS from its first octet; `tls`: it is
    not, but the server could begin TLS. `listener` is where the connection came in; `arm(fault)`
    has a fault do to the connection what it does at the command that is being done.
    """

    store: Store
    clock: Clock
    ids: Ids
    faults: Faults
    limits: Limits
    connection: int
    listener: Listener
    device: str
    host: str
    record: Callable[[Event], None]
    heard: Callable[[Literal["line", "data"], bytes], None]
    domain: str = DOMAINS[0]
    secure: bool = False
    tls: bool = False
    policy: Policy = field(default_factory=Policy)
    without: frozenset[str] = frozenset()
    wake: Callable[[], None] = field(default=lambda: None)
    arm: Callable[[CommandFault], None] = field(default=lambda _: None)

    @property
    def accounts(self) -> Residents:
        """Who may log in at this server."""
        residents = self.store.accounts.at(self.domain)
        return Logins(residents, self._refused) if self.faults else residents

    def _refused(self, account: Account) -> bool:
        return self._strikes(self.faults.login(self.caller, account.address))

    @property
    def caller(self) -> Caller:
        """Whose connection it is, as faults ask it."""
        return Caller(self.listener, self.device, self.host)

    def answer(self, command: str) -> str | None:
        """Return what a fault has the client told in place of doing a command, or None.

        To be asked once for each command, by its name in capitals, right before it is done.
        """
        fault = self.faults.command(self.caller, command) if self.faults else None
        if fault is None:
            return None
        if isinstance(fault, Answer):
            self._strikes(fault)
            return fault.reply
        self.arm(fault)
        return None

    def opening(self, mailbox: Mailbox) -> Mailbox:
        """Return the mailbox that is about to be opened as it is then: a fault may renumber it."""
        fault = None
        if self.faults:
            fault = self.faults.opening(self.caller, mailbox.address, mailbox.name)
        if not self._strikes(fault):
            return mailbox
        return self.store.renumber(mailbox, connection=self.connection)

    def _strikes(self, fault: Fault | None) -> bool:
        if fault is None:
            return False
        self.record(FaultStruck(connection=self.connection, fault=str(fault)))
        return True


class Session(Protocol):
    """A POP3 or IMAP session as a state machine: octets in, octets out.

    What `greeting`, `receive` and `notify` return is drained before any other call, `next` and
    `notify` included. A command's effects are complete and committed before its first chunk. No
    method raises, whatever the octets.
    """

    def greeting(self) -> Iterable[bytes]:
        """Return what the server says first."""

    def receive(self, data: bytes) -> Iterable[bytes]:
        """Take up input, in any split, and return the replies."""

    def notify(self) -> Iterable[bytes]:
        """Return what may be said unasked now (IDLE); nothing if nothing may."""

    @property
    def next(self) -> Next:
        """What the connection shall do now."""

    def unread(self) -> bytes:
        """Return the input that is held but not taken up: half a line, at the end."""

    def lost(self, how: How) -> None:
        """Let go of all locks and watches: the connection is gone. May be called twice."""
