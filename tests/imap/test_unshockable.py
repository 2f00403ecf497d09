"""Whatever a client sends, it gets the protocol's own error, and everybody else goes on."""

from __future__ import annotations

import logging
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.events import FaultStruck
from labserver.faults import Answer
from labserver.imap import ImapSession
from labserver.imap.commands import COMMANDS
from labserver.protocol.session import Session
from tests.imap.driver import Client, Server, letter

NO_MATCH = b"NO [AUTHENTICATIONFAILED] User name or password is wrong\r\n"
NO_TAG = b"* BAD A command begins with a tag, as in: a1 NOOP\r\n"
NO_NAME = b"a1 BAD A command has a tag and a name, as in: a1 NOOP\r\n"
SELECTED = b"l LOGIN bob tulip\r\ns SELECT INBOX\r\n"
REV2 = b"l LOGIN bob tulip\r\ne ENABLE IMAP4rev2\r\ns SELECT INBOX\r\n"


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"a1 NONSENSE\r\n", b"a1 BAD Unknown command NONSENSE\r\n"),
        (b"a1 STARTTLS now\r\n", b"a1 BAD Too many arguments\r\n"),
        (b"a1 UID NOOP\r\n", b"a1 BAD Unknown command UID NOOP\r\n"),
        (b"a1\r\n", NO_NAME),
        (b"a1 \r\n", NO_NAME),
        (b"a1  NOOP\r\n", NO_NAME),
        (b"\r\n", NO_TAG),
        (b" NOOP\r\n", NO_TAG),
        (b"+ NOOP\r\n", NO_TAG),
        (b"\xff\xfe\r\n", NO_TAG),
        (b"a1 NOOP\n", b"a1 BAD A line ends with CR LF\r\n"),
        (b"a1 NOOP more\r\n", b"a1 BAD Too many arguments\r\n"),
        (b"a1 NOOP \r\n", b"a1 BAD Too many arguments\r\n"),
        (b"a1 NOOP {5}\r\n", b"a1 BAD Too many arguments\r\n"),
        (b"a1 LOGIN bob\r\n", b"a1 BAD An argument is missing\r\n"),
        (b"a1 LOGIN b\xc3\xb6b x\r\n", b"a1 BAD Expected SP at '??b x'\r\n"),
        (b'a1 LOGIN "\xc3\xb6" x\r\n', b"a1 BAD The quoted string is wrong at '\"??\" x'\r\n"),
        (b"a1 LOGIN bob tu\0lip\r\n", b"a1 BAD Too many arguments\r\n"),
        (b"a1 LOGIN bob wrong\r\n", b"a1 " + NO_MATCH),
        (b"a1 LOGIN eve tulip\r\n", b"a1 " + NO_MATCH),
        (b'a1 LOGIN bob ""\r\n', b"a1 " + NO_MATCH),
        (b"a1 SELECT INBOX\r\n", b"a1 BAD Log in first\r\n"),
        (b"a1 AUTHENTICATE X\r\n", b"a1 NO The server does not know that mechanism\r\n"),
        (b"a1 AUTHENTICATE PLAIN AA A=\r\n", b"a1 BAD Too many arguments\r\n"),
    ],
)  # fmt: skip
def test_errors_before_login(server: Server, line: bytes, reply: bytes) -> None:
    client = server.connect()
    assert client.raw(line) == reply
    assert client.raw(b"a2 NOOP\r\n") == b"a2 OK NOOP completed\r\n"
    assert client.state == "NOT AUTHENTICATED"


