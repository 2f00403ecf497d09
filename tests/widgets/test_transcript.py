"""The transcript: every session by connection, every line by number, bodies folded."""

from __future__ import annotations

from labserver import events as e
from labserver.widgets import Transcript
from tests.snapshot.scenes import Stage, during, two_imap


def text(stage: Stage, **options: object) -> str:
    return Transcript(stage, live=False, **options).text()  # type: ignore[arg-type]


def test_a_session_reads_as_it_went() -> None:
    assert text(during()).splitlines()[:12] == [
        "Connection 1: POP3, port 110, laptop, open",
        "   1  S: +OK POP3 server ready",
        "   2  C: USER bob",
        "   3  S: +OK",
        "   4  C: PASS tulip",
        "   5  S: +OK 3 messages",
        "   6  C: RETR 1",
        "   7  S: +OK 412 octets",
        "      S: (28 octets, 3 lines)".replace(
            "28", str(len(b"Subject: number 1\r\n\r\nHello\r\n"))
        ),
        "   8  S: .",
        "   9  C: DELE 1",
        "  10  S: +OK Marked",
    ]


def test_sessions_are_ordered_by_connection_however_they_mix() -> None:
    said = text(two_imap())
    assert said.index("Connection 1: IMAP, port 143, laptop, open") == 0
    first, second = said.split("\n\n")
    assert "a4 IDLE" in first
    assert "a7 STORE" not in first
    assert second.startswith("Connection 2: IMAP, port 143, phone, open")


def test_some_connections_can_be_chosen_and_an_earlier_step() -> None:
    assert text(two_imap(), connections=[2]).startswith("Connection 2")
    assert text(two_imap(), step=1) == "No connection was made."


def test_the_end_of_a_connection_is_told() -> None:
    stage = Stage("laptop")
    stage.close(stage.pop(), "cut")
    assert "laptop, cut" in text(stage)


def test_lines_are_put_together_from_chunks() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    for chunk in (b"+OK\r\n1 4", b"12\r\n", b"2 99\r", b"\n.\r\n"):
        stage.now(e.Line(connection=n, direction="S", data=chunk))
    stage.now(e.Line(connection=n, direction="C", data=b"NOO"))
    assert text(stage).splitlines()[1:] == [
        "   1  S: +OK",
        "   2  S: 1 412",
        "   3  S: 2 99",
        "   4  S: .",
        "   5  C: NOO",
    ]


def test_octets_that_act_are_shown() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.now(e.Line(connection=n, direction="C", data=b"A\x00B\x1b[2J\rC\xff\tD\x7f\r\n"))
    assert text(stage).splitlines()[1] == "   1  C: A␀B␛[2J␍C\\xff␉D␡"


def test_long_replies_and_bodies_are_folded() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.said(n, "LIST", "+OK", *(f"{k} 100" for k in range(1, 101)), ".")
    stage.log.append_data(n, "S", b"line\r\n" * 500)
    said = text(stage)
    assert "(95 lines)" in said
    assert " 103  S: ." in said
    assert "(3,000 octets, 500 lines)" in said
    assert len(said.splitlines()) < 15
    page = Transcript(stage, live=False).html()
    assert page.count("<details>") == 2
    assert "… 488 more lines" in page
    assert len(page) < 5000


def test_an_endless_session_is_bounded() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    for _ in range(1000):
        stage.said(n, "NOOP", "+OK")
    said = text(stage).splitlines()
    assert len(said) == 402
    assert said[201] == "      -- (1,600 lines)"
    assert said[-1] == "2000  S: +OK"


def test_a_body_that_is_not_kept_is_counted() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.now(e.Data(connection=n, direction="S", octets=1, sha256="no"))
    assert "S: 1 octet" in text(stage)


def test_a_fault_is_told_where_it_struck() -> None:
    stage = Stage("laptop")
    n = stage.dial("smtp")
    stage.now(e.FaultStruck(connection=n, fault="the second RCPT gets 451"))
    assert "      -- fault: the second RCPT gets 451" in text(stage)


def test_html_is_escaped() -> None:
    stage = Stage("<b>")
    n = stage.dial("pop3", "<b>")
    stage.said(n, "<script>alert(1)</script>", "&<i>")
    stage.log.append_data(n, "S", b"<img src=x>\r\n")
    page = Transcript(stage, live=False).html()
    for tag in ("<script", "<b>", "<i>", "<img"):
        assert tag not in page
    assert "&lt;script&gt;" in page
