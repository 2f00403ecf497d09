"""NOTIFY and other people's mailboxes (RFC 5465 sections 3.1, 5, 5.4 and 5.9)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imap.driver import Client
from tests.imap.sharing import PLANS, Shared

EVENTS = "(MessageNew MessageExpunge FlagChange MailboxName MailboxMetadataChange)"
BELOW = f'(subtree "Other Users" {EVENTS})'


@pytest.fixture
def shared() -> Iterator[Shared]:
    server = Shared()
    yield server
    server.store.close()


def listening(server: Shared, group: str = BELOW) -> Client:
    alice = server.log_in("alice")
    assert alice.do(f"NOTIFY SET {group}") == ["OK NOTIFY completed"]
    return alice


def test_messages_in_what_may_be_read(shared: Shared) -> None:
    shared.grant("lr")
    alice = listening(shared)
    uidvalidity = shared.box().uidvalidity
    uid = shared.add()
    shared.add(name="Work")
    assert alice.news() == [f"* STATUS {PLANS} (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {uidvalidity})"]
    bob = shared.log_in("bob")
    bob.do("SELECT Work/Plans")
    bob.do(f"STORE {uid} +FLAGS (\\Seen)")
    assert alice.news() == [f"* STATUS {PLANS} (UIDVALIDITY {uidvalidity} UNSEEN 0)"]
    # Between the event and the telling the right may go; then nothing is said (section 5.9).
    for rights in ("l", "r", "swite"):
        shared.grant("lr")
        alice.news()
        shared.add()
        shared.grant(rights)
        assert not [line for line in alice.news() if "STATUS" in line]
        shared.add()
        assert not alice.news()


def test_access_that_is_granted_again_starts_it_again(shared: Shared) -> None:
    alice = listening(shared, f"(mailboxes {PLANS} (MessageNew MessageExpunge))")
    shared.add()
    assert alice.news() == []
    shared.grant("lr")
    shared.add()
    assert alice.news()[0].startswith(f"* STATUS {PLANS} (MESSAGES 2 ")


def test_the_right_to_look_up_makes_a_mailbox_come_and_go(shared: Shared) -> None:
    alice = listening(shared, '(subtree "Other Users" (MailboxName))')
    level = '* LIST (\\NonExistent \\HasChildren) "/" "Other Users/bob/Work"'
    shared.grant("l")
    assert alice.news() == [level, f'* LIST (\\Noselect \\HasNoChildren) "/" {PLANS}']
    shared.grant("lr")
    assert alice.news() == []
    shared.grant("w", identifier="anyone")
    assert alice.news() == []
    shared.grant("l", identifier="-alice")
    assert alice.news() == [
        '* LIST (\\NonExistent \\HasNoChildren) "/" "Other Users/bob/Work"',
        f'* LIST (\\NonExistent \\HasNoChildren) "/" {PLANS}',
    ]


def test_names_that_their_owner_changes(shared: Shared) -> None:
    shared.grant("lr", "Work")
    shared.grant("lr")
    alice = listening(shared, '(subtree "Other Users" (MailboxName))')
    bob = shared.log_in("bob")
    bob.do("CREATE Work/New")  # it inherits
    assert alice.news() == [
        '* LIST (\\HasChildren) "/" "Other Users/bob/Work"',
        '* LIST (\\HasNoChildren) "/" "Other Users/bob/Work/New"',
    ]
    bob.do("CREATE Secret")
    assert alice.news() == []
    bob.do("RENAME Work Job")
    # Of what is below nothing is said.
    assert alice.news() == [
        '* LIST (\\HasChildren) "/" "Other Users/bob/Job" ("OLDNAME" ("Other Users/bob/Work"))'
    ]
    bob.do("DELETE Job/New")
    assert alice.news() == [
        '* LIST (\\HasChildren) "/" "Other Users/bob/Job"',
        '* LIST (\\NonExistent \\HasNoChildren) "/" "Other Users/bob/Job/New"',
    ]


def test_what_alice_does_herself_she_is_not_told(shared: Shared) -> None:
    shared.grant("lrka")
    alice = listening(shared)
    assert alice.do(f'CREATE {PLANS[:-1]}/New"')[-1].endswith("CREATE completed")
    assert alice.do(f"SETACL {PLANS} alice -k") == ["OK SETACL completed"]
    assert alice.news() == []
    shared.log_in("bob").do("DELETE Work/Plans/New")
    assert alice.news() == [
        f'* LIST (\\HasNoChildren) "/" {PLANS}',
        f'* LIST (\\NonExistent \\HasNoChildren) "/" {PLANS[:-1]}/New"',
    ]


def test_personal_is_ones_own(shared: Shared) -> None:
    # Section 6.2
    shared.grant("lr")
    alice = listening(shared, f"(personal {EVENTS}) (inboxes {EVENTS})")
    shared.add()
    shared.grant("l", "Work")
    shared.grant("lr", "INBOX")
    shared.add(name="INBOX")
    assert alice.news() == []
    shared.add(name="INBOX", owner=shared.alice)
    assert alice.news()[0].startswith("* STATUS INBOX (MESSAGES 1")


def test_subscribed_and_status(shared: Shared) -> None:
    shared.grant("lr")
    shared.add()
    alice = shared.log_in("alice")
    alice.do(f"SUBSCRIBE {PLANS}")
    assert alice.do("NOTIFY SET STATUS (subscribed (MessageNew MessageExpunge))") == [
        f"* STATUS {PLANS} (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {shared.box().uidvalidity})",
        "OK NOTIFY completed",
    ]


def test_no_access(shared: Shared) -> None:
    # Section 3.1: what may be seen and not read is told; what may not be seen is ignored.
    shared.grant("l")
    for group in (f"(mailboxes ({PLANS} nowhere) {EVENTS})", BELOW):
        assert shared.log_in("alice").do(f"NOTIFY SET {group}") == [
            f'* LIST (\\NoAccess) "/" {PLANS}',
            "OK NOTIFY completed",
        ]
    shared.grant("r")
    assert shared.log_in("alice").do(f"NOTIFY SET {BELOW}") == ["OK NOTIFY completed"]


def test_annotations(shared: Shared) -> None:
    shared.grant("lr")
    alice = listening(shared)
    other, bob = shared.log_in("alice"), shared.log_in("bob")
    bob.do('SETMETADATA Work/Plans (/shared/comment "x" /private/comment "y")')
    bob.do('SETMETADATA Work (/shared/comment "x")')
    assert alice.news() == [f"* METADATA {PLANS} /shared/comment"]
    other.do(f'SETMETADATA {PLANS} (/private/comment "z")')
    assert alice.news() == [f"* METADATA {PLANS} /private/comment"]


def test_without_acl_nothing_of_others_is_told(shared: Shared) -> None:
    shared.grant("lr")
    alice = shared.log_in("alice", "ACL")
    alice.do(f"NOTIFY SET {BELOW} (personal {EVENTS})")
    shared.add()
    shared.grant("lrw")
    shared.log_in("bob").do("CREATE Work/Plans/x")
    assert alice.news() == []


def test_the_selected_mailbox_of_another(shared: Shared) -> None:
    shared.grant("lrs")
    alice = shared.alice_in()
    assert alice.do("NOTIFY SET (selected (MessageNew (UID) MessageExpunge))") == [
        "OK NOTIFY completed"
    ]
    shared.add()
    assert alice.news() == ["* 1 EXISTS", "* 1 RECENT", "* 1 FETCH (UID 1)"]
    shared.grant("lr")
    assert alice.news()[-1] == "* OK [READ-ONLY] Your rights have changed"
    shared.grant("l")
    assert alice.news() == ["* BYE The right to read the mailbox is gone"]
