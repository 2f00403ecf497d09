"""CONDSTORE: mod-sequences, told and asked for (RFC 7162 section 3.1)."""

from __future__ import annotations

import pytest

from labserver.store import Flagging
from tests.imap.driver import Client, Server, letter

LARGEST = 2**63 - 1
GONE = "Some of the requested messages no longer exist"


@pytest.fixture
def five(server: Server) -> Server:
    """Five messages: UIDs 1 to 5, mod-sequences 2 to 6; the mailbox began with 1."""
    for n in range(5):
        server.deliver(letter(f"Letter {n + 1}"))
    return server


def aware(server: Server) -> Client:
    client = server.login()
    assert client.do("SELECT INBOX (CONDSTORE)")[-1] == "OK [READ-WRITE] SELECT completed"
    return client


def quiet(server: Server) -> Client:
    """Select without another session's \\Recent in the way."""
    server.selected()
    return server.selected()


def expunge(client: Client, numbers: str) -> None:
    client.do(f"STORE {numbers} +FLAGS.SILENT (\\Deleted)")
    assert client.do("EXPUNGE")[-1].startswith("OK")


# What is told at SELECT, and what makes the client aware


def test_select_tells_the_highest_modseq(five: Server) -> None:
    told = "* OK [HIGHESTMODSEQ 6] Highest mod-sequence"
    assert told in five.login().do("SELECT INBOX")
    assert told in five.login().do("EXAMINE INBOX (CONDSTORE)")
    client = five.login()
    client.do("CREATE empty")
    assert "* OK [HIGHESTMODSEQ 1] Highest mod-sequence" in client.do("SELECT empty")


@pytest.mark.parametrize(
    "command",
    [
        "STATUS INBOX (HIGHESTMODSEQ)",
        "FETCH 1 MODSEQ",
        "UID FETCH 1 (MODSEQ)",
        "FETCH 1 FLAGS (CHANGEDSINCE 900)",
        "SEARCH MODSEQ 900",
        "UID SEARCH NOT OR SEEN (MODSEQ 1 UNSEEN)",
        "STORE 1 (UNCHANGEDSINCE 1) FLAGS ()",
    ],
)
def test_the_first_enabling_command_tells_it_and_the_next_does_not(
    five: Server, command: str
) -> None:
    client = quiet(five)
    assert client.do(command)[0] == "* OK [HIGHESTMODSEQ 6] Highest mod-sequence"
    assert not any("HIGHESTMODSEQ 6]" in line for line in client.do(command))
    five.flag(2, "\\Seen")
    assert client.do("NOOP")[0] == "* 2 FETCH (FLAGS (\\Seen) UID 2 MODSEQ (7))"


@pytest.mark.parametrize(
    "command", ["SELECT INBOX (CONDSTORE)", "EXAMINE INBOX (condstore)", "ENABLE CONDSTORE"]
)
def test_enabling_without_a_mailbox(five: Server, command: str) -> None:
    client = five.login()
    client.do("SELECT INBOX")
    five.flag(1, "$Before")
    assert "MODSEQ" not in client.do("NOOP")[0]
    client.do("CLOSE")
    assert client.do(command)[-1].startswith("OK")
    client.do("SELECT INBOX")  # it holds until the connection ends
    five.flag(1, "\\Seen")
    assert client.do("NOOP")[0] == "* 1 FETCH (FLAGS (\\Seen $Before) UID 1 MODSEQ (8))"


@pytest.mark.parametrize(
    "command",
    [
        "STATUS nowhere (HIGHESTMODSEQ)",
        "SEARCH CHARSET KOI8-R MODSEQ 1",
        "SORT (SIZE) KOI8-R MODSEQ 1",
        "THREAD REFERENCES KOI8-R MODSEQ 1",
    ],
)
def test_a_refused_command_enables_nothing(five: Server, command: str) -> None:
    client = quiet(five)
    (reply,) = client.do(command)
    assert reply.startswith("NO ")
    # The first one that is done is the first one that enables.
    assert client.do("FETCH 1 MODSEQ")[0] == "* OK [HIGHESTMODSEQ 6] Highest mod-sequence"


