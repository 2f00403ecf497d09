"""mpop: pipelines all it asks for, and leaves on the server what it is told to leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients.heard import heard, refusals
from tests.clients.maildir import on_disk
from tests.clients.program import Program
from tests.clients.second import inbox, maildrop
from tests.clients.way import Way

pytestmark = pytest.mark.clients

CONFIGURATION = """
account default
host localhost
port {port}
user bob
password {password}
auth {auth}
{tls}
delivery maildir ~/mail
uidls_file ~/seen
received_header off
{options}
"""
UNAVAILABLE, NO_PERMISSION = 69, 77
Fetch = Callable[..., Counter[bytes]]


@pytest.fixture
def fetch(mail_lab: Lab, program: Callable[..., Program]) -> Fetch:
    """Give `fetch(options)`; it returns all that lies in the Maildir then."""
    mpop = program("mpop")
    mail = mpop.home / "mail"
    for part in ("tmp", "new", "cur"):
        (mail / part).mkdir(parents=True)

    def run(
        options: str = "keep on",
        *,
        port: int | None = None,
        auth: str = "on",
        password: str = "tulip",
        tls: str = "tls off",
        status: int = 0,
    ) -> Counter[bytes]:
        configuration = CONFIGURATION.format(
            port=port or mail_lab.ports["pop3"],
            auth=auth,
            password=password,
            tls=tls,
            options=options,
        )
        file = mpop.write(".mpoprc", configuration)
        mpop.run("--file", file, status=status)
        return Counter(octets for octets, _ in on_disk(mail).elements())

    return run


@pytest.mark.parametrize("pipelining", ["on", "off", "auto"])
def test_leaves_mail_on_the_server(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, fetch: Fetch, pipelining: str
) -> None:
    stored = [*letters, lines]
    for letter in stored:
        mail_lab.load(letter)
    before = maildrop(mail_lab)
    options = f"keep on\npipelining {pipelining}"
    assert fetch(options) == Counter(stored)
    assert fetch(options) == Counter(stored)
    mail_lab.load(letters[0])
    assert fetch(options) == Counter([*stored, letters[0]])
    assert maildrop(mail_lab)[:3] == before
    assert inbox(mail_lab) == [(letter, set()) for letter in (*stored, letters[0])]
    # What was fetched once goes, when it is not to be left any more.
    assert fetch(f"keep off\npipelining {pipelining}") == Counter([*stored, letters[0]])
    assert inbox(mail_lab) == []
    assert refusals(mail_lab) == []


def test_deletes_what_it_has_fetched(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, fetch: Fetch
) -> None:
    for letter in (*letters, lines):
        mail_lab.load(letter)
    assert fetch("keep off\nskipsize 1000") == Counter(letters)
    assert inbox(mail_lab) == [(lines, set())]
    assert fetch("keep off") == Counter([*letters, lines])
    assert maildrop(mail_lab) == []
    assert refusals(mail_lab) == []


@pytest.mark.parametrize("auth", ["user", "apop", "plain", "login", "cram-md5", "scram-sha-256"])
def test_logs_in(mail_lab: Lab, lines: bytes, fetch: Fetch, auth: str) -> None:
    mail_lab.load(lines)
    assert fetch(auth=auth, password="rose", status=NO_PERMISSION) == Counter()
    assert ["-ERR [AUTH]" in reply for reply in refusals(mail_lab)] == [True]
    assert fetch(auth=auth) == Counter([lines])
    command = {"user": "USER bob", "apop": "APOP bob "}.get(auth, f"AUTH {auth.upper()}")
    assert sum(line.startswith(command) for line in heard(mail_lab, "pop3")) == 2
    assert len(refusals(mail_lab)) == 1
    assert inbox(mail_lab) == [(lines, set())]


def test_inside_tls(mail_lab: Lab, lines: bytes, fetch: Fetch, pop3: Way, stranger: Trust) -> None:
    mail_lab.load(lines)

    def attempt(trusted: Path, status: int = 0) -> Counter[bytes]:
        start = "on" if pop3.upgrades else "off"
        tls = f"tls on\ntls_starttls {start}\ntls_trust_file {trusted}"
        return fetch("keep off", port=pop3.port, tls=tls, status=status)

    assert attempt(stranger.file, UNAVAILABLE) == Counter()
    assert pop3.logins() == []
    assert inbox(mail_lab) == [(lines, set())]
    assert attempt(mail_lab.trust.file) == Counter([lines])
    assert pop3.logins() == [True]
    assert inbox(mail_lab) == []
    assert refusals(mail_lab) == []
