"""Faults of messages and of commands, as they cross the wire: on the real sessions, in memory."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator

import pytest

from labserver.events import Closed, Data, Delivered, Expunged, FaultStruck, Line, Marked
from labserver.faults import (
    Cut,
    CutAfterCommand,
    CutInMessage,
    CutInUpload,
    Delay,
    Fault,
    Swallow,
)
from labserver.imap import ImapSession
from labserver.pop3 import Pop3Session
from labserver.smtp import receiving
from labserver.store import Arrival
from labserver.wire import MemoryConnection
from tests.wire.house import Build, House

LETTER = b"Subject: x\r\n\r\n" + b"0123456789" * 30 + b"\r\n"
EHLO = b"EHLO pc.home.example\r\n"
MAIL = b"MAIL FROM:<eve@home.example>\r\nRCPT TO:<bob@home.example>\r\nDATA\r\n"
LOGIN = b"a LOGIN bob tulip\r\nb SELECT INBOX\r\n"
RESET = "fault"


class Lab:
    """The three protocols on one wire, with Bob's two messages."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.store = house.store
        self.bob = self.store.accounts.add("bob", "tulip")
        self.inbox = self.store.mailboxes.get(self.bob, "INBOX")
        for _ in range(2):
            self.store.messages.deliver([self.inbox], Arrival(data=LETTER), cause="load")
        self.services = {
            "pop3": house.service(make=Pop3Session),
            "pop3s": house.service(protocol="pop3s", port=995, make=Pop3Session),
            "imap": house.service(protocol="imap", port=143, make=ImapSession),
            "smtp": house.service(protocol="smtp", port=25, make=receiving),
        }

    def add(self, *faults: Fault) -> None:
        for fault in faults:
            self.house.faults.add(fault)

    def dial(self, listener: str, *first: bytes, device: str = "pc") -> MemoryConnection:
        connection = self.house.wire.memory(self.services[listener], device)
        for octets in first:
            connection.send(octets)
        return connection

    def pop3(self, listener: str = "pop3") -> MemoryConnection:
        return self.dial(listener, b"USER bob\r\nPASS tulip\r\n")

    def uids(self) -> list[int]:
        return self.store.messages.uids(self.inbox)

    def struck(self) -> list[str]:
        return [event.fault for event in self.house.events(FaultStruck)]

    def ends(self) -> list[str]:
        return [event.how for event in self.house.events(Closed)]


@pytest.fixture
def lab(build: Build) -> Iterator[Lab]:
    lab = Lab(build())
    yield lab
    asyncio.run(lab.house.wire.close())  # No session's task outlives its test.


# In the middle of a message


@pytest.mark.parametrize("after", [0, 1, 100, 315])
def test_a_retrieved_message_ends_in_its_middle(lab: Lab, after: int) -> None:
    fault = CutInMessage(protocol="pop3", after=after, occurrence=2)
    lab.add(fault)
    pop = lab.pop3()
    assert pop.send(b"RETR 1\r\n").endswith(b"\r\n.\r\n")
    assert pop.send(b"RETR 1\r\nNOOP\r\n") == b"+OK 316 octets\r\n" + LETTER[:after]
    assert pop.closed
    assert lab.ends() == [RESET]
    assert lab.struck() == [str(fault)]
    crossed = [e.octets for e in lab.house.events(Data)]
    assert crossed == ([316, after] if after else [316])
    assert lab.house.crossed(1, "S") == pop.received


def test_a_message_that_is_no_longer_is_whole(lab: Lab) -> None:
    lab.add(CutInMessage(after=len(LETTER)))
    assert lab.pop3().send(b"RETR 1\r\n").endswith(b"\r\n.\r\n")
    assert [(each.matched, each.struck) for each in lab.house.faults] == [(0, 0)]


