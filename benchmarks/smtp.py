"""How fast mail is taken in: beside a bare aiosmtpd, and beside Dovecot's LMTP.

The bare aiosmtpd keeps nothing and puts nothing on top: against it stands the lab with its store
in memory. Dovecot keeps a Maildir, synced before it answers (its default), and the lab a file,
synced before it answers.
"""

from __future__ import annotations

import base64
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from load import Step, Talker, run
from pairs import Aim, Done, Figures, bound, in_turn, show
from served import ROOT, message, served

sys.path.insert(0, str(ROOT))
from tests.peers.dovecot import ABSENT, dovecot, find_dovecot

MEMORY, FILE, BARE, PEER = "lab", "lab, file", "bare aiosmtpd", "Dovecot LMTP"
CONNECTIONS = (1, 10)
ROUNDS, SECONDS = 9, 0.8
BIG, BIG_ROUNDS = 10 * 10**6, 5
HUGE, HUGE_ROUNDS = 50 * 10**6, 3
LOGINS = 100
_LINE = b"The quick brown fox jumps over the lazy dog, again and again.\r\n"

_MAIL = Step(b"MAIL FROM:<alice@away.example>\r\n", b"250")
_RCPT = Step(b"RCPT TO:<bob@home.example>\r\n", b"250")
_DATA = Step(b"DATA\r\n", b"354")


def main() -> None:
    if find_dovecot("lmtp") is None:
        raise RuntimeError(f"{ABSENT} dovecot-lmtpd")
    _many_small()
    _big()
    _peak()
    _logins()


