"""Both servers behind one face: a command goes in as pieces, an answer comes out in octets.

The lab is driven in memory, Dovecot over TCP. Each `Side` is one connection.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeAlias

from tests.imap.driver import Server
from tests.peers.dovecot import PASSWORD, Dovecot

__all__ = [
    "Answer",
    "Command",
    "Ended",
    "LabSide",
    "Literal",
    "PeerSide",
    "Side",
    "shown",
    "spoken",
]


class Ended(Exception):
    """The server has closed the connection."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Octets that go as a synchronizing literal (RFC 3501 section 4.3), or at once with `plus`."""

    octets: bytes
    plus: bool = False


Command: TypeAlias = Sequence[bytes | Literal]
"""Text and literals in turn, without tag and line end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Untagged responses without `* `, and the tagged one in its pieces; `code` has no brackets."""

    tag: bytes
    untagged: tuple[bytes, ...]
    status: str
    code: str | None


class Side(Protocol):
    """One connection to a server, logged in."""

    def ask(self, command: Command) -> Answer:
        """Give a command and wait for its end; raise Ended if the connection ends first."""

    def close(self) -> None:
        """Hang up."""


_LITERAL = re.compile(rb"\{([0-9]+)\}\r\n\Z")
_STATUS = re.compile(rb"(OK|NO|BAD) (?:\[([^\]]*)\] ?)?([^\r\n]*)\r\n")


def shown(command: Command) -> str:
    """Return a command as a person reads it."""
    return "".join(
        f"<{len(piece.octets)} octets>" if isinstance(piece, Literal) else piece.decode("latin-1")
        for piece in command
    )


def spoken(command: str) -> Command:
    """Return a command from its text."""
    return [command.encode()]


def _lines(tag: bytes, command: Command) -> Iterator[bytes]:
    """Yield what is sent at once: up to the announcement of each literal, then its octets."""
    held = tag + b" "
    for piece in command:
        if isinstance(piece, Literal) and piece.plus:
            held += b"{%d+}\r\n" % len(piece.octets) + piece.octets
        elif isinstance(piece, Literal):
            yield held + b"{%d}\r\n" % len(piece.octets)
            held = piece.octets
        else:
            held += piece
    yield held + b"\r\n"


def _converse(
    tag: bytes,
    command: Command,
    send: Callable[[bytes], None],
    response: Callable[[], bytes],
) -> Answer:
    untagged: list[bytes] = []
    for lines in _lines(tag, command):
        send(lines)
        while (one := response()).startswith(b"* "):
            assert one.endswith(b"\r\n"), one
            untagged.append(one[2:-2])
        if not one.startswith(b"+ "):
            break
    assert one.startswith(tag + b" "), one
    found = _STATUS.fullmatch(one, len(tag) + 1)
    assert found, one
    code = None if found[2] is None else found[2].decode("ascii")
    return Answer(tag, tuple(untagged), found[1].decode("ascii"), code)


class _Tags:
    def __init__(self) -> None:
        self._count = 0

    def next(self) -> bytes:
        self._count += 1
        return b"t%d" % self._count


class LabSide:
    """A session of the lab's, in memory; sides of one `Server` share its store."""

    def __init__(self, server: Server) -> None:
        self._client = server.login()
        self._tags = _Tags()
        self._held = b""

    def ask(self, command: Command) -> Answer:
        def send(octets: bytes) -> None:
            if self._client.session.next == "close":
                raise Ended
            self._held += self._client.raw(octets)

        return _converse(self._tags.next(), command, send, self._response)

    def close(self) -> None:
        self._client.session.lost("hung up")

    def _response(self) -> bytes:
        end = 0
        while True:
            end = self._held.find(b"\r\n", end) + 2
            if end == 1 and self._client.session.next == "close":
                raise Ended
            assert end > 1, self._held
            literal = _LITERAL.search(self._held, 0, end)
            if literal is None:
                break
            end += int(literal[1])
        response, self._held = self._held[:end], self._held[end:]
        return response


class PeerSide:
    """A connection to Dovecot."""

    def __init__(self, peer: Dovecot, user: str) -> None:
        self._socket = socket.create_connection(peer.address, 30)
        self._file: BinaryIO = self._socket.makefile("rwb", buffering=65536)
        self._tags = _Tags()
        assert self._response().startswith(b"* OK")
        self.capabilities = self.ask([f"LOGIN {user} {PASSWORD}".encode()]).code or ""

    def ask(self, command: Command) -> Answer:
        def send(octets: bytes) -> None:
            try:
                self._file.write(octets)
                self._file.flush()
            except ConnectionError:
                raise Ended from None

        return _converse(self._tags.next(), command, send, self._response)

    def close(self) -> None:
        with contextlib.suppress(ConnectionError):  # what could not be sent is still held
            self._file.close()
        self._socket.close()

    def _response(self) -> bytes:
        try:
            response = self._file.readline()
        except ConnectionError:
            raise Ended from None
        if not response:
            raise Ended
        assert response.endswith(b"\r\n"), f"the connection ended: {response!r}"
        while literal := _LITERAL.search(response):
            octets = self._file.read(int(literal[1]))
            response += octets + self._file.readline()
        return response
