"""COMPRESS=DEFLATE over real connections and in memory (RFC 4978)."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from labserver import Lab
from labserver.events import Closed, Data, Line

LETTER = b"Subject: Lunch\r\n\r\n" + b"The same line again and again.\r\n" * 4000


class Client:
    """A client that compresses once it is told so."""

    def __init__(self, lab: Lab) -> None:
        self.socket = socket.create_connection(("127.0.0.1", lab.ports["imap"]), timeout=20)
        self.plain = b""
        self.crossed = 0
        self.compress = None
        self.until(b"* OK")

    def send(self, data: bytes) -> None:
        if self.compress is not None:
            data = self.compress.compress(data) + self.compress.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(data)

    def until(self, end: bytes) -> bytes:
        """Read up to the line that begins with `end`."""
        while True:
            at = (
                self.plain.find(end) if self.plain.startswith(end) else self.plain.find(b"\n" + end)
            )
            stop = self.plain.find(b"\r\n", at) if at >= 0 else -1
            if stop >= 0:
                said, self.plain = self.plain[: stop + 2], self.plain[stop + 2 :]
                return said
            self.receive()

    def receive(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"closed after {self.plain!r}"
        self.crossed += len(data)
        self.plain += data if self.compress is None else self.decompress.decompress(data)

    def do(self, tag: bytes, command: bytes) -> bytes:
        self.send(tag + b" " + command + b"\r\n")
        return self.until(tag + b" ")

    def start(self) -> None:
        assert self.do(b"c", b"COMPRESS DEFLATE") == b"c OK DEFLATE active\r\n"
        self.compress = zlib.compressobj(wbits=-15)
        self.decompress = zlib.decompressobj(wbits=-15)


@pytest.fixture
def dial(mail_lab: Lab) -> Iterator[Callable[[], Client]]:
    with ExitStack() as clients:

        def dial() -> Client:
            client = Client(mail_lab)
            clients.callback(client.socket.close)
            return client

        yield dial


@pytest.fixture
def client(mail_lab: Lab, dial: Callable[[], Client]) -> Client:
    mail_lab.load(LETTER)
    client = dial()
    client.do(b"a", b"LOGIN bob tulip")
    return client


def test_both_directions_are_compressed_and_the_log_is_plain(mail_lab: Lab, client: Client) -> None:
    client.start()
    client.crossed = 0
    client.do(b"b", b"SELECT INBOX")
    fetched = client.do(b"d", b"FETCH 1 BODY.PEEK[]")
    assert LETTER in fetched
    assert client.crossed < len(LETTER) // 10
    lines = [entry.event.data for entry in mail_lab.log if isinstance(entry.event, Line)]
    assert b"d FETCH 1 BODY.PEEK[]\r\n" in lines
    (body,) = [entry.event for entry in mail_lab.log if isinstance(entry.event, Data)]
    assert mail_lab.log.body(body.sha256) == LETTER


def test_a_literal_goes_the_compressed_way_too(mail_lab: Lab, client: Client) -> None:
    client.start()
    client.send(b"b APPEND INBOX {%d}\r\n" % len(LETTER))
    client.until(b"+ ")
    client.send(LETTER + b"\r\n")
    assert client.until(b"b ").startswith(b"b OK")
    assert [message.octets for message in mail_lab.messages()] == [LETTER, LETTER]


def test_news_during_idle_go_the_compressed_way_too(mail_lab: Lab, client: Client) -> None:
    client.do(b"b", b"SELECT INBOX")
    client.start()
    client.send(b"d IDLE\r\n")
    client.until(b"+ ")
    mail_lab.load(LETTER)
    assert client.until(b"* 2 EXISTS") == b"* 2 EXISTS\r\n"
    client.send(b"DONE\r\n")
    assert client.until(b"d ").endswith(b"d OK IDLE terminated\r\n")
    # RFC 8437 section 3: where the streams would part can't be told.
    client.send(b"e UNAUTHENTICATE\r\n")
    assert client.until(b"* BYE").startswith(b"* BYE ")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"COMPRESS", b"x BAD An argument is missing\r\n"),
        (b"COMPRESS LZW", b"x BAD DEFLATE is the only compression there is\r\n"),
    ],
)
def test_what_cannot_be_is_bad(client: Client, command: bytes, answer: bytes) -> None:
    assert client.do(b"x", command) == answer
    assert client.do(b"y", b"NOOP") == b"y OK NOOP completed\r\n"


def test_a_second_time_is_bad_and_the_stream_goes_on(client: Client) -> None:
    client.start()
    assert client.do(b"x", b"COMPRESS DEFLATE") == b"x BAD DEFLATE is active already\r\n"
    assert client.do(b"y", b"NOOP") == b"y OK NOOP completed\r\n"


def test_commands_behind_it_that_are_not_compressed_are_not_obeyed(
    client: Client,
) -> None:
    client.send(b"c COMPRESS DEFLATE\r\nd CREATE Smuggled\r\n")
    assert client.until(b"c ") == b"c OK DEFLATE active\r\n"
    client.compress = zlib.compressobj(wbits=-15)
    client.decompress = zlib.decompressobj(wbits=-15)
    assert b"Smuggled" not in client.do(b"e", b'LIST "" *')


def test_what_is_not_deflate_ends_the_connection_and_no_other(
    mail_lab: Lab, client: Client, dial: Callable[[], Client]
) -> None:
    other = dial()
    client.start()
    client.socket.sendall(b"\xff" * 100)
    with pytest.raises((AssertionError, ConnectionResetError)):
        client.until(b"never")
    assert other.do(b"a", b"NOOP") == b"a OK NOOP completed\r\n"
    assert [entry.event.how for entry in mail_lab.log if isinstance(entry.event, Closed)] == [
        "server"
    ]


def test_a_bomb_is_taken_up_block_by_block(mail_lab: Lab, client: Client) -> None:
    client.start()
    bomb = zlib.compressobj(level=9, wbits=-15)
    client.socket.sendall(bomb.compress(b"x" * 20_000_000) + bomb.flush(zlib.Z_SYNC_FLUSH))
    said = client.until(b"* BYE")
    assert said.endswith(b"* BYE The line is too long\r\n")
    longest = max(len(e.event.data) for e in mail_lab.log if isinstance(e.event, Line))
    assert longest <= 64 * 1024


def test_logout_is_read_before_the_end(mail_lab: Lab, client: Client) -> None:
    client.start()
    assert b"* BYE" in client.do(b"z", b"LOGOUT")
    assert client.socket.recv(10) in {b"", b"\x03\x00"}


def test_switched_off_it_is_unknown(mail_lab: Lab, dial: Callable[[], Client]) -> None:
    mail_lab.switch_off("imap", "COMPRESS=DEFLATE")
    client = dial()
    client.do(b"a", b"LOGIN bob tulip")
    assert client.do(b"c", b"COMPRESS DEFLATE") == b"c BAD Unknown command COMPRESS\r\n"
    assert b"COMPRESS" not in client.do(b"d", b"CAPABILITY")
