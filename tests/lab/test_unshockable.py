"""Whatever a client says, it gets its protocol's own error, and everybody else is served."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labserver import Lab
from labserver.events import Closed
from labserver.protocol.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOLS = ("smtp", "submission", "pop3", "imap")
ERROR = {"smtp": (b"5",), "submission": (b"5",), "pop3": (b"-ERR",), "imap": (b"* BAD", b"a1 BAD")}
PING = {
    "smtp": (b"NOOP\r\n", b"250"),
    "submission": (b"NOOP\r\n", b"250"),
    "pop3": (b"CAPA\r\n", b"+OK"),
    "imap": (b"p1 NOOP\r\n", b"p1 OK"),
}
LONG = b"x" * 100_000
SHOCKS = {
    "unknown command": {
        "smtp": b"XYZZY\r\n",
        "submission": b"XYZZY\r\n",
        "pop3": b"XYZZY\r\n",
        "imap": b"a1 XYZZY\r\n",
    },
    "no command": {"smtp": b"\r\n", "submission": b"\r\n", "pop3": b"\r\n", "imap": b"\r\n"},
    "wrong order": {
        "smtp": b"DATA\r\n",
        "submission": b"RCPT TO:<bob@home.example>\r\n",
        "pop3": b"RETR 1\r\n",
        "imap": b"a1 FETCH 1 FLAGS\r\n",
    },
    "long line": {
        "smtp": b"NOOP " + LONG + b"\r\n",
        "submission": b"NOOP " + LONG + b"\r\n",
        "pop3": b"USER " + LONG + b"\r\n",
        "imap": b"a1 LOGIN " + LONG + b" x\r\n",
    },
    "no text": dict.fromkeys(PROTOCOLS, b"\xff\x00\x80\xfe\x1b\xc3\x28\r\n"),
    "no text in an argument": {
        "smtp": b"MAIL FROM:<\xff\x00\xfe>\r\n",
        "submission": b"MAIL FROM:<\xff\x00\xfe>\r\n",
        "pop3": b"TOP \xff \x00\r\n",
        "imap": b"a1 SELECT \xff\x00\xfe\r\n",
    },
}


class Client:
    """A plain socket, with what it says read line by line."""

    def __init__(self, lab: Lab, protocol: str) -> None:
        self.protocol = protocol
        self.socket = socket.create_connection(("127.0.0.1", lab.ports[protocol]), timeout=30)
        self.file = self.socket.makefile("rb")
        self.greeting = self.file.readline()
        if protocol in ("smtp", "submission"):
            self.send(b"EHLO client.example\r\n")
            while self.file.readline()[3:4] == b"-":
                pass

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def line(self) -> bytes:
        return self.file.readline()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def goes_on(self) -> bool:
        """Tell whether a plain command gets its plain answer."""
        command, answer = PING[self.protocol]
        self.send(command)
        told = self.line()
        if self.protocol == "pop3":
            while self.line() not in (b".\r\n", b""):
                pass
        return told.startswith(answer)


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(autouse=True)
def _no_traceback(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    yield
    assert capfd.readouterr().err == ""
    assert caplog.records == []


@pytest.mark.parametrize("shock", SHOCKS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_shock_is_answered_and_all_go_on(lab: Lab, protocol: str, shock: str) -> None:
    others = [Client(lab, each) for each in PROTOCOLS]
    client = Client(lab, protocol)
    client.send(SHOCKS[shock][protocol])
    assert client.line().startswith(ERROR[protocol])
    assert client.goes_on()
    assert all(other.goes_on() for other in others)
    for each in (client, *others):
        each.close()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_line_that_never_ends_is_bounded(lab: Lab, protocol: str) -> None:
    other, client = Client(lab, protocol), Client(lab, protocol)
    client.send(b"a1 ")  # To IMAP a line without a space is all tag, and comes back as one.
    for _ in range(4):
        client.send(LONG)
    client.send(b"\r\n")
    assert client.line().startswith(ERROR[protocol])
    assert client.goes_on()
    assert other.goes_on()
    client.close()
    other.close()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_half_a_line_and_silence_ends_that_connection_only(protocol: str) -> None:
    with Lab(limits=Limits(idle=0.3)) as lab:
        client = Client(lab, protocol)
        client.send(PING[protocol][0][:3])
        farewell = client.file.read()
        client.close()
        # RFC 1939 section 3: POP3 closes without a response.
        start = {"pop3": b"", "imap": b"* BYE"}.get(protocol, b"421")
        assert farewell.startswith(start)
        assert bool(farewell) == bool(start)
        assert [e.event.how for e in lab.log if isinstance(e.event, Closed)] == ["server"]
        for each in PROTOCOLS:
            fresh = Client(lab, each)
            assert fresh.goes_on()
            fresh.close()


@settings(max_examples=max(10, settings.default.max_examples // 4))
@given(
    protocol=st.sampled_from(PROTOCOLS),
    pieces=st.lists(
        st.binary(max_size=40)
        | st.sampled_from([b"\r\n", b"\n", b"a1 LOGIN {5}\r\n", b"{3+}\r\n", b"DATA\r\n", b"."]),
        max_size=8,
    ),
)
def test_any_octets_in_any_split(protocol: str, pieces: list[bytes]) -> None:
    with Lab() as lab:
        other, client = Client(lab, protocol), Client(lab, protocol)
        try:
            for piece in pieces:
                client.send(piece)
            client.socket.shutdown(socket.SHUT_WR)
            client.file.read()
        except ConnectionError:
            pass  # The server may have had enough of it.
        assert other.goes_on()
        client.close()
        other.close()
