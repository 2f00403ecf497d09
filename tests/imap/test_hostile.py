"""Clients that mean harm, on connections in memory: each is bounded, and hurts nobody else."""

from __future__ import annotations

import gc
import logging
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.clock import LAB_SEED, LabClock
from labserver.events import Log
from labserver.faults import Faults
from labserver.imap import ImapSession
from labserver.imap.commands import COMMANDS
from labserver.protocol.limits import Limits
from labserver.store import Arrival, Store
from labserver.wire import Service, Wire
from labserver.wire.memory import MemoryConnection
from tests.imap.driver import Client, Server, letter

MIB = 2**20
SERVICE = Service(
    protocol="imap",
    port=143,
    host="mail.home.example",
    make=ImapSession,
    idle=b"* BYE Autologout; idle for too long\r\n",
)


class House:
    """Bob's server on the wire. The log is bounded, as it is where strangers may connect."""

    def __init__(self) -> None:
        clock, faults = LabClock(), Faults()
        self.log = Log(clock.now, keep=100)
        self.store = Store(clock=clock, seed=LAB_SEED, record=self.log.append, faults=faults)
        self.bob = self.store.accounts.add("bob", "tulip")
        self.wire = Wire(
            store=self.store,
            clock=clock,
            ids=self.store.ids,
            log=self.log,
            faults=faults,
            limits=Limits(idle=60),
        )

    def put(self, *messages: bytes) -> None:
        inbox = self.store.mailboxes.get(self.bob, "INBOX")
        self.store.messages.append(inbox, [Arrival(data=data) for data in messages])

    def stranger(self) -> MemoryConnection:
        return self.wire.memory(SERVICE)

    def client(self) -> MemoryConnection:
        """Return a connection with the INBOX open."""
        connection = self.stranger()
        assert b"l OK" in connection.send(b"l LOGIN bob tulip\r\n")
        assert b"s OK" in connection.send(b"s SELECT INBOX\r\n")
        return connection


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    house.put(letter("One"), letter("Two"))
    yield house
    house.store.close()


