"""How fast mail is read by POP3, beside Dovecot: the same 2,000 messages of 2 KB in both."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from client import Client
from pairs import Aim, Done, Figures, bound, in_turn, show
from served import ROOT, message, served

sys.path.insert(0, str(ROOT))
from imap_servers import Server, fill

from tests.peers.dovecot import ABSENT, dovecot, find_dovecot

MEMORY, FILE, PEER = "lab", "lab, file", "Dovecot"
MESSAGES, ROUNDS, LOGINS = 2000, 7, 50


def main() -> None:
    if find_dovecot("pop3") is None:
        raise RuntimeError(f"{ABSENT} dovecot-pop3d")
    with servers() as (ports, pids):
        expected = sum(len(message(number)) for number in range(MESSAGES))
        for what, work, aim in (
            ("RETR, one by one", one_by_one, 1.0),
            ("RETR, all sent at once", pipelined, 0.5),
        ):
            todo = {name: _rate(port, work, expected) for name, port in ports.items()}
            rates, costs = in_turn(ROUNDS, todo, pids)
            aims = [Aim(ours=name, theirs=PEER, ratio=aim) for name in (MEMORY, FILE)]
            show(what, "messages/s", rates, aims, costs)
        figures: Figures = {name: [] for name in ports}
        for _ in range(LOGINS):
            for name, port in ports.items():
                figures[name].append(_login(port))
        show(f"connect and log in, {MESSAGES:,} messages", "ms", figures)
        bound("ms", figures, MEMORY, most=1.5)
        bound("ms", figures, FILE, most=1.5)


@contextlib.contextmanager
def servers() -> Iterator[tuple[Mapping[str, int], Mapping[str, int]]]:
    """Run all three for the time of a `with`, with mail in bob's INBOX; gives ports and pids."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        memory = stack.enter_context(served("lab"))
        file = stack.enter_context(served("lab", "--store", str(Path(folder, "store"))))
        peer = stack.enter_context(dovecot(also=("pop3",)))
        all_three = {MEMORY: memory, FILE: file, PEER: peer.ports}
        pids = {MEMORY: memory["pid"], FILE: file["pid"], PEER: peer.pid}
        for name, ports in all_three.items():
            fill(Server(name, ports["imap"], pids[name]), "INBOX", 0, MESSAGES)
        yield {name: ports["pop3"] for name, ports in all_three.items()}, pids


def connect(port: int) -> Client:
    """Return a client that has logged in."""
    client = Client(port)
    client.until(b"\r\n")
    client.ask(b"USER bob")
    if not client.ask(b"PASS tulip").startswith(b"+OK"):
        raise RuntimeError("nobody may log in")
    return client


def one_by_one(client: Client) -> int:
    """Ask for each message once the one before is there; return the octets of all."""
    octets = 0
    for number in range(1, MESSAGES + 1):
        octets += len(client.ask(b"RETR %d" % number, b"\r\n.\r\n"))
    return octets


def pipelined(client: Client) -> int:
    """Ask for all messages at once; return the octets that came."""
    client.send(b"".join(b"RETR %d\r\n" % number for number in range(1, MESSAGES + 1)))
    return client.count(b"\r\n.\r\n", MESSAGES)


def _rate(port: int, work: Callable[[Client], int], expected: int) -> Callable[[], Done]:
    def once() -> Done:
        client = connect(port)
        begun = time.perf_counter()
        octets = work(client)
        done = Done(MESSAGES, time.perf_counter() - begun)
        _leave(client)
        if octets < expected:
            raise RuntimeError(f"{octets} octets came, of messages with {expected}")
        return done

    return once


def _login(port: int) -> float:
    """Return the milliseconds from connecting to the reply to PASS."""
    begun = time.perf_counter()
    client = connect(port)
    taken = (time.perf_counter() - begun) * 1000
    _leave(client)
    return taken


def _leave(client: Client) -> None:
    client.ask(b"QUIT")  # which unlocks the maildrop
    client.close()
