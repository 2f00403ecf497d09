"""SASL as client libraries and programs speak it."""

from __future__ import annotations

import imaplib
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from labserver import Lab
from tests.clients.program import Program, commands

pytestmark = pytest.mark.clients


def test_imaplib_cram_md5(mail_lab: Lab) -> None:
    with imaplib.IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60) as client:
        assert "AUTH=CRAM-MD5" in client.capabilities
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login_cram_md5("bob", "rose")
        assert client.login_cram_md5("bob", "tulip")[0] == "OK"
        assert client.select("INBOX") == ("OK", [b"0"])
    assert not any("LOGIN" in line or "tulip" in line for line in commands(mail_lab))


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
    response = b64encode(b"bob@home.example\0bob\0tulip").decode()
    assert any("AUTHENTICATE PLAIN" in line for line in commands(mail_lab))
    assert any(response in line for line in commands(mail_lab))


def test_imapclient_login(mail_lab: Lab) -> None:
    answers = {b"Username:": b"bob", b"Password:": b"tulip"}
    with IMAPClient("127.0.0.1", mail_lab.ports["imap"], ssl=False, timeout=60) as client:
        client.sasl_login("LOGIN", lambda asked: answers.get(asked, b""))
        assert client.select_folder("INBOX")[b"EXISTS"] == 0


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_curl(
    mail_lab: Lab,
    letters: tuple[bytes, ...],
    program: Callable[..., Program],
    mechanism: str,
) -> None:
    mail_lab.load(letters[0])
    url = f"imap://127.0.0.1:{mail_lab.ports['imap']}/INBOX;UID=1"
    way = ("--login-options", f"AUTH={mechanism}")
    done = program("curl").run("-q", "-sS", "-u", "bob:tulip", *way, url)
    assert done.stdout == letters[0]
    (asked,) = (line for line in commands(mail_lab) if line.startswith("AUTHENTICATE"))
    assert len(asked.split()) == (2 if mechanism == "CRAM-MD5" else 3)  # SASL-IR


def test_mbsync_scram(
    mail_lab: Lab, letters: tuple[bytes, ...], program: Callable[..., Program]
) -> None:
    mail_lab.load(letters[0])
    mbsync = program("mbsync", "isync")
    mbsync.write(
        ".mbsyncrc",
        f"IMAPStore far\nHost 127.0.0.1\nPort {mail_lab.ports['imap']}\nUser bob\nPass tulip\n"
        "SSLType None\nAuthMechs SCRAM-SHA-256\n\n"
        f"MaildirStore near\nInbox {mbsync.home}/INBOX\n\n"
        "Channel inbox\nFar :far:\nNear :near:\nCreate Near\nSyncState *\n",
    )
    mbsync.run("inbox")
    (kept,) = (mbsync.home / "INBOX" / "new").iterdir()
    assert kept.read_bytes().endswith(letters[0].replace(b"\r\n", b"\n").partition(b"\n\n")[2])
    (asked,) = (line for line in commands(mail_lab) if line.startswith("AUTHENTICATE"))
    # An initial response, which says for whom: RFC 5802 section 5.1.
    assert b64decode(asked.split()[2]).startswith(b"n,a=bob,n=bob,r=")
    assert not any("tulip" in line for line in commands(mail_lab))
