"""STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP, CAPA (RFC 1939 sections 5 and 7, RFC 2449)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labserver.events import Marked, Unmarked
from labserver.pop3.text import stuffed
from labserver.protocol.session import Payload
from tests.pop3.support import Drop, Talk


def sizes(messages: tuple[bytes, ...]) -> list[int]:
    return [len(data) for data in messages]


def test_stat_and_list(open_talk: Talk, messages: tuple[bytes, ...]) -> None:
    first, second, third = sizes(messages)
    assert open_talk.say("STAT") == f"+OK 3 {first + second + third}"
    assert open_talk.say("LIST") == f"+OK\r\n1 {first}\r\n2 {second}\r\n3 {third}\r\n."
    assert open_talk.say("LIST 2") == f"+OK 2 {second}"


def test_an_empty_maildrop(empty: Drop) -> None:
    talk = empty.talk()
    assert talk.login() == "+OK 0 messages"
    assert talk.say("STAT") == "+OK 0 0"
    assert talk.say("LIST") == "+OK\r\n."
    assert talk.say("UIDL") == "+OK\r\n."
    assert talk.say("LIST 1") == "-ERR No message 1 (the maildrop is empty)"
    assert talk.say("QUIT") == "+OK Bye (0 messages left)"


def test_retr_stuffs_dots_and_is_one_payload(open_talk: Talk, messages: tuple[bytes, ...]) -> None:
    for number, data in enumerate(messages, 1):
        chunks = list(open_talk.session.receive(b"RETR %d\r\n" % number))
        assert chunks == [b"+OK %d octets\r\n" % len(data), stuffed(data), b".\r\n"]
        assert [type(chunk) for chunk in chunks] == [bytes, Payload, bytes]
    first = stuffed(messages[0])
    assert first == b"Subject: one\r\n\r\nHello\r\n..\r\n...\r\n..dot\r\nend\r\n"


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        (b"", b""),
        (b"a: b\n\nbare\n.lf\n", b"a: b\r\n\r\nbare\r\n..lf\r\n"),
        (b"a: b\n\r\nmixed\r\n\n.", b"a: b\r\n\r\nmixed\r\n\r\n..\r\n"),
        (b"no end", b"no end\r\n"),
        (b"bare\rcr\r", b"bare\rcr\r\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"\r\n.\r\n", b"\r\n..\r\n"),
        (b"\n.\n", b"\r\n..\r\n"),
        (bytes(range(256)), None),
    ],
)
def test_whatever_is_stored_the_reply_ends_where_it_ends(
    empty: Drop, data: bytes, sent: bytes | None
) -> None:
    empty.deliver(data)
    talk = empty.talk()
    talk.login()
    reply = talk.raw(b"RETR 1\r\n")
    status, _, rest = reply.partition(b"\r\n")
    assert rest.endswith(b".\r\n")
    body = rest[:-3]
    lines = body.split(b"\r\n")
    assert lines.pop() == b""
    assert b"." not in lines, "the only line of one dot is the last"
    assert all(b"\n" not in line for line in lines)
    plain = b"".join(line.removeprefix(b".") + b"\r\n" for line in lines)
    assert status == b"+OK %d octets" % len(plain)
    assert talk.say("LIST 1") == f"+OK 1 {len(plain)}"
    if sent is not None:
        assert body == sent


def test_top_gives_header_blank_line_and_so_many_lines(open_talk: Talk) -> None:
    head = "+OK\r\nSubject: three\r\nTo: bob\r\n\r\n"
    assert open_talk.say("TOP 3 0") == head + "."
    assert open_talk.say("TOP 3 2") == head + "line 1\r\nline 2\r\n."
    for lines in (3, 4, 9999999999):
        assert open_talk.say(f"TOP 3 {lines}") == head + "line 1\r\nline 2\r\nline 3\r\n."


def test_top_stuffs_dots_and_marks_nothing(drop: Drop, open_talk: Talk) -> None:
    assert open_talk.say("TOP 1 3") == ("+OK\r\nSubject: one\r\n\r\nHello\r\n..\r\n...\r\n.")
    assert open_talk.say("STAT").startswith("+OK 3 ")
    assert drop.events(Marked) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ""),
        (b"only: header\r\n", "only: header\r\n"),
        (b"\r\nbody at once\r\nmore\r\n", "\r\nbody at once\r\n"),
        (b"a: b\n\n1\n2\n", "a: b\r\n\r\n1\r\n"),
        (b"a: b\r\n\r\n", "a: b\r\n\r\n"),
    ],
)
def test_top_1_of_odd_messages(empty: Drop, data: bytes, expected: str) -> None:
    empty.deliver(data)
    talk = empty.talk()
    talk.login()
    assert talk.say("TOP 1 1") == f"+OK\r\n{expected}."


def test_uidl_names_number_and_id(drop: Drop, open_talk: Talk) -> None:
    listing = open_talk.say("UIDL").split("\r\n")
    validity = f"{drop.inbox.uidvalidity:x}"
    assert listing == ["+OK", *(f"{n} {validity}.{n}" for n in (1, 2, 3)), "."]
    assert open_talk.say("UIDL 2") == f"+OK 2 {validity}.2"


def test_unique_ids_stay_and_numbers_do_not(drop: Drop, open_talk: Talk) -> None:
    second = open_talk.say("UIDL 2").split()[2]
    open_talk.say("DELE 1")
    open_talk.say("QUIT")
    drop.deliver(b"Subject: new\r\n\r\n\r\n")
    again = drop.talk()
    again.login()
    listing = [row.split() for row in again.say("UIDL").split("\r\n")[1:-1]]
    assert [number for number, _ in listing] == ["1", "2", "3"]
    assert listing[0][1] == second
    ids = [uidl for _, uidl in listing]
    assert len(set(ids)) == 3
    assert all(1 <= len(uidl) <= 70 and uidl.isprintable() and " " not in uidl for uidl in ids)


def test_identical_messages_have_ids_of_their_own(empty: Drop) -> None:
    empty.deliver(b"same\r\n", b"same\r\n")
    talk = empty.talk()
    talk.login()
    assert talk.say("UIDL 1").split()[2] != talk.say("UIDL 2").split()[2]


def test_dele_marks_and_removes_nothing(
    drop: Drop, open_talk: Talk, messages: tuple[bytes, ...]
) -> None:
    first, second, third = sizes(messages)
    assert open_talk.say("DELE 1") == "+OK Marked"
    assert drop.uids() == [1, 2, 3]
    assert drop.events(Marked) == [
        Marked(connection=1, account="bob@home.example", mailbox="INBOX", uid=1)
    ]
    assert open_talk.say("STAT") == f"+OK 2 {second + third}"
    assert open_talk.say("LIST") == f"+OK\r\n2 {second}\r\n3 {third}\r\n."
    assert open_talk.say("UIDL").split("\r\n")[1].startswith("2 ")
    for line in ("LIST 1", "UIDL 1", "RETR 1", "TOP 1 0", "DELE 1"):
        assert open_talk.say(line) == "-ERR Message 1 is marked as deleted"
    assert open_talk.say("RETR 2").startswith(f"+OK {second} octets")
    assert first


def test_rset_answers_once_and_takes_away_the_marks(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    open_talk.say("DELE 3")
    assert open_talk.raw(b"RSET\r\n") == b"+OK 3 messages\r\n"
    assert open_talk.raw(b"RSET\r\n") == b"+OK 3 messages\r\n"
    assert drop.events(Unmarked) == [Unmarked(connection=1)]
    assert open_talk.say("RETR 1").startswith("+OK")


@pytest.mark.parametrize("line", ["RETR {}", "LIST {}", "UIDL {}", "DELE {}", "TOP {} 1"])
@pytest.mark.parametrize("number", ["0", "4", "9999999999"])
def test_a_number_that_is_none(line: str, number: str, open_talk: Talk) -> None:
    expected = f"-ERR No message {int(number)} (the numbers are 1 to 3)"
    assert open_talk.say(line.format(number)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "STAT 1",
        "LIST 1 2",
        "LIST ",
        "LIST  1",
        "LIST -1",
        "LIST +1",
        "LIST 1.0",
        "LIST one",
        "LIST 1 ",
        "UIDL x",
        "RETR",
        "RETR ",
        "RETR 1 2",
        "RETR " + "1" * 41,
        "TOP",
        "TOP 1",
        "TOP 1 -1",
        "TOP 1 2 3",
        "DELE",
        "DELE 1 2",
        "RSET 1",
        "NOOP x",
        "CAPA x",
        "QUIT now",
    ],
)
def test_wrong_arguments(line: str, drop: Drop, open_talk: Talk) -> None:
    assert open_talk.say(line).startswith(f"-ERR Write: {line.split(maxsplit=1)[0]}")
    assert open_talk.session.next == "read"
    assert open_talk.say("STAT").startswith("+OK 3 ")


def test_more_than_a_hundred_messages_are_all_there(empty: Drop) -> None:
    empty.deliver(*(b"n: %d\r\n\r\n" % n for n in range(250)))
    talk = empty.talk()
    assert talk.login() == "+OK 250 messages"
    assert len(talk.say("LIST").split("\r\n")) == 252
    assert talk.say("TOP 250 0") == "+OK\r\nn: 249\r\n\r\n."


def test_a_text_in_brackets_is_a_response_code_only(drop: Drop, talk: Talk) -> None:
    # RESP-CODES promises that of every reply (RFC 2449 section 6.4).
    for line in ("x", "STAT", "USER a b", "USER bob", "PASS [", "USER bob", "PASS tulip", "RETR 7"):
        text = talk.say(line).partition(" ")[2]
        assert not text.startswith("[") or text.startswith("[AUTH] ")


def test_pipelined_commands_are_done_in_turn(
    make: Callable[..., Drop], drop: Drop, messages: tuple[bytes, ...]
) -> None:
    whole = b"USER bob\r\nPASS tulip\r\nDELE 1\r\nSTAT\r\nRSET\r\nRETR 1\r\nDELE 2\r\nQUIT\r\n"
    together = drop.talk().raw(whole)
    # The same once more, where nothing was removed: one command at a time.
    other = make()
    other.deliver(*messages)
    alone = other.talk()
    apart = b"".join(alone.raw(line + b"\r\n") for line in whole.split(b"\r\n")[:-1])
    assert together == apart
    assert together.endswith(b"+OK Bye (2 messages left)\r\n")
    assert drop.uids() == other.uids() == [1, 3]


def test_a_command_is_done_before_its_first_chunk_and_not_before_its_turn(
    drop: Drop, open_talk: Talk
) -> None:
    replies = iter(open_talk.session.receive(b"RETR 1\r\nDELE 1\r\nQUIT\r\n"))
    assert next(replies).startswith(b"+OK")
    assert drop.events(Marked) == []
    assert [next(replies)[:3] for _ in range(2)] == [b"Sub", b".\r\n"]
    assert next(replies) == b"+OK Marked\r\n"
    assert len(drop.events(Marked)) == 1
    assert next(replies) == b"+OK Bye (2 messages left)\r\n"
    assert drop.uids() == [2, 3]
