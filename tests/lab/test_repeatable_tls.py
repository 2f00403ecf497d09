"""TLS draws keys and nonces, and yet the log and the transcripts are the same each time."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any

import pytest

from labserver.devices import ProgramFailed, TlsFailed
from labserver.lab import Lab
from tests.conftest import Repetitions
from tests.lab.test_repeatable import busy_machine

LETTER = "From: alice@home.example\nTo: bob@home.example\nSubject: tea\n\nCome!\n"


def story() -> tuple[list[Any], str]:
    """Live through a day inside TLS; return the log and what was printed."""
    with Lab() as lab, redirect_stdout(io.StringIO()) as printed:
        laptop, phone = lab.device("laptop"), lab.device("phone")
        smtp = lab.device("desk", owner="alice").dial("submission")
        smtp.send("EHLO desk")
        smtp.send("STARTTLS", "NOOP")
        smtp.secure()
        smtp.send("EHLO desk")
        smtp.send("AUTH PLAIN AGFsaWNlAG9yY2hpZA==")
        smtp.send("MAIL FROM:<alice@home.example>", "RCPT TO:<bob@home.example>")
        smtp.chunk(LETTER)
        smtp.send("QUIT")
        pop = laptop.dial("pop3")
        pop.send("STLS")
        pop.secure()
        other = phone.dial("imaps")
        pop.send("AUTH LOGIN")
        pop.send("Ym9i")
        pop.send("dHVsaXA=")
        pop.send("RETR 1")
        other.send("a1 LOGIN bob tulip")
        pop.cut()
        other.hang_up()
        phone.trusts_lab = False
        for protocol in ("imaps", "pop3s", "submissions"):
            with pytest.raises(TlsFailed):
                phone.dial(protocol)
        with pytest.raises(ProgramFailed):
            phone.pop3_program("bob", "tulip", security="starttls").check()
        phone.trusts_lab = True
        sending = phone.smtp_program("bob", "tulip", security="starttls")
        reading = phone.imap_program("bob", "tulip", security="tls")
        print(reading.forward(1, "alice@home.example", sending, text="Shall we?"))
        print(laptop.pop3_program("alice", "orchid", security="tls").check())
        return list(lab.log), printed.getvalue()


@pytest.mark.timeout(1200)
def test_every_day_inside_tls_is_the_same_day(repetitions: Repetitions) -> None:
    with busy_machine():
        log, printed = story()
        assert printed.count("[TLS begins: TLSv1.3;") == 3
        for number in range(2, repetitions() + 1):
            again, printed_again = story()
            assert printed_again == printed, f"run {number} prints something else"
            assert again == log, f"run {number} has another log"
