"""STARTTLS and LOGINDISABLED (RFC 3501 sections 6.2.1 and 7.2.1, RFC 9051 likewise)."""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

from labserver import Lab
from labserver.clock import LabClock
from labserver.errors import LabError
from labserver.events import Closed, Line, Log, Secured
from labserver.faults import Answer, Faults
from labserver.imap.capabilities import CAPABILITIES
from labserver.lab.services import MAIL_HOST, services
from labserver.protocol.policy import Policy
from labserver.protocol.switches import Switches
from labserver.store import Store
from labserver.wire import Wire
from tests.imap.driver import Client, Server
from tests.wire.house import Inside, Vouched

FORBIDDEN = Policy(cleartext_auth=False)
PRIVACY = "NO [PRIVACYREQUIRED] A password crosses inside TLS only"
BEGIN = "OK Begin TLS negotiation now"
PLAIN = "AGJvYgB0dWxpcA=="  # bob, tulip
EVERY = [each.name for each in CAPABILITIES if not each.base]


def told(client: Client) -> list[str]:
    return client.do("CAPABILITY")[0].removeprefix("* CAPABILITY ").split()


# The session


def test_it_is_told_where_tls_could_begin_and_nowhere_else() -> None:
    server = Server()
    assert "STARTTLS" in told(server.connect())
    assert "STARTTLS" not in told(server.connect(tls=False))
    assert "STARTTLS" not in told(server.connect(tls=False, secure=True))
    client = server.connect()
    assert client.do("STARTTLS") == [BEGIN]
    assert "STARTTLS" not in told(client)
    # Who has logged in can't begin it any more.
    assert "STARTTLS" not in told(server.login())


def test_the_session_asks_for_it_once_its_answer_is_said() -> None:
    client = Server().connect()
    chunks = iter(client.session.receive(b"a STARTTLS\r\n"))
    assert next(chunks) == b"a OK Begin TLS negotiation now\r\n"
    assert next(chunks, None) is None
    assert client.session.next == "starttls"
    list(client.session.receive(b"b NOOP\r\n"))
    assert client.session.next == "read"


def test_a_second_one_is_bad_and_so_is_one_inside_tls_from_the_start() -> None:
    """RFC 9051 section 6.2.1."""
    server = Server()
    client = server.connect()
    client.do("STARTTLS")
    for each in (client, server.connect(tls=False, secure=True)):
        assert each.do("STARTTLS") == ["BAD TLS is active already"]
        assert each.session.next == "read"
        assert each.do("NOOP") == ["OK NOOP completed"]


def test_who_has_logged_in_is_told_so_and_whose_server_has_none_does_not_know_it() -> None:
    server = Server()
    assert server.login().do("STARTTLS") == ["BAD You are logged in already"]
    for each in (server.connect(tls=False), server.connect("STARTTLS")):
        assert each.do("STARTTLS") == ["BAD Unknown command STARTTLS"]


def test_after_unauthenticate_it_may_begin() -> None:
    client = Server().login()
    client.do("UNAUTHENTICATE")
    assert "STARTTLS" in told(client)
    assert client.do("STARTTLS") == [BEGIN]


def test_after_compress_it_cannot_be_said() -> None:
    """RFC 4978 section 3: what is sent is compressed first, and then encrypted."""
    client = Server().login()
    client.do("COMPRESS DEFLATE")
    assert client.do("STARTTLS") == ["BAD You are logged in already"]
    assert client.do("UNAUTHENTICATE")[0].startswith("* BYE ")


def test_a_fault_may_answer_in_its_place() -> None:
    server = Server()
    server.faults.add(Answer(protocol="imap", command="STARTTLS", reply="NO [UNAVAILABLE] Later"))
    client = server.connect()
    assert client.do("STARTTLS") == ["NO [UNAVAILABLE] Later"]
    assert client.session.next == "read"
    assert client.do("STARTTLS") == [BEGIN]


def test_failed_logins_are_not_forgotten() -> None:
    client = Server(failed_logins=2).connect()
    client.do("LOGIN bob rose")
    client.do("STARTTLS")
    assert client.do("LOGIN bob rose")[-1] == "* BYE Too many failed logins"


# Passwords in the clear


def test_by_default_passwords_may_cross() -> None:
    client = Server().connect()
    assert "LOGINDISABLED" not in told(client)
    assert client.do("LOGIN bob tulip") == ["OK LOGIN completed"]


