from __future__ import annotations

import pytest

from labserver.events import (
    Event,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
)
from labserver.store import HasInferiors, InvalidName, InvalidUse, MailboxExists, NoSuchMailbox
from tests.store.house import House


def test_create_makes_what_is_missing_above(house: House) -> None:
    house.box("a/b/c/")
    assert house.names() == ["INBOX", "a", "a/b", "a/b/c"]
    created = [event.mailbox for event in house.told() if isinstance(event, MailboxCreated)]
    assert created == ["INBOX", "a", "a/b", "a/b/c"]


@pytest.mark.parametrize("name", ["inbox", "InBoX/", "a", "a/"])
def test_a_name_is_given_once(house: House, name: str) -> None:
    house.box("a")
    with pytest.raises(MailboxExists):
        house.box(name)


def test_inbox_is_one_name_in_any_case_as_a_first_level_too(house: House) -> None:
    assert house.box("inbox/new").name == "INBOX/new"
    assert house.mailboxes.find(house.person(), "iNbOx/new") is not None
    assert house.mailboxes.find(house.person(), "INBOX/NEW") is None
    assert house.box("\u0131nbox").name == "\u0131nbox"  # its capital is an I


@pytest.mark.parametrize(
    "name",
    ["", "/", "/a", "a//b", "a*", "%", "a\r\n", "\x85", "e\u0301", "\u2028", "\ud800", "a" * 501],
)
def test_names_that_no_mailbox_can_have(house: House, name: str) -> None:
    house.box("old")
    with pytest.raises(InvalidName):
        house.box(name)
    with pytest.raises(InvalidName):
        house.mailboxes.rename(house.person(), "old", name)
    assert house.names() == ["INBOX", "old"]


def test_a_special_use_is_one_mailboxs(house: House) -> None:
    bob = house.person()
    sent = house.mailboxes.create(bob, "Mail/Sent", uses=["\\Sent", "\\Archive"])
    assert sent.uses == ("\\Archive", "\\Sent")
    assert house.mailboxes.get(bob, "Mail").uses == ()
    for uses in (["\\Sent"], ["\\Trash", "\\Archive"], ["\\All"], ["\\Flagged"], ["\\Other"]):
        with pytest.raises(InvalidUse):
            house.mailboxes.create(bob, "x/y", uses=uses)
    assert house.names() == ["INBOX", "Mail", "Mail/Sent"]
    house.mailboxes.rename(bob, "Mail/Sent", "Out")
    assert house.mailboxes.get(bob, "Out").uses == sent.uses
    house.mailboxes.create(bob, "Out/2026")
    house.mailboxes.delete(bob, "Out")
    assert house.mailboxes.create(bob, "Sent", uses=["\\Sent"]).uses == ("\\Sent",)
    assert house.mailboxes.create(bob, "Out").uses == ()
    other = house.mailboxes.create(house.person("eve"), "Sent", uses=["\\Sent"])
    assert other.uses == ("\\Sent",)


def test_delete_takes_the_messages_along(house: House) -> None:
    box = house.box("a")
    uid = house.deliver()
    house.messages.move(house.inbox(), [uid], box)
    house.mailboxes.delete(house.person(), "a", connection=7)
    assert house.names() == ["INBOX"]
    assert (house.count("messages"), house.count("bodies")) == (0, 0)
    assert house.told()[-1] == MailboxDeleted(account=box.address, mailbox="a", connection=7)
    with pytest.raises(NoSuchMailbox):
        house.mailboxes.refresh(box)


def test_a_name_with_others_below_it_stays_behind(house: House) -> None:
    old = house.box("a")
    house.box("a/b")
    bob = house.person()
    house.mailboxes.delete(bob, "a")
    left = house.mailboxes.find(bob, "a")
    assert left is not None
    assert not left.selectable
    with pytest.raises(NoSuchMailbox):
        house.mailboxes.get(bob, "a")
    with pytest.raises(HasInferiors):
        house.mailboxes.delete(bob, "a")
    new = house.mailboxes.create(bob, "a")
    assert new.selectable
    assert new.uidvalidity > old.uidvalidity
    assert new.id != old.id