def test_enable_says_so_once(five: Server) -> None:
    client = five.login()
    assert client.do("ENABLE condstore")[0] == "* ENABLED CONDSTORE"
    assert client.do("ENABLE CONDSTORE")[0] == "* ENABLED"


def test_who_is_not_aware_is_told_nothing_of_it(five: Server) -> None:
    client = quiet(five)
    assert client.do("STORE 1 +FLAGS (\\Seen)")[0] == "* 1 FETCH (FLAGS (\\Seen))"
    assert client.do("STORE 1 -FLAGS.SILENT (\\Seen)") == ["OK STORE completed"]
    client.do("STORE 1 +FLAGS (\\Deleted)")
    assert client.do("EXPUNGE") == ["* 1 EXPUNGE", "OK EXPUNGE completed"]


def test_status(five: Server) -> None:
    # Example 17
    client = five.login()
    told = client.do("STATUS INBOX (UIDNEXT MESSAGES HIGHESTMODSEQ)")
    assert told[0] == "* STATUS INBOX (UIDNEXT 6 MESSAGES 5 HIGHESTMODSEQ 6)"


# FETCH


def test_fetch_modseq(five: Server) -> None:
    # Example 13
    client = aware(five)
    assert client.do("FETCH 1:3 (MODSEQ)") == [
        "* 1 FETCH (MODSEQ (2))",
        "* 2 FETCH (MODSEQ (3))",
        "* 3 FETCH (MODSEQ (4))",
        "OK FETCH completed",
    ]
    # What a FETCH asks for it gets, and no more (section 3.2.4).
    assert client.do("FETCH 1 RFC822.SIZE")[0].startswith("* 1 FETCH (RFC822.SIZE ")


def test_changed_since(five: Server) -> None:
    # Example 12
    client = aware(five)
    five.flag(4, "\\Seen")
    five.flag(2, "\\Deleted")
    client.do("NOOP")
    assert client.do("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 6)") == [
        "* 2 FETCH (UID 2 MODSEQ (8) FLAGS (\\Deleted \\Recent))",
        "* 4 FETCH (UID 4 MODSEQ (7) FLAGS (\\Seen \\Recent))",
        "OK UID FETCH completed",
    ]
    assert client.do("FETCH 1:* UID (changedsince 7)") == [
        "* 2 FETCH (MODSEQ (8) UID 2)",
        "OK FETCH completed",
    ]
    assert client.do("FETCH 1:* FLAGS (CHANGEDSINCE 8)") == ["OK FETCH completed"]
    assert client.do(f"FETCH 1:* FLAGS (CHANGEDSINCE {LARGEST})") == ["OK FETCH completed"]


def test_changed_since_reads_and_marks_only_what_changed(five: Server) -> None:
    client = aware(five)
    lines = client.do("FETCH 1:* BODY[TEXT] (CHANGEDSINCE 5)")
    assert lines[0].startswith("* 5 FETCH (FLAGS (\\Seen \\Recent) UID 5 MODSEQ (7) BODY[TEXT] ")
    assert [row.flags for row in five.store.messages.rows(client.session._core.view.mailbox)] == [
        *["", "", "", ""],
        "\\Seen",
    ]


def test_what_a_fetch_marks_as_seen_comes_with_its_modseq(five: Server) -> None:
    client = aware(five)
    text = "{6}"
    assert client.do("FETCH 3 BODY[TEXT]") == [
        f"* 3 FETCH (FLAGS (\\Seen \\Recent) UID 3 MODSEQ (7) BODY[TEXT] {text}",
        "Text",
        ")",
        "OK FETCH completed",
    ]
    assert client.do("FETCH 3 (BODY[]<0.1> FLAGS)")[0] == (
        "* 3 FETCH (BODY[]<0> {1}"  # seen already: nothing is added
    )


def test_a_change_that_a_fetch_shows_without_modseq_is_told_again(five: Server) -> None:
    client = aware(five)
    five.flag(1, "\\Seen")
    assert client.do("FETCH 1 FLAGS") == [
        "* 1 FETCH (FLAGS (\\Seen \\Recent))",
        "* 1 FETCH (FLAGS (\\Seen \\Recent) UID 1 MODSEQ (7))",
        "OK FETCH completed",
    ]
    five.flag(1, "\\Flagged")
    assert client.do("FETCH 1 (FLAGS MODSEQ)") == [
        "* 1 FETCH (FLAGS (\\Flagged \\Seen \\Recent) MODSEQ (8))",
        "OK FETCH completed",
    ]


