"""fetchmail over POP3: what it has seen it knows by unique-ids; it delivers by SMTP too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients import mda
from tests.clients.heard import heard, refusals
from tests.clients.program import Program
from tests.clients.second import Arrived, arrived, inbox, maildrop
from tests.clients.way import Way

pytestmark = pytest.mark.clients

CONFIGURATION = """
set invisible
poll localhost protocol {protocol} port {port} uidl {server}
    user bob password {password} {tls} no rewrite {user}
"""
NOTHING_NEW, SOCKET, LOGIN_REFUSED = 1, 2, 3
Fetch = Callable[..., list[bytes]]


@pytest.fixture
def fetch(mail_lab: Lab, program: Callable[..., Program]) -> Fetch:
    """Give `fetch(user=...)`; it returns what was delivered to a program, in order."""
    fetchmail = program("fetchmail")
    deliver = mda.install(fetchmail)

    def run(
        user: str = "keep",
        *,
        protocol: str = "pop3",
        server: str = "auth password",
        password: str = "tulip",
        port: int | None = None,
        tls: str = "sslproto ''",
        to: str = f"mda '{deliver}'",
        status: int = 0,
    ) -> list[bytes]:
        configuration = CONFIGURATION.format(
            protocol=protocol,
            port=port or mail_lab.ports["pop3"],
            server=server,
            password=password,
            tls=tls,
            user=f"{user} {to}",
        )
        fetchmail.write(".fetchmailrc", configuration)
        # As root it would share one lock with every other.
        fetchmail.run("-v", "--nodetach", "--pidfile", fetchmail.home / "pid", status=status)
        return mda.take(fetchmail)

    return run


def test_keeps_what_it_has_fetched(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, fetch: Fetch
) -> None:
    stored = [*letters, lines]
    for letter in stored:
        mail_lab.load(letter)
    before = maildrop(mail_lab)
    assert fetch() == stored
    assert "TOP 3 99999999" in heard(mail_lab, "pop3")
    assert fetch(status=NOTHING_NEW) == []
    mail_lab.load(letters[0])
    assert fetch() == [letters[0]]
    assert fetch("keep fetchall") == [*stored, letters[0]]
    assert maildrop(mail_lab)[:3] == before
    assert inbox(mail_lab) == [(letter, set()) for letter in (*stored, letters[0])]
    assert refusals(mail_lab) == []


def test_deletes_what_it_has_fetched(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, fetch: Fetch
) -> None:
    for letter in (*letters, lines):
        mail_lab.load(letter)
    assert fetch("no keep limit 137") == [*letters]  # the third is too long
    assert maildrop(mail_lab)[0][1] == lines
    assert len(inbox(mail_lab)) == 1
    mail_lab.load(letters[0])
    assert fetch("no keep fetchall") == [lines, letters[0]]
    assert inbox(mail_lab) == []
    assert {"RETR 2", "DELE 2"} <= set(heard(mail_lab, "pop3"))
    assert refusals(mail_lab) == []


@pytest.mark.parametrize(
    ("protocol", "server", "command"),
    [
        ("pop3", "auth password", "USER bob"),
        ("apop", "auth password", "APOP bob"),
        ("pop3", "auth cram-md5", "AUTH CRAM-MD5"),
    ],
)
def test_logs_in(
    mail_lab: Lab, lines: bytes, fetch: Fetch, protocol: str, server: str, command: str
) -> None:
    mail_lab.load(lines)
    assert fetch(protocol=protocol, server=server, password="rose", status=LOGIN_REFUSED) == []
    assert {reply[:11] for reply in refusals(mail_lab)} == {"-ERR [AUTH]"}
    refused = len(refusals(mail_lab))
    assert fetch(protocol=protocol, server=server) == [lines]
    assert sum(line.startswith(command) for line in heard(mail_lab, "pop3")) >= 2
    assert inbox(mail_lab) == [(lines, set())]
    assert len(refusals(mail_lab)) == refused


def test_inside_tls(mail_lab: Lab, lines: bytes, fetch: Fetch, pop3: Way, stranger: Trust) -> None:
    mail_lab.load(lines)

    def attempt(trusted: Path, status: int = 0) -> list[bytes]:
        tls = f"{'' if pop3.upgrades else 'ssl'} sslproto 'tls1.2+'"
        tls += f" sslcertck sslcertfile {trusted} sslcertpath /nowhere"
        return fetch("no keep", port=pop3.port, tls=tls, status=status)

    assert attempt(stranger.file, SOCKET) == []
    assert pop3.logins() == []
    assert inbox(mail_lab) == [(lines, set())]
    assert attempt(mail_lab.trust.file) == [lines]
    assert pop3.logins() == [True]
    assert refusals(mail_lab) == []
    assert inbox(mail_lab) == []


def test_passes_it_on_by_smtp(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, fetch: Fetch
) -> None:
    """What has 8 bits it announces so."""
    mail_lab.load(letters[0])
    mail_lab.load(lines)
    port = mail_lab.ports["smtp"]
    fetch("no keep", to=f"smtphost 'localhost/{port}' smtpname 'alice@home.example'")
    assert arrived(mail_lab, "alice") == [
        Arrived("alice@home.example", ("ESMTP",), letter) for letter in (letters[0], lines)
    ]
    mail = [line for line in heard(mail_lab, "smtp") if line.startswith("MAIL")]
    assert mail == [
        f"MAIL FROM:<alice@home.example> SIZE={len(letters[0])}",
        f"MAIL FROM:<alice@home.example> BODY=8BITMIME SIZE={len(lines)}",
    ]
    assert inbox(mail_lab) == []
    assert refusals(mail_lab) == []
