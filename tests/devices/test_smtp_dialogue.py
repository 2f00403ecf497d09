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
