"""Every command in every state, on both servers, in memory and over TCP."""

from __future__ import annotations

import asyncio

import pytest

from labserver.events import StateChanged
from labserver.protocol.table import Verdict
from labserver.smtp.table import RECEIVING as RECEIVING_TABLE
from labserver.smtp.table import SUBMISSION as SUBMISSION_TABLE
from labserver.smtp.table import State
from tests.smtp.house import RECEIVING, SUBMISSION, TO_BOB, build, plain
from tests.wire.house import run

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
# the table. There is no TLS here, and the server is not to tell who is there.
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


PAIRS = [
    (role, state, command, codes[command])
    for role, states in EXPECTED.items()
    for state, codes in states.items()
    for command in COMMANDS
]


@pytest.mark.parametrize(("role", "state", "command", "code"), PAIRS)
def test_each_command_in_each_state(role: str, state: State, command: str, code: int) -> None:
    house = build()
    connection = house.wire.memory(SERVICES[role])
    connection.send(way(role, state))
    assert house.events(StateChanged)[-1].state == state.value
    number = house.log.last
    said = connection.send(COMMANDS[command])
    assert said.startswith(b"%d" % code), said
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
    assert connection.closed == (command == "QUIT")
    if not connection.closed and command != "DATA":
        assert connection.send(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("role", ["receiving", "submission"])
def test_each_pair_over_tcp(role: str) -> None:
    house = build()

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
