"""What becomes of a message: trace, mailboxes, all or nothing, the clock, the log."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from labserver.clock import LAB_START
from labserver.events import Data, Delivered, Line, NewMessage, Rejected, StateChanged
from labserver.faults import MailboxFull
from labserver.protocol.policy import Policy
from labserver.smtp import trace
from labserver.store import Resource
from labserver.wire import MemoryConnection
from tests.smtp.house import LETTER, TO_BOB, House, build, codes


def send(connection: MemoryConnection, envelope: bytes, letter: bytes = LETTER) -> bytes:
    connection.send(envelope + b"DATA\r\n")
    said: bytes = connection.send(letter + b".\r\n")
    return said


def test_the_message_that_bob_gets(house: House) -> None:
    said = send(house.greeted("phone"), TO_BOB)
    queue_id = said.removeprefix(b"250 2.0.0 OK id=").strip()
    assert re.fullmatch(rb"[0-9a-f]{12}", queue_id)
    assert house.inbox("bob") == [
        b"Return-Path: <alice@home.example>\r\n"
        b"Received: from laptop.home.example\r\n"
        b"\tby mail.home.example with ESMTP id " + queue_id + b"\r\n"
        b"\tfor <bob@home.example>;\r\n"
        b"\tMon, 02 Mar 2026 09:00:00 +0000\r\n" + LETTER
    ]


def test_what_the_log_says_of_it(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    number = house.log.last
    connection.send(b"..\r\n.\r\n")
    events = house.since(number)
    assert [type(event) for event in events] == [
        Data,
        Line,
        NewMessage,
        Delivered,
        StateChanged,
        Line,
    ]
    data, dot, new, delivered, state, reply = events
    assert (data.direction, house.log.body(data.sha256)) == ("C", b"..\r\n")
    assert dot == Line(connection=1, direction="C", data=b".\r\n")
    assert delivered.account == "bob@home.example"
    assert delivered.message == new.message == 1
    assert (delivered.cause, delivered.connection) == ("smtp", 1)
    assert delivered.octets == len(house.inbox("bob")[0])
    assert state.state == "GREETED"
    assert reply.direction == "S"


def test_the_form_that_was_sent_keeps_the_letter(house: House) -> None:
    send(house.greeted(), TO_BOB)
    assert house.store.letters.known(hashlib.sha256(LETTER).hexdigest()) == 1


def test_lab_time_moves_on_at_acceptance(house: House) -> None:
    connection = house.greeted()
    send(connection, TO_BOB)
    send(connection, TO_BOB)
    assert house.clock.now() == LAB_START + timedelta(minutes=2)
    account = house.store.accounts.find("bob")
    assert account is not None
    rows = house.store.messages.rows(house.store.mailboxes.get(account, "INBOX"))
    start = int(LAB_START.timestamp())
    assert [row.internaldate - start for row in rows] == [0, 60]
    assert b"09:01:00 +0000" in house.inbox("bob")[1]
    # The reply stands after the minute, the delivery before it.
    times = {type(entry.event): entry.time for entry in house.log if entry.number > 20}
    assert times[Delivered] == LAB_START + timedelta(minutes=1)


def test_several_recipients_are_not_told_of_each_other(house: House) -> None:
    send(
        house.greeted(),
        b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\nRCPT TO:<carol@home.example>\r\n",
    )
    (bob,), (carol,) = house.inbox("bob"), house.inbox("carol@home.example")
    assert bob == carol
    assert b"carol" not in bob
    assert b"\tfor " not in bob
    assert len({event.message for event in house.events(Delivered)}) == 1


def test_one_copy_for_one_account(house: House) -> None:
    send(
        house.greeted(),
        b"MAIL FROM:<>\r\nRCPT TO:<alice@home.example>\r\nRCPT TO:<ALICE@home.example>\r\n"
        b"RCPT TO:<Postmaster>\r\n",
    )
    assert len(house.inbox("alice")) == 1


def test_the_postmaster_is_the_account_of_that_name_or_the_first(house: House) -> None:
    connection = house.greeted()
    to = b"MAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\n"
    send(connection, to)
    assert b"\tfor <alice@home.example>;" in house.inbox("alice")[0]
    house.store.accounts.add("postmaster", "p")
    send(connection, to)
    send(house.at_work(), b"MAIL FROM:<>\r\nRCPT TO:<POSTMASTER@work.example>\r\n")
    assert len(house.inbox("postmaster")) == 1
    assert len(house.inbox("alice")) == 1
    assert b"\tfor <POSTMASTER@work.example>;" in house.inbox("dan@work.example")[0]


@pytest.mark.parametrize(("waits", "code"), [(True, b"452 4.2.2 "), (False, b"552 5.2.2 ")])
@pytest.mark.parametrize("full", ["bob@home.example", "carol@home.example"])
def test_a_mailbox_that_is_full_by_then_refuses_for_all(
    full: str,
    waits: bool,  # noqa: FBT001
    code: bytes,
) -> None:
    house = build(Policy(full_mailbox_waits=waits))
    house.faults.add(MailboxFull(account=full))
    connection = house.greeted()
    to = b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\nRCPT TO:<carol@home.example>\r\n"
    assert send(connection, to) == code + f"No room: the mailbox of {full} is full\r\n".encode()
    assert house.inbox("bob") == house.inbox("carol@home.example") == []
    assert house.events(Delivered) == []
    (new,) = house.events(NewMessage)
    (told,) = house.events(Rejected)
    assert (told.account, told.message, told.sender) == (full, new.message, "")
    assert told.reply.encode().startswith(code)
    assert house.clock.now() == LAB_START
    assert codes(send(connection, to)) == [250]
    assert len(house.inbox("bob")) == len(house.inbox("carol@home.example")) == 1


@pytest.mark.parametrize(("waits", "code"), [(True, b"452 4.2.2 "), (False, b"552 5.2.2 ")])
@pytest.mark.parametrize("limits", [{Resource.MESSAGE: 0}, {Resource.STORAGE: 0}])
def test_a_mailbox_that_is_full_is_no_recipient(
    limits: dict[Resource, int],
    waits: bool,  # noqa: FBT001
    code: bytes,
) -> None:
    house = build(Policy(full_mailbox_waits=waits))
    eve = house.store.accounts.add("eve", "p")
    house.store.quotas.set(eve, limits)
    connection = house.greeted()
    connection.send(b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\n")
    assert connection.send(b"RCPT TO:<eve@home.example>\r\n").startswith(code)
    assert codes(send(connection, b"")) == [250]
    assert (len(house.inbox("bob")), house.inbox("eve")) == (1, [])


def test_a_declared_size_is_checked_against_the_room_of_each_recipient(house: House) -> None:
    # RFC 1870 section 6.4.
    eve = house.store.accounts.add("eve", "p")
    house.store.quotas.set(eve, {Resource.STORAGE: 10})
    connection = house.greeted()
    for size, code in ((10 * 1024, 250), (10 * 1024 + 1, 452)):
        said = connection.send(
            b"MAIL FROM:<> SIZE=%d\r\nRCPT TO:<eve@home.example>\r\n" % size
            + b"RCPT TO:<bob@home.example>\r\nRSET\r\n"
        )
        assert codes(said) == [250, code, 250, 250]
    # What was declared is forgotten with the transaction.
    assert codes(connection.send(b"MAIL FROM:<>\r\nRCPT TO:<eve@home.example>\r\n")) == [250, 250]
    # Less was declared than came (section 6.3): nobody gets it.
    big = b"x" * 11 * 1024 + b"\r\n"
    assert codes(send(connection, b"", big)) == [452]
    assert house.inbox("eve") == []


def test_trouble_inside_answers_451_and_delivers_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    messages = house.store.messages
    insert = messages._insert
    monkeypatch.setattr(
        messages,
        "_insert",
        lambda target, *rest: insert(target, *rest) if target.address.startswith("bob") else 1 / 0,
    )
    connection = house.greeted()
    to = b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\nRCPT TO:<carol@home.example>\r\n"
    assert codes(send(connection, to)) == [451]
    assert "ZeroDivisionError" in caplog.text
    assert house.inbox("bob") == []
    assert house.events(NewMessage, Delivered) == []
    assert house.events(StateChanged)[-1].state == "GREETED"
    monkeypatch.undo()
    assert codes(send(connection, to)) == [250]


def test_a_message_too_big_is_refused_whatever_it_declared() -> None:
    house = build(message=1000)
    connection = house.greeted()
    assert codes(connection.send(b"MAIL FROM:<> SIZE=1001\r\n")) == [552]
    big = b"x" * 998 + b"\r\n"
    assert codes(send(connection, TO_BOB, big)) == [250]
    assert codes(send(connection, TO_BOB, b"x" + big)) == [552]
    assert codes(send(connection, TO_BOB, big * 500)) == [552]
    assert codes(connection.send(b"DATA\r\n")) == [503]
    assert len(house.inbox("bob")) == 1
    assert house.crossed(1, "C").endswith(big * 500 + b".\r\nDATA\r\n")


def test_submission_completes_a_message(house: House) -> None:
    connection = house.logged_in()
    send(connection, TO_BOB)
    received = house.inbox("bob")[0]
    assert b" with ESMTPA id " in received
    assert re.search(
        rb"\r\nDate: Mon, 02 Mar 2026 09:00:00 \+0000\r\n"
        rb"Message-ID: <[0-9a-f]{12}@mail.home.example>\r\nFrom: ",
        received,
    )
    whole = b"message-id: <x@y>\r\nDATE : Mon, 2 Mar 2026 08:00:00 +0000\r\n" + LETTER
    send(connection, TO_BOB, whole)
    assert house.inbox("bob")[1].endswith(b"+0000\r\n" + whole)
    assert house.inbox("bob")[1].lower().count(b"message-id") == 1


def test_a_date_in_the_body_is_no_date(house: House) -> None:
    send(house.logged_in(), TO_BOB, b"Subject: x\r\n\r\nDate: none\r\nMessage-ID: none\r\n")
    assert b"\r\nDate: Mon, 02 Mar 2026" in house.inbox("bob")[0]


def test_receiving_adds_the_trace_only(house: House) -> None:
    send(house.greeted(), TO_BOB)
    assert b"Date:" not in house.inbox("bob")[0]
    assert b"Message-ID" not in house.inbox("bob")[0]


def test_helo_is_smtp_without_the_e(house: House) -> None:
    connection = house.receiving()
    connection.send(b"HELO laptop\r\n")
    send(connection, TO_BOB)
    assert b" with SMTP id " in house.inbox("bob")[0]


def test_any_octets_are_kept(house: House) -> None:
    octets = bytes(range(256)).replace(b"\n", b"") * 3 + b"\r\n"
    send(house.greeted(), TO_BOB, b"A: b\r\n\r\n" + octets)
    assert house.inbox("bob")[0].endswith(b"A: b\r\n\r\n" + octets)


def test_ids_of_one_device_do_not_depend_on_another() -> None:
    def ids(*devices: str) -> list[bytes]:
        house = build()
        return [send(house.greeted(device), TO_BOB) for device in devices]

    assert ids("phone", "phone")[1] == ids("phone", "laptop", "phone")[2]


def test_trace_lines() -> None:
    assert trace.tcp_info(None, "phone") == ""
    assert trace.tcp_info("127.0.0.1", "") == "([127.0.0.1])"
    assert trace.tcp_info("::1", "phone") == "(phone [IPv6:::1])"
    moment = datetime(2026, 7, 9, 5, 4, 3, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert trace.date_time(moment) == "Thu, 09 Jul 2026 05:04:03 -0330"
    assert trace.date_time(datetime(2026, 3, 1, tzinfo=UTC)) == "Sun, 01 Mar 2026 00:00:00 +0000"