def test_a_literal_ends_in_its_middle_and_what_was_done_is_done(lab: Lab) -> None:
    lab.add(CutInMessage(protocol="imap", after=20))
    imap = lab.dial("imap", LOGIN)
    said = imap.send(b"c FETCH 1:2 BODY[]\r\nd LOGOUT\r\n")
    assert said.endswith(b"BODY[] {316}\r\n" + LETTER[:20])
    assert imap.closed
    # A command's effects come before its reply.
    assert [row.flags for row in lab.store.messages.rows(lab.inbox)] == ["\\Seen", "\\Seen"]


def test_the_shorter_of_two_cuts_is_the_one_that_strikes(lab: Lab) -> None:
    message, cut = CutInMessage(after=50), Cut(after=90)
    lab.add(message, cut)
    pop = lab.pop3()
    before = len(pop.received)
    said = pop.send(b"RETR 1\r\n")
    assert len(said) == min(90 - before, len(b"+OK 316 octets\r\n") + 50)
    assert lab.struck() == [str(cut)]


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("after", [0, 1, 20, 300])
def test_a_message_to_the_server_is_taken_so_far(lab: Lab, after: int, size: int) -> None:
    fault = CutInUpload(protocol="smtp", after=after)
    lab.add(fault)
    smtp = lab.dial("smtp", EHLO, MAIL)
    before = smtp.received
    for piece in pieces(LETTER + b".\r\nQUIT\r\n", size):
        smtp.send(piece)
    assert smtp.received == before
    assert smtp.closed
    assert lab.uids() == [1, 2]
    assert lab.struck() == [str(fault)]
    assert lab.ends() == [RESET]
    assert lab.house.crossed(1, "C") == EHLO + MAIL + LETTER[:after]


def test_it_does_not_wait_for_the_rest(lab: Lab) -> None:
    lab.add(CutInUpload(protocol="smtp", after=20))
    smtp = lab.dial("smtp", EHLO, MAIL, LETTER[:20])
    assert not smtp.closed
    # The last octets could have been the beginning of the line that ends a message.
    smtp.send(LETTER[20:25])
    assert smtp.closed


@pytest.mark.parametrize("size", [1, 10_000])
def test_a_message_that_came_unasked_is_taken_so_far_too(lab: Lab, size: int) -> None:
    lab.add(CutInUpload(protocol="smtp", after=20))
    smtp = lab.dial("smtp", EHLO)
    for piece in pieces(MAIL + LETTER + b".\r\n", size):
        smtp.send(piece)
    assert smtp.closed
    assert lab.house.crossed(1, "C") == EHLO + MAIL + LETTER[:20]


@pytest.mark.parametrize("size", [1, 10_000])
@pytest.mark.parametrize("body", [b".\r\n", b"S: x\r\n.\r\n"])
def test_what_follows_a_short_message_is_no_part_of_it(lab: Lab, body: bytes, size: int) -> None:
    lab.add(CutInUpload(protocol="smtp", after=6))
    smtp = lab.dial("smtp", EHLO, MAIL)
    for piece in pieces(body + b"NOOP\r\nNOOP\r\nNOOP\r\n", size):
        smtp.send(piece)
    assert [line[:3] for line in smtp.received.splitlines()[-4:]] == [b"250"] * 4
    assert lab.struck() == []
    # The next one is longer.
    smtp.send(MAIL)
    smtp.send(LETTER)
    assert smtp.closed
    assert [(each.matched, each.struck) for each in lab.house.faults] == [(1, 1)]


@pytest.mark.parametrize("form", [b"{316}", b"{316+}", b"~{316}"])
@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_a_literal_to_the_server_is_taken_so_far(lab: Lab, form: bytes, size: int) -> None:
    lab.add(CutInUpload(protocol="imap", after=99))
    imap = lab.dial("imap", LOGIN)
    for piece in pieces(b"c APPEND INBOX " + form + b"\r\n" + LETTER + b"\r\n", size):
        imap.send(piece)
    assert imap.closed
    assert lab.uids() == [1, 2]
    assert lab.house.crossed(1, "C").endswith(form + b"\r\n" + LETTER[:99])


def test_a_literal_that_nobody_takes_is_no_message(lab: Lab) -> None:
    lab.add(CutInUpload(protocol="imap", after=5))
    imap = lab.dial("imap", LOGIN)
    assert b"c BAD" in imap.send(b"c NONSENSE {100}\r\n")
    assert imap.send(b"d NOOP this is no literal\r\n").startswith(b"d BAD")
    assert not imap.closed
    assert lab.struck() == []


