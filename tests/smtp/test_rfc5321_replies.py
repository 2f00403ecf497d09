"""RFC 5321 section 4.3.2, row by row: which codes each command may have, and which it has here."""

from __future__ import annotations

import pytest

from labserver.faults import Answer, MailboxFull
from labserver.protocol.policy import Policy
from labserver.store import Resource
from labserver.wire import MemoryConnection
from tests.smtp.house import HELLO, TO_BOB, build, codes, plain

ALICE = b"MAIL FROM:<alice@home.example>"
BOB = b"RCPT TO:<bob@home.example>\r\n"
ANY = {500, 501, 421}
"""What every command may be answered."""

# The table, with what extensions add: 503 where section 4.1.4 has it, 530 by RFC 4954 section 6.
TABLE = {
    "EHLO": {250, 504, 550, 502},
    "HELO": {250, 504, 550, 502},
    "MAIL": {250, 552, 451, 452, 550, 553, 503, 455, 555, 530},
    "RCPT": {250, 251, 550, 551, 552, 553, 450, 451, 452, 503, 455, 555, 530},
    "DATA": {354, 503, 554, 530},
    ".": {250, 552, 554, 451, 452, 450, 550},
    "RSET": {250},
    "VRFY": {250, 251, 252, 550, 551, 553, 502, 504, 503, 530},
    "EXPN": {250, 252, 550, 500, 502, 504, 503, 530},
    "HELP": {211, 214, 502, 504},
    "NOOP": {250},
    "QUIT": {221},
    # RFC 3030 section 2, RFC 3207 section 4, RFC 4954 sections 4 and 6.
    "BDAT": {250, 503, 552, 554, 451, 452, 530},
    "STARTTLS": {220, 454, 502, 503},
    "AUTH": {235, 334, 432, 454, 503, 504, 530, 534, 535, 538, 502},
}

