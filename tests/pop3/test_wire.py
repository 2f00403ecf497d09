"""Every command in every state, over connections in memory and over TCP; several at once."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from labserver import Lab
from labserver.events import Closed, Data, Line
from labserver.imap import ImapSession
from labserver.lab.services import MAIL_HOST
from labserver.pop3 import TABLE, Pop3Session, State
from labserver.protocol.table import Verdict
from labserver.store import Arrival, Mailbox, Store
from labserver.wire import Service
from labserver.wire.memory import MemoryConnection
from tests.wire.house import Build, House

POP3 = Service(protocol="pop3", port=110, host="mail.home.example", make=Pop3Session)
IMAP = Service(protocol="imap", port=143, host="mail.home.example", make=ImapSession)
LETTER = b"Subject: one\r\n\r\nHello\r\n"

# Each command as it succeeds where it is allowed.
RIGHT = {
    "USER": "USER bob",
    "PASS": "PASS tulip",
    "APOP": "APOP bob {digest}",
    "AUTH": "AUTH PLAIN AGJvYgB0dWxpcA==",
    "RETR": "RETR 1",
    "TOP": "TOP 1 0",
    "DELE": "DELE 1",
}
MULTI_LINE = {"LIST", "UIDL", "RETR", "TOP", "CAPA", "LANG"}


class Talks(Protocol):
    def say(self, line: str, *, multi_line: bool = False) -> str: ...

    @property
    def greeting(self) -> str: ...

    def rest(self) -> bytes: ...

    def cut(self) -> None: ...


class InMemory:
    def __init__(self, connection: MemoryConnection) -> None:
        self.connection = connection
        self.greeting = connection.received.decode()

    def say(self, line: str, *, multi_line: bool = False) -> str:
        del multi_line
        return self.connection.send(f"{line}\r\n".encode()).decode()

    def rest(self) -> bytes:
        return self.connection.finish()

    def cut(self) -> None:
        self.connection.cut()


class OverTcp:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.greeting = self._until(b"\r\n")

    def _until(self, end: bytes) -> str:
        said = b""
        while not said.endswith(end):
            piece = self.socket.recv(1 << 16)
            if not piece:
                break
            said += piece
        return said.decode()

    def say(self, line: str, *, multi_line: bool = False) -> str:
        self.socket.sendall(f"{line}\r\n".encode())
        said = self._until(b"\r\n")
        if multi_line and said.startswith("+OK") and not said.endswith("\r\n.\r\n"):
            said += self._until(b"\r\n.\r\n" if said.count("\r\n") == 1 else b".\r\n")
        return said

    def rest(self) -> bytes:
        self.socket.shutdown(socket.SHUT_WR)
        rest = b""
        try:
            while piece := self.socket.recv(1 << 16):
                rest += piece
        finally:
            self.socket.close()
        return rest

    def cut(self) -> None:
        self.socket.close()

    def secure(self, lab: Lab) -> None:
        context = lab.trust.context()
        self.socket = context.wrap_socket(self.socket, server_hostname=MAIL_HOST)


@pytest.fixture
def house() -> House:
    house = Build()()
    bob = house.wire._store.accounts.add("bob", "tulip")
    inbox = house.wire._store.mailboxes.get(bob, "INBOX")
    house.wire._store.messages.deliver([inbox], Arrival(data=LETTER), cause="load")
    return house


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(params=["memory", "tcp"])
def connect(request: pytest.FixtureRequest) -> Callable[[], Talks]:
    if request.param == "memory":
        house = request.getfixturevalue("house")
        return lambda: InMemory(house.wire.memory(POP3))
    lab = request.getfixturevalue("lab")
    lab.call(lambda store: store.messages.expunge(inbox(store), store.messages.uids(inbox(store))))
    lab.load(LETTER)
    return lambda: OverTcp(lab.ports["pop3"])


def inbox(store: Store) -> Mailbox:
    return store.mailboxes.get(store.accounts.find("bob"), "INBOX")


@pytest.mark.parametrize("command", [*TABLE.rules, "XTND"])
@pytest.mark.parametrize("state", [State.AUTHORIZATION, State.TRANSACTION])
def test_every_pair(connect: Callable[[], Talks], state: State, command: str) -> None:
    talk = connect()
    timestamp = talk.greeting.split()[-1]
    if state is State.TRANSACTION:
        assert talk.say("USER bob") == "+OK\r\n"
        assert talk.say("PASS tulip") == "+OK 1 message\r\n"
    elif command == "PASS":
        talk.say("USER bob")
    line = RIGHT.get(command, command).format(
        digest=hashlib.md5(f"{timestamp}tulip".encode()).hexdigest()
    )
    reply = talk.say(line, multi_line=command in MULTI_LINE)
    verdict = TABLE.ask(state, command)
    if verdict is Verdict.UNKNOWN:
        assert reply == "-ERR Unknown command\r\n"
    elif verdict is Verdict.OUT_OF_ORDER:
        early = state is State.AUTHORIZATION
        assert reply == f"-ERR {'Log in first' if early else 'You are logged in already'}\r\n"
    else:
        assert reply.startswith("+OK")
        assert reply.endswith(".\r\n") or command not in MULTI_LINE
    if command == "QUIT":
        assert talk.rest() == b""
        return
    if command == "STLS" and verdict is Verdict.ALLOWED:
        talk.cut()  # what comes next is a handshake: below
        return
    after = TABLE.after(state, command) if verdict is Verdict.ALLOWED else state
    inside = talk.say("STAT").startswith("+OK")
    assert inside == (after is State.TRANSACTION)
    assert talk.rest() == b""


def test_after_quit_nothing_is_answered(connect: Callable[[], Talks]) -> None:
    talk = connect()
    talk.say("USER bob")
    talk.say("PASS tulip")
    reply = talk.say("QUIT\r\nSTAT\r\nUSER bob")
    assert reply == "+OK Bye (1 message left)\r\n"
    assert talk.rest() == b""


# Inside TLS


def test_stls_throws_away_what_was_sent_with_it(lab: Lab) -> None:
    talk = OverTcp(lab.ports["pop3"])
    assert talk.say("STLS\r\nUSER bob\r\nPASS tulip\r\nQUIT") == "+OK Begin TLS negotiation\r\n"
    talk.secure(lab)
    assert talk.say("STAT") == "-ERR Log in first\r\n"
    assert talk.say("PASS tulip") == "-ERR Send USER first\r\n"
    assert talk.say("STLS") == "-ERR TLS is active already\r\n"
    assert "STLS" not in talk.say("CAPA", multi_line=True)
    talk.say("USER bob")
    assert talk.say("PASS tulip").startswith("+OK")
    assert talk.say("QUIT").startswith("+OK Bye")
    talk.socket.close()


def test_where_passwords_need_tls() -> None:
    with Lab(cleartext_auth=False) as lab:
        talk = OverTcp(lab.ports["pop3"])
        assert talk.say("USER bob") == "-ERR A password in clear text is taken inside TLS only\r\n"
        assert "USER\r\n" not in talk.say("CAPA", multi_line=True).replace("UTF8 USER", "")
        talk.say("STLS")
        talk.secure(lab)
        assert "\r\nUSER\r\n" in talk.say("CAPA", multi_line=True)
        assert talk.say("AUTH PLAIN AGJvYgB0dWxpcA==") == "+OK 0 messages\r\n"
        talk.socket.close()


def test_pop3s_is_inside_from_the_greeting_on(lab: Lab) -> None:
    raw = socket.create_connection(("127.0.0.1", lab.ports["pop3s"]), 20)
    with lab.trust.context().wrap_socket(raw, server_hostname=MAIL_HOST) as inside:
        assert inside.recv(1 << 16).startswith(b"+OK POP3 server ready <")
        inside.sendall(b"STLS\r\n")
        assert inside.recv(1 << 16) == b"-ERR TLS is active already\r\n"


# Beside it


def pop3(house: House) -> InMemory:
    talk = InMemory(house.wire.memory(POP3))
    talk.say("USER bob")
    assert talk.say("PASS tulip").startswith("+OK")
    return talk


def imap(house: House) -> MemoryConnection:
    connection = house.wire.memory(IMAP)
    assert b"OK" in connection.send(b"a1 LOGIN bob tulip\r\na2 SELECT INBOX\r\n")
    return connection


def test_an_imap_session_sees_what_quit_has_removed(house: House) -> None:
    beside = imap(house)
    beside.send(b"a3 IDLE\r\n")
    talk = pop3(house)
    talk.say("DELE 1")
    assert beside.wait(1) == b"", "a mark is the session's own"
    before = len(beside.received)
    talk.say("QUIT")
    beside.wait(0)
    assert b"* 1 EXPUNGE\r\n" in beside.received[before:]


def test_and_not_what_a_lost_connection_had_marked(house: House) -> None:
    beside = imap(house)
    talk = pop3(house)
    talk.say("DELE 1")
    talk.connection.cut()
    assert beside.send(b"a3 NOOP\r\n") == b"a3 OK NOOP completed\r\n"


def test_an_imap_session_is_not_shut_out(house: House) -> None:
    pop3(house)
    assert b"BODY[TEXT] {7}\r\nHello" in imap(house).send(b"a3 FETCH 1 BODY.PEEK[TEXT]\r\n")
    assert InMemory(house.wire.memory(POP3)).greeting.startswith("+OK")


def test_the_lock_goes_with_the_connection(house: House) -> None:
    first = pop3(house)
    second = InMemory(house.wire.memory(POP3))
    second.say("USER bob")
    assert second.say("PASS tulip").startswith("-ERR [IN-USE]")
    first.connection.cut()
    second.say("USER bob")
    assert second.say("PASS tulip") == "+OK 1 message\r\n"


def test_who_is_silent_is_let_go_without_a_word_and_without_update(house: House) -> None:
    # RFC 1939 section 3: at least 10 minutes, no UPDATE, no response.
    talk = pop3(house)
    talk.say("DELE 1")
    assert talk.connection.wait(10 * 60) == b""
    assert not talk.connection.closed
    talk.say("NOOP")
    talk.connection.wait(30 * 60 - 1)
    assert not talk.connection.closed, "any command begins the time anew"
    assert talk.connection.wait(2) == b""
    assert talk.connection.closed
    assert house.events(Closed)[-1].how == "server"
    assert pop3(house).say("STAT").startswith("+OK 1 ")


def test_what_the_log_holds_is_what_crossed(house: House) -> None:
    talk = pop3(house)
    talk.say("RETR 1")
    talk.say("QUIT")
    sent = house.crossed(1, "S")
    assert sent == talk.connection.received
    assert [event.octets for event in house.events(Data)] == [len(LETTER)]
    assert [event.data for event in house.events(Line) if event.direction == "C"] == [
        b"USER bob\r\n",
        b"PASS tulip\r\n",
        b"RETR 1\r\n",
        b"QUIT\r\n",
    ]