@contextmanager
def at_most(octets: int) -> Iterator[None]:
    """See to it that what happens meanwhile never takes more memory than that."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before <= octets


@contextmanager
def undisturbed(house: House) -> Iterator[None]:
    """See to it that another session goes on as if nothing were."""
    other = house.client()
    yield
    assert other.send(b"n NOOP\r\n").endswith(b"n OK NOOP completed\r\n")
    assert other.send(b"f FETCH 1 UID\r\n").endswith(b"f OK FETCH completed\r\n")


# Literals that are announced huge

_HUGE = [2**20, 2**31, 2**32, 2**63, 2**64, 10**19]
_ANNOUNCING = [
    "LOGIN {%d}",
    "LOGIN bob {%d}",
    "SELECT {%d}",
    "CREATE {%d}",
    "APPEND {%d}",
    "STATUS {%d}",
    "LIST {%d}",
    'LIST "" {%d}',
    "SEARCH SUBJECT {%d}",
    "SEARCH CHARSET {%d}",
    "FETCH 1 BODY[HEADER.FIELDS ({%d}",
    "NOOP {%d}",
    "{%d}",
]


@pytest.mark.parametrize("command", _ANNOUNCING)
def test_a_huge_literal_is_refused_before_it_is_sent(house: House, command: str) -> None:
    client = house.client()
    with undisturbed(house), at_most(MIB):
        for size in _HUGE:
            reply = client.send(f"a {command % size}\r\n".encode())
            assert reply.startswith((b"a BAD ", b"a NO "))
            assert reply.count(b"\r\n") == 1
    assert client.send(b"b NOOP\r\n") == b"b OK NOOP completed\r\n"


@pytest.mark.parametrize("size", [60 * MIB, 65 * MIB, *_HUGE[1:]])
def test_a_huge_message_is_invited_or_refused_and_nothing_is_set_aside(
    house: House, size: int
) -> None:
    client = house.client()
    with undisturbed(house), at_most(MIB):
        reply = client.send(b"a APPEND INBOX {%d}\r\n" % size)
        assert reply.startswith(b"+ " if size <= 64 * MIB else b"a NO [TOOBIG] ")
        client.send(b"x" * 1000)
        client.cut()


@pytest.mark.parametrize("size", [10**20, 10**50, 10**4000])
def test_a_number_too_long_to_be_one(house: House, size: int) -> None:
    client = house.client()
    with undisturbed(house), at_most(MIB):
        assert client.send(b"a APPEND INBOX {%b}\r\n" % str(size).encode()).startswith(b"a BAD ")


@pytest.mark.parametrize("line", [b"a LOGIN {%d+}", b"a NONSENSE {%d+}", b"{%d+}"])
def test_a_large_literal_that_nobody_invited_is_not_held(house: House, line: bytes) -> None:
    client = house.stranger()
    size = 20 * MIB
    block = b"x" * 50_000
    with undisturbed(house), at_most(3 * MIB):
        reply = client.send(line % size + b"\r\n")
        for _ in range(0, size - len(block), len(block)):
            reply += client.send(block)
        reply += client.send(b"x" * (size % len(block) or len(block)))
    if client.closed:
        assert reply.startswith(b"* BYE ") or b"\r\n* BYE " in reply
    else:
        assert b" BAD " in reply
        assert client.send(b"\r\nb NOOP\r\n") == b"b OK NOOP completed\r\n"


# Depth and length

_DEEP = [
    b"SEARCH " + b"(" * 4000 + b"ALL" + b")" * 4000,
    b"SEARCH " + b"(" * 8000,
    b"SEARCH " + b"NOT " * 2000 + b"ALL",
    b"SEARCH " + b"OR " * 2000 + b"ALL " * 500,
    b"SEARCH " + b"OR ALL " * 1000 + b"ALL",
    b"SEARCH" + b" ALL" * 2000,
    b"SEARCH " + b"UNDELETED SUBJECT a " * 300,
    b"SEARCH 1" + b",1" * 4000,
    b"SEARCH UID 1:4294967295" + b",4294967295:1" * 500,
    b"UID FETCH 1" + b",1:4294967295" * 500 + b" UID",
    b"FETCH 1:4294967295 UID",
    b"FETCH 1 " + b"(" * 8000,
    b"FETCH 1 (" + b"FLAGS " * 1000 + b"FLAGS)",
    b"FETCH 1 BODY[" + b"1." * 3000 + b"TEXT]",
    b"FETCH 1 BODY[" + b"9" * 8000 + b"]",
    b"FETCH 1 BODY[]<" + b"9" * 8000 + b".1>",
    b"FETCH 1 BODY[]<4294967295.4294967295>",
    b"FETCH 1 BODY[HEADER.FIELDS (" + b"x " * 3000 + b"x)]",
    b"STORE 1 +FLAGS " + b"(" * 8000,
    b"STORE 1 +FLAGS (" + b" ".join(b"k%d" % n for n in range(1000)) + b")",
    b"STORE 1 +FLAGS (" + b"\\Seen " * 1000 + b"x)",
    b"LIST " + b"(" * 8000,
    b'LIST "" ' + b"*" * 8000,
    b'LIST "" ' + b"%*" * 4000,
    b"CREATE " + b"a/" * 4000,
    b"CREATE " + b"/" * 8000,
    b"CREATE &" + b"A" * 8000 + b"-",
    b"STATUS INBOX " + b"(" * 8000,
    b"STATUS INBOX (" + b"MESSAGES " * 800 + b"UNSEEN)",
    b"APPEND INBOX " + b"(" * 8000,
    b'LOGIN "' + b"\\\\" * 4000,
    b"ENABLE" + b" X" * 4000,
    b"UID " * 2000,
]


@pytest.mark.parametrize("command", _DEEP, ids=range(len(_DEEP)))
def test_nesting_and_repeating(house: House, command: bytes) -> None:
    client = house.client()
    with undisturbed(house), at_most(8 * MIB), silence():
        reply = client.send(b"a " + command + b"\r\n")
    assert (
        reply.rpartition(b"\r\n")[0]
        .rpartition(b"\r\n")[2]
        .startswith((b"a OK ", b"a NO ", b"a BAD "))
    )
    assert b"SERVERBUG" not in reply
    assert client.send(b"b NOOP\r\n").endswith(b"b OK NOOP completed\r\n")


def _nested(depth: int) -> bytes:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    return b"Subject: deep\r\n" + heads + b"\r\nend\r\n"


@pytest.mark.parametrize(
    "message",
    [
        _nested(3000),
        b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        b"To: " + b"(" * 100_000 + b"\r\n\r\n",
        b"To: " + b"a@b," * 30_000 + b"\r\n\r\n",
        b"To: " + b"<" * 100_000 + b"\r\n\r\n",
        b"Subject: " + b"=?utf-8?q?a?= " * 10_000 + b"\r\n\r\n",
        b"Content-Type: text/plain; " + b"a*0=b; " * 10_000 + b"\r\n\r\n",
        b"a: b\r\n" * 20_000 + b"\r\n",
        b"x" * 300_000,
        bytes(range(256)) * 500,
    ],
    ids=range(10),
)
def test_messages_that_mean_harm(house: House, message: bytes) -> None:
    house.put(message)
    client = house.client()
    # The answers stay within a small multiple of what was sent.
    with undisturbed(house), at_most(60 * len(message) + 16 * MIB), silence():
        for item in (b"ENVELOPE", b"BODYSTRUCTURE", b"BODY.PEEK[1.1.1.MIME]", b"BODY.PEEK[]"):
            assert client.send(b"a FETCH 3 " + item + b"\r\n").endswith(b"a OK FETCH completed\r\n")
        for key in (b"SUBJECT a", b"TEXT a", b"SENTBEFORE 1-Jan-2030", b"HEADER To a"):
            assert client.send(b"b SEARCH " + key + b"\r\n").endswith(b"b OK SEARCH completed\r\n")


def test_a_line_without_end(house: House) -> None:
    client = house.stranger()
    with undisturbed(house), at_most(3 * MIB):
        sent = 0
        while not client.closed:
            client.send(b"a " + b"x" * 65_534)
            sent += 1
            assert sent < 100
    assert client.received.endswith(b"* BYE The line is too long\r\n")


@pytest.mark.parametrize("line", [b"\r\n", b"\n", b"x\r\n", b"a\0\r\n", b"a NOOP x\r\n"])
def test_lines_of_nonsense_without_end(house: House, line: bytes) -> None:
    client = house.stranger()
    with undisturbed(house), at_most(3 * MIB):
        for _ in range(100):
            client.send(line * 1000)
    assert client.closed
    assert client.received.endswith(b"* BYE Too many errors\r\n")


# Too much at once


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (b"NOOP", 3 * MIB),
        (b"FETCH 1:* (FLAGS ENVELOPE)", 3 * MIB),
        (b"SEARCH TEXT x", 3 * MIB),
        (b"STORE 1 FLAGS (\\Seen)", 3 * MIB),
        (b"SELECT INBOX", 3 * MIB),
    ],
)
def test_a_thousand_commands_at_once(house: House, command: bytes, octets: int) -> None:
    client = house.client()
    before = len(client.received)
    with undisturbed(house), at_most(octets), silence():
        client.send(b"".join(b"t%d %b\r\n" % (n, command) for n in range(1000)))
    ends = [line for line in client.received[before:].split(b"\r\n") if line.startswith(b"t")]
    assert [line.split()[:2] for line in ends] == [[b"t%d" % n, b"OK"] for n in range(1000)]


def test_a_client_that_never_reads(house: House) -> None:
    bodies = [letter(f"Big {n}", "x" * 100_000) for n in range(100)]
    house.put(*bodies)
    client = house.client()
    asked = b"".join(b"t%d FETCH 1:* BODY.PEEK[]\r\n" % n for n in range(1000))
    client.stop_reading()
    with undisturbed(house), at_most(3 * MIB):
        client.send(asked)
        assert 0 < client.unsent < MIB
    other = house.client()
    assert b"e OK" in other.send(b"e STORE 3:* +FLAGS.SILENT (\\Deleted)\r\n")
    assert b"x OK" in other.send(b"x EXPUNGE\r\n")
    client.wait(61)
    assert client.closed


def test_many_clients_that_never_read(house: House) -> None:
    house.put(*(letter(f"Big {n}", "x" * 100_000) for n in range(20)))
    with undisturbed(house), at_most(40 * MIB):
        for _ in range(50):
            client = house.client()
            client.stop_reading()
            client.send(b"a FETCH 1:* BODY.PEEK[]\r\n")
            assert client.unsent < MIB


# Grammatical commands, in any state

_SETS = st.sampled_from(["1", "2", "*", "1:*", "2,1", "1:2,*", "9", "4294967295"])
_NAMES = st.sampled_from(["INBOX", "inbox", "box", "box/in", '"a b"', "&AOk-", "nowhere"])
_FLAGS = st.sampled_from(["()", "(\\Seen)", "\\Deleted", "(\\Deleted k)", "$Junk", "(\\Recent)"])
_TEXTS = st.sampled_from(
    ["x", '""', '"two words"', "o", "{3}\r\nOne", "{0}\r\n", "{2}\r\n\xc3\xa9"]
)
_ITEMS = st.sampled_from(
    [
        *("ALL", "FAST", "FULL", "UID", "(FLAGS INTERNALDATE RFC822.SIZE)", "ENVELOPE", "BODY"),
        *("BODYSTRUCTURE", "BODY[]", "BODY.PEEK[HEADER]", "BODY[1]<0.5>", "BODY[1.MIME]"),
        *("BODY[HEADER.FIELDS (Subject X)]", "BODY.PEEK[HEADER.FIELDS.NOT (Subject)]", "RFC822"),
        *("RFC822.HEADER", "RFC822.TEXT", "(UID BODY[TEXT]<9.9> FLAGS)", "BODY[7.HEADER]"),
    ]
)
_LEAVES = st.one_of(
    st.sampled_from(["ALL", "SEEN", "UNSEEN", "NEW", "OLD", "RECENT", "KEYWORD k", "DRAFT"]),
    st.sampled_from(["SINCE 1-Jan-2020", 'SENTON "1-Feb-2026"', "LARGER 9", "SMALLER 0"]),
    st.builds("{} {}".format, st.sampled_from(["SUBJECT", "TEXT", "BODY", "FROM", "BCC"]), _TEXTS),
    st.builds("HEADER {} {}".format, st.sampled_from(["Subject", '""', "x:y"]), _TEXTS),
    st.builds("UID {}".format, _SETS),
    _SETS,
)
_KEYS = st.recursive(
    _LEAVES,
    lambda key: st.one_of(
        st.builds("NOT {}".format, key),
        st.builds("OR {} {}".format, key, key),
        st.builds("({} {})".format, key, key),
    ),
    max_leaves=6,
)
_PATTERNS = st.sampled_from(['""', "*", "%", "box/%", "INBOX", '"a*"'])
_STATUS = st.sampled_from(["(MESSAGES)", "(UIDNEXT UNSEEN RECENT)", "(UIDVALIDITY MESSAGES)"])
_MESSAGES = st.sampled_from(
    ["{5}\r\nHello", "(\\Seen k) {5}\r\nHello", '" 1-Feb-2026 10:00:00 +0100" {1}\r\nx', "{0}\r\n"]
)
_ARGUMENTS: dict[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("SELECT", "EXAMINE", "CREATE", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE"), _NAMES),
    "LOGIN": st.sampled_from(["bob tulip", "bob wrong", "{3}\r\nbob tulip", '"bob" "tulip"']),
    "AUTHENTICATE": st.sampled_from(["PLAIN", "PLAIN\r\nAGJvYgB0dWxpcA==", "X", "PLAIN\r\n*"]),
    "IDLE": st.sampled_from(["\r\nDONE", "\r\nNOOP"]),
    "ENABLE": st.sampled_from(["CONDSTORE", "X Y", "IMAP4rev2"]),
    "RENAME": st.builds("{} {}".format, _NAMES, _NAMES),
    "STATUS": st.builds("{} {}".format, _NAMES, _STATUS),
    "APPEND": st.builds("{} {}".format, _NAMES, _MESSAGES),
    **dict.fromkeys(("LIST", "LSUB"), st.builds("{} {}".format, st.just('""'), _PATTERNS)),
    **dict.fromkeys(
        ("SEARCH", "UID SEARCH"),
        st.builds("{}{}".format, st.sampled_from(["", "CHARSET UTF-8 "]), _KEYS),
    ),
    **dict.fromkeys(("FETCH", "UID FETCH"), st.builds("{} {}".format, _SETS, _ITEMS)),
    **dict.fromkeys(
        ("STORE", "UID STORE"),
        st.builds(
            "{} {} {}".format, _SETS, st.sampled_from(["FLAGS", "+FLAGS.SILENT", "-FLAGS"]), _FLAGS
        ),
    ),
    **dict.fromkeys(
        ("COPY", "UID COPY", "MOVE", "UID MOVE"), st.builds("{} {}".format, _SETS, _NAMES)
    ),
    "UID EXPUNGE": _SETS,
}
# After COMPRESS other octets cross the connection: it has tests of its own.
_COMMANDS = st.sampled_from(sorted(set(COMMANDS) - {"COMPRESS", "LOGOUT"})).flatmap(
    lambda name: _ARGUMENTS.get(name, st.just("")).map(lambda rest: f"{name} {rest}".strip())
)
_OPENING = st.sampled_from([(), ("LOGIN bob tulip",), ("LOGIN bob tulip", "SELECT INBOX")])


class _Errors(logging.Handler):
    """What the server logs of bugs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def silence() -> Iterator[None]:
    """See to it that no traceback is logged."""
    errors = _Errors()
    logger = logging.getLogger("labserver")
    logger.addHandler(errors)
    try:
        yield
    finally:
        logger.removeHandler(errors)
    assert errors.messages == []


