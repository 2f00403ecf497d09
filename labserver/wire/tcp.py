"""TCP: listening, and how a connection is ended rudely."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import sys
from collections.abc import Callable

from labserver.wire.callers import Endpoint
from labserver.wire.errors import CannotListen, PortTaken

__all__ = ["listen", "peer", "reset"]

_BACKLOG = 1024
# struct linger: two ints, on Windows two unsigned shorts.
_LINGER = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)


async def listen(
    make: Callable[[], asyncio.Protocol], host: str, port: int
) -> tuple[asyncio.Server, int]:
    """Listen at `host` (a name, or an address) and `port` (0: any free one).

    Returns the server and its real port. asyncio sets TCP_NODELAY on what it accepts. Raises
    PortTaken, CannotListen.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise CannotListen(f"{host!r} is not an address of this machine") from None
    # One socket: two families would get two free ports. Programs try 127.0.0.1 first or last,
    # but they all try it.
    address = min(found, key=lambda info: info[0] != socket.AF_INET)[4][0]
    try:
        server = await loop.create_server(make, str(address), port, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"port {port} on {host} is in use by another program") from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise CannotListen(
                f"this user may not listen on port {port}; ports from 1024 up are free to all"
            ) from None
        raise CannotListen(f"cannot listen on port {port} of {host!r}") from None
    except OverflowError:
        raise CannotListen(f"a port is a number from 0 to 65535, not {port}") from None
    return server, server.sockets[0].getsockname()[1]


def peer(transport: asyncio.BaseTransport) -> Endpoint | None:
    """Return the client's end of a connection; None if it has gone already."""
    name = transport.get_extra_info("peername")
    return None if name is None else (name[0], name[1])


def reset(transport: asyncio.Transport, *, at_once: bool = False) -> bool:
    """End a connection so that the other side sees a reset, not an orderly end.

    Returns False, and does nothing, while octets are on their way that a reset would destroy;
    with `at_once` they are destroyed.
    """
    sock = transport.get_extra_info("socket")
    if sock is not None:
        if not at_once and _on_their_way(sock):
            return False
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    transport.abort()
    return True


def _on_their_way(sock: socket.socket) -> int:
    """Return how many octets the client's machine has not acknowledged; 0 where nobody tells."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
    return int.from_bytes(answer, sys.byteorder)
