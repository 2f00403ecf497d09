"""msmtp: submits what it is given, as sendmail does, and pipelines its envelope."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients.heard import heard, refusals
from tests.clients.program import Program
from tests.clients.second import Arrived, arrived, inbox
from tests.clients.way import Way

pytestmark = pytest.mark.clients

CONFIGURATION = """
account default
host localhost
port {port}
domain desk.example
from alice@home.example
user alice
password {password}
auth {auth}
{tls}
"""
DATA_ERROR, UNAVAILABLE, NO_PERMISSION = 65, 69, 77
Send = Callable[..., bytes]


@pytest.fixture
def send(mail_lab: Lab, program: Callable[..., Program]) -> Send:
    """Give `send(letter, *arguments)`; it returns what msmtp has printed."""
    msmtp = program("msmtp")

    def run(
        letter: bytes,
        *arguments: str,
        port: int | None = None,
        auth: str = "on",
        password: str = "orchid",
        tls: str = "tls off",
        status: int = 0,
    ) -> bytes:
        configuration = CONFIGURATION.format(
            port=port or mail_lab.ports["submission"], auth=auth, password=password, tls=tls
        )
        file = msmtp.write(".msmtprc", configuration)
        done = msmtp.run("--file", file, *arguments, status=status, given=letter)
        return done.stdout + done.stderr

    return run


def within(way: Way, trusted: Path) -> str:
    start = "on" if way.upgrades else "off"
    return f"tls on\ntls_starttls {start}\ntls_trust_file {trusted}"


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5", "scram-sha-256"])
def test_logs_in(mail_lab: Lab, lines: bytes, send: Send, mechanism: str) -> None:
    told = send(lines, "bob@home.example", auth=mechanism, password="rose", status=NO_PERMISSION)
    assert b"User name or password is wrong" in told
    assert [reply[:9] for reply in refusals(mail_lab)] == ["535 5.7.8"]
    assert arrived(mail_lab) == []
    # The line ends of either system.
    send(lines, "bob@home.example", auth=mechanism)
    send(lines.replace(b"\r\n", b"\n"), "bob@home.example", auth=mechanism)
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPA",), lines)] * 2
    asked = [line for line in heard(mail_lab, "submission") if line.startswith("AUTH ")]
    assert [line.split()[1] for line in asked] == [mechanism.upper()] * 3
    assert len(refusals(mail_lab)) == 1


def test_inside_tls(
    mail_lab: Lab, lines: bytes, send: Send, submission: Way, stranger: Trust
) -> None:
    def attempt(trusted: Trust, status: int = 0) -> bytes:
        tls = within(submission, trusted.file)
        return send(lines, "bob@home.example", port=submission.port, tls=tls, status=status)

    assert b"not trusted" in attempt(stranger, UNAVAILABLE).lower()
    assert submission.logins() == []
    attempt(mail_lab.trust)
    assert submission.logins() == [True]
    assert refusals(mail_lab) == []
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPSA",), lines)]


def test_two_domains(mail_lab: Lab, lines: bytes, send: Send) -> None:
    mail_lab.add_account("carol@work.example", "fern")
    send(lines, "bob@home.example", "carol@work.example")
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPA",), lines)]
    mail_lab.settle()
    (relayed,) = arrived(mail_lab, "carol", "fern", listener="imap@work.example")
    assert (relayed.sender, relayed.octets) == ("alice@home.example", lines)
    assert relayed.protocols[1:] == ("ESMTPA",)
    assert refusals(mail_lab) == []


def test_is_told_of_the_delivery(mail_lab: Lab, lines: bytes, send: Send) -> None:
    send(lines, "--dsn-notify=success,failure", "--dsn-return=headers", "bob@home.example")
    said = heard(mail_lab, "submission")
    assert "MAIL FROM:<alice@home.example> RET=HDRS" in said
    assert "RCPT TO:<bob@home.example> NOTIFY=SUCCESS,FAILURE" in said
    mail_lab.settle()
    assert [each.octets for each in arrived(mail_lab)] == [lines]
    ((report, _),) = inbox(mail_lab, "alice")
    assert b"\r\nFinal-Recipient: rfc822;bob@home.example\r\n" in report
    assert b"\r\nAction: delivered\r\n" in report
    assert b"Message-ID: <lines@home.example>" in report
    assert b"From here on" not in report
    assert refusals(mail_lab) == []


def test_is_refused_recipients(mail_lab: Lab, lines: bytes, send: Send) -> None:
    """One refused recipient, and it sends to nobody."""
    told = send(lines, "bob@home.example", "nobody@home.example", status=DATA_ERROR)
    assert b"550 5.1.1" in told
    mail_lab.set_quota("bob", messages=0)
    told = send(lines, "bob@home.example", status=UNAVAILABLE)
    assert b"452 4.2.2" in told
    mail_lab.settle()
    assert arrived(mail_lab) == []


def test_asks_what_the_server_can(mail_lab: Lab, send: Send) -> None:
    told = send(b"", "--serverinfo").decode()
    assert "PLAIN SCRAM-SHA-256 CRAM-MD5 LOGIN" in told
    assert all(name in told for name in ("SIZE", "PIPELINING", "DSN", "STARTTLS"))
    assert refusals(mail_lab) == []
