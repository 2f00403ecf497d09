"""How fast mail is taken in, beside a bare aiosmtpd that keeps nothing.

Both servers have a process of their own. The rounds alternate, so that whatever else the machine
does hits both; the ratio is the median of the ratios of neighbouring rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from served import HOST, message, served

ROUNDS = 9
SECONDS = 0.8
AIM = 0.6
CONNECTIONS = (1, 10)


async def _one(port: int, until: float) -> int:
    """Send messages over one connection until it is time; return how many were taken."""
    reader, writer = await asyncio.open_connection(HOST, port)

    async def ask(octets: bytes, code: bytes) -> None:
        writer.write(octets)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        if not line.startswith(code):
            raise RuntimeError(f"the server said {line!r}")

    await ask(b"", b"220")
    await ask(b"EHLO benchmark.example\r\n", b"250")
    # The line with the dot ends DATA; no line of the message begins with a dot.
    data = message(1) + b".\r\n"
    taken = 0
    while time.perf_counter() < until:
        await ask(b"MAIL FROM:<alice@away.example>\r\n", b"250")
        await ask(b"RCPT TO:<bob@home.example>\r\n", b"250")
        await ask(b"DATA\r\n", b"354")
        await ask(data, b"250")
        taken += 1
    await ask(b"QUIT\r\n", b"221")
    writer.close()
    await writer.wait_closed()
    return taken


async def _round(port: int, connections: int) -> float:
    """Return the messages per second of one round."""
    begun = time.perf_counter()
    async with asyncio.timeout(SECONDS + 10):
        taken = await asyncio.gather(*(_one(port, begun + SECONDS) for _ in range(connections)))
    return sum(taken) / (time.perf_counter() - begun)


def main() -> None:
    for connections in CONNECTIONS:
        # New servers, so that both numbers of connections begin with an empty mailbox.
        with served("lab") as lab, served("aiosmtpd") as bare:
            asyncio.run(_round(lab["smtp"], connections))  # the first one imports and warms up
            asyncio.run(_round(bare["smtp"], connections))
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(asyncio.run(_round(lab["smtp"], connections)))
                theirs.append(asyncio.run(_round(bare["smtp"], connections)))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(
            f"  {connections:2} connection{'s' if connections > 1 else ' '}  "
            f"lab {statistics.median(ours):6,.0f}   bare aiosmtpd {statistics.median(theirs):6,.0f}"
            f"   messages/s   ratio {ratio:.2f}, aim {AIM}: "
            f"{'met' if ratio >= AIM else 'missed'}"
        )
