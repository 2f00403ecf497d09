"""What is no command alone: pushing news, logging in, many connections, long replies."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections.abc import Iterator

from client import ImapClient
from imap_servers import USER, Server
from served import message

CONNECTIONS = 200
_PUSHES = 15
_LOGINS = 50


def push(server: Server) -> float:
    """Return the milliseconds from the end of an APPEND's literal until a session in IDLE hears."""
    writer, idler = server.client(), server.client("INBOX")
    idler.ask(b"idle IDLE", b"+ ")
    idler.until(b"\r\n")
    times = []
    for number in range(_PUSHES):
        data = message(20_000_000 + number)
        writer.ask(b"a APPEND INBOX {%d}" % len(data))
        begun = time.perf_counter()
        writer.send(data + b"\r\n")
        idler.until(b" EXISTS\r\n")
        times.append(time.perf_counter() - begun)
        writer.until(b"\r\n")
        time.sleep(0.02)  # what comes after EXISTS belongs to this push
    writer.close()
    idler.close()
    return statistics.median(times) * 1000


def login(server: Server) -> float:
    """Return the milliseconds from connecting to the OK of LOGIN."""
    times = []
    for _ in range(_LOGINS):
        begun = time.perf_counter()
        client = ImapClient(server.port, USER)
        times.append(time.perf_counter() - begun)
        client.close()
        time.sleep(0.01)
    return statistics.median(times) * 1000


def growth(server: Server) -> float:
    """Return by how many MiB 200 sessions in IDLE, in an empty mailbox, make the server grow."""
    maker = server.client()
    maker.do(b"CREATE empty")
    server.client("empty").close()
    before = server.memory()
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            client = server.client("empty")
            stack.callback(client.close)
            client.ask(b"idle IDLE", b"+ ")
        held = server.memory()
    maker.do(b"DELETE empty")
    maker.close()
    return held - before


def others(server: Server, mailbox: str, fetch: bytes) -> tuple[float, float]:
    """Return median and longest time, in ms, of NOOPs in one session while another one fetches."""
    client = server.client("INBOX")
    times = []
    with _fetching(server, mailbox, fetch) as going:
        while going.is_alive() or not times:
            begun = time.perf_counter()
            client.do(b"NOOP")
            times.append(time.perf_counter() - begun)
            time.sleep(0.001)
    client.close()
    return statistics.median(times) * 1000, max(times) * 1000


@contextlib.contextmanager
def _fetching(server: Server, mailbox: str, fetch: bytes) -> Iterator[threading.Thread]:
    client = server.client(mailbox)
    # Its time is spent waiting for the socket, without Python's lock.
    thread = threading.Thread(target=client.do, args=(fetch,))
    thread.start()
    try:
        yield thread
    finally:
        thread.join()
        client.close()
