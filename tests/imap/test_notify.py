"""NOTIFY (RFC 5465): which news a client hears, and when."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labserver.store import Arrival, Flagging, Store
from tests.imap.driver import Client, Server, letter
from tests.imap.scripting.stage import MemoryStage, Stage
from tests.imap.scripting.tcp import TcpStage

DONE = "OK NOTIFY completed"
ALL = "MessageNew MessageExpunge FlagChange"
EVENTS = (
    "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange"
    " ServerMetadataChange"
)


def asks(client: Client, groups: str) -> None:
    assert client.do(f"NOTIFY SET {groups}") == [DONE]


def boxes(server: Server, *names: str) -> list[int]:
    return [server.store.mailboxes.create(server.bob, name).uidvalidity for name in names]


# The grammar


@pytest.mark.parametrize(
    "arguments",
    [
        *("", "ALL", "NONE now", "SET", "SET NONE", "SET STATUS", "SET ()", "SET STATUS NONE"),
        *("SET (selected)", "SET (selected ())", "SET (selected MessageNew MessageExpunge)"),
        *(
            "SET (everything NONE)",
            "SET selected NONE",
            "SET (selected NONE",
            "SET (selected NONE))",
        ),
        *("SET (mailboxes NONE)", "SET (mailboxes () NONE)", "SET (subtree (a NONE)"),
        *("SET (inboxes a NONE)", "SET (personal NONE) junk", "SET (personal NONE)(inboxes NONE)"),
        # Section 5: these must be BAD
        *("SET (personal (MessageNew))", "SET (personal (MessageExpunge))"),
        *("SET (personal (FlagChange))", "SET (personal (MessageNew FlagChange))"),
        "SET (personal (MessageExpunge AnnotationChange))",
        # Sections 6.1 and 8
        "SET (selected (MessageNew MessageExpunge MailboxName))",
        "SET (selected-delayed (ServerMetadataChange))",
        "SET (selected NONE) (selected-delayed NONE)",
        "SET (selected NONE) (selected NONE)",
        "SET (personal (MessageNew (UID) MessageExpunge))",
        "SET (selected (MessageNew () MessageExpunge))",
        "SET (selected (MessageNew (FAST) MessageExpunge))",
        "SET (selected (MessageNew MessageExpunge (UID)))",
    ],
)
def test_what_is_not_in_the_grammar_is_bad(server: Server, arguments: str) -> None:
    bob = server.selected()
    assert bob.do(f"NOTIFY {arguments}")[0].startswith("BAD ")
    # What held before, holds on
    server.deliver()
    assert bob.do("NOOP")[0] == "* 1 EXISTS"


@pytest.mark.parametrize("event", ["AnnotationChange", "MessageRead", "X"])
def test_events_that_there_are_not(server: Server, event: str) -> None:
    bob = server.login()
    both = f"SET (selected (MessageNew MessageExpunge {event}))"
    for arguments in (both, f"SET (personal (MailboxName)) {both[4:]}"):
        assert bob.do(f"NOTIFY {arguments}") == [
            f"NO [BADEVENT ({EVENTS})] There is no news of that kind here"
        ]


def test_events_that_are_switched_off(server: Server) -> None:
    for without, left in (("METADATA", "ServerMetadataChange"), ("METADATA-SERVER", "")):
        bob = server.login(without)
        names = " ".join([*EVENTS.split()[:5], *left.split()])
        refused = f"NO [BADEVENT ({names})] There is no news of that kind here"
        assert bob.do("NOTIFY SET (personal (MailboxMetadataChange))") == [refused]
    assert server.login("NOTIFY").do("NOTIFY NONE") == ["BAD Unknown command NOTIFY"]


def test_too_many_names_are_refused(server: Server) -> None:
    bob = server.login()
    names = " ".join(f"m{n}" for n in range(1001))
    assert bob.do(f"NOTIFY SET (mailboxes ({names}) NONE)") == [
        "NO [NOTIFICATIONOVERFLOW] More than 1000 names are too many"
    ]
    asks(bob, f"(mailboxes ({names.removesuffix(' m1000')}) NONE)")


# The example of section 3.1, its events in parentheses, and with MessageExpunge where they lack it


def test_the_example(server: Server) -> None:
    lemonade, _ = boxes(server, "Lists/Lemonade", "misc")
    server.deliver(mailbox="Lists/Lemonade")
    bob = server.login()
    fetched = "uid body.peek[header.fields (from to subject)]"
    asked = f"(selected (MessageNew ({fetched}) MessageExpunge))"
    lists = "(subtree Lists (MessageNew MessageExpunge))"
    level = server.store.mailboxes.get(server.bob, "Lists").uidvalidity
    assert bob.do(f"notify set status {asked} {lists}") == [
        f"* STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {level})",
        f"* STATUS Lists/Lemonade (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {lemonade})",
        DONE,
    ]
    assert bob.do("select inbox")[-1].startswith("OK ")
    server.deliver(mailbox="Lists/Lemonade")
    assert bob.news() == [f"* STATUS Lists/Lemonade (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {lemonade})"]
    server.deliver(mailbox="misc")
    assert bob.news() == []
    server.deliver(letter("Re: good morning"))
    head = ["From: Alice <alice@home.example>", "Subject: Re: good morning", ""]
    size = sum(len(line) + 2 for line in head)
    assert bob.news() == [
        "* 1 EXISTS",
        "* 1 RECENT",
        f"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (from to subject)] {{{size}}}",
        *head,
        ")",
    ]
    asks(bob, f"{asked} {lists} (mailboxes misc (MessageNew MessageExpunge))")
    server.deliver(mailbox="misc")
    assert bob.news()[0].startswith("* STATUS misc (MESSAGES 2 UIDNEXT 3 ")


# The selected mailbox


def test_without_notify_nothing_is_said_between_commands(server: Server) -> None:
    bob = server.selected()
    server.deliver()
    assert bob.news() == []
    assert bob.do("NOOP")[0] == "* 1 EXISTS"


def test_selected_is_told_at_once(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob, other = server.selected(), server.selected()
    asks(bob, f"(selected ({ALL}))")
    wakes = bob.wakes
    other.do("STORE 2 +FLAGS (\\Flagged)")
    assert bob.wakes > wakes
    assert bob.news() == ["* 2 FETCH (FLAGS (\\Flagged \\Recent) UID 2)"]
    other.do("STORE 1,3 +FLAGS.SILENT (\\Deleted)")
    other.do("EXPUNGE")
    server.deliver()
    assert bob.news() == ["* 1 EXPUNGE", "* 2 EXPUNGE", "* 2 EXISTS", "* 2 RECENT"]
    assert bob.news() == []


def test_numbers_stay_during_a_command_and_change_behind_it(server: Server) -> None:
    for _ in range(2):
        server.deliver()
    bob, other = server.selected(), server.selected()
    asks(bob, f"(selected ({ALL}))")
    other.do("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.do("EXPUNGE")
    wakes = bob.wakes
    # RFC 3501 section 7.4.1
    assert bob.do("FETCH 2 UID") == ["* 2 FETCH (UID 2)", "OK FETCH completed"]
    assert bob.wakes == wakes + 1
    assert bob.news() == ["* 1 EXPUNGE"]
    assert bob.do("FETCH 1 UID") == ["* 1 FETCH (UID 2)", "OK FETCH completed"]
    assert bob.wakes == wakes + 1


def test_selected_delayed_waits_for_a_command(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob, other = server.selected(), server.selected()
    asks(bob, f"(selected-delayed ({ALL}))")

    def expunge_the_first() -> None:
        other.do("STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.do("EXPUNGE")

    expunge_the_first()
    server.deliver()
    # Other events need not wait
    assert bob.news() == ["* 4 EXISTS", "* 4 RECENT"]
    assert bob.do("FETCH 3 UID") == ["* 3 FETCH (UID 3)", "OK FETCH completed"]
    assert bob.news() == []
    assert bob.raw(b"a IDLE\r\n") == b"* 1 EXPUNGE\r\n+ idling\r\n"
    expunge_the_first()
    assert bob.news() == ["* 1 EXPUNGE"]
    assert bob.raw(b"DONE\r\n") == b"a OK IDLE terminated\r\n"
    expunge_the_first()
    assert bob.news() == []
    assert bob.do("NOOP") == ["* 1 EXPUNGE", "OK NOOP completed"]


def test_flags_are_told_only_if_they_are_asked_for(server: Server) -> None:
    server.deliver()
    bob = server.selected()
    asks(bob, "(selected (MessageNew MessageExpunge))")
    server.flag(1, "\\Seen")
    assert bob.do("NOOP") == ["OK NOOP completed"]
    server.deliver()
    assert bob.do("NOOP")[:-1] == ["* 2 EXISTS", "* 2 RECENT"]
    # Nothing is lost: who asks again is told, as by NOOP
    assert bob.do(f"NOTIFY SET (selected ({ALL}))") == [
        "* 1 FETCH (FLAGS (\\Seen \\Recent) UID 1)",
        DONE,
    ]


@pytest.mark.parametrize(
    "command", ["NOTIFY NONE", "NOTIFY SET (selected NONE)", "NOTIFY SET (personal (MailboxName))"]
)
def test_a_snapshot(server: Server, command: str) -> None:
    for _ in range(3):
        server.deliver()
    bob, other = server.selected(), server.selected()
    server.flag(3, "\\Flagged")
    told = bob.do(command)
    # NOTIFY SET is a NOOP besides, NOTIFY NONE is not
    flagged = ["* 3 FETCH (FLAGS (\\Flagged \\Recent) UID 3)"]
    assert told == ([DONE] if command == "NOTIFY NONE" else [*flagged, DONE])
    other.do("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.do("EXPUNGE")
    server.deliver()
    server.flag(2, "\\Answered")
    assert bob.news() == []
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert bob.raw(b"a IDLE\r\n") == b"+ idling\r\n"
    assert bob.news() == []
    assert bob.raw(b"DONE\r\n") == b"a OK IDLE terminated\r\n"
    # What the client does itself it hears, in the numbers that it knows
    assert bob.do("STORE 3 +FLAGS (\\Deleted)")[:-1] == [
        "* 3 FETCH (FLAGS (\\Flagged \\Deleted \\Recent))"
    ]
    assert bob.do("EXPUNGE") == ["* 3 EXPUNGE", "OK EXPUNGE completed"]
    assert bob.do("UID FETCH 2 FLAGS")[0].startswith("* 2 FETCH ")
    assert bob.do("APPEND INBOX {1}\nx")[-1].startswith("OK ")
    reply = bob.do(f"NOTIFY SET (selected ({ALL}))")
    assert reply[:3] == ["* 1 EXPUNGE", "* 3 EXISTS", "* 3 RECENT"]


def test_mod_sequences_of_a_snapshot(server: Server) -> None:
    # RFC 7162 section 3.2.7: never more than what is known to be gone
    for _ in range(3):
        server.deliver()
    bob, other = server.login(), server.selected()
    bob.do("ENABLE QRESYNC")
    bob.do("SELECT INBOX")
    before = server.store.mailboxes.get(server.bob, "INBOX").modseq
    bob.do("NOTIFY NONE")
    for uid in (1, 3):
        other.do(f"UID STORE {uid} +FLAGS.SILENT (\\Deleted)")
    other.do("UID EXPUNGE 1")
    told = bob.do("UID EXPUNGE 3")
    assert told[0] == "* VANISHED 3"
    highest = int(told[-1].split("HIGHESTMODSEQ ")[1].split("]")[0])
    assert highest == before + 2
    reply = bob.do(f"NOTIFY SET (selected ({ALL}))")
    assert reply == ["* VANISHED 1", DONE]


def test_what_new_messages_are_told_with(server: Server) -> None:
    bob = server.selected()
    asks(bob, "(selected (MessageNew (FLAGS BODY[TEXT]) MessageExpunge FlagChange))")
    # Not of what the client brings itself (section 5.2)
    assert bob.do("APPEND INBOX {1}\nx")[:-1] == ["* 1 EXISTS", "* 1 RECENT"]
    server.deliver(letter(body="Text\r\n"))
    assert bob.news() == [
        *("* 2 EXISTS", "* 2 RECENT"),
        *("* 2 FETCH (FLAGS (\\Seen \\Recent) BODY[TEXT] {6}", "Text", ")"),
    ]
    assert bob.do("NOOP") == ["OK NOOP completed"]


def test_new_messages_with_mod_sequences(server: Server) -> None:
    bob = server.login()
    bob.do("ENABLE CONDSTORE")
    bob.do("SELECT INBOX")
    asks(bob, "(selected (MessageNew (FLAGS) MessageExpunge))")
    server.deliver()
    assert bob.news()[-1] == "* 1 FETCH (UID 1 MODSEQ (2) FLAGS (\\Recent))"


def test_many_messages_are_made_one_by_one(server: Server) -> None:
    bob = server.selected()
    asks(bob, "(selected (MessageNew (BODY.PEEK[]) MessageExpunge))")
    for n in range(20):
        server.deliver(letter(f"Letter {n}", "x" * 100_000))
    chunks = iter(bob.session.notify())
    sizes = [len(chunk) for chunk in chunks]
    assert sum(sizes) > 2_000_000
    assert max(sizes) < 200_000


def test_a_mailbox_selected_later_is_no_less_a_snapshot(server: Server) -> None:
    bob = server.login()
    asks(bob, "(selected NONE)")
    bob.do("SELECT INBOX")
    server.deliver()
    assert bob.news() == []
    assert bob.do("NOOP") == ["OK NOOP completed"]


def test_what_is_selected_next_is_told_of_the_same(server: Server) -> None:
    boxes(server, "box")
    bob = server.selected()
    asks(bob, f"(selected ({ALL})) (personal ({ALL}))")
    server.deliver()
    server.deliver(mailbox="box")
    told = bob.news()
    assert [line.split(" (")[0] for line in told] == ["* 1 EXISTS", "* 1 RECENT", "* STATUS box"]
    server.deliver(mailbox="box")
    # What is told by SELECT is not told again
    assert bob.do("SELECT box")[-1].startswith("OK ")
    assert bob.news() == []
    server.deliver()
    server.deliver(mailbox="box")
    told = bob.news()
    assert [line.split(" (")[0] for line in told] == ["* 3 EXISTS", "* 3 RECENT", "* STATUS INBOX"]
    bob.do("CLOSE")
    server.deliver(mailbox="box")
    assert bob.news()[0].startswith("* STATUS box (MESSAGES 4 ")


# Other mailboxes


def test_flags_in_other_mailboxes(server: Server) -> None:
    server.deliver()
    for enabled in (False, True):
        bob = server.login()
        if enabled:
            bob.do("ENABLE CONDSTORE")
        asks(bob, f"(inboxes ({ALL}))")
        server.flag(1, "$Junk" if enabled else "\\Seen")
        inbox = server.store.mailboxes.get(server.bob, "INBOX")
        highest = f" HIGHESTMODSEQ {inbox.modseq}" if enabled else ""
        assert bob.news() == [f"* STATUS INBOX (UIDVALIDITY {inbox.uidvalidity} UNSEEN 0{highest})"]
        server.store.messages.expunge(inbox, [9])
        assert bob.news() == []


def test_status_at_once(server: Server) -> None:
    (a, _) = boxes(server, "a", "b")
    bob = server.selected()
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    groups = f"(personal (MailboxName)) (mailboxes (inbox a nowhere &broken) ({ALL}))"
    # Of the selected mailbox there is none; HIGHESTMODSEQ: there is CONDSTORE, enabled or not
    assert bob.do(f"NOTIFY SET STATUS {groups}") == [
        f"* STATUS a (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {a} HIGHESTMODSEQ 1)",
        DONE,
    ]
    bob.do("CLOSE")
    assert len(bob.do(f"NOTIFY SET STATUS {groups}")) == 3
    assert bob.do("NOTIFY SET STATUS (personal (MailboxName))") == [DONE]
    plain = server.login("CONDSTORE")
    assert plain.do(f"NOTIFY SET STATUS (inboxes ({ALL}))") == [
        f"* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {inbox.uidvalidity})",
        DONE,
    ]


def test_several_events_are_one_response(server: Server) -> None:
    server.deliver()
    bob = server.login()
    asks(bob, f"(inboxes ({ALL}))")
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    for uid in (2, 3):
        server.deliver()
        server.flag(uid, "\\Seen")
    server.store.messages.expunge(inbox, [1])
    assert bob.do("NOOP")[:-1] == [
        f"* STATUS INBOX (MESSAGES 2 UIDNEXT 4 UIDVALIDITY {inbox.uidvalidity} UNSEEN 0)"
    ]
    server.store.messages.expunge(inbox, [2])
    assert bob.news()[0].startswith("* STATUS INBOX (MESSAGES 1 UIDNEXT 4 UIDVALIDITY ")


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ("inboxes", {"INBOX"}),
        ("personal", {"INBOX", "a", "a/b", "ab"}),
        ("subscribed", {"ab"}),
        ("subtree a", {"a", "a/b"}),
        ("subtree (a/b Inbox)", {"a/b", "INBOX"}),
        ("mailboxes a", {"a"}),
        ("mailboxes (a* % inbox)", {"INBOX"}),
    ],
)
def test_which_mailboxes_are_meant(server: Server, group: str, told: set[str]) -> None:
    names = ["INBOX", "a", "a/b", "ab"]
    boxes(server, "a/b", "ab")
    server.store.subscriptions.add(server.bob, "ab")
    bob = server.login()
    written = group.replace("a* %", '"a*" "%"')
    asks(bob, f"({written} (MessageNew MessageExpunge))")
    for name in names:
        server.deliver(mailbox=name)
    assert {line.split()[2] for line in bob.news()} == told


def test_groups_add_up_and_none_takes_away(server: Server) -> None:
    boxes(server, "a", "b")
    bob = server.login()
    asks(bob, f"(mailboxes INBOX ({ALL})) (personal (SubscriptionChange)) (subtree b NONE)")
    server.store.subscriptions.add(server.bob, "INBOX")
    server.store.subscriptions.add(server.bob, "b")
    server.deliver()
    server.deliver(mailbox="a")
    listed, status = bob.news()
    assert listed == '* LIST (\\HasNoChildren \\Subscribed) "/" INBOX'
    assert status.startswith("* STATUS INBOX ")


def test_the_examples_of_section_6(server: Server) -> None:
    boxes(server, "box")
    bob = server.selected()
    asks(bob, "(mailboxes INBOX (Messagenew messageExpunge)) (personal (SubscriptionChange))")
    # INBOX is selected: what is said of it by name does not count
    server.deliver()
    assert bob.news() == []
    selected = "(selected (Messagenew (uid flags) messageExpunge))"
    reply = bob.do(f"notify set {selected} (personal (MessageNew FlagChange MessageExpunge))")
    assert reply[-2:] == ["* 1 FETCH (UID 1 FLAGS (\\Recent))", DONE]
    server.flag(1, "\\Seen")
    server.deliver(mailbox="box")
    assert [line.split(" (")[0] for line in bob.news()] == ["* STATUS box"]


def test_expunges_by_uid(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob, other = server.login(), server.selected()
    bob.do("ENABLE QRESYNC")
    bob.do("SELECT INBOX")
    asks(bob, f"(selected ({ALL})) (personal ({ALL}))")
    other.do("STORE 2:3 +FLAGS.SILENT (\\Deleted)")
    bob.news()
    other.do("EXPUNGE")
    assert bob.news() == ["* VANISHED 2:3"]
    bob.do("CLOSE")
    other.do("STORE 1 +FLAGS (\\Seen)")
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    # Sections 5.1 to 5.3: HIGHESTMODSEQ as well
    assert bob.news() == [
        f"* STATUS INBOX (UIDVALIDITY {inbox.uidvalidity} UNSEEN 0 HIGHESTMODSEQ {inbox.modseq})"
    ]


def test_subscriptions_count_as_they_are(server: Server) -> None:
    boxes(server, "box")
    bob = server.login()
    asks(bob, f"(subscribed ({ALL} SubscriptionChange))")
    server.deliver(mailbox="box")
    assert bob.news() == []
    assert bob.do("SUBSCRIBE box") == ["OK SUBSCRIBE completed"]
    server.deliver(mailbox="box")
    assert bob.news()[0].startswith("* STATUS box (MESSAGES 2 ")
    server.store.subscriptions.remove(server.bob, "box")
    assert bob.news() == ['* LIST (\\HasNoChildren) "/" box']
    server.deliver(mailbox="box")
    assert bob.news() == []


def test_a_mailbox_that_is_made_anew_is_told_by_its_uidvalidity(server: Server) -> None:
    boxes(server, "box")
    bob = server.login()
    asks(bob, f"(mailboxes box ({ALL}))")
    server.store.mailboxes.delete(server.bob, "box")
    assert bob.news() == []
    (new,) = boxes(server, "box")
    assert bob.news() == [f"* STATUS box (UIDVALIDITY {new} UNSEEN 0)"]


# Names and subscriptions


def test_names_that_come_and_go(server: Server) -> None:
    bob, other = server.login(), server.login()
    asks(bob, "(personal (MailboxName))")
    other.do("CREATE NewMailbox")
    assert bob.news() == ['* LIST (\\HasNoChildren) "/" NewMailbox']
    other.do("CREATE a/b")
    # The one above is affected too (section 5.4)
    assert bob.news() == ['* LIST (\\HasChildren) "/" a', '* LIST (\\HasNoChildren) "/" a/b']
    other.do("DELETE a")
    assert bob.news() == ['* LIST (\\Noselect \\HasChildren) "/" a']
    other.do("DELETE a/b")
    assert bob.news() == [
        '* LIST (\\Noselect \\HasNoChildren) "/" a',
        '* LIST (\\NonExistent \\HasNoChildren) "/" a/b',
    ]
    other.do("DELETE a")
    assert bob.news() == ['* LIST (\\NonExistent \\HasNoChildren) "/" a']
    other.do("CREATE NewMailbox/x")
    other.do("DELETE NewMailbox/x")
    assert bob.do("NOOP")[:-1] == [
        '* LIST (\\HasNoChildren) "/" NewMailbox',
        '* LIST (\\NonExistent \\HasNoChildren) "/" NewMailbox/x',
    ]


def test_names_that_change(server: Server) -> None:
    boxes(server, "OldMailbox/below", "plain")
    bob, other = server.login("CHILDREN"), server.login()
    asks(bob, "(personal (MailboxName))")
    other.do("RENAME OldMailbox NewMailbox")
    assert bob.news() == ['* LIST () "/" NewMailbox ("OLDNAME" ("OldMailbox"))']
    other.do("RENAME plain NewMailbox/below/x")
    other.do("RENAME NewMailbox/below Entw&APw-rfe")
    other.do("RENAME Entw&APw-rfe y")
    assert bob.news() == [
        '* LIST (\\NonExistent) "/" NewMailbox/below/x ("OLDNAME" ("plain"))',
        '* LIST (\\NonExistent) "/" Entw&APw-rfe ("OLDNAME" ("NewMailbox/below"))',
        '* LIST () "/" y ("OLDNAME" ("Entw&APw-rfe"))',
    ]
    # A name that only has others below it is renamed like any other
    other.do("DELETE y")
    bob.news()
    other.do("RENAME y z")
    assert bob.news() == ['* LIST (\\Noselect) "/" z ("OLDNAME" ("y"))']
    # There and back: what is told last is how it is
    other.do("RENAME z u")
    other.do("RENAME u z")
    other.do("RENAME z u")
    assert bob.news() == [
        '* LIST (\\NonExistent) "/" z ("OLDNAME" ("u"))',
        '* LIST (\\Noselect) "/" u ("OLDNAME" ("z"))',
    ]


def test_inbox_renamed(server: Server) -> None:
    bob, other = server.login("CHILDREN"), server.login()
    asks(bob, "(personal (MailboxName))")
    other.do("RENAME INBOX old")
    assert bob.news() == ['* LIST () "/" old ("OLDNAME" ("INBOX"))']


def test_names_in_utf8(server: Server) -> None:
    boxes(server, "Entwürfe")
    bob, other = server.login("CHILDREN"), server.login()
    bob.do("ENABLE IMAP4rev2")
    assert bob.raw('a NOTIFY SET (mailboxes "Entwürfe" (MailboxName))\r\n'.encode()) == (
        b"a OK NOTIFY completed\r\n"
    )
    other.do("RENAME Entw&APw-rfe Skizzen")
    told = b"".join(bob.session.notify())
    assert told == '* LIST () "/" Skizzen ("OLDNAME" ("Entwürfe"))\r\n'.encode()


def test_subscriptions(server: Server) -> None:
    boxes(server, "box")
    bob, other = server.login("CHILDREN"), server.login()
    asks(bob, "(personal (SubscriptionChange))")
    other.do("SUBSCRIBE box")
    other.do("SUBSCRIBE nowhere")
    other.do("SUBSCRIBE box")
    assert bob.news() == [
        '* LIST (\\Subscribed) "/" box',
        '* LIST (\\NonExistent \\Subscribed) "/" nowhere',
    ]
    other.do("UNSUBSCRIBE box")
    assert bob.news() == ['* LIST () "/" box']
    other.do("SUBSCRIBE box")
    other.do("UNSUBSCRIBE nowhere")
    other.do("UNSUBSCRIBE nowhere")
    assert bob.do("NOOP")[:-1] == [
        '* LIST (\\Subscribed) "/" box',
        '* LIST (\\NonExistent) "/" nowhere',
    ]


# Annotations


def test_annotations_need_no_enable(server: Server) -> None:
    bob, other = server.login(), server.login()
    asks(bob, "(inboxes (MailboxMetadataChange ServerMetadataChange))")
    boxes(server, "box")
    # Sections 5.6 and 5.7
    other.do('SETMETADATA INBOX (/shared/comment "x")')
    assert bob.news() == ["* METADATA INBOX /shared/comment"]
    other.do('SETMETADATA "" (/shared/comment "x")')
    other.do('SETMETADATA box (/shared/comment "x")')
    other.do("SETMETADATA INBOX (/shared/comment NIL)")
    assert bob.news() == ['* METADATA "" /shared/comment', "* METADATA INBOX /shared/comment"]


def test_enable_gives_way_to_notify(server: Server) -> None:
    bob, other = server.login(), server.login()
    bob.do("ENABLE METADATA")
    asks(bob, "(personal (MailboxName))")
    bob.do("ENABLE METADATA")
    other.do('SETMETADATA "" (/shared/comment "x")')
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert len(server.store.database._observers) == 1


# Who, when, and how much


def test_what_the_client_does_itself_is_not_told(server: Server) -> None:
    server.deliver()
    bob = server.login()
    names = "MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange"
    asks(bob, f"(personal ({ALL} {names}))")
    for command in (
        *("CREATE a/b", "RENAME a c", "DELETE c/b", "SUBSCRIBE x", "UNSUBSCRIBE x"),
        *("APPEND c {1}\nx", 'SETMETADATA c (/shared/x "y")', 'SETMETADATA "" (/shared/x "y")'),
        "RENAME INBOX old",
    ):
        assert bob.do(command)[-1].startswith("OK ")
        assert bob.news() == []


def test_others_accounts_are_not_told_of(server: Server) -> None:
    alice = server.store.accounts.add("alice", "rose")
    bob = server.login()
    asks(bob, f"(personal ({ALL} MailboxName SubscriptionChange MailboxMetadataChange))")
    store = server.store
    inbox = store.mailboxes.get(alice, "INBOX")
    store.messages.deliver([inbox], Arrival(data=letter()), cause="smtp")
    store.messages.set_flags(inbox, [1], Flagging.ADD, ["\\Seen"])
    store.mailboxes.create(alice, "a")
    store.subscriptions.add(alice, "a")
    store.annotations.set(alice, inbox, {"/shared/x": b"y"})
    assert bob.wakes == 0
    assert bob.news() == []


def test_all_news_have_an_order(server: Server) -> None:
    boxes(server, "b", "a")
    bob, other = server.selected(), server.login()
    everything = EVENTS.removeprefix("MessageNew ")
    asks(bob, f"(selected ({ALL})) (personal (MessageNew {everything}))")
    for command in (
        *('SETMETADATA b (/shared/x "y")', 'SETMETADATA "" (/shared/x "y")'),
        *("APPEND b {1}\nx", "APPEND a {1}\nx", "SUBSCRIBE b", "CREATE c", "APPEND INBOX {1}\nx"),
    ):
        assert other.do(command)[-1].startswith("OK ")
    told = bob.news()
    assert [" ".join(line.split(" (")[0].split()[:3]) for line in told] == [
        *("* 1 EXISTS", "* 1 RECENT"),
        *("* LIST", "* LIST", "* STATUS a", "* STATUS b", "* STATUS c"),
        *('* METADATA ""', "* METADATA b"),
    ]
    assert [line.rsplit(" ", 1)[1] for line in told[2:4]] == ["c", "b"]


def test_idle_tells_the_same(server: Server) -> None:
    boxes(server, "box")
    bob = server.selected()
    asks(bob, "(mailboxes box (MessageNew MessageExpunge))")
    assert bob.raw(b"a IDLE\r\n") == b"+ idling\r\n"
    server.deliver()
    server.deliver(mailbox="box")
    assert [line.split(" (")[0] for line in bob.news()] == ["* STATUS box"]
    assert bob.raw(b"DONE\r\n") == b"a OK IDLE terminated\r\n"


def test_a_client_that_never_reads_is_told_no_more(server: Server) -> None:
    bob = server.selected()
    asks(bob, f"(selected ({ALL})) (personal (MailboxName))")
    for n in range(501):
        server.store.mailboxes.create(server.bob, f"m{n}")
        server.store.mailboxes.rename(server.bob, f"m{n}", f"r{n}")
    server.deliver()
    # Section 5.8: as after NOTIFY NONE
    overflow = "* OK [NOTIFICATIONOVERFLOW] Too much has happened; there are no more notifications"
    assert bob.news() == [overflow]
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert server.store.database._observers == []
    asks_again = bob.do(f"NOTIFY SET (selected ({ALL}))")
    assert asks_again == ["* 1 EXISTS", "* 1 RECENT", DONE]


def test_a_session_that_ends_costs_nothing(server: Server) -> None:
    for end in ("LOGOUT", "UNAUTHENTICATE", "NOTIFY SET (personal NONE)"):
        bob = server.login()
        asks(bob, "(personal (MailboxName))")
        bob.do(end)
        server.store.mailboxes.create(server.bob, end[:6])
        assert bob.news() == []
        bob.session.lost("cut")
        assert server.store.database._observers == []


def test_a_deleted_mailbox_ends_the_session_as_ever(server: Server) -> None:
    boxes(server, "box")
    bob = server.selected("box")
    asks(bob, "(personal (MailboxName))")
    server.store.mailboxes.delete(server.bob, "box")
    assert bob.news() == ["* BYE The mailbox has been deleted"]


@pytest.fixture(params=[MemoryStage, TcpStage], ids=["memory", "tcp"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage: Stage = request.param()
    yield stage
    stage.close()


def test_news_cross_the_connection_between_commands(stage: Stage) -> None:
    stage.connect("phone", "imap")
    stage.seen("phone", 1)
    commands = b"a LOGIN bob tulip\r\nb NOTIFY SET (inboxes (MessageNew MessageExpunge))\r\n"
    stage.send("phone", commands)
    assert stage.seen("phone", 2).endswith(b"b OK NOTIFY completed\r\n")

    def deliver(store: Store) -> None:
        bob = store.accounts.find("bob")
        assert bob is not None
        inbox = store.mailboxes.get(bob, "INBOX")
        store.messages.deliver([inbox], Arrival(data=letter()), cause="smtp")

    for count in (1, 2):
        stage.store(deliver)
        told = stage.seen("phone", 1)
        assert told.startswith(f"* STATUS INBOX (MESSAGES {count} UIDNEXT ".encode())


# Searches that are kept up to date (sections 5 and 7)


BOSS = b"From: My Boss <boss@example.org>\r\nTo: bob@example.org\r\nSubject: Hello\r\n\r\nText\r\n"
UPDATE = 'SEARCH RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (TO FROM SUBJECT)])) FROM "boss"'
HEAD = [*BOSS.decode().split("\r\n")[:3], ""]
SIZE = sum(len(line) + 2 for line in HEAD)
FETCHED = f"BODY[HEADER.FIELDS (TO FROM SUBJECT)] {{{SIZE}}}"


def test_what_is_found_anew_is_fetched(server: Server) -> None:
    server.deliver()
    server.deliver(BOSS)
    bob = server.selected()
    assert bob.do(UPDATE)[0] == '* ESEARCH (TAG "a3") COUNT 1'
    server.deliver()
    server.deliver(BOSS)
    # The example of section 7, which has BODY: it sets \Seen, and that is told too
    assert bob.do("NOOP") == [
        *("* 4 EXISTS", "* 4 RECENT"),
        f"* 4 FETCH (FLAGS (\\Seen \\Recent) UID 4 {FETCHED}",
        *HEAD,
        ")",
        '* ESEARCH (TAG "a3") ADDTO (0 4)',
        "OK NOOP completed",
    ]
    # What the client brings itself it knows
    head = b"x APPEND INBOX {%d}\r\n" % len(BOSS)
    assert bob.raw(head).startswith(b"+ ")
    assert bob.raw(BOSS + b"\r\n").startswith(
        b'* 5 EXISTS\r\n* 5 RECENT\r\n* ESEARCH (TAG "a3") ADDTO (0 5)\r\nx OK '
    )


def test_what_is_found_for_its_flags_is_not_fetched(server: Server) -> None:
    server.deliver()
    bob = server.selected()
    bob.do("SEARCH RETURN (UPDATE (UID ENVELOPE)) FLAGGED")
    asks(bob, f"(selected ({ALL}))")
    server.flag(1, "\\Flagged")
    # Section 5.1: FETCH precedes ESEARCH
    assert bob.news() == [
        "* 1 FETCH (FLAGS (\\Flagged \\Recent) UID 1)",
        '* ESEARCH (TAG "a3") ADDTO (0 1)',
    ]
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.set_flags(inbox, [1], Flagging.REMOVE, ["\\Flagged"])
    assert bob.news() == [
        "* 1 FETCH (FLAGS (\\Recent) UID 1)",
        '* ESEARCH (TAG "a3") REMOVEFROM (0 1)',
    ]


def test_fetches_of_both_are_one(server: Server) -> None:
    bob = server.selected()
    bob.do('SEARCH RETURN (UPDATE (UID RFC822.SIZE)) FROM "boss"')
    bob.do('UID SEARCH RETURN (UPDATE(RFC822.SIZE)) SUBJECT "Hello"')
    asks(bob, "(selected (MessageNew (FLAGS UID) MessageExpunge))")
    server.deliver(letter("Else"))
    server.deliver(BOSS)
    size = len(BOSS)
    # What NOTIFY alone wants comes behind ESEARCH (section 5.2), else before (section 7)
    assert bob.news() == [
        *("* 2 EXISTS", "* 2 RECENT"),
        f"* 2 FETCH (UID 2 RFC822.SIZE {size} FLAGS (\\Recent))",
        '* ESEARCH (TAG "a3") ADDTO (0 2)',
        '* ESEARCH (TAG "a4") UID ADDTO (0 2)',
        "* 1 FETCH (FLAGS (\\Recent) UID 1)",
    ]


def test_a_snapshot_finds_what_it_holds(server: Server) -> None:
    server.deliver(BOSS)
    bob = server.selected()
    bob.do("SEARCH RETURN (UPDATE (UID)) ALL")
    bob.do("NOTIFY NONE")
    server.deliver()
    server.flag(2, "\\Seen")
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert bob.do(f"NOTIFY SET (selected ({ALL}))") == [
        *("* 2 EXISTS", "* 2 RECENT", "* 2 FETCH (UID 2)", '* ESEARCH (TAG "a3") ADDTO (0 2)'),
        DONE,
    ]


def test_removals_come_before_the_expunge(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob = server.selected()
    bob.do("SEARCH RETURN (UPDATE) ALL")
    asks(bob, f"(selected ({ALL}))")
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.expunge(inbox, [1, 2])
    assert bob.news() == [
        '* ESEARCH (TAG "a3") REMOVEFROM (0 1:2)',
        *("* 1 EXPUNGE", "* 1 EXPUNGE"),
    ]


@pytest.mark.parametrize("options", ["UPDATE ()", "UPDATE (FAST)", "UPDATE UID", "COUNT (UID)"])
def test_what_update_does_not_have(server: Server, options: str) -> None:
    bob = server.selected()
    assert bob.do(f"SEARCH RETURN ({options}) ALL")[0].startswith("BAD ")
    without = server.selected(without=["NOTIFY"])
    assert without.do("SEARCH RETURN (UPDATE (UID)) ALL")[0].startswith("BAD ")
    assert without.do("SEARCH RETURN (UPDATE) ALL")[-1] == "OK SEARCH completed"
