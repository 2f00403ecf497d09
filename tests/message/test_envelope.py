from __future__ import annotations

from labserver.message import Address, envelope, scan
from tests.message.shapes import NESTED, SIMPLE, crlf

_ALICE = (Address(b"Alice", None, b"alice", b"home.example"),)


def test_a_simple_message() -> None:
    found = envelope(SIMPLE, scan(SIMPLE))
    assert found.date == b"Mon, 7 Sep 2026 09:00:00 +0200"
    assert found.subject == b"Lunch?"
    assert found.from_ == found.sender == found.reply_to == _ALICE
    assert found.to == (Address(b"Bob", None, b"bob", b"home.example"),)
    assert (found.cc, found.bcc) == ((), ())
    assert found.in_reply_to is None
    assert found.message_id == b"<1@home.example>"


def test_sender_and_reply_to_of_their_own() -> None:
    data = crlf("From: a@b\nSender: s@b\nReply-To: r@b, q@b\n\n")
    found = envelope(data, scan(data))
    assert [one.mailbox for one in found.sender] == [b"s"]
    assert [one.mailbox for one in found.reply_to] == [b"r", b"q"]


def test_empty_is_as_absent_for_addresses_and_not_for_text() -> None:
    data = crlf("From: a@b\nSender:\nReply-To: \nTo:\nSubject:\nDate: \nIn-Reply-To:\n\n")
    found = envelope(data, scan(data))
    assert found.sender == found.reply_to == found.from_
    assert found.to == ()
    assert found.subject == found.date == found.in_reply_to == b""
    assert found.message_id is None


def test_no_header_at_all() -> None:
    found = envelope(b"\r\nx", scan(b"\r\nx"))
    assert found.from_ == found.sender == found.reply_to == ()
    assert found.date is found.subject is found.message_id is None


def test_several_fields_of_one_name() -> None:
    data = crlf(
        "To: a@b\nTo: c@d\nCC: e@f\nTo:\nSubject: one\nSubject: two\nFrom: x@y\nFrom: z@y\n\n"
    )
    found = envelope(data, scan(data))
    assert [one.mailbox for one in found.to] == [b"a", b"c"]
    assert [one.mailbox for one in found.cc] == [b"e"]
    assert found.subject == b"one"
    assert [one.mailbox for one in found.from_] == [b"x"]


def test_folded_and_encoded_text_is_unfolded_and_no_more() -> None:
    data = crlf("SUBJECT: =?utf-8?q?a?=\n =?utf-8?q?b?=\nMessage-Id : <1@x>\n\n")
    found = envelope(data, scan(data))
    assert found.subject == b"=?utf-8?q?a?= =?utf-8?q?b?="
    assert found.message_id == b"<1@x>"


def test_an_embedded_message_has_its_own() -> None:
    inner = scan(NESTED).children[2].children[0]
    assert envelope(NESTED, inner).subject == b"three"
