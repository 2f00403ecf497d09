"""One POP3 session: what is said for each command, and what it does.

Reading a line (`lines`, `commands`), asking the table (`states`) and doing are apart: `_answer`
is the one place where they meet and where errors become replies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from labserver.events import FaultStruck, How, Marked, Numbered, StateChanged, Unmarked
from labserver.pop3.commands import BadCommand, arguments, read
from labserver.pop3.lines import CommandLine, LineReader
from labserver.pop3.maildrop import Maildrop, NoMessage
from labserver.pop3.states import TABLE, State
from labserver.pop3.text import stuffed, top
from labserver.protocol.session import Context, Next, Payload
from labserver.protocol.table import Verdict
from labserver.store import BadCredentials

__all__ = ["CAPABILITIES", "Pop3Session"]

CAPABILITIES = (
    "TOP",
    "USER",
    "UIDL",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "PIPELINING",
    "EXPIRE NEVER",
    "IMPLEMENTATION Mail-Protocol-Lab",
)
"""What CAPA lists, in both states (RFC 2449 section 6; AUTH-RESP-CODE: RFC 3206)."""

_LOG = logging.getLogger(__name__)
_END = b".\r\n"

Chunks = tuple[bytes, ...]


class Pop3Session:
    """A POP3 server's side of one connection (`labserver.protocol.session.Session`)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lines = LineReader(context.limits.line)
        self._state = TABLE.initial
        self._name: str | None = None
        self._maildrop: Maildrop | None = None
        self._errors = 0
        self._failed_logins = 0
        self._over = False
        self._how: How | None = None
        self._commands: dict[str, Callable[..., Chunks]] = {
            "USER": self._user,
            "PASS": self._pass,
            "STAT": self._stat,
            "LIST": self._list,
            "UIDL": self._uidl,
            "RETR": self._retr,
            "TOP": self._top,
            "DELE": self._dele,
            "RSET": self._rset,
            "NOOP": self._noop,
            "CAPA": self._capa,
            "QUIT": self._quit,
        }

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._state

    @property
    def next(self) -> Next:
        """Whether the connection shall read on or close."""
        return "close" if self._over else "read"

    @property
    def how(self) -> How | None:
        """How the session ended the connection, if it was not by QUIT."""
        return self._how

    def greeting(self) -> Iterable[bytes]:
        """Return what the server says first (RFC 1939 section 4)."""
        self._enter(self._state)
        return (b"+OK POP3 server ready\r\n",)

    def receive(self, data: bytes) -> Iterable[bytes]:
        """Take up input and return the replies; commands are done one by one as they are drained.

        So any number may be sent at once (PIPELINING, RFC 2449 section 6.6), and no more than
        one message is held.
        """
        self._lines.feed(data)
        return self._replies()

    def notify(self) -> Iterable[bytes]:
        """Return nothing: a POP3 server never speaks unasked."""
        return ()

    def unread(self) -> bytes:
        """Return the input that was not taken up: half a line, or what came after QUIT."""
        return self._lines.held()

    def lost(self, how: How) -> None:  # noqa: ARG002 - the contract says how; here all ends are one
        """Let go of the maildrop. Nothing is removed: UPDATE is entered by QUIT only (s. 6)."""
        self._over = True
        self._release()

    # From lines to replies

    def _replies(self) -> Iterator[bytes]:
        while not self._over:
            line = next(self._lines, None)
            if line is None:
                return
            self._context.heard("line", line.octets)
            yield from self._answer(line)

    def _answer(self, line: CommandLine) -> Chunks:
        name, self._name = self._name, None
        try:
            return self._obey(line, name)
        except BadCommand as error:
            return self._error(str(error))
        except NoMessage as error:
            return _err(str(error))
        except Exception:  # noqa: BLE001 - logged; a bug answers this one command, all else goes on
            _LOG.exception("POP3 connection %d: a command failed", self._context.connection)
            return _err("[SYS/TEMP] The server failed to do this")

    def _obey(self, line: CommandLine, name: str | None) -> Chunks:
        """Do what a line says; `name` is from the USER right before it."""
        if line.text is None:
            if line.error:
                raise BadCommand(line.error)
            return ()
        command = read(line.text)
        self._allow(command.keyword)
        words = arguments(command)
        if command.keyword == "PASS":
            if name is None:
                msg = "Send USER first"
                raise BadCommand(msg)
            words = (name, *words)
        return self._struck(command.keyword) or self._commands[command.keyword](*words)

    def _allow(self, keyword: str) -> None:
        """Ask the table. Raises BadCommand if the answer is no."""
        verdict = TABLE.ask(self._state, keyword)
        if verdict is Verdict.ALLOWED:
            return
        if verdict is Verdict.UNKNOWN:
            msg = "Unknown command"
        elif self._state is State.AUTHORIZATION:
            msg = "Log in first"
        else:
            msg = "You are logged in already"
        raise BadCommand(msg)

    def _struck(self, keyword: str) -> Chunks:
        """Return the reply of the fault that strikes this command, if one does."""
        context = self._context
        fault = context.faults.command("pop3", context.device, keyword)
        if fault is None:
            return ()
        context.record(FaultStruck(connection=context.connection, fault=str(fault)))
        return (fault.reply.encode() + b"\r\n",)

    def _error(self, text: str) -> Chunks:
        """Answer a line that the protocol does not allow; too many of them end the session."""
        self._errors += 1
        if self._errors < self._context.limits.errors:
            return _err(text)
        return self._hang_up("Too many errors: closing the connection")

    def _hang_up(self, text: str) -> Chunks:
        self._over = True
        self._how = "server"
        self._release()
        return _err(text)

    def _enter(self, state: State) -> None:
        self._state = state
        drop = self._maildrop
        self._context.record(
            StateChanged(
                connection=self._context.connection,
                state=state.value,
                account=None if drop is None else drop.mailbox.address,
                mailbox=None if drop is None else drop.mailbox.name,
            )
        )

    def _release(self) -> None:
        """Let go of the maildrop, with the marks if there are any."""
        drop, self._maildrop = self._maildrop, None
        if drop is None:
            return
        if drop.marked:
            self._context.record(Unmarked(connection=self._context.connection))
        drop.close()
        self._context.store.maildrops.unlock(drop.account, self._context.connection)

    @property
    def _drop(self) -> Maildrop:
        assert self._maildrop is not None  # noqa: S101 - the table says so
        return self._maildrop

    # AUTHORIZATION

    def _user(self, name: str) -> Chunks:
        # The same answer for a name that is not there: RFC 1939 section 13.
        self._name = name
        return _ok()

    def _pass(self, name: str, password: str) -> Chunks:
        context = self._context
        try:
            account = context.accounts.check(name, password)
        except BadCredentials:
            self._failed_logins += 1
            if self._failed_logins >= context.limits.failed_logins:
                return self._hang_up("[AUTH] Too many failed logins: closing the connection")
            return _err("[AUTH] User name or password is wrong")
        if not context.store.maildrops.lock(account, context.connection):
            return _err("[IN-USE] Mailbox is open in another session")
        try:
            drop = Maildrop(context.store, account)
        except BaseException:
            context.store.maildrops.unlock(account, context.connection)
            raise
        self._maildrop = drop
        self._enter(TABLE.after(self._state, "PASS"))
        context.record(
            Numbered(
                connection=context.connection,
                account=drop.mailbox.address,
                mailbox=drop.mailbox.name,
                uids=drop.uids,
            )
        )
        return _ok(_messages(drop.count()))

    # TRANSACTION

    def _stat(self) -> Chunks:
        return _ok(f"{self._drop.count()} {self._drop.octets()}")

    def _list(self, number: str = "") -> Chunks:
        return self._listing(number, lambda n: str(self._drop.size(n)))

    def _uidl(self, number: str = "") -> Chunks:
        return self._listing(number, self._drop.unique_id)

    def _listing(self, number: str, told: Callable[[int], str]) -> Chunks:
        if number:
            n = self._drop.check(int(number))
            return _ok(f"{n} {told(n)}")
        lines = [f"{n} {told(n)}" for n in self._drop.numbers()]
        return _multi_line(lines)

    def _retr(self, number: str) -> Chunks:
        data = self._drop.data(int(number))
        return _message(f"+OK {self._drop.size(int(number))} octets\r\n", data)

    def _top(self, number: str, lines: str) -> Chunks:
        return _message("+OK\r\n", top(self._drop.data(int(number)), int(lines)))

    def _dele(self, number: str) -> Chunks:
        drop = self._drop
        uid = drop.mark(int(number))
        self._context.record(
            Marked(
                connection=self._context.connection,
                account=drop.mailbox.address,
                mailbox=drop.mailbox.name,
                uid=uid,
            )
        )
        return _ok("Marked")

    def _rset(self) -> Chunks:
        if self._drop.marked:
            self._drop.unmark()
            self._context.record(Unmarked(connection=self._context.connection))
        return _ok(_messages(self._drop.count()))

    def _noop(self) -> Chunks:
        return _ok()

    # Both

    def _capa(self) -> Chunks:
        return _multi_line(CAPABILITIES)

    def _quit(self) -> Chunks:
        # Whatever happens in UPDATE, the lock goes and the connection closes (RFC 1939 section 6).
        self._over = True
        drop = self._maildrop
        if drop is None:
            return _ok("Bye")
        try:
            self._enter(TABLE.after(self._state, "QUIT"))
            left = drop.remove_marked(self._context.connection)
            drop.unmark()
        except Exception:  # noqa: BLE001 - logged, and answered as section 6 says
            _LOG.exception("POP3 connection %d: UPDATE failed", self._context.connection)
            return _err("[SYS/TEMP] The marked messages could not be removed")
        finally:
            self._release()
        return _ok(f"Bye ({_messages(left)} left)")


def _ok(text: str = "") -> Chunks:
    return (f"+OK {text}\r\n".encode() if text else b"+OK\r\n",)


def _err(text: str) -> Chunks:
    return (f"-ERR {text}\r\n".encode(),)


def _multi_line(lines: Iterable[str]) -> Chunks:
    return ("\r\n".join(("+OK", *lines, ".", "")).encode(),)


def _message(status: str, data: bytes) -> Chunks:
    if not data:
        return status.encode(), _END
    return status.encode(), Payload(stuffed(data)), _END


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
