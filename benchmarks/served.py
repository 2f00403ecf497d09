"""A server in a process of its own, so that it does not share its interpreter with the client.

    python benchmarks/served.py lab|aiosmtpd [FILES] [--store FILE]

prints its ports, and its process as "pid", as JSON when it is ready, and goes on until its input
ends. FILES is a pattern of messages to put into bob's INBOX first; the store is in memory unless
it has a FILE.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).parent.parent
_LIMIT = 64 * 1024 * 1024  # octets of a message, as in the lab


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which Python finds the labserver of this checkout."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | more


@contextlib.contextmanager
def served(kind: str, *arguments: str) -> Iterator[Mapping[str, int]]:
    """Run a server for the time of a `with`; gives its ports by protocol."""
    process = subprocess.Popen(
        [sys.executable, __file__, kind, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = process.stdout.readline()
        if not ready:
            raise RuntimeError(f"the {kind} server did not start")
        yield json.loads(ready)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def message(number: int) -> bytes:
    """Return a message of 2,048 octets, lines ending with CR and LF."""
    head = (
        "From: Alice <alice@home.example>\r\n"
        "To: Bob <bob@home.example>\r\n"
        f"Subject: Number {number}\r\n"
        "Date: Mon, 5 Jan 2026 09:00:00 +0000\r\n"
        f"Message-ID: <{number}@benchmark.example>\r\n"
        "\r\n"
    ).encode("ascii")
    left = 2048 - len(head)
    line = b"The quick brown fox jumps over the lazy dog, again and again.\r\n"
    body = line * (left // len(line))
    # A last line that is too short to hold its own end makes the one before it longer.
    short = left - len(body)
    body = body + b"x" * (short - 2) + b"\r\n" if short >= 2 else body[:-2] + b"x" * short + b"\r\n"
    return head + body


def _lab(files: str | None, store: str) -> None:
    from labserver import Lab

    with Lab(store=store) as lab:
        if files is not None:
            lab.load(files, to="bob")
        print(json.dumps(lab.ports | {"pid": os.getpid()}), flush=True)
        sys.stdin.read()


def _aiosmtpd() -> None:
    asyncio.run(_bare())


class _Nothing:
    """Takes every message and keeps none."""

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: object, _session: object, _envelope: object
    ) -> str:
        return "250 OK"


async def _bare() -> None:
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(_Nothing(), loop=loop, data_size_limit=_LIMIT), HOST, 0
    )
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"smtp": port, "pid": os.getpid()}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Run a server until the input ends.")
    parser.add_argument("kind", choices=("lab", "aiosmtpd"))
    parser.add_argument("files", nargs="?")
    parser.add_argument("--store", default=":memory:")
    given = parser.parse_args()
    if given.kind == "lab":
        _lab(given.files, given.store)
    else:
        _aiosmtpd()


if __name__ == "__main__":
    main()
