"""SASL as client libraries speak it."""

from __future__ import annotations

import imaplib
from base64 import b64encode

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from labserver import Lab
from labserver.events import Line

pytestmark = pytest.mark.clients


def sent(lab: Lab) -> list[bytes]:
    """Return the lines that the client has sent."""
    return [
        entry.event.data
        for entry in lab.log
        if isinstance(entry.event, Line) and entry.event.direction == "C"
    ]


def test_imaplib_cram_md5(mail_lab: Lab) -> None:
    with imaplib.IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60) as client:
        assert "AUTH=CRAM-MD5" in client.capabilities
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login_cram_md5("bob", "rose")
        assert client.login_cram_md5("bob", "tulip")[0] == "OK"
        assert client.select("INBOX") == ("OK", [b"0"])
    assert not any(b"LOGIN" in line or b"tulip" in line for line in sent(mail_lab))


def test_imaplib_plain_and_cancelled(mail_lab: Lab) -> None:
    with imaplib.IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60) as client:
        with pytest.raises(imaplib.IMAP4.error, match="cancelled"):
            client.authenticate("LOGIN", lambda _: None)
        assert client.authenticate("PLAIN", lambda _: b"\0bob\0tulip")[0] == "OK"


def test_imapclient_sends_plain_at_once(mail_lab: Lab) -> None:
    with IMAPClient("127.0.0.1", mail_lab.ports["imap"], ssl=False, timeout=60) as client:
        with pytest.raises(LoginError, match="AUTHORIZATIONFAILED"):
            client.plain_login("bob", "tulip", "alice")
        client.plain_login("bob", "tulip", "bob@home.example")
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
    response = b64encode(b"bob@home.example\0bob\0tulip")
    assert any(b"AUTHENTICATE PLAIN" in line for line in sent(mail_lab))
    assert any(response in line for line in sent(mail_lab))


def test_imapclient_login(mail_lab: Lab) -> None:
    answers = {b"Username:": b"bob", b"Password:": b"tulip"}
    with IMAPClient("127.0.0.1", mail_lab.ports["imap"], ssl=False, timeout=60) as client:
        client.sasl_login("LOGIN", lambda asked: answers.get(asked, b""))
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