# A command and its reply


def test_the_connection_is_cut_after_the_dele_and_before_the_quit(lab: Lab) -> None:
    lab.add(CutAfterCommand(protocol="pop3", command="DELE"))
    pop = lab.pop3()
    assert pop.send(b"DELE 1\r\nDELE 2\r\nQUIT\r\n") == b"+OK Marked\r\n"
    assert pop.closed
    assert lab.uids() == [1, 2]
    assert [event.uid for event in lab.house.events(Marked)] == [1]
    assert lab.ends() == [RESET]
    # What came behind it has crossed, and was not done.
    assert lab.house.crossed(1, "C").endswith(b"DELE 1\r\nDELE 2\r\nQUIT\r\n")
    last = [type(e) for e in lab.house.events(Line, FaultStruck)][-4:]
    assert last == [Line, FaultStruck, Line, Line]


@pytest.mark.parametrize("silent", [False, True])
def test_the_reply_to_quit_is_swallowed_and_the_messages_are_gone(
    lab: Lab, *, silent: bool
) -> None:
    lab.add(Swallow(protocol="pop3", command="QUIT", silent=silent))
    pop = lab.pop3()
    pop.send(b"DELE 1\r\n")
    assert pop.send(b"QUIT\r\n") == b""
    assert lab.uids() == [2]
    assert pop.closed is not silent
    if silent:
        assert pop.send(b"NOOP\r\n") == b""
        pop.close()
        assert pop.closed
        assert lab.house.crossed(1, "C").endswith(b"QUIT\r\nNOOP\r\n")
    assert lab.ends() == (["client"] if silent else [RESET])


def test_a_silent_server_takes_up_nothing_more(lab: Lab) -> None:
    lab.add(Swallow(protocol="imap", command="NOOP", silent=True))
    imap = lab.dial("imap", LOGIN)
    other = lab.dial("imap", LOGIN)
    said = len(imap.received)
    imap.send(b"c NOOP\r\nd STORE 1 +FLAGS (\\Deleted)\r\ne EXPUNGE\r\n")
    other.send(b"c STORE 2 +FLAGS (\\Seen)\r\n")  # nor is it told of news
    assert len(imap.received) == said
    assert lab.uids() == [1, 2]
    assert not imap.closed
    imap.cut()
    assert lab.ends() == ["cut"]


def test_a_silent_server_hangs_up_in_the_end(lab: Lab) -> None:
    lab.add(Swallow(protocol="smtp", command="NOOP", silent=True))
    smtp = lab.dial("smtp", EHLO)
    assert smtp.send(b"NOOP\r\n") == b""
    assert smtp.wait(30 * 60 + 1) == b""
    assert lab.ends() == ["server"]


@pytest.mark.parametrize("fault", [Swallow(command="."), Swallow(command=".", silent=True)])
def test_a_message_is_kept_though_its_reply_never_comes(lab: Lab, fault: Fault) -> None:
    lab.add(fault)
    smtp = lab.dial("smtp", EHLO, MAIL)
    assert smtp.send(LETTER + b".\r\n" + MAIL) == b""
    assert lab.uids() == [1, 2, 3]
    assert [type(e) for e in lab.house.events(Delivered, FaultStruck)][-2:] == [
        Delivered,
        FaultStruck,
    ]


def test_cut_after_data_is_before_the_message(lab: Lab) -> None:
    lab.add(CutAfterCommand(protocol="smtp", command="DATA"))
    smtp = lab.dial("smtp", EHLO)
    said = smtp.send(MAIL + LETTER + b".\r\n").splitlines()
    assert [line[:4] for line in said] == [b"250 ", b"250 ", b"354 "]
    assert smtp.closed
    assert lab.uids() == [1, 2]


PLAIN = base64.b64encode(b"\0bob\0tulip") + b"\r\n"


