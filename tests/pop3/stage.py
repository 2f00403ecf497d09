"""Where the examples are played: what may be given before a line, in memory and over TCP.

bob has logged in                       the client of the example
mrose has the password "secret"
mrose has messages of 120 and 200 octets
mrose has a message with 12 lines       in its body
mrose has logged in elsewhere           on another connection
elsewhere is over
a login delay of 900 s
passwords need TLS
TLS can begin
TLS has begun                           after STLS
"""

from __future__ import annotations

import re
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from labserver import Lab
from labserver.lab.services import MAIL_HOST
from tests.pop3.support import Drop, Talk

__all__ = ["MemoryStage", "Stage", "TcpStage"]

_PATIENCE = 20.0
_LOGIN = ("USER {}\r\n", "PASS {}\r\n")


def _of_size(octets: int) -> bytes:
    head = b"Subject: %d\r\n\r\n" % octets
    return head + b"x" * (octets - len(head) - 2) + b"\r\n"


def _of_lines(lines: int) -> bytes:
    return b"Subject: lines\r\n\r\n" + b"".join(b".line %d\r\n" % n for n in range(lines))


class Stage(ABC):
    """A server and the connections of an example; `messages` are what lies in the maildrop."""

    def __init__(self) -> None:
        self.policy: dict[str, Any] = {}
        self.accounts = {"bob": "tulip"}
        self.mail: list[tuple[str, bytes]] = []
        self.tls = False
        self.started = False
        self.greeting = b""

    @property
    def messages(self) -> list[bytes]:
        return [data for _, data in self.mail]

    def give(self, text: str) -> None:
        """Make it so."""
        for pattern, act in _DEEDS:
            found = re.fullmatch(pattern, text)
            if found:
                act(self, *found.groups())
                return
        raise AssertionError(f"not known: {text}")

    def need(self) -> None:
        """Connect the client, if it is not."""
        if not self.started:
            self.started = True
            self.start()
            self.greeting = self.connect("client")

    def login(self, client: str, name: str) -> None:
        if client == "client":
            self.need()
        elif not self.started:
            self.started = True
            self.start()
            self.connect(client)
            self.greeting = self.connect("client")
        else:
            self.connect(client)
        for line in _LOGIN:
            text = line.format(name if line is _LOGIN[0] else self.accounts[name])
            assert self.send(client, text.encode(), 1).startswith(b"+OK")

    @abstractmethod
    def start(self) -> None:
        """Have the server as it is wanted."""

    @abstractmethod
    def connect(self, client: str) -> bytes:
        """Open a connection; return the greeting."""

    @abstractmethod
    def send(self, client: str, octets: bytes, lines: int) -> bytes:
        """Send, and return what is answered: so many lines; 0: up to the line of one dot."""

    @abstractmethod
    def hang_up(self, client: str) -> None:
        """End a connection."""

    @abstractmethod
    def secure(self) -> None:
        """Begin TLS, after STLS."""

    @abstractmethod
    def close(self) -> bytes:
        """End everything; return what the client was told beyond what was expected."""


def _password(stage: Stage, name: str, password: str) -> None:
    stage.accounts[name] = password


def _sizes(stage: Stage, name: str, *octets: str) -> None:
    stage.mail += [(name, _of_size(int(size))) for size in octets]


def _secure(stage: Stage) -> None:
    if not stage.started:
        stage.need()
        assert stage.send("client", b"STLS\r\n", 1).startswith(b"+OK")
    stage.secure()


_DEEDS: tuple[tuple[str, Callable[..., None]], ...] = (
    (r'(\w+) has the password "(.*)"', _password),
    (r"(\w+) has messages of (\d+) and (\d+) octets", _sizes),
    (r"(\w+) has a message of (\d+) octets", _sizes),
    (
        r"(\w+) has a message with (\d+) lines",
        lambda stage, name, lines: stage.mail.append((name, _of_lines(int(lines)))),
    ),
    (r"(\w+) has logged in", lambda stage, name: stage.login("client", name)),
    (r"(\w+) has logged in elsewhere", lambda stage, name: stage.login("elsewhere", name)),
    (r"elsewhere is over", lambda stage: stage.hang_up("elsewhere")),
    (
        r"a login delay of (\d+) s",
        lambda stage, seconds: stage.policy.update(pop3_login_delay=int(seconds)),
    ),
    (r"passwords need TLS", lambda stage: stage.policy.update(cleartext_auth=False)),
    (r"TLS can begin", lambda stage: setattr(stage, "tls", True)),
    (r"TLS has begun", _secure),
)


class MemoryStage(Stage):
    """The sessions themselves: no connection, and TLS is what is said of it."""

    def start(self) -> None:
        self.drop = Drop(**self.policy)
        for name, password in self.accounts.items():
            if name != "bob":
                self.drop.store.accounts.add(name, password)
        for name, data in self.mail:
            self.drop.deliver(data, to=name)
        self.talks: dict[str, Talk] = {}
        self.told = bytearray()

    def connect(self, client: str) -> bytes:
        self.talks[client] = self.drop.talk(client, tls=self.tls)
        return self.talks[client].greeting

    def send(self, client: str, octets: bytes, lines: int) -> bytes:
        del lines
        return self.talks[client].raw(octets)

    def hang_up(self, client: str) -> None:
        self.talks[client].session.lost("client")

    def secure(self) -> None:
        assert self.talks["client"].session.next == "starttls"

    def close(self) -> bytes:
        self.drop.close()
        return b""


class TcpStage(Stage):
    """A whole lab, and sockets."""

    def start(self) -> None:
        without = {} if self.tls else {"pop3": ["STLS"]}
        self.lab = Lab(accounts=self.accounts, without=without, **self.policy)
        for name, data in self.mail:
            self.lab.load(data, to=name)
        self.sockets: dict[str, socket.socket] = {}

    def connect(self, client: str) -> bytes:
        place = ("127.0.0.1", self.lab.ports["pop3"])
        self.sockets[client] = socket.create_connection(place, _PATIENCE)
        return self._read(client, 1)

    def _read(self, client: str, lines: int) -> bytes:
        said = b""
        while not said.endswith(b"\r\n.\r\n") if not lines else said.count(b"\r\n") < lines:
            piece = self.sockets[client].recv(1 << 16)
            assert piece, "the server hung up"
            said += piece
        return said

    def send(self, client: str, octets: bytes, lines: int) -> bytes:
        self.sockets[client].sendall(octets)
        return self._read(client, lines)

    def hang_up(self, client: str) -> None:
        connection = self.sockets.pop(client)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
        connection.close()

    def secure(self) -> None:
        self.sockets["client"] = self.lab.trust.context().wrap_socket(
            self.sockets["client"], server_hostname=MAIL_HOST
        )

    def close(self) -> bytes:
        rest = b""
        client = self.sockets["client"]
        if not isinstance(client, ssl.SSLSocket):
            client.shutdown(socket.SHUT_WR)
            while piece := client.recv(1 << 16):
                rest += piece
        for each in self.sockets.values():
            each.close()
        self.lab.close()
        return rest
