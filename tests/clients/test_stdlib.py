"""smtplib, poplib and imaplib, as everybody has them."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
from email.message import EmailMessage

import pytest

from labserver import Lab
from labserver.events import Closed, Connected, Delivered, Expunged

pytestmark = pytest.mark.clients

LONG_AGO = '"31-Dec-1999 23:59:58 +0100"'


def happened(lab: Lab, kind: type) -> list[object]:
    return [entry.event for entry in lab.log if isinstance(entry.event, kind)]


def pop3(lab: Lab) -> poplib.POP3:
    client = poplib.POP3("127.0.0.1", lab.ports["pop3"], timeout=60)
    client.user("bob")
    client.pass_("tulip")
    return client


def test_smtplib_submits_and_receives(mail_lab: Lab) -> None:
    message = EmailMessage()
    message["From"] = "alice@home.example"
    message["To"] = "bob@home.example"
    message["Subject"] = "Lunch?"
    message.set_content(".\n..two dots\nAt noon\n")
    with smtplib.SMTP("127.0.0.1", mail_lab.ports["submission"], timeout=60) as client:
        client.login("alice", "orchid")
        assert client.send_message(message) == {}
    with smtplib.SMTP("127.0.0.1", mail_lab.ports["smtp"], timeout=60) as client:
        assert client.send_message(message) == {}
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("alice@home.example", ["eve@elsewhere.example"], b"no relay\r\n")
    stored = mail_lab.messages()
    assert [one.letter for one in stored] == ["A", "B"]
    assert all(one.octets.endswith(b"\r\n\r\n.\r\n..two dots\r\nAt noon\r\n") for one in stored)
    assert len(happened(mail_lab, Delivered)) == 2


def test_poplib_takes_octets_as_stored_and_deletes(
    mail_lab: Lab, letters: tuple[bytes, ...]
) -> None:
    for letter in letters:
        mail_lab.load(letter)
    client = pop3(mail_lab)
    assert client.stat() == (2, sum(map(len, letters)))
    assert client.list()[1] == [b"%d %d" % (n, len(a)) for n, a in enumerate(letters, 1)]
    for number, letter in enumerate(letters, 1):
        _, lines, _ = client.retr(number)
        assert b"".join(line + b"\r\n" for line in lines) == letter
        head = letter.partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert client.top(number, 0)[1] == [*head, b""]
    unique = [line.split()[1] for line in client.uidl()[1]]
    assert len(set(unique)) == 2
    client.dele(1)
    client.rset()
    client.dele(1)
    assert len(mail_lab.messages()) == 2  # not before QUIT
    client.quit()
    assert [one.octets for one in mail_lab.messages()] == [letters[1]]
    again = pop3(mail_lab)
    assert again.uidl()[1] == [b"1 " + unique[1]]
    again.quit()


def test_imaplib_lists_fetches_flags_and_deletes(mail_lab: Lab, letters: tuple[bytes, ...]) -> None:
    for letter in letters:
        mail_lab.load(letter)
    with imaplib.IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60) as client:
        client.login("bob", "tulip")
        client.create("Plans")
        listed = client.list()[1]
        assert [line.split()[-1].strip(b'"') for line in listed] == [b"INBOX", b"Plans"]
        assert client.select("INBOX") == ("OK", [b"2"])
        for stored in mail_lab.messages():
            assert client.uid("FETCH", str(stored.uid), "(BODY.PEEK[])")[1][0][1] == stored.octets
        assert [one.octets for one in mail_lab.messages()] == list(letters)
        assert client.search(None, "SUBJECT", '"lunch"')[1] == [b"1"]
        client.store("1", "+FLAGS", r"(\Flagged)")
        assert r"\Flagged" in mail_lab.messages()[0].flags
        assert client.append("Plans", r"(\Seen)", None, letters[1])[0] == "OK"
        (appended,) = mail_lab.messages(mailbox="Plans")
        assert (appended.octets, appended.flags) == (letters[1], (r"\Seen",))
        client.copy("1", "Plans")
        client.store("1", "+FLAGS", r"(\Deleted)")
        assert client.expunge()[1] == [b"1"]
    assert [one.octets for one in mail_lab.messages()] == [letters[1]]
    assert [one.octets for one in mail_lab.messages(mailbox="Plans")] == [letters[1], letters[0]]
    assert len(happened(mail_lab, Expunged)) == 1
    (connected,) = happened(mail_lab, Connected)
    assert isinstance(connected, Connected)
    assert happened(mail_lab, Closed) in (
        [],  # the client may be away before the server has noted the end
        [Closed(connection=connected.connection, how="quit")],
    )


def test_imaplib_works_by_uid(mail_lab: Lab, letters: tuple[bytes, ...]) -> None:
    for letter in letters:
        mail_lab.load(letter)
    with imaplib.IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60) as client:
        client.authenticate("PLAIN", lambda _: b"\0bob\0tulip")
        client.create("Plans")
        client.select("INBOX")
        assert client.append("INBOX", r"($Todo \Draft)", LONG_AGO, letters[0])[0] == "OK"
        assert client.uid("SEARCH", "KEYWORD", "$Todo")[1] == [b"3"]
        assert client.uid("SEARCH", "BEFORE", "2-Jan-2000", "NOT", "SEEN")[1] == [b"3"]
        client.literal = "Café".encode()
        assert client.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT")[1] == [b"2"]
        (fetched,) = client.uid("FETCH", "3", "(UID FLAGS INTERNALDATE RFC822.SIZE)")[1]
        assert b"UID 3 " in fetched
        assert f"INTERNALDATE {LONG_AGO}".encode() in fetched
        assert b"RFC822.SIZE %d" % len(letters[0]) in fetched
        client.uid("COPY", "1:2", "Plans")
        (validity,) = client.status("Plans", "(UIDVALIDITY)")[1]
        copied = client.response("COPYUID")[1][0].split()
        assert copied == [validity.rstrip(b")").split()[-1], b"1:2", b"1:2"]
        client.uid("MOVE", "1", "Plans")
        assert client.response("EXPUNGE")[1] == [b"1"]
        assert client.uid("STORE", "2:3", "-FLAGS.SILENT", r"(\Draft)")[0] == "OK"
        client.unsubscribe("Plans")
        client.subscribe("Plans")
        assert client.lsub()[1][0].split()[-1].strip(b'"') == b"Plans"
        assert client.rename("Plans", "Old")[0] == "OK"
        with pytest.raises(imaplib.IMAP4.error, match="FETCH command error: BAD"):
            client.fetch("9", "(NOTHING)")
        client.close()
        assert client.state == "AUTH"
    assert [one.octets for one in mail_lab.messages()] == [letters[1], letters[0]]
    assert mail_lab.messages()[1].flags == ("$Todo",)
    old = mail_lab.messages(mailbox="Old")
    assert [one.octets for one in old] == [*letters, letters[0]]
