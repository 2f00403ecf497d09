"""Well-known client libraries against the lab, over real connections."""

from __future__ import annotations

import asyncio
import imaplib
import poplib
import smtplib
from typing import TYPE_CHECKING

import aioimaplib
import imap_tools
import pytest
from imapclient import IMAPClient

if TYPE_CHECKING:
    from labserver.lab import Lab

HOST = "127.0.0.1"
MESSAGE = (
    b"From: Alice <alice@home.example>\r\nTo: Bob <bob@home.example>\r\n"
    b"Subject: Lunch\r\n\r\n.dots\r\n..and more\r\nEnd\r\n"
)


def stored(lab: Lab, index: int = 0) -> bytes:
    return lab.messages("bob")[index].octets


@pytest.mark.parametrize("role", ["smtp", "submission"])
def test_smtplib_sends_and_poplib_fetches_the_same_octets(mail_lab: Lab, role: str) -> None:
    with smtplib.SMTP(HOST, mail_lab.ports[role], local_hostname="client.home.example") as smtp:
        if role == "submission":
            with pytest.raises(smtplib.SMTPAuthenticationError):
                smtp.login("alice", "wrong")
            smtp.login("alice", "orchid")
        refused = smtp.sendmail(
            "alice@home.example", ["bob@home.example", "nobody@home.example"], MESSAGE
        )
    assert list(refused) == ["nobody@home.example"]
    assert stored(mail_lab).endswith(b"\r\n\r\n.dots\r\n..and more\r\nEnd\r\n")
    pop = poplib.POP3(HOST, mail_lab.ports["pop3"], timeout=10)
    pop.user("bob@home.example")
    pop.pass_("tulip")
    assert pop.stat() == (1, len(stored(mail_lab)))
    _, lines, _ = pop.retr(1)
    assert b"".join(line + b"\r\n" for line in lines) == stored(mail_lab)
    pop.dele(1)
    assert len(mail_lab.messages("bob")) == 1
    pop.quit()
    assert mail_lab.messages("bob") == []


def test_imaplib(mail_lab: Lab) -> None:
    mail_lab.load(MESSAGE)
    with imaplib.IMAP4(HOST, mail_lab.ports["imap"], timeout=10) as imap:
        imap.login("bob", "tulip")
        assert imap.select() == ("OK", [b"1"])
        _, data = imap.fetch("1", "(RFC822)")
        assert data[0][1] == MESSAGE
        assert imap.store("1", "+FLAGS", r"(\Flagged)")[0] == "OK"
        assert imap.create("Archive")[0] == "OK"
        assert imap.copy("1", "Archive")[0] == "OK"
        assert imap.search(None, "SUBJECT", "lunch") == ("OK", [b"1"])
    assert mail_lab.messages("bob", "Archive")[0].flags == ("\\Flagged", "\\Seen")


def test_imapclient_hears_of_new_mail_while_idle(mail_lab: Lab) -> None:
    with IMAPClient(HOST, mail_lab.ports["imap"], ssl=False, timeout=10) as imap:
        imap.login("bob", "tulip")
        imap.select_folder("INBOX")
        imap.idle()
        mail_lab.load(MESSAGE)
        assert (1, b"EXISTS") in imap.idle_check(timeout=10)
        imap.idle_done()
        (fetched,) = imap.fetch([1], ["BODY.PEEK[]", "ENVELOPE"]).values()
        assert fetched[b"BODY[]"] == MESSAGE
        assert fetched[b"ENVELOPE"].subject == b"Lunch"
        imap.create_folder("Grüße")
        imap.move([1], "Grüße")
    assert mail_lab.messages("bob") == []
    assert mail_lab.messages("bob", "Grüße")[0].octets == MESSAGE


def test_imap_tools(mail_lab: Lab) -> None:
    mail_lab.load(MESSAGE)
    box = imap_tools.MailBoxUnencrypted(HOST, mail_lab.ports["imap"], timeout=10)
    with box.login("bob", "tulip") as mailbox:
        (message,) = mailbox.fetch(imap_tools.AND(subject="Lunch"), mark_seen=False)
        assert message.from_ == "alice@home.example"
        mailbox.flag(message.uid, imap_tools.MailMessageFlags.SEEN, True)  # noqa: FBT003 - its API
        assert mail_lab.messages("bob")[0].flags == ("\\Seen",)
        mailbox.delete(message.uid)
    assert mail_lab.messages("bob") == []


def test_aioimaplib(mail_lab: Lab) -> None:
    mail_lab.load(MESSAGE)

    async def work() -> bytes:
        imap = aioimaplib.IMAP4(HOST, mail_lab.ports["imap"], timeout=10)
        await imap.wait_hello_from_server()
        assert (await imap.login("bob", "tulip")).result == "OK"
        await imap.select("INBOX")
        fetched = await imap.uid("fetch", "1", "(BODY.PEEK[])")
        await imap.logout()
        imap.protocol.transport.close()  # It leaves that to its garbage collection.
        await asyncio.sleep(0)
        return bytes(fetched.lines[1])

    assert asyncio.run(work()) == MESSAGE
