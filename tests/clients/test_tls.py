"""The same programs inside TLS, by STARTTLS and from the first octet, with the lab's authority.

Each verifies the certificate; each turns away when it has another authority's; and what it did is
looked at over a connection of its own, in the clear.
"""

from __future__ import annotations

import asyncio
import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aioimaplib import IMAP4_SSL
from imap_tools import MailBox, MailBoxStartTls
from imapclient import SEEN, IMAPClient

from labserver import Lab
from labserver.lab.authority import Trust
from tests.clients import mda, second
from tests.clients.maildir import content, on_disk, on_server, put, unmarked
from tests.clients.offlineimaprc import offlineimaprc
from tests.clients.program import Program
from tests.clients.terminal import Terminal
from tests.clients.way import Way

pytestmark = pytest.mark.clients

SENT = b"From: bob@home.example\r\nSubject: Sent\r\n\r\nOn my way\r\n"


@dataclass(frozen=True, slots=True)
class ImapWay(Way):
    def in_the_clear(self) -> list[tuple[bytes, set[str]]]:
        """Return what a second connection, outside TLS, sees in INBOX: octets and flags."""
        assert self.logins()
        assert all(self.logins())
        return second.inbox(self.lab)


@pytest.fixture(params=["imap", "imaps"], ids=["STARTTLS", "imaps"])
def way(request: pytest.FixtureRequest, mail_lab: Lab) -> ImapWay:
    return ImapWay(mail_lab, request.param)


# Programs


def mbsync_configuration(way: ImapWay, trusted: Path) -> str:
    return f"""
IMAPStore server
Host localhost
Port {way.port}
User bob
Pass tulip
SSLType {"STARTTLS" if way.upgrades else "IMAPS"}
SystemCertificates no
CertificateFile {trusted}
AuthMechs LOGIN

MaildirStore disk
Path ~/mail/
Inbox ~/mail/INBOX

Channel inbox
Far :server:
Near :disk:
Create Near
SyncState *
"""


def test_mbsync(
    way: ImapWay, letters: tuple[bytes, ...], program: Callable[..., Program], stranger: Trust
) -> None:
    mbsync = program("mbsync", "isync")
    way.lab.load(letters[0])
    put(mbsync.home / "mail" / "INBOX", SENT, "1.laptop", "S")
    mbsync.write(".mbsyncrc", mbsync_configuration(way, stranger.file))
    assert b"certificate" in mbsync.run("-V", "-a", status=1).stderr
    assert way.logins() == []
    mbsync.write(".mbsyncrc", mbsync_configuration(way, way.lab.trust.file))
    mbsync.run("-V", "-a")
    first, second = way.in_the_clear()
    assert first[0] == letters[0]
    assert unmarked(second[0]) == SENT
    assert r"\Seen" in second[1]
    assert content(*(mbsync.home / "mail" / "INBOX" / "new").iterdir()) == letters[0]


def test_offlineimap(
    way: ImapWay, letters: tuple[bytes, ...], program: Callable[..., Program], stranger: Trust
) -> None:
    offlineimap = program("offlineimap", "offlineimap3")
    way.lab.load(letters[0])
    yes = {"starttls": way.upgrades, "ssl": not way.upgrades}
    said = {name: "yes" if on else "no" for name, on in yes.items()}

    def configure(trusted: Path) -> None:
        text = offlineimaprc(way.port, host="localhost", sslcacertfile=trusted, **said)
        offlineimap.write(".offlineimaprc", text)

    if not way.upgrades:  # After STARTTLS it verifies nothing.
        configure(stranger.file)
        offlineimap.run("-o", status=1)
        assert way.logins() == []
    configure(way.lab.trust.file)
    put(offlineimap.home / "mail" / "INBOX", SENT, "1.laptop", "S")
    offlineimap.run("-o")
    first, second = way.in_the_clear()
    assert (first[0], second[0]) == (letters[0], SENT)
    assert on_disk(offlineimap.home / "mail" / "INBOX") == on_server(way.lab)


MUTT = """
set folder="imap{s}://localhost:{port}/" spoolfile="+INBOX"
set imap_user=bob imap_pass=tulip ssl_starttls=yes ssl_force_tls=yes
set ssl_ca_certificates_file="{trusted}" certificate_file="~/accepted"
set confirmappend=no delete=yes move=no quit=yes wait_key=no sleep_time=0
set hostname=laptop.home.example realname=Bob from="bob@home.example"
"""


@pytest.mark.parametrize("name", ["mutt", "neomutt"])
def test_mutt(
    way: ImapWay,
    letters: tuple[bytes, ...],
    program: Callable[..., Program],
    stranger: Trust,
    name: str,
) -> None:
    mutt = program(name)
    way.lab.load(letters[0])
    s = "" if way.upgrades else "s"
    # Asked whether to take a certificate that it can't verify, a person says no.
    mutt.write(".muttrc", MUTT.format(s=s, port=way.port, trusted=stranger.file))
    with Terminal(mutt) as terminal:
        terminal.wait_for_words(b"(r)eject")
        terminal.press("r")
        terminal.press("q")
    assert way.logins() == []
    mutt.write(".muttrc", MUTT.format(s=s, port=way.port, trusted=way.lab.trust.file))
    with Terminal(mutt, "-e", "push '<flag-message><sync-mailbox><quit>'"):
        pass
    ((octets, flags),) = way.in_the_clear()
    assert octets == letters[0]
    assert r"\Flagged" in flags
    assert not (mutt.home / "accepted").exists()


