"""How long a step through a long log takes, in Python, and how long going back in earnest."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from labserver import Lab
from labserver.lab.services import services

EVENTS = 10_000
MESSAGES = 30
STEPS = 100
AIM = 50.0


def main() -> None:
    with Lab() as lab:
        short = _talk(lab, 200)
        begun = time.perf_counter()
        lab.rewind(short)
        print(f"  rewind, {short} events: {(time.perf_counter() - begun) * 1000:.0f} ms")
    with Lab() as lab:
        _talk(lab, EVENTS)
        pictures = [lab.map(), lab.transcript(), lab.states("imap")]
        replay = lab.replay()
        chance = random.Random(1)
        _line("back, four pictures", replay.back)
        _line("anywhere, four pictures", lambda: replay.go_to(chance.randrange(EVENTS)))
        replay.go_to(0)
        _line("on, four pictures", replay.on)
        for picture in pictures:
            picture.close()
        replay.close()
        begun = time.perf_counter()
        lab.rewind(EVENTS)
        print(f"  rewind, {EVENTS:,} events: {(time.perf_counter() - begun) * 1000:.0f} ms")


def _talk(lab: Lab, events: int) -> int:
    """Have an IMAP session flag and unflag messages until the log has so many entries."""
    for n in range(MESSAGES):
        lab.load(f"Subject: {n}\r\n\r\nx\r\n".encode())
    wire = lab._server.wire
    line = lab.call(lambda _: wire.memory(services()["imap"], "laptop", ("127.0.0.1", 0)))
    lab.call(lambda _: line.send(b"a LOGIN bob tulip\r\nb SELECT INBOX\r\n"))
    n = 0
    while lab.log.last < events:
        sign = "+-"[n // MESSAGES % 2]
        said = f"c{n} STORE {n % MESSAGES + 1} {sign}FLAGS (\\Flagged)\r\n".encode()
        lab.call(lambda _, said=said: line.send(said))
        n += 1
    return lab.log.last


def _line(what: str, act: Callable[[], object]) -> None:
    took = []
    for _ in range(STEPS):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1000)
    median = statistics.median(took)
    verdict = "under" if median < AIM else "over"
    print(f"  {what}: {median:.1f} ms (longest {max(took):.1f}), {verdict} {AIM:.0f}")
