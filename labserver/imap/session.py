"""The IMAP session: binds intake, table, commands and view together (the one boundary for errors).

One command is done after the other, also if the client sends many at once (RFC 3501 section 5.5
allows to). Each has had its effects, and what they are is recorded, before the first chunk of its
reply is given out. News of the mailbox are put between a command's data and its tagged response:
they are what had happened when the command was done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from labserver.events import How
from labserver.imap.commands.reading import describe
from labserver.imap.core import Core
from labserver.imap.errors import Farewell, ImapError, Malformed, Unsaved, refusal
from labserver.imap.intake import Intake, Invitation, Ready, Wrong
from labserver.imap.reader import Overlong, Reader
from labserver.imap.reply import Ask, Outcome, Reply, Status, chunks, no, ok
from labserver.imap.table import KEEPS_NUMBERS, TABLE, State
from labserver.protocol.session import Context, Gone, Next
from labserver.store import StoreError

__all__ = ["ImapSession"]

logger = logging.getLogger("labserver.imap")

_HAS_TARGET = frozenset(
    {"APPEND", "COPY", "MOVE", "REPLACE", "UID COPY", "UID MOVE", "UID REPLACE"}
)
_SEARCHES = frozenset({"SEARCH", "SORT", "THREAD"})
_BUG = no("Something is wrong in the server; this command was not done", code="SERVERBUG")


@dataclass(frozen=True, slots=True)
class _Asking:
    """A command that waits for a line of its own."""

    tag: str
    name: str
    ask: Ask


class ImapSession:
    """One IMAP connection: `labserver.protocol.session.Session`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._core = Core(context)
        self._reader = Reader(context.limits.line, context.heard)
        self._intake = Intake(self._reader, context.limits, self._core.dialect)
        self._asking: _Asking | None = None
        self._errors = 0
        self._next: Next = "read"

    # The contract

    @property
    def next(self) -> Next:
        """What the connection shall do now."""
        return self._next

    def greeting(self) -> Iterable[bytes]:
        """Return what the server says first; who wants its capabilities asks (section 7.1.1)."""
        self._core.record()
        return [ok("IMAP server ready").line()]

    def receive(self, data: bytes) -> Iterable[bytes]:
        """Take up input, in any split, and return the replies."""
        if self._next != "close":
            self._next = "read"
        self._reader.feed(data)
        return self._work()

    def notify(self) -> Iterable[bytes]:
        """Return what may be said unasked: in IDLE all news; BYE if the mailbox is out of reach.

        Who has used NOTIFY is told between commands too (RFC 5465 section 1).
        """
        if self._next == "close":
            return []
        lost = self._lost()
        if lost:
            return [self._say_bye(lost)]
        if self._core.idle:
            return chunks(self._news(expunges=True, uids=False))
        if self._core.notifier is not None:
            self._core.record()
            return chunks(self._guarded(self._core.notifier.push))
        return []

    def unread(self) -> bytes:
        """Return the input that is held but not taken up."""
        return self._reader.unread()

    def lost(self, how: How) -> None:
        """Let go of the mailbox: the connection is gone."""
        del how
        self._next = "close"
        self._core.close()

    # Input

    def _work(self) -> Iterator[bytes]:
        while self._next == "read":
            try:
                parts = self._step()
            except Farewell as farewell:
                parts = [self._say_bye(farewell.text, farewell.code)]
            except Gone:
                raise
            except Exception:
                # No command is known to blame: what could not even be taken up ends here.
                logger.exception("the session can't go on")
                parts = [self._say_bye("Something is wrong in the server")]
            if parts is None:
                return
            yield from chunks(parts)

    def _step(self) -> Iterable[bytes] | None:
        """Take up one step of input, do what it asks, and return the reply; None: need more."""
        lost = self._lost()
        if lost:
            raise Farewell(lost)
        if self._asking is not None:
            line = self._reader.line()
            return None if line is None else self._answer(self._asking, line)
        step = self._intake.next(self._core.state)
        match step:
            case None:
                return None
            case Invitation():
                return [b"+ Ready for literal data\r\n"]
            case Wrong(tag, error):
                if isinstance(error, Unsaved) and self._core.selected is not None:
                    self._core.selected.saved.clear()
                return [*self._end(tag, Status.of(error))]
            case Ready(tag, command, arguments):
                core = self._core
                core.tag = tag
                return self._perform(tag, command.name, lambda: command.do(core, arguments))

    def _answer(self, asking: _Asking, line: bytes | Overlong) -> Iterable[bytes]:
        """Give the line to the command that asked for it."""
        self._asking = None

        def do() -> Outcome:
            if isinstance(line, Overlong):
                raise Malformed("The line is too long")
            if not line.endswith(b"\r\n"):
                raise Malformed("A line ends with CR LF")
            return asking.ask.answer(line[:-2])

        return self._carry_out(asking.tag, asking.name, do)

    # Doing

    def _perform(self, tag: str, name: str, do: Callable[[], Outcome]) -> Iterable[bytes]:
        """Do a command, unless a fault of the lab strikes it."""
        answer = self._context.answer(name)
        if answer is None:
            return self._carry_out(tag, name, do)
        return [f"{tag} {answer}\r\n".encode("utf-8", "replace")]

    def _carry_out(self, tag: str, name: str, do: Callable[[], Outcome]) -> Iterable[bytes]:
        """Do a command or go on with one, and return all that is to be said of it."""
        outcome = self._outcome(name, do)
        if isinstance(outcome, Ask):
            self._asking = _Asking(tag, name, outcome)
            return [*self._news(expunges=name not in KEEPS_NUMBERS, uids=False), outcome.line()]
        if self._core.idle:
            self._core.idle = False
        if isinstance(outcome.status, Status) and outcome.status.succeeded:
            self._core.enter(TABLE.after(self._core.state, name))
        if isinstance(outcome.status, Status) and outcome.status.kind == "BAD":
            # What is wrong is no command: nothing may be renumbered by it.
            return [*self._end(tag, outcome.status)]
        # What they are is settled before the first chunk; they are said after the data.
        expunges = name not in KEEPS_NUMBERS and not outcome.keeps_numbers
        news = self._news(expunges=expunges, uids=name.startswith("UID "))
        if isinstance(outcome.status, Status):
            if outcome.then != "read":
                # What has come behind the command is no part of the new stream: a client sends
                # nothing before it has seen the result (RFC 9051 section 6.2.1, RFC 4978 s. 3).
                self._reader.drop()
                self._next = outcome.then
            status = self._hinting(name, outcome.status)
            return chain([*outcome.untagged], news, self._end(tag, status))
        return self._streamed(tag, outcome, news)

    def _streamed(self, tag: str, outcome: Reply, news: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from outcome.untagged
            status = outcome.end()
        except Exception:
            logger.exception("a reply broke off")
            status = _BUG
        yield from news
        yield from self._end(tag, status)

    def _hinting(self, name: str, status: Status) -> Status:
        """Return the status; a search that found less than the client knows of says why.

        RFC 5530 section 3: EXPUNGEISSUED, a hint at NOOP. FETCH and STORE refuse what is gone.
        """
        view = self._core.selected
        if name.removeprefix("UID ") not in _SEARCHES or view is None or not view.has_gone:
            return status
        return replace(status, code="EXPUNGEISSUED") if status.succeeded else status

    def _outcome(self, name: str, do: Callable[[], Outcome]) -> Outcome:
        """Do it, and turn whatever is raised into the status that tells it."""
        try:
            return do()
        except Farewell:
            raise
        except ImapError as error:
            return Reply(Status.of(error))
        except StoreError as error:
            return Reply(Status.of(refusal(error, target=name in _HAS_TARGET)))
        except Exception:
            # RFC 5530 section 3: SERVERBUG. The session goes on, and so do all others.
            logger.exception("%s failed", name)
            return Reply(_BUG)

    def _news(self, *, expunges: bool, uids: bool) -> Iterable[bytes]:
        core = self._core
        core.record()  # another session may have renamed the mailbox
        notifier, view, annotations = core.notifier, core.selected, core.annotations
        if notifier is not None:
            return self._guarded(lambda: notifier.news(expunges=expunges))
        parts: list[Iterable[bytes]] = []
        if view is not None and not view.out_of_reach:
            told = partial(describe, core, view)
            parts.append(
                self._guarded(lambda: view.news(expunges=expunges, uids=uids, describe=told))
            )
        if annotations is not None:
            parts.append(self._guarded(annotations.news))
        return chain.from_iterable(parts)

    def _guarded(self, news: Callable[[], Iterable[bytes]]) -> Iterable[bytes]:
        """Return news, or as much of them as can be told; they are settled at once."""
        try:
            return _as_far_as_it_goes(news())
        except Exception:
            logger.exception("news could not be told")
            return ()

    # Endings

    def _end(self, tag: str, status: Status) -> list[bytes]:
        """Return the status response, and BYE after it if it was one too many."""
        lines = [status.line(tag)]
        limits = self._context.limits
        self._errors += status.kind == "BAD"
        if self._core.state is State.LOGOUT:
            self._next = "close"
        elif self._errors >= limits.errors:
            lines.append(self._say_bye("Too many errors"))
        elif self._core.failed_logins >= limits.failed_logins:
            lines.append(self._say_bye("Too many failed logins"))
        return lines

    def _say_bye(self, text: str, code: str | None = None) -> bytes:
        self._core.idle = False
        self._core.close()
        self._core.enter(State.LOGOUT)
        self._next = "close"
        return Status.of(Farewell(text, code=code)).line()

    def _lost(self) -> str:
        """Return why the session can't go on; empty: it can."""
        view, annotations = self._core.selected, self._core.annotations
        if view is not None and view.out_of_reach:
            return view.out_of_reach
        if annotations is not None and annotations.overflowed:
            return "More annotations have changed than could be told"
        return ""


def _as_far_as_it_goes(lines: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from lines
    except Exception:
        logger.exception("news broke off")
