"""What becomes of what waits: tries, pauses, reports, the order of it all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from labserver.clock import LAB_START
from labserver.events import Deferred, Delivered, Dequeued, NewMessage, Queued
from labserver.faults import MailboxFull
from tests.smtp.relay.house import HOME, LETTER, fields, office
from tests.smtp.relay.peer import CUT, OFFERS, Peer

CAROL, DAN = "carol@work.example", "dan@work.example"
NO_DSN = tuple(each for each in OFFERS if each != "DSN")


def test_nothing_waits() -> None:
    house = office()
    settled = house.settle()
    assert (settled.handled, settled.waiting, settled.now) == ((), (), LAB_START)
    assert repr(settled) == "<02 Mar 09:00: nothing waits>"


def test_what_is_taken_leaves_the_queue() -> None:
    house = office()
    queue_id = house.queue(CAROL)
    settled = house.settle()
    assert repr(settled) == (
        "<02 Mar 09:00: 1 relayed, nothing waits>\n"
        f"A relayed at {HOME} for {CAROL}: 250 2.0.0 taken"
    )
    assert house.moves() == [
        Queued(
            host=HOME,
            queue_id=queue_id,
            message=1,
            sender="alice@home.example",
            recipient=CAROL,
            connection=None,
        ),
        Dequeued(
            host=HOME,
            queue_id=queue_id,
            message=1,
            recipient=CAROL,
            how="relayed",
            reply="250 2.0.0 taken",
        ),
    ]
    assert house.store.queue.all() == []
    assert house.store.database.sql.execute("SELECT count(*) FROM bodies").fetchone() == (0,)


def test_one_transaction_for_all_recipients_of_a_message() -> None:
    house = office()
    house.queue(CAROL, DAN)
    house.queue(CAROL, data=b"A: 2\r\n\r\n")
    house.settle()
    assert [len(message.rcpt) for message in house.peer.taken] == [2, 1]
    assert len(house.peer.heard) == 1


def test_tries_go_on_with_growing_pauses_until_the_sender_is_told() -> None:
    house = office(Peer(answers={"RCPT": "450 4.2.1 not now"}))
    house.queue(CAROL)
    settled = house.settle()
    deferred = [event for event in house.moves() if isinstance(event, Deferred)]
    hours = [(event.due - LAB_START) / timedelta(hours=1) for event in deferred]
    assert hours == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 120]
    assert {event.reply for event in deferred} == {"450 4.2.1 not now"}
    assert [each.how for each in settled.handled] == ["bounced", "delivered"]
    assert settled.now == LAB_START + timedelta(days=5)
    (report,) = house.reports()
    _, (row,) = fields(report)
    assert (row["Action"], row["Status"]) == ("failed", "4.2.1")
    assert house.store.queue.all() == []


def test_within_stops_at_a_bound() -> None:
    house = office(Peer(refuses=True))
    house.queue(CAROL)
    settled = house.settle(timedelta(minutes=29))
    assert settled.now == LAB_START + timedelta(minutes=29)
    assert repr(settled) == (
        f"<02 Mar 09:29: 1 waits>\nA waits at {HOME} for {CAROL} until 02 Mar 09:30: no connection"
    )
    assert len(house.peer.calls) == 1
    assert house.settle(timedelta(minutes=1)).waiting[0].tries == 2
    assert len(house.peer.calls) == 2
    assert house.settle(timedelta(0)).now == LAB_START + timedelta(minutes=30)
    with pytest.raises(ValueError, match="backwards"):
        house.settle(-timedelta(seconds=1))


def test_time_does_not_move_for_nothing() -> None:
    house = office()
    house.queue(CAROL)
    assert house.settle(timedelta(days=1)).now == LAB_START


def test_a_host_that_is_down_is_called_once_for_all_messages() -> None:
    house = office(Peer(refuses=True))
    house.queue(CAROL)
    house.queue(DAN)
    house.settle(timedelta(0))
    assert len(house.peer.calls) == 1
    assert [row.tries for row in house.store.queue.all()] == [1, 1]


def test_a_connection_that_breaks_costs_one_message_its_try() -> None:
    house = office(Peer(answers={".": [CUT, "250 2.0.0 taken"]}))
    house.queue(CAROL)
    house.queue(DAN)
    house.settle(timedelta(0))
    assert [row.leaving.recipient for row in house.store.queue.all()] == [CAROL]
    house.settle()
    # It was cut after the last octet: the message came twice, which beats never (section 6.1).
    assert [message.rcpt for message in house.peer.taken] == [
        [f"RCPT TO:<{CAROL}>"],
        [f"RCPT TO:<{DAN}>"],
        [f"RCPT TO:<{CAROL}>"],
    ]


def test_each_recipient_has_a_fate_of_its_own() -> None:
    answers = {
        f"RCPT TO:<{CAROL}>": "550 5.1.1 nobody",
        f"RCPT TO:<{DAN}>": ["450 4.2.1 not now", "250 2.1.5 OK"],
    }
    house = office(Peer(answers=answers))
    house.queue(CAROL, "eve@work.example", DAN)
    settled = house.settle()
    assert [(each.recipient, each.how) for each in settled.handled] == [
        (CAROL, "bounced"),
        ("eve@work.example", "relayed"),
        ("alice@home.example", "delivered"),
        (DAN, "relayed"),
    ]
    assert settled.now == LAB_START + timedelta(minutes=30)
    (report,) = house.reports()
    assert [row["Final-Recipient"] for row in fields(report)[1]] == [f"rfc822;{CAROL}"]


def test_too_many_recipients_are_sent_the_rest_at_once() -> None:
    answers = {f"RCPT TO:<{DAN}>": ["452 4.5.3 too many", "250 2.1.5 OK"]}
    house = office(Peer(answers=answers))
    house.queue(CAROL, DAN)
    settled = house.settle()
    assert [each.how for each in settled.handled] == ["relayed", "relayed"]
    assert settled.now == LAB_START
    # Where nobody was taken, going on at once would never end.
    house = office(Peer(answers={"RCPT": "452 4.5.3 too many"}))
    house.queue(CAROL)
    assert house.settle(timedelta(0)).waiting[0].due == LAB_START + timedelta(minutes=30)


def test_a_report_of_a_report_is_dropped() -> None:
    house = office(Peer(answers={"RCPT": "550 5.1.1 nobody"}))
    house.queue(CAROL, sender="")
    settled = house.settle()
    assert [each.how for each in settled.handled] == ["dropped"]
    assert len([entry for entry in house.log if isinstance(entry.event, NewMessage)]) == 1


def test_a_sender_that_does_not_exist_is_told_nothing() -> None:
    house = office(Peer(answers={"RCPT": "550 5.1.1 nobody"}))
    for sender in ("nobody@home.example", "x@elsewhere.example", "nobody@work.example"):
        house.queue(CAROL, sender=sender)
    settled = house.settle()
    ways = [(each.recipient, each.how, each.reply) for each in settled.handled if each.letter > "C"]
    assert ways == [
        ("nobody@home.example", "dropped", "there is nobody of that name here"),
        ("x@elsewhere.example", "dropped", "no server has mail for this domain"),
        ("nobody@work.example", "dropped", "550 5.1.1 nobody"),
    ]
    assert house.peer.heard[-1][1].startswith("MAIL FROM:<> ")
    assert house.peer.heard[-1][2] == "RCPT TO:<nobody@work.example> NOTIFY=NEVER"


def test_a_report_waits_for_room() -> None:
    house = office(Peer(answers={"RCPT": "550 5.1.1 nobody"}))
    house.queue(CAROL)
    house.faults.add(MailboxFull(account="alice@home.example"))
    settled = house.settle()
    assert [each.how for each in settled.handled] == ["bounced", "delivered"]
    assert settled.now == LAB_START + timedelta(minutes=30)
    assert len(house.inbox("alice")) == 1
    assert house.inbox("alice")[0].startswith(b"Return-Path: <>\r\nFrom: Mail server <")


@pytest.mark.parametrize(
    ("notify", "failed"),
    [(None, True), ("FAILURE", True), ("NEVER", False), ("SUCCESS,DELAY", False)],
)
def test_notify_says_whether_failure_is_told(notify: str | None, failed: bool) -> None:  # noqa: FBT001
    house = office(Peer(answers={"RCPT": "550 5.1.1 nobody"}))
    house.queue(CAROL, notify=notify)
    settled = house.settle()
    assert settled.handled[0].how == ("bounced" if failed else "dropped")
    assert len(house.inbox("alice")) == failed


@pytest.mark.parametrize(
    ("notify", "offers", "told"),
    [
        ("SUCCESS", NO_DSN, True),
        ("SUCCESS", OFFERS, False),  # the next server tells
        ("FAILURE", NO_DSN, False),
        (None, NO_DSN, False),
    ],
)
def test_relayed_is_told_where_the_next_server_will_not(
    notify: str | None,
    offers: tuple[str, ...],
    told: bool,  # noqa: FBT001
) -> None:
    house = office(Peer(offers=offers))
    house.queue(CAROL, notify=notify)
    house.settle()
    assert len(house.inbox("alice")) == told
    if told:
        (row,) = fields(house.reports()[0])[1]
        assert (row["Action"], row["Status"]) == ("relayed", "2.0.0")
        assert row["Remote-MTA"] == "dns; mail.work.example"


@pytest.mark.parametrize(("notify", "warned"), [("DELAY,FAILURE", 1), ("FAILURE", 0), (None, 0)])
def test_a_delay_is_told_once_after_some_hours(notify: str | None, warned: int) -> None:
    house = office(Peer(refuses=True))
    house.queue(CAROL, notify=notify)
    house.settle(timedelta(hours=7))
    assert house.inbox("alice") == []
    house.settle(timedelta(hours=10))
    assert len(house.inbox("alice")) == warned
    if warned:
        (row,) = fields(house.reports()[0])[1]
        assert (row["Action"], row["Status"]) == ("delayed", "4.4.1")
        assert row["Will-Retry-Until"] == "Sat, 07 Mar 2026 09:00:00 +0000"
        assert "Remote-MTA" not in row
    house.settle()
    assert len(house.inbox("alice")) == warned + 1


def test_who_waits_longest_goes_first() -> None:
    house = office(Peer(refuses=True))
    house.queue(CAROL)
    house.settle(timedelta(minutes=20))
    house.queue(DAN)
    house.settle(timedelta(minutes=9))
    house.peer.refuses = False
    house.settle()
    assert [message.rcpt for message in house.peer.taken] == [
        [f"RCPT TO:<{CAROL}>"],
        [f"RCPT TO:<{DAN}>"],
    ]


def test_what_a_relay_sends_is_what_came() -> None:
    house = office()
    data = LETTER + b"\xff.\r\n...\r\n"
    house.queue(CAROL, data=data, content="8BITMIME")
    house.settle()
    assert house.peer.taken[0].data == data
    assert house.peer.heard[0][1].endswith(" BODY=8BITMIME")


def test_the_body_is_kept_while_anybody_waits_for_it() -> None:
    house = office(Peer(answers={f"RCPT TO:<{DAN}>": "450 4.2.1 later"}))
    house.queue(CAROL, DAN)
    house.settle(timedelta(0))
    (row,) = house.store.queue.all()
    assert house.store.messages.data(row.body) == LETTER


def test_what_waits_at_a_host_of_another_lab_comes_back() -> None:
    house = office()
    house.queue(CAROL, host="mail.elsewhere.example")
    assert [each.how for each in house.settle().handled] == ["bounced", "delivered"]


def test_events_of_a_local_delivery_name_no_connection() -> None:
    house = office(Peer(answers={"RCPT": "550 5.1.1 nobody"}))
    house.queue(CAROL)
    house.settle()
    (delivered,) = (e.event for e in house.log if isinstance(e.event, Delivered))
    assert (delivered.account, delivered.connection) == ("alice@home.example", None)
    assert delivered.message == 2
