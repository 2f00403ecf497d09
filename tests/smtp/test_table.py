"""Every command in every state, on both servers, in memory and over TCP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from enum import Enum

import pytest

from labserver.events import Closed, StateChanged
from labserver.protocol.table import Verdict
from labserver.smtp.table import RECEIVING as RECEIVING_TABLE
from labserver.smtp.table import SUBMISSION as SUBMISSION_TABLE
from labserver.smtp.table import State
from labserver.wire import MemoryConnection
from tests.smtp.house import RECEIVING, SUBMISSION, TO_BOB, House, build, close_all, plain
from tests.wire.house import Inside, run

HELLO = b"EHLO laptop\r\n"
LOGIN = plain("alice", "wonder")
MAIL = b"MAIL FROM:<alice@home.example>\r\n"

COMMANDS = {
    "EHLO": HELLO,
    "HELO": b"HELO laptop\r\n",
    "AUTH": LOGIN,
    "MAIL": MAIL,
    "RCPT": b"RCPT TO:<bob@home.example>\r\n",
    "DATA": b"DATA\r\n",
    "RSET": b"RSET\r\n",
    "VRFY": b"VRFY bob\r\n",
    "HELP": b"HELP\r\n",
    "NOOP": b"NOOP\r\n",
    "QUIT": b"QUIT\r\n",
    ".": b".\r\n",
    "EXPN": b"EXPN bob\r\n",
    "STARTTLS": b"STARTTLS\r\n",
    "BDAT": b"BDAT 2\r\n\r\n",
    "BDAT LAST": b"BDAT 0 LAST\r\n",
    "HANDLE_CLIENT": b"HANDLE_CLIENT\r\n",
    "TURN": b"TURN\r\n",
    "SEND": b"SEND FROM:<alice@home.example>\r\n",
}

# The codes by hand, from RFC 5321 sections 4.1.4, 4.2.4 and 4.3.2, RFC 3030 and RFC 4954, not from
# the table, where there is no TLS. The server is not to tell who is there.
NEVER = {".": 500, "EXPN": 502, "STARTTLS": 502, "HANDLE_CLIENT": 500, "TURN": 502, "SEND": 502}
ALWAYS = {"EHLO": 250, "HELO": 250, "RSET": 250, "HELP": 214, "NOOP": 250, "QUIT": 221, **NEVER}


def _row(vrfy: int, auth: int, **codes: int) -> dict[str, int]:
    """MAIL, RCPT, DATA and BDAT (also for its LAST) are told by name, or are out of order."""
    others = {"MAIL": 503, "RCPT": 503, "DATA": 503, "BDAT": 503} | codes
    return {**ALWAYS, "VRFY": vrfy, "AUTH": auth, **others, "BDAT LAST": others["BDAT"]}


_LOGIN = {"MAIL": 530, "RCPT": 530, "DATA": 530, "BDAT": 530}
EXPECTED = {
    "receiving": {
        State.CONNECTED: _row(252, 502),
        State.GREETED: _row(252, 502, MAIL=250),
        State.MAIL: _row(252, 502, RCPT=250),
        State.RCPT: _row(252, 502, RCPT=250, DATA=354, BDAT=250),
        State.BDAT: _row(252, 502, BDAT=250),
    },
    "submission": {
        State.CONNECTED: _row(503, 503),
        State.GREETED: _row(530, 235, **_LOGIN),
        State.AUTHENTICATED: _row(252, 503, MAIL=250),
        State.MAIL: _row(252, 503, RCPT=250),
        State.RCPT: _row(252, 503, RCPT=250, DATA=354, BDAT=250),
        State.BDAT: _row(252, 503, BDAT=250),
    },
}
SERVICES = {"receiving": RECEIVING, "submission": SUBMISSION}
TABLES = {"receiving": RECEIVING_TABLE, "submission": SUBMISSION_TABLE}


def way(role: str, state: State) -> bytes:
    """What leads to a state."""
    login = LOGIN if role == "submission" else b""
    return {
        State.CONNECTED: b"",
        State.GREETED: HELLO,
        State.AUTHENTICATED: HELLO + login,
        State.MAIL: HELLO + login + MAIL,
        State.RCPT: HELLO + login + TO_BOB,
        State.BDAT: HELLO + login + TO_BOB + b"BDAT 3\r\na\r\n",
    }[state]


STATES = [(role, state) for role, states in EXPECTED.items() for state in states]
PAIRS = [
    (role, state, command, codes[command])
    for role, states in EXPECTED.items()
    for state, codes in states.items()
    for command in COMMANDS
]


class Where(Enum):
    """What there is of TLS on a connection."""

    NONE = "the server has none"
    CLEAR = "it could begin"
    STARTED = "it has begun"
    IMPLICIT = "it began with the connection"


def talk(role: str, where: Where) -> tuple[House, MemoryConnection | Inside]:
    house = build(tls=where is not Where.NONE)
    if where is Where.STARTED:
        return house, house.inside(SERVICES[role].protocol)
    if where is Where.IMPLICIT:
        service = replace(SERVICES[role], secure=True)
        client = Inside(house.wire.memory(service))
        client.handshake()
        return house, client
    return house, house.wire.memory(SERVICES[role])


@pytest.mark.parametrize("where", Where)
@pytest.mark.parametrize(("role", "state"), STATES)
def test_each_command_in_each_state(role: str, state: State, where: Where) -> None:
    for command, without in EXPECTED[role][state].items():
        code = without
        if command == "STARTTLS":
            # RFC 3207 sections 4 and 4.2: in any state, and once.
            code = {Where.NONE: 502, Where.CLEAR: 220}.get(where, 503)
        house, connection = talk(role, where)
        connection.send(way(role, state))
        assert house.events(StateChanged)[-1].state == state.value
        number = house.log.last
        said = connection.send(COMMANDS[command])
        assert said.startswith(b"%d" % code), (command, said)
        after = [e.state for e in house.since(number) if isinstance(e, StateChanged)]
        table = TABLES[role]
        if code >= 500:
            assert after == []
            allowed = table.ask(state, command) is Verdict.ALLOWED
            assert not allowed or command in {".", "EXPN", "STARTTLS"}
        else:
            assert table.ask(state, command) is Verdict.ALLOWED
            to = table.after(state, command)
            assert after == ([] if to is state else [to.value])
        over = [event for event in house.since(number) if isinstance(event, Closed)]
        assert bool(over) == (command == "QUIT")
        if command not in {"QUIT", "DATA"} and code != 220:
            assert connection.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"
        close_all()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("role", ["receiving", "submission"])
def test_each_pair_over_tcp(role: str) -> None:
    house = build(tls=False)

    async def main() -> None:
        port = await house.wire.listen(SERVICES[role])
        for of, state, command, code in PAIRS:
            if of != role:
                continue
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(way(role, state) + COMMANDS[command])
            writer.write_eof()
            said = await reader.read()
            last = said.rstrip(b"\r\n").rpartition(b"\r\n")[2]
            assert last.startswith(b"%d " % code), (state, command, said)
            writer.close()
            await writer.wait_closed()
        await house.wire.close()

    run(main())


@pytest.mark.parametrize("role", ["receiving", "submission"])
def test_all_states_can_be_reached_by_the_table(role: str) -> None:
    table = TABLES[role]
    reached, wave = {table.initial}, [table.initial]
    while wave:
        state = wave.pop()
        for command in table.allowed(state):
            to = table.after(state, command)
            if to not in reached:
                reached.add(to)
                wave.append(to)
    assert reached == {*EXPECTED[role], State.DATA, State.QUIT}


def test_ehlo_within_a_session_keeps_the_login() -> None:
    house = build()
    connection = house.logged_in()
    connection.send(MAIL)
    connection.send(HELLO)
    assert house.events(StateChanged)[-1].state == "AUTHENTICATED"
    assert house.events(StateChanged)[-1].account == "alice@home.example"
    # The transaction is gone (RFC 5321 section 4.1.4).
    assert connection.send(b"RCPT TO:<bob@home.example>\r\n").startswith(b"503 ")
    assert connection.send(MAIL).startswith(b"250 ")


def test_a_failed_ehlo_changes_nothing() -> None:
    house = build()
    connection = house.greeted()
    connection.send(TO_BOB)
    for bad in (b"EHLO\r\n", b"EHLO <x>\r\n", b"HELO \r\n"):
        assert connection.send(bad).startswith(b"501 ")
    assert connection.send(b"DATA\r\n").startswith(b"354 ")
