"""The lab outside a notebook, as a process of its own."""

from __future__ import annotations

import imaplib
import json
import poplib
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labserver.lab.services import services

HOST = "127.0.0.1"
COMMAND = (sys.executable, "-m", "labserver", "serve")
MESSAGE = b"Subject: kept\r\n\r\nStill here?\r\n"


@contextmanager
def serving(*arguments: str, by: signal.Signals = signal.SIGTERM) -> Iterator[dict[str, int]]:
    with subprocess.Popen(
        (*COMMAND, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            assert ready["ready"] is True
            yield ready["ports"]
            process.send_signal(by)
            rest, errors = process.communicate(timeout=20)
            assert (process.returncode, rest, errors) == (0, "", "")
        finally:
            process.kill()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_cleanly(by: signal.Signals) -> None:
    with serving("--account", "carol:rose", by=by) as ports:
        assert set(ports) == set(services())
        for login in ("carol", "carol@home.example"):
            pop = poplib.POP3(HOST, ports["pop3"], timeout=10)
            pop.user(login)
            pop.pass_("rose")
            pop.quit()


def test_what_was_accepted_is_there_after_a_restart(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "mail.db"), "--account", "bob:tulip")
    with serving(*store) as ports, smtplib.SMTP(HOST, ports["smtp"]) as smtp:
        smtp.sendmail("alice@home.example", "bob@home.example", MESSAGE)
        first = _validity(ports["imap"])
    with serving(*store) as ports:
        with imaplib.IMAP4(HOST, ports["imap"], timeout=10) as imap:
            imap.login("bob", "tulip")
            assert imap.select() == ("OK", [b"1"])
            _, data = imap.fetch("1", "(BODY.PEEK[TEXT])")
            assert data[0][1] == b"Still here?\r\n"
        assert _validity(ports["imap"]) == first


def test_a_client_verifies_it_by_the_authority_that_is_written(tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    with serving("--authority", str(file)) as ports:
        trusting = ssl.create_default_context(cafile=file)
        for key in ("imaps", "imaps@work.example"):
            with imaplib.IMAP4_SSL("localhost", ports[key], ssl_context=trusting, timeout=10):
                pass


def test_no_password_crosses_outside_tls_where_that_is_forbidden() -> None:
    with (
        serving("--no-cleartext-auth") as ports,
        imaplib.IMAP4(HOST, ports["imap"], timeout=10) as imap,
    ):
        assert "LOGINDISABLED" in imap.capabilities
        with pytest.raises(imaplib.IMAP4.error, match="PRIVACYREQUIRED"):
            imap.login("bob", "tulip")
        imap.starttls()
        assert imap.login("bob", "tulip")[0] == "OK"


def test_an_authority_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        (*COMMAND, "--authority", str(tmp_path / "nowhere" / "authority.pem")),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: --authority: ")
    assert done.stderr.count("\n") == 1


def test_any_listener_may_have_its_port() -> None:
    wanted: list[int] = []
    for _ in range(2):
        with socket.create_server((HOST, 0)) as free:
            wanted.append(free.getsockname()[1])
    with serving("--imaps", str(wanted[0]), "--port", f"pop3@work.example:{wanted[1]}") as ports:
        assert [ports["imaps"], ports["pop3@work.example"]] == wanted


@pytest.mark.parametrize("wrong", ["imap", "imap:", ":143", "imap:x", "imap:65536", "gopher:70"])
def test_a_port_of_no_listener_is_refused(wrong: str) -> None:
    done = subprocess.run(
        (*COMMAND, "--port", wrong), capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def _validity(port: int) -> list[bytes]:
    with imaplib.IMAP4(HOST, port, timeout=10) as imap:
        imap.login("bob", "tulip")
        return imap.status("INBOX", "(UIDVALIDITY)")[1]


def test_what_is_switched_off_is_not_offered() -> None:
    off = ("--without", "imap:IDLE", "--without", "imap:move")
    with serving(*off) as ports, imaplib.IMAP4(HOST, ports["imap"], timeout=10) as imap:
        assert not {"IDLE", "MOVE"} & set(imap.capabilities)
        assert "UIDPLUS" in imap.capabilities


@pytest.mark.parametrize("wrong", ["IDLE", "imap:", ":IDLE", "imap:TELEPATHY", "gopher:IDLE"])
def test_what_cannot_be_switched_off_is_said(wrong: str) -> None:
    done = subprocess.run(
        (*COMMAND, "--without", wrong), capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("wrong", ["bob", ":tulip", "bob:", "b b:tulip", "bob@else.example:x"])
def test_a_wrong_account_is_refused_in_one_line(wrong: str) -> None:
    done = subprocess.run(
        (*COMMAND, "--account", wrong), capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_taken_port_and_a_file_that_is_no_store(tmp_path: Path) -> None:
    no_store = tmp_path / "notes.txt"
    no_store.write_text("This is not a database, whatever its name may say.\n" * 20)
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        for wrong in (("--imap", str(port)), ("--store", str(no_store))):
            done = subprocess.run(
                (*COMMAND, *wrong), capture_output=True, text=True, timeout=30, check=False
            )
            assert done.returncode == 1
            assert "Traceback" not in done.stderr
            assert done.stderr.startswith("Error: ")
