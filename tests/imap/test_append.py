"""APPEND and what extends it: MULTIAPPEND (RFC 3502), APPENDLIMIT (RFC 7889)."""

from __future__ import annotations

import pytest

from labserver.events import Delivered
from labserver.faults import MailboxFull
from tests.imap.driver import Client, Server, letter
from tests.imap.test_capabilities import told

JOE = (
    b"Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\r\n"
    b"From: Fred Foobar <foobar@Blurdybloop.example.COM>\r\n"
    b"Subject: afternoon meeting\r\n"
    b"To: mooch@owatagu.example.net\r\n"
    b"Message-Id: <B27397-0100000@Blurdybloop.example.COM>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
    b"\r\n"
    b"Hello Joe, do you think we can meet at 3:30 tomorrow?\r\n"
)
RE_JOE = (
    b"Date: Mon, 7 Feb 1994 22:43:04 -0800 (PST)\r\n"
    b"From: Joe Mooch <mooch@OWaTaGu.example.net>\r\n"
    b"Subject: Re: afternoon meeting\r\n"
    b"To: foobar@blurdybloop.example.com\r\n"
    b"Message-Id: <a0434793874930@OWaTaGu.example.net>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
    b"\r\n"
    b"3:30 is fine with me.\r\n\r\n"
)
READY = b"+ Ready for literal data\r\n"


def stored(server: Server, mailbox: str = "INBOX") -> list[tuple[bytes | None, str]]:
    messages = server.store.messages
    rows = messages.rows(server.store.mailboxes.get(server.bob, mailbox))
    return [(messages.data(row.body), row.flags) for row in rows]


def several(*texts: bytes) -> bytes:
    return b"".join(b" {%d+}\r\n%b" % (len(text), text) for text in texts) + b"\r\n"


def test_the_example_of_rfc_3502(server: Server) -> None:
    client = server.login()
    client.do("CREATE saved-messages")
    # Not 329 and 295, as the example has it: that counts neither text nor line ends right.
    client.raw(b"A003 APPEND saved-messages (\\Seen) {%d}\r\n" % len(JOE))
    second = b' (\\Seen) " 7-Feb-1994 22:43:04 -0800" {%d}\r\n' % len(RE_JOE)
    assert client.raw(JOE + second) == READY
    validity = server.store.mailboxes.get(server.bob, "saved-messages").uidvalidity
    assert client.raw(RE_JOE + b"\r\n") == (
        b"A003 OK [APPENDUID %d 1:2] APPEND completed\r\n" % validity
    )
    assert stored(server, "saved-messages") == [(JOE, "\\Seen"), (RE_JOE, "\\Seen")]
    assert client.do("APPEND bogusname (\\Flagged) {5}\nHello") == [
        "NO [TRYCREATE] No such mailbox"
    ]
    client.do("EXAMINE saved-messages")
    assert client.do("FETCH 2 INTERNALDATE")[0] == (
        '* 2 FETCH (INTERNALDATE "07-Feb-1994 22:43:04 -0800")'
    )


def test_the_selected_mailbox_is_told_of_all(server: Server) -> None:
    client = server.selected()
    reply = client.raw(b"a APPEND INBOX" + several(letter("1"), letter("2"), letter("3")))
    assert reply.splitlines()[:2] == [b"* 3 EXISTS", b"* 3 RECENT"]
    assert server.uids() == [1, 2, 3]


@pytest.mark.parametrize(
    "after",
    [
        b" {0+}\r\n\r\n",  # cancels
        b" (\\Unheard) {5+}\r\nHello\r\n",
        b' "32-Feb-1994 22:43:04 -0800" {5+}\r\nHello\r\n',
        b" Hello\r\n",
        b"  {5+}\r\nHello\r\n",
        b" \r\n",
        b" {2001+}\r\n" + b"x" * 2001 + b"\r\n",
        b" {8+}\r\nH\0ello\r\n\r\n",
    ],
)
def test_all_or_none(after: bytes) -> None:
    server = Server(message=2000)
    client = server.login()
    reply = client.raw(b"a APPEND INBOX" + several(letter(), letter("B"))[:-2] + after)
    assert reply.startswith((b"a NO ", b"a BAD "))
    assert client.do("NOOP") == ["OK NOOP completed"]
    assert stored(server) == []
    assert not any(isinstance(event, Delivered) for event in server.log)
    server.store.close()


