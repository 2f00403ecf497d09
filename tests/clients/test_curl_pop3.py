"""curl at a maildrop: one URL, one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients.heard import heard, refusals
from tests.clients.program import Program
from tests.clients.second import inbox, maildrop
from tests.clients.way import Way

pytestmark = pytest.mark.clients

REFUSED, BAD_CERTIFICATE, LOGIN_DENIED = 8, 60, 67
Curl = Callable[..., bytes]


@pytest.fixture
def curl(mail_lab: Lab, program: Callable[..., Program]) -> Curl:
    """Give `curl(path, *options)`; it returns what was fetched."""
    found = program("curl")

    def run(
        path: str,
        *options: str | Path,
        listener: str = "pop3",
        user: str = "bob:tulip",
        status: int = 0,
    ) -> bytes:
        url = f"{listener}://localhost:{mail_lab.ports[listener]}/{path}"
        return found.run("-q", "-sS", "-v", "-u", user, url, *options, status=status).stdout

    return run


def test_lists_and_fetches(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, curl: Curl
) -> None:
    stored = (*letters, lines)
    for letter in stored:
        mail_lab.load(letter)
    sizes = [f"{number} {len(letter)}\r\n" for number, letter in enumerate(stored, start=1)]
    assert curl("").decode() == "".join(sizes)
    assert [curl(str(number)) for number in (1, 2, 3)] == list(stored)
    ids = [unique for unique, _ in maildrop(mail_lab)]
    told = [f"{number} {unique}\r\n" for number, unique in enumerate(ids, start=1)]
    assert curl("", "-X", "UIDL").decode() == "".join(told)
    head, blank, body = lines.partition(b"\r\n\r\n")
    assert curl("", "-X", "TOP 3 2") == head + blank + b"\r\n".join([*body.split(b"\r\n")[:2], b""])
    for command in ("STAT", "LIST 1", "UIDL 2", "NOOP", "RSET"):
        assert curl("", "-X", command, "-I") == b""
    assert refusals(mail_lab) == []
    assert heard(mail_lab, "pop3").count("QUIT") == 12
    assert [octets for octets, _ in inbox(mail_lab)] == list(stored)


def test_deletes(mail_lab: Lab, letters: tuple[bytes, ...], curl: Curl) -> None:
    for letter in letters:
        mail_lab.load(letter)
    curl("1", "-X", "DELE", "-I", "-l")
    assert [octets for octets, _ in inbox(mail_lab)] == [letters[1]]
    assert curl("1") == letters[1]
    assert refusals(mail_lab) == []
    assert curl("2", status=REFUSED) == b""
    assert [reply[:4] for reply in refusals(mail_lab)] == ["-ERR"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5", "+APOP"])
def test_logs_in(mail_lab: Lab, letters: tuple[bytes, ...], curl: Curl, mechanism: str) -> None:
    mail_lab.load(letters[0])
    way = ("--login-options", f"AUTH={mechanism}")
    assert curl("1", *way, user="bob:rose", status=LOGIN_DENIED) == b""
    assert [reply[:11] for reply in refusals(mail_lab)] == ["-ERR [AUTH]"]
    assert curl("1", *way) == letters[0]
    assert curl("1", *way, "--sasl-ir") == letters[0]
    asked = [line.split() for line in heard(mail_lab, "pop3") if line.startswith(("AUTH", "APOP"))]
    if mechanism == "+APOP":
        assert [words[:2] for words in asked] == [["APOP", "bob"]] * 3
    else:
        assert [words[:2] for words in asked] == [["AUTH", mechanism]] * 3
        assert [len(words) for words in asked] == [2, 2, 2 if mechanism == "CRAM-MD5" else 3]
    assert len(refusals(mail_lab)) == 1


def test_inside_tls(mail_lab: Lab, lines: bytes, curl: Curl, pop3: Way, stranger: Trust) -> None:
    mail_lab.load(lines)

    def get(trusted: Trust, status: int = 0) -> bytes:
        verify = ("--ssl-reqd", "--cacert", trusted.file)
        return curl("1", *verify, listener=pop3.listener, status=status)

    assert get(stranger, BAD_CERTIFICATE) == b""
    assert pop3.logins() == []
    assert get(mail_lab.trust) == lines
    assert pop3.logins() == [True]
    assert refusals(mail_lab) == []
    assert inbox(mail_lab) == [(lines, set())]