@pytest.mark.parametrize(
    "command",
    [
        *("FETCH", "FETCH 1", "FETCH 1 ", "FETCH 0 FLAGS", "FETCH 1: FLAGS", "FETCH x FLAGS"),
        *("FETCH 1,,2 FLAGS", "FETCH 4294967296 FLAGS", "FETCH 1 (FLAGS", "FETCH 1 ()"),
        *("FETCH 1 (ALL)", "FETCH 1 FLAGS UID", "FETCH 1 (FLAGS  UID)", "FETCH 1 BODY["),
        *("FETCH 1 BODY[MIME]", "FETCH 1 BODY[1.]", "FETCH 1 BODY[0]", "FETCH 1 BODY[]<5>"),
        *("FETCH 1 BODY[]<0.0>", "FETCH 1 BODY[HEADER.FIELDS]", "FETCH 1 BODY.PEEK"),
        *("FETCH 1 BODY[HEADER.FIELDS ()]", "FETCH 1 RFC822.PEEK", "FETCH 2 FLAGS"),
        *("FETCH * BINARY[X]", "FETCH 1:* (MODSEQ 1)", "STORE 1 FLAGS", "STORE 1 FLAGS (\\Recent)"),
        *("STORE 1 LABELS (a)", "STORE 1 +FLAGS (a", "STORE 1 (FLAGS a)", "STORE 9 FLAGS a"),
        *("SEARCH", "SEARCH FOO", "SEARCH NOT", "SEARCH OR ALL", "SEARCH ()", "SEARCH (ALL"),
        *("SEARCH BEFORE 1-Foo-2020", "SEARCH ON 31-Feb-2020", "SEARCH LARGER -1"),
        *("SEARCH CHARSET", "SEARCH CHARSET UTF-8", "SEARCH KEYWORD \\Seen", "SEARCH SUBJECT"),
        *("SEARCH LARGER 99999999999999", "SEARCH RETURN (FOO) ALL", "SEARCH RETURN (ALL"),
        *("SEARCH RETURN ()", "SEARCH RETURN (ALL) RETURN (ALL) ALL"),
        *("SEARCH " + "(" * 40 + "ALL", "COPY 1", "COPY INBOX 1", "UID", "UID FETCH"),
        *("UID EXPUNGE", "EXPUNGE 1", "STATUS INBOX", "STATUS INBOX ()", "STATUS INBOX (COLOUR)"),
        *("LIST", 'LIST ""', "LIST (SUBSCRIBED) *", "APPEND INBOX", "APPEND INBOX hello"),
        *('APPEND INBOX "1-Jan-2020 00:00:00 +0000" {1}', "APPEND INBOX (\\Recent) {1}"),
        *('APPEND INBOX " 1-Foo-2020 20:00:00 +0000" {1}', "APPEND INBOX (a b {1}"),
        *("SELECT a b", "IDLE now"),
    ],
)
def test_what_is_not_in_the_grammar_is_bad(server: Server, command: str) -> None:
    server.deliver()
    client = server.selected()
    count = len(server.log)
    reply = client.raw(f"x {command}\r\n".encode())
    assert reply.startswith(b"x BAD ")
    assert reply.count(b"\r\n") == 1
    assert len(server.log) == count
    assert client.raw(b"y NOOP\r\n") == b"y OK NOOP completed\r\n"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("STORE 1 +FLAGS (\\Sean)", "NO [CANNOT] There is no flag \\Sean"),
        ("CREATE &broken", "NO [CANNOT] The mailbox name is not in modified UTF-7"),
        ("CREATE a//b", "NO [CANNOT] A level of the name is empty: 'a//b'"),
        ("CREATE INBOX", "NO [ALREADYEXISTS] There is a mailbox of this name already"),
        ('CREATE ""', "NO [CANNOT] A mailbox needs a name"),
        ("APPEND nowhere {1}\nx", "NO [TRYCREATE] No such mailbox"),
        ("APPEND INBOX {0}\n", "NO [CANNOT] An empty message can't be appended"),
        ("APPEND INBOX {1}\n\0", "BAD A literal has no NUL octets"),
        (
            "SEARCH " + "NOT " * 200 + "ALL",
            "NO [LIMIT] SEARCH keys are nested more than 100 deep here",
        ),
        (
            "SEARCH " + "(" * 4000 + "ALL",
            "NO [LIMIT] SEARCH keys are nested more than 100 deep here",
        ),
        ("COPY 1 nowhere", "NO [TRYCREATE] No such mailbox"),
        ("STATUS nowhere (MESSAGES)", "NO [NONEXISTENT] No such mailbox"),
    ],
)
def test_what_is_refused(server: Server, command: str, reply: str) -> None:
    server.deliver()
    client = server.selected()
    assert client.do(command) == [reply]
    assert client.do("NOOP") == ["OK NOOP completed"]


