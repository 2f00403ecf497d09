"""Raw SMTP from a device; the server is scripted."""

from __future__ import annotations

import pytest

from labserver.devices import PORTS, ConnectionOver, NoReply, NotNow
from tests.devices.support import Script, Scripted

HELLO = (b"", b"220 mail.home.example ready\r\n")
EHLO = (b"EHLO laptop\r\n", b"250-mail.home.example\r\n250-SIZE 1000\r\n250 HELP\r\n")
DATA = (b"DATA\r\n", b"354 Go ahead\r\n")


def test_replies_of_several_lines(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    smtp = script.device(Scripted([HELLO, EHLO])).dial("smtp")
    smtp.send("EHLO laptop")
    assert capsys.readouterr().out == (
        "S: 220 mail.home.example ready\nC: EHLO laptop\n"
        "S: 250-mail.home.example\nS: 250-SIZE 1000\nS: 250 HELP\n"
    )
    assert smtp.last.ok
    assert smtp.last.text == "250 HELP"
    assert smtp.last.lines == ("250-mail.home.example", "250-SIZE 1000", "250 HELP")
    assert script.dialled == [("mail.home.example", 25, "phone")]


def test_submission_is_another_port(script: Script) -> None:
    script.device(Scripted([HELLO])).dial("submission")
    assert script.dialled[0][1] == PORTS["submission"] == 587


def test_an_error_is_a_reply(script: Script) -> None:
    smtp = script.device(Scripted([HELLO, (b"FOO\r\n", b"500 What?\r\n")])).dial("smtp")
    smtp.send("FOO")
    assert not smtp.last.ok


def test_data_sends_stuffing_line_ends_and_the_last_dot(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Scripted([HELLO, DATA, (b"\r\n.\r\n", b"250 Taken\r\n"), (b"NOOP\r\n", b"250 OK\r\n")])
    smtp = script.device(server).dial("smtp")
    smtp.send("DATA")
    capsys.readouterr()
    smtp.data("Subject: hi\n\n.hidden\n..\nend")
    assert capsys.readouterr().out == (
        "C: Subject: hi\nC: \nC: ..hidden\nC: ...\nC: end\nC: .\nS: 250 Taken\n"
    )
    assert server.heard.endswith(b"DATA\r\nSubject: hi\r\n\r\n..hidden\r\n...\r\nend\r\n.\r\n")
    smtp.send("NOOP")
    assert smtp.last.text == "250 OK"


def test_data_takes_octets_and_an_empty_message(script: Script) -> None:
    server = Scripted([HELLO, DATA, (b".\r\n", b"250\r\n")])
    smtp = script.device(server).dial("smtp")
    smtp.send("DATA")
    smtp.data(b"")
    assert server.heard == b"DATA\r\n.\r\n"
    assert smtp.last.text == "250"


def test_a_message_line_by_line_goes_as_it_stands(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Scripted(
        [HELLO, DATA, (b"\r\n.\r\n", b"250 Taken\r\n"), (b"QUIT\r\n", b"221 Bye\r\n")]
    )
    smtp = script.device(server).dial("smtp")
    smtp.send("DATA")
    smtp.send("Subject: hi")
    smtp.send("")
    smtp.send("two\n.lines")
    assert smtp.last.text == "354 Go ahead", "nothing is answered yet"
    smtp.send(".")
    assert smtp.last.text == "250 Taken"
    smtp.send("QUIT")
    assert server.heard == b"DATA\r\nSubject: hi\r\n\r\ntwo\r\n.lines\r\n.\r\nQUIT\r\n"
    assert not smtp.open


def test_data_before_data_is_refused_here(script: Script) -> None:
    smtp = script.device(Scripted([HELLO, (b"DATA\r\n", b"503 No\r\n")])).dial("smtp")
    with pytest.raises(NotNow):
        smtp.data("x")
    smtp.send("DATA")
    with pytest.raises(NotNow):
        smtp.data("x")


def test_a_server_that_leaves_with_421(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    server = Scripted([HELLO, (b"NOOP\r\n", b"421 Closing\r\n")])
    smtp = script.device(server).dial("smtp")
    smtp.send("NOOP")
    assert capsys.readouterr().out.endswith("S: 421 Closing\n")
    with pytest.raises(ConnectionOver):
        smtp.send("NOOP")


def test_silence_is_told_and_the_reply_is_owed_still(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Scripted(
        [HELLO, (b"A\r\n", b"250-half\r\n"), (b"B\r\n", b"250 A\r\n250 B\r\n")], silent=True
    )
    smtp = script.device(server).dial("smtp")
    with pytest.raises(NoReply, match=r"^smtp, port 25: no whole reply to A in time"):
        smtp.send("A")
    with pytest.raises(NoReply):
        smtp.wait()
    assert smtp.open
    smtp.send("B")
    assert capsys.readouterr().out.endswith("C: A\nC: B\nS: 250-half\nS: 250 A\nS: 250 B\n")
    assert smtp.last.text == "250 B"


def test_octets_that_are_no_text_are_shown_escaped(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    script.device(Scripted([(b"", b"220 \xff\x1b[2J\x07\r\n")])).dial("smtp")
    assert capsys.readouterr().out == "S: 220 \\xff\\x1b[2J\\x07\n"


def test_chunks(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    server = Scripted(
        [
            (b"", b"220 ready\r\n"),
            (b"BDAT 15\r\nSubject: hi\r\n\r\n", b"250 15 octets\r\n"),
            (b"BDAT 7 LAST\r\n.\n\0 end", b"250 Taken\r\n"),
            (b"BDAT 0 LAST\r\n", b"503 No\r\n"),
        ]
    )
    smtp = script.device(server).dial("submission")
    capsys.readouterr()
    smtp.chunk("Subject: hi\n\n", last=False)
    smtp.chunk(b".\n\0 end")
    smtp.chunk("")
    assert capsys.readouterr().out == (
        "C: BDAT 15\nC: Subject: hi\nC: \nS: 250 15 octets\n"
        "C: BDAT 7 LAST\nC: .\nC: \\x00 end\nS: 250 Taken\n"
        "C: BDAT 0 LAST\nS: 503 No\n"
    )


def test_a_chunk_for_a_server_that_does_not_know_bdat(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Scripted(
        [
            HELLO,
            (b"BDAT 13 LAST\r\n", b"502 No BDAT\r\n"),
            (b"a: b\r\n", b"500 a\r\n"),
            (b"\r\n", b"500 nothing\r\n"),
            (b"HelloNOOP\r\n", b"500 HelloNOOP\r\n"),
            (b"BDAT 2 LAST\r\nx\n", b"503 MAIL first\r\n"),
            (b"NOOP\r\n", b"250 OK\r\n"),
        ]
    )
    smtp = script.device(server).dial("smtp")
    capsys.readouterr()
    smtp.chunk("a: b\n\nHello")
    assert capsys.readouterr().out == (
        "C: BDAT 13 LAST\nC: a: b\nC: \nC: Hello\nS: 502 No BDAT\n"
        "   [BDAT is not known here: each line that came with it is a command]\n"
        "S: 500 a\nS: 500 nothing\n"
    )
    smtp.send("NOOP")
    assert smtp.last.text == "500 HelloNOOP"
    smtp.chunk(b"x\n")
    smtp.send("NOOP")
    assert smtp.last.text == "250 OK"


def test_it_waits_once_for_lines_sent_together(script: Script) -> None:
    both = (b"MAIL\r\nRCPT\r\n", b"250 OK\r\n250 OK\r\n")
    smtp = script.device(Scripted([HELLO, both, DATA, (b".\r\n", b"250 OK\r\n")])).dial("smtp")
    assert smtp.waits == 1, "for the greeting"
    smtp.send("MAIL", "RCPT")
    assert smtp.waits == 2
    smtp.send("DATA")
    smtp.send("one line")
    assert smtp.waits == 3, "for a line of the message it does not wait"
    smtp.send(".")
    assert smtp.waits == 4


def test_what_is_sent_together_with_data_and_after_it_is_message(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    group = (b"DATA\r\nQUIT\r\n", b"354 Go ahead\r\n")
    server = Scripted([HELLO, group, (b".\r\n", b"250 OK\r\n"), (b"NOOP\r\n", b"250 OK\r\n")])
    smtp = script.device(server).dial("smtp")
    capsys.readouterr()
    smtp.send("DATA", "QUIT")
    assert capsys.readouterr().out == (
        "C: DATA\nC: QUIT\nS: 354 Go ahead\n   [QUIT came after 354: it is a line of the message]\n"
    )
    smtp.send("more")
    smtp.send(".")
    assert smtp.last.text == "250 OK"
    smtp.send("NOOP")
    assert server.heard.endswith(b"DATA\r\nQUIT\r\nmore\r\n.\r\nNOOP\r\n")


def test_a_whole_message_may_be_sent_together_with_data(script: Script) -> None:
    group = (b"DATA\r\nHello\r\n.\r\n", b"354 Go ahead\r\n250 Taken\r\n")
    smtp = script.device(Scripted([HELLO, group])).dial("smtp")
    smtp.send("DATA", "Hello", ".")
    assert smtp.last.text == "250 Taken"
    with pytest.raises(NotNow):
        smtp.data("more")
