"""The peer starts, takes anybody with the password, and leaves nothing behind."""

import imaplib
import os

import pytest

from tests.peers.dovecot import ABSENT, PASSWORD, dovecot, find_dovecot, must_run


@pytest.mark.skipif(find_dovecot() is None and not must_run(), reason=ABSENT)
def test_it_starts_takes_mail_and_is_gone() -> None:
    with dovecot() as peer:
        with imaplib.IMAP4(*peer.address) as client:
            client.login("bob", PASSWORD)
            assert client.append("INBOX", "", "", b"Subject: x\r\n\r\ny\r\n")[0] == "OK"
        with imaplib.IMAP4(*peer.address) as client:
            client.login("eve", PASSWORD)
            assert client.select("INBOX") == ("OK", [b"0"])
        with imaplib.IMAP4(*peer.address) as client, pytest.raises(imaplib.IMAP4.error):
            client.login("bob", "wrong")
        assert (peer.folder / "home" / "bob").is_dir()
    assert not peer.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(peer.pid, 0)


@pytest.mark.skipif(find_dovecot() is None and not must_run(), reason=ABSENT)
def test_what_it_does_not_like_is_told() -> None:
    with (
        pytest.raises(RuntimeError, match="no_such_setting"),
        dovecot(settings="no_such_setting=1"),
    ):
        pass


def test_without_dovecot_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.peers.dovecot.find_dovecot", lambda: None)
    with pytest.raises(RuntimeError, match="dovecot-imapd"), dovecot():
        pass
