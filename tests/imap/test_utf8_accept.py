"""UTF8=ACCEPT (RFC 6855): quoted strings, names and headers in UTF-8."""

from __future__ import annotations

import pytest

from tests.imap.driver import Client, Server
from tests.imap.test_append import stored

GRUESSE = "From: Jörg <jörg@home.example>\r\nSubject: Grüße\r\n\r\nText\r\n".encode()
NOT_ENABLED = b"a NO [CANNOT] 8-bit characters in a header need ENABLE UTF8=ACCEPT\r\n"


@pytest.fixture
def client(server: Server) -> Client:
    client = server.login()
    assert client.do("ENABLE UTF8=ACCEPT") == ["* ENABLED UTF8=ACCEPT", "OK ENABLE completed"]
    return client


def utf8(text: bytes) -> bytes:
    return b"UTF8 (~{%d+}\r\n%b)" % (len(text), text)


def literal(text: bytes) -> bytes:
    return b"{%d+}\r\n%b" % (len(text), text)


def append(client: Client, data: bytes) -> bytes:
    return client.raw(b"a APPEND INBOX " + data + b"\r\n")


def test_names_are_utf_8(client: Client) -> None:
    assert client.do('CREATE "Grüße & Küsse"') == ["OK [MAILBOXID (F2)] CREATE completed"]
    assert client.server.store.mailboxes.find(client.server.bob, "Grüße & Küsse")
    told = client.raw(b'a LIST "" "Gr*"\r\n').decode()
    assert '"/" "Grüße & Küsse"\r\n' in told
    told = client.raw('a STATUS "Grüße & Küsse" (MESSAGES)\r\n'.encode()).decode()
    assert told.startswith('* STATUS "Grüße & Küsse" (MESSAGES 0)\r\n')
    # Who has not enabled it gets modified UTF-7 (section 3).
    other = client.server.login()
    assert '"Gr&APwA3w-e &- K&APw-sse"' in other.do('LIST "" "Gr*"')[0]


def test_what_is_not_utf_8_is_bad(client: Client) -> None:
    assert client.raw(b'a CREATE "Gr\xfc\xdfe"\r\n').startswith(b"a BAD ")
    assert client.raw(b'a CREATE "\xc3"\r\n').startswith(b"a BAD ")
    assert client.raw("a CREATE Grüße\r\n".encode()).startswith(b"a BAD ")
    assert client.raw('a CREATE "a\u2028b"\r\n'.encode()).startswith(b"a NO ")
    assert client.raw('a CREATE "a\u0085b"\r\n'.encode()).startswith(b"a NO ")


def test_before_it_is_enabled_quoted_strings_are_ascii(server: Server) -> None:
    client = server.login()
    assert client.raw('a CREATE "Grüße"\r\n'.encode()).startswith(b"a BAD ")


def test_search_is_in_utf_8_without_a_charset(client: Client) -> None:
    client.server.deliver(GRUESSE)
    client.do("SELECT INBOX")
    assert client.raw('a SEARCH SUBJECT "grüße"\r\n'.encode()).startswith(b"* SEARCH 1\r\n")
    assert client.do("SEARCH CHARSET UTF-8 ALL") == [
        "BAD SEARCH is in UTF-8 since UTF8=ACCEPT was enabled"
    ]
    other = client.server.selected()
    assert other.do("SEARCH CHARSET UTF-8 ALL")[0] == "* SEARCH 1"


@pytest.mark.parametrize("written", [utf8, literal])
def test_append_with_utf_8_in_the_header(client: Client, written: object) -> None:
    assert callable(written)
    assert append(client, b"(\\Seen) " + written(GRUESSE)).startswith(b"a OK [APPENDUID ")
    assert stored(client.server) == [(GRUESSE, "\\Seen")]


def test_append_before_it_is_enabled(server: Server) -> None:
    # Section 4: NO, however the message is sent
    client = server.login()
    for written in (utf8(GRUESSE), literal(GRUESSE), b"CATENATE (TEXT %b)" % literal(GRUESSE)):
        assert append(client, written) == NOT_ENABLED
    assert stored(server) == []
    body = b"Subject: x\r\n\r\nGr\xfc\xdfe\r\n"
    for written in (utf8(body), literal(body), literal(b"\r\n\xfc\r\n"), literal(b"no header")):
        assert append(client, written).startswith(b"a OK")


def test_imap4rev2_is_in_utf_8_too(server: Server) -> None:
    client = server.login()
    client.do("ENABLE IMAP4rev2")
    assert append(client, literal(GRUESSE)).startswith(b"a OK")


def test_in_what_is_put_together(client: Client) -> None:
    head, _, body = GRUESSE.partition(b"\r\n\r\n")
    pieces = b"CATENATE (%b TEXT %b)" % (utf8(head + b"\r\n\r\n"), literal(body))
    assert append(client, pieces).startswith(b"a OK")
    assert stored(client.server) == [(GRUESSE, "")]


@pytest.mark.parametrize(
    "written",
    [
        b"UTF8 {2+}\r\nhi",
        b"UTF8 ({2+}\r\nhi)",
        b"UTF8 (~hi)",
        b"UTF8 ~{2+}\r\nhi",
        b"UTF8 (~{2+}\r\nhi",
        b"UTF8(~{2+}\r\nhi)",
        b"CATENATE (UTF8 ~{2+}\r\nhi)",
    ],
)
def test_what_is_no_utf8_literal(client: Client, written: bytes) -> None:
    assert append(client, written).startswith(b"a BAD ")
    assert client.do("NOOP") == ["OK NOOP completed"]


def test_switched_off_it_is_nowhere(server: Server) -> None:
    client = server.login("UTF8=ACCEPT")
    assert client.do("ENABLE UTF8=ACCEPT") == ["* ENABLED", "OK ENABLE completed"]
    assert client.raw('a CREATE "Grüße"\r\n'.encode()).startswith(b"a BAD ")
    assert append(client, utf8(b"hi")).startswith(b"a BAD Expected a literal at 'UTF8 ")
    assert append(client, b"CATENATE (%b)" % utf8(b"hi")).startswith(b"a BAD CATENATE has TEXT")
    # Octets in a header are nothing special to such a server.
    assert append(client, literal(GRUESSE)).startswith(b"a OK")
