"""Whatever octets come, in whatever split: the protocol's own error, and on it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.pop3 import text
from labserver.pop3.lines import LineReader
from labserver.pop3.text import canonical, canonical_size, stuffed, top
from labserver.protocol.limits import Limits
from tests.pop3.support import Drop, Talk


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"\xff\xfe\x00\r\n", b"-ERR A command is printable ASCII text\r\n"),
        (b"LIST \xc3\xb6\r\n", b"-ERR A command is printable ASCII text\r\n"),
        (b"STAT\x00\r\n", b"-ERR A command is printable ASCII text\r\n"),
        (b"STAT\t\r\n", b"-ERR A command is printable ASCII text\r\n"),
        (b"STAT\rSTAT\r\n", b"-ERR A command is printable ASCII text\r\n"),
        (b"STAT\r\r\n", b"-ERR A command is printable ASCII text\r\n"),
        (b"STAT\n", b"-ERR A line ends with CR and LF, not with LF alone\r\n"),
        (b"\n", b"-ERR A line ends with CR and LF, not with LF alone\r\n"),
        (b"\r\n", b"-ERR Unknown command\r\n"),
        (b" STAT\r\n", b"-ERR Unknown command\r\n"),
    ],
)
def test_lines_that_are_no_commands(line: bytes, reply: bytes, open_talk: Talk) -> None:
    assert open_talk.raw(line) == reply
    assert open_talk.session.next == "read"
    assert open_talk.say("NOOP") == "+OK"


def test_a_huge_line_is_refused_once_and_held_in_part_only(open_talk: Talk) -> None:
    assert open_talk.raw(b"A" * 100_000) == b"-ERR A line has at most 8192 octets\r\n"
    assert len(open_talk.session.unread()) < 8192
    assert open_talk.raw(b"B" * 100_000 + b"\r\nNOOP\r\n") == b"+OK\r\n"


def test_a_line_without_an_end_ends_the_session(make: Callable[..., Drop]) -> None:
    talk = make(Limits(line=300, errors=4)).talk()
    for end in (b"\r\n", b"\n"):
        assert talk.raw(b"A" * 500 + end) == b"-ERR A line has at most 300 octets\r\n"
    said = b"-ERR A line has at most 300 octets\r\n-ERR Too many errors: closing the connection\r\n"
    assert talk.raw(b"A" * 100_000) == said
    assert talk.session.how == "server"
    assert sum(map(len, talk.heard)) < 2000, "what is heard is kept in the log"


def test_a_long_line_within_the_limit_is_a_line(open_talk: Talk) -> None:
    assert open_talk.raw(b"A" * 253 + b"\r\n") == b"-ERR Unknown command\r\n"
    # RFC 2449 section 4: no command is longer.
    for octets in (254, 8190):
        refused = open_talk.raw(b"A" * octets + b"\r\n")
        assert refused == b"-ERR A line has at most 255 octets\r\n"
    assert open_talk.raw(b"A" * 8191 + b"\r\n").startswith(b"-ERR A line has at most")
    assert open_talk.say("NOOP") == "+OK"


def test_commands_of_255_octets_are_taken(make: Callable[..., Drop]) -> None:
    # RFC 2449 section 4 asks for that much.
    drop = make()
    drop.store.accounts.add("eve", "p" * 248)
    assert drop.talk().login("eve", "p" * 248) == "+OK 0 messages"


def test_half_a_line_is_held(open_talk: Talk) -> None:
    assert open_talk.raw(b"NO") == b""
    assert open_talk.session.unread() == b"NO"
    assert open_talk.raw(b"OP\r") == b""
    assert open_talk.raw(b"\n") == b"+OK\r\n"


def test_too_many_errors_end_the_session_without_update(make: Callable[..., Drop]) -> None:
    drop = make(Limits(errors=3))
    drop.deliver(b"a\r\n")
    talk = drop.talk()
    talk.login()
    talk.say("DELE 1")
    assert talk.raw(b"x\r\nx\r\n") == b"-ERR Unknown command\r\n" * 2
    assert talk.raw(b"x\r\nQUIT\r\n") == b"-ERR Too many errors: closing the connection\r\n"
    assert talk.session.next == "close"
    assert talk.session.how == "server"
    assert drop.uids() == [1]
    assert drop.talk().login() == "+OK 1 message"


def test_a_message_that_is_not_there_is_no_protocol_error(make: Callable[..., Drop]) -> None:
    talk = make(Limits(errors=2)).talk()
    talk.login()
    for _ in range(5):
        assert talk.say("RETR 1").startswith("-ERR No message")
    assert talk.session.next == "read"


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_first_line_is_longer_than_512_octets(language: str, open_talk: Talk) -> None:
    # RFC 1939 section 3, RFC 2449 section 4.
    open_talk.say(f"LANG {language}")
    for word in ("RETR", "LIST", "TOP", "DELE", "UIDL"):
        reply = open_talk.raw(f"{word} {'9' * 40}{' 1' if word == 'TOP' else ''}\r\n".encode())
        assert b"9" * 40 in reply
        assert len(reply) <= 512


def test_stls_in_the_stream(make: Callable[..., Drop]) -> None:
    """What is behind STLS is heard, and done by nobody, in whatever split."""
    stream = b"UTF8x\r\nSTLS\r\nUSER bob\r\nPA"
    for at in range(1, len(stream)):
        drop = make()
        talk = drop.talk(tls=True)
        said = talk.raw(stream[:at])
        if talk.session.next == "read":
            said += talk.raw(stream[at:])
        assert said == b"-ERR Unknown command\r\n+OK Begin TLS negotiation\r\n"
        drop.close()


def test_a_bug_answers_its_command_and_nobody_else_s(
    drop: Drop, open_talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(body: int) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(drop.store.messages, "data", bug)
    assert open_talk.say("RETR 1") == "-ERR [SYS/TEMP] The server failed to do this"
    assert "planted" in caplog.text
    monkeypatch.undo()
    assert open_talk.say("RETR 1").startswith("+OK")


COMMANDS = st.sampled_from(
    [
        b"USER bob\r\n",
        b"PASS tulip\r\n",
        b"USER bob\r\nPASS tulip\r\n",
        b"PASS x\r\n",
        b"APOP bob c4c9334bac560ecc979e58001b3e22fb\r\n",
        b"AUTH PLAIN\r\n",
        b"AGJvYgB0dWxpcA==\r\n",
        b"AUTH LOGIN Ym9i\r\n",
        b"AUTH CRAM-MD5\r\n",
        b"*\r\n",
        b"UTF8\r\n",
        b"LANG de\r\n",
        b"LANG\r\n",
        "USER b\u00f6b\r\n".encode(),
        b"USER \xff\r\n",
        b"STAT\r\n",
        b"LIST\r\n",
        b"LIST 2\r\n",
        b"UIDL\r\n",
        b"RETR 1\r\n",
        b"TOP 1 1\r\n",
        b"DELE 1\r\n",
        b"DELE 2\r\n",
        b"RSET\r\n",
        b"NOOP\r\n",
        b"CAPA\r\n",
        b"STAT\n",
        b"RETR 99\r\n",
        b"A" * 60,
        b"\r\n",
        b"QUIT\r\n",
    ]
)
STREAMS = st.lists(st.one_of(COMMANDS, COMMANDS, st.binary(max_size=40)), max_size=25).map(b"".join)


def fresh(make: Callable[..., Drop]) -> Drop:
    drop = make(Limits(line=64, errors=12, failed_logins=3), pop3_delete_after_retr=True)
    drop.deliver(b"a: b\r\n\r\n.dot\r\n", b"second\n.")
    return drop


@given(stream=STREAMS, data=st.data())
def test_any_octets_in_any_split_give_one_and_the_same(
    make: Callable[..., Drop], stream: bytes, data: st.DataObject
) -> None:
    whole = fresh(make)
    one = whole.talk()
    expected = one.raw(stream)
    split = fresh(make)
    many = split.talk()
    said = b""
    rest = stream
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        said += many.raw(rest[:size])
        rest = rest[size:]
    assert said == expected
    assert many.heard == one.heard
    one.session.lost("cut")
    many.session.lost("cut")
    assert list(whole.log) == list(split.log)
    assert split.store.maildrops._holders == {}
    assert all(len(line) <= 510 for line in expected.split(b"\r\n")), "512 with CRLF"
    if b"QUIT\r\n" not in stream:
        assert split.uids() == [1, 2]
    whole.close()
    split.close()


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"x"])).map(b"".join) | st.binary())
def test_message_octets(data: bytes) -> None:
    sent = canonical(data)
    assert canonical_size(data) == len(sent)
    assert canonical(sent) == sent
    assert sent.count(b"\n") == sent.count(b"\r\n")
    assert sent == b"" or sent.endswith(b"\r\n")
    lines = stuffed(sent).split(b"\r\n")
    assert b"." not in lines
    assert b"\r\n".join(line.removeprefix(b".") for line in lines) == sent
    assert top(sent, len(sent)) == sent
    assert sent.startswith(top(sent, 1))


@given(st.lists(st.sampled_from([b"", b".", b"xy"]), max_size=30), st.integers(0, 40))
@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
def test_top_counts_lines(block: int, body: list[bytes], lines: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Counted in blocks, wherever these end: in a line, between CR and LF, behind both.
        patch.setattr(text, "_BLOCK", block)
        head = b"A: b\r\n\r\n"
        whole = head + b"".join(line + b"\r\n" for line in body)
        assert top(whole, lines) == head + b"".join(line + b"\r\n" for line in body[:lines])


@given(st.binary(max_size=200), st.integers(2, 20))
def test_a_line_reader_loses_nothing_and_holds_little(stream: bytes, limit: int) -> None:
    reader = LineReader(limit)
    taken = b""
    for n in range(0, len(stream), 3):
        reader.feed(stream[n : n + 3])
        for line in reader:
            taken += line.octets
            assert len(line.octets) <= limit
        assert len(reader.held()) < limit
    assert taken + reader.held() == stream