def test_a_name_left_behind_goes_once_nothing_is_below_it(house: House) -> None:
    house.box("a/b")
    bob = house.person()
    for name in ("a", "a/b", "a"):
        house.mailboxes.delete(bob, name)
    assert house.names() == ["INBOX"]
    gone = [event.mailbox for event in house.told() if isinstance(event, MailboxDeleted)]
    # The name goes as well: who asks for news of names must hear of it.
    assert gone == ["a", "a/b", "a"]


def test_inbox_is_neither_deleted_nor_renamed(house: House) -> None:
    bob = house.person()
    with pytest.raises(InvalidName):
        house.mailboxes.delete(bob, "inbox")
    with pytest.raises(InvalidName):
        house.mailboxes.rename(bob, "inbox", "a")
    assert house.names() == ["INBOX"]


def test_renaming_inbox_is_one_change(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bob, inbox = house.person(), house.inbox()
    uids = [house.deliver("a"), house.deliver("b")]
    before = house.told()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(house.messages, "_remove", fail)
        with pytest.raises(ZeroDivisionError):
            house.store.rename_inbox(bob, "old/mail")
    assert house.names() == ["INBOX"]
    assert (house.messages.uids(inbox), house.told()) == (uids, before)
    house.store.rename_inbox(bob, "old/mail")
    assert house.names() == ["INBOX", "old", "old/mail"]
    assert house.messages.uids(inbox) == []
    assert len(house.messages.uids(house.mailboxes.get(bob, "old/mail"))) == 2
    with pytest.raises(MailboxExists):
        house.store.rename_inbox(bob, "old")


def test_what_is_not_there_is_neither_deleted_nor_renamed(house: House) -> None:
    with pytest.raises(NoSuchMailbox):
        house.mailboxes.delete(house.person(), "a")
    with pytest.raises(NoSuchMailbox):
        house.mailboxes.rename(house.person(), "a", "b")


def test_uidvalidity_grows_when_a_name_comes_back(house: House) -> None:
    seen = []
    for _ in range(3):
        seen.append(house.box("a").uidvalidity)
        house.mailboxes.delete(house.person(), "a")
    assert seen == sorted(set(seen))
    assert all(0 < uidvalidity < 2**32 for uidvalidity in seen)


def test_rename_takes_along_what_is_below(house: House) -> None:
    a, ab = house.box("a"), house.box("a/b")
    house.box("ax")
    uid = house.deliver()
    ((_, there),) = house.messages.copy(house.inbox(), [uid], ab)
    heard: list[Event] = []
    house.store.watch(ab, heard.append)
    house.mailboxes.rename(house.person(), "a", "z/y", connection=3)
    assert house.names() == ["INBOX", "ax", "z", "z/y", "z/y/b"]
    new = house.mailboxes.get(house.person(), "z/y/b")
    assert (new.id, new.uidvalidity) == (ab.id, ab.uidvalidity)
    assert house.messages.uids(new) == [there]
    renamed = MailboxRenamed(account=a.address, mailbox="a/b", to="z/y/b", connection=3)
    assert heard == [renamed]
    assert house.told(MailboxRenamed) == [
        MailboxRenamed(account=a.address, mailbox="a", to="z/y", connection=3),
        renamed,
    ]


def test_rename_does_not_overwrite_nor_go_below_itself(house: House) -> None:
    house.box("a/b")
    house.box("c")
    bob, before = house.person(), house.names()
    for to, refusal in (("c", MailboxExists), ("INBOX", MailboxExists), ("a/b/c", InvalidName)):
        with pytest.raises(refusal):
            house.mailboxes.rename(bob, "a", to)
    long = "x" * 499
    with pytest.raises(InvalidName):  # a/b would have 501 characters
        house.mailboxes.rename(bob, "a", long)
    assert house.names() == before
    assert house.told(MailboxRenamed) == []
