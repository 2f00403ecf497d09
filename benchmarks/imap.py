"""IMAP beside Dovecot: the same messages, the same client, one machine, in turn.

Each row is timed several times, all servers in turn, so that whatever else the machine does hits
all; a ratio is the median of the ratios of neighbouring times, so it need not be that of the two
medians. Dovecot keeps its mail in a Maildir; the lab in memory, as is its default, and in a file.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence

from imap_rows import ROWS, Case, Row
from imap_servers import Server, fill, servers
from imap_sides import CONNECTIONS, growth, login, others, push

FEW, MANY = 2_000, 20_000
TIMES = {FEW: 9, MANY: 5}
FIRSTS = {FEW: 3, MANY: 1}
"""How many mailboxes are looked at for the first time."""

Times = dict[str, list[float]]
"""Seconds by server."""


def main() -> None:
    with servers() as all_servers:
        able = all_servers[0].client()
        known = able.do(b"CAPABILITY").upper().split()
        able.close()
        rows = [row for row in ROWS if row.needs is None or row.needs in known]
        warm: dict[int, dict[str, Times]] = {}
        for messages in (FEW, MANY):
            firsts, warm[messages] = _mailboxes(all_servers, rows, messages)
            _head(f"{messages:,} messages, the first time", all_servers)
            for row in rows:
                if row.first:
                    _line(row, firsts[row.name])
            _head(f"{messages:,} messages, again", all_servers)
            for row in rows:
                _line(row, warm[messages][row.name])
        _growing(all_servers, rows, warm)
        _sides(all_servers)


def _mailboxes(
    all_servers: Sequence[Server], rows: Sequence[Row], messages: int
) -> tuple[dict[str, Times], dict[str, Times]]:
    """Fill mailboxes and work on them; return the times of the first look, and of the later ones.

    The last mailbox that was looked at for the first time is the one that is looked at again.
    """
    firsts: dict[str, Times] = {row.name: {} for row in rows}
    again: dict[str, Times] = {row.name: {} for row in rows}
    cases: list[tuple[Server, Case]] = []
    for number in range(FIRSTS[messages]):
        name = f"box{messages}n{number}"
        for server in all_servers:
            fill(server, name, messages * (10 + number), messages)
        for _, case in cases:
            case.client.close()
        cases = [
            (server, Case(server.client(), name.encode("ascii"), messages))
            for server in all_servers
        ]
        for row in rows:
            if row.first:
                _once(row, cases, firsts[row.name])
    for row in rows:
        for _ in range(TIMES[messages]):
            _once(row, cases, again[row.name])
    for _, case in cases:
        case.client.close()
    return firsts, again


def _once(row: Row, cases: Sequence[tuple[Server, Case]], times: Times) -> None:
    answers = set()
    for server, case in cases:
        row.before(case)
        begun = time.perf_counter()
        answer = row.work(case)
        times.setdefault(server.name, []).append(time.perf_counter() - begun)
        row.after(case)
        if row.same and answer is not None:
            answers.add(answer[: answer.index(b"\r\n")].rstrip())
    if len(answers) > 1:
        raise RuntimeError(f"{row.name}: the servers do not agree")


# The table


def _head(title: str, all_servers: Sequence[Server]) -> None:
    columns = "".join(f"{server.name:>11}" for server in all_servers)
    print(f"\n  {title + ', ms':<40}{columns}      ratio (file)     aim")


def _line(row: Row, times: Times) -> None:
    *ours, theirs = times
    medians = "".join(f"{statistics.median(each) * 1000:11.1f}" for each in times.values())
    ratios = [
        statistics.median(a / b for a, b in zip(times[name], times[theirs], strict=True))
        for name in ours
    ]
    verdict = " and ".join(dict.fromkeys("met" if r <= row.aim else "missed" for r in ratios))
    print(f"  {row.name:<40}{medians}{ratios[0]:8.2f} ({ratios[1]:.2f}){row.aim:8.1f}  {verdict}")


def _growing(
    all_servers: Sequence[Server], rows: Sequence[Row], warm: dict[int, dict[str, Times]]
) -> None:
    """Tell how times grow with the mailbox."""
    columns = "".join(f"{server.name:>11}" for server in all_servers)
    print(f"\n  {MANY // FEW} times the messages take ... times the time{columns:>33}")
    for row in rows:
        factors = [
            statistics.median(warm[MANY][row.name][server.name])
            / statistics.median(warm[FEW][row.name][server.name])
            for server in all_servers
        ]
        print(f"  {row.name:<45}" + "".join(f"{factor:11.1f}" for factor in factors))


def _sides(all_servers: Sequence[Server]) -> None:
    columns = "".join(f"{server.name:>11}" for server in all_servers)
    print(f"\n  {'beside commands':<45}{columns}          aim")
    for name, aim, figures in _measured(all_servers):
        told = "".join(f"{figure:11.2f}" for figure in figures)
        verdict = " and ".join(dict.fromkeys("met" if f < aim else "missed" for f in figures[:-1]))
        print(f"  {name:<45}{told}{aim:13.1f}  {verdict}")


def _measured(all_servers: Sequence[Server]) -> Iterator[tuple[str, float, list[float]]]:
    yield "IDLE push, ms", 5, [push(server) for server in all_servers]
    yield "connect and log in, ms", 1.5, [login(server) for server in all_servers]
    yield f"{CONNECTIONS} sessions in IDLE, MiB", 10, [growth(server) for server in all_servers]
    for items in (b"(UID FLAGS RFC822.SIZE)", b"ENVELOPE", b"BODY.PEEK[]"):
        fetch = b"FETCH 1:* " + items
        figures = [others(server, f"box{MANY}n0", fetch) for server in all_servers]
        name = f"NOOP while {MANY:,} {items.decode().strip('()').split()[0]}"
        yield f"{name}, median ms", 20, [median for median, _ in figures]
        yield f"{name}, longest ms", 20, [longest for _, longest in figures]
