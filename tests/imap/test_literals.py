"""Literals that do not wait to be invited: LITERAL+ and LITERAL- (RFC 7888)."""

from __future__ import annotations

import pytest

from tests.imap.driver import Server, letter
from tests.imap.test_capabilities import told

NOT_INVITED = b"BAD A literal waits to be invited: {n}, not {n+}\r\n"


def appended(text: bytes, sign: bytes = b"+") -> bytes:
    return b"a APPEND INBOX {%d%b}\r\n%b\r\n" % (len(text), sign, text)


def test_the_example(server: Server) -> None:
    # RFC 7888 section 3, with a user that exists
    client = server.connect()
    assert client.raw(b"A001 LOGIN {3+}\r\nBOB {5+}\r\ntulip\r\n") == b"A001 OK LOGIN completed\r\n"
    assert client.raw(appended(letter())).startswith(b"a OK [APPENDUID ")


def test_both_kinds_in_one_command(server: Server) -> None:
    client = server.connect()
    assert client.raw(b"a LOGIN {3+}\r\nbob {5}\r\n") == b"+ Ready for literal data\r\n"
    assert client.raw(b"tulip\r\n") == b"a OK LOGIN completed\r\n"


def test_one_of_the_two_is_advertised(server: Server) -> None:
    for without, advertised in (
        ((), {"LITERAL+"}),
        (("LITERAL+",), {"LITERAL-"}),
        (("LITERAL-",), set()),
        (("LITERAL+", "LITERAL-"), set()),
    ):
        client = server.connect(*without)
        assert {"LITERAL+", "LITERAL-"} & set(told(client)) == advertised


def test_literal_minus_takes_4096_octets_at_most(server: Server) -> None:
    client = server.login("LITERAL+")
    text = letter()
    text += b"x" * (4096 - len(text))
    assert client.raw(appended(text)).startswith(b"a OK [APPENDUID ")
    # Section 5: BAD with TOOBIG; what comes is passed over.
    reply = client.raw(appended(text + b"x") + b"b NOOP\r\n")
    assert reply == (
        b"a BAD [TOOBIG] Only 4096 octets may come without being invited\r\nb OK NOOP completed\r\n"
    )
    assert len(server.uids()) == 1
    assert client.raw(b"c APPEND INBOX {4097}\r\n") == b"+ Ready for literal data\r\n"
    assert client.raw(text + b"x\r\n").startswith(b"c OK [APPENDUID ")


@pytest.mark.parametrize("without", [("LITERAL+", "LITERAL-"), ("LITERAL-",)])
def test_without_either_they_are_refused_and_passed_over(without: tuple[str, ...]) -> None:
    server = Server(literal=1000)
    client = server.login(*without)
    sent = b"a APPEND INBOX {13+}\r\nevil LOGOUT\r\n (x) {7+}\r\nb NOOP\n\r\nc NOOP\r\n"
    assert client.raw(sent) == b"a " + NOT_INVITED + b"c OK NOOP completed\r\n"
    assert client.raw(b"a NONSENSE {3+}\r\nxyz\r\nb NOOP\r\n") == (
        b"a " + NOT_INVITED + b"b OK NOOP completed\r\n"
    )
    assert server.uids() == []
    reply = client.raw(b"a APPEND INBOX {1001+}\r\n")
    assert reply == b"* BYE [TOOBIG] The literal is too large\r\n"
    server.store.close()


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        (b"NONSENSE {3+}", b"BAD Unknown command NONSENSE\r\n"),
        (b"NOOP {3+}", b"BAD Too many arguments\r\n"),
        (b"APPEND {3+}\r\nx y y {9+}", b"BAD Expected a literal at 'y '\r\n"),
        (b"SELECT {8193+}", b"BAD This literal has at most 8192 octets\r\n"),
        (b"APPEND INBOX {2001+}", b"NO [TOOBIG] A message has at most 2000 octets here\r\n"),
    ],
)
def test_what_is_refused_is_passed_over(command: bytes, reply: bytes) -> None:
    server = Server(message=2000, literal=9000)
    client = server.login()
    size = int(command.rpartition(b"{")[2].rstrip(b"+}"))
    text = (b"z LOGOUT\r\n" * (size // 10 + 1))[:size]
    got = client.raw(b"a " + command + b"\r\n" + text + b" more\r\nb NOOP\r\n")
    assert got == b"a " + reply + b"b OK NOOP completed\r\n"
    server.store.close()


def test_in_any_split(server: Server) -> None:
    client = server.login()
    sent = b"a RENAME {1+}\r\nx {2+}\r\n\r\n\r\nb CREATE {1+}\r\ny\r\n"
    whole = client.raw(sent)
    other = server.login()
    assert b"".join(other.raw(sent[n : n + 1]) for n in range(len(sent))) == whole.replace(
        b"b OK [MAILBOXID (F2)] CREATE completed",
        b"b NO [ALREADYEXISTS] There is a mailbox of this name already",
    )
