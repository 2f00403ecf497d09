"""REPLACE (RFC 8508)."""

from __future__ import annotations

import pytest

from labserver.events import Delivered, Expunged
from labserver.faults import MailboxFull
from tests.imap.driver import Client, Server, letter
from tests.imap.test_append import stored

DRAFT = letter("happy new year !!", "Just saw the best fireworks show. Wish you were here.\r\n")
AGAIN = letter("happy new year !!", "Hopefully next year you can join us.\r\n")


@pytest.fixture
def client(server: Server) -> Client:
    """Bob, with four messages in Drafts, which is selected."""
    server.store.mailboxes.create(server.bob, "Drafts")
    for number in range(4):
        server.deliver(letter(f"Draft {number + 1}"), "Drafts")
    client = server.login()
    client.do("SELECT Drafts")
    return client


def replace(client: Client, command: str, data: bytes) -> list[str]:
    reply = client.raw(b"a %b {%d+}\r\n%b\r\n" % (command.encode(), len(data), data))
    return client.lines(reply, "a")


def test_the_examples(client: Client) -> None:
    server = client.server
    validity = server.store.mailboxes.get(server.bob, "Drafts").uidvalidity
    # Sections 3.2 and 3.3; EXPUNGE is told before EXISTS here, which counts without the old one.
    client.raw(b"A003 REPLACE 4 Drafts (\\Seen \\Draft) {%d}\r\n" % len(DRAFT))
    assert client.lines(client.raw(DRAFT + b"\r\n"), "A003") == [
        f"* OK [APPENDUID {validity} 5] Replacement message ready",
        "* 4 EXPUNGE",
        "* 4 EXISTS",
        "* 4 RECENT",
        "OK REPLACE completed",
    ]
    assert replace(client, "UID REPLACE 5 Drafts (\\Seen \\Draft)", AGAIN) == [
        f"* OK [APPENDUID {validity} 6] Replacement message ready",
        "* 4 EXPUNGE",
        "* 4 EXISTS",
        "* 4 RECENT",
        "OK UID REPLACE completed",
    ]
    assert server.uids("Drafts") == [1, 2, 3, 6]
    assert stored(server, "Drafts")[-1] == (AGAIN, "\\Seen \\Draft")


def test_put_together_from_the_one_that_goes(client: Client) -> None:
    # Section 4.2
    text = b"To: Mitzy <miss.mitzy@example.org>\r\nSubject: My view of the fireworks\r\n"
    reply = client.raw(
        b'A011 UID REPLACE 4 Drafts CATENATE (TEXT {%d+}\r\n%b URL "/Drafts/;UID=4")\r\n'
        % (len(text), text)
    )
    assert reply.endswith(b"A011 OK UID REPLACE completed\r\n")
    assert stored(client.server, "Drafts")[-1] == (text + letter("Draft 4"), "")


def test_into_another_mailbox(client: Client) -> None:
    server = client.server
    server.flag(server.deliver(), "\\Flagged")
    client.do("STORE 2 +FLAGS (\\Flagged \\Draft)")
    before = len(server.log)
    told = replace(client, "REPLACE 2 INBOX", DRAFT)
    assert told[0].startswith("* OK [APPENDUID ")
    assert told[1:] == ["* 2 EXPUNGE", "OK REPLACE completed"]
    assert stored(server)[1] == (DRAFT, "")  # nothing is inherited
    assert server.uids("Drafts") == [1, 3, 4]
    events = [event for event in server.log[before:] if isinstance(event, Delivered | Expunged)]
    assert [type(event) for event in events] == [Delivered, Expunged]
    assert client.do("NOOP") == ["OK NOOP completed"]


def test_the_same_octets_stay(client: Client) -> None:
    assert replace(client, "REPLACE * Drafts", letter("Draft 4"))[-1] == "OK REPLACE completed"
    assert stored(client.server, "Drafts")[-1][0] == letter("Draft 4")
    assert client.server.uids("Drafts") == [1, 2, 3, 5]


