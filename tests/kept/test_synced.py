"""Accepted means kept: the store's log is synced to the disk before the reply is written."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.kept.serving import PASSWORD, serving
from tests.kept.tracing import ABSENT, Exchange, can_trace, exchanges, steps, tracer

MESSAGE = b"Subject: kept\r\n\r\nStill here?\r\n"

MUST_RUN = os.environ.get("CI") == "true"
TRACED = pytest.mark.skipif(not can_trace() and not MUST_RUN, reason=ABSENT)


class Client:
    """Asks, and waits for the answer, before it asks again."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rb")
        self._file.readline()

    def ask(self, octets: bytes, end: bytes) -> bytes:
        """Send octets; return the line of the answer that begins with `end`."""
        self.send(octets)
        return self.expect(end)

    def send(self, octets: bytes) -> None:
        """Send octets in one go."""
        self._socket.sendall(octets)

    def expect(self, end: bytes) -> bytes:
        """Return the line that begins with `end`."""
        while not (line := self._file.readline()).startswith(end):
            assert line, "the server hung up"
        return line

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def send_mail(port: int) -> Iterator[bytes]:
    """Send messages, by DATA and by BDAT; yield what each was sent with."""
    with closing(Client(port)) as client:
        client.ask(b"EHLO client.example\r\n", b"250 ")
        for data in (MESSAGE + b".\r\n", b"BDAT %d LAST\r\n%b" % (len(MESSAGE), MESSAGE)):
            client.ask(b"MAIL FROM:<alice@away.example>\r\n", b"250")
            client.ask(b"RCPT TO:<bob@home.example>\r\n", b"250")
            if not data.startswith(b"BDAT"):
                client.ask(b"DATA\r\n", b"354")
            client.ask(data, b"250")
            yield data


def send_on(port: int) -> Iterator[bytes]:
    """Submit a message for another domain, which waits in the queue."""
    with closing(Client(port)) as client:
        client.ask(b"EHLO client.example\r\n", b"250 ")
        login = base64.b64encode(b"\0alice\0" + PASSWORD.encode())
        client.ask(b"AUTH PLAIN %b\r\n" % login, b"235")
        client.ask(b"MAIL FROM:<alice@home.example>\r\n", b"250")
        client.ask(b"RCPT TO:<dan@work.example>\r\n", b"250")
        client.ask(b"DATA\r\n", b"354")
        data = b"X-To: dan\r\n%b.\r\n" % MESSAGE
        client.ask(data, b"250")
        yield data


def send_at_once(port: int) -> Iterator[bytes]:
    """Have several clients come to the end of a message before any of them is answered."""
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(Client(port))) for _ in range(4)]
        for client in clients:
            client.ask(b"EHLO client.example\r\n", b"250 ")
            client.ask(b"MAIL FROM:<alice@away.example>\r\n", b"250")
            client.ask(b"RCPT TO:<bob@home.example>\r\n", b"250")
            client.ask(b"DATA\r\n", b"354")
        sent = [b"X-Client: %d\r\n%b.\r\n" % (number, MESSAGE) for number in range(len(clients))]
        for client, octets in zip(clients, sent, strict=True):
            client.send(octets)
        for client in clients:
            client.expect(b"250")
    yield from sent


def remove_by_pop3(port: int) -> Iterator[bytes]:
    """Remove a message; yield what was sent to have it removed."""
    with closing(Client(port)) as client:
        # In capitals it is also what a server says that passes mail on.
        for line in (b"USER bob", b"PASS %b" % PASSWORD.encode(), b"DELE 1", b"quit"):
            client.ask(line + b"\r\n", b"+OK")
        yield b"quit\r\n"


CHANGES = (
    b"CREATE box",
    b"APPEND box {%d+}\r\n%b" % (len(MESSAGE), MESSAGE),
    b"APPEND INBOX {%d+}\r\n%b" % (len(MESSAGE), MESSAGE),
    b"SELECT INBOX",  # takes \Recent away from what is there
    b"STORE 1 +FLAGS (\\Flagged)",
    b"COPY 1 box",
    b"MOVE 1 box",
    b"STORE 1 +FLAGS (\\Deleted)",
    b"EXPUNGE",
    b"SUBSCRIBE box",
    b"RENAME box case",
    b"DELETE case",
)


