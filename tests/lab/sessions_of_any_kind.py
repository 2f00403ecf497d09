"""Sessions of all protocols, drawn at random, under faults drawn at random: how they are made."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from hypothesis import strategies as st

from labserver.clock import LabClock
from labserver.events import Event, Log
from labserver.faults import (
    Answer,
    Cut,
    CutAfterCommand,
    CutInMessage,
    CutInUpload,
    Delay,
    Fault,
    Faults,
    MailboxFull,
    NewUidls,
    NewUidValidity,
    Refuse,
    Swallow,
    WrongPassword,
)
from labserver.imap import ImapSession
from labserver.pop3 import Pop3Session
from labserver.smtp import receiving, submission
from labserver.store import Arrival, Store
from labserver.wire import MemoryConnection, Service, Wire

BOB = "bob@home.example"
LETTER = b"Subject: x\r\n\r\n" + b"0123456789" * 8 + b"\r\n.dot\r\n"
TEXT = LETTER.replace(b"\r\n.", b"\r\n..")

COMMANDS: dict[str, list[bytes]] = {
    "pop3": [
        *(
            b"USER bob",
            b"PASS tulip",
            b"PASS rose",
            b"STAT",
            b"LIST",
            b"UIDL",
            b"RETR 1",
            b"RETR 2",
        ),
        *(b"RETR 99", b"TOP 1 1", b"DELE 1", b"DELE 2", b"RSET", b"NOOP", b"CAPA", b"QUIT"),
        *(b"AUTH PLAIN AGJvYgB0dWxpcA==", b"NONSENSE", b"", b"\xff\x00"),
        b"USER bob\r\nPASS tulip",
        b"USER bob\r\nPASS tulip\r\nDELE 1\r\nQUIT",
    ],
    "imap": [
        *(b"a LOGIN bob tulip", b"a LOGIN bob rose", b"b SELECT INBOX", b"b EXAMINE INBOX"),
        *(b"c FETCH 1:* (FLAGS BODY[])", b"c UID FETCH 1 BODY.PEEK[TEXT]", b"d NOOP", b"d LOGOUT"),
        *(b"e STORE 1 +FLAGS (\\Deleted)", b"f EXPUNGE", b"g CLOSE", b"h UID SEARCH ALL"),
        *(b"i COPY 1 INBOX", b"j MOVE 1 Sent", b"k CREATE Sent", b"l IDLE", b"DONE", b"m BAD", b""),
        b"n APPEND INBOX {%d+}\r\n%b" % (len(LETTER), LETTER),
        b"o APPEND INBOX {%d}" % len(LETTER),
        LETTER,
        b"p AUTHENTICATE PLAIN AGJvYgB0dWxpcA==",
        b"a LOGIN bob tulip\r\nb SELECT INBOX",
        b"a LOGIN bob tulip\r\nb SELECT INBOX\r\nq STORE 1 +FLAGS (\\Deleted)\r\nr EXPUNGE",
    ],
    "smtp": [
        *(
            b"EHLO pc.example",
            b"HELO pc",
            b"MAIL FROM:<eve@x.example>",
            b"RCPT TO:<bob@home.example>",
        ),
        *(b"RCPT TO:<nobody@home.example>", b"RCPT TO:<a@elsewhere.example>", b"DATA", b"RSET"),
        *(b"NOOP", b"QUIT", b"VRFY bob", b"HELP", b"NONSENSE", b"", b".", b"MAIL FROM:<>", TEXT),
        TEXT + b".",
        b"BDAT %d LAST\r\n%b" % (len(LETTER), LETTER[:-2]),
        b"EHLO pc.example\r\nMAIL FROM:<eve@x.example>\r\nRCPT TO:<bob@home.example>\r\nDATA",
    ],
    "submission": [
        *(
            b"EHLO pc.example",
            b"AUTH PLAIN AGJvYgB0dWxpcA==",
            b"AUTH PLAIN AGJvYgByb3Nl",
            b"AUTH PLAIN",
        ),
        *(
            b"AGJvYgB0dWxpcA==",
            b"*",
            b"MAIL FROM:<bob@home.example>",
            b"RCPT TO:<bob@home.example>",
        ),
        *(b"DATA", TEXT + b".", b"RSET", b"QUIT", b"NOOP"),
        b"EHLO pc.example\r\nAUTH PLAIN AGJvYgB0dWxpcA==\r\nMAIL FROM:<bob@home.example>",
        b"RCPT TO:<bob@home.example>\r\nDATA",
    ],
}
"""Lines, right and wrong, of which sessions are made."""

_NAMES = {
    "pop3": ["USER", "PASS", "STAT", "LIST", "RETR", "DELE", "QUIT", "AUTH", "NOOP"],
    "imap": ["LOGIN", "SELECT", "FETCH", "STORE", "EXPUNGE", "APPEND", "NOOP", "IDLE", "LOGOUT"],
    "smtp": ["EHLO", "MAIL", "RCPT", "DATA", ".", "RSET", "NOOP", "QUIT", "BDAT LAST"],
    "submission": ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".", "QUIT"],
}
_REPLIES = {
    "pop3": ["-ERR [SYS/TEMP] Planted"],
    "imap": ["NO [UNAVAILABLE] Planted", "BAD Planted"],
    "smtp": ["451 4.3.0 Planted", "421 4.3.2 Planted", "550 Planted"],
    "submission": ["451 4.3.0 Planted", "554 Planted"],
}
_READY = {
    "pop3": b"USER bob\r\nPASS tulip\r\n",
    "imap": b"a LOGIN bob tulip\r\nb SELECT INBOX\r\n",
    "smtp": b"EHLO pc\r\nMAIL FROM:<eve@x.example>\r\nRCPT TO:<bob@home.example>\r\nDATA\r\n",
    "submission": b"EHLO pc\r\nAUTH PLAIN AGJvYgB0dWxpcA==\r\nMAIL FROM:<bob@home.example>\r\n",
}
PROTOCOLS = tuple(COMMANDS)
DEVICES = ("laptop", "phone")


@st.composite
def _fault(draw: st.DrawFn) -> Fault:
    protocol = draw(st.sampled_from(PROTOCOLS))
    command = draw(st.sampled_from(_NAMES[protocol]))
    after = draw(st.integers(0, 150))
    counts: dict[str, Any] = {
        "occurrence": draw(st.sampled_from([1, 1, 1, 2, 3])),
        "times": draw(st.sampled_from([1, 1, 2, None])),
    }
    where: dict[str, Any] = {
        "protocol": draw(st.sampled_from([protocol, protocol, None])),
        "device": draw(st.sampled_from([None, None, None, *DEVICES])),
        **counts,
    }
    makers: list[Callable[[], Fault]] = [
        lambda: Refuse(**where),
        lambda: Delay(seconds=1, **where),
        lambda: Cut(after=after, **where),
        lambda: CutInMessage(after=after, **where),
        lambda: CutInUpload(after=after, **where),
        lambda: Answer(command=command, reply=draw(st.sampled_from(_REPLIES[protocol])), **where),
        lambda: CutAfterCommand(command=command, **where),
        lambda: Swallow(command=command, silent=draw(st.booleans()), **where),
        lambda: WrongPassword(account=draw(st.sampled_from([BOB, None])), **where),
        lambda: NewUidValidity(account=BOB, **where),
        lambda: NewUidls(account=BOB, **where),
        lambda: MailboxFull(account=BOB, **counts),
    ]
    return draw(st.sampled_from(makers))()


@dataclass(frozen=True)
class Step:
    """What is done next: on which connection (counted around from the newest), and what.

    `lines` are said in one packet; `octets` is what a new connection says first.
    """

    deed: str
    which: int = 0
    protocol: str = ""
    device: str = ""
    octets: bytes = b""
    lines: tuple[int, ...] = ()
    fault: Fault | None = None


@st.composite
def _step(draw: st.DrawFn) -> Step:
    deed = draw(
        st.sampled_from([*["say"] * 12, *["dial"] * 3, *["fault"] * 2, "unfault", "close", "cut"])
    )
    which = draw(st.integers(0, 3))
    if deed == "dial":
        protocol = draw(st.sampled_from(PROTOCOLS))
        first = draw(st.sampled_from([_READY[protocol], _READY[protocol], b""]))
        return Step(deed, protocol=protocol, device=draw(st.sampled_from(DEVICES)), octets=first)
    if deed == "say":
        # Which of the protocol's lines is decided when it is known what the connection speaks.
        lines = draw(st.lists(st.integers(0, 255), min_size=1, max_size=4))
        return Step(deed, which, lines=tuple(lines))
    if deed == "fault":
        return Step(deed, fault=draw(_fault()))
    return Step(deed, which)


FAULTS = st.lists(_fault(), min_size=1, max_size=6)
STEPS = st.lists(_step(), min_size=12, max_size=40)


class _Complaints(logging.Handler):
    """What the server complains about in its log: tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(self.format(record))