def test_others_see_both_at_once(client: Client) -> None:
    other = client.server.login()
    other.do("SELECT Drafts")
    replace(client, "REPLACE 1 Drafts", DRAFT)
    assert other.do("NOOP")[:2] == ["* 1 EXPUNGE", "* 4 EXISTS"]


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("REPLACE 5 Drafts", "BAD There are only 4 messages in the mailbox"),
        ("UID REPLACE 5 Drafts", "NO [NONEXISTENT] There is no message of that UID"),
        ("REPLACE 1 Nowhere", "NO [TRYCREATE] No such mailbox"),
        ("UID REPLACE 1 Nowhere", "NO [TRYCREATE] No such mailbox"),
        ("REPLACE 1:2 Drafts", "BAD Expected SP at ':2 Drafts '"),
        ("REPLACE 1,2 Drafts", "BAD Expected SP at ',2 Drafts '"),
        ("REPLACE 0 Drafts", "BAD Expected a number from 1 up at '0 Drafts '"),
        ("REPLACE Drafts", "BAD Expected a number at 'Drafts '"),
        ("UID REPLACE 1 Drafts (\\Seen", "BAD Expected a word at the literal"),
    ],
)
def test_what_fails_changes_nothing(client: Client, command: str, reply: str) -> None:
    assert replace(client, command, DRAFT) == [reply]
    assert client.do("NOOP") == ["OK NOOP completed"]
    assert client.server.uids("Drafts") == [1, 2, 3, 4]


def test_one_message_only(client: Client) -> None:
    reply = client.raw(b"a REPLACE 1 Drafts {2+}\r\nhi {2+}\r\nho\r\n")
    assert reply == b"a BAD Too many arguments\r\n"
    assert replace(client, "REPLACE 1 Drafts", b"") == [
        "NO [CANNOT] An empty message can't be appended"
    ]
    assert client.server.uids("Drafts") == [1, 2, 3, 4]


def test_a_full_mailbox_keeps_the_old_one(client: Client) -> None:
    client.server.faults.add(MailboxFull(account="bob@home.example"))
    assert replace(client, "REPLACE 1 Drafts", DRAFT) == ["NO [OVERQUOTA] The mailbox is full"]
    assert client.server.uids("Drafts") == [1, 2, 3, 4]


def test_what_is_gone_or_read_only_is_not_replaced(client: Client) -> None:
    other = client.server.login()
    other.do("EXAMINE Drafts")
    assert replace(other, "REPLACE 1 Drafts", DRAFT) == [
        "NO [READ-ONLY] The mailbox is open to read only"
    ]
    writer = client.server.login()
    writer.do("SELECT Drafts")
    writer.do("STORE 1 +FLAGS (\\Deleted)")
    writer.do("EXPUNGE")
    assert replace(client, "REPLACE 1 Drafts", DRAFT) == [
        "* 1 EXPUNGE",
        "NO [EXPUNGEISSUED] Some of the requested messages no longer exist",
    ]
    assert client.server.uids("Drafts") == [2, 3, 4]


def test_who_knows_mod_sequences_is_told_the_highest(client: Client) -> None:
    client.do("ENABLE CONDSTORE")
    client.do("CLOSE")
    client.do("SELECT Drafts (CONDSTORE)")
    done = replace(client, "REPLACE 1 Drafts", DRAFT)[-1]
    server = client.server
    modseq = server.store.mailboxes.get(server.bob, "Drafts").modseq
    assert done == f"OK [HIGHESTMODSEQ {modseq}] REPLACE completed"


def test_without_uidplus_there_is_no_appenduid(client: Client) -> None:
    other = client.server.login("UIDPLUS")
    other.do("SELECT Drafts")
    assert replace(other, "REPLACE 1 Drafts", DRAFT)[0] == "* 1 EXPUNGE"
