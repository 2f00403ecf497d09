"""What programs of the standard library make of the lab's faults."""

from __future__ import annotations

import gc
import imaplib
import poplib
import smtplib
from collections.abc import Iterator

import pytest

from labserver import Lab
from labserver.faults import (
    Answer,
    Cut,
    CutAfterCommand,
    CutInMessage,
    CutInUpload,
    Delay,
    MailboxFull,
    NewUidls,
    NewUidValidity,
    Refuse,
    Swallow,
    WrongPassword,
)

LETTER = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 30
TIMEOUT = 20

# These programs leave their sockets to the garbage collector when a connection breaks.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        for _ in range(2):
            lab.load(LETTER)
        yield lab
        gc.collect()


def pop3(lab: Lab) -> poplib.POP3:
    pop = poplib.POP3("127.0.0.1", lab.ports["pop3"], timeout=TIMEOUT)
    pop.user("bob")
    pop.pass_("tulip")
    return pop


def imap(lab: Lab) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", lab.ports["imap"], timeout=TIMEOUT)
    client.login("bob", "tulip")
    return client


def smtp(lab: Lab) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", lab.ports["smtp"], "pc.home.example", timeout=TIMEOUT)


def send(lab: Lab, *to: str) -> dict[str, tuple[int, bytes]]:
    with smtp(lab) as client:
        return client.sendmail("eve@home.example", to or ("bob@home.example",), LETTER)


GONE = (ConnectionError, EOFError, poplib.error_proto)


def test_poplib(lab: Lab) -> None:
    lab.faults.add(Refuse(protocol="pop3"))
    with pytest.raises(GONE):
        pop3(lab)
    lab.faults.add(WrongPassword(protocol="pop3"))
    with pytest.raises(poplib.error_proto, match="wrong"):
        pop3(lab)
    lab.faults.add(CutInMessage(protocol="pop3", after=100))
    with pytest.raises(GONE):
        pop3(lab).retr(1)
    # The DELE was answered; without a QUIT the message stays.
    lab.faults.add(CutAfterCommand(protocol="pop3", command="DELE"))
    pop = pop3(lab)
    assert pop.dele(1).startswith(b"+OK")
    with pytest.raises(GONE):
        pop.quit()
    assert len(lab.messages("bob")) == 2
    before = pop3(lab).uidl()[1]
    lab.faults.add(NewUidls(account="bob"))
    pop = pop3(lab)
    assert set(pop.uidl()[1]).isdisjoint(before)
    # The other way round: no reply to the QUIT, and the message is gone.
    lab.faults.add(Swallow(protocol="pop3", command="QUIT"))
    pop.dele(1)
    with pytest.raises(GONE):
        pop.quit()
    assert len(lab.messages("bob")) == 1


def test_a_silent_server_is_waited_for(lab: Lab) -> None:
    lab.faults.add(Swallow(protocol="pop3", command="STAT", silent=True))
    pop = pop3(lab)
    assert pop.sock is not None
    pop.sock.settimeout(0.01)
    with pytest.raises(TimeoutError):
        pop.stat()
    pop.close()
    assert pop3(lab).stat()[0] == 2


def test_imaplib(lab: Lab) -> None:
    lab.faults.add(WrongPassword(protocol="imap", account="bob"))
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        imap(lab)
    client = imap(lab)
    client.select()
    before = client.untagged_responses["UIDVALIDITY"]
    lab.faults.add(NewUidValidity(account="bob"))
    other = imap(lab)
    other.select()
    assert other.untagged_responses["UIDVALIDITY"] > before
    with pytest.raises(imaplib.IMAP4.abort, match="UIDVALIDITY"):
        client.noop()
    lab.faults.add(MailboxFull(account="bob"))
    kind, (text,) = other.append("INBOX", "", "", LETTER)
    assert (kind, text[:11]) == ("NO", b"[OVERQUOTA]")
    lab.faults.add(CutInUpload(protocol="imap", after=50))
    with pytest.raises((imaplib.IMAP4.abort, ConnectionError)):
        other.append("INBOX", "", "", LETTER)
    assert len(lab.messages("bob")) == 2
    lab.faults.add(Cut(protocol="imap", after=60))
    with pytest.raises((imaplib.IMAP4.abort, ConnectionError)):
        imap(lab)


def test_smtplib(lab: Lab) -> None:
    # The second RCPT is refused for now, once: the first one's message comes all the same.
    lab.faults.add(Answer(command="RCPT", occurrence=2, reply="451 4.3.0 Try again later"))
    refused = send(lab, "bob@home.example", "alice@home.example")
    assert refused == {"alice@home.example": (451, b"4.3.0 Try again later")}
    assert send(lab, "alice@home.example") == {}
    lab.faults.add(MailboxFull(account="bob"))
    with pytest.raises(smtplib.SMTPDataError) as full:
        send(lab)
    assert full.value.smtp_code == 452
    # Its reply is lost and the message is not: who sends it again, sends it twice.
    lab.faults.add(Swallow(protocol="smtp", command="."))
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(lab)
    assert send(lab) == {}
    assert len(lab.messages("bob")) == 5
    lab.faults.add(CutInUpload(protocol="smtp", after=50))
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(lab)
    assert len(lab.messages("bob")) == 5


def test_a_delay_is_borne(lab: Lab) -> None:
    lab.faults.add(Delay(seconds=0.01, times=None))
    assert send(lab) == {}
    assert pop3(lab).stat()[0] == 3