def test_a_policy_forbids_it_outside_tls() -> None:
    """RFC 9051 section 11.7: the list, LOGIN and AUTHENTICATE."""
    client = Server().connect(policy=FORBIDDEN)
    offered = told(client)
    assert "LOGINDISABLED" in offered
    assert not {"AUTH=PLAIN", "AUTH=LOGIN"} & set(offered)
    assert {"AUTH=CRAM-MD5", "AUTH=SCRAM-SHA-256"} <= set(offered)
    # Right or wrong: it is not even looked at (section 7.2.2).
    for command in (
        "LOGIN bob tulip",
        "LOGIN bob rose",
        "LOGIN {3}\nbob {5}\ntulip",
        "AUTHENTICATE PLAIN",
        f"AUTHENTICATE PLAIN {PLAIN}",
        "AUTHENTICATE LOGIN",
        "authenticate login Ym9i",
    ):
        assert client.do(command) == [PRIVACY]
    assert client.do("SELECT INBOX") == ["BAD Log in first"]


def test_refused_passwords_are_no_failed_logins() -> None:
    client = Server(failed_logins=2).connect(policy=FORBIDDEN)
    for _ in range(5):
        assert client.do("LOGIN bob rose") == [PRIVACY]


@pytest.mark.parametrize("mechanism", ["CRAM-MD5", "SCRAM-SHA-256"])
def test_what_sends_no_password_is_welcome(mechanism: str) -> None:
    client = Server().connect(policy=FORBIDDEN)
    assert client.raw(f"a AUTHENTICATE {mechanism}\r\n".encode()).startswith(b"+ ")


@pytest.mark.parametrize(
    "command", ["LOGIN bob tulip", f"AUTHENTICATE PLAIN {PLAIN}", "AUTHENTICATE LOGIN Ym9i"]
)
@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "implicit"])
def test_inside_tls_it_is_allowed(command: str, implicit: bool) -> None:  # noqa: FBT001
    client = Server().connect(policy=FORBIDDEN, secure=implicit, tls=not implicit)
    if not implicit:
        client.do("STARTTLS")
    offered = told(client)
    assert "LOGINDISABLED" not in offered
    assert {"AUTH=PLAIN", "AUTH=LOGIN"} <= set(offered)
    assert client.raw(f"a {command}\r\n".encode()).startswith((b"a OK ", b"+ "))


def test_it_cannot_be_switched_off() -> None:
    with pytest.raises(LabError, match="no capability 'LOGINDISABLED'"):
        Lab(without={"imap": ["LOGINDISABLED"]})


def test_a_mechanism_that_is_switched_off_is_unknown_first() -> None:
    client = Server().connect("AUTH=PLAIN", policy=FORBIDDEN)
    assert client.do("AUTHENTICATE PLAIN") == ["NO The server does not know that mechanism"]


# Over connections, in memory and over TCP


class Talk(Protocol):
    """A client on a connection."""

    log: Log

    def send(self, data: bytes, lines: int) -> bytes:
        """Send, and return so many lines."""

    def begin(self) -> None:
        """Do the handshake."""

    def close(self) -> None:
        """End it. May be called twice."""


class MemoryTalk:
    """A client in memory."""

    def __init__(self, without: Iterable[str], policy: Policy) -> None:
        clock = LabClock()
        self.log = Log(clock.now)
        faults, switches = Faults(), Switches()
        switches.switch_off("imap", without)
        self.store = Store(clock=clock, seed=1, record=self.log.append, faults=faults)
        self.store.accounts.add("bob", "tulip")
        self.store.accounts.add("joe", "password")
        self.store.accounts.add("test", "test")
        wire = Wire(
            store=self.store,
            clock=clock,
            ids=self.store.ids,
            log=self.log,
            faults=faults,
            switches=switches,
            policy=policy,
            certificates=Vouched(),
        )
        self.connection = wire.memory(services()["imap"])
        self.inside: Inside | None = None

    def send(self, data: bytes, lines: int) -> bytes:
        said = self.connection.send(data) if self.inside is None else self.inside.send(data)
        assert said.count(b"\n") == lines
        return said

    def begin(self) -> None:
        self.inside = Inside(self.connection)
        self.inside.handshake()

    def close(self) -> None:
        self.connection.close()
        self.store.close()


