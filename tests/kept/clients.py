"""Clients that go on until the server is gone, and enter in the ledger what they were told."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from tests.kept.ledger import Ledger, Place
from tests.kept.serving import PASSWORD

__all__ = ["CLIENTS", "Client", "Gone"]

_ALICE = Place("alice", "INBOX")
_BOB = Place("bob", "INBOX")
_ARCHIVE = Place("bob", "Archive")
_MOST = 8
_QUEUE_ID = re.compile(rb"id=(\w+)")
_APPENDED = re.compile(rb"\[APPENDUID (\d+) (\d+)\]")
_COPIED = re.compile(rb"\[COPYUID (\d+) ([\d:,]+) ([\d:,]+)\]")
_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")
_VALIDITY = re.compile(rb"UIDVALIDITY (\d+)")


class Gone(Exception):
    """The server has hung up."""


class Client:
    """A connection; `tick` is called whenever a command was sent, or answered."""

    def __init__(self, port: int, ledger: Ledger, random: Random, tick: Callable[[], None]) -> None:
        self.ledger = ledger
        self.random = random
        self._tick = tick
        self._tags = 0
        self._port = port
        self._socket: socket.socket

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Be connected for the time of a `with`, with the greeting read. Raises Gone."""
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=60) as self._socket:
                self._file = self._socket.makefile("rb")
                with self._file:
                    self.line()
                    yield
        except ConnectionError:
            raise Gone from None

    def line(self) -> bytes:
        """Return the next line. Raises Gone."""
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise Gone
        return line

    def send(self, octets: bytes) -> None:
        """Send octets."""
        self._socket.sendall(octets)
        self._tick()

    def ask(self, octets: bytes, good: bytes) -> bytes:
        """Send octets; return the line of the reply, which begins as it should."""
        self.send(octets)
        return self.expect(good)

    def expect(self, good: bytes) -> bytes:
        """Return a line that begins as it should."""
        line = self.line()
        self._tick()
        assert line.startswith(good), line
        return line

    def do(self, command: bytes) -> tuple[bytes, list[bytes]]:
        """Have an IMAP command done; return its OK, and the lines and literals before it."""
        self._tags += 1
        tag = b"a%d " % self._tags
        self.send(tag + command + b"\r\n")
        told = []
        while not (line := self.line()).startswith(tag):
            told.append(line)
            if found := _LITERAL.search(line):
                told.append(self._file.read(int(found[1])))
        self._tick()
        assert line.startswith(tag + b"OK"), line
        return line, told

    def some(self, of: list[bytes]) -> list[bytes]:
        """Choose a few."""
        return self.random.sample(of, self.random.randint(0, min(len(of), _MOST)))


def _submit(place: Place, *, by_chunks: bool = False) -> Callable[[Client], None]:
    def run(client: Client) -> None:
        with client.connected():
            client.send(b"EHLO client.example\r\n")
            while client.expect(b"250")[3:4] == b"-":
                pass
            for _ in range(_MOST):
                client.ask(b"MAIL FROM:<eve@away.example>\r\n", b"250")
                client.ask(b"RCPT TO:<%b@home.example>\r\n" % place.account.encode(), b"250")
                token, data = client.ledger.letter()
                if by_chunks:
                    octets = b"BDAT %d LAST\r\n%b" % (len(data), data)
                else:
                    client.ask(b"DATA\r\n", b"354")
                    octets = data + b".\r\n"
                with client.ledger.change(adds=[(place, token)]):
                    told = client.ask(octets, b"250")
                found = _QUEUE_ID.search(told)
                assert found is not None, told
                client.ledger.given(token, "queue", found[1])
            client.ask(b"QUIT\r\n", b"221")

    return run


def _collect(client: Client) -> None:
    """Take messages away by POP3; some are read, and some marked in vain."""
    with client.connected():
        client.ask(b"USER alice\r\n", b"+OK")
        client.ask(b"PASS %b\r\n" % PASSWORD.encode(), b"+OK")
        client.ask(b"UIDL\r\n", b"+OK")
        held = []
        while (line := client.line()) != b".\r\n":
            held.append(line)
        chosen = []
        for each in client.some(held):
            number, unique = each.split()
            client.ask(b"RETR %b\r\n" % number, b"+OK")
            lines = []
            while (line := client.line()) != b".\r\n":
                lines.append(line)
            token = client.ledger.same(b"".join(lines))
            client.ledger.given(token, "UIDL", unique)
            if client.ledger.sure(_ALICE, token):
                client.ask(b"DELE %b\r\n" % number, b"+OK")
                chosen.append((_ALICE, token))
        if client.random.random() < 0.2:
            return  # without QUIT: RFC 1939 section 6 has nothing removed then
        with client.ledger.change(removes=chosen):
            client.ask(b"QUIT\r\n", b"+OK")