def change_by_imap(port: int) -> Iterator[bytes]:
    """Make every kind of change; yield what was sent for it."""
    with closing(Client(port)) as client:
        client.ask(b"a0 LOGIN bob %b\r\n" % PASSWORD.encode(), b"a0 OK")
        for number, command in enumerate(CHANGES, 1):
            octets = b"a%d %b\r\n" % (number, command)
            client.ask(octets, b"a%d OK" % number)
            yield octets


Work = Callable[[int], Iterator[bytes]]
WORK: tuple[tuple[str, Work], ...] = (
    ("smtp", send_mail),
    ("smtp", send_at_once),
    ("submission", send_on),
    ("pop3", remove_by_pop3),
    ("imap", change_by_imap),
)


def traced(folder: Path, synchronous: str = "") -> tuple[list[bytes], list[Exchange]]:
    """Let clients work on a server; return what asked for changes, and all that was exchanged."""
    store, output = folder / "mail.db", folder / "trace"
    asked: list[bytes] = []
    with serving(store, under=tracer(output), synchronous=synchronous) as ports:
        for protocol, work in WORK:
            asked += work(ports[protocol])
    return asked, exchanges(steps(output.read_text("ascii").splitlines()), store)


def broken(asked: list[bytes], told: list[Exchange]) -> list[str]:
    """Return what was said too early, with the reason."""
    found = [
        f"{exchange.heard!r}: {exchange.said!r} came before a sync"
        for exchange in told
        if exchange.unsynced
    ]
    for octets in asked:
        answers = [exchange for exchange in told if exchange.heard == octets]
        if len(answers) != 1 or not answers[0].wrote:
            found.append(f"{octets!r}: nothing was written")
    return found


@TRACED
def test_what_is_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    asked, told = traced(tmp_path)
    assert len(asked) == 2 + 4 + 1 + 1 + len(CHANGES)
    assert broken(asked, told) == []


@TRACED
@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_difference_is_seen(tmp_path: Path, synchronous: str) -> None:
    asked, told = traced(tmp_path, synchronous)
    early = [exchange.heard for exchange in told if exchange.unsynced]
    assert set(asked) <= set(early)


CALM = """\
7 recvfrom(9<TCP:[127.0.0.1:25->127.0.0.1:5]>, "QUIT\\r\\n", 262144, 0, NULL, NULL) = 6
7 pwrite64(5</s/mail.db-wal>, "\\0\\1"..., 4096, 0) = 4096
7 fdatasync(5</s/mail.db-wal>) = 0
7 sendto(9<TCP:[127.0.0.1:25->127.0.0.1:5]>, "+OK\\r\\n", 5, 0, NULL, 0) = 5
"""
HASTY = """\
7 recvfrom(9<TCP:[127.0.0.1:25->127.0.0.1:5]>, "QUIT\\r\\n", 262144, 0, NULL, NULL) = 6
7 pwrite64(5</s/mail.db-wal>, "\\0\\1"..., 4096, 0 <unfinished ...>
8 read(3<pipe:[1]>,  <unfinished ...>
7 <... pwrite64 resumed>) = 4096
7 fdatasync(5</s/mail.db-wal> <unfinished ...>
8 sendto(9<TCP:[127.0.0.1:25->127.0.0.1:5]>, "+OK\\r\\n", 5, 0, NULL, 0) = 5
7 <... fdatasync resumed>) = 0
"""
FAILED = CALM.replace("fdatasync(5</s/mail.db-wal>) = 0", "fdatasync(5</s/mail.db-wal>) = -1 EIO")
IDLE = "".join(line for line in CALM.splitlines(keepends=True) if "pwrite64" not in line)


@pytest.mark.parametrize(
    ("trace", "reason"),
    [(CALM, None), (HASTY, "before a sync"), (FAILED, "before a sync"), (IDLE, "nothing was")],
)
def test_the_order_is_read_from_the_trace(trace: str, reason: str | None) -> None:
    told = exchanges(steps(trace.splitlines()), Path("/s/mail.db"))
    assert [(each.heard, each.said) for each in told] == [(b"QUIT\r\n", b"+OK\r\n")]
    found = broken([b"QUIT\r\n"], told)
    assert [reason in each for each in found] == [True] if reason else found == []