class TcpTalk:
    """A client over TCP."""

    def __init__(self, without: Iterable[str], policy: Policy) -> None:
        people = {"bob": "tulip", "joe": "password", "test": "test"}
        self.lab = Lab(
            accounts=people, without={"imap": without}, cleartext_auth=policy.cleartext_auth
        )
        self.log = self.lab.log
        self.socket = socket.create_connection(("127.0.0.1", self.lab.ports["imap"]), 20)
        self.file = self.socket.makefile("rb")
        self.file.readline()

    def send(self, data: bytes, lines: int) -> bytes:
        self.socket.sendall(data)
        return b"".join(self.file.readline() for _ in range(lines))

    def begin(self) -> None:
        self.file.close()
        self.socket = self.lab.trust.context().wrap_socket(self.socket, server_hostname=MAIL_HOST)
        self.file = self.socket.makefile("rb")

    def close(self) -> None:
        self.file.close()
        self.socket.close()
        self.lab.close()


Begin = Callable[..., Talk]


@pytest.fixture(params=[MemoryTalk, TcpTalk], ids=["memory", "tcp"])
def talk(request: pytest.FixtureRequest) -> Iterator[Begin]:
    with ExitStack() as stack:

        def talk(without: Iterable[str] = (), policy: Policy = FORBIDDEN) -> Talk:
            made: Any = request.param(without, policy)
            stack.callback(made.close)
            return made

        yield talk


def replay(talk: Talk, session: str) -> None:
    """Say the C: lines, and be answered the S: lines, but for their texts."""
    sent = b""
    told: list[str] = []
    for line in [*session.split("\n"), "C: "]:
        kind, _, text = line.strip().partition(" ")
        if kind == "S:":
            told.append(text)
            continue
        if sent:
            said = talk.send(sent, len(told)).decode().splitlines()
            for want, seen in zip(told, said, strict=True):
                status = want.split()[:2] if want[0] != "*" else want.split()
                assert seen.split()[: len(status)] == status
            sent, told = b"", []
        if kind == "C:":
            sent = f"{text}\r\n".encode()
        elif kind == "TLS":
            talk.begin()


def all_but(*names: str) -> list[str]:
    """What is to be switched off for a server that has these alone."""
    return [name for name in EVERY if name not in names]


def test_the_example_of_starttls(talk: Begin) -> None:
    """RFC 3501 section 6.2.1; that of RFC 9051 differs in the revision's name and the login."""
    replay(
        talk(all_but("STARTTLS", "AUTH=PLAIN")),
        """C: a001 CAPABILITY
           S: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED
           S: a001 OK CAPABILITY completed
           C: a002 STARTTLS
           S: a002 OK Begin TLS negotiation now
           TLS
           C: a003 CAPABILITY
           S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
           S: a003 OK CAPABILITY completed
           C: a004 LOGIN joe password
           S: a004 OK LOGIN completed""",
    )


def test_the_example_of_capability(talk: Begin) -> None:
    """RFC 3501 section 6.1.1, and that of RFC 9051; CRAM-MD5 stands for GSSAPI, which we lack."""
    replay(
        talk(all_but("STARTTLS", "AUTH=CRAM-MD5", "AUTH=PLAIN")),
        """C: abcd CAPABILITY
           S: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=CRAM-MD5
           S: abcd OK CAPABILITY completed
           C: efgh STARTTLS
           S: efgh OK STARTLS completed
           TLS
           C: ijkl CAPABILITY
           S: * CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5
           S: ijkl OK CAPABILITY completed""",
    )


def test_the_example_of_authenticate_after_starttls(talk: Begin) -> None:
    """RFC 9051 section 6.2.2; the first line and the list are those of the example above."""
    replay(
        talk(),
        """C: A01 STARTTLS
           S: A01 OK STARTTLS completed
           TLS
           C: A03 AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=
           S: A03 OK Success (tls protection)""",
    )


