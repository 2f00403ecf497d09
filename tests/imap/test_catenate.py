"""CATENATE: messages put together on the server (RFC 4469)."""

from __future__ import annotations

import pytest

from tests.imap.driver import Client, Server
from tests.imap.test_append import stored

BOUNDARY = b"------------030308070208000400050907"
DRAFT = (
    b"From: Bob Ar <bar@example.org>\r\nSubject: About our holiday trip\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed;\r\n boundary="'
    + BOUNDARY
    + b'"\r\n\r\n--'
    + BOUNDARY
    + b"\r\n"
    b"Content-Type: text/plain; charset=us-ascii\r\n\r\nCheers,\r\nBob\r\n--" + BOUNDARY + b"\r\n"
    b"Content-Type: application/x-zip-compressed\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"UEsDBAoAAAAAAA==\r\n--" + BOUNDARY + b"--\r\n"
)
ZIP = b"Content-Type: application/x-zip-compressed\r\n\r\nAAAA\r\n"
BETWEEN = b"\r\n--" + BOUNDARY + b"\r\n"
END = b"\r\n--" + BOUNDARY + b"--\r\n"


@pytest.fixture
def client(server: Server) -> Client:
    """Bob, with a draft (UID 1) and a new attachment (UID 2) in Drafts."""
    server.store.mailboxes.create(server.bob, "Drafts")
    server.deliver(DRAFT, "Drafts")
    server.deliver(ZIP, "Drafts")
    return server.login()


def validity(client: Client, mailbox: str = "Drafts") -> int:
    return client.server.store.mailboxes.get(client.server.bob, mailbox).uidvalidity


def catenate(client: Client, *pieces: bytes | str, mailbox: str = "Drafts") -> bytes:
    written = [
        b"TEXT {%d+}\r\n%b" % (len(piece), piece)
        if isinstance(piece, bytes)
        else f'URL "{piece}"'.encode()
        for piece in pieces
    ]
    command = b"A003 APPEND %b CATENATE (%b)\r\n" % (mailbox.encode(), b" ".join(written))
    return client.raw(command)


def test_the_first_example(client: Client) -> None:
    server = client.server
    base = f"/Drafts;UIDVALIDITY={validity(client)}/;UID="
    reply = client.raw(
        b'A003 APPEND Drafts (\\Seen \\Draft $MDNSent) CATENATE (URL "%b1/;section=HEADER" '
        b"TEXT {%d}\r\n" % (base.encode(), len(BETWEEN))
    )
    assert reply == b"+ Ready for literal data\r\n"
    reply = client.raw(
        BETWEEN
        + f' URL "{base}1/;section=1.MIME" URL "{base}1/;section=1" TEXT {{'.encode()
        # The text begins with a line end: the part before it ends without one.
        + b"%d}\r\n" % len(BETWEEN)
    )
    assert reply == b"+ Ready for literal data\r\n"
    reply = client.raw(BETWEEN + f' URL "{base}2" TEXT {{{len(END)}}}\r\n'.encode())
    assert reply == b"+ Ready for literal data\r\n"
    assert client.raw(END + b")\r\n") == (
        b"A003 OK [APPENDUID %d 3] APPEND completed\r\n" % validity(client)
    )
    head, _, _ = DRAFT.partition(b"--" + BOUNDARY)
    text = b"Content-Type: text/plain; charset=us-ascii\r\n\r\nCheers,\r\nBob"
    expected = head + BETWEEN + text + BETWEEN + ZIP + END
    assert stored(server, "Drafts")[2] == (expected, "\\Seen \\Draft $MDNSent")
    # Nothing has become seen by it (section 3).
    assert [flags for _, flags in stored(server, "Drafts")[:2]] == ["", ""]


def test_a_whole_message_a_part_of_it_and_text(client: Client) -> None:
    reply = catenate(
        client,
        b"X-Copied: yes\r\n",
        "/Drafts/;UID=1",
        b"",
        "/Drafts/;UID=1/;SECTION=HEADER.FIELDS%20(subject)",
        "/Drafts/;UID=1/;PARTIAL=6.9",
        "/drafts/;uid=2/;section=text/;partial=2".replace("drafts", "Drafts"),
        mailbox="INBOX",
    )
    assert reply.startswith(b"A003 OK ")
    assert stored(client.server) == [
        (
            b"X-Copied: yes\r\n" + DRAFT + b"Subject: About our holiday trip\r\n\r\nBob Ar <b"
            b"AA\r\n",
            "",
        )
    ]


def test_names_are_utf_8_in_a_url(client: Client) -> None:
    client.do('CREATE "Entw&APw-rfe/a;b c"')
    client.server.deliver(ZIP, "Entwürfe/a;b c")
    assert catenate(client, "/Entw%C3%BCrfe/a%3Bb%20c/;UID=1").startswith(b"A003 OK ")
    assert stored(client.server, "Drafts")[-1][0] == ZIP


