"""fetchmail over IMAP: head and text taken one by one, delivered to a program."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labserver import Lab
from tests.clients import mda
from tests.clients.program import Program, commands

pytestmark = pytest.mark.clients

CONFIGURATION = """
set invisible
poll 127.0.0.1 protocol imap port {port} user bob password tulip sslproto '' no rewrite
    {options} mda '{mda}'
"""
NOTHING_NEW = 1
Fetch = Callable[..., list[bytes]]


@pytest.fixture
def fetch(mail_lab: Lab, program: Callable[..., Program]) -> Fetch:
    """Give `fetch(options)`; it returns what was delivered, in order, with CRLF."""
    fetchmail = program("fetchmail")
    deliver = mda.install(fetchmail)
    port = mail_lab.ports["imap"]

    def run(options: str, status: int = 0) -> list[bytes]:
        configuration = CONFIGURATION.format(port=port, options=options, mda=deliver)
        fetchmail.write(".fetchmailrc", configuration)
        # As root it would share one lock with every other.
        fetchmail.run("-v", "--nodetach", "--pidfile", fetchmail.home / "pid", status=status)
        return mda.take(fetchmail)

    return run


def test_keeps_what_it_has_fetched(mail_lab: Lab, letters: tuple[bytes, ...], fetch: Fetch) -> None:
    for letter in letters:
        mail_lab.load(letter)
    assert fetch("keep") == list(letters)
    assert [(one.octets, one.flags) for one in mail_lab.messages()] == [
        (letter, (r"\Seen",)) for letter in letters
    ]
    heard = commands(mail_lab)
    assert "SEARCH UNSEEN UNDELETED" in heard
    assert {"FETCH 1 RFC822.HEADER", "FETCH 1 BODY.PEEK[TEXT]"} <= set(heard)
    assert fetch("keep", status=NOTHING_NEW) == []
    mail_lab.load(letters[0])
    assert fetch("keep") == [letters[0]]
    assert fetch("keep fetchall") == [*letters, letters[0]]
    assert len(mail_lab.messages()) == 3


def test_deletes_what_it_has_fetched(
    mail_lab: Lab, letters: tuple[bytes, ...], fetch: Fetch
) -> None:
    for letter in letters:
        mail_lab.load(letter)
    assert fetch("no keep limit 136 expunge 1") == [letters[1]]  # the first is one octet too long
    assert [one.octets for one in mail_lab.messages()] == [letters[0]]
    mail_lab.load(letters[1])
    assert fetch("keep") == list(letters)
    mail_lab.load(letters[1])
    assert fetch("no keep flush") == [letters[1]]
    assert mail_lab.messages() == []
    assert r"STORE 1 +FLAGS (\Seen \Deleted)" in commands(mail_lab)
    assert "EXPUNGE" in commands(mail_lab)
    assert fetch("keep folder Nowhere", status=7) == []
