"""A connection that knows no more of a protocol than where an answer ends."""

from __future__ import annotations

import socket

from served import HOST


class Client:
    """A raw socket, and what has come over it and was not asked for yet."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held = b""

    def send(self, octets: bytes) -> None:
        self._socket.sendall(octets)

    def until(self, end: bytes) -> bytes:
        """Return what comes, up to and with `end`."""
        parts = [self._held]
        tail = self._held
        while end not in tail:
            more = self._socket.recv(262144)
            if not more:
                raise ConnectionError("the server hung up")
            parts.append(more)
            # The end may have come in two pieces.
            tail = tail[-len(end) :] + more
        whole, mark, self._held = b"".join(parts).partition(end)
        return whole + mark

    def count(self, end: bytes, times: int) -> int:
        """Read until `end` has come so many times; return how many octets came."""
        octets, tail = len(self._held), self._held
        times -= tail.count(end)
        while times > 0:
            more = self._socket.recv(262144)
            if not more:
                raise ConnectionError("the server hung up")
            octets += len(more)
            # The end may have come in two pieces; what was counted is not in the tail whole.
            tail = tail[-len(end) + 1 :] + more
            times -= tail.count(end)
        self._held = b""
        return octets

    def ask(self, command: bytes, end: bytes = b"\r\n") -> bytes:
        self.send(command + b"\r\n")
        return self.until(end)

    def close(self) -> None:
        self._socket.close()


class ImapClient(Client):
    """Sends commands with a tag of their own, and reads to the tagged OK.

    `user` None: nobody logs in, and the greeting is read.
    """

    def __init__(self, port: int, user: str | None = None) -> None:
        super().__init__(port)
        self._tags = 0
        self.until(b"\r\n")
        self.capabilities: frozenset[bytes] = frozenset()
        if user is not None:
            self.do(b"LOGIN %b tulip" % user.encode("ascii"))

    def do(self, command: bytes, literal: bytes | None = None) -> bytes:
        """Do a command; a literal, if there is one, ends it. Return the whole reply."""
        self._tags += 1
        tag = b"tag%d" % self._tags
        if literal is None:
            self.send(b"%b %b\r\n" % (tag, command))
        else:
            self.ask(b"%b %b {%d}" % (tag, command, len(literal)))
            self.send(literal + b"\r\n")
        return self._finish(tag)

    def pipeline(self, tag: bytes, octets: bytes) -> bytes:
        """Send octets whose last command has that tag, and read on to its OK."""
        self.send(octets)
        return self._finish(tag)

    def _finish(self, tag: bytes) -> bytes:
        # One comparison finds any status: a refusal must not be waited out.
        told = self.until(b"\r\n") if self._starts(tag) else self.until(b"\r\n%b " % tag)
        if not told.startswith(tag):
            told += self.until(b"\r\n")
        status = told[told.rfind(b"\n", 0, -2) + 1 :]
        if not status.startswith(tag + b" OK"):
            raise RuntimeError(f"the server said {status!r}")
        return told

    def _starts(self, tag: bytes) -> bool:
        """Tell whether the reply is its status line alone."""
        while len(self._held) <= len(tag):
            more = self._socket.recv(262144)
            if not more:
                raise ConnectionError("the server hung up")
            self._held += more
        return self._held.startswith(tag + b" ")
