"""A client that is quicker than the servers: it talks on many connections from one thread.

What it sends is prepared before the clock runs, and it looks at a reply's code only. How much of
the time it needs the processor itself is measured, and told beside each figure: as long as that
is well below 1, the server is what is measured.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pairs import Done
from served import HOST

_BLOCK = 262144


@dataclass(frozen=True, slots=True)
class Step:
    """Octets, and how the last line of the reply to them begins."""

    octets: bytes
    good: bytes


@dataclass(frozen=True, slots=True)
class Pace:
    """What came of it: how often a script was done, and the client's share of the time."""

    done: Done
    client: float


class Talker:
    """One connection. It sends, waits for the reply, and sends on."""

    def __init__(self, port: int, before: Sequence[Step]) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reply()
        for step in before:
            self.ask(step)

    def ask(self, step: Step) -> None:
        self.socket.sendall(step.octets)
        check(self.reply(), step)

    def reply(self) -> bytes:
        held = b""
        while not whole(held):
            more = self.socket.recv(_BLOCK)
            if not more:
                raise ConnectionError("the server hung up")
            held += more
        return held

    def close(self) -> None:
        self.socket.close()


def whole(held: bytes) -> bool:
    """Tell whether a reply is over: its last line has a space behind the code."""
    if not held.endswith(b"\n"):
        return False
    start = held.rfind(b"\n", 0, -1) + 1
    return held[start + 3 : start + 4] != b"-"


def check(reply: bytes, step: Step) -> None:
    if not reply[reply.rfind(b"\n", 0, -1) + 1 :].startswith(step.good):
        raise RuntimeError(f"the server said {reply!r} to {step.octets[:80]!r}")


def run(talkers: Sequence[Talker], script: Sequence[Step], seconds: float) -> Pace:
    """Go through a script again and again, on all connections at once, for about so long."""
    by_number = {talker.socket.fileno(): talker for talker in talkers}
    at = dict.fromkeys(by_number, 0)
    held = dict.fromkeys(by_number, b"")
    poll = select.epoll() if hasattr(select, "epoll") else select.poll()
    done = 0
    used, begun = time.process_time(), time.perf_counter()
    for number, talker in by_number.items():
        poll.register(number, select.POLLIN)
        talker.socket.sendall(script[0].octets)
    while by_number:
        for number, _ in poll.poll():
            talker = by_number[number]
            more = talker.socket.recv(_BLOCK)
            if not more:
                raise ConnectionError("the server hung up")
            reply = held[number] + more
            if not whole(reply):
                held[number] = reply
                continue
            held[number] = b""
            step = at[number]
            check(reply, script[step])
            step += 1
            if step == len(script):
                step = 0
                done += 1
                if time.perf_counter() - begun > seconds:
                    poll.unregister(number)
                    del by_number[number]
                    continue
            at[number] = step
            talker.socket.sendall(script[step].octets)
    taken = time.perf_counter() - begun
    return Pace(Done(done, taken), (time.process_time() - used) / taken)