def test_a_full_mailbox_takes_none(server: Server) -> None:
    server.faults.add(MailboxFull(account="bob@home.example"))
    client = server.login()
    reply = client.raw(b"a APPEND INBOX" + several(letter(), letter("B")))
    assert reply == b"a NO [OVERQUOTA] The mailbox is full\r\n"
    assert stored(server) == []
    assert client.raw(b"b APPEND INBOX" + several(letter(), letter("B"))).startswith(b"b OK")


def test_one_command_holds_no_more_than_one_literal_may() -> None:
    server = Server(literal=2000, message=1500)
    client = server.login()
    reply = client.raw(b"a APPEND INBOX" + several(b"x" * 1000, b"y" * 1000))
    assert reply.startswith(b"a OK")
    assert client.raw(b"b APPEND INBOX {1000+}\r\n" + b"x" * 1000 + b" {1001}\r\n") == (
        b"b NO [TOOBIG] The messages are too large for one command\r\n"
    )
    assert client.raw(b"c APPEND INBOX" + several(b"x" * 1000, b"y" * 1000)).startswith(b"c OK")
    server.store.close()


def test_switched_off_it_is_one_message_a_command(server: Server) -> None:
    client = server.login("MULTIAPPEND")
    reply = client.raw(b"a APPEND INBOX" + several(letter(), letter("B")))
    assert reply == b"a BAD Too many arguments\r\n"
    assert stored(server) == []


def test_without_uidplus_there_is_no_appenduid(server: Server) -> None:
    client: Client = server.login("UIDPLUS")
    assert client.do("APPEND INBOX {5}\nHello") == ["OK APPEND completed"]


# RFC 7889


def test_the_limit_is_advertised_and_kept() -> None:
    server = Server(literal=3000, message=2500)
    client = server.connect()
    assert "APPENDLIMIT=2500" in told(client)
    client = server.login()
    assert "APPENDLIMIT=2500" in told(client)
    client.do("CREATE Plans")
    for mailbox in ("INBOX", "Plans"):
        assert client.do(f"STATUS {mailbox} (APPENDLIMIT)") == [
            f"* STATUS {mailbox} (APPENDLIMIT 2500)",
            "OK STATUS completed",
        ]
    text = letter() + b"x" * (2500 - len(letter()))
    assert client.raw(b"a APPEND INBOX" + several(text)).startswith(b"a OK")
    assert client.raw(b"a APPEND INBOX" + several(text + b"x")) == (
        b"a NO [TOOBIG] A message has at most 2500 octets here\r\n"
    )
    server.store.close()


def test_without_appendlimit_nothing_tells_it(server: Server) -> None:
    client = server.login("APPENDLIMIT")
    assert not any(name.startswith("APPENDLIMIT") for name in told(client))
    assert client.do("STATUS INBOX (APPENDLIMIT)") == ["BAD There is no STATUS item APPENDLIMIT"]


@pytest.mark.parametrize(
    "moment",
    [
        "30-Feb-2020 20:00:00 +0000",
        "00-Jan-2020 20:00:00 +0000",
        " 1-Jan-2020 24:00:00 +0000",
        " 1-Jan-2020 20:00:00 +9999",
        " 1-Jan-0001 00:00:00 +1400",
    ],
)
def test_a_moment_that_never_was_is_refused(server: Server, moment: str) -> None:
    # RFC 3501 section 6.3.11: NO for an error in the date/time; it is in the grammar.
    client = server.login()
    assert client.do(f'APPEND INBOX "{moment}" {{1}}\nx') == [
        "NO [CANNOT] There is no such date and time"
    ]
    assert server.uids() == []