class World:
    """A lab in memory with one mailbox that has two messages, and its connections."""

    def __init__(self, faults: list[Fault]) -> None:
        self.complaints = _Complaints()
        logging.getLogger("labserver").addHandler(self.complaints)
        clock = LabClock()
        self.log = Log(clock.now)
        self.faults = Faults()
        self.store = Store(clock=clock, seed=1, record=self.log.append, faults=self.faults)
        bob = self.store.accounts.add("bob", "tulip")
        inbox = self.store.mailboxes.get(bob, "INBOX")
        for _ in range(2):
            self.store.messages.deliver([inbox], Arrival(data=LETTER), cause="load")
        self.wire = Wire(
            store=self.store, clock=clock, ids=self.store.ids, log=self.log, faults=self.faults
        )
        self.lines: list[tuple[str, MemoryConnection]] = []
        self.added = [self.faults.add(fault) for fault in faults]
        self.gone: list[Fault] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run(self.wire.close())
        self.store.close()
        logging.getLogger("labserver").removeHandler(self.complaints)

    def dial(self, protocol: str, device: str) -> MemoryConnection:
        make, port = {
            "pop3": (Pop3Session, 110),
            "imap": (ImapSession, 143),
            "smtp": (receiving, 25),
            "submission": (submission, 587),
        }[protocol]
        service = Service(
            protocol=protocol,  # type: ignore[arg-type]
            port=port,
            host="mail.home.example",
            make=make,
        )
        line = self.wire.memory(service, device)
        self.lines.append((protocol, line))
        return line

    def do(self, step: Step) -> None:
        if step.deed == "dial" or not self.lines:
            self.dial(step.protocol or "imap", step.device or "laptop").send(step.octets)
            return
        protocol, line = self.lines[-1 - step.which % len(self.lines)]
        if step.deed == "say":
            known = COMMANDS[protocol]
            line.send(b"".join(known[n % len(known)] + b"\r\n" for n in step.lines))
        elif step.deed == "fault" and step.fault is not None:
            self.added.append(self.faults.add(step.fault))
        elif step.deed == "unfault" and self.added:
            self.gone.append(self.added.pop(step.which % len(self.added)))
            self.faults.remove(self.gone[-1])
        elif step.deed == "close":
            line.close()
        elif step.deed == "cut":
            line.cut()

    def events(self, *kinds: type[Event]) -> list[Any]:
        return [each.event for each in self.log if not kinds or isinstance(each.event, kinds)]
