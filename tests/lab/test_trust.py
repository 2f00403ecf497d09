"""The lab's authority, and the listeners that begin with TLS."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import socket
import ssl
import sys
from pathlib import Path

import pytest

from labserver import Lab
from labserver.events import Closed, Connected, Secured
from labserver.lab.authority import Authority
from labserver.lab.background import LabClosed
from labserver.lab.services import HOSTS, MAIL_HOST, services

INSIDE = {"submissions": 465, "pop3s": 995, "imaps": 993}


def test_a_lab_makes_no_key_before_it_is_asked_for() -> None:
    with Lab() as lab:
        device = lab.device("laptop")
        device.dial("imap").hang_up()
        assert "_ca" not in vars(lab._server.authority)


def test_the_file_is_there_as_long_as_the_lab() -> None:
    lab = Lab()
    trust = lab.trust
    assert trust is lab.trust
    assert trust.file.read_text() == trust.pem
    assert trust.pem.startswith("-----BEGIN CERTIFICATE-----\n")
    assert trust.pem.count("BEGIN") == 1
    assert "BEGIN" not in repr(trust)
    lab.close()
    assert not trust.file.exists()
    with pytest.raises(LabClosed):
        _ = lab.trust


def test_a_lab_that_nobody_closed_leaves_no_file() -> None:
    authority = Authority()
    file = authority.trust.file
    assert file.exists()
    del authority
    assert not file.exists()


def test_no_two_labs_trust_each_other() -> None:
    with Lab() as one, Lab() as other:
        assert one.trust.pem != other.trust.pem
        with (
            socket.create_connection(("127.0.0.1", one.ports["imaps"]), timeout=20) as raw,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            other.trust.context().wrap_socket(raw, server_hostname=MAIL_HOST)


@pytest.mark.parametrize("domain", HOSTS)
@pytest.mark.parametrize("name", ["host", "localhost", "127.0.0.1", "::1"])
def test_a_server_is_known_by_its_names(mail_lab: Lab, domain: str, name: str) -> None:
    host = HOSTS[domain] if name == "host" else name
    key = "pop3s" if HOSTS[domain] == MAIL_HOST else f"pop3s@{domain}"
    with socket.create_connection(("127.0.0.1", mail_lab.ports[key]), timeout=20) as raw:
        client = mail_lab.trust.context().wrap_socket(raw, server_hostname=host)
        assert client.recv(100).startswith(b"+OK")
        client.close()


def test_a_server_is_not_known_by_the_other_one_s_name(mail_lab: Lab) -> None:
    with (
        socket.create_connection(("127.0.0.1", mail_lab.ports["imaps"]), timeout=20) as raw,
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
    ):
        mail_lab.trust.context().wrap_socket(raw, server_hostname=HOSTS["work.example"])


@pytest.mark.parametrize(
    ("host", "known"), [("192.0.2.7", True), ("0.0.0.0", False), ("::", False), ("::1", True)]
)
def test_where_it_listens_is_a_name_too(host: str, known: bool) -> None:  # noqa: FBT001
    authority = Authority(host)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = authority.context(MAIL_HOST).wrap_bio(outgoing, incoming, server_side=True)
    client = authority.trust.context().wrap_bio(incoming, outgoing, server_hostname=host)
    verified = True
    for each in (client, server, client):
        try:
            each.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError:
            verified = False
    assert verified is known


def test_every_listener_that_begins_with_tls() -> None:
    found = {key: each for key, each in services().items() if each.secure}
    home = {key: each.port for key, each in found.items() if each.host == MAIL_HOST}
    assert home == INSIDE
    assert set(found) == {*INSIDE, *(f"{key}@work.example" for key in INSIDE)}
    everything = services()
    for key, each in found.items():
        plain = everything[key.replace("s@", "@") if "@" in key else key[:-1]]
        assert (plain.make, plain.capabilities) == (each.make, each.capabilities)


@pytest.mark.parametrize("host", HOSTS.values())
@pytest.mark.parametrize(("protocol", "port"), INSIDE.items())
def test_a_device_reaches_it_by_name_and_port(
    mail_lab: Lab, host: str, protocol: str, port: int
) -> None:
    link = mail_lab._links.connect(host, port, "laptop")
    with mail_lab.trust.context().wrap_socket(link.socket, server_hostname=host) as client:
        assert client.recv(100)
    link.wait_ended()
    events = [entry.event for entry in mail_lab.log]
    (connected,) = [event for event in events if isinstance(event, Connected)]
    assert (connected.protocol, connected.port, connected.host, connected.device) == (
        protocol,
        port,
        host,
        "laptop",
    )
    (secured,) = [event for event in events if isinstance(event, Secured)]
    assert secured.version == "TLSv1.3"
    assert [event.how for event in events if isinstance(event, Closed)] == ["client"]


def test_a_letter_goes_in_and_out_inside_tls(mail_lab: Lab) -> None:
    trusting = mail_lab.trust.context()
    ports = mail_lab.ports
    with smtplib.SMTP_SSL("localhost", ports["submissions"], context=trusting) as smtp:
        smtp.login("alice", "orchid")
        smtp.sendmail("alice@home.example", "bob@home.example", b"Subject: x\r\n\r\nInside.\r\n")
    with imaplib.IMAP4_SSL("localhost", ports["imaps"], ssl_context=trusting) as imap:
        imap.login("bob", "tulip")
        assert imap.select() == ("OK", [b"1"])
    pop = poplib.POP3_SSL("localhost", ports["pop3s"], context=trusting)
    pop.user("bob")
    pop.pass_("tulip")
    assert pop.retr(1)[1][-1] == b"Inside."
    pop.quit()


def test_no_key_reaches_the_log_or_a_folder(mail_lab: Lab, tmp_path: Path) -> None:
    with imaplib.IMAP4_SSL(
        "localhost", mail_lab.ports["imaps"], ssl_context=mail_lab.trust.context()
    ) as imap:
        imap.login("bob", "tulip")
    assert not any("BEGIN" in repr(entry) for entry in mail_lab.log)
    if sys.platform != "win32":
        assert mail_lab.trust.file.stat().st_mode & 0o077 == 0


def test_switches_are_by_listener(mail_lab: Lab) -> None:
    mail_lab.switch_off("imaps", "IDLE")
    trusting = mail_lab.trust.context()
    with imaplib.IMAP4_SSL("localhost", mail_lab.ports["imaps"], ssl_context=trusting) as imap:
        assert "IDLE" not in imap.capabilities
    with imaplib.IMAP4("localhost", mail_lab.ports["imap"]) as imap:
        assert "IDLE" in imap.capabilities
