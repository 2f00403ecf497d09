"""getmail: what it has seen it knows by unique-ids, and from when; it deletes days later."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients import mda
from tests.clients.heard import heard, logins, refusals
from tests.clients.program import Program
from tests.clients.second import inbox, maildrop

pytestmark = pytest.mark.clients

# Root may not have it write a Maildir, but may have it start a program.
CONFIGURATION = """
[retriever]
type = {type}
server = localhost
port = {port}
username = bob
password = {password}
{retriever}

[destination]
type = MDA_external
path = {mda}
allow_root_commands = true

[options]
verbose = 2
delivered_to = false
received = false
{options}
"""
FAILED = 127
UNKNOWN_SENDER = b"Return-Path: <unknown>\r\n"
"""What it puts before a message that has no Return-Path."""
Fetch = Callable[..., list[bytes]]


@pytest.fixture
def getmail(program: Callable[..., Program]) -> Program:
    return program("getmail", "getmail6")


@pytest.fixture
def fetch(mail_lab: Lab, getmail: Program) -> Fetch:
    """Give `fetch(options)`; it returns what was delivered, in order."""
    deliver = mda.install(getmail)

    def run(
        options: str = "",
        *,
        listener: str = "pop3",
        retriever: str = "",
        password: str = "tulip",
        status: int = 0,
    ) -> list[bytes]:
        configuration = CONFIGURATION.format(
            type="SimplePOP3SSLRetriever" if listener == "pop3s" else "SimplePOP3Retriever",
            port=mail_lab.ports[listener],
            password=password,
            retriever=retriever,
            mda=deliver,
            options=options,
        )
        getmail.write("getmailrc", configuration)
        getmail.run("--getmaildir", getmail.home, "--rcfile", "getmailrc", status=status)
        delivered = mda.take(getmail)
        assert all(octets.startswith(UNKNOWN_SENDER) for octets in delivered)
        return [octets.removeprefix(UNKNOWN_SENDER) for octets in delivered]

    return run


def test_fetches_each_message_once(
    mail_lab: Lab, letters: tuple[bytes, ...], lines: bytes, fetch: Fetch
) -> None:
    stored = [letters[0], lines]
    for letter in stored:
        mail_lab.load(letter)
    before = maildrop(mail_lab)
    new = "read_all = false"
    assert fetch(new) == stored
    assert fetch(new) == []
    mail_lab.load(letters[1])
    assert fetch(new) == [letters[1]]
    assert fetch("read_all = true") == [*stored, letters[1]]
    assert maildrop(mail_lab)[:2] == before
    assert inbox(mail_lab) == [(letter, set()) for letter in (*stored, letters[1])]
    assert not any(line.startswith("DELE") for line in heard(mail_lab, "pop3"))
    assert refusals(mail_lab) == []


def test_deletes_after_some_days(
    mail_lab: Lab, letters: tuple[bytes, ...], getmail: Program, fetch: Fetch
) -> None:
    mail_lab.load(letters[0])
    options = "read_all = false\ndelete_after = 3"
    assert fetch(options) == [letters[0]]
    mail_lab.load(letters[1])
    (known,) = getmail.home.glob("oldmail-*")
    text = known.read_text()
    seen = re.compile(r"\d+$", re.MULTILINE)
    earlier, count = seen.subn(lambda at: str(int(at[0]) - 4 * 86400), text)
    assert count == 1
    known.write_text(earlier)
    assert fetch(options) == [letters[1]]
    assert inbox(mail_lab) == [(letters[1], set())]
    assert fetch("read_all = false\ndelete = true") == []
    assert maildrop(mail_lab) == []
    assert refusals(mail_lab) == []


def test_apop(mail_lab: Lab, lines: bytes, fetch: Fetch) -> None:
    mail_lab.load(lines)
    apop = "use_apop = true"
    assert fetch(retriever=apop, password="rose", status=FAILED) == []
    # Before it goes it says RSET, and nobody is logged in.
    assert [reply[:11] for reply in refusals(mail_lab)] == ["-ERR [AUTH]", "-ERR Log in"]
    assert fetch("delete = true", retriever=apop) == [lines]
    said = heard(mail_lab, "pop3")
    assert sum(line.startswith("APOP bob ") for line in said) == 2
    assert not any(line.startswith(("USER", "PASS")) for line in said)
    assert inbox(mail_lab) == []
    assert len(refusals(mail_lab)) == 2


def test_inside_tls(mail_lab: Lab, lines: bytes, fetch: Fetch, stranger: Trust) -> None:
    """It has no STLS."""
    mail_lab.load(lines)

    def attempt(trusted: Path, status: int = 0) -> list[bytes]:
        return fetch(
            "delete = true", listener="pop3s", retriever=f"ca_certs = {trusted}", status=status
        )

    assert attempt(stranger.file, FAILED) == []
    assert logins(mail_lab, "pop3s") == []
    assert attempt(mail_lab.trust.file) == [lines]
    assert logins(mail_lab, "pop3s") == [True]
    assert inbox(mail_lab) == []
    assert refusals(mail_lab) == []
