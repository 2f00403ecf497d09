"""The IMAP servers that are compared: the lab in memory, the lab in a file, and Dovecot."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from client import ImapClient
from served import ROOT, message, served

sys.path.insert(0, str(ROOT))
from tests.peers.dovecot import ABSENT, dovecot, find_dovecot

USER = "bob"
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `pid` is the process under which all of it is."""

    name: str
    port: int
    pid: int

    def client(self, mailbox: str | None = None) -> ImapClient:
        """Return a client that has logged in, and opened the mailbox if one is named."""
        client = ImapClient(self.port, USER)
        if mailbox is not None:
            client.do(b"SELECT %b" % mailbox.encode("ascii"))
        return client

    def memory(self) -> float:
        """Return how many MiB its processes hold; what they share is counted once."""
        process = psutil.Process(self.pid)
        family = [process, *process.children(recursive=True)]
        held = 0
        for member in family:
            # A child may have ended meanwhile.
            with contextlib.suppress(psutil.Error):
                held += member.memory_full_info().pss
        return held / 2**20


@contextlib.contextmanager
def servers() -> Iterator[tuple[Server, Server, Server]]:
    """Run all three for the time of a `with`. Raises RuntimeError without Dovecot."""
    if find_dovecot() is None:
        raise RuntimeError(ABSENT)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        memory = stack.enter_context(served("lab"))
        file = stack.enter_context(served("lab", "--store", str(Path(folder, "store"))))
        peer = stack.enter_context(dovecot())
        yield (
            Server("lab", memory["imap"], memory["pid"]),
            Server("lab, file", file["imap"], file["pid"]),
            Server("Dovecot", peer.port, peer.pid),
        )


def fill(server: Server, mailbox: str, first: int, count: int) -> None:
    """Make a mailbox of messages with the numbers from `first` on."""
    client = ImapClient(server.port, USER)
    able = client.do(b"CAPABILITY").upper().split()
    if mailbox != "INBOX":
        client.do(b"CREATE %b" % mailbox.encode("ascii"))
    append = b"APPEND %b" % mailbox.encode("ascii")
    numbers = range(first, first + count)
    if b"MULTIAPPEND" in able and b"LITERAL+" in able:
        for begin in range(0, count, _BATCH):
            batch = [message(number) for number in numbers[begin : begin + _BATCH]]
            literals = b"".join(b" {%d+}\r\n%b" % (len(data), data) for data in batch)
            client.pipeline(b"fill", b"fill %b%b\r\n" % (append, literals))
    else:
        for number in numbers:
            client.do(append, message(number))
    client.close()
