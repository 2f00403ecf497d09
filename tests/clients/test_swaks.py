"""swaks: one transaction of SMTP, each part of it as asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients.heard import heard, refusals
from tests.clients.program import Program, lacks
from tests.clients.second import Arrived, arrived
from tests.clients.way import Way

pytestmark = pytest.mark.clients

SENDER_REFUSED, NO_RECIPIENT, LOGIN_REFUSED, NO_TLS = 23, 24, 28, 29
PARTS = {b"TLS": "libnet-ssleay-perl", b"AUTH CRAM-MD5": "libauthen-sasl-perl"}
"""What it does with modules that its package does not require."""
Swaks = Callable[..., None]


@pytest.fixture
def swaks(mail_lab: Lab, program: Callable[..., Program], tmp_path: Path, lines: bytes) -> Swaks:
    """Give `swaks(listener, *options)`, which sends `lines` from Alice to Bob."""
    found = program("swaks")
    supports = found.run("--support").stdout
    for what, package in PARTS.items():
        if b"=== %b supported" % what not in supports:
            lacks(f"no {what.decode()} in swaks", package)
    # It stuffs dots, and puts CRLF and the dot behind what it is given.
    letter = tmp_path / "letter.eml"
    letter.write_bytes(lines.removesuffix(b"\r\n"))

    def run(
        listener: str,
        *options: str | Path,
        status: int = 0,
        sender: str = "alice@home.example",
        to: str = "bob@home.example",
    ) -> None:
        where = ("--server", "localhost", "--port", str(mail_lab.ports[listener]))
        what = ("--helo", "desk.example", "-f", sender, "-t", to, "--data", f"@{letter}")
        found.run(*where, *what, *options, status=status)

    return run


def login(mechanism: str, password: str = "orchid") -> tuple[str, ...]:
    return ("--auth", mechanism, "--auth-user", "alice", "--auth-password", password)


def test_brings_a_server_mail_for_its_own_people(mail_lab: Lab, lines: bytes, swaks: Swaks) -> None:
    other = "dora@elsewhere.example"
    swaks("smtp", sender=other)
    swaks("smtp", "--protocol", "SMTP", sender=other)
    swaks("smtp", sender="<>")
    assert refusals(mail_lab) == []
    assert arrived(mail_lab) == [
        Arrived(other, ("ESMTP",), lines),
        Arrived(other, ("SMTP",), lines),
        Arrived("", ("ESMTP",), lines),
    ]
    swaks("smtp", to="carol@work.example", sender=other, status=NO_RECIPIENT)
    swaks("smtp", to="nobody@home.example", sender=other, status=NO_RECIPIENT)
    assert len(arrived(mail_lab)) == 3
    assert [reply[:9] for reply in refusals(mail_lab)] == ["550 5.7.1", "550 5.1.1"]
    assert heard(mail_lab, "smtp").count("QUIT") == 5


def test_starttls_between_servers(
    mail_lab: Lab, lines: bytes, swaks: Swaks, stranger: Trust
) -> None:
    verify = ("--tls", "--tls-verify", "--tls-ca-path")
    swaks("smtp", *verify, stranger.file, status=NO_TLS)
    assert arrived(mail_lab) == []
    swaks("smtp", *verify, mail_lab.trust.file, sender="dora@elsewhere.example")
    assert arrived(mail_lab) == [Arrived("dora@elsewhere.example", ("ESMTPS",), lines)]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_logs_in(mail_lab: Lab, lines: bytes, swaks: Swaks, mechanism: str) -> None:
    swaks("submission", *login(mechanism, "rose"), status=LOGIN_REFUSED)
    assert [reply[:9] for reply in refusals(mail_lab)] == ["535 5.7.8"]
    assert arrived(mail_lab) == []
    swaks("submission", *login(mechanism))
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPA",), lines)]
    asked = [line for line in heard(mail_lab, "submission") if line.startswith("AUTH ")]
    assert [line.split()[1] for line in asked] == [mechanism] * 2
    assert len(refusals(mail_lab)) == 1


def test_is_refused_without_a_login_and_as_somebody_else(mail_lab: Lab, swaks: Swaks) -> None:
    swaks("submission", status=SENDER_REFUSED)
    swaks("submission", *login("PLAIN"), sender="bob@home.example", status=SENDER_REFUSED)
    assert arrived(mail_lab) == []
    assert [reply[:9] for reply in refusals(mail_lab)] == ["530 5.7.0", "553 5.7.1"]


def test_inside_tls(
    mail_lab: Lab, lines: bytes, swaks: Swaks, submission: Way, stranger: Trust
) -> None:
    verify = (
        "--tls" if submission.upgrades else "--tls-on-connect",
        "--tls-verify",
        "--tls-ca-path",
    )
    swaks(submission.listener, *login("PLAIN"), *verify, stranger.file, status=NO_TLS)
    assert submission.logins() == []
    swaks(submission.listener, *login("PLAIN"), *verify, mail_lab.trust.file)
    assert submission.logins() == [True]
    assert refusals(mail_lab) == []
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPSA",), lines)]


def test_pipelines_to_two_domains(mail_lab: Lab, lines: bytes, swaks: Swaks) -> None:
    mail_lab.add_account("carol@work.example", "fern")
    people = "bob@home.example,nobody@home.example,alice@home.example,carol@work.example"
    swaks("submission", "--pipeline", *login("CRAM-MD5"), to=people)
    assert [reply[:9] for reply in refusals(mail_lab)] == ["550 5.1.1"]
    sent = Arrived("alice@home.example", ("ESMTPA",), lines)
    assert arrived(mail_lab) == arrived(mail_lab, "alice") == [sent]
    mail_lab.settle()
    (relayed,) = arrived(mail_lab, "carol", "fern", listener="imap@work.example")
    assert relayed.octets == lines
    assert relayed.sender == "alice@home.example"
    assert relayed.protocols[1:] == ("ESMTPA",)
    assert arrived(mail_lab, "alice") == [sent]
    assert len(refusals(mail_lab)) == 1