def test_what_came_with_it_is_thrown_away_at_every_split() -> None:
    """RFC 9051 section 6.2.1: the command injection of CERT 555316."""
    command = b"a NOOP\r\nb STARTTLS\r\n"
    injected = b"c LOGIN bob tulip\r\nd DELETE x\r\ne LOGIN {3}\r\nb"
    for at in range(len(command)):
        talk = MemoryTalk((), Policy())
        octets = command + injected
        talk.connection.send(octets[:at])
        talk.connection.send(octets[at:])
        assert talk.connection.received.endswith(b"\r\nb OK Begin TLS negotiation now\r\n")
        talk.begin()
        assert talk.send(b"f NOOP\r\n", 1) == b"f OK NOOP completed\r\n"
        assert talk.send(b"g SELECT INBOX\r\n", 1) == b"g BAD Log in first\r\n"
        heard = b"".join(
            entry.event.data
            for entry in talk.log
            if isinstance(entry.event, Line) and entry.event.direction == "C"
        )
        assert heard == octets + b"f NOOP\r\ng SELECT INBOX\r\n"
        talk.close()


def test_what_came_with_it_is_thrown_away_over_tcp_too(talk: Begin) -> None:
    client = talk()
    said = client.send(b"a STARTTLS\r\nb LOGIN bob tulip\r\n", 1)
    assert said == b"a OK Begin TLS negotiation now\r\n"
    client.begin()
    assert client.send(b"c SELECT INBOX\r\n", 1) == b"c BAD Log in first\r\n"


def test_a_session_goes_on_inside_and_its_log_is_plain(talk: Begin) -> None:
    client = talk()
    client.send(b"a STARTTLS\r\n", 1)
    client.begin()
    client.send(b"b LOGIN bob tulip\r\n", 1)
    assert client.send(b"c IDLE\r\n", 1).startswith(b"+ ")
    client.send(b"DONE\r\n", 1)
    client.send(b"d LOGOUT\r\n", 2)
    lines = [entry.event.data for entry in client.log if isinstance(entry.event, Line)]
    assert b"b LOGIN bob tulip\r\n" in lines
    client.close()
    kinds = [entry.event for entry in client.log if isinstance(entry.event, Secured | Closed)]
    assert kinds == [
        Secured(connection=1, version="TLSv1.3"),
        Closed(connection=1, how="quit"),
    ]


@pytest.mark.parametrize("listener", ["imap", "imaps"])
def test_compression_goes_inside_tls(mail_lab: Lab, listener: str) -> None:
    letter = b"Subject: Lunch\r\n\r\n" + b"The same line again and again.\r\n" * 4000
    mail_lab.load(letter)
    plain = socket.create_connection(("127.0.0.1", mail_lab.ports[listener]), 20)
    if listener == "imap":
        plain.sendall(b"a STARTTLS\r\n")
        while b"a OK" not in plain.recv(1000):
            pass
    trusting = mail_lab.trust.context()
    with trusting.wrap_socket(plain, server_hostname="localhost") as inside:
        said = b""
        inside.sendall(b"b LOGIN bob tulip\r\nc COMPRESS DEFLATE\r\n")
        while b"c OK DEFLATE active\r\n" not in said:
            said += inside.recv(1000)
        compress, inflate = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-15)
        commands = b"d SELECT INBOX\r\ne FETCH 1 BODY[]\r\nf LOGOUT\r\n"
        inside.sendall(compress.compress(commands) + compress.flush(zlib.Z_SYNC_FLUSH))
        crossed = b""
        while data := inside.recv(65536):
            crossed += data
        said = inflate.decompress(crossed)
    assert letter in said
    assert said.endswith(b"f OK LOGOUT completed\r\n")
    assert len(crossed) < len(letter) // 10


def test_switched_off_for_one_device(mail_lab: Lab) -> None:
    mail_lab.switch_off("imap", "STARTTLS", device="laptop")
    for who, there in (("laptop", False), ("phone", True)):
        link = mail_lab._links.connect(MAIL_HOST, 143, who)
        with link.socket as client:
            client.sendall(b"a CAPABILITY\r\nb STARTTLS\r\n")
            said = b""
            while b"\nb " not in said:
                said += client.recv(4096)
        assert (b" STARTTLS" in said.split(b"b ")[0]) is there
        assert (b"b OK" in said) is there


def test_a_client_that_does_not_know_the_authority_gets_no_further(mail_lab: Lab) -> None:
    with socket.create_connection(("127.0.0.1", mail_lab.ports["imap"]), 20) as plain:
        plain.sendall(b"a STARTTLS\r\n")
        while b"a OK" not in plain.recv(1000):
            pass
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname=MAIL_HOST)
    mail_lab.close()
    endings = [entry.event for entry in mail_lab.log if isinstance(entry.event, Closed)]
    assert [event.how for event in endings] == ["client"]
