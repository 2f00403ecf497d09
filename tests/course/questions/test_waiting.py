"""How often a client waited, by the log and by the client itself."""

from __future__ import annotations

from labserver import Lab
from labserver.course.exercises.attempt import Attempt

HELLO = "EHLO laptop.home.example"
ENVELOPE = ("MAIL FROM:<alice@home.example>", "RCPT TO:<bob@home.example>", "DATA")


def test_the_log_knows_which_lines_were_sent_together() -> None:
    with Lab() as lab:
        laptop = lab.device("laptop")
        one_by_one, together = laptop.dial("smtp"), laptop.dial("smtp")
        for smtp in (one_by_one, together):
            smtp.send(HELLO)
        for line in ENVELOPE:
            one_by_one.send(line)
        together.send(*ENVELOPE)
        for smtp in (one_by_one, together):
            smtp.data("Subject: Hello\n\nHello.\n")
            smtp.send("QUIT")
        first, second = Attempt(lab, 0).sessions
        assert [line.text for line in first.lines] == [line.text for line in second.lines]
        assert not any(line.ahead for line in first.lines)
        assert [line.verb for line in second.lines if line.ahead] == ["RCPT TO", "DATA"]
        assert (first.waits, second.waits) == (7, 5)
        assert (one_by_one.waits, together.waits) == (7, 5)
