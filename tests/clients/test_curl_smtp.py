"""curl sends a file as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients.heard import heard, refusals
from tests.clients.program import Program
from tests.clients.second import Arrived, arrived
from tests.clients.way import Way

pytestmark = pytest.mark.clients

REFUSED, BAD_CERTIFICATE, LOGIN_DENIED = 55, 60, 67
ALICE = ("--user", "alice:orchid")
FROM_TO = ("--mail-from", "alice@home.example", "--mail-rcpt", "bob@home.example")
Curl = Callable[..., bytes]


@pytest.fixture
def curl(mail_lab: Lab, program: Callable[..., Program]) -> Curl:
    """Give `curl(listener, *options)`; it returns what the server has told."""
    found = program("curl")

    def run(listener: str, *options: str | Path, status: int = 0) -> bytes:
        scheme = "smtps" if listener == "submissions" else "smtp"
        url = f"{scheme}://localhost:{mail_lab.ports[listener]}/desk.example"
        return found.run("-q", "-sS", "-v", url, *options, status=status).stdout

    return run


@pytest.fixture
def letter(tmp_path: Path, lines: bytes) -> Path:
    file = tmp_path / "letter.eml"
    file.write_bytes(lines)
    return file


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_logs_in(mail_lab: Lab, lines: bytes, letter: Path, curl: Curl, mechanism: str) -> None:
    way = ("--login-options", f"AUTH={mechanism}", "--mail-auth", "alice@home.example")
    wrong = ("--user", "alice:rose")
    curl("submission", *FROM_TO, *way, *wrong, "-T", letter, status=LOGIN_DENIED)
    assert [reply[:9] for reply in refusals(mail_lab)] == ["535 5.7.8"]
    assert arrived(mail_lab) == []
    curl("submission", *FROM_TO, *way, *ALICE, "-T", letter)
    curl("submission", *FROM_TO, *way, *ALICE, "--sasl-ir", "-T", letter)
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPA",), lines)] * 2
    said = heard(mail_lab, "submission")
    asked = [line.split() for line in said if line.startswith("AUTH ")]
    assert [words[1] for words in asked] == [mechanism] * 3
    assert [len(words) for words in asked] == [2, 2, 2 if mechanism == "CRAM-MD5" else 3]
    mail = "MAIL FROM:<alice@home.example> AUTH=<alice@home.example>"
    assert said.count(f"{mail} SIZE={len(lines)}") == 2
    assert len(refusals(mail_lab)) == 1


def test_inside_tls(
    mail_lab: Lab, lines: bytes, letter: Path, curl: Curl, submission: Way, stranger: Trust
) -> None:
    def attempt(trusted: Trust, status: int = 0) -> None:
        verify = ("--ssl-reqd", "--cacert", trusted.file)
        curl(submission.listener, *FROM_TO, *ALICE, *verify, "-T", letter, status=status)

    attempt(stranger, BAD_CERTIFICATE)
    assert submission.logins() == []
    attempt(mail_lab.trust)
    assert submission.logins() == [True]
    assert refusals(mail_lab) == []
    assert arrived(mail_lab) == [Arrived("alice@home.example", ("ESMTPSA",), lines)]


def test_sends_more_than_a_read_takes(mail_lab: Lab, curl: Curl, tmp_path: Path) -> None:
    """Dots begin lines wherever one block of octets ends and the next begins."""
    large = b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <large@home.example>\r\n\r\n"
    large += b"".join(b"." * length + b"\r\n" for length in range(900))
    file = tmp_path / "large.eml"
    file.write_bytes(large)
    curl("smtp", *FROM_TO, "-T", file)
    assert [each.octets for each in arrived(mail_lab)] == [large]
    assert refusals(mail_lab) == []


def test_addresses_beyond_ascii(mail_lab: Lab, curl: Curl, tmp_path: Path) -> None:
    letter = "From: Jörg <jörg@elsewhere.example>\r\nSubject: Grüße\r\n\r\nSchön\r\n".encode()
    file = tmp_path / "letter.eml"
    file.write_bytes(letter)
    envelope = ("--mail-from", "jörg@elsewhere.example", "--mail-rcpt", "bob@home.example")
    curl("smtp", *envelope, "-T", file)
    assert f"MAIL FROM:<jörg@elsewhere.example> SIZE={len(letter)} SMTPUTF8" in heard(
        mail_lab, "smtp"
    )
    assert arrived(mail_lab) == [Arrived("jörg@elsewhere.example", ("UTF8SMTP",), letter)]
    assert refusals(mail_lab) == []


def test_sends_to_whom_it_may(mail_lab: Lab, lines: bytes, letter: Path, curl: Curl) -> None:
    mail_lab.add_account("carol@work.example", "fern")
    people = [
        word
        for name in ("nobody@home.example", "carol@work.example")
        for word in ("--mail-rcpt", name)
    ]
    curl("submission", *FROM_TO, *ALICE, *people, "-T", letter, status=REFUSED)
    assert arrived(mail_lab) == []
    curl("submission", *FROM_TO, *ALICE, *people, "--mail-rcpt-allowfails", "-T", letter)
    mail_lab.settle()
    assert [each.octets for each in arrived(mail_lab)] == [lines]
    (relayed,) = arrived(mail_lab, "carol", "fern", listener="imap@work.example")
    assert relayed.octets == lines
    assert [reply[:9] for reply in refusals(mail_lab)] == ["550 5.1.1"] * 2


def test_asks(mail_lab: Lab, curl: Curl) -> None:
    told = curl("smtp", "--mail-rcpt", "bob@home.example", "-X", "VRFY")
    assert told.startswith(b"252 ")
    assert b"MAIL" in curl("smtp", "-X", "HELP")
    assert curl("smtp", "-X", "NOOP").startswith(b"250 ")
    assert refusals(mail_lab) == []
