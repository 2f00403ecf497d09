"""curl: one URL, one command; octets go through it as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from tests.clients.program import Program, commands

pytestmark = pytest.mark.clients

NO_SUCH_FILE = 78
LOGIN_DENIED = 67  # curl's word for a mailbox that can't be selected too
Curl = Callable[..., bytes]


@pytest.fixture
def curl(mail_lab: Lab, program: Callable[..., Program]) -> Curl:
    """Give `curl(path, *options)`; it returns what was fetched."""
    found = program("curl")

    def run(path: str, *options: str, user: str = "bob:tulip", status: int = 0) -> bytes:
        url = f"imap://127.0.0.1:{mail_lab.ports['imap']}/{path}"
        return found.run("-q", "-sS", "-v", "-u", user, url, *options, status=status).stdout

    return run


def test_lists_searches_and_fetches(mail_lab: Lab, letters: tuple[bytes, ...], curl: Curl) -> None:
    # More than one read of a socket, a literal's end anywhere, and lines like those of a reply.
    large = b"Subject: Large\r\n\r\n" + b"* 1 FETCH (BODY[] {9}\r\nA004 OK done\r\n)\r\n" * 9000
    for letter in (*letters, large):
        mail_lab.load(letter)
    assert curl("") == b'* LIST (\\HasNoChildren) "/" INBOX\r\n'
    assert curl("INBOX?SUBJECT%20lunch") == b"* SEARCH 1\r\n"
    assert curl("INBOX?UNSEEN") == b"* SEARCH 1 2 3\r\n"
    for stored in mail_lab.messages():
        assert curl(f"INBOX;UID={stored.uid}") == stored.octets
    assert [one.octets for one in mail_lab.messages()] == [*letters, large]
    assert curl("INBOX;MAILINDEX=2") == letters[1]
    assert curl("INBOX;UID=2/;SECTION=HEADER.FIELDS%20(TO)") == b"To: bob@home.example\r\n\r\n"
    assert curl("INBOX;UID=1/;SECTION=TEXT") == letters[0].partition(b"\r\n\r\n")[2]
    assert all(one.flags == (r"\Seen",) for one in mail_lab.messages())  # BODY, not BODY.PEEK
    assert curl("INBOX?UNSEEN") == b"* SEARCH\r\n"
    heard = commands(mail_lab)
    assert {"UID FETCH 3 BODY[]", "FETCH 2 BODY[]", "UID FETCH 1 BODY[TEXT]"} <= set(heard)
    assert heard.count("LOGOUT") == heard.count("CAPABILITY") == 10


def test_is_refused_what_is_not_there(mail_lab: Lab, curl: Curl) -> None:
    assert curl("INBOX;UID=7", status=NO_SUCH_FILE) == b""
    assert curl("Nowhere;UID=1", status=LOGIN_DENIED) == b""
    validity = curl("", "-X", "EXAMINE INBOX").partition(b"[UIDVALIDITY ")[2].partition(b"]")[0]
    other = f"INBOX;UIDVALIDITY={int(validity) + 1};UID=1"
    assert curl(other, status=NO_SUCH_FILE) == b""
    assert curl("", user="bob:rose", status=LOGIN_DENIED) == b""
    assert mail_lab.messages() == []


def test_appends_and_gives_commands_of_its_own(
    mail_lab: Lab, letters: tuple[bytes, ...], curl: Curl, tmp_path: Path
) -> None:
    curl("", "-X", "CREATE Plans")
    for number, letter in enumerate(letters):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(letter)
        curl("INBOX", "-T", str(file))
    assert [one.octets for one in mail_lab.messages()] == list(letters)
    assert [one.flags for one in mail_lab.messages()] == [(r"\Seen",)] * 2
    assert b" $Todo" in curl("INBOX", "-X", r"UID STORE 1 +FLAGS (\Flagged $Todo)")
    assert curl("INBOX", "-X", "UID COPY 1 Plans") == b""
    assert curl("", "-X", "STATUS Plans (MESSAGES UIDNEXT)") == (
        b"* STATUS Plans (MESSAGES 1 UIDNEXT 2)\r\n"
    )
    assert curl("INBOX", "-X", "UID MOVE 2 Plans").endswith(b"* 2 EXPUNGE\r\n")
    assert [one.octets for one in mail_lab.messages()] == [letters[0]]
    plans = mail_lab.messages(mailbox="Plans")
    assert [one.octets for one in plans] == list(letters)
    assert [set(one.flags) for one in plans] == [{r"\Flagged", r"\Seen", "$Todo"}, {r"\Seen"}]
    assert f"APPEND INBOX (\\Seen) {{{len(letters[1])}}}" in commands(mail_lab)
