"""imap-tools: what many scripts are written with."""

from __future__ import annotations

import pytest
from imap_tools import AND, MailBoxUnencrypted, MailMessageFlags

from labserver import Lab

pytestmark = pytest.mark.clients


def test_reads_flags_moves_and_deletes(mail_lab: Lab, letters: tuple[bytes, ...]) -> None:
    for letter in letters:
        mail_lab.load(letter)
    port = mail_lab.ports["imap"]
    with MailBoxUnencrypted("127.0.0.1", port, timeout=60).login("bob", "tulip") as mailbox:
        mailbox.folder.create("Plans")
        assert [folder.name for folder in mailbox.folder.list()] == ["INBOX", "Plans"]
        first, second = mailbox.fetch(mark_seen=False)
        assert [first.subject, second.subject] == ["Lunch?", "Café"]
        assert [first.from_, first.text] == ["alice@home.example", ".\r\n..two dots\r\nAt noon\r\n"]
        assert second.text.startswith("Café")
        assert [first.size_rfc822, second.size_rfc822] == [len(letter) for letter in letters]
        assert [int(first.uid), int(second.uid)] == [one.uid for one in mail_lab.messages()]
        assert not any(r"\Seen" in one.flags for one in mail_lab.messages())
        assert mailbox.uids(AND(subject="lunch")) == [first.uid]
        mailbox.flag(first.uid, [MailMessageFlags.FLAGGED], value=True)
        assert [one.uid for one in mailbox.fetch(AND(flagged=True), mark_seen=True)] == [first.uid]
        assert set(mail_lab.messages()[0].flags) >= {r"\Flagged", r"\Seen"}
        mailbox.move(first.uid, "Plans")
        mailbox.delete(second.uid)
    assert mail_lab.messages() == []
    assert [one.octets for one in mail_lab.messages(mailbox="Plans")] == [letters[0]]


def test_copies_appends_counts_and_idles(mail_lab: Lab, letters: tuple[bytes, ...]) -> None:
    for letter in letters:
        mail_lab.load(letter)
    port = mail_lab.ports["imap"]
    with MailBoxUnencrypted("127.0.0.1", port, timeout=60).login("bob", "tulip") as mailbox:
        mailbox.folder.create("Work/Plans")
        mailbox.copy(mailbox.uids(), "Work/Plans")
        mailbox.append(letters[0], "Work/Plans", flag_set=[MailMessageFlags.SEEN, "$Todo"])
        status = mailbox.folder.status("Work/Plans")
        assert (status["MESSAGES"], status["UNSEEN"], status["UIDNEXT"]) == (3, 2, 4)
        assert mailbox.folder.exists("Work/Plans")
        mailbox.folder.rename("Work", "Old")
        mailbox.folder.subscribe("Old/Plans", value=True)
        assert [one.name for one in mailbox.folder.list(subscribed_only=True)] == ["Old/Plans"]
        with mailbox.idle as idle:
            mail_lab.load(letters[0])
            assert b"* 3 EXISTS" in idle.poll(timeout=60)
        assert mailbox.numbers(AND(seen=False)) == ["1", "2", "3"]
        heads = mailbox.fetch(mark_seen=False, headers_only=True, bulk=True)
        assert [head.subject for head in heads] == ["Lunch?", "Café", "Lunch?"]
    plans = mail_lab.messages(mailbox="Old/Plans")
    assert [one.octets for one in plans] == [*letters, letters[0]]
    assert [set(one.flags) for one in plans] == [set(), set(), {r"\Seen", "$Todo"}]
