from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from labserver.clock import LAB_START
from labserver.events import Delivered, Event, Expunged, FaultStruck, FlagsChanged, NewMessage
from labserver.faults import MailboxFull
from labserver.store import Arrival, Flagging, NoSuchMailbox, OverQuota
from tests.store.house import House, letter

FULL = MailboxFull(account="eve@home.example")


def test_deliver_to_several_is_one_letter_and_one_body(house: House) -> None:
    inboxes = [house.inbox("bob"), house.inbox("eve")]
    uids = house.messages.deliver(inboxes, Arrival(data=letter("hi")), cause="smtp", connection=4)
    assert uids == [1, 1]
    new, *delivered = house.told()[-3:]
    assert isinstance(new, NewMessage)
    assert (new.message, new.subject, new.sender) == (1, "hi", "Alice")
    assert [(e.account, e.message, e.cause, e.connection) for e in delivered] == [
        ("bob@home.example", 1, "smtp", 4),
        ("eve@home.example", 1, "smtp", 4),
    ]
    assert house.count("bodies") == 1


def test_deliver_is_all_or_none_and_costs_no_letter(house: House) -> None:
    inboxes = [house.inbox("bob"), house.inbox("eve")]
    before = house.told()
    house.faults.add(FULL)
    with pytest.raises(OverQuota) as refused:
        house.messages.deliver(inboxes, Arrival(data=letter("hi")), cause="smtp")
    assert refused.value.account == "eve@home.example"
    assert house.told() == [*before, FaultStruck(connection=None, fault=str(FULL))]
    assert (house.count("messages"), house.count("bodies"), house.count("letters")) == (0, 0, 0)
    house.messages.deliver(inboxes, Arrival(data=letter("hi")), cause="smtp")
    (row,) = house.messages.rows(inboxes[1])
    assert (row.uid, row.message) == (1, 1)


def test_a_target_that_went_undoes_the_whole_delivery(house: House) -> None:
    gone = house.box("a")
    house.mailboxes.delete(house.person(), "a")
    before = house.told()
    with pytest.raises(NoSuchMailbox):
        house.messages.deliver([house.inbox(), gone], Arrival(data=letter("hi")), cause="smtp")
    assert house.told() == before
    assert (house.count("messages"), house.count("bodies"), house.count("letters")) == (0, 0, 0)
    assert house.inbox().uidnext == 1