# Lengths


def test_a_long_line_is_passed_over(server: Server) -> None:
    client = server.connect()
    assert client.raw(b"long " + b"x" * 100_000) == b""
    assert len(client.session.unread()) < server.limits.line
    assert client.raw(b"\r\na2 NOOP\r\n") == (
        b"long BAD The line is too long\r\na2 OK NOOP completed\r\n"
    )
    assert client.raw(b"\xff" * 9000 + b"\r\n") == (
        b"* BAD A command begins with a tag, as in: a1 NOOP\r\n"
    )


def test_a_line_of_the_longest_length_is_read() -> None:
    server = Server(line=60)
    client = server.login()
    line = b"b SELECT " + b"x" * 49 + b"\r\n"
    assert len(line) == 60
    assert client.raw(line) == b"b NO [NONEXISTENT] No such mailbox\r\n"
    assert client.raw(b"b" + line) == b"bb BAD The line is too long\r\n"
    server.store.close()


def test_a_line_without_end_ends_the_session() -> None:
    server = Server(line=100)
    client = server.connect()
    assert client.raw(b"x" * 20_000) == b"* BYE The line is too long\r\n"
    assert client.session.next == "close"
    assert client.state == "LOGOUT"
    server.store.close()


def test_long_lines_end_idle_and_authenticate(server: Server) -> None:
    client = server.connect()
    assert client.raw(b"a AUTHENTICATE PLAIN\r\n") == b"+ \r\n"
    assert client.raw(b"A" * 9000 + b"\r\n") == b"a BAD The line is too long\r\n"
    client = server.selected()
    client.do("IDLE")
    assert client.raw(b"A" * 9000 + b"\r\n") == b"a3 BAD The line is too long\r\n"
    assert client.state == "SELECTED"
    client.do("IDLE")
    assert client.raw(b"DONE\n") == b"a4 BAD A line ends with CR LF\r\n"
    assert client.state == "SELECTED"


def test_literals_that_are_too_large_are_refused_before_they_are_sent() -> None:
    server = Server(literal=1000, message=2000)
    client = server.login()
    assert client.raw(b"a APPEND INBOX {1001}\r\n") == (
        b"a NO [TOOBIG] A message has at most 1000 octets here\r\n"
    )
    assert client.raw(b"a APPEND INBOX {99999999999999999999}\r\n").startswith(b"a NO [TOOBIG]")
    assert client.raw(b"a SELECT {8193}\r\n") == b"a BAD This literal has at most 8192 octets\r\n"
    assert client.raw(b"a APPEND INBOX {1000}\r\n").startswith(b"+ ")
    assert client.raw(letter(body="x" * 948) + b"\r\n").startswith(b"a OK [APPENDUID")
    server.store.close()


def test_a_command_has_room_for_so_many_literals(server: Server) -> None:
    client = server.selected()
    reply = client.raw(b"a SEARCH ")
    for _ in range(100):
        reply = client.raw(b"SUBJECT {0}\r\n")
        assert reply == b"+ Ready for literal data\r\n"
        client.raw(b" ")
    assert client.raw(b"SUBJECT {0}\r\n") == (
        b"a NO [LIMIT] A command has at most 100 literals here\r\n"
    )
    assert client.do("NOOP") == ["OK NOOP completed"]


def test_the_lines_of_a_command_count_together() -> None:
    server = Server(line=100)
    client = server.login()
    assert client.raw(b"a RENAME " + b"{40}\r\n").startswith(b"+ ")
    assert client.raw(b"x" * 40 + b" " + b"y" * 90 + b"\r\n") == b"a BAD The line is too long\r\n"
    assert client.do("NOOP") == ["OK NOOP completed"]
    server.store.close()


# Patience


def test_too_many_errors() -> None:
    server = Server(errors=3)
    client = server.connect()
    assert (
        client.raw(b"a X\r\nb Y\r\n") == b"a BAD Unknown command X\r\nb BAD Unknown command Y\r\n"
    )
    assert client.raw(b"c Z\r\nd NOOP\r\n") == (
        b"c BAD Unknown command Z\r\n* BYE Too many errors\r\n"
    )
    assert client.session.next == "close"
    assert client.state == "LOGOUT"
    server.store.close()


