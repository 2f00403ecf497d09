"""A mailbox that loses its UIDs."""

from __future__ import annotations

import pytest

from labserver.events import Event, Expunged, Renumbered
from labserver.store import Flagging, Granting, NoSuchMailbox, rights_of
from tests.store.house import House


def test_the_messages_are_the_same_under_other_uids(house: House) -> None:
    inbox = house.inbox()
    for text in "ABCD":
        house.deliver(text, flags=("\\Seen", "work"))
    house.messages.expunge(inbox, [1, 3])
    house.messages.set_flags(inbox, [4], Flagging.ADD, ["\\Deleted"])
    before = house.messages.rows(inbox)
    new = house.store.renumber(inbox, connection=3)
    after = house.messages.rows(new)
    assert [row.uid for row in after] == [1, 2]
    assert [row[1:] for row in after] == [row[1:] for row in before]
    assert new.uidvalidity > inbox.uidvalidity
    assert (new.uidnext, new.name, new.uses) == (3, inbox.name, inbox.uses)
    assert new.modseq > max(row.modseq for row in after)
    assert house.told()[-1] == Renumbered(
        account=inbox.address,
        mailbox="INBOX",
        uidvalidity=new.uidvalidity,
        uids=((2, 1), (4, 2)),
        connection=3,
    )
    assert house.inbox() == new
    assert house.deliver("E") == 3


def test_who_knew_it_before_finds_nothing_and_removes_nothing(house: House) -> None:
    inbox = house.inbox()
    for text in "AB":
        house.deliver(text)
    heard: list[Event] = []
    house.store.watch(inbox, heard.append)
    new = house.store.renumber(inbox)
    assert house.messages.rows(inbox) == []
    assert house.messages.expunge(inbox, [1, 2]) == []
    assert house.messages.uids(new) == [1, 2]
    house.messages.expunge(new, [1])
    assert [type(event) for event in heard] == [Renumbered]
    assert isinstance(house.told()[-1], Expunged)
    with pytest.raises(NoSuchMailbox):
        house.store.renumber(inbox)


def test_what_belongs_to_the_mailbox_stays_with_it(house: House) -> None:
    box = house.mailboxes.create(house.person(), "Sent", uses=["\\Sent"])
    house.store.access.grant(box, "eve", Granting.ADD, rights_of("lr"))
    house.mailboxes.create(house.person(), "Sent/Old")
    new = house.store.renumber(box)
    assert house.store.access.entries(new.id).keys() == {"eve"}
    assert new.uses == ("\\Sent",)
    assert [each.name for each in house.mailboxes.all(house.person())] == [
        "INBOX",
        "Sent",
        "Sent/Old",
    ]


def test_removals_under_the_old_uids_are_forgotten(house: House) -> None:
    inbox = house.inbox()
    for text in "ABC":
        house.deliver(text)
    house.messages.expunge(inbox, [2])
    new = house.store.renumber(inbox)
    assert house.messages.expunged(new, 1) == []
    house.messages.expunge(new, [1])
    assert house.messages.expunged(new, new.modseq) == [1]
