"""Webmail: all that a mail program does, over real connections, and nothing that stays with it."""

from __future__ import annotations

from typing import Any

import pytest

from labserver.devices import ProgramFailed, Webmail
from labserver.events import (
    Connected,
    Delivered,
    DeviceAdded,
    Discarded,
    Event,
    Line,
    Saved,
    Secured,
    Synced,
)
from labserver.faults import Refuse
from tests.devices.support import House
from tests.devices.test_backup import on_server

A = b"From: Alice <alice@home.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n"
B = (
    b"From: carol@home.example\r\nSubject: two\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: image/gif\r\n\r\nGIF\r\n--b\r\nContent-Type: text/plain; charset=utf-8"
    b"\r\nContent-Transfer-Encoding: base64\r\n\r\nU2Now7Zu\r\n--b--\r\n"
)


def made(house: House, **more: Any) -> Webmail:
    return Webmail("webmail", "bob", house.world(), password="tulip", **more)


@pytest.fixture
def webmail(house: House) -> Webmail:
    house.deliver(A, B)
    return made(house)


def commands(house: House) -> list[str]:
    lines = [e.data.decode() for e in house.events(Line) if e.direction == "C"]
    return [line.partition(" ")[2].strip() for line in lines]


def flags(house: House, mailbox: str = "INBOX") -> list[str]:
    return [row[1] for row in on_server(house)[mailbox]]


def test_a_list_marks_nothing_read(house: House, webmail: Webmail) -> None:
    page = webmail.list()
    assert [(row.uid, row.sender, row.subject, row.octets, row.date) for row in page] == [
        (1, "Alice <alice@home.example>", "Grüße", len(A), house.now()),
        (2, "carol@home.example", "two", len(B), house.now()),
    ]
    assert repr(page).splitlines() == [
        "INBOX",
        "UID  flags  from                        subject  octets",
        f"1           Alice <alice@home.example>  Grüße    {len(A)}",
        f"2           carol@home.example          two      {len(B)}",
    ]
    assert flags(house) == ["", ""]
    assert repr(webmail.list("INBOX")) == repr(page)


def test_reading_marks_read(house: House, webmail: Webmail) -> None:
    opened = webmail.read(1)
    assert (opened.octets, opened.flags) == (A, ("\\Seen",))
    assert repr(opened) == "From: Alice <alice@home.example>\nSubject: Grüße\n\nHello"
    assert flags(house) == ["\\Seen", ""]
    assert webmail.read(2).text.strip() == "Schön"
    with pytest.raises(ProgramFailed, match=r"^IMAP: there is no message 7 in INBOX$"):
        webmail.read(7)


def test_it_keeps_nothing(house: House, webmail: Webmail) -> None:
    webmail.list()
    webmail.read(1)
    webmail.send("bob@home.example", "Subject: x\n\ny\n")
    assert house.events(DeviceAdded) == [DeviceAdded(device="webmail", owner="bob", kind="webmail")]
    assert house.events(Saved, Synced, Discarded) == []
    assert not list(house.folder.glob("*"))
    assert {event.device for event in house.events(Connected)} == {"webmail"}
    assert repr(webmail) == "<webmail of bob: keeps nothing>"


def test_flags(house: House, webmail: Webmail) -> None:
    assert webmail.flag(1, "\\Flagged", "$Work") == ("\\Flagged", "$Work")
    assert webmail.unflag(1, "\\Flagged") == ("$Work",)
    assert flags(house) == ["$Work", ""]
    with pytest.raises(ProgramFailed, match="no message 7"):
        webmail.flag(7, "\\Seen")