@contextlib.contextmanager
def servers() -> Iterator[tuple[Mapping[str, int], Mapping[str, int]]]:
    """Run all four for the time of a `with`; gives the ports where they take mail, and the pids."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        file = str(Path(folder, "store"))
        all_four = {
            MEMORY: stack.enter_context(served("lab")),
            FILE: stack.enter_context(served("lab", "--store", file)),
            BARE: stack.enter_context(served("aiosmtpd")),
        }
        peer = stack.enter_context(dovecot(also=("lmtp",)))
        ports = {name: server["smtp"] for name, server in all_four.items()}
        pids = {name: server["pid"] for name, server in all_four.items()}
        yield ports | {PEER: peer.ports["lmtp"]}, pids | {PEER: peer.pid}


def talker(name: str, port: int) -> Talker:
    hello = b"LHLO" if name == PEER else b"EHLO"
    return Talker(port, [Step(hello + b" benchmark.example\r\n", b"250")])


def _many_small() -> None:
    script = [_MAIL, _RCPT, _DATA, Step(message(1) + b".\r\n", b"250")]
    for connections in CONNECTIONS:
        # New servers, so that both numbers of connections begin with an empty mailbox.
        with servers() as (ports, pids), contextlib.ExitStack() as stack:
            shares: dict[str, list[float]] = {name: [] for name in ports}
            work = {}
            for name, port in ports.items():
                talkers = [talker(name, port) for _ in range(connections)]
                for each in talkers:
                    stack.callback(each.close)
                work[name] = _paced(talkers, script, shares[name])
            for once in work.values():
                once()  # the first one imports and warms up
            figures, costs = in_turn(ROUNDS, work, pids)
        show(
            f"messages of 2 KB, {connections} connection{'s' * (connections > 1)}",
            "messages/s",
            figures,
            [
                Aim(ours=MEMORY, theirs=BARE, ratio=0.8),
                Aim(ours=FILE, theirs=PEER, ratio=2.0),
            ],
            costs,
        )
        told = ", ".join(f"{name} {statistics.median(s):.2f}" for name, s in shares.items())
        print(f"    the client's share of the time: {told}")


def _paced(talkers: list[Talker], script: list[Step], shares: list[float]) -> Callable[[], Done]:
    def once() -> Done:
        pace = run(talkers, script, SECONDS)
        shares.append(pace.client)
        return pace.done

    return once


def _text(octets: int) -> bytes:
    return (message(1) + _LINE * (octets // len(_LINE) + 1))[: octets - 2] + b"\r\n"


def _by_data(text: bytes) -> list[Step]:
    return [_MAIL, _RCPT, _DATA, Step(text + b".\r\n", b"250")]


def _by_bdat(text: bytes) -> list[Step]:
    return [_MAIL, _RCPT, Step(b"BDAT %d LAST\r\n%b" % (len(text), text), b"250")]


def _chunking(port: int) -> bool:
    """Tell whether a server takes BDAT (RFC 3030)."""
    with contextlib.closing(Talker(port, [])) as asking:
        asking.socket.sendall(b"EHLO benchmark.example\r\n")
        return b"CHUNKING" in asking.reply()


def _big() -> None:
    text = _text(BIG)
    with servers() as (ports, pids), contextlib.ExitStack() as stack:
        data = {name: _megabytes(stack, name, port, _by_data(text)) for name, port in ports.items()}
        figures, costs = in_turn(BIG_ROUNDS, data, pids)
        aims = [Aim(ours=MEMORY, theirs=BARE, ratio=1.0)]
        show("messages of 10 MB by DATA", "MB/s", figures, aims, costs)
        if _chunking(ports[MEMORY]):
            bdat = {
                name: _megabytes(stack, name, ports[name], _by_bdat(text))
                for name in (MEMORY, FILE, PEER)
            }
            figures, costs = in_turn(BIG_ROUNDS, bdat, pids)
            show("messages of 10 MB by BDAT", "MB/s", figures, costs=costs)
            bound("MB/s", figures, MEMORY, least=100)


def _megabytes(
    stack: contextlib.ExitStack, name: str, port: int, script: list[Step]
) -> Callable[[], Done]:
    client = talker(name, port)
    stack.callback(client.close)

    def once() -> Done:
        begun = time.perf_counter()
        for step in script:
            client.ask(step)
        return Done(BIG / 10**6, time.perf_counter() - begun)

    once()
    return once


def _peak() -> None:
    """Measure fresh processes: how much they ever held after one message."""
    text = _text(HUGE)
    with served("lab") as ports:
        chunking = _chunking(ports["smtp"])
    work = {MEMORY: _held("lab", _by_data(text)), BARE: _held("aiosmtpd", _by_data(text))}
    if chunking:
        work["lab, BDAT"] = _held("lab", _by_bdat(text))
    figures: Figures = {name: [] for name in work}
    for _ in range(HUGE_ROUNDS):
        for name, once in work.items():
            figures[name].append(once())
    show(
        "one message of 50 MB, peak memory of the process",
        "MB",
        figures,
        [
            Aim(ours=MEMORY, theirs=BARE, ratio=1.5, most=True),
            Aim(ours="lab, BDAT", theirs=BARE, ratio=1.5, most=True),
        ],
    )


def _held(kind: str, script: list[Step]) -> Callable[[], float]:
    def once() -> float:
        with served(kind) as server, contextlib.closing(talker(kind, server["smtp"])) as client:
            for step in script:
                client.ask(step)
            return peak(server["pid"])

    return once


def peak(pid: int) -> float:
    """Return the most MB that a process has held at any time."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 10**6
    raise RuntimeError("this system does not tell how much a process has held")


def _logins() -> None:
    secret = base64.b64encode(b"\0bob\0tulip")
    hello = Step(b"EHLO benchmark.example\r\n", b"250")
    auth = Step(b"AUTH PLAIN %b\r\n" % secret, b"235")
    with served("lab") as ports:
        times = []
        for _ in range(LOGINS):
            begun = time.perf_counter()
            client = Talker(ports["submission"], [hello, auth])
            times.append((time.perf_counter() - begun) * 1000)
            client.close()
            time.sleep(0.005)  # the end of a connection is no part of the next one's beginning
    figures: Figures = {MEMORY: times}
    show("connect, EHLO and AUTH PLAIN", "ms", figures)
    bound("ms", figures, MEMORY, most=1.5)
