"""OBJECTID: identifiers that outlive names and UIDs (RFC 8474)."""

from __future__ import annotations

import re

import pytest

from tests.imap.driver import Client, Server, letter

OBJECTID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,254}")


def mailbox_id(client: Client, mailbox: str) -> str:
    line = client.do(f"STATUS {mailbox} (mailboxid)")[0]
    found = re.search(r"\(MAILBOXID \(([^)]+)\)\)", line)
    assert found is not None
    assert OBJECTID.fullmatch(found[1])
    return found[1]


def email_ids(client: Client, mailbox: str = "INBOX") -> list[str]:
    client.do(f"SELECT {mailbox}")
    lines = client.do("FETCH 1:* (EMAILID)")[:-1]
    found = [line.split("(")[2].rstrip(")") for line in lines]
    assert all(OBJECTID.fullmatch(each) for each in found)
    return found


def test_create_select_and_status_say_the_same(server: Server) -> None:
    client = server.login()
    (created,) = client.do("CREATE foo")
    found = re.fullmatch(r"OK \[MAILBOXID \((.+)\)\] CREATE completed", created)
    assert found is not None
    assert mailbox_id(client, "foo") == found[1]
    assert f"* OK [MAILBOXID ({found[1]})] Identifies it under any name" in client.do("SELECT foo")
    assert f"* OK [MAILBOXID ({found[1]})] Identifies it under any name" in client.do("EXAMINE foo")
    assert client.do("CREATE foo")[-1].startswith("NO")
    assert mailbox_id(client, "INBOX") != found[1]


def test_a_mailbox_keeps_its_id_when_it_is_renamed(server: Server) -> None:
    client = server.login()
    client.do("CREATE foo/bar")
    before = mailbox_id(client, "foo"), mailbox_id(client, "foo/bar")
    client.do("RENAME foo renamed")
    assert (mailbox_id(client, "renamed"), mailbox_id(client, "renamed/bar")) == before
    client.do("CREATE foo")
    assert mailbox_id(client, "foo") not in before


def test_inbox_keeps_its_id_when_its_messages_move(server: Server) -> None:
    # Section 8.2: INBOX is treated as creating a new mailbox and moving the messages.
    client = server.login()
    before = mailbox_id(client, "INBOX")
    client.do("RENAME INBOX old")
    assert mailbox_id(client, "INBOX") == before
    assert mailbox_id(client, "old") != before


def test_an_id_never_comes_back(server: Server) -> None:
    client = server.login()
    seen = []
    for _ in range(3):
        client.do("CREATE foo")
        seen.append(mailbox_id(client, "foo"))
        client.do("CREATE foo/bar")
        client.do("DELETE foo")  # the name stays, for the one below it
        assert client.do("STATUS foo (MAILBOXID)")[0].startswith("NO")
        client.do("CREATE foo")
        seen.append(mailbox_id(client, "foo"))
        client.do("DELETE foo/bar")
        client.do("DELETE foo")
    assert len(set(seen)) == len(seen)


def test_copies_share_the_email_id(server: Server) -> None:
    server.deliver(letter("A"))
    server.deliver(letter("B"))
    client = server.selected()
    first, second = email_ids(client)
    assert first != second
    client.do("CREATE foo")
    client.do("COPY 1:2 foo")
    client.do("MOVE 2 foo")
    assert email_ids(client) == [first]
    assert email_ids(client, "foo") == [first, second, second]


def test_what_differs_in_anything_immutable_has_an_id_of_its_own(server: Server) -> None:
    # Section 5.1: octets and the internal date (RFC 3501 section 2.3.1.1), flags not.
    client = server.login()
    for date in ("20-Mar-2018 03:07:37 +1100", "19-Mar-2018 16:07:37 +0000"):
        for flags in ("()", "(\\Seen)"):
            client.do(f'APPEND INBOX {flags} "{date}" {{1}}\nx')
    client.do('APPEND INBOX "20-Mar-2018 03:07:37 +1100" {1}\ny')
    one, same, other, again, different = email_ids(client)
    assert one == same
    assert other == again
    assert len({one, other, different}) == 3


def test_there_are_no_threads(server: Server) -> None:
    # Section 5.3, the last example
    server.deliver()
    client = server.selected()
    (email_id,) = email_ids(client)
    assert client.do("UID FETCH 1 (EMAILID THREADID)")[0] == (
        f"* 1 FETCH (UID 1 EMAILID ({email_id}) THREADID NIL)"
    )
    assert client.do(f"SEARCH THREADID {email_id}")[0] == "* SEARCH"


def test_search(server: Server) -> None:
    for subject in "AAB":
        server.deliver(letter(subject))
    client = server.selected()
    one, same, other = email_ids(client)
    assert one == same
    assert client.do(f"SEARCH EMAILID {one}")[0] == "* SEARCH 1 2"
    assert client.do(f"SEARCH OR EMAILID {other} EMAILID M0")[0] == "* SEARCH 3"
    assert client.do(f"SEARCH EMAILID {one.lower()}")[0] == "* SEARCH"  # case is significant


@pytest.mark.parametrize(
    "command",
    ["SEARCH EMAILID", "SEARCH EMAILID a.b", f"SEARCH THREADID {'a' * 256}", "SEARCH EMAILID {1}"],
)
def test_malformed(server: Server, command: str) -> None:
    assert server.selected().do(command)[0].startswith("BAD ")


@pytest.mark.parametrize(
    "command",
    ["FETCH 1 EMAILID", "FETCH 1 THREADID", "SEARCH EMAILID M1", "STATUS INBOX (MAILBOXID)"],
)
def test_switched_off_it_is_nowhere(server: Server, command: str) -> None:
    server.deliver()
    client = server.login("OBJECTID")
    assert not any("MAILBOXID" in line for line in client.do("SELECT INBOX"))
    assert client.do(command)[0].startswith("BAD ")
    assert client.do("CREATE foo") == ["OK CREATE completed"]