def test_dates_are_kept_with_their_zone(house: House) -> None:
    inbox = house.inbox()
    east = datetime(2026, 1, 1, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    arrivals = [Arrival(data=letter("a"), internaldate=east), Arrival(data=letter("b"))]
    house.messages.append(inbox, arrivals)
    dates = [(row.internaldate, row.zone) for row in house.messages.rows(inbox)]
    assert dates == [(int(east.timestamp()), 330), (int(LAB_START.timestamp()), 0)]


def test_the_save_date_is_of_this_mailbox(house: House) -> None:
    inbox, box, start = house.inbox(), house.box("a"), int(LAB_START.timestamp())
    old = datetime(1999, 1, 1, tzinfo=UTC)
    house.messages.append(inbox, [Arrival(data=letter("a"), internaldate=old)])
    house.clock.advance(timedelta(hours=1))
    house.deliver("b")
    house.clock.advance(timedelta(hours=1))
    house.messages.copy(inbox, [1, 2], box)
    house.clock.advance(timedelta(hours=1))
    house.messages.move(inbox, [2], box)
    house.messages.set_flags(box, [1, 3], Flagging.ADD, ["\\Seen"])
    saved = {
        mailbox.name: [(row.saved - start) // 3600 for row in house.messages.rows(mailbox)]
        for mailbox in (inbox, box)
    }
    assert saved == {"INBOX": [0], "a": [2, 2, 3]}
    assert [row.internaldate for row in house.messages.rows(box, [1])] == [int(old.timestamp())]


def test_append_knows_octets_again(house: House) -> None:
    house.deliver("A")
    inbox = house.inbox()
    arrivals = [Arrival(data=letter(text)) for text in ("A", "B", "B")]
    assert house.messages.append(inbox, arrivals, connection=9) == [2, 3, 4]
    assert [row.message for row in house.messages.rows(inbox)] == [1, 1, 2, 2]
    assert [e.message for e in house.told() if isinstance(e, NewMessage)] == [1, 2]
    assert house.count("bodies") == 2


def test_append_knows_an_earlier_form(house: House) -> None:
    sent, inbox = letter("A"), house.inbox()
    house.messages.append(inbox, [Arrival(data=sent)])
    (known,) = house.messages.rows(inbox)
    digest, _ = house.messages.body(known.body)
    traced = Arrival(data=b"Received: x\r\n" + sent, message=known.message, forms=(digest,))
    house.messages.deliver([inbox], traced, cause="smtp")
    house.messages.append(inbox, [Arrival(data=traced.data), Arrival(data=sent)])
    assert {row.message for row in house.messages.rows(inbox)} == {1}


def test_append_is_all_or_none(house: House) -> None:
    eve = house.inbox("eve")
    house.faults.add(FULL)
    assert house.messages.append(eve, []) == []  # nothing arrives, nothing strikes
    before = house.told()
    with pytest.raises(OverQuota):
        house.messages.append(
            eve, [Arrival(data=letter("A")), Arrival(data=letter("B"))], connection=7
        )
    assert house.told() == [*before, FaultStruck(connection=7, fault=str(FULL))]
    assert house.messages.append(eve, [Arrival(data=letter("A"))]) == [1]


def test_copy_keeps_flags_date_and_letter(house: House) -> None:
    inbox, box = house.inbox(), house.box("a")
    for text in "ABC":
        house.deliver(text, flags=("\\Seen", "work"))
    assert house.messages.copy(inbox, [3, 1, 99], box, connection=2) == [(1, 1), (3, 2)]
    here, there = house.messages.rows(inbox, [1, 3]), house.messages.rows(box)
    assert [(*row[1:6], row.flags) for row in here] == [(*row[1:6], row.flags) for row in there]
    assert house.count("bodies") == 3
    assert [e.cause for e in house.told()[-2:] if isinstance(e, Delivered)] == ["copy", "copy"]
    assert house.messages.uids(inbox) == [1, 2, 3]


def test_copy_is_all_or_none(house: House) -> None:
    house.deliver()
    box = house.box("a")
    house.faults.add(MailboxFull(account=box.address, times=2))
    for deed in (house.messages.copy, house.messages.move):
        assert deed(house.inbox(), [9], box) == []
        with pytest.raises(OverQuota):
            deed(house.inbox(), [1], box)
    house.mailboxes.delete(house.person(), "a")
    before = house.told()
    for deed in (house.messages.copy, house.messages.move):
        with pytest.raises(NoSuchMailbox):
            deed(house.inbox(), [1], box)
    assert house.told() == before
    assert house.messages.uids(house.inbox()) == [1]


def test_move_is_delivery_there_then_removal_here(house: House) -> None:
    inbox, box = house.inbox(), house.box("a")
    house.deliver("A")
    house.deliver("B")
    assert house.messages.move(inbox, [2], box) == [(2, 1)]
    delivered, expunged = house.told()[-2:]
    assert isinstance(delivered, Delivered)
    assert (delivered.mailbox, delivered.uid, delivered.cause) == ("a", 1, "move")
    assert isinstance(expunged, Expunged)
    assert (expunged.mailbox, expunged.uid) == ("INBOX", 2)
    (row,) = house.messages.rows(box)
    assert house.messages.data(row.body) == letter("B")


def test_a_uid_is_not_given_again(house: House) -> None:
    inbox = house.inbox()
    for text in "ABC":
        house.deliver(text)
    assert house.messages.expunge(inbox, [3, 2, 77], connection=5) == [2, 3]
    assert house.messages.expunge(inbox, [2]) == []
    assert house.told(Expunged) == [
        Expunged(account=inbox.address, mailbox="INBOX", uid=uid, connection=5) for uid in (2, 3)
    ]
    assert house.deliver("D") == 4


def test_a_body_goes_with_the_last_message(house: House) -> None:
    inbox, box = house.inbox(), house.box("a")
    house.deliver()
    house.messages.copy(inbox, [1], box)
    (row,) = house.messages.rows(inbox)
    sizes = house.messages.derived([row.body], "size", lambda _, data: b"%d" % len(data))
    assert sizes == {row.body: b"%d" % len(letter("hi"))}
    house.messages.expunge(inbox, [1])
    assert house.messages.data(row.body) == letter("hi")
    house.messages.expunge(box, [1])
    assert house.messages.data(row.body) is None
    assert house.count("derived") == 0
    with pytest.raises(KeyError):
        house.messages.body(row.body)
    house.messages.append(inbox, [Arrival(data=letter("hi"))])
    (again,) = house.messages.rows(inbox)
    assert again.body != row.body
    assert again.message == row.message


def test_derived_is_computed_once_for_each_kind(house: House) -> None:
    house.deliver()
    house.deliver("there")
    one, two = (row.body for row in house.messages.rows(house.inbox()))
    asked: list[tuple[int, bytes]] = []

    def compute(body: int, data: bytes) -> bytes:
        asked.append((body, data))
        return data.upper()

    for kind in ("upper", "upper", "other"):
        assert house.messages.derived([one], kind, compute) == {one: letter("hi").upper()}
    assert asked == [(one, letter("hi"))] * 2
    assert house.messages.derived([one, two, two + 1], "upper", compute) == {
        one: letter("hi").upper(),
        two: letter("there").upper(),
    }
    assert asked[2:] == [(two, letter("there"))]
    assert house.messages.derived([two + 1], "upper", compute) == {}
    assert house.messages.derived([], "upper", compute) == {}


def test_octets_of_several_bodies(house: House) -> None:
    house.deliver()
    house.deliver("there")
    one, two = (row.body for row in house.messages.rows(house.inbox()))
    assert house.messages.datas([two, one, two + 1]) == {one: letter("hi"), two: letter("there")}


def test_rows_are_right_after_every_change(house: House) -> None:
    """What is kept of a mailbox's rows never outlives a change, nor a change that was undone."""
    inbox = house.inbox()

    def held(*uids: int) -> list[tuple[int, str]]:
        return [(row.uid, row.flags) for row in house.messages.rows(inbox, uids or None)]

    for text in "ABCD":
        house.deliver(text)
    assert held() == [(1, ""), (2, ""), (3, ""), (4, "")]
    house.messages.set_flags(inbox, [2, 3], Flagging.ADD, ["\\Seen"])
    assert held() == [(1, ""), (2, "\\Seen"), (3, "\\Seen"), (4, "")]
    assert held(2, 4, 77) == [(2, "\\Seen"), (4, "")]
    changed = house.messages.rows(inbox)
    changed.clear()
    assert held(1, 2) == [(1, ""), (2, "\\Seen")]

    def undone() -> None:
        sql = house.store.database.sql
        with house.store.database.transaction():
            sql.execute("UPDATE mailboxes SET modseq = modseq + 1")
            sql.execute("UPDATE messages SET flags = 'undone'")
            assert held(3) == [(3, "undone")]
            assert held()[0] == (1, "undone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    house.messages.set_flags(inbox, [1], Flagging.ADD, ["\\Draft"])
    assert held() == [(1, "\\Draft"), (2, "\\Seen"), (3, "\\Seen"), (4, "")]
    assert house.messages.first_unseen(inbox) == 1
    house.messages.expunge(inbox, [1, 4])
    assert house.messages.uids(inbox) == [2, 3]
    assert held(*range(1, 100)) == [(2, "\\Seen"), (3, "\\Seen")]
    assert house.messages.first_unseen(inbox) is None


@pytest.mark.parametrize(
    ("how", "flags", "becomes"),
    [
        (Flagging.ADD, ("\\deleted", "b", "WORK"), ("\\Deleted", "\\Seen", "b", "work")),
        (Flagging.REMOVE, ("\\SEEN", "Work", "none"), ()),
        (Flagging.REPLACE, ("Work", "\\draft", "wORK"), ("\\Draft", "work")),
        (Flagging.REPLACE, (), ()),
    ],
)
def test_flags_are_one_in_any_case(
    house: House, how: Flagging, flags: tuple[str, ...], becomes: tuple[str, ...]
) -> None:
    house.deliver(flags=("work", "\\Seen"))
    inbox = house.inbox()
    (row,) = house.messages.set_flags(inbox, [1], how, flags, connection=8)
    assert tuple(row.flags.split()) == becomes
    assert house.messages.rows(inbox) == [row]
    assert house.told()[-1] == FlagsChanged(
        account=inbox.address, mailbox="INBOX", uid=1, flags=becomes, connection=8
    )


def test_a_keyword_is_spelled_as_the_mailbox_does(house: House) -> None:
    house.deliver("A", flags=("Work",))
    house.deliver("B")
    house.deliver("C", flags=("WORK",))
    house.messages.set_flags(house.inbox(), [2], Flagging.ADD, ["work"])
    assert [row.flags for row in house.messages.rows(house.inbox())] == ["Work"] * 3
    assert house.messages.keywords(house.inbox()) == ("Work",)


def test_flags_that_stay_move_no_modseq(house: House) -> None:
    house.deliver("A", flags=("\\Seen",))
    house.deliver("B")
    before, told = house.inbox(), len(house.log)
    rows = house.messages.rows(before)
    assert house.messages.set_flags(before, [1, 9], Flagging.ADD, ["\\seen"]) == rows[:1]
    assert house.inbox() == before
    assert len(house.log) == told
    first, second = house.messages.set_flags(before, [2, 1], Flagging.ADD, ["\\Seen"])
    assert first == rows[0]
    assert second.modseq == house.inbox().modseq == before.modseq + 1
    assert len(house.log) == told + 1


def test_recent_is_told_once(house: House) -> None:
    inbox = house.inbox()
    house.deliver("A")
    house.deliver("B")
    assert house.messages.recent(inbox) == house.messages.recent(inbox) == {1, 2}
    assert house.messages.take_recent(inbox) == {1, 2}
    assert house.messages.take_recent(inbox) == frozenset()
    house.deliver("C")
    assert house.messages.status(inbox).recent == 1
    assert house.messages.take_recent(inbox) == {3}


def test_status_counts(house: House) -> None:
    inbox = house.inbox()
    assert house.messages.status(inbox) == (0, 0, 0, 0, 0, 0)
    assert house.messages.first_unseen(inbox) is None
    for text, flags in (("A", ("\\Seen", "\\Deleted")), ("B", ("x",)), ("C", ())):
        house.deliver(text, flags=flags)
    size = len(letter("A"))
    assert house.messages.status(inbox) == (3, 3, 2, 1, 3 * size, size)
    assert house.messages.first_unseen(inbox) == 2


def test_a_watcher_hears_of_its_mailbox_until_it_ends(house: House) -> None:
    inbox, box = house.inbox(), house.box("a")
    heard: list[Event] = []
    end = house.store.watch(inbox, heard.append)
    house.deliver()
    house.messages.move(inbox, [1], box)
    assert [type(event) for event in heard] == [Delivered, Expunged]
    end()
    end()
    house.deliver()
    assert len(heard) == 2