# STORE


def test_silent_changes_are_told_without_flags(five: Server) -> None:
    # Example 14: two sessions
    first, second = aware(five), aware(five)
    assert first.do("STORE 4 +FLAGS.SILENT (\\Deleted)") == [
        "* 4 FETCH (UID 4 MODSEQ (7))",
        "OK STORE completed",
    ]
    assert second.do("NOOP")[0] == "* 4 FETCH (FLAGS (\\Deleted) UID 4 MODSEQ (7))"
    assert first.do("STORE 4 -FLAGS (\\Deleted)")[0] == (
        "* 4 FETCH (FLAGS (\\Recent) UID 4 MODSEQ (8))"
    )
    assert second.do("NOOP")[0] == "* 4 FETCH (FLAGS () UID 4 MODSEQ (8))"


def test_all_messages_pass(five: Server) -> None:
    # Example 3: a set in any order, each message told once
    client = aware(five)
    assert client.do("UID STORE 4,2,5,4 (UNCHANGEDSINCE 6) +FLAGS.SILENT (\\Deleted)") == [
        "* 2 FETCH (UID 2 MODSEQ (7))",
        "* 4 FETCH (UID 4 MODSEQ (7))",
        "* 5 FETCH (UID 5 MODSEQ (7))",
        "OK UID STORE completed",
    ]
    # Section 3.1.3, the note at the end: named twice, failed never
    assert client.do("STORE 5,3:5 (UNCHANGEDSINCE 7) +FLAGS.SILENT (\\Seen)")[-1] == (
        "OK STORE completed"
    )


def test_the_first_conditional_store_tells_the_highest_modseq(five: Server) -> None:
    # Example 5
    client = quiet(five)
    assert client.do("STORE * (UNCHANGEDSINCE 6) -FLAGS.SILENT (\\Seen)") == [
        "* OK [HIGHESTMODSEQ 6] Highest mod-sequence",
        "* 5 FETCH (UID 5 MODSEQ (6))",  # nothing was changed
        "OK STORE completed",
    ]


def test_what_has_changed_meanwhile_is_not_touched_and_shown(five: Server) -> None:
    # Examples 6 and 10
    client = aware(five)
    five.flag(3, "\\Deleted", "\\Answered")
    assert client.do("STORE 4,2,3 (UNCHANGEDSINCE 6) +FLAGS.SILENT ($Processed)") == [
        "* 2 FETCH (UID 2 MODSEQ (8))",
        "* 3 FETCH (FLAGS (\\Answered \\Deleted \\Recent) UID 3 MODSEQ (7))",
        "* 4 FETCH (UID 4 MODSEQ (8))",
        "OK [MODIFIED 3] STORE completed",
    ]
    assert client.do("NOOP") == ["OK NOOP completed"]  # it has been told
    assert client.do("STORE 3 (UNCHANGEDSINCE 7) +FLAGS ($Processed)") == [
        "* 3 FETCH (FLAGS (\\Answered \\Deleted $Processed \\Recent) UID 3 MODSEQ (9))",
        "OK STORE completed",
    ]


def test_modified_names_numbers_or_uids_as_the_command_does(five: Server) -> None:
    client = aware(five)
    expunge(client, "1")
    for uid in (2, 3, 5):
        five.flag(uid, "\\Seen")
    since = "(UNCHANGEDSINCE 6) FLAGS.SILENT ()"
    assert client.do(f"STORE 1:* {since}")[-1] == "OK [MODIFIED 1:2,4] STORE completed"
    assert client.do(f"UID STORE 1:* {since}")[-1] == "OK [MODIFIED 2:3,5] UID STORE completed"