def test_a_command_is_not_over_before_its_tagged_response(lab: Lab) -> None:
    lab.add(CutAfterCommand(protocol="imap", command="IDLE"))
    imap = lab.dial("imap", LOGIN)
    other = lab.dial("imap", LOGIN)
    assert imap.send(b"c IDLE\r\n").startswith(b"+ ")
    other.send(b"c STORE 1 +FLAGS (\\Seen)\r\n")
    assert imap.received.endswith(b"* 1 FETCH (FLAGS (\\Seen \\Recent))\r\n")
    assert imap.send(b"DONE\r\nd NOOP\r\n").startswith(b"c OK ")
    assert imap.closed


def test_a_challenge_is_not_the_reply(lab: Lab) -> None:
    lab.add(Swallow(protocol="imap", command="AUTHENTICATE"))
    imap = lab.dial("imap")
    assert imap.send(b"a AUTHENTICATE PLAIN\r\n").startswith(b"+ ")
    assert imap.send(PLAIN) == b""
    assert imap.closed


def test_an_expunge_is_kept_and_its_reply_is_not(lab: Lab) -> None:
    lab.add(Swallow(protocol="imap", command="EXPUNGE"))
    imap = lab.dial("imap", LOGIN, b"c STORE 1 +FLAGS (\\Deleted)\r\n")
    assert imap.send(b"d EXPUNGE\r\n") == b""
    assert [event.uid for event in lab.house.events(Expunged)] == [1]
    assert imap.closed


def test_a_protocol_is_meant_on_its_tls_port_too(lab: Lab) -> None:
    lab.add(CutAfterCommand(protocol="pop3", command="STAT"))
    pop = lab.pop3("pop3s")
    assert pop.send(b"STAT\r\n").startswith(b"+OK 2 ")
    assert pop.closed


def test_what_was_taken_back_does_nothing_to_open_connections(lab: Lab) -> None:
    cut, delay = Cut(after=300), Delay(seconds=5)
    lab.add(cut, delay)
    pop = lab.pop3()
    loop = lab.house.wire._memory
    waited = loop.time()
    assert waited > 0
    lab.house.faults.clear()
    assert pop.send(b"RETR 1\r\n").endswith(b"\r\n.\r\n")
    assert loop.time() == waited


@pytest.mark.parametrize(
    ("faults", "command", "said"),
    [
        ([CutAfterCommand(command="DELE")], b"DELE 1\r\nQUIT\r\n", b"+OK Marked\r\n"),
        ([Swallow(command="DELE")], b"DELE 1\r\nQUIT\r\n", b""),
        ([Swallow(command="DELE", silent=True)], b"DELE 1\r\nQUIT\r\n", b""),
        ([CutInMessage(after=3)], b"RETR 1\r\nQUIT\r\n", b"+OK 316 octets\r\nSub"),
    ],
)
def test_with_delay_a_fault_strikes_when_the_reply_is_due(
    lab: Lab, faults: list[Fault], command: bytes, said: bytes
) -> None:
    lab.add(Delay(seconds=5), *faults)
    pop = lab.pop3()
    loop = lab.house.wire._memory
    before = loop.time()
    assert pop.send(command) == said
    assert loop.time() == before + 5
    assert lab.uids() == [1, 2]
    assert lab.struck()[-1] == str(faults[0])


def test_a_fault_costs_nobody_else_anything(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    talks: list[Callable[[], object]] = []
    lab.add(Swallow(command="NOOP"), CutInMessage(after=5), CutInUpload(after=5))
    other = lab.dial("imap", LOGIN)
    talks += [lambda: lab.dial("smtp", EHLO, b"NOOP\r\n")]
    talks += [lambda: lab.pop3().send(b"RETR 1\r\n")]
    talks += [lambda: lab.dial("smtp", EHLO, MAIL, LETTER)]
    for talk in talks:
        talk()
    assert len(lab.struck()) == 3
    assert other.send(b"c NOOP\r\n").endswith(b"c OK NOOP completed\r\n")
    assert lab.pop3().send(b"RETR 1\r\n").endswith(b".\r\n")
    assert caplog.records == []
