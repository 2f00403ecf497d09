"""IMAPClient: its own parser of replies, UIDs throughout, IDLE."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest
from imapclient import DELETED, FLAGGED, SEEN, IMAPClient

from labserver import Lab

pytestmark = pytest.mark.clients


@pytest.fixture
def client(mail_lab: Lab) -> Iterator[IMAPClient]:
    with IMAPClient("127.0.0.1", mail_lab.ports["imap"], ssl=False, timeout=60) as client:
        client.login("bob@home.example", "tulip")
        yield client


def test_lists_fetches_flags_and_deletes(
    mail_lab: Lab, client: IMAPClient, letters: tuple[bytes, ...]
) -> None:
    for letter in letters:
        mail_lab.load(letter)
    client.create_folder("Pläne")
    assert [name for _, _, name in client.list_folders()] == ["INBOX", "Pläne"]
    assert client.select_folder("INBOX")[b"EXISTS"] == 2
    uids = client.search()
    assert uids == [one.uid for one in mail_lab.messages()]
    fetched = client.fetch(uids, ["BODY.PEEK[]", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"])
    for uid, letter in zip(uids, letters, strict=True):
        assert fetched[uid][b"BODY[]"] == letter
        assert fetched[uid][b"RFC822.SIZE"] == len(letter)
        assert fetched[uid][b"ENVELOPE"].from_[0].mailbox == b"alice"
    assert client.search(["SUBJECT", "Café"], charset="UTF-8") == [uids[1]]
    assert set(client.add_flags(uids[0], [SEEN, FLAGGED])[uids[0]]) >= {SEEN, FLAGGED}
    assert set(mail_lab.messages()[0].flags) >= {r"\Seen", r"\Flagged"}
    client.remove_flags(uids[0], [FLAGGED])
    assert r"\Flagged" not in mail_lab.messages()[0].flags
    client.move([uids[1]], "Pläne")
    client.add_flags(uids[0], [DELETED])
    client.expunge([uids[0]])
    assert mail_lab.messages() == []
    client.select_folder("Pläne", readonly=True)
    (moved,) = client.search()
    assert client.fetch(moved, ["BODY[]"])[moved][b"BODY[]"] == letters[1]


def test_idle_hears_of_new_mail_and_of_flags(mail_lab: Lab, client: IMAPClient) -> None:
    client.select_folder("INBOX")
    client.idle()
    with smtplib.SMTP("127.0.0.1", mail_lab.ports["smtp"], timeout=60) as sender:
        sender.sendmail("alice@home.example", ["bob@home.example"], b"Subject: Now\r\n\r\nHi\r\n")
    assert (1, b"EXISTS") in _heard(client, b"EXISTS")
    with IMAPClient("127.0.0.1", mail_lab.ports["imap"], ssl=False, timeout=60) as other:
        other.login("bob", "tulip")
        other.select_folder("INBOX")
        other.add_flags(other.search(), [FLAGGED])
    (flags,) = [reply for reply in _heard(client, b"FETCH") if reply[1] == b"FETCH"]
    assert FLAGGED in flags[2][1]
    client.idle_done()
    (uid,) = client.search()
    assert client.fetch(uid, ["BODY[]"])[uid][b"BODY[]"] == mail_lab.messages()[0].octets


def _heard(client: IMAPClient, kind: bytes) -> list[tuple]:
    """Wait in IDLE for a reply of that kind; return it and all before it."""
    heard: list[tuple] = []
    while kind not in [reply[1] for reply in heard]:
        more = client.idle_check(timeout=60)
        assert more, f"silence instead of {kind!r}; until then {heard}"
        heard += more
    return heard
