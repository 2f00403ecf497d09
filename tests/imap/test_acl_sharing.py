"""A mailbox that is shared: how others find it, and how sessions of several people agree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labserver.events import AccessChanged, Delivered, Expunged, FlagsChanged, StateChanged
from labserver.store import Granting, Resource, rights_of
from tests.imap.driver import Client
from tests.imap.sharing import PLANS, Shared

BYE = "* BYE The right to read the mailbox is gone"


@pytest.fixture
def shared() -> Iterator[Shared]:
    server = Shared()
    yield server
    server.store.close()


def names(client: Client, command: str) -> list[tuple[str, str]]:
    """Return the attributes and the name of each LIST response."""
    *lines, end = client.do(command)
    assert end == "OK LIST completed"
    found = []
    for line in lines:
        attributes, _, name = line.removeprefix("* LIST (").partition(') "/" ')
        found.append((attributes, name.strip('"')))
    return found


# LIST


def test_nothing_is_shared_by_itself(shared: Shared) -> None:
    alice = shared.log_in("alice")
    own = [("\\HasNoChildren", "INBOX")]
    assert names(alice, 'LIST "" *') == own
    assert names(alice, 'LIST "" %') == own
    # RFC 9051 section 11.5
    assert names(alice, 'LIST "" "Other Users/%"') == []


def test_list_shows_what_may_be_looked_up(shared: Shared) -> None:
    # RFC 4314 section 4, LIST: not the mailbox above, for `*`; for `%` a level of the hierarchy
    # (RFC 3501 section 6.3.8).
    shared.grant("lr")
    alice = shared.log_in("alice")
    own = ("\\HasNoChildren", "INBOX")
    plans = ("\\HasNoChildren", "Other Users/bob/Work/Plans")
    assert names(alice, 'LIST "" *') == [own, plans]
    level = "\\Noselect \\HasChildren"
    assert names(alice, 'LIST "" %') == [own, (level, "Other Users")]
    assert names(alice, 'LIST "" "Other Users/%"') == [(level, "Other Users/bob")]
    assert names(alice, 'LIST "Other Users/" %') == [(level, "Other Users/bob")]
    assert names(alice, 'LIST "" "Other Users/bob/%"') == [(level, "Other Users/bob/Work")]
    assert names(alice, 'LIST "" "Other Users/bob/Work/%"') == [plans]
    assert names(alice, 'LIST "" "Other Users/bob/Work"') == []
    assert names(alice, 'LIST "" "Other Users/*"') == [plans]
    assert names(alice, 'LIST "" ("INBOX" "%/%/Work/P%")') == [
        ("", "INBOX"),
        ("", "Other Users/bob/Work/Plans"),
    ]
    shared.grant("l", "Work")
    assert names(alice, 'LIST "" "Other Users/bob/*"') == [
        ("\\Noselect \\HasChildren", "Other Users/bob/Work"),
        plans,
    ]
    # The owner's own names are as ever, and nobody finds their own among others'.
    bob = shared.log_in("bob")
    assert [name for _, name in names(bob, 'LIST "" *')] == ["INBOX", "Work", "Work/Plans"]
    assert names(bob, 'LIST "" "Other Users/bob/*"') == []
    assert bob.do('SELECT "Other Users/bob/INBOX"')[-1].startswith("NO [NONEXISTENT]")


def test_children_are_those_that_may_be_seen(shared: Shared) -> None:
    shared.grant("l", "Work")
    alice = shared.log_in("alice")
    assert names(alice, 'LIST "" "Other Users/bob/W*"') == [
        ("\\Noselect \\HasNoChildren", "Other Users/bob/Work")
    ]


def test_owners_are_called_as_they_log_in(shared: Shared) -> None:
    eve = shared.store.accounts.add("eve@work.example", "x")
    shared.store.mailboxes.create(eve, "Box")
    for box, identifier in (("Box", "anyone"), ("INBOX", "alice")):
        shared.store.access.grant(
            shared.box(box, eve), identifier, Granting.REPLACE, rights_of("lr")
        )
    alice = shared.log_in("alice")
    assert [name for _, name in names(alice, 'LIST "" "Other Users/*"')] == [
        "Other Users/eve@work.example/Box",
        "Other Users/eve@work.example/INBOX",
    ]
    for name, found in [
        ("Other Users/eve@work.example/inbox", True),
        ("Other Users/eve/INBOX", False),
        ("Other Users/EVE@work.example/INBOX", False),
        ("other users/eve@work.example/INBOX", False),
        ("Other Users/eve@work.example/INBOX/", False),
    ]:
        assert alice.do(f'STATUS "{name}" (MESSAGES)')[-1].startswith("OK") is found


def test_list_with_status_and_rights(shared: Shared) -> None:
    # RFC 5819 section 2; RFC 8440 sections 3 and 4
    shared.grant("l", "Work")
    shared.grant("lrs")
    alice = shared.log_in("alice")
    assert alice.do('LIST "" "Other Users/%/*" RETURN (STATUS (MESSAGES) MYRIGHTS)') == [
        '* LIST (\\Noselect) "/" "Other Users/bob/Work"',
        '* MYRIGHTS "Other Users/bob/Work" l',
        f'* LIST () "/" {PLANS}',
        f"* STATUS {PLANS} (MESSAGES 0)",
        f"* MYRIGHTS {PLANS} lrs",
        "OK LIST completed",
    ]
    bob = shared.log_in("bob")
    bob.do("CREATE Work/Plans/x")
    bob.do("DELETE Work/Plans")
    assert bob.do('LIST "" Work/% RETURN (MYRIGHTS)') == [
        '* LIST (\\Noselect) "/" Work/Plans',
        "OK LIST completed",
    ]
    bob.do("SUBSCRIBE Work/Plans/x")
    assert bob.do('LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (MYRIGHTS)') == [
        '* LIST () "/" Work ("CHILDINFO" ("SUBSCRIBED"))',
        "OK LIST completed",
    ]


def test_subscriptions(shared: Shared) -> None:
    alice = shared.log_in("alice")
    assert alice.do(f"SUBSCRIBE {PLANS}") == ["OK SUBSCRIBE completed"]
    assert alice.do('LSUB "" *')[0] == f'* LSUB () "/" {PLANS}'
    assert names(alice, 'LIST (SUBSCRIBED) "" *') == [
        ("\\NonExistent \\Subscribed", PLANS.strip('"'))
    ]
    shared.grant("lr")
    assert names(alice, 'LIST (SUBSCRIBED) "" *') == [("\\Subscribed", PLANS.strip('"'))]
    assert names(alice, 'LIST (SUBSCRIBED) "" %') == []


def test_imap4rev2_tells_the_name_that_was_opened(shared: Shared) -> None:
    shared.store.mailboxes.create(shared.bob, "Caf\u00e9")
    shared.grant("lrk", "Caf\u00e9")
    alice = shared.log_in("alice")
    alice.do("ENABLE IMAP4rev2")
    assert f'* LIST () "/" {PLANS}' not in alice.do(f"SELECT {PLANS}")
    shared.grant("lr")
    assert f'* LIST (\\HasNoChildren) "/" {PLANS}' in alice.do(f"SELECT {PLANS}")
    reply = alice.raw('x CREATE "Other Users/bob/Cafe\u0301/b"\r\n'.encode())
    assert '"Other Users/bob/Caf\u00e9/b" ("OLDNAME" ("Other Users/bob/Cafe\u0301/b"))' in (
        reply.decode()
    )


# Several sessions


def test_everybody_hears_of_everything(shared: Shared) -> None:
    shared.add()
    shared.grant("lrswite")
    alice, bob = shared.alice_in(), shared.log_in("bob")
    bob.do("SELECT Work/Plans")
    assert alice.do("STORE 1 +FLAGS (\\Seen)")[-1] == "OK STORE completed"
    assert bob.do("NOOP") == ["* 1 FETCH (FLAGS (\\Seen))", "OK NOOP completed"]
    bob.do("STORE 1 +FLAGS (\\Deleted)")
    bob.do("IDLE")
    assert "* 1 FETCH (FLAGS (\\Deleted \\Seen \\Recent))" in alice.do("NOOP")
    assert alice.do("EXPUNGE") == ["* 1 EXPUNGE", "OK EXPUNGE completed"]
    assert bob.news() == ["* 1 EXPUNGE"]
    assert alice.do(f"APPEND {PLANS} {{9}}\nText here")[-1].endswith("APPEND completed")
    assert bob.news() == ["* 1 EXISTS", "* 0 RECENT"]
    assert bob.do("x")  # IDLE ends with DONE
    assert bob.do("STATUS Work/Plans (MESSAGES)")[0] == "* STATUS Work/Plans (MESSAGES 1)"
    assert alice.do(f"STATUS {PLANS} (MESSAGES)")[0] == f"* STATUS {PLANS} (MESSAGES 1)"


def test_rename_and_delete_by_others(shared: Shared) -> None:
    shared.grant("lrx")
    shared.grant("k", "Work")
    alice, bob = shared.alice_in(), shared.log_in("bob")
    bob.do("SELECT Work/Plans")
    assert bob.do("RENAME Work/Plans Work/Done")[-1] == "OK RENAME completed"
    assert alice.do('STATUS "Other Users/bob/Work/Done" (MESSAGES)')[-1].startswith("OK")
    assert alice.do('DELETE "Other Users/bob/Work/Done"') == ["OK DELETE completed"]
    assert alice.state == "AUTHENTICATED"
    assert bob.do("NOOP") == ["* BYE The mailbox has been deleted"]


def test_a_change_of_rights_is_told(shared: Shared) -> None:
    shared.grant("lr")
    alice = shared.alice_in()
    shared.grant("lra")
    assert alice.do("NOOP") == ["OK NOOP completed"]
    flags = "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)"
    shared.grant("lrs")
    assert alice.do("NOOP")[2] == "* OK [READ-WRITE] Your rights have changed"
    alice.do("IDLE")
    assert alice.wakes
    shared.grant("lrst")
    assert alice.news() == [
        flags,
        "* OK [PERMANENTFLAGS (\\Deleted \\Seen)] These flags can be changed",
    ]
    alice.raw(b"DONE\r\n")
    shared.grant("lr")
    assert alice.do("NOOP") == [
        flags,
        "* OK [PERMANENTFLAGS ()] No flags can be changed",
        "* OK [READ-ONLY] Your rights have changed",
        "OK NOOP completed",
    ]
    # In one's own mailbox nothing changes.
    bob = shared.log_in("bob")
    bob.do("SELECT Work/Plans")
    assert bob.do("SETACL Work/Plans alice +s") == ["OK SETACL completed"]
    assert "* OK [READ-WRITE] Your rights have changed" in alice.do("NOOP")
    assert bob.do("NOOP") == ["OK NOOP completed"]


def test_an_examined_mailbox_stays_read_only(shared: Shared) -> None:
    shared.add()
    shared.grant("lr")
    alice = shared.alice_in(command="EXAMINE")
    shared.grant("lrswite")
    assert alice.do("NOOP") == [
        "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
        "* OK [PERMANENTFLAGS ()] No flags can be changed",
        "OK NOOP completed",
    ]
    for command in ("STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "MOVE 1 INBOX"):
        assert alice.do(command)[-1].startswith("NO [READ-ONLY]")


def test_who_may_read_no_more_hears_bye(shared: Shared) -> None:
    # RFC 4314 section 5.1.1
    shared.grant("lra")
    waiting, asking, own = shared.alice_in(), shared.alice_in(), shared.alice_in()
    waiting.do("IDLE")
    assert own.do(f"SETACL {PLANS} alice -r") == ["OK SETACL completed", BYE]
    assert own.session.next == "close"
    assert waiting.news() == [BYE]
    assert asking.do("FETCH 1:* BODY[]") == [BYE]
    assert {client.state for client in (waiting, asking, own)} == {"LOGOUT"}


def test_a_negative_right_takes_effect_at_once(shared: Shared) -> None:
    shared.grant("lr", identifier="anyone")
    alice = shared.alice_in()
    shared.log_in("bob").do("SETACL Work/Plans -alice r")
    assert alice.do("NOOP") == [BYE]
    assert shared.log_in("alice").do(f"SELECT {PLANS}") == [
        "NO [NOPERM] You do not have the right to do that"
    ]


def test_what_was_asked_while_it_could_be_read_is_answered(shared: Shared) -> None:
    uids = [shared.add() for _ in range(3)]
    shared.grant("lr")
    alice = shared.alice_in()
    chunks = iter(alice.session.receive(b"a FETCH 1:3 BODY.PEEK[]\r\n"))
    first = next(chunks)
    shared.grant("l")
    rest = b"".join(chunks)
    assert (first + rest).count(b"FETCH (BODY[]") == len(uids)
    assert b"a OK FETCH completed" in rest
    assert rest.endswith(BYE.encode() + b"\r\n")


# What else knows of mailboxes


def test_the_log_says_whose_mailbox_it_is(shared: Shared) -> None:
    shared.add("\\Deleted")
    shared.grant("lrswite")
    alice = shared.alice_in()
    log = len(shared.log)
    alice.do("STORE 1 +FLAGS (\\Seen)")
    alice.do("EXPUNGE")
    alice.do(f"APPEND {PLANS} {{9}}\nText here")
    shared.log_in("bob").do("SETACL Work/Plans carol lc")
    shared.log_in("bob").do("DELETEACL Work/Plans carol")
    changes = [
        event
        for event in shared.log[log:]
        if isinstance(event, FlagsChanged | Expunged | Delivered | AccessChanged)
    ]
    assert {(event.account, event.mailbox) for event in changes} == {
        ("bob@home.example", "Work/Plans")
    }
    assert [event.rights for event in changes if isinstance(event, AccessChanged)] == [
        "lkxc",
        None,
    ]
    opened = [e for e in shared.log if isinstance(e, StateChanged) and e.state == "SELECTED"]
    assert [(e.account, e.mailbox, e.owner) for e in opened] == [
        ("alice@home.example", "Work/Plans", "bob@home.example")
    ]


def test_room_is_the_owners(shared: Shared) -> None:
    # RFC 9208 section 6
    shared.store.quotas.set(shared.bob, {Resource.MESSAGE: 1})
    shared.grant("lrswite")
    alice = shared.log_in("alice")
    assert alice.do(f"GETQUOTAROOT {PLANS}") == [
        f"* QUOTAROOT {PLANS} bob@home.example",
        "* QUOTA bob@home.example (MESSAGE 0 1)",
        "OK GETQUOTAROOT completed",
    ]
    assert alice.do("GETQUOTA bob@home.example")[-1].startswith("OK")
    assert alice.do("SETQUOTA bob@home.example ()")[-1].startswith("NO [NOPERM]")
    for _ in range(2):
        shared.add(name="INBOX", owner=shared.alice)
    alice.do("SELECT INBOX")
    assert alice.do(f"MOVE 1 {PLANS}")[-1].startswith("OK")
    for command in ("MOVE 1", "COPY 1", "UID MOVE 1:*"):
        assert alice.do(f"{command} {PLANS}")[-1].startswith("NO [OVERQUOTA]")
    assert alice.do(f"REPLACE 1 {PLANS} {{9}}\nText here")[-1].startswith("NO [OVERQUOTA]")
    shared.grant("lswite")
    assert alice.do("GETQUOTA bob@home.example")[-1].startswith("NO [NONEXISTENT]")


def test_annotations_are_shared_or_ones_own(shared: Shared) -> None:
    shared.grant("lr")
    alice, news, bob = shared.log_in("alice"), shared.log_in("alice"), shared.log_in("bob")
    for client in (news, bob):
        client.do("ENABLE METADATA")
    assert alice.do(f'SETMETADATA {PLANS} (/shared/comment "ours" /private/comment "mine")') == [
        "OK SETMETADATA completed"
    ]
    assert bob.do("GETMETADATA Work/Plans (/shared/comment /private/comment)") == [
        '* METADATA Work/Plans (/shared/comment "ours" /private/comment NIL)',
        "* METADATA Work/Plans /shared/comment",
        "OK GETMETADATA completed",
    ]
    assert news.do("NOOP") == [
        f"* METADATA {PLANS} /shared/comment /private/comment",
        "OK NOOP completed",
    ]
    bob.do('SETMETADATA Work/Plans (/shared/comment "x" /private/comment "y")')
    assert news.do("NOOP")[0] == f"* METADATA {PLANS} /shared/comment"
    bob.do('SETMETADATA Work (/shared/comment "x")')
    assert news.do("NOOP") == ["OK NOOP completed"]
    bob.do('SETMETADATA Work/Plans (/shared/comment "z")')
    shared.grant("")
    assert news.do("NOOP") == ["OK NOOP completed"]