@contextmanager
def _imap(client: Client) -> Iterator[None]:
    with client.connected():
        client.do(b"LOGIN bob %b" % PASSWORD.encode())
        yield


def _append(client: Client) -> None:
    with _imap(client):
        for _ in range(_MOST):
            letters = [client.ledger.letter() for _ in range(client.random.randint(1, 3))]
            literals = (b" {%d+}\r\n%b" % (len(data), data) for _, data in letters)
            with client.ledger.change(adds=[(_ARCHIVE, token) for token, _ in letters]):
                ok, _ = client.do(b"APPEND Archive" + b"".join(literals))
            if len(letters) == 1 and (found := _APPENDED.search(ok)):
                token = letters[0][0]
                client.ledger.given(token, _ARCHIVE, int(found[1]), int(found[2]))
        client.do(b"LOGOUT")


def _open(client: Client, place: Place) -> dict[bytes, str]:
    """Select a mailbox; return some of its messages by UID."""
    client.do(b"SELECT " + place.mailbox.encode())
    _, told = client.do(b"UID SEARCH ALL")
    chosen = {}
    for uid in client.some(_only(b"* SEARCH", told).split()[2:]):
        _, told = client.do(b"UID FETCH %b (BODY.PEEK[])" % uid)
        token = client.ledger.same(_only(b"X-Token:", told))
        if client.ledger.sure(place, token):
            chosen[uid] = token
    return chosen


def _only(sign: bytes, told: list[bytes]) -> bytes:
    """Return what a reply is about, which has this in it; news may stand beside it."""
    (found,) = (each for each in told if sign in each)
    return found


def _expunge(client: Client) -> None:
    with _imap(client):
        while chosen := _open(client, _ARCHIVE):
            listed = b",".join(chosen)
            client.do(b"UID STORE %b +FLAGS.SILENT (\\Deleted)" % listed)
            if client.random.random() < 0.2:
                client.do(b"UID STORE %b -FLAGS.SILENT (\\Deleted)" % listed)
                continue
            with client.ledger.change(removes=[(_ARCHIVE, token) for token in chosen.values()]):
                client.do(b"UID EXPUNGE " + listed)
        client.do(b"LOGOUT")


def _move(client: Client) -> None:
    """Move messages; make and delete a mailbox in between."""
    with _imap(client):
        while chosen := _open(client, _BOB):
            tokens = chosen.values()
            with client.ledger.change(
                adds=[(_ARCHIVE, token) for token in tokens],
                removes=[(_BOB, token) for token in tokens],
            ):
                _, told = client.do(b"UID MOVE %b Archive" % b",".join(chosen))
            found = _COPIED.search(b"".join(told))
            if len(chosen) == 1 and found is not None:
                (token,) = tokens
                client.ledger.given(token, _ARCHIVE, int(found[1]), int(found[3]))
            _remake(client)
        client.do(b"LOGOUT")


def _remake(client: Client) -> None:
    """Have a mailbox with one name again, whose UIDVALIDITY has to be a new one."""
    _, told = client.do(b'LIST "" made')
    if any(line.startswith(b"* LIST") for line in told):
        client.do(b"DELETE made")
    client.do(b"CREATE made")
    _, told = client.do(b"STATUS made (UIDVALIDITY)")
    found = _VALIDITY.search(_only(b"* STATUS", told))
    assert found is not None
    client.ledger.made(int(found[1]))


CLIENTS: tuple[tuple[str, Callable[[Client], None]], ...] = (
    ("smtp", _submit(_ALICE)),
    ("smtp", _submit(_BOB, by_chunks=True)),
    ("pop3", _collect),
    ("imap", _append),
    ("imap", _expunge),
    ("imap", _move),
)
"""What each client does until it is done; then it begins anew. With the protocol it speaks."""
