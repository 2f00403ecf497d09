"""The transcript: every session by connection, every line by number, bodies folded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from labserver import events as e
from labserver.widgets import Transcript
from tests.snapshot.scenes import Stage, during, two_imap

PLAIN = "AGJvYgB0dWxpcA=="


def shown(stage: Stage, **options: Any) -> Transcript:
    return Transcript(stage, live=False, **options)


def text(stage: Stage, **options: Any) -> str:
    return shown(stage, **options).text()


def rows(widget: Transcript) -> list[dict[str, Any]]:
    return list(widget.view["rows"])


def texts(widget: Transcript) -> list[str]:
    return [row["text"] for row in rows(widget)]


def ask(widget: Transcript, **wish: Any) -> None:
    """Ask as the page does."""
    widget.choice = {**widget.view["chosen"], **wish}


def sent(stage: Stage) -> int:
    """Have a message come over SMTP, with a login, a dot and encoded words."""
    n = stage.dial("submission", "laptop")
    stage.reply(n, "220 mail.home.example ESMTP")
    stage.said(n, "EHLO me.example", "250-mail.home.example\r\n250 AUTH PLAIN")
    stage.said(n, f"AUTH PLAIN {PLAIN}", "235 Welcome")
    stage.said(n, "MAIL FROM:<bob@home.example>", "250 OK")
    stage.said(n, "DATA", "354 Go on")
    body = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_aus?= Bonn\r\n\r\n..dot\r\n"
    stage.log.append_data(n, "C", body)
    stage.said(n, ".", "250 OK")
    return n


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


def test_who_asks_for_what_is_not_there_hears_what_is() -> None:
    said = "No connection of POP3, fone. There are some of laptop, phone."
    assert text(two_imap(), protocol="pop3", device="fone") == said
    assert text(two_imap(), connections=[7]).startswith("No connection of that number. There are")
    widget = Transcript(two_imap(), device="fone", live=False)
    assert widget.view["none"] in widget.html()


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
    assert "… 488 more lines" in page
    assert "… 83 more lines" in page
    assert len(page) < 8000


def test_an_endless_session_is_bounded() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    for _ in range(1000):
        stage.said(n, "NOOP", "+OK")
    said = text(stage).splitlines()
    assert len(said) == 402
    assert said[201] == "      -- (1,600 lines not shown here)"
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


def test_each_line_says_what_it_means() -> None:
    stage = Stage("laptop")
    sent(stage)
    view = shown(stage).view
    told = {row["text"]: [view["notes"][n] for n in row["notes"]] for row in view["rows"]}
    (mail,) = told["MAIL FROM:<bob@home.example>"]
    assert mail[0] == "MAIL"
    assert "bob@home.example" in mail[2]
    assert mail[3] == "RFC 5321 section 4.1.1.2"
    assert told["354 Go on"][0][0] == "354"
    assert len({tuple(note) for note in view["notes"]}) == len(view["notes"])


def test_the_state_stands_with_the_line() -> None:
    row = next(row for row in rows(shown(during())) if row["text"] == "RETR 1")
    assert row["state"] == "TRANSACTION"


def test_bytes_show_line_ends_and_counts() -> None:
    stage = Stage("laptop")
    sent(stage)
    widget = shown(stage, look="bytes")
    by_text = {row["text"]: row for row in rows(widget)}
    assert by_text["EHLO me.example␍␊"]["beside"] == "17 octets"
    body = next(row for row in rows(widget) if row["kind"] == "body")
    assert body["inside"][-1] == ("..dot␍␊", "dot-stuffed: the line itself has one dot less")


def test_bytes_show_each_octet_that_is_no_ascii() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.now(e.Line(connection=n, direction="C", data="é\u202e\t".encode() + b"\xff\n\r\n"))
    assert texts(shown(stage, look="bytes"))[1] == r"\xc3\xa9\xe2\x80\xae␉\xff␊␍␊"


def test_decoded_shows_passwords_and_encoded_words() -> None:
    stage = Stage("laptop")
    sent(stage)
    widget = shown(stage, look="decoded")
    login = next(row for row in rows(widget) if row["text"].startswith("AUTH"))
    assert login["beside"] == "user name bob, password tulip"
    assert PLAIN in login["text"], "what crossed the wire stays"
    body = next(row for row in rows(widget) if row["kind"] == "body")
    assert body["inside"][0][1] == "reads: Grüße aus Bonn"


def test_a_body_is_opened_on_demand() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.said(n, "RETR 1", "+OK")
    stage.log.append_data(n, "S", b"line\r\n" * 500)
    widget = shown(stage)
    body = rows(widget)[-1]
    assert (len(body["inside"]), body["left"]) == (12, "… 488 more lines")
    ask(widget, open=[body["key"]])
    body = rows(widget)[-1]
    assert (len(body["inside"]), body["left"]) == (400, "… 100 more lines")


def test_a_long_reply_is_opened_on_demand() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.said(n, "LIST", "+OK", *(f"{k} 100" for k in range(1, 41)), ".")
    widget = shown(stage)
    fold = next(row for row in rows(widget) if row["kind"] == "fold")
    before = len(rows(widget))
    ask(widget, open=[fold["key"]])
    assert len(rows(widget)) == before + 35
    assert "20 100" in texts(widget)


def test_what_is_chosen() -> None:
    stage = during()
    stage.imap("phone")
    assert text(stage, protocol="imap").startswith("Connection 2: IMAP")
    assert text(stage, device="laptop").count("Connection") == 1
    widget = shown(stage)
    ask(widget, connection=2)
    assert texts(widget)[0].startswith("Connection 2")
    ask(widget, connection=0, protocol="pop3", device="phone")
    assert rows(widget) == []
    assert widget.view["offers"]["protocol"] == [["imap", "IMAP"], ["pop3", "POP3"]]


def test_what_makes_no_sense_is_not_chosen() -> None:
    widget = shown(during())
    before = texts(widget)
    ask(widget, look=["x"], order="sideways", connection="two", start=-4, open=7, device=3)
    assert texts(widget) == before
    with pytest.raises(ValueError, match="look is one of"):
        shown(during(), look="upside down")


def test_time_order_names_the_connection_that_goes_on() -> None:
    stage = Stage("laptop", "phone")
    one, two = stage.dial("pop3"), stage.dial("imap", "phone")
    stage.said(one, "NOOP", "+OK")
    stage.said(two, "a1 NOOP", "a1 OK")
    stage.said(one, "NOOP", "+OK")
    stage.close(one)
    assert [text.partition(",")[0] for text in texts(shown(stage, order="time"))] == [
        *("Connection 1: POP3", "NOOP", "+OK"),
        *("Connection 2: IMAP", "a1 NOOP", "a1 OK"),
        *("Connection 1: POP3", "NOOP", "+OK", "closed"),
    ]
    keys = [row["key"] for row in rows(shown(stage, order="time"))]
    assert len(keys) == len(set(keys)), "the page holds rows by their keys"


def test_one_server_to_another_and_to_another_server() -> None:
    stage = Stage("laptop")
    for n, device in ((1, "mail.home.example"), (2, "laptop")):
        stage.now(
            e.Connected(
                connection=n, protocol="smtp", port=25, device=device, host="mail.work.example"
            )
        )
    said = text(stage)
    assert "port 25, server mail.home.example to server mail.work.example, open" in said
    assert "port 25, laptop to mail.work.example, open" in said


def test_tls_is_told_where_it_begins() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.said(n, "STLS", "+OK")
    stage.now(e.Secured(connection=n, version="TLSv1.3"))
    stage.said(n, "CAPA", "+OK")
    kinds = [(row["kind"], row["who"]) for row in rows(shown(stage))]
    assert kinds[3] == ("remark", "")
    assert texts(shown(stage))[3].startswith("TLSv1.3 begins")


def test_a_fault_stands_beside_and_not_in_the_line() -> None:
    stage = Stage("laptop")
    n = stage.dial("smtp")
    stage.now(e.Line(connection=n, direction="C", data=b"RCPT TO:<a@b.example>\r\n"))
    stage.now(e.FaultStruck(connection=n, fault="RCPT is answered '451'"))
    stage.reply(n, "451 Later")
    stage.now(e.FaultStruck(connection=None, fault="the mailbox is full"))
    assert texts(shown(stage))[1:] == [
        "RCPT TO:<a@b.example>",
        "fault: RCPT is answered '451'",
        "451 Later",
        "fault: the mailbox is full",
    ]


def test_a_big_log_is_sent_a_page_at_a_time() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    for k in range(5000):
        stage.said(n, f"NOOP {k}", "+OK")
    widget = shown(stage)
    view = widget.view
    assert (view["total"], view["follows"]) == (10_001, True)
    assert view["showing"] == "9,882 to 10,001 of 10,001 rows"
    assert len(view["rows"]) == 121, "the head of its session stands above"
    ask(widget, start=0)
    assert texts(widget)[1] == "NOOP 0"
    assert len(rows(widget)) == 120
    ask(widget, start=10**9)
    assert widget.view["first"] == 10_001 - 120


def test_what_was_read_is_not_read_again() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.said(n, "NOOP", "+OK")
    widget = Transcript(stage)
    asked: list[int] = []
    entries = stage.entries
    stage.entries = lambda since, until=None: asked.append(since) or entries(since, until)  # type: ignore[method-assign,func-returns-value]
    last = stage.log.last
    stage.said(n, "QUIT", "+OK")
    widget._painter.now()  # type: ignore[union-attr]
    assert asked
    assert min(asked) >= last
    assert texts(widget)[-1] == "+OK"
    widget.close()


def test_the_saved_face_is_bounded_and_counts_what_it_leaves_out() -> None:
    stage = Stage("laptop")
    for _ in range(60):
        n = stage.dial("pop3")
        for k in range(100):
            stage.said(n, f"TOP {k} 0", "+OK " + "x" * 300)
            stage.log.append_data(n, "S", b"Subject: y\r\n\r\n")
            stage.reply(n, ".")
        stage.close(n)
    page = shown(stage).html()
    assert len(page.encode()) < 40_000
    assert "and 48 more connections" in page
    shown_rows = page.count("<tr>") // 12 - 1
    lines, bodies = (int(n) for n in re.findall(r"\((\d+) lines and (\d+) messages", page)[0])
    assert lines + bodies + shown_rows == 100 * 4


def test_the_saved_face_explains_as_much_as_has_room() -> None:
    stage = Stage("laptop")
    n = stage.dial("imap")
    stage.said(n, "a1 NOOP", "a1 OK done")
    page = shown(stage).html()
    assert "the tag" in page
    for k in range(30):
        stage.said(n, f"b{k} FETCH 1 (FLAGS UID)", "* 1 FETCH (FLAGS () UID 7)", f"b{k} OK done")
    fuller = shown(stage).html()
    assert len(fuller.encode()) < 40_000
    assert fuller.count("<details>") == 92
    assert "the tag" not in fuller, "of each line what matters most"


def test_faces_are_the_same_each_time() -> None:
    stage = during()
    assert shown(stage).html() == shown(stage).html()
    assert shown(stage).text() == shown(stage).text()


def test_saved_to_a_file_nothing_is_left_out(tmp_path: Path) -> None:
    stage = Stage("laptop")
    sent(stage)
    n = stage.dial("pop3")
    stage.said(n, "LIST", "+OK", *(f"{k} 100" for k in range(1, 2001)), ".")
    path = shown(stage, look="decoded").save(tmp_path / "said.txt", explained=True)
    said = path.read_text(encoding="utf-8")
    assert "1234 100" in said
    assert "         ..dot" in said
    assert "<- user name bob, password tulip" in said
    assert "MAIL: The client begins a message." in said


def test_what_the_log_has_forgotten_is_told() -> None:
    stage = during()
    late = [entry for entry in stage.log if entry.number > 3]
    stage.entries = lambda since: [entry for entry in late if entry.number > since]  # type: ignore[method-assign]
    assert text(stage).startswith("The log begins at entry 4;")


def test_values_in_explanations_cannot_act() -> None:
    stage = Stage("laptop")
    n = stage.dial("pop3")
    stage.said(n, "USER \u202e<script>\x1b[2J")
    widget = shown(stage)
    said = str(widget.view) + widget.html() + widget.text(whole=True, explained=True)
    assert "\u202e" not in said
    assert "\x1b" not in said
    assert "<script>" not in widget.html()
