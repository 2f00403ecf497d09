"""IMAPClient: its own parser of replies, UIDs throughout, IDLE."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from imapclient import DELETED, FLAGGED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

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


def test_copies_moves_appends_and_expunges_by_uid(
    mail_lab: Lab, client: IMAPClient, letters: tuple[bytes, ...]
) -> None:
    for letter in letters:
        mail_lab.load(letter)
    client.create_folder("Plans")
    client.select_folder("INBOX")
    status = client.folder_status("INBOX", ["MESSAGES", "UNSEEN", "UIDNEXT"])
    assert status == {b"MESSAGES": 2, b"UNSEEN": 2, b"UIDNEXT": 3}
    client.copy([1, 2], "Plans")
    client.move([2], "Plans")
    when = datetime(2025, 12, 24, 18, 0, tzinfo=UTC)
    appended = client.append("Plans", letters[0], [SEEN, b"$Todo"], when)
    plans = mail_lab.messages(mailbox="Plans")
    validity = client.folder_status("Plans", "UIDVALIDITY")[b"UIDVALIDITY"]
    assert appended.startswith(b"[APPENDUID %d 4] " % validity)
    assert [one.octets for one in plans] == [*letters, letters[1], letters[0]]
    assert (set(plans[3].flags), plans[3].internaldate) == ({r"\Seen", "$Todo"}, when)
    assert [one.octets for one in mail_lab.messages()] == [letters[0]]

    client.select_folder("Plans")
    client.set_flags([1, 2, 3], [DELETED])
    client.uid_expunge([1, 3])
    assert client.search("DELETED") == [2]
    assert [one.uid for one in mail_lab.messages(mailbox="Plans")] == [2, 4]
    assert client.search(["KEYWORD", "$Todo", "SINCE", date(2025, 12, 24)]) == [4]
    client.rename_folder("Plans", "Old/Plans")
    client.subscribe_folder("Old/Plans")
    assert [name for _, _, name in client.list_sub_folders()] == ["Old/Plans"]
    with pytest.raises(IMAPClientError, match="NONEXISTENT"):
        client.select_folder("Plans")


def test_reads_the_envelope_and_the_structure_of_a_letter_in_a_letter(
    mail_lab: Lab, client: IMAPClient, nested: tuple[bytes, bytes]
) -> None:
    outer, inner = nested
    mail_lab.load(outer)
    client.select_folder("INBOX", readonly=True)
    asked = ("ENVELOPE", "BODYSTRUCTURE", "BODY[2.MIME]", "BODY[2.HEADER]", "BODY[2.TEXT]")
    fetched = client.fetch(1, [*asked, "BODY[2.1]", "BODY[2]", "BODY[3]", "BODY[]<10.20>"])[1]

    envelope = fetched[b"ENVELOPE"]
    assert envelope.subject == b"=?utf-8?q?Fwd=3A_Caf=C3=A9?="
    assert (envelope.message_id, envelope.in_reply_to) == (
        b"<outer@home.example>",
        b"<inner@work.example>",
    )
    assert [str(address) for address in envelope.from_] == ["Alice <alice@home.example>"]
    assert [str(address) for address in envelope.sender] == ["robot@home.example"]
    assert envelope.reply_to == envelope.from_
    assert [(one.name, one.mailbox, one.host) for one in envelope.to] == [
        (None, b"Friends", None),  # where a group begins
        (None, b"bob", b"home.example"),
        (b"C, D", b"carol", b"work.example"),
        (None, None, None),  # and where it ends
    ]
    assert [(one.mailbox, one.host) for one in envelope.cc] == [
        (b"undisclosed-recipients", None),
        (None, None),
    ]
    assert envelope.bcc is None

    structure = fetched[b"BODYSTRUCTURE"]
    (text, letter, plan), kind = structure[:2]
    assert (structure.is_multipart, kind) == (True, b"mixed")
    assert text[:8] == (
        *(b"text", b"plain", (b"charset", b"utf-8"), None, None),
        *(b"quoted-printable", len(b"See below, caf=C3=A9"), 0),
    )
    assert letter[:2] == (b"message", b"rfc822")
    assert (letter[4], letter[6]) == (b"what Carol wrote", len(inner))
    assert letter[7][1] == b"Lunch"
    assert letter[7][2] == ((b"Carol", None, b"carol", b"work.example"),)
    noon, html, alternative = letter[8][:3]
    assert alternative == b"alternative"
    assert (noon[:2], noon[6:8]) == ((b"text", b"plain"), (len(b"Noon.\r\nNot later.\r\n"), 2))
    assert (html[:2], html[6:8]) == ((b"text", b"html"), (len(b"<p>Noon.</p>"), 0))
    assert letter[9] == inner.count(b"\r\n")
    assert (plan[:3], plan[5:7]) == (
        (b"application", b"octet-stream", (b"name", b"plan.bin")),
        (b"base64", 8),
    )
    assert plan[8] == (b"attachment", (b"filename*", b"utf-8''pl%C3%A4ne.bin"))

    head, _, body = inner.partition(b"\r\n\r\n")
    assert fetched[b"BODY[2]"] == inner
    assert fetched[b"BODY[2.HEADER]"] == head + b"\r\n\r\n"
    assert fetched[b"BODY[2.TEXT]"] == body
    assert fetched[b"BODY[2.MIME]"] == (
        b"Content-Type: message/rfc822\r\nContent-Description: what Carol wrote\r\n\r\n"
    )
    assert fetched[b"BODY[2.1]"] == b"Noon.\r\nNot later.\r\n"
    assert fetched[b"BODY[3]"] == b"AAEC/w=="
    assert fetched[b"BODY[]<10>"] == outer[10:30]


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
