"""How fast mail is read: POP3 and IMAP, from a mailbox of 2,000 messages of 2 KB."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from client import Client
from served import message, served

MESSAGES = 2000
ROUNDS = 3


def pop3(port: int) -> Client:
    client = Client(port)
    client.until(b"\r\n")
    client.ask(b"USER bob")
    _expect(client.ask(b"PASS tulip").startswith(b"+OK"))
    return client


def imap(port: int) -> Client:
    client = Client(port)
    client.until(b"\r\n")
    _expect(b"OK" in client.ask(b"a1 LOGIN bob tulip"))
    client.send(b"a2 EXAMINE INBOX\r\n")
    client.until(b"\r\na2 OK")
    client.until(b"\r\n")
    return client


def one_by_one(client: Client) -> None:
    for number in range(1, MESSAGES + 1):
        _expect(client.ask(b"RETR %d" % number, b"\r\n.\r\n").startswith(b"+OK"))


def pipelined(client: Client) -> None:
    client.send(b"".join(b"RETR %d\r\n" % number for number in range(1, MESSAGES + 1)))
    for _ in range(MESSAGES):
        _expect(client.until(b"\r\n.\r\n").startswith(b"+OK"))


def fetch(items: bytes) -> Callable[[Client], None]:
    def run(client: Client) -> None:
        answer = client.ask(b"a3 FETCH 1:* " + items, b"\r\na3 OK")
        _expect(answer.count(b" FETCH (") == MESSAGES)

    return run


def _expect(held: bool) -> None:  # noqa: FBT001 - the only thing it is told
    if not held:
        raise RuntimeError("the server did not answer as it should")


def measure(connect: Callable[[int], Client], port: int, work: Callable[[Client], None]) -> float:
    """Return the messages per second: the median of several rounds, a connection for each."""
    rates = []
    for _ in range(ROUNDS):
        client = connect(port)
        begun = time.perf_counter()
        work(client)
        rates.append(MESSAGES / (time.perf_counter() - begun))
        client.close()
        time.sleep(0.05)  # the server notices the end, and unlocks the maildrop
    return statistics.median(rates)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(MESSAGES):
            Path(folder, f"{number:05}.eml").write_bytes(message(number))
        with served("lab", str(Path(folder, "*.eml"))) as ports:
            for what, connect, protocol, work in (
                ("POP3 RETR, one by one", pop3, "pop3", one_by_one),
                ("POP3 RETR, pipelined", pop3, "pop3", pipelined),
                (
                    "IMAP FETCH 1:* (UID FLAGS RFC822.SIZE)",
                    imap,
                    "imap",
                    fetch(b"(UID FLAGS RFC822.SIZE)"),
                ),
                ("IMAP FETCH 1:* BODY.PEEK[]", imap, "imap", fetch(b"BODY.PEEK[]")),
            ):
                rate = measure(connect, ports[protocol], work)
                print(f"  {what:<40}{rate:8,.0f} messages/s")