@pytest.mark.parametrize("without", [(), ("MOVE", "UIDPLUS", "UTF8=ACCEPT")])
def test_moving_and_deleting(house: House, webmail: Webmail, without: tuple[str, ...]) -> None:
    house.run(house.switches.switch_off, "imap", without)
    webmail.move(1, "Ablage/Grüße")
    assert [row[0] for row in on_server(house)["INBOX"]] == [B]
    assert [row[:2] for row in on_server(house)["Ablage/Grüße"]] == [(A, "")]
    assert any(line.startswith("UID MOVE") for line in commands(house)) == (not without)
    webmail.delete(1, "Ablage/Grüße")
    assert on_server(house)["Ablage/Grüße"] == []
    assert webmail.mailboxes() == ("INBOX", "Ablage", "Ablage/Grüße")
    assert repr(webmail.list("Ablage/Grüße")) == "Ablage/Grüße: no message"
    for act in (webmail.delete, lambda uid: webmail.move(uid, "Else")):
        with pytest.raises(ProgramFailed, match="no message 7"):
            act(7)
    assert "Else" not in on_server(house)


@pytest.mark.parametrize("without", [(), ("UTF8=ACCEPT",)])
def test_the_server_searches(house: House, webmail: Webmail, without: tuple[str, ...]) -> None:
    house.run(house.switches.switch_off, "imap", without)
    assert [row.uid for row in webmail.search("Grüße")] == [1]
    assert [row.uid for row in webmail.search("schön")] == [2]
    assert [row.uid for row in webmail.search("home.example")] == [1, 2]
    assert len(webmail.search('no "such" \\ words')) == 0
    assert flags(house) == ["", ""]


def test_what_is_sent_is_kept_by_append(house: House, webmail: Webmail) -> None:
    sent = webmail.send("bob@home.example", "Subject: hi\n\n.dot\n")
    assert sent.accepted == ("bob@home.example",)
    assert "EHLO webmail.home.example".partition(" ")[2] in commands(house)
    assert [row[:2] for row in on_server(house)["Sent"]] == [
        (b"Subject: hi\r\n\r\n.dot\r\n", "\\Seen")
    ]
    arrived, kept = house.events(Delivered)[-2:]
    assert (arrived.mailbox, kept.mailbox, kept.cause) == ("INBOX", "Sent", "append")
    assert arrived.message == kept.message, "one message, in two mailboxes"
    webmail.send("bob@home.example", "Subject: hi\n\n", keep_in=None)
    assert len(on_server(house)["Sent"]) == 1
    with pytest.raises(ProgramFailed, match=r"^SMTP: nobody@home\.example: 5"):
        webmail.send("nobody@home.example", "Subject: hi\n\n")
    assert len(on_server(house)["Sent"]) == 1


def test_each_request_logs_in_and_out(house: House, webmail: Webmail) -> None:
    webmail.read(1)
    assert commands(house) == [
        "CAPABILITY",
        'LOGIN "bob" "tulip"',
        "CAPABILITY",
        "ENABLE UTF8=ACCEPT",
        'SELECT "INBOX"',
        "UID FETCH 1 (FLAGS BODY[])",
        "LOGOUT",
    ]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_inside_tls(house: House, security: Any) -> None:
    house.deliver(A)
    webmail = made(house, security=security)
    assert len(webmail.list()) == 1
    webmail.send("bob@home.example", "Subject: hi\n\n", keep_in=None)
    assert len(house.events(Secured)) == 2


def test_what_goes_wrong(house: House, webmail: Webmail) -> None:
    wrong = Webmail("other", "bob", house.world(), password="rose")
    with pytest.raises(ProgramFailed, match=r"^IMAP: "):
        wrong.list()
    with pytest.raises(ProgramFailed, match=r"^IMAP: "):
        webmail.list("Nowhere")
    house.run(house.faults.add, Refuse())
    with pytest.raises(ProgramFailed, match=r"^imap, port 143: the connection broke"):
        webmail.list()


def test_what_is_hostile_is_shown_as_text(house: House) -> None:
    house.deliver("From: \x1b[31mred\r\nSubject: a\u202eb\x07c\r\n\r\n\x1b[2J\r\n".encode())
    webmail = made(house)
    for shown in (repr(webmail.list()), repr(webmail.read(1))):
        assert not {"\x1b", "\u202e", "\x07"} & set(shown)
        assert "red" in shown


def test_nothing_else_is_told(house: House, webmail: Webmail) -> None:
    before: list[Event] = house.events(Delivered)
    webmail.list()
    webmail.search("x")
    assert house.events(Delivered) == before
