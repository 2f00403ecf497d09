"""BINARY: fetched without transfer encoding, appended with NUL (RFC 3516)."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.errors import Refused
from labserver.imap.fetching.binary import extract_binary, storable
from labserver.imap.opened import Opened
from labserver.message import decode_body, scan
from tests.imap.driver import Client, Server

OCTETS = bytes(range(256)) * 3
PARTS = (
    (b"text/plain; charset=utf-8", b"quoted-printable", b"Caf=C3=A9 =\r\nau lait\r\n"),
    (b"image/png", b"BASE64", b64encode(OCTETS[:400]) + b"\r\n"),
    (b"application/x", b"x-uuencode", b"#0V%T\r\n"),
    (b"text/plain", b"8bit", b"Gr\xfc\xdfe\r\nbare\nLF\r\n"),
    (b"text/plain", b"base64", b64encode(b"a\nb\r\nc\0")),
    (b"message/rfc822", b"7bit", b"Subject: in\r\n\r\nside=20\r\n"),
)
PART = b"--x\r\nContent-Type: %b\r\nContent-Transfer-Encoding: %b\r\n\r\n%b\r\n"
MESSAGE = (
    b"Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    + b"".join(PART % part for part in PARTS)
    + b"--x--\r\n"
)
DECODED = {
    1: b"Caf\xc3\xa9 au lait\r\n",
    2: OCTETS[:400],
    4: b"Gr\xfc\xdfe\r\nbare\r\nLF\r\n",
    5: b"a\r\nb\r\nc\0",
    6: b"Subject: in\r\n\r\nside=20\r\n",
}


@pytest.fixture
def client(server: Server) -> Client:
    server.deliver(MESSAGE)
    return server.selected()


def fetched(client: Client, items: str) -> bytes:
    reply = client.raw(f"a FETCH 1 {items}\r\n".encode())
    assert reply.endswith(b"a OK FETCH completed\r\n")
    return reply.removesuffix(b"a OK FETCH completed\r\n")


@pytest.mark.parametrize("part", DECODED)
def test_a_part_is_decoded(client: Client, part: int) -> None:
    octets = DECODED[part]
    tilde = b"~" if b"\0" in octets else b""
    expected = b"* 1 FETCH (BINARY[%d] %b{%d}\r\n%b)\r\n" % (part, tilde, len(octets), octets)
    assert fetched(client, f"BINARY.PEEK[{part}]") == expected
    assert fetched(client, f"BINARY.SIZE[{part}]") == (
        b"* 1 FETCH (BINARY.SIZE[%d] %d)\r\n" % (part, len(octets))
    )
    for start, count in ((0, 3), (4, 1000), (len(octets) - 1, 1), (len(octets), 9), (9999, 1)):
        piece = octets[start : start + count]
        tilde = b"~" if b"\0" in piece else b""
        told = b"%b{%d}\r\n%b" % (tilde, len(piece), piece) if piece else b'""'
        assert fetched(client, f"BINARY.PEEK[{part}]<{start}.{count}>") == (
            b"* 1 FETCH (BINARY[%d]<%d> %b)\r\n" % (part, start, told)
        )


def test_the_whole_message_and_a_part_that_is_not_there(client: Client) -> None:
    assert fetched(client, "(BINARY.PEEK[] BINARY.SIZE[])") == (
        b"* 1 FETCH (BINARY[] {%d}\r\n%b BINARY.SIZE[] %d)\r\n"
        % (len(MESSAGE), MESSAGE, len(MESSAGE))
    )
    assert fetched(client, "(BINARY.PEEK[7] BINARY.SIZE[1.2])") == (
        b"* 1 FETCH (BINARY[7] NIL BINARY.SIZE[1.2] 0)\r\n"
    )


def test_seen_is_set_but_for_peek_and_size(client: Client) -> None:
    assert b"\\Seen" not in fetched(client, "(BINARY.PEEK[1] BINARY.SIZE[1])")
    assert fetched(client, "FLAGS") == b"* 1 FETCH (FLAGS (\\Recent))\r\n"
    assert fetched(client, "BINARY[6]").startswith(b"* 1 FETCH (FLAGS (\\Seen \\Recent) BINARY[6] ")


def test_an_encoding_that_nobody_knows(client: Client) -> None:
    client.server.deliver(MESSAGE.replace(b"x-uuencode", b"7bit"))
    client.do("NOOP")
    unknown = "NO [UNKNOWN-CTE] The encoding of a part is not known here"
    for item in ("BINARY.PEEK[3]", "BINARY.SIZE[3]"):
        first, *rest, status = client.do(f"FETCH 1:2 ({item} UID)")
        assert first == "* 1 FETCH (UID 1)"
        assert rest[0].startswith("* 2 FETCH (BINARY")
        assert status == unknown
    assert client.do("FETCH 1 BINARY.PEEK[3]") == [unknown]
    assert client.do("FETCH 1 BINARY[3]") == ["* 1 FETCH (FLAGS (\\Seen \\Recent))", unknown]
    assert client.do("NOOP") == ["OK NOOP completed"]


@pytest.mark.parametrize(
    "item",
    [
        "BINARY",
        "BINARY.PEEK",
        "BINARY[HEADER]",
        "BINARY[1.MIME]",
        "BINARY[1.]",
        "BINARY[0]",
        "BINARY[1",
        "BINARY.SIZE[1]<0.5>",
        "BINARY[1]<5>",
        "BINARY[1]<0.0>",
    ],
)
def test_what_is_no_binary_section(client: Client, item: str) -> None:
    (reply,) = client.do(f"FETCH 1 {item}")
    assert reply.startswith("BAD ")


def test_switched_off_it_is_nowhere(server: Server) -> None:
    server.deliver(MESSAGE)
    client = server.login("BINARY", "IMAP4rev2")
    client.do("SELECT INBOX")
    for item in ("BINARY[1]", "BINARY.PEEK[1]", "BINARY.SIZE[1]"):
        assert client.do(f"FETCH 1 {item}") == [f"BAD There is no FETCH item {item[:-3]}"]
    assert client.raw(b"a APPEND INBOX ~{5}\r\n") == b"a BAD Expected a literal at '~'\r\n"
    assert client.raw(b"b APPEND INBOX ~{5+}\r\nHello\r\nc NOOP\r\n") == (
        b"b BAD Expected a literal at '~'\r\nc OK NOOP completed\r\n"
    )


# APPEND


def appended(client: Client, data: bytes, announcement: bytes = b"~{%d+}") -> bytes:
    return client.raw(b"a APPEND INBOX " + announcement % len(data) + b"\r\n" + data + b"\r\n")


def stored(client: Client) -> bytes:
    uid = client.server.uids()[-1]
    reply = client.raw(b"f UID FETCH %d (UID BODY.PEEK[])\r\n" % uid)
    return reply.partition(b"}\r\n")[2].partition(b")\r\nf OK")[0]


def test_without_nul_it_is_stored_as_it_came(server: Server) -> None:
    client = server.selected()
    data = b"Content-Transfer-Encoding: binary\r\n\r\n\xff\xfe\r\r\nx"
    assert b"a OK [APPENDUID " in appended(client, data)
    assert stored(client) == data
    assert client.raw(b"b APPEND INBOX ~{%d}\r\n" % len(data)) == b"+ Ready for literal data\r\n"
    assert b"b OK" in client.raw(data + b"\r\n")
    assert stored(client) == data


def test_parts_with_nul_are_encoded_and_nothing_is_lost(server: Server) -> None:
    client = server.selected()
    binary = OCTETS * 20
    data = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n"
        b"Text\r\n--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding:\r\n binary\r\n"
        b"X-Last: 1\r\n\r\n" + binary + b"\r\n--x\r\n\r\n\0\r\n--x--\r\n"
    )
    assert b"a OK [APPENDUID " in appended(client, data)
    kept = stored(client)
    assert b"\0" not in kept
    assert kept.count(b"Content-Transfer-Encoding: base64\r\n") == 2
    assert b"Content-Type: image/png\r\nX-Last: 1\r\n\r\nAAECAwQF" in kept
    assert max(map(len, kept.split(b"\r\n"))) <= 76
    root = scan(kept)
    assert [decode_body(kept, part) for part in root.children] == [b"Text", binary, b"\0"]
    assert fetched(client, "BINARY.PEEK[2]") == (
        b"* 1 FETCH (BINARY[2] ~{%d}\r\n%b)\r\n" % (len(binary), binary)
    )
    assert b'"IMAGE" "PNG"' in fetched(client, "BODY").upper()
    assert b'"base64"' in fetched(client, "BODY")


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: \0\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\npre\0amble\r\n--x\r\n\r\na\r\n--x--\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\0",
        b"Content-Transfer-Encoding: x-unknown\r\n\r\nAAAA\0",
    ],
)
def test_nul_where_it_cannot_be_encoded(server: Server, data: bytes) -> None:
    client = server.login()
    assert appended(client, data) == (
        b"a NO [UNKNOWN-CTE] NUL can stand in the body of a part only\r\n"
    )
    assert server.uids() == []


def test_a_plain_literal_has_no_nul(server: Server) -> None:
    client = server.login()
    reply = appended(client, b"\r\n\0", b"{%d+}")
    assert reply == b"a BAD A literal has no NUL octets\r\n"
    assert client.raw(b"b LOGIN ~{3+}\r\nbob tulip\r\n").startswith(b"b BAD")


@given(body=st.binary(max_size=200))
def test_any_body_comes_back(body: bytes) -> None:
    data = b"Content-Type: application/octet-stream\r\n\r\n" + body
    kept = storable(data)
    assert b"\0" not in kept
    assert extract_binary(Opened(kept), (1,)) == body


@given(data=st.lists(st.sampled_from([b"\0", b"--x", b"\r\n", b"a", b": ", MESSAGE])).map(b"".join))
def test_any_octets_are_stored_without_nul_or_refused(data: bytes) -> None:
    with suppress(Refused):
        assert b"\0" not in storable(data)
