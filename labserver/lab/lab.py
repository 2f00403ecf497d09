"""Lab: starts the server, hands out devices and pictures, and ends it all again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeVar

from labserver.clock import LAB_SEED, LabClock, SystemClock, random_seed
from labserver.errors import LabError
from labserver.events import Event
from labserver.lab import mail, routes
from labserver.lab.authority import Trust
from labserver.lab.cells import take_over
from labserver.lab.deeds import (
    AddAccount,
    Advance,
    DrawToken,
    Load,
    PutRoute,
    RemoveRoute,
    SetQuota,
    Switch,
)
from labserver.lab.faults import LabFaults
from labserver.lab.links import Links
from labserver.lab.mail import StoredMessage
from labserver.lab.pictures import Pictures
from labserver.lab.places import Places
from labserver.lab.plan import Plan
from labserver.lab.server import Server
from labserver.lab.services import known
from labserver.protocol.limits import Limits
from labserver.protocol.policy import Policy
from labserver.protocol.schedule import Schedule
from labserver.smtp.relay.settled import Settled
from labserver.snapshot import Snapshot
from labserver.store import Resource, Store

if TYPE_CHECKING:
    import ssl

    from labserver.devices import Backup, Device, Webmail, World
    from labserver.widgets import MailMap, Replay, StateDiagram, Transcript

__all__ = ["ACCOUNTS", "Lab"]

ACCOUNTS: Mapping[str, str] = {"alice": "orchid", "bob": "tulip"}
"""The people of the lessons, with their passwords."""

T = TypeVar("T")


class Lab:
    """A mail server on this machine, with a log of everything that happens to it.

    `clock` is "lab" (time stands still between messages; everything repeats) or "system".
    `accounts` maps NAME or NAME@DOMAIN to passwords. `store` is a file to keep the mail in, or
    `:memory:`. `ports` asks for real ports by protocol (smtp, submission, submissions, pop3,
    pop3s, imap, imaps), or PROTOCOL@work.example for the other domain's server; those left out are
    chosen free. `folder` is where the devices' folders go (None: a temporary place, removed at the
    end). `keep` bounds the log. `without` maps protocols to the names of capabilities that shall
    not be offered. `cleartext_auth`, `pop3_delete_after_retr`, `pop3_login_delay`,
    `full_mailbox_waits`, `verify` and `schedule` are choices of `Policy`.

    `faults` is what shall go wrong (`labserver.faults`); it can be added to, listed, and taken
    back.

    It runs from the moment it is made: `lab = Lab()` in a cell, or `with Lab() as lab:`. Running
    the same notebook cell again closes that cell's older lab first. Raises LabError if a port
    is taken or the store can't be opened.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own, all by name
        self,
        *,
        clock: Literal["lab", "system"] = "lab",
        seed: int | None = None,
        accounts: Mapping[str, str] = ACCOUNTS,
        store: str | Path = ":memory:",
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
        folder: str | Path | None = None,
        limits: Limits | None = None,
        keep: int | None = None,
        without: Mapping[str, Iterable[str]] | None = None,
        cleartext_auth: bool = True,
        pop3_delete_after_retr: bool = False,
        pop3_login_delay: int = 0,
        full_mailbox_waits: bool = True,
        verify: bool = False,
        schedule: Schedule | None = None,
    ) -> None:
        take_over(self)
        if seed is None:
            seed = LAB_SEED if clock == "lab" else random_seed()
        # A notebook's traceback keeps this object: the cell's next run will close it.
        self._closed = True
        off = {listener: known(listener, names) for listener, names in (without or {}).items()}
        server = Server(
            Plan(
                clock=LabClock() if clock == "lab" else SystemClock(),
                seed=seed,
                accounts=accounts,
                store=store,
                host=host,
                ports=ports or {},
                limits=limits or Limits(),
                policy=Policy(
                    cleartext_auth=cleartext_auth,
                    pop3_delete_after_retr=pop3_delete_after_retr,
                    pop3_login_delay=pop3_login_delay,
                    full_mailbox_waits=full_mailbox_waits,
                    verify=verify,
                    schedule=schedule or Schedule(),
                ),
                without=off,
                keep=keep,
            )
        )
        self._closed = False
        self._server = server
        self._places = Places(folder, accounts, self._owner, self._world, server.journal)
        self._background = server.background
        self._feed = server.feed
        self._pictures = Pictures(server.feed, server.log)
        self.faults = LabFaults(server)
        self.log = server.log
        self.ports = server.ports
        self._links = Links(server.background, server.wire, host, server.real)

    # The end

    def close(self) -> None:
        """End the lab: connections, listeners, the thread, temporary folders. May be repeated."""
        if self._closed:
            return
        self._closed = True
        with ExitStack() as last_first:  # Each is done even if one before it is interrupted.
            last_first.callback(self._server.close, then=self._places.sweep)
            last_first.callback(self._places.close)

    @property
    def closed(self) -> bool:
        """Whether the lab is over."""
        return self._closed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<Lab: closed>" if self._closed else "<Lab: running>"

    @property
    def trust(self) -> Trust:
        """What a client needs to verify the servers: the certificate of the lab's authority."""
        return self._background.call(lambda: self._server.authority.trust)

    # Time

    def now(self) -> datetime:
        """Return the lab time, aware, in UTC."""
        return self._background.call(self._server.now)

    def advance(self, by: timedelta) -> datetime:
        """Move lab time on. Raises LabError if the lab is on real time, ValueError if backwards."""
        return self._server.do(Advance(by))

    def settle(self, within: timedelta | None = None) -> Settled:
        """Have the servers pass on what waits in their queues; return what became of it.

        In lab time nothing of that happens by itself. Lab time moves on to each next try until
        nothing waits, or until `within` has passed. On real time the queues run by themselves:
        there this tries what is due, and returns. Mail that multiplies on its way is stopped after
        a thousand steps, and the result says so. Raises ValueError if `within` is negative.
        """
        return self._background.run(self._server.settle(within))

    # Capabilities

    def switch_off(self, listener: str, *names: str, device: str | None = None) -> None:
        """Offer capabilities no more: to nobody, or not to one device.

        `listener` is a protocol as in `ports`, names are as it advertises them. Their commands
        become unknown, and what needs them goes with them. It holds for connections from now on.
        Raises LabError for a capability that the listener does not have or cannot do without.
        """
        off = tuple(known(listener, names))
        self._server.do(Switch(on=False, listener=listener, names=off, device=device))

    def switch_on(self, listener: str, *names: str, device: str | None = None) -> None:
        """Take `switch_off` back, for the same listener and device. Raises LabError."""
        on = tuple(known(listener, names))
        self._server.do(Switch(on=True, listener=listener, names=on, device=device))

    # Mail

    def load(
        self, source: str | Path | bytes, *, to: str = "bob", mailbox: str = "INBOX"
    ) -> list[str]:
        """Put messages into a mailbox as if they had come long ago; return their letters.

        `source` is the octets of one message, or a file, or a pattern such as "mail/*.eml" (the
        files in the order of their names). Line ends become CRLF, as mail has them on the wire.
        Raises LabError if there is no such account, mailbox or file; nothing is loaded then.
        """
        messages = mail.read_source(source)
        return self._server.do(Load(to, mailbox, tuple(messages)))

    def messages(self, account: str = "bob", mailbox: str = "INBOX") -> list[StoredMessage]:
        """Return what lies in a mailbox on the server now, oldest first.

        Read from the store, over no connection. Raises LabError if there is no such mailbox.
        """
        return self.call(lambda store: mail.messages_of(store, account, mailbox))

    def message(
        self, letter: str = "", *, account: str = "bob", mailbox: str = "INBOX"
    ) -> StoredMessage:
        """Return one message of a mailbox by its letter; the newest if none is named.

        Raises LabError if it is not there.
        """
        found = [each for each in self.messages(account, mailbox) if letter in ("", each.letter)]
        if not found:
            raise LabError(
                f"There is no message {letter}".rstrip() + f" in {mailbox} of {account}."
            )
        return found[-1]

    def add_account(self, login: str, password: str) -> str:
        """Add an account (NAME or NAME@DOMAIN) and return its address. Raises LabError."""
        address = self._server.do(AddAccount(login, password))
        self._places.remember(address, password)
        return address

    # Where mail goes

    def forward(
        self, account: str, *, to: str, keep: bool = True, rewrite_sender: bool = False
    ) -> None:
        """Have an account's server send its mail on: the same message in a new envelope.

        `keep`: it comes to the account's mailbox too. `rewrite_sender`: the envelope's sender is
        packed into an address of the forwarding domain, to which reports go and from there back
        to the sender; otherwise it stays as it is. Replaces an earlier wish. Raises LabError if
        an address is not one, or mail would go round among the addresses of one domain.
        """
        route = routes.forward(account, to, keep=keep, rewrite_sender=rewrite_sender)
        self._server.do(PutRoute(route))

    def stop_forwarding(self, account: str) -> None:
        """End that. Raises LabError if the account's mail is not forwarded."""
        self._server.do(RemoveRoute(routes.full(account), ("forward",)))

    def alias(self, name: str, *targets: str) -> str:
        """Have mail for a name (NAME or NAME@DOMAIN) go to all targets; return its address.

        The envelope's sender stays as it is (RFC 5321 section 3.9.1). Targets are accounts,
        aliases and lists of the same domain, and addresses of the other. Raises LabError.
        """
        route = routes.alias(name, targets)
        self._server.do(PutRoute(route))
        return route.address

    def mailing_list(self, name: str, *members: str, owner: str | None = None) -> str:
        """Have mail for a name go to all members as from the list's owner; return its address.

        What can't be delivered is reported to the owner, not to who has written (RFC 5321 section
        3.9.2). `owner` None: the first member. Raises LabError.
        """
        route = routes.mailing_list(name, members, owner)
        self._server.do(PutRoute(route))
        return route.address

    def remove_alias(self, name: str) -> None:
        """Take an alias or a list away. Raises LabError if there is none of that name."""
        self._server.do(RemoveRoute(routes.full(name), ("alias", "list")))

    def set_quota(
        self,
        account: str,
        *,
        storage: int | None = None,
        messages: int | None = None,
        mailboxes: int | None = None,
    ) -> None:
        """Limit what an account may hold, in place of all limits it has; None: no limit.

        `storage` counts units of 1024 octets (RFC 9208 section 5). What is there already stays,
        even if it is more. Raises LabError if there is no such account or a limit is negative.
        """
        given = {
            Resource.STORAGE: storage,
            Resource.MESSAGE: messages,
            Resource.MAILBOX: mailboxes,
        }
        limits = {each: limit for each, limit in given.items() if limit is not None}
        self._server.do(SetQuota(account, limits))

    # Devices

    def device(self, name: str, owner: str = "bob") -> Device:
        """Return the device of that name; the first time, a new one with an empty folder.

        Raises LabError if `owner` has no account, or the name is no name for a device.
        """
        return self._places.device(name, owner)

    def backup(self, name: str, owner: str = "bob", *, password: str | None = None) -> Backup:
        """Return the backup of that name; the first time, a new one with an empty folder.

        It logs in with the owner's password, which the lab knows if it has made the account. Raises
        LabError as `device` does.
        """
        return self._places.backup(name, owner, password)

    def webmail(
        self, owner: str = "bob", *, name: str = "webmail", password: str | None = None
    ) -> Webmail:
        """Return a user's webmail, a mail program beside the server that keeps nothing.

        `name` is what the log calls it; two users' have different ones. Password and errors are as
        with `backup`.
        """
        return self._places.webmail(owner, name, password)

    def _owner(self, account: str) -> str:
        return self.call(lambda store: store.accounts.get(account).address)

    def _world(self) -> World:
        """Return what a device meets the server with."""
        from labserver.devices import World

        return World(
            connect=self._links.connect,
            record=self._record,
            keep=self._server.keep,
            address=self._address,
            trust=self._trust,
            now=self.now,
            token=self._token,
        )

    def _address(self, login: str) -> str:
        account = self.call(lambda store: store.accounts.find(login))
        return account.address if account is not None else login

    def _trust(self) -> ssl.SSLContext:
        return self.trust.context()

    def _token(self, kind: str, owner: str) -> str:
        return self._server.do(DrawToken(kind, owner))

    def _record(self, event: Event) -> None:
        self._background.call(self.log.append, event)

    # Going back

    def rewind(self, step: int) -> int:
        """Have the lab be again as it was after entry `step` of the log; return that step.

        The entries are the moments that the pictures count: "moment 12 of 40" is step 12.

        All connections end, as a cut would end them: what POP3 had marked is marked no more, and
        a dialogue says that it is over. Mail and folders are built anew, from what the clients said
        then; clock and ids are what they were. The lab and its devices stay in use; a device that
        there was not yet comes to be when it is used. The log keeps all that was done, and goes on.

        A command's effects are one change: a step in the midst of them stands for the last of
        them. Raises LabError if there is no such step; for a lab on real time, with its mail in a
        file, or with a bounded log; and if something else was built than there had been, and then
        nothing has happened.
        """
        from labserver.lab.rewinding import rewind

        return rewind(step, self._server, self._places)

    # Pictures

    def snapshot(self, step: int | None = None) -> Snapshot:
        """Return the world after entry `step` of the log, or now."""
        return self._feed.snapshot(step)

    def map(self, account: str = "bob") -> MailMap:
        """Return the live picture of where an account's mail is."""
        return self._pictures.map(self._shown(account))

    def look(self, account: str = "bob") -> MailMap:
        """Return the picture of this moment: it stays as it is.

        What changed since the last look bears a ring, and so does the line that changed it.
        """
        return self._pictures.look(self._shown(account))

    def _shown(self, account: str) -> str:
        return routes.full(account) if self._closed else self._owner(account)

    def replay(self) -> Replay:
        """Return the control that takes all live pictures of this lab through its log.

        They show the world after the moment that is chosen there, whatever happens meanwhile, until
        it says Live again. Nothing is changed by it; see `rewind` for that.
        """
        return self._pictures.replay()

    def transcript(
        self,
        *connections: int,
        protocol: str = "",
        device: str = "",
        order: Literal["connection", "time"] = "connection",
        look: Literal["text", "bytes", "decoded"] = "text",
    ) -> Transcript:
        """Return the live transcript: every session, or some, line by line.

        `connections` are numbers; `protocol` is smtp, pop3 or imap. `look` says how a line is
        written: as text, octet by octet, or with what base64 and encoded words in it say.
        """
        return self._pictures.transcript(
            connections, protocol=protocol, device=device, order=order, look=look
        )

    def states(
        self,
        protocol: Literal["smtp", "submission", "pop3", "imap"],
        connection: int | None = None,
    ) -> StateDiagram:
        """Return the live diagram of a protocol's states, drawn from the server's own table.

        Lit are the state of a session and the way it came: of `connection`, or of the newest.
        Raises LabError for another protocol.
        """
        return self._pictures.states(protocol, connection)

    # For the rooms above

    def call(self, work: Callable[[Store], T]) -> T:
        """Do something with the store on the lab's own thread, and return what it returns."""
        return self._background.call(lambda: work(self._server.store))