def test_too_many_failed_logins() -> None:
    server = Server(failed_logins=2)
    client = server.connect()
    assert client.do("LOGIN bob x")[0].startswith("NO")
    client.do("AUTHENTICATE PLAIN")
    assert client.raw(b"AGJvYgB4\r\n") == (
        b"a2 NO [AUTHENTICATIONFAILED] User name or password is wrong\r\n"
        b"* BYE Too many failed logins\r\n"
    )
    assert client.session.next == "close"
    server.store.close()


# AUTHENTICATE PLAIN


@pytest.mark.parametrize(
    ("response", "reply"),
    [
        (b"AGJvYgB0dWxpcA==", b"OK AUTHENTICATE completed"),  # NUL bob NUL tulip
        (b"Ym9iAGJvYgB0dWxpcA==", b"OK AUTHENTICATE completed"),  # bob NUL bob NUL tulip
        (b"YW5uAGJvYgB0dWxpcA==", b"NO [AUTHORIZATIONFAILED] Nobody may act as somebody else here"),
        (b"AGJvYgB4", b"NO [AUTHENTICATIONFAILED] User name or password is wrong"),
        (b"*", b"BAD AUTHENTICATE cancelled"),
        (b"not base64", b"BAD The response is not BASE64"),
        (b"AGJvYg", b"BAD The response is not BASE64"),
        (b"\xff\xff\xff\xff", b"BAD The response is not BASE64"),
        (b"", b"BAD The PLAIN response has three parts: [as whom] NUL user NUL password"),
        (b"AAA=", b"BAD The PLAIN response has three parts: [as whom] NUL user NUL password"),
        (b"AP8A/w==", b"BAD Names and passwords are UTF-8"),
    ],
)
def test_authenticate(server: Server, response: bytes, reply: bytes) -> None:
    client = server.connect()
    assert client.raw(b"a AUTHENTICATE plain\r\n") == b"+ \r\n"
    assert client.raw(response + b"\r\n") == b"a " + reply + b"\r\n"
    assert client.state == ("AUTHENTICATED" if reply.startswith(b"OK") else "NOT AUTHENTICATED")


# Faults and bugs


def test_a_fault_is_the_reply(server: Server) -> None:
    fault = Answer(protocol="imap", command="UID FETCH", reply="NO [UNAVAILABLE] Try again")
    server.faults.add(fault)
    server.deliver()
    client = server.selected()
    assert client.do("FETCH 1 UID")[-1] == "OK FETCH completed"
    assert client.do("UID FETCH 1 BODY[]") == ["NO [UNAVAILABLE] Try again"]
    assert server.log[-1] == FaultStruck(connection=1, fault=str(fault))
    assert client.do("SEARCH SEEN")[0] == "* SEARCH"
    assert client.do("UID FETCH 1 UID")[-1] == "OK UID FETCH completed"


def test_a_full_mailbox(server: Server) -> None:
    from labserver.faults import MailboxFull

    server.deliver()
    client = server.selected()
    client.do("CREATE box")
    server.faults.add(MailboxFull(account="bob@home.example", times=3))
    assert client.do("UID COPY 9 box") == ["OK UID COPY completed"]
    assert client.do("APPEND box {1}\nx") == ["NO [OVERQUOTA] The mailbox is full"]
    assert client.do("COPY 1 box") == ["NO [OVERQUOTA] The mailbox is full"]
    assert client.do("RENAME INBOX old") == ["* 1 EXPUNGE", "OK RENAME completed"]
    client.do("SELECT old")
    assert client.do("MOVE 1 box") == ["NO [OVERQUOTA] The mailbox is full"]
    assert client.do("MOVE 1 box")[-1] == "OK MOVE completed"


