"""One POP3 session: from octets to replies.

Cutting lines (`lines`), reading them (`parsing`), asking the table (`states`) and doing them
(`commands`) are apart. `_answer` is the one place where errors become replies.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from labserver.events import How
from labserver.pop3.commands import COMMANDS
from labserver.pop3.core import Core
from labserver.pop3.languages import Text
from labserver.pop3.lines import Cut, LineReader
from labserver.pop3.parsing import read
from labserver.pop3.replies import Chunks, Farewell, Refused, Wrong
from labserver.pop3.states import TABLE, State
from labserver.protocol.session import Context, Next
from labserver.protocol.table import Verdict

__all__ = ["Pop3Session"]

_LOG = logging.getLogger(__name__)


class Pop3Session:
    """A POP3 server's side of one connection (`labserver.protocol.session.Session`)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._core = Core(context)
        self._lines = LineReader(context.limits.line)
        self._errors = 0

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._core.state

    @property
    def next(self) -> Next:
        """What the connection shall do now."""
        if self._core.over:
            return "close"
        return "starttls" if self._core.securing else "read"

    @property
    def how(self) -> How | None:
        """How the session ended the connection, if it was not by QUIT."""
        return self._core.how

    def greeting(self) -> Iterable[bytes]:
        """Return what the server says first: with the timestamp that APOP needs, if it is there.

        The timestamp is a msg-id that no other greeting has (RFC 1939 section 7).
        """
        core, context = self._core, self._context
        core.enter(core.state)
        ready = core.language.texts[Text.READY]
        if "APOP" not in core.offer:
            return (f"+OK {ready}\r\n".encode(),)
        nonce = int.from_bytes(context.ids.nonce("apop", context.device, octets=8), "big")
        moment = int(context.clock.now().timestamp())
        core.timestamp = f"<{nonce}.{moment}@{context.host}>"
        return (f"+OK {ready} {core.timestamp}\r\n".encode(),)

    def receive(self, data: bytes) -> Iterable[bytes]:
        """Take up input and return the replies; commands are done one by one as they are drained.

        So any number may be sent at once (PIPELINING, RFC 2449 section 6.6), and no more than
        one message is held.
        """
        if self._core.securing:
            self._core.secured()
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
        self._core.over = True
        self._core.release()

    # From lines to replies

    def _replies(self) -> Iterator[bytes]:
        core = self._core
        while not core.over and not core.securing:
            line = next(self._lines, None)
            if line is None:
                return
            self._context.heard("line", line.octets)
            yield from self._answer(line)

    def _answer(self, line: Cut) -> Chunks:
        core = self._core
        try:
            return self._obey(line)
        except Farewell as error:
            return self._hang_up(error)
        except Wrong as error:
            self._errors += 1
            if self._errors < self._context.limits.errors:
                return core.err(error)
            return self._hang_up(Farewell(Text.TOO_MANY_ERRORS))
        except Refused as error:
            return core.err(error)
        except Exception:  # noqa: BLE001 - logged; a bug answers this one command, all else goes on
            _LOG.exception("POP3 connection %d: a command failed", self._context.connection)
            return core.err(Refused(Text.FAILED, code="SYS/TEMP"))

    def _obey(self, line: Cut) -> Chunks:
        """Do what a line says, or hand it to what has asked for it."""
        core = self._core
        asking, core.asking = core.asking, None
        core.named, core.user = core.user, ""
        if line.text is None:
            if line.error is not None:
                raise Wrong(line.error, limit=self._context.limits.line)
            if not line.octets.endswith(b"\n"):
                # It has been answered already, but one without an end is not taken for ever.
                self._errors += 1
            if self._errors >= self._context.limits.errors:
                raise Farewell(Text.TOO_MANY_ERRORS)
            return ()
        if asking is not None:
            return asking(line.text)
        keyword, rest = read(line.text, self._takes_utf8)
        self._allow(keyword)
        command = COMMANDS[keyword]
        words = command.read(rest)
        if words is None:
            raise Wrong(Text.USAGE, usage=command.usage)
        reply = self._struck(keyword) or command.do(core, *words)
        if core.securing:
            # What has come behind STLS in clear text is not obeyed inside TLS.
            dropped = self._lines.drop()
            if dropped:
                self._context.heard("line", dropped)
        return reply

    def _takes_utf8(self, keyword: str) -> bool:
        """Tell whether what follows a keyword may be UTF-8 (RFC 6856 sections 2 and 2.2)."""
        core = self._core
        return core.utf8 or ("UTF8" in core.offer and keyword in {"USER", "PASS", "APOP"})

    def _allow(self, keyword: str) -> None:
        """Ask the table. Raises Wrong if the answer is no."""
        core = self._core
        verdict = TABLE.ask(core.state, keyword)
        if verdict is Verdict.UNKNOWN or keyword in core.unknown:
            raise Wrong(Text.UNKNOWN)
        if verdict is Verdict.OUT_OF_ORDER:
            early = core.state is State.AUTHORIZATION
            raise Wrong(Text.LOG_IN_FIRST if early else Text.LOGGED_IN)

    def _struck(self, keyword: str) -> Chunks:
        """Return the reply of the fault that strikes this command, if one does."""
        answer = self._context.answer(keyword)
        return () if answer is None else (answer.encode() + b"\r\n",)

    def _hang_up(self, error: Farewell) -> Chunks:
        core = self._core
        core.over = True
        core.how = "server"
        core.release()
        return core.err(error)