def test_several_messages_all_or_none(client: Client) -> None:
    client.do("SELECT Drafts")
    command = (
        b'a APPEND Drafts CATENATE (URL "/Drafts/;UID=2") (\\Seen) {2+}\r\nhi CATENATE (%b)\r\n'
    )
    reply = client.raw(command % b'URL "/Drafts/;UID=9"')
    assert reply == b"a NO [BADURL /Drafts/;UID=9] The URL leads to nothing here\r\n"
    assert len(stored(client.server, "Drafts")) == 2
    reply = client.raw(command % b"TEXT {2+}\r\nho")
    assert reply.startswith(b"* 5 EXISTS\r\n")
    assert [data for data, _ in stored(client.server, "Drafts")[2:]] == [ZIP, b"hi", b"ho"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "/Drafts",
        "/Drafts/;UID=3",
        "/Drafts/;UID=0",
        "/Drafts/;UID=99999999999",
        "/Drafts/;UID=1/;SECTION=9",
        "/Drafts/;UID=1/;SECTION=1.HEADER",
        "/Drafts/;UID=1/;SECTION=MIME",
        "/Drafts/;UID=1/;SECTION=",
        "/Drafts/;UID=1/;SECTION=1%20",
        "/Drafts/;UID=1/;PARTIAL=0.0",
        "/Drafts/;UID=1;PARTIAL=0.5",
        "/Drafts/;UID=1/",
        "/Drafts;UIDVALIDITY=1/;UID=1",
        "/Nowhere/;UID=1",
        "/Dr%afts/;UID=1",
        "/Dr%C3afts/;UID=1",
        "/Drafts?SUBJECT%20x",
        "Drafts/;UID=1",
        ";UID=1",
        "//bob@mail.home.example/Drafts/;UID=1",
        "imap://bob@mail.home.example/Drafts/;UID=1",
        "/Drafts/;UID=1;URLAUTH=anonymous:internal:00000000000000000000000000000000",
        "http://home.example/",
    ],
)
def test_a_url_that_leads_nowhere(client: Client, url: str) -> None:
    client.do("SELECT Drafts")
    reply = catenate(client, "/Drafts/;UID=1", b"text", url, b"more")
    told = (url or "?").encode()
    assert reply == b"A003 NO [BADURL %b] The URL leads to nothing here\r\n" % told
    assert len(stored(client.server, "Drafts")) == 2


def test_a_url_is_refused_before_more_is_sent(client: Client) -> None:
    reply = client.raw(b'A003 APPEND Drafts CATENATE (URL "nowhere" TEXT {5}\r\n')
    assert reply == b"A003 NO [BADURL nowhere] The URL leads to nothing here\r\n"
    reply = client.raw(b"A004 APPEND Drafts CATENATE (URL {7+}\r\n]\xff\n\0\\[x TEXT {5}\r\n")
    assert reply == b"A004 BAD A literal has no NUL octets\r\n"
    reply = client.raw(b"A005 APPEND Drafts CATENATE (URL {6+}\r\n]\xff\n\\[x)\r\n")
    assert reply == b"A005 NO [BADURL ????[x] The URL leads to nothing here\r\n"


def test_what_is_put_together_is_bounded() -> None:
    server = Server(literal=5000, message=3000)
    server.deliver(b"\r\n" + b"x" * 998)
    client = server.login()
    url = "/INBOX/;UID=1"
    assert catenate(client, *[url] * 3, mailbox="INBOX").startswith(b"A003 OK ")
    too_big = b"A003 NO [TOOBIG] The message would be too large\r\n"
    assert catenate(client, *[url] * 3, b"y", mailbox="INBOX") == too_big
    one = f'CATENATE (URL "{url}" URL "{url}")'
    assert client.do(f"APPEND INBOX {one} {one}")[0].startswith("OK")
    assert client.do(f"APPEND INBOX {one} {one} {one}") == [
        "NO [TOOBIG] The message would be too large"
    ]
    assert len(server.uids()) == 4
    server.store.close()


@pytest.mark.parametrize(
    "pieces",
    ["", "()", "(TEXT)", '(TEXT "x")', "(URL)", "(DATA x)", "(URL x", '( URL "x")', "URL x"],
)
def test_what_is_no_catenation(client: Client, pieces: str) -> None:
    (reply,) = client.do(f"APPEND Drafts CATENATE {pieces}")
    assert reply.startswith(("BAD ", "NO [BADURL x]"))
    assert len(stored(client.server, "Drafts")) == 2


def test_nothing_put_together_is_no_message(client: Client) -> None:
    assert catenate(client, b"", "/Drafts/;UID=1/;PARTIAL=9999") == (
        b"A003 NO [CANNOT] An empty message can't be appended\r\n"
    )


def test_switched_off_it_is_not_in_the_grammar(client: Client) -> None:
    client = client.server.login("CATENATE")
    (reply,) = client.do('APPEND Drafts CATENATE (URL "/Drafts/;UID=1")')
    assert reply == "BAD Expected a literal at 'CATENATE (UR'"