def test_a_bug_is_told_and_logged_and_hurts_nobody_else(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    server.deliver()
    client, other = server.selected(), server.selected()
    monkeypatch.setattr(server.store.messages, "set_flags", broken)
    bug = "NO [SERVERBUG] Something is wrong in the server; this command was not done"
    with caplog.at_level(logging.ERROR, "labserver.imap"):
        assert client.do("STORE 1 +FLAGS (\\Seen)") == [bug]
        monkeypatch.setattr(server.store.messages, "data", broken)
        assert client.do("FETCH 1 BODY.PEEK[]") == [bug]
    assert [record.name for record in caplog.records] == ["labserver.imap"] * 2
    assert all(record.exc_info for record in caplog.records)
    assert other.do("NOOP") == ["OK NOOP completed"]
    assert client.do("NOOP") == ["OK NOOP completed"]


# Anything at all

_WORDS = st.sampled_from(
    [
        *(name.encode() for name in COMMANDS),
        *(b"1", b"1:*", b"*", b"2,1", b"99", b"INBOX", b"box", b"(\\Seen)", b"(\\Deleted x)"),
        *(b"FLAGS", b"+FLAGS.SILENT", b"(FLAGS BODY[])", b"FULL", b"BODY[1.HEADER]<0.9>"),
        *(b'""', b'"*"', b"%", b"ALL", b"NOT", b"OR", b"SEEN", b"TEXT", b"x", b"(MESSAGES)"),
        *(b"RETURN", b"(CHILDREN STATUS (SIZE))", b"(SUBSCRIBED RECURSIVEMATCH)", b"(% box)"),
        *(b"{2}\r\nhi", b"{0}\r\n", b"{3+}\r\nabc", b"{999999999}", b"DONE\r\n", b"bob", b"tulip"),
        *(b"(", b")", b'"', b"\\", b"\xff", b"\0", b"&", b"[", b"]", b"CHARSET", b"UTF-8"),
    ]
)
_LINES = st.lists(_WORDS, max_size=7).map(lambda words: b"t " + b" ".join(words) + b"\r\n")
_STREAMS = st.lists(st.one_of(_LINES, st.binary(max_size=30)), max_size=12).map(b"".join)


def _run(data: bytes, places: list[int]) -> tuple[bytes, list[tuple[str, bytes]], list[str]]:
    server = Server()
    for n in range(2):
        server.deliver(letter(f"Letter {n}"))
    client = server.connect()
    out = b""
    ends = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    for start, end in pairwise(ends):
        out += client.raw(data[start:end])
    client.session.lost("cut")
    log = [repr(event) for event in server.log]
    server.store.close()
    return out, client.heard, log


@given(st.sampled_from([b"", SELECTED, REV2]), _STREAMS, st.lists(st.integers(0, 400), max_size=30))
def test_any_octets_in_any_split(before: bytes, stream: bytes, places: list[int]) -> None:
    # The driver sees to it that what is heard is what was sent.
    data = before + stream
    whole = _run(data, [])
    assert _run(data, places) == whole
    assert b"SERVERBUG" not in whole[0]
    assert b"Something is wrong" not in whole[0]
    assert whole[0].endswith(b"\r\n") or not whole[0]


def test_every_split_of_a_session_in_two(server: Server) -> None:
    data = (
        SELECTED + b"a APPEND INBOX (x) {5}\r\nHello\r\nb FETCH 1:* (FLAGS BODY[])\r\n"
        b"c IDLE\r\nDONE\r\nd LOGOUT\r\n"
    )
    whole = _run(data, [])
    assert b"d OK LOGOUT completed\r\n" in whole[0]
    assert b"Hello" in whole[0]
    for place in range(len(data)):
        assert _run(data, [place]) == whole
    assert _run(data, list(range(len(data)))) == whole


def test_the_session_keeps_the_contract(server: Server) -> None:
    client: Client = server.connect()
    session: Session = client.session
    assert isinstance(session, ImapSession)
    assert session.next == "read"
    assert session.unread() == b""


@pytest.mark.parametrize("opening", ["NOT ", "OR ALL ", "(", "NOT ("])
def test_search_keys_nested_too_deep_are_a_limit_and_no_mistake(opening: str) -> None:
    client = Server().selected()

    def search(depth: int) -> str:
        closing = ")" * (opening.count("(") * depth)
        return client.do(f"SEARCH {opening * depth}ALL{closing}")[-1]

    assert search(40) == "OK SEARCH completed"
    # RFC 5530 section 3, LIMIT.
    assert search(1000) == "NO [LIMIT] SEARCH keys are nested more than 100 deep here"