def test_zero_asks_whether_a_keyword_is_there(five: Server) -> None:
    # Example 8
    client = aware(five)
    five.flag(2, "$mdnsent")
    command = "(UNCHANGEDSINCE 0) +FLAGS.SILENT"
    assert client.do(f"STORE 1:2 {command} ($MDNSent)") == [
        "* 1 FETCH (UID 1 MODSEQ (8))",
        "* 2 FETCH (FLAGS ($mdnsent \\Recent) UID 2 MODSEQ (7))",
        "OK [MODIFIED 2] STORE completed",
    ]
    # System flags are always there, and FLAGS is about all of them.
    for change in ("+FLAGS (\\Seen)", "-FLAGS (\\Seen $Other)", "FLAGS ($Other)", "+FLAGS ()"):
        assert client.do(f"STORE 3 (UNCHANGEDSINCE 0) {change}")[-1] == (
            "OK [MODIFIED 3] STORE completed"
        )


def test_some_are_modified_and_some_expunged(five: Server) -> None:
    # Example 11
    client, other = aware(five), five.selected()
    expunge(other, "4:5")
    five.flag(2, "\\Answered")
    told = client.do("STORE 1:5 (UNCHANGEDSINCE 6) +FLAGS (\\Seen)")
    assert told == [
        "* 1 FETCH (FLAGS (\\Seen \\Recent) UID 1 MODSEQ (10))",
        "* 2 FETCH (FLAGS (\\Answered \\Recent) UID 2 MODSEQ (9))",
        "* 3 FETCH (FLAGS (\\Seen \\Recent) UID 3 MODSEQ (10))",
        "* OK [HIGHESTMODSEQ 7] Until an expunge to be told",
        f"NO [MODIFIED 2] {GONE}",
    ]
    assert client.do("NOOP") == ["* 4 EXPUNGE", "* 4 EXPUNGE", "OK NOOP completed"]
    assert client.do("STORE 2 (UNCHANGEDSINCE 9) +FLAGS (\\Seen)")[-1] == "OK STORE completed"


def test_expunged_ones_without_and_with_silence(five: Server) -> None:
    client, other = aware(five), five.selected()
    expunge(other, "5")
    assert client.do("STORE 5 (UNCHANGEDSINCE 9) +FLAGS (\\Seen)")[-1] == (
        f"NO [EXPUNGEISSUED] {GONE}"
    )
    # RFC 2180 section 4.2.2
    assert client.do("STORE 5 (UNCHANGEDSINCE 9) +FLAGS.SILENT (\\Seen)")[-1] == (
        "OK STORE completed"
    )
    assert client.do("UID STORE 5 (UNCHANGEDSINCE 9) +FLAGS (\\Seen)") == [
        "* 5 EXPUNGE",
        "OK UID STORE completed",
    ]


def test_a_conditional_store_is_atomic_against_other_sessions(five: Server) -> None:
    # Two clients take work from a queue: one of them gets each message.
    one, two = aware(five), aware(five)
    taken = []
    for client in (one, two):
        told = client.do("UID STORE 3 (UNCHANGEDSINCE 4) +FLAGS.SILENT ($Taken)")
        taken.append("MODIFIED" not in told[-1])
    assert taken == [True, False]


# SEARCH


def test_search(five: Server) -> None:
    # Examples 15 and 16; the entry is ignored, as there is one mod-sequence a message.
    client = aware(five)
    assert client.do('SEARCH MODSEQ "/flags/\\\\draft" all 4')[0] == "* SEARCH 3 4 5 (MODSEQ 6)"
    assert client.do("UID SEARCH MODSEQ 3 NOT UID 4:5")[0] == "* SEARCH 2 3 (MODSEQ 4)"
    assert client.do("SEARCH OR NOT MODSEQ 3 LARGER 50000")[0] == "* SEARCH 1 (MODSEQ 2)"
    assert client.do("SEARCH OR NOT MODSEQ 0 LARGER 50000")[0] == "* SEARCH"
    assert client.do("SEARCH ALL")[0] == "* SEARCH 1 2 3 4 5"
    assert client.do('SEARCH MODSEQ "/flags/$MDNSent" PRIV 1')[0].endswith("(MODSEQ 6)")


# How mod-sequences grow


def modseqs(client: Client) -> list[int]:
    lines = client.do("FETCH 1:* MODSEQ")[:-1]
    return [int(line.split("(")[2].rstrip(")")) for line in lines]


def highest(client: Client, mailbox: str = "INBOX") -> int:
    (line,) = client.do(f"STATUS {mailbox} (HIGHESTMODSEQ)")[:-1]
    return int(line.split()[-1].rstrip(")"))


