"""UNAUTHENTICATE (RFC 8437)."""

from __future__ import annotations

import pytest

from tests.imap.driver import Server, letter

DONE = "OK UNAUTHENTICATE completed"


@pytest.mark.parametrize("mailbox", [None, "INBOX"])
def test_the_next_user_finds_nothing_of_the_last(server: Server, mailbox: str | None) -> None:
    server.store.accounts.add("ann", "fern")
    server.flag(server.deliver(), "\\Deleted")
    client = server.login()
    assert client.do("ENABLE CONDSTORE")[0] == "* ENABLED CONDSTORE"
    if mailbox:
        client.do(f"SELECT {mailbox}")
    assert client.do("UNAUTHENTICATE") == [DONE]
    assert client.states[-1] == ("NOT AUTHENTICATED", None)
    assert server.uids() == [1]  # no expunge
    assert client.do('LIST "" *') == ["BAD Log in first"]
    assert client.do("CHECK") == ["BAD Log in first"]
    assert client.do("LOGIN ann fern") == ["OK LOGIN completed"]
    assert client.do("FETCH 1 FLAGS") == ["BAD Select a mailbox first"]
    assert "* 0 EXISTS" in client.do("SELECT INBOX")
    client.do("CLOSE")
    assert client.do("ENABLE CONDSTORE")[0] == "* ENABLED CONDSTORE"  # it was not


def test_news_of_the_mailbox_left_are_not_told(server: Server) -> None:
    client = server.selected()
    server.deliver(letter())
    assert client.do("UNAUTHENTICATE") == [DONE]
    wakes = client.wakes
    server.deliver(letter())
    assert client.wakes == wakes
    assert client.news() == []


def test_in_one_round_trip(server: Server) -> None:
    # Section 3: pipelined with AUTHENTICATE and its initial response
    client = server.selected()
    reply = client.raw(b"a UNAUTHENTICATE\r\nb AUTHENTICATE PLAIN AGJvYgB0dWxpcA==\r\n")
    assert reply == b"a OK UNAUTHENTICATE completed\r\nb OK AUTHENTICATE completed\r\n"
    assert client.state == "AUTHENTICATED"


def test_failed_logins_are_not_forgotten() -> None:
    server = Server(failed_logins=2)
    client = server.connect()
    client.do("LOGIN bob rose")
    client.do("LOGIN bob tulip")
    client.do("UNAUTHENTICATE")
    assert client.do("LOGIN bob rose")[-1].endswith("BYE Too many failed logins")
    server.store.close()


def test_capabilities_of_the_login_are_told_again(server: Server) -> None:
    client = server.login()
    assert "AUTH=PLAIN" not in client.do("CAPABILITY")[0]
    client.do("UNAUTHENTICATE")
    assert "AUTH=PLAIN" in client.do("CAPABILITY")[0]


def test_under_compression_the_session_ends(server: Server) -> None:
    client = server.login()
    client.do("COMPRESS DEFLATE")
    assert client.session.next == "compress"
    assert client.do("UNAUTHENTICATE") == ["* BYE Compression can't be taken back"]
    assert client.session.next == "close"


def test_arguments_are_bad(server: Server) -> None:
    assert server.login().do("UNAUTHENTICATE now") == ["BAD Too many arguments"]