def test_curl(
    way: ImapWay, letters: tuple[bytes, ...], program: Callable[..., Program], stranger: Trust
) -> None:
    curl = program("curl")
    way.lab.load(letters[0])
    scheme = "imap" if way.upgrades else "imaps"
    url = f"{scheme}://localhost:{way.port}/INBOX;UID=1"

    def get(trusted: Trust, status: int = 0) -> bytes:
        options = ("-q", "-sS", "-u", "bob:tulip", "--ssl-reqd", "--cacert", trusted.file)
        return curl.run(*options, url, status=status).stdout

    assert get(stranger, status=60) == b""
    assert way.logins() == []
    assert get(way.lab.trust) == letters[0]
    assert way.in_the_clear() == [(letters[0], {r"\Seen"})]


FETCHMAIL = """
set invisible
poll localhost protocol imap port {port} user bob password tulip {ssl} sslproto 'tls1.2+'
    sslcertck sslcertfile {trusted} sslcertpath /nowhere no rewrite keep mda '{mda}'
"""


def test_fetchmail(
    way: ImapWay, letters: tuple[bytes, ...], program: Callable[..., Program], stranger: Trust
) -> None:
    fetchmail = program("fetchmail")
    way.lab.load(letters[0])
    deliver = mda.install(fetchmail)
    for trusted, status in ((stranger, 2), (way.lab.trust, 0)):
        fetchmail.write(
            ".fetchmailrc",
            FETCHMAIL.format(
                port=way.port, ssl="" if way.upgrades else "ssl", trusted=trusted.file, mda=deliver
            ),
        )
        fetchmail.run("-v", "--nodetach", "--pidfile", fetchmail.home / "pid", status=status)
        assert len(way.logins()) == (status == 0)
    assert mda.take(fetchmail) == [letters[0]]
    assert way.in_the_clear() == [(letters[0], {r"\Seen"})]


# Libraries


def test_imaplib(way: ImapWay, letters: tuple[bytes, ...], stranger: Trust) -> None:
    way.lab.load(letters[0])

    def connect(trusting: ssl.SSLContext) -> imaplib.IMAP4:
        if not way.upgrades:
            return imaplib.IMAP4_SSL("localhost", way.port, ssl_context=trusting, timeout=60)
        client = imaplib.IMAP4("localhost", way.port, timeout=60)
        assert "STARTTLS" in client.capabilities
        try:
            client.starttls(trusting)
        except ssl.SSLError:
            client.file.close()
            raise
        assert "STARTTLS" not in client.capabilities
        return client

    with pytest.raises(ssl.SSLCertVerificationError):
        connect(stranger.context())
    with connect(way.lab.trust.context()) as client:
        client.login("bob", "tulip")
        client.select()
        client.store("1", "+FLAGS", r"(\Flagged)")
    assert way.in_the_clear() == [(letters[0], {r"\Flagged"})]


def test_imapclient(way: ImapWay, letters: tuple[bytes, ...], stranger: Trust) -> None:
    way.lab.load(letters[0])

    def mark(trusting: ssl.SSLContext) -> None:
        inside = not way.upgrades
        with IMAPClient(
            "localhost", way.port, ssl=inside, ssl_context=trusting if inside else None, timeout=60
        ) as client:
            if way.upgrades:
                client.starttls(trusting)
            client.login("bob", "tulip")
            client.select_folder("INBOX")
            client.add_flags(1, [SEEN])

    with pytest.raises(ssl.SSLCertVerificationError):
        mark(stranger.context())
    assert way.logins() == []
    mark(way.lab.trust.context())
    assert way.in_the_clear() == [(letters[0], {r"\Seen"})]


def test_imap_tools(way: ImapWay, letters: tuple[bytes, ...], stranger: Trust) -> None:
    way.lab.load(letters[0])
    connect = MailBoxStartTls if way.upgrades else MailBox
    with pytest.raises(ssl.SSLCertVerificationError):
        connect("localhost", way.port, timeout=60, ssl_context=stranger.context())
    mailbox = connect("localhost", way.port, timeout=60, ssl_context=way.lab.trust.context())
    with mailbox.login("bob", "tulip"):
        assert [one.subject for one in mailbox.fetch()] == ["Lunch?"]
    assert way.in_the_clear() == [(letters[0], {r"\Seen"})]


def test_aioimaplib(mail_lab: Lab, letters: tuple[bytes, ...], stranger: Trust) -> None:
    """It has no STARTTLS."""
    mail_lab.load(letters[0])
    way = ImapWay(mail_lab, "imaps")

    async def mark(trusting: ssl.SSLContext) -> None:
        client = IMAP4_SSL("localhost", way.port, timeout=60, ssl_context=trusting)
        await client._client_task  # What goes wrong in connecting it keeps to itself.
        await client.wait_hello_from_server()
        await client.login("bob", "tulip")
        await client.select("INBOX")
        await client.store("1", "+FLAGS", r"(\Flagged)")
        await client.logout()
        client.protocol.transport.close()
        await asyncio.sleep(0)

    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(mark(stranger.context()))
    assert way.logins() == []
    asyncio.run(mark(mail_lab.trust.context()))
    assert way.in_the_clear() == [(letters[0], {r"\Flagged"})]
