"""What a session is: its state, whose it is, what it has open. Commands act on this, not on I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from labserver.events import StateChanged
from labserver.imap.access import Access
from labserver.imap.annotations import AnnotationNews
from labserver.imap.capabilities import Moment
from labserver.imap.dialect import Dialect
from labserver.imap.errors import Malformed
from labserver.imap.table import IDLE, TABLE, State
from labserver.imap.values import Wish
from labserver.imap.view import View
from labserver.protocol.session import Context
from labserver.store import Account, Mailbox

__all__ = ["Core"]


class Notifier(Protocol):
    """What a client is told of that has used NOTIFY (RFC 5465), and when."""

    @property
    def wish(self) -> Wish:
        """What it wants to hear of the mailbox it has selected."""

    def news(self, *, expunges: bool) -> Iterable[bytes]:
        """Return what is to be told at the end of a command, or in IDLE; note it is told."""

    def push(self) -> Iterable[bytes]:
        """Return what is to be told between commands; note it is told."""

    def close(self) -> None:
        """Note nothing any more. May be called twice."""


class Core:
    """The state of one session. Each change of it is recorded as `StateChanged`."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store
        self.connection = context.connection
        self.secure = context.secure
        # Where there is no TLS, STARTTLS is no command; where it is active, it comes too late.
        could = context.tls or context.secure
        self.dialect = Dialect(context.without if could else context.without | {"STARTTLS"})
        self.state = TABLE.initial
        self.tag = ""  # of the command that is being done
        self.failed_logins = 0
        self.compressed = False
        self.annotations: AnnotationNews | None = None
        self.notifier: Notifier | None = None
        self._account: Account | None = None
        self._view: View | None = None
        self._idle = False
        self._recorded: StateChanged | None = None

    @property
    def account(self) -> Account:
        """The account that has logged in. Only asked where the table has let a command pass."""
        if self._account is None:
            raise Malformed("Log in first")
        return self._account

    @account.setter
    def account(self, account: Account) -> None:
        self._account = account

    @property
    def access(self) -> Access:
        """What the account can reach. Only asked where the table has let a command pass."""
        return Access(self.store, self.account, others=self.dialect.offers("ACL"))

    @property
    def view(self) -> View:
        """The selected mailbox. Only asked where the table has let a command pass."""
        if self._view is None:
            raise Malformed("Select a mailbox first")
        return self._view

    @property
    def selected(self) -> View | None:
        """The selected mailbox, or None."""
        return self._view

    @property
    def idle(self) -> bool:
        """Whether the session waits for news (RFC 2177)."""
        return self._idle

    @idle.setter
    def idle(self, idle: bool) -> None:
        self._idle = idle
        self.record()

    def capability_data(self) -> str:
        """Return what the server offers to this client now."""
        values = {"APPENDLIMIT": self.context.limits.upload}
        return self.dialect.offer.data(self._moment, values)

    def tells(self, name: str) -> bool:
        """Tell whether a capability is advertised to this client now."""
        return self.dialect.offer.tells(name, self._moment)

    @property
    def passwords(self) -> bool:
        """Whether a password may cross this connection as it is (RFC 3501 section 6.2.3)."""
        return self.secure or self.context.policy.cleartext_auth

    @property
    def _moment(self) -> Moment:
        return Moment(state=self.state, secure=self.secure, passwords=self.passwords)

    def enable(self, names: Iterable[str]) -> tuple[str, ...]:
        """Enable capabilities, as the dialect does, and do what that brings from now on."""
        new = self.dialect.enable(names)
        if not {"METADATA", "METADATA-SERVER"}.isdisjoint(new) and self.notifier is None:
            self.annotations = AnnotationNews(self.context, self.access, self.dialect)
        return new

    def open(self, mailbox: Mailbox, *, read_only: bool) -> View:
        """Select a mailbox; the one selected before must have been let go."""
        self._view = View(
            self.context, mailbox, self.dialect, self.access.rights, read_only=read_only
        )
        if self.notifier is not None:
            self._view.wish = self.notifier.wish
        return self._view

    def notify(self, notifier: Notifier) -> None:
        """Have all news told by `notifier` from now on."""
        self._end_news()
        self.notifier = notifier
        if self._view is not None:
            self._view.wish = notifier.wish

    def _end_news(self) -> None:
        if self.annotations is not None:
            self.annotations.close()
            self.annotations = None
        if self.notifier is not None:
            self.notifier.close()
            self.notifier = None

    def deselect(self) -> None:
        """Let go of the selected mailbox, if there is one, without expunging anything."""
        if self._view is not None:
            self._view.close()
            self._view = None
            self.enter(State.AUTHENTICATED)

    def forget(self) -> None:
        """Be as before the login, whoever it was; how often logging in has failed is kept."""
        self.close()
        self._account = None
        self.dialect.reset()

    def enter(self, state: State) -> None:
        """Be in a state from now on."""
        self.state = state
        self.record()

    def record(self) -> None:
        """Record what the session is, if that has changed: state or activity, account, mailbox."""
        account = None if self._account is None else self._account.address
        mailbox = None if self._view is None else self._view.mailbox
        now = StateChanged(
            connection=self.connection,
            state=self.state.value,
            account=account,
            mailbox=None if mailbox is None else mailbox.name,
            owner=None if mailbox is None or mailbox.address == account else mailbox.address,
            activity=IDLE if self._idle else "",
        )
        if now == self._recorded:
            return
        self._recorded = now
        self.context.record(now)

    def close(self) -> None:
        """Let go of everything; nothing is recorded. May be called twice."""
        self._end_news()
        if self._view is not None:
            self._view.close()
            self._view = None
