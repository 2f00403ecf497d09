"""Any sessions of any protocols under any faults: what must hold whatever happens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given

from labserver.events import (
    Closed,
    Connected,
    Data,
    Event,
    FaultStruck,
    Line,
    Renumbered,
    StateChanged,
)
from labserver.faults import (
    Answer,
    Cut,
    CutAfterCommand,
    CutInMessage,
    CutInUpload,
    Delay,
    Fault,
    MailboxFull,
    NewUidls,
    NewUidValidity,
    Refuse,
    Swallow,
    WrongPassword,
)
from labserver.snapshot import fold
from tests.lab.sessions_of_any_kind import FAULTS, STEPS, Step, World
from tests.snapshot.test_store_truth import read_snapshot, read_store

pytestmark = pytest.mark.timeout(600)


def of(events: list[Event], number: int) -> list[Event]:
    """The events of one connection."""
    return [event for event in events if getattr(event, "connection", None) == number]


def said(events: list[Event], number: int) -> list[Line | Data]:
    return [e for e in of(events, number) if isinstance(e, Line | Data) and e.direction == "S"]


def octets(event: Line | Data) -> int:
    return len(event.data) if isinstance(event, Line) else event.octets


def ended_by_fault(after: list[Event], number: int) -> bool:
    ends = [e for e in of(after, number) if isinstance(e, Closed)]
    return said(after, number) == [] and [end.how for end in ends] == ["fault"]


def first_reply(after: list[Event], number: int) -> bytes:
    for event in said(after, number):
        if isinstance(event, Line):
            return event.data
    return b""


@dataclass(frozen=True)
class Moment:
    """The log around the moment at which a fault struck, of its connection alone."""

    fault: Any
    number: int
    before: list[Event]
    after: list[Event]

    @property
    def ended(self) -> bool:
        return ended_by_fault(self.after, self.number)

    @property
    def spoken(self) -> list[Line | Data]:
        return said(self.before, self.number)

    @property
    def reply(self) -> bytes:
        return first_reply(self.after, self.number)

    def last(self, direction: str) -> bool:
        """Tell whether the last content that crossed has as many octets as the fault says."""
        crossed = [
            e for e in self.before if isinstance(e, Line | Data) and e.direction == direction
        ][-1]
        count = self.fault.after
        return not count or (isinstance(crossed, Data) and crossed.octets == count)

    def answered(self, pattern: bytes) -> bool:
        """Tell whether the reply is that, as far as another fault has let it through."""
        if any(isinstance(e, FaultStruck) and e.fault.endswith(" late") for e in self.before):
            # What was held back is said behind it: replies to commands that came before, too.
            pattern = rb"(?s:.*\r\n)??(?:" + pattern + rb")"
        return not self.reply.endswith(b"\r\n") or re.match(pattern, self.reply) is not None


EFFECTS: dict[type, Callable[[Moment], bool]] = {
    Refuse: lambda now: now.spoken == [] and now.ended,
    Delay: lambda _: True,
    Cut: lambda now: sum(map(octets, now.spoken)) == now.fault.after and now.ended,
    CutInMessage: lambda now: now.last("S") and now.ended,
    CutInUpload: lambda now: now.last("C") and now.ended,
    CutAfterCommand: lambda now: now.spoken != [] and now.ended,
    Swallow: lambda now: now.ended or (now.fault.silent and said(now.after, now.number) == []),
    Answer: lambda now: now.answered(rb"(\w+ )?" + re.escape(now.fault.reply.encode())),
    WrongPassword: lambda now: now.answered(rb"-ERR|\w+ NO|535|421"),
    MailboxFull: lambda now: now.answered(rb"(?s:.*\r\n)?\w+ NO \[OVERQUOTA\]|[45]52"),
    NewUidls: lambda now: isinstance(now.after[0], Renumbered),
    NewUidValidity: lambda now: isinstance(now.after[0], Renumbered),
}
"""Whether what a struck fault says is what the log shows."""


NEEDS = {
    "pop3": (rb"(STAT|LIST|UIDL|RETR|TOP|DELE|RSET|NOOP)\b", {"TRANSACTION"}),
    "imap": (
        rb"\w+ (FETCH|UID FETCH|STORE|EXPUNGE|CLOSE|COPY|MOVE|UID SEARCH)\b",
        {"SELECTED"},
    ),
    "smtp": (rb"(RCPT|DATA)\b", {"MAIL", "RCPT"}),
    "submission": (rb"(RCPT|DATA)\b", {"MAIL", "RCPT"}),
}
SUCCESS = {"pop3": rb"\+OK", "imap": rb"\w+ OK ", "smtp": rb"[23]", "submission": rb"[23]"}


def successes_in_a_wrong_state(events: list[Event]) -> list[tuple[str, bytes, bytes]]:
    """Commands that need a state, done in another: read from the log alone.

    Connections with a delay are left out: there a reply stands behind later commands.
    """
    late = {e.connection for e in events if isinstance(e, FaultStruck) and " late" in e.fault}
    protocols: dict[int, str] = {}
    states: dict[int, str] = {}
    asked: dict[int, tuple[str, bytes]] = {}
    found = []
    for event in events:
        if isinstance(event, Connected):
            protocols[event.connection] = event.protocol
        elif isinstance(event, StateChanged):
            states[event.connection] = event.state.upper()
        elif isinstance(event, Line) and event.connection not in late:
            number = event.connection
            if event.direction == "C":
                asked[number] = (states.get(number, ""), event.data)
            elif number in asked:
                state, line = asked.pop(number)
                pattern, wanted = NEEDS[protocols[number]]
                last = event.data.rstrip(b"\r\n").rpartition(b"\n")[2]
                reply = event.data if protocols[number] != "imap" else last
                success = re.match(SUCCESS[protocols[number]], reply)
                if re.match(pattern, line, re.IGNORECASE) and success and state not in wanted:
                    found.append((state, line, event.data))
    return found


def live(faults: list[Fault], steps: list[Step]) -> list[Event]:
    with World(faults) as world:
        for step in steps:
            world.do(step)
            assert world.complaints.records == []
        everything = [*world.added, *world.gone]
        counts = Counter(str(each.fault) for each in world.faults for _ in range(each.struck))
        events = world.events()
        assert read_snapshot(fold(world.log)) == read_store(world.store)
        assert successes_in_a_wrong_state(events) == []
        named = {str(fault): fault for fault in everything}
        for at, event in enumerate(events):
            if isinstance(event, FaultStruck):
                assert event.connection is not None
                fault = named[event.fault]
                number = event.connection
                before, after = of(events[:at], number), of(events[at + 1 :], number)
                now = Moment(fault, number, before, after)
                assert EFFECTS[type(fault)](now), (event, now.reply)
        noted = Counter(e.fault for e in events if isinstance(e, FaultStruck))
        for told, count in noted.items():
            # One that has struck and was overtaken by another at the same octets is not noted.
            removed = told in {str(fault) for fault in world.gone}
            assert removed or count <= counts[told]
        world.faults.clear()
        as_before(world)
        assert world.complaints.records == []
        return world.events()


def as_before(world: World) -> None:
    """Once all faults are gone, every protocol works; what was open is closed first."""
    for _, line in world.lines:
        line.close()
    pop = world.dial("pop3", "laptop")
    assert pop.send(b"USER bob\r\nPASS tulip\r\nSTAT\r\nQUIT\r\n").count(b"+OK") == 4
    imap = world.dial("imap", "phone")
    done = imap.send(b"a LOGIN bob tulip\r\nb SELECT INBOX\r\nc UID SEARCH ALL\r\nd LOGOUT\r\n")
    assert all(b"\r\n%b OK " % tag in b"\r\n" + done for tag in (b"a", b"b", b"c", b"d"))
    smtp = world.dial("smtp", "laptop")
    smtp.send(b"EHLO pc\r\nMAIL FROM:<eve@x.example>\r\nRCPT TO:<bob@home.example>\r\nDATA\r\n")
    assert smtp.send(b"Subject: after\r\n\r\nx\r\n.\r\n").startswith(b"250 ")
    assert smtp.send(b"QUIT\r\n").startswith(b"221 ")
    assert [line.closed for line in (pop, imap, smtp)] == [True, True, True]


@given(faults=FAULTS, steps=STEPS)
def test_whatever_happens(faults: list[Fault], steps: list[Step]) -> None:
    events = live(faults, steps)
    # And again: nothing of it was chance.
    assert live(faults, steps) == events


@given(steps=STEPS)
def test_without_faults_nothing_is_struck(steps: list[Step]) -> None:
    events = live([], [step for step in steps if step.deed != "fault"])
    assert [event for event in events if isinstance(event, FaultStruck)] == []