def _give(client: Client, tag: bytes, command: str) -> None:
    """Give a command, line for line as it is invited to, and see that it is answered once."""
    lines = command.encode("latin-1").split(b"\r\n")
    reply = client.raw(tag + b" " + lines[0] + b"\r\n")
    for line in [*lines[1:], b"*", b"DONE"]:
        last = reply.rstrip(b"\r\n").rpartition(b"\r\n")[2]
        if not last.startswith(b"+ "):
            break
        reply += client.raw(line + b"\r\n")
    assert b"SERVERBUG" not in reply
    assert b"Something is wrong" not in reply
    if client.session.next == "close":
        assert b"* BYE " in reply
        return
    ends = [line for line in reply.split(b"\r\n") if line.startswith(tag + b" ")]
    assert len(ends) == 1
    assert ends[0].split()[1] in {b"OK", b"NO", b"BAD"}
    assert reply.endswith(ends[0] + b"\r\n")


@given(
    _OPENING,
    _OPENING,
    st.lists(st.tuples(st.booleans(), _COMMANDS), max_size=15),
)
def test_grammatical_commands_in_any_state(
    first: tuple[str, ...], second: tuple[str, ...], then: list[tuple[bool, str]]
) -> None:
    server = Server(errors=1000, failed_logins=1000)
    for n in range(3):
        server.deliver(letter(f"One {n}"))
    clients = [server.connect(), server.connect()]
    commands: list[tuple[Client, str]] = [
        *((clients[0], command) for command in first),
        *((clients[1], command) for command in second),
        *((clients[which], command) for which, command in then),
    ]
    with silence():
        for number, (client, command) in enumerate(commands):
            if client.session.next == "read":
                _give(client, b"t%d" % number, command)
            for each in clients:
                each.news()
    server.store.close()


def test_what_the_generator_is_made_of_is_grammatical() -> None:
    server = Server(errors=1000)
    server.deliver(letter("One"))
    server.deliver(letter("Two"))
    client = server.selected()
    for command in (
        "FETCH 1:* (UID BODY[TEXT]<9.9> FLAGS)",
        'SEARCH OR (NOT SEEN SUBJECT "two words") HEADER x:y o',
        "UID STORE 1:2,* +FLAGS.SILENT (\\Deleted k)",
        'LIST "" box/%',
    ):
        assert client.do(command)[-1].startswith("OK ")
    server.store.close()
