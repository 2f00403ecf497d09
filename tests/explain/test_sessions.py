"""Real sessions: of every line that crossed a connection there is something to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from labserver.explain import Role, notes, reader
from labserver.widgets import Transcript

EXAMPLES = sorted((Path(__file__).parents[1] / "imap" / "examples").glob("*.txt"))
PLAIN = "AGJvYgB0dWxpcA=="


def smtp(lab: Lab) -> None:
    dialogue = lab.device("laptop").dial("submission")
    for line in ("HELP", "MAIL", "EHLO a.example", "AUTH NONE", f"AUTH PLAIN {PLAIN}", "DATA"):
        dialogue.send(line)
    dialogue.send("MAIL FROM:<bob@home.example> SIZE=99 BODY=8BITMIME RET=HDRS ENVID=x")
    dialogue.send("RCPT TO:<alice@home.example> NOTIFY=FAILURE", "RCPT TO:<x@home.example>", "DATA")
    dialogue.data("Subject: x\n\n.\n")
    for line in ("VRFY bob", "EXPN friends", "NOOP", "RSET", "FLY", "QUIT"):
        dialogue.send(line)


def pop3(lab: Lab) -> None:
    lab.load(b"Subject: a\r\n\r\ntext\r\n")
    dialogue = lab.device("laptop").dial("pop3")
    for line in ("CAPA", "LANG", "AUTH", "STAT", "USER bob", "PASS wrong", f"AUTH PLAIN {PLAIN}"):
        dialogue.send(line)
    for line in (
        "STAT",
        "LIST",
        "LIST 1",
        "UIDL",
        "UIDL 1",
        "TOP 1 0",
        "RETR 1",
        "DELE 1",
        "DELE 7",
    ):
        dialogue.send(line)
    for line in ("RSET", "FLY", "QUIT"):
        dialogue.send(line)


def imap(lab: Lab) -> None:
    lab.load(b"Subject: a\r\n\r\ntext\r\n")
    dialogue = lab.device("phone").dial("imap")
    for n, line in enumerate(
        (
            *("CAPABILITY", "FLY", "LOGIN bob wrong", "LOGIN bob tulip", 'LIST "" *', "NAMESPACE"),
            *(
                "STATUS INBOX (MESSAGES UIDNEXT)",
                "SELECT nowhere",
                "SELECT INBOX",
                "UID SEARCH ALL",
            ),
            *("FETCH 1 (FLAGS UID ENVELOPE BODYSTRUCTURE BODY[HEADER])", "UID FETCH 1 BODY[]"),
            *("STORE 1 +FLAGS (\\Deleted)", "COPY 1 nowhere", "EXPUNGE", "GETQUOTAROOT INBOX"),
            *("ID NIL", "GETACL INBOX", 'GETMETADATA "" /shared/comment', "CLOSE", "LOGOUT"),
        ),
        1,
    ):
        dialogue.send(f"a{n} {line}")


@pytest.mark.parametrize("session", [smtp, pop3, imap])
def test_every_line_is_explained(session: Callable[[Lab], None]) -> None:
    with Lab() as lab:
        session(lab)
        widget = Transcript(lab._feed, live=False)
    told = [row for row in widget.view["rows"] if row["kind"] in {"line", "body"}]
    assert len(told) > 30
    assert [row["text"] for row in told if not row["notes"]] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_line_of_the_examples_is_explained(path: Path) -> None:
    follower, silent = reader("imap"), []
    for text in path.read_text(encoding="utf-8").splitlines():
        said = re.match(r"([CS]): ?(.*)", text)
        if said is None:
            follower = reader("imap")
            follower.server(b"* OK ready")
            continue
        line = said[2].encode()
        moment = (follower.client if said[1] == "C" else follower.server)(line)
        if not notes(moment, line) and moment.role is not Role.LITERAL:
            silent.append(text)
    assert silent == []


def test_servers_that_pass_mail_on_are_named() -> None:
    with Lab() as lab:
        dialogue = lab.device("laptop").dial("submission")
        dialogue.send("EHLO a.example")
        dialogue.send(f"AUTH PLAIN {PLAIN}")
        dialogue.send("MAIL FROM:<bob@home.example>", "RCPT TO:<carol@work.example>", "DATA")
        dialogue.data("Subject: x\n\nx\n")
        lab.settle()
        said = lab.transcript().text()
    assert "server mail.home.example to server mail.work.example" in said