def test_every_change_makes_a_higher_one_and_no_change_none(five: Server) -> None:
    client = aware(five)
    client.do("CREATE box")
    seen = [highest(client)]

    def grown(command: str) -> bool:
        assert client.do(command)[-1].startswith("OK")
        seen.append(highest(client))
        assert seen == sorted(seen)
        assert max(modseqs(client), default=0) <= seen[-1]
        return seen[-1] > seen[-2]

    assert grown("STORE 1:3 +FLAGS (\\Seen)")
    assert not grown("STORE 1:3 +FLAGS (\\Seen)")  # section 3.1.11
    assert not grown("STORE 4 -FLAGS ($Unheard)")
    assert not grown("FETCH 1 BODY[]")
    assert grown("FETCH 4 BODY[]")
    assert grown("STORE 4 FLAGS ()")
    assert grown("COPY 1 INBOX")
    assert modseqs(client)[-1] == seen[-1]
    assert not grown("COPY 1 box")
    assert grown("MOVE 1 box")
    assert grown("STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert grown("EXPUNGE")
    assert not grown("EXPUNGE")
    assert grown("STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert client.do("CLOSE") == ["OK CLOSE completed"]  # section 3.2.8: no HIGHESTMODSEQ
    assert highest(client) > seen[-1]


def test_one_store_changes_all_with_one_modseq(five: Server) -> None:
    client = aware(five)
    client.do("STORE 2 +FLAGS (\\Seen)")
    client.do("STORE 1:3 +FLAGS (\\Seen)")
    assert modseqs(client) == [8, 7, 8, 5, 6]


def test_what_is_copied_or_moved_is_the_newest_of_its_new_mailbox(five: Server) -> None:
    client = aware(five)
    client.do("CREATE box")
    for command in ("COPY 1:2 box", "MOVE 3 box", "COPY 1 box"):
        before = highest(client, "box")
        client.do(command)
        assert highest(client, "box") > before
    client.do("SELECT box")
    assert modseqs(client) == [2, 2, 3, 4]


def test_removing_tells_the_highest_modseq(five: Server) -> None:
    client = aware(five)
    client.do("STORE 1:3 +FLAGS.SILENT (\\Deleted)")
    assert client.do("UID EXPUNGE 1") == [
        "* 1 EXPUNGE",
        "OK [HIGHESTMODSEQ 8] UID EXPUNGE completed",
    ]
    assert client.do("EXPUNGE")[-1] == "OK [HIGHESTMODSEQ 9] EXPUNGE completed"
    assert client.do("EXPUNGE") == ["OK EXPUNGE completed"]
    client.do("CREATE box")
    # RFC 6851 section 4.4
    assert client.do("MOVE 1 box")[-1] == "OK [HIGHESTMODSEQ 10] MOVE completed"
    assert client.do("UID MOVE 1 box")[-1] == "OK UID MOVE completed"


def test_a_renamed_inbox_keeps_the_rules(five: Server) -> None:
    client = five.login()
    client.do("RENAME INBOX old")
    assert (highest(client), highest(client, "old")) == (7, 2)
    client.do("RENAME old older")
    assert highest(client, "older") == 2


def test_an_expunge_that_is_untold_holds_the_highest_modseq_back(five: Server) -> None:
    client, other = aware(five), five.selected()
    expunge(other, "5")  # 7 the flag, 8 the expunge
    five.flag(1, "\\Seen")
    assert client.do("FETCH 2 UID") == [
        "* 2 FETCH (UID 2)",
        "* 1 FETCH (FLAGS (\\Seen \\Recent) UID 1 MODSEQ (9))",
        "* OK [HIGHESTMODSEQ 7] Until an expunge to be told",
        "OK FETCH completed",
    ]
    expunge(other, "4")
    assert client.do("SEARCH SEEN")[1:] == [
        "* OK [HIGHESTMODSEQ 7] Until an expunge to be told",
        "OK [EXPUNGEISSUED] SEARCH completed",
    ]
    assert client.do("NOOP") == ["* 4 EXPUNGE", "* 4 EXPUNGE", "OK NOOP completed"]


# What is no such thing


@pytest.mark.parametrize(
    "command",
    [
        "SELECT INBOX ()",
        "SELECT INBOX (CONDSTORE CONDSTORE)",
        "SELECT INBOX (CONDSTORE 1)",
        "SELECT INBOX (TELEPATHY)",
        "SELECT INBOX CONDSTORE",
        "FETCH 1 FLAGS (CHANGEDSINCE 0)",
        "FETCH 1 FLAGS (CHANGEDSINCE)",
        "FETCH 1 FLAGS (CHANGEDSINCE *)",
        f"FETCH 1 FLAGS (CHANGEDSINCE {LARGEST + 1})",
        "FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)",
        "FETCH 1 FLAGS (UNCHANGEDSINCE 1)",
        "FETCH 1 FLAGS ()",
        "FETCH 1 (CHANGEDSINCE 1)",
        "STORE 1 (UNCHANGEDSINCE -1) +FLAGS ()",
        "STORE 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 1) +FLAGS ()",
        "STORE 1 (UNCHANGEDSINCE 1)+FLAGS ()",
        f"STORE 1 (UNCHANGEDSINCE {'9' * 5000}) +FLAGS ()",
        "STORE 1 () +FLAGS ()",
        "SEARCH MODSEQ",
        "SEARCH MODSEQ -1",
        'SEARCH MODSEQ "/flags/" all 1',
        'SEARCH MODSEQ "/flags/\\\\seen" some 1',
        'SEARCH MODSEQ "/flags/\\\\seen" 1',
        'SEARCH MODSEQ "/notes/x" all 1',
        "STATUS INBOX (NOMODSEQ)",
    ],
)
def test_malformed(five: Server, command: str) -> None:
    client = aware(five)
    (reply,) = client.do(command)
    assert reply.startswith("BAD ")
    assert client.state == "SELECTED"


def test_an_entry_name_in_utf8(five: Server) -> None:
    client = five.login()
    client.do("ENABLE IMAP4rev2 CONDSTORE")
    client.do("SELECT INBOX")
    (reply,) = client.do('SEARCH MODSEQ "/flags/\u00e9" all 1')
    assert reply == "BAD The entry of MODSEQ is the name of a flag, as in: /flags/\\\\seen"
    assert client.do("NOOP") == ["OK NOOP completed"]


def test_numbers_have_63_bits(five: Server) -> None:
    client = aware(five)
    assert client.do(f"SEARCH MODSEQ {LARGEST}") == ["* SEARCH", "OK SEARCH completed"]
    assert client.do(f"STORE 1 (UNCHANGEDSINCE 000{LARGEST}) +FLAGS (\\Seen)")[-1].startswith("OK")
    five.store.database.sql.execute("UPDATE mailboxes SET modseq = ?", (LARGEST - 1,))
    assert client.do("STORE 1 +FLAGS.SILENT (\\Deleted)")[0] == (
        f"* 1 FETCH (UID 1 MODSEQ ({LARGEST}))"
    )
    assert client.do(f"FETCH 1 UID (CHANGEDSINCE {LARGEST - 1})")[0] == (
        f"* 1 FETCH (MODSEQ ({LARGEST}) UID 1)"
    )


@pytest.mark.parametrize(
    "command",
    [
        "SELECT INBOX (CONDSTORE)",
        "FETCH 1 MODSEQ",
        "FETCH 1 UID (CHANGEDSINCE 1)",
        "STORE 1 (UNCHANGEDSINCE 9) +FLAGS (\\Seen)",
        "SEARCH MODSEQ 1",
        "STATUS INBOX (HIGHESTMODSEQ)",
    ],
)
def test_switched_off_it_is_not_in_the_grammar(five: Server, command: str) -> None:
    client = five.login("CONDSTORE")
    assert client.do("ENABLE CONDSTORE") == ["* ENABLED", "OK ENABLE completed"]
    assert not any("MODSEQ" in line for line in client.do("SELECT INBOX"))
    (reply,) = client.do(command)
    assert reply.startswith("BAD ")
    inbox = five.store.mailboxes.get(five.bob, "INBOX")
    five.store.messages.set_flags(inbox, [1], Flagging.ADD, ["\\Seen"])
    assert client.do("NOOP")[0] == "* 1 FETCH (FLAGS (\\Seen \\Recent))"
