"""Raw IMAP from a device, and what it keeps; the server is scripted."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from labserver.devices import ConnectionOver, Device, ImapDialogue, NoReply, NotNow
from labserver.devices.files import Origin
from labserver.events import Discarded, Saved, Synced
from tests.devices.support import Script, Scripted, Turn

Dial = Callable[..., tuple[Device, ImapDialogue]]

HEAD = b"Subject: A\r\nFrom: alice\r\n\r\n"
A = HEAD + b"Hello ) {3}\r\nBob"
HELLO = (b"", b"* OK IMAP4rev1 ready\r\n")
LOGIN = (b"a1 LOGIN bob tulip\r\n", b"a1 OK Logged in\r\n")
SELECT = (
    b"a2 SELECT inbox\r\n",
    (
        b"* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 77] UIDs are valid\r\n"
        b"* FLAGS (\\Seen)\r\na2 OK [READ-WRITE] Done\r\n"
    ),
)


def literal(data: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(data), data)


@pytest.fixture
def dial(script: Script) -> Dial:
    def made(
        *turns: Turn, begin: tuple[Turn, ...] = (LOGIN, SELECT), **more: Any
    ) -> tuple[Device, ImapDialogue]:
        phone = script.device(Scripted([HELLO, *begin, *turns], **more))
        imap = phone.dial("imap")
        for turn in begin:
            imap.send(turn[0].decode().removesuffix("\r\n"))
        for turn in turns:
            if turn[0].startswith(b"b"):
                imap.send(turn[0].decode().removesuffix("\r\n"))
        return phone, imap

    return made


def kept(script: Script) -> list[Saved | Synced | Discarded]:
    return [event for event in script.events if isinstance(event, (Saved, Synced, Discarded))]


def test_the_exchange_as_it_crossed_the_wire(
    dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    dial((b"b1 FETCH 1 BODY[]\r\n", b"* 1 FETCH (BODY[] " + literal(A) + b")\r\nb1 OK Done\r\n"))
    assert capsys.readouterr().out == (
        "S: * OK IMAP4rev1 ready\nC: a1 LOGIN bob tulip\nS: a1 OK Logged in\nC: a2 SELECT inbox\n"
        "S: * 3 EXISTS\nS: * 0 RECENT\nS: * OK [UIDVALIDITY 77] UIDs are valid\n"
        "S: * FLAGS (\\Seen)\nS: a2 OK [READ-WRITE] Done\n"
        f"C: b1 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {{{len(A)}}}\n"
        "S: Subject: A\nS: From: alice\nS: \nS: Hello ) {3}\nS: Bob)\nS: b1 OK Done\n"
        f"   [phone: saved, {len(A)} octets]\n"
    )


def test_a_whole_message_is_saved_and_tied(script: Script, dial: Dial) -> None:
    phone, imap = dial(
        (
            b"b1 UID FETCH 5 (FLAGS BODY[])\r\n",
            b"* 2 FETCH (UID 5 FLAGS (\\Seen \\Recent) BODY[] "
            + literal(A)
            + b")\r\nb1 OK Done\r\n",
        )
    )
    (file,) = phone.files()
    assert file.read() == A
    assert file.origin == Origin(
        protocol="imap", account="bob@home.example", mailbox="INBOX", uidvalidity=77, uid=5
    )
    assert file.flags == ("\\Seen",)
    assert file.path.name == "1.phone!2,S"
    assert imap.last.content == A
    (saved,) = kept(script)
    assert (saved.uidvalidity, saved.uid, saved.flags, saved.copied) == (
        77,
        5,
        ("\\Seen",),
        "whole",
    )


def test_headers_become_a_whole_message_in_the_same_file(script: Script, dial: Dial) -> None:
    phone, _ = dial(
        (
            b"b1 FETCH 1 (UID BODY.PEEK[HEADER])\r\n",
            b"* 1 FETCH (UID 4 BODY[HEADER] " + literal(HEAD) + b")\r\nb1 OK Done\r\n",
        ),
        (
            b"b2 UID FETCH 4 BODY[]\r\n",
            b"* 1 FETCH (UID 4 BODY[] " + literal(A) + b" FLAGS (\\Seen))\r\nb2 OK Done\r\n",
        ),
        (
            b"b3 UID FETCH 4 BODY[HEADER]\r\n",
            b"* 1 FETCH (UID 4 BODY[HEADER] " + literal(HEAD) + b")\r\nb3 OK Done\r\n",
        ),
        (
            b"b4 UID FETCH 4 RFC822\r\n",
            b"* 1 FETCH (RFC822 " + literal(A) + b" UID 4)\r\nb4 OK Done\r\n",
        ),
    )
    assert [(e.file, e.copied, e.octets, e.flags) for e in kept(script)] == [
        ("1.phone", "headers", len(HEAD), ()),
        ("1.phone", "whole", len(A), ("\\Seen",)),
    ]
    (file,) = phone.files()
    assert file.read() == A


def test_flags_and_expunge_follow_the_server(
    script: Script, dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    phone, _ = dial(
        (
            b"b1 UID FETCH 1:9 (UID BODY.PEEK[])\r\n",
            b"".join(
                b"* %d FETCH (UID %d BODY[] %s)\r\n" % (n, n + 3, literal(b"m%d" % n))
                for n in (1, 2, 3)
            )
            + b"b1 OK Done\r\n",
        ),
        (
            b"b2 STORE 2 +FLAGS (\\Deleted)\r\n",
            b"* 2 FETCH (FLAGS (\\Deleted $Work))\r\nb2 OK Done\r\n",
        ),
        (b"b3 EXPUNGE\r\n", b"* 2 EXPUNGE\r\nb3 OK Done\r\n"),
        (b"b4 FETCH 2 FLAGS\r\n", b"* 2 FETCH (FLAGS (\\Flagged))\r\nb4 OK Done\r\n"),
    )
    assert kept(script)[3:] == [
        Synced(device="phone", file="2.phone", flags=("\\Deleted", "$Work"), connection=7),
        Discarded(device="phone", file="2.phone", connection=7),
        Synced(device="phone", file="3.phone", flags=("\\Flagged",), connection=7),
    ]
    assert [(file.name, file.read()) for file in phone.files()] == [
        ("1.phone", b"m1"),
        ("3.phone", b"m3"),
    ]
    assert "   [phone: deleted, as on the server]\n" in capsys.readouterr().out


def test_without_a_uid_a_file_is_known_in_its_session_only(script: Script, dial: Dial) -> None:
    fetch = b" FETCH 1 BODY[]\r\n"
    answer = b"* 1 FETCH (BODY[] " + literal(A) + b")\r\n"
    phone, _ = dial(
        (b"b1" + fetch, answer + b"b1 OK Done\r\n"),
        (b"b2" + fetch, answer + b"b2 OK Done\r\n"),
    )
    (saved,) = kept(script)
    assert (saved.uid, saved.uidvalidity) == (None, 77)
    assert len(phone.files()) == 1


def test_a_uid_that_is_told_later_ties_the_file(script: Script, dial: Dial) -> None:
    phone, _ = dial(
        (b"b1 FETCH 1 BODY[]\r\n", b"* 1 FETCH (BODY[] " + literal(A) + b")\r\nb1 OK Done\r\n"),
        (b"b2 FETCH 1 UID\r\n", b"* 1 FETCH (UID 9)\r\nb2 OK Done\r\n"),
        (b"b3 FETCH 1 UID\r\n", b"* 1 FETCH (UID 9)\r\nb3 OK Done\r\n"),
    )
    assert [(e.file, e.uid) for e in kept(script)] == [("1.phone", None), ("1.phone", 9)]
    assert phone.files()[0].origin.uid == 9


def test_parts_and_partial_messages_are_not_kept(script: Script, dial: Dial) -> None:
    dial(
        (
            b"b1 FETCH 1 (UID BODY[TEXT] BODY[]<0> BODY[HEADER.FIELDS (Subject)])\r\n",
            (
                b"* 1 FETCH (UID 4 BODY[TEXT] {2}\r\nhi BODY[]<0> {1}\r\nS"
                b' BODY[HEADER.FIELDS ("Subject")] {2}\r\n\r\n)\r\nb1 OK Done\r\n'
            ),
        ),
        (b"b2 NOOP\r\n", b"* OK text in braces {5}\r\nb2 OK {4}\r\n"),
    )
    assert kept(script) == []


def test_a_body_may_come_quoted(script: Script, dial: Dial) -> None:
    phone, _ = dial(
        (b"b1 FETCH 1 BODY[]\r\n", b'* 1 FETCH (UID 4 BODY[] "a \\"b\\"")\r\nb1 OK Done\r\n'),
    )
    assert phone.files()[0].read() == b'a "b"'


def test_another_mailbox_is_another_maildir(dial: Dial) -> None:
    phone, _ = dial(
        (
            b'b1 SELECT "R&AOk-sum&AOk-s/2026"\r\n',
            b"* 1 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\nb1 OK Done\r\n",
        ),
        (b"b2 FETCH 1 BODY[]\r\n", b"* 1 FETCH (UID 5 BODY[] {1}\r\nx)\r\nb2 OK Done\r\n"),
        (b"b3 CLOSE\r\n", b"b3 OK Closed\r\n"),
    )
    (file,) = phone.files()
    assert file.origin.mailbox == "R\u00e9sum\u00e9s/2026"
    assert file.path.parts[-3] == "R%C3%A9sum%C3%A9s%2F2026"


def test_a_select_that_fails_leaves_nothing_open(script: Script, dial: Dial) -> None:
    dial(
        (b"b1 SELECT Nowhere\r\n", b"b1 NO No such mailbox\r\n"),
        (b"b2 NOOP\r\n", b"* 1 FETCH (UID 5 BODY[] {1}\r\nx)\r\nb2 OK Odd\r\n"),
    )
    assert kept(script) == []


def test_authenticate_plain_tells_the_account(script: Script) -> None:
    plain = b64encode(b"\0eve@work.example\0rose")
    server = Scripted(
        [
            HELLO,
            (b"a1 AUTHENTICATE PLAIN\r\n", b"+ \r\n"),
            (plain + b"\r\n", b"a1 OK In\r\n"),
            SELECT,
            (b"b1 F", b"* 1 FETCH (UID 5 BODY[] {1}\r\nx)\r\nb1 OK Done\r\n"),
        ]
    )
    phone = script.device(server)
    imap = phone.dial("imap")
    imap.send("a1 AUTHENTICATE PLAIN")
    assert imap.last.ok
    imap.send(plain.decode())
    assert imap.last.text == "a1 OK In"
    imap.send("a2 SELECT inbox")
    imap.send("b1 FETCH 1 BODY[]")
    assert phone.files()[0].origin.account == "eve@work.example"


def test_login_with_literals(script: Script) -> None:
    server = Scripted(
        [
            HELLO,
            (b"a1 LOGIN {3}\r\n", b"+ go\r\n"),
            (b"eve {4}\r\n", b"+ go\r\n"),
            (b"rose\r\n", b"a1 OK In\r\n"),
            SELECT,
            (b"b1 F", b"* 1 FETCH (UID 5 BODY[] {1}\r\nx)\r\nb1 OK Done\r\n"),
        ]
    )
    phone = script.device(server)
    imap = phone.dial("imap")
    imap.send("a1 LOGIN {3}")
    imap.literal("eve", " {4}")
    imap.literal("rose")
    imap.send("a2 SELECT inbox")
    imap.send("b1 FETCH 1 BODY[]")
    assert phone.files()[0].origin.account == "eve@home.example"


def test_append_with_a_literal(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    server = Scripted(
        [HELLO, (b"{7}\r\n", b"+ go\r\n"), (b"a: b\r\n\n\r\n", b"a1 OK [APPENDUID 7 8] Done\r\n")]
    )
    imap = script.device(server).dial("imap")
    with pytest.raises(NotNow):
        imap.literal(b"x")
    imap.send("a1 APPEND INBOX {7}")
    capsys.readouterr()
    imap.literal(b"a: b\r\n\n")
    assert capsys.readouterr().out == "C: a: b\nC: \nC: \nS: a1 OK [APPENDUID 7 8] Done\n"
    assert server.heard == b"a1 APPEND INBOX {7}\r\na: b\r\n\n\r\n"


def test_idle_pushes_and_done(
    script: Script, dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    phone, imap = dial(
        (b"b1 UID FETCH 5 BODY[]\r\n", b"* 2 FETCH (UID 5 BODY[] {1}\r\nx)\r\nb1 OK Done\r\n"),
        (
            b"b2 IDLE\r\n",
            b"+ idling\r\n* 4 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 1 EXPUNGE\r\n",
        ),
        (b"DONE\r\n", b"b2 OK Idle over\r\n"),
        silent=True,
    )
    capsys.readouterr()
    imap.listen()
    assert capsys.readouterr().out == "S: * 4 EXISTS\n"
    imap.listen(2)
    assert capsys.readouterr().out == (
        "S: * 2 FETCH (FLAGS (\\Seen))\n   [phone: flags now \\Seen]\nS: * 1 EXPUNGE\n"
    )
    assert phone.files()[0].flags == ("\\Seen",)
    with pytest.raises(NoReply, match="nothing came unasked"):
        imap.listen()
    imap.send("DONE")
    assert imap.last.text == "b2 OK Idle over"


def test_logout_waits_for_the_end(dial: Dial, capsys: pytest.CaptureFixture[str]) -> None:
    _, imap = dial((b"b1 LOGOUT\r\n", b"* BYE Bye\r\nb1 OK Done\r\n"))
    assert capsys.readouterr().out.endswith("C: b1 LOGOUT\nS: * BYE Bye\nS: b1 OK Done\n")
    with pytest.raises(ConnectionOver):
        imap.send("b2 NOOP")
    with pytest.raises(ConnectionOver):
        imap.listen()


def test_an_untagged_bad_ends_the_reply(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    imap = script.device(Scripted([HELLO, (b"\r\n", b"* BAD No tag\r\n")])).dial("imap")
    imap.send("")
    assert not imap.last.ok
    assert capsys.readouterr().out.endswith("C: \nS: * BAD No tag\n")


def test_a_connection_that_ends_in_a_literal_is_shown_as_far_as_it_came(
    script: Script, dial: Dial, capsys: pytest.CaptureFixture[str]
) -> None:
    phone, imap = dial((b"b1 FETCH 1 BODY[]\r\n", b"* 1 FETCH (BODY[] {99}\r\nSubject: A\r\nhal"))
    assert capsys.readouterr().out.endswith(
        "S: * 1 FETCH (BODY[] {99}\nS: Subject: A\nS: hal\n"
        "   [the connection ended before the reply was whole]\n"
    )
    assert phone.files() == ()
    assert not imap.open


def test_octets_for_a_line_that_was_refused_are_not_sent(dial: Dial) -> None:
    _, imap = dial((b"b1 APPEND x {4}\r\n", b"b1 NO [TRYCREATE] No such mailbox\r\n"))
    with pytest.raises(NotNow, match="did not take the line"):
        imap.literal(b"A: B")


def test_too_few_octets_for_a_literal_are_named_as_a_cause(dial: Dial) -> None:
    _, imap = dial((b"b1 APPEND x {9}\r\n", b"+ go on\r\n"), silent=True)
    with pytest.raises(NoReply, match=r"to A: B in time; were the octets as many as announced"):
        imap.literal(b"A: B\r\n")


def again(
    dial: Dial, octets: bytes, *, item: str = "BODY[]", number: int = 1
) -> list[tuple[str, str]]:
    """Fetch in another session, which asks for no UID; return what the device has then."""
    said = b"* %d FETCH (%s %s)\r\nb1 OK Done\r\n" % (number, item.encode(), literal(octets))
    phone, _ = dial((b"b1 FETCH %d %s\r\n" % (number, item.encode()), said))
    return [(file.name, file.copied) for file in phone.files()]


@pytest.mark.parametrize("first", ["b1 FETCH 1 (UID BODY[])", "b1 FETCH 1 BODY[]"])
def test_what_an_earlier_session_brought_is_not_saved_again(
    dial: Dial, capsys: pytest.CaptureFixture[str], first: str
) -> None:
    uid = b"UID 7 " if "UID" in first else b""
    fetched = b"* 1 FETCH (" + uid + b"BODY[] " + literal(A) + b")\r\nb1 OK Done\r\n"
    dial((first.encode() + b"\r\n", fetched))
    again(dial, A, number=2)
    assert "phone: has it already" in capsys.readouterr().out
    again(dial, HEAD, item="BODY[HEADER]")
    # Another message, though its headers are the same.
    assert again(dial, A + b"!", number=3) == [("1.phone", "whole"), ("2.phone", "whole")]


def test_headers_of_an_earlier_session_become_a_whole_message(dial: Dial) -> None:
    assert again(dial, HEAD, item="BODY[HEADER]") == [("1.phone", "headers")]
    assert again(dial, A) == [("1.phone", "whole")]


def test_two_messages_that_are_alike_are_two(dial: Dial) -> None:
    again(dial, A)
    both = b"".join(b"* %d FETCH (BODY[] %s)\r\n" % (n, literal(A)) for n in (1, 2))
    phone, _ = dial((b"b1 FETCH 1:2 BODY[]\r\n", both + b"b1 OK Done\r\n"))
    assert [file.name for file in phone.files()] == ["1.phone", "2.phone"]
