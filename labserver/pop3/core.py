"""What a session knows, and what its commands share."""

from __future__ import annotations

from collections.abc import Callable

from labserver.events import How, StateChanged, Unmarked
from labserver.pop3.capabilities import Moment, Offer
from labserver.pop3.languages import DEFAULT, Text
from labserver.pop3.maildrop import Maildrop
from labserver.pop3.replies import Chunks, Refused
from labserver.pop3.states import TABLE, State
from labserver.protocol.session import Context

__all__ = ["Core"]


class Core:
    """The inside of a session.

    `named` is the name that the USER right before has given, `user` the one for the command to
    come; `timestamp` what the greeting challenged with (empty: without APOP). `asking` takes the
    next line instead of a command: it is the answer to a challenge. `securing`: TLS is to begin.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.offer = Offer(context.without)
        self.state = TABLE.initial
        self.language = DEFAULT
        self.secure = context.secure
        self.securing = False
        self.utf8 = False
        self.timestamp = ""
        self.user = ""
        self.named = ""
        self.asking: Callable[[bytes], Chunks] | None = None
        self.failed_logins = 0
        self.over = False
        self.how: How | None = None
        self.opened: Maildrop | None = None
        self.unknown = self.offer.unknown
        if not (context.tls or context.secure):
            self.unknown |= {"STLS"}

    @property
    def moment(self) -> Moment:
        """What CAPA's lines depend on."""
        return Moment(
            state=self.state,
            secure=self.secure,
            tls=self.context.tls,
            utf8=self.utf8,
            policy=self.context.policy,
            offered=self.offer.names,
        )

    @property
    def drop(self) -> Maildrop:
        """The maildrop that is open."""
        assert self.opened is not None  # noqa: S101 - the table says so
        return self.opened

    # What is said

    def ok(self, text: Text, **values: object) -> Chunks:
        """Return a positive reply."""
        return (f"+OK {self.language.texts[text].format(**values)}\r\n".encode(),)

    def err(self, error: Refused) -> Chunks:
        """Return a negative reply, with its response code if the client may get it."""
        code = f"[{error.code}] " if error.code in self.offer.codes else ""
        return (f"-ERR {code}{error.said(self.language)}\r\n".encode(),)

    # What happens

    def enter(self, state: State) -> None:
        """Be in a state."""
        self.state = state
        drop = self.opened
        self.context.record(
            StateChanged(
                connection=self.context.connection,
                state=state.value,
                account=None if drop is None else drop.mailbox.address,
                mailbox=None if drop is None else drop.mailbox.name,
            )
        )

    def release(self) -> None:
        """Let go of the maildrop, with the marks if there are any."""
        drop, self.opened = self.opened, None
        if drop is None:
            return
        if drop.marked:
            self.context.record(Unmarked(connection=self.context.connection))
        drop.close()
        self.context.store.maildrops.unlock(drop.account, self.context.connection)

    def secured(self) -> None:
        """Go on inside TLS, knowing nothing of what was said before (RFC 2595 section 4)."""
        self.securing = False
        self.secure = True
        self.language = DEFAULT