# Each code that this server gives: the command, what comes before it, the line, the code.
ROWS = [
    ("EHLO", b"", b"EHLO laptop\r\n", 250),
    ("EHLO", b"", b"EHLO\r\n", 501),
    ("HELO", b"", b"HELO laptop\r\n", 250),
    ("HELO", b"", b"HELO [x]\r\n", 501),
    ("MAIL", HELLO, ALICE + b"\r\n", 250),
    ("MAIL", HELLO, ALICE + b" SIZE=99999999999\r\n", 552),
    ("MAIL", HELLO, "MAIL FROM:<ü@x.example>\r\n".encode(), 550),
    ("MAIL", HELLO + plain("bob", "builder"), ALICE + b"\r\n", 553),
    ("MAIL", HELLO, b"MAIL FROM:alice\r\n", 501),
    ("MAIL", HELLO, ALICE + b" X=1\r\n", 555),
    ("MAIL", b"HELO x\r\n", ALICE + b" SIZE=1\r\n", 555),
    ("MAIL", b"", ALICE + b"\r\n", 503),
    ("MAIL", HELLO + ALICE + b"\r\n", ALICE + b"\r\n", 503),
    ("RCPT", HELLO + ALICE + b"\r\n", BOB, 250),
    ("RCPT", HELLO + ALICE + b"\r\n", b"RCPT TO:<nobody@home.example>\r\n", 550),
    ("RCPT", HELLO + ALICE + b"\r\n", b"RCPT TO:<x@elsewhere.example>\r\n", 550),
    ("RCPT", HELLO + ALICE + b"\r\n", b"RCPT TO:<full@home.example>\r\n", 452),
    ("RCPT", HELLO + ALICE + b"\r\n", "RCPT TO:<ü@home.example>\r\n".encode(), 553),
    ("RCPT", HELLO + ALICE + b"\r\n", b"RCPT TO:bob\r\n", 501),
    ("RCPT", HELLO + ALICE + b"\r\n", BOB.replace(b"\r\n", b" X=1\r\n"), 555),
    ("RCPT", HELLO, BOB, 503),
    ("DATA", HELLO + TO_BOB, b"DATA\r\n", 354),
    ("DATA", HELLO + TO_BOB, b"DATA now\r\n", 501),
    ("DATA", HELLO + ALICE + b"\r\n", b"DATA\r\n", 503),
    (".", HELLO + TO_BOB + b"DATA\r\n", b".\r\n", 250),
    (".", HELLO + TO_BOB + b"DATA\r\n", b"x" * 2000 + b"\r\n.\r\n", 552),
    ("RSET", b"", b"RSET\r\n", 250),
    ("RSET", HELLO + TO_BOB, b"RSET\r\n", 250),
    ("RSET", b"", b"RSET x\r\n", 501),
    ("VRFY", b"", b"VRFY bob\r\n", 252),
    ("VRFY", b"", b"VRFY\r\n", 501),
    ("EXPN", b"", b"EXPN bob\r\n", 502),
    ("HELP", b"", b"HELP\r\n", 214),
    ("HELP", b"", b"HELP X\r\n", 504),
    ("NOOP", b"", b"NOOP\r\n", 250),
    ("NOOP", b"", b"NOOP and more\r\n", 250),
    ("NOOP", b"", b"NOOP" + b"x" * 9000 + b"\r\n", 500),
    ("QUIT", b"", b"QUIT\r\n", 221),
    ("QUIT", b"", b"QUIT now\r\n", 501),
    ("BDAT", HELLO + TO_BOB, b"BDAT 0 LAST\r\n", 250),
    ("BDAT", HELLO + TO_BOB, b"BDAT\r\n", 501),
    ("BDAT", HELLO + TO_BOB, b"BDAT 2000\r\n" + b"x" * 2000, 552),
    ("BDAT", HELLO, b"BDAT 0\r\n", 503),
    ("STARTTLS", HELLO, b"STARTTLS\r\n", 220),
    ("STARTTLS", HELLO, b"STARTTLS x\r\n", 501),
]
TELLING = [
    ("VRFY", b"", b"VRFY bob\r\n", 250),
    ("VRFY", b"", b"VRFY nobody\r\n", 550),
    ("VRFY", b"", b"VRFY dan@work.example\r\n", 551),
    ("EXPN", b"", b"EXPN bob\r\n", 250),
    ("EXPN", b"", b"EXPN nobody\r\n", 550),
]


def connect(policy: Policy, role: str) -> MemoryConnection:
    house = build(policy, message=1000)
    full = house.store.accounts.add("full", "f")
    house.store.quotas.set(full, {Resource.STORAGE: 0})
    return house.dial(role)


@pytest.mark.parametrize(
    ("telling", "command", "before", "line", "code"),
    [*((False, *row) for row in ROWS), *((True, *row) for row in TELLING)],
)
def test_a_row(
    telling: bool,  # noqa: FBT001
    command: str,
    before: bytes,
    line: bytes,
    code: int,
) -> None:
    role = "submission" if b"AUTH" in before else "smtp"
    connection = connect(Policy(verify=telling), role)
    connection.send(before)
    assert codes(connection.send(line)) == [code]
    assert code in TABLE[command] | ANY


def test_452_and_552_at_the_end_of_data() -> None:
    for waits, code in ((True, 452), (False, 552)):
        house = build(Policy(full_mailbox_waits=waits))
        house.faults.add(MailboxFull(account="bob@home.example"))
        connection = house.greeted()
        connection.send(TO_BOB + b"DATA\r\n")
        assert codes(connection.send(b".\r\n")) == [code]
        assert code in TABLE["."]


@pytest.mark.parametrize("command", sorted({row[0] for row in ROWS if row[3] < 400}))
def test_421_to_any_command(command: str) -> None:
    house = build()
    house.faults.add(Answer(protocol="smtp", command=command, reply="421 4.3.2 Closing"))
    before, line = next(row[1:3] for row in ROWS if row[0] == command and row[3] < 400)
    connection = house.receiving()
    connection.send(before)
    assert connection.send(line) == b"421 4.3.2 Closing\r\n"
    assert connection.closed
