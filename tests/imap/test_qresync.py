"""QRESYNC: coming back, and hearing of removals by UID (RFC 7162 section 3.2)."""

from __future__ import annotations

import pytest

from labserver.store import expunged
from tests.imap.driver import Client, Server, letter

CLOSED = "* OK [CLOSED] Previous mailbox is now closed"


@pytest.fixture
def ten(server: Server) -> Server:
    """Ten messages, none recent: UIDs 1 to 10, mod-sequences 2 to 11."""
    for n in range(10):
        server.deliver(letter(f"Letter {n + 1}"))
    server.selected()
    return server


def enabled(server: Server) -> Client:
    client = server.login()
    # The client asks for one, and both are on (section 3.2.3).
    assert client.do("ENABLE QRESYNC")[0] in (
        "* ENABLED QRESYNC CONDSTORE",
        "* ENABLED CONDSTORE QRESYNC",
    )
    return client


def opened(server: Server) -> Client:
    client = enabled(server)
    client.do("SELECT INBOX")
    return client


def expunge(client: Client, uids: str) -> str:
    client.do(f"UID STORE {uids} +FLAGS.SILENT (\\Deleted)")
    reply = client.do(f"UID EXPUNGE {uids}")
    assert reply[-1].startswith("OK")
    return reply[0]


def validity(server: Server, mailbox: str = "INBOX") -> int:
    return server.store.mailboxes.get(server.bob, mailbox).uidvalidity


def back(server: Server, modseq: int, rest: str = "") -> list[str]:
    """Come back; return what is told of what was missed."""
    reply = enabled(server).do(f"SELECT INBOX (QRESYNC ({validity(server)} {modseq}{rest}))")
    assert reply[-1] == "OK [READ-WRITE] SELECT completed"
    return [line for line in reply if "VANISHED" in line or " FETCH " in line]


# Coming back


def test_select_tells_what_has_changed(ten: Server) -> None:
    # Section 3.2.5.1, the example: expunges first, then flags; what did not change is left out.
    other = ten.selected()
    expunge(other, "2,4:6")
    ten.flag(7, "\\Seen", "\\Answered")
    ten.flag(9, "$MDNSent")
    assert back(ten, 11) == [
        "* VANISHED (EARLIER) 2,4:6",
        "* 3 FETCH (FLAGS (\\Answered \\Seen) UID 7 MODSEQ (14))",
        "* 5 FETCH (FLAGS ($MDNSent) UID 9 MODSEQ (15))",
    ]
    assert back(ten, 13) == back(ten, 13, " 1:10")
    assert back(ten, 15) == []
    assert back(ten, 2**63 - 1) == []


def test_all_untagged_responses_of_select_come_before_it(ten: Server) -> None:
    expunge(ten.selected(), "10")
    reply = enabled(ten).do(f"SELECT INBOX (QRESYNC ({validity(ten)} 1 1:10))")
    at = reply.index("* VANISHED (EARLIER) 10")
    assert "* OK [HIGHESTMODSEQ 13] Highest mod-sequence" in reply[:at]
    assert "* 9 EXISTS" in reply[:at]
    assert all(" FETCH " in line for line in reply[at + 1 : -1])


def test_only_known_uids_are_told_of(ten: Server) -> None:
    expunge(ten.selected(), "2,4:6")
    ten.flag(7, "\\Seen")
    ten.flag(9, "\\Seen")
    assert back(ten, 11, " 9,5:3,400:4294967295") == [
        "* VANISHED (EARLIER) 4:5",
        "* 5 FETCH (FLAGS (\\Seen) UID 9 MODSEQ (15))",
    ]
    assert back(ten, 11, " 8,11:4294967295") == []


def test_messages_that_came_and_went_meanwhile(ten: Server) -> None:
    other = ten.selected()
    ten.deliver()
    other.do("NOOP")
    expunge(other, "11")
    ten.deliver()
    # 11 never was known: VANISHED (EARLIER) may name it all the same (section 3.2.10.2).
    assert back(ten, 11) == [
        "* VANISHED (EARLIER) 11",
        "* 11 FETCH (FLAGS (\\Recent) UID 12 MODSEQ (15))",
    ]


def test_another_uidvalidity_means_nothing_is_told(ten: Server) -> None:
    expunge(ten.selected(), "2")
    client = enabled(ten)
    reply = client.do(f"SELECT INBOX (QRESYNC ({validity(ten) + 1} 1 1:10 (1 1)))")
    assert not any("VANISHED" in line or "FETCH" in line for line in reply)
    assert reply[-1] == "OK [READ-WRITE] SELECT completed"


def test_a_mailbox_deleted_and_made_again_remembers_nothing(server: Server) -> None:
    client = server.login()
    for _ in range(2):
        client.do("CREATE box")
        client.do("CREATE box/below")
        before = validity(server, "box")
        for _ in range(3):
            server.deliver(mailbox="box")
        client.do("SELECT box")
        assert expunge(client, "2") == "* 2 EXPUNGE"
        client.do("CLOSE")
        client.do("DELETE box")
        client.do("CREATE box")
        assert validity(server, "box") != before
        told = enabled(server).do(f"SELECT box (QRESYNC ({validity(server, 'box')} 1))")
        assert not any("VANISHED" in line for line in told)
        client.do("DELETE box/below")
        client.do("DELETE box")
    assert server.store.database.sql.execute("SELECT count(*) FROM expunged").fetchone() == (0,)


def test_examine_tells_it_too(ten: Server) -> None:
    expunge(ten.selected(), "2")
    reply = enabled(ten).do(f"EXAMINE INBOX (QRESYNC ({validity(ten)} 11 1:5) CONDSTORE)")
    assert "* VANISHED (EARLIER) 2" in reply
    assert reply[-1] == "OK [READ-ONLY] EXAMINE completed"


@pytest.mark.parametrize("how", ["move", "rename", "close", "pop3", "expunge"])
def test_whatever_removes_a_message_is_remembered(ten: Server, how: str) -> None:
    client = ten.selected()
    if how == "move":
        client.do("CREATE box")
        client.do("UID MOVE 3,5 box")
    elif how == "rename":
        client.do("RENAME INBOX box")
    elif how == "pop3":
        inbox = ten.store.mailboxes.get(ten.bob, "INBOX")
        ten.store.messages.expunge(inbox, [3, 5])
    else:
        client.do("UID STORE 3,5 +FLAGS (\\Deleted)")
        client.do(how.upper())
    told = "1:10" if how == "rename" else "3,5"
    assert back(ten, 11) == [f"* VANISHED (EARLIER) {told}"]


# Message sequence match data (section 3.2.5.2)


def test_what_still_has_its_number_needs_no_vanished_before_it(ten: Server) -> None:
    other = ten.selected()
    expunge(other, "2")
    expunge(other, "6")  # left: 1 3 4 5 7 8 9 10
    everything = ["* VANISHED (EARLIER) 2,6"]
    assert back(ten, 11, " 1:10 (1 1)") == everything
    # The client knew of 2: its third message was 4.
    assert back(ten, 11, " 1:10 (1,3 1,4)") == ["* VANISHED (EARLIER) 6"]
    assert back(ten, 11, " (1,3,7 1,4,8)") == ["* VANISHED (EARLIER) 6"]
    # It knew of both.
    assert back(ten, 11, " 1:10 (1:3,7:8 1,3:4,9:10)") == []
    # What does not match says nothing, and numbers beyond the mailbox can't.
    assert back(ten, 11, " 1:10 (2,4:900000 2,4:900000)") == everything
    assert back(ten, 11, " 1:10 (1:4294967295 1:4294967295)") == everything


# What is not remembered


def test_a_mailbox_keeps_its_last_removals(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expunged, "MOST", 3)
    for _ in range(10):
        server.deliver()
    other = server.selected()
    for uid in (1, 3, 5, 7, 9):
        expunge(other, str(uid))  # 13, 15, 17, 19, 21
    assert server.store.database.sql.execute("SELECT count(*) FROM expunged").fetchone() == (3,)
    assert back(server, 16) == ["* VANISHED (EARLIER) 5,7,9"]
    assert back(server, 15) == ["* VANISHED (EARLIER) 5,7,9"]
    # Section 3.2.6, the note: all that are missing.
    assert back(server, 14, " 1:900") == ["* VANISHED (EARLIER) 1,3,5,7,9"]
    assert back(server, 14, " 2:10 (2 4)") == ["* VANISHED (EARLIER) 5,7,9"]


def test_a_thousand_removals_are_known_by_default() -> None:
    assert expunged.MOST == 1000


# UID FETCH with VANISHED


def test_uid_fetch_vanished(ten: Server) -> None:
    # Section 3.2.6, example 1
    client = opened(ten)
    expunge(ten.selected(), "2,5:7")
    ten.flag(4, "\\Seen")
    assert client.do("NOOP")[0] == "* VANISHED 2,5:7"
    fetch = "UID FETCH 2:6 (FLAGS) (CHANGEDSINCE 11 VANISHED)"
    assert client.do(fetch) == [
        "* VANISHED (EARLIER) 2,5:6",
        "* 3 FETCH (UID 4 MODSEQ (14) FLAGS (\\Seen))",
        "OK UID FETCH completed",
    ]
    assert client.do("UID FETCH 1:* UID (VANISHED CHANGEDSINCE 13)") == [
        "* 3 FETCH (MODSEQ (14) UID 4)",
        "OK UID FETCH completed",
    ]


def test_what_the_client_still_counts_vanishes_once_and_renumbers(ten: Server) -> None:
    # Section 3.2.10: two responses if necessary.
    client = opened(ten)
    other = ten.selected()
    expunge(other, "2")
    client.do("NOOP")
    expunge(other, "5")
    assert client.do("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 11 VANISHED)") == [
        "* VANISHED (EARLIER) 2",
        "* VANISHED 5",
        "OK UID FETCH completed",
    ]


def test_star_in_an_empty_mailbox(ten: Server) -> None:
    client = opened(ten)
    expunge(client, "1:*")
    assert client.do("UID FETCH 1:* UID (CHANGEDSINCE 1 VANISHED)")[0] == (
        "* VANISHED (EARLIER) 1:10"
    )
    assert client.do("UID FETCH 3:5 UID (CHANGEDSINCE 1 VANISHED)")[0] == (
        "* VANISHED (EARLIER) 3:5"
    )


# VANISHED instead of EXPUNGE


def test_expunge(ten: Server) -> None:
    # Section 3.2.10.2, the example
    client = opened(ten)
    client.do("STORE 3,4,7,10 +FLAGS.SILENT (\\Deleted)")
    assert client.do("EXPUNGE") == [
        "* VANISHED 3:4,7,10",
        "OK [HIGHESTMODSEQ 13] EXPUNGE completed",
    ]
    assert client.do("FETCH 3 UID")[0] == "* 3 FETCH (UID 5)"
    assert expunge(client, "5,8") == "* VANISHED 5,8"
    assert client.do("EXPUNGE") == ["OK EXPUNGE completed"]


def test_expunge_without_qresync(ten: Server) -> None:
    # Section 3.2.7, the first example: the code is allowed, and the client knows mod-sequences.
    client = ten.login()
    client.do("SELECT INBOX (CONDSTORE)")
    client.do("STORE 3,4,7,10 +FLAGS.SILENT (\\Deleted)")
    assert client.do("EXPUNGE") == [
        "* 3 EXPUNGE",
        "* 3 EXPUNGE",
        "* 5 EXPUNGE",
        "* 7 EXPUNGE",
        "OK [HIGHESTMODSEQ 13] EXPUNGE completed",
    ]


def test_move(ten: Server) -> None:
    # RFC 6851 section 4.4
    client = opened(ten)
    client.do("CREATE box")
    uidvalidity = validity(ten, "box")
    assert client.do("UID MOVE 2,9:10 box") == [
        f"* OK [COPYUID {uidvalidity} 2,9:10 1:3] Moved",
        "* VANISHED 2,9:10",
        "OK [HIGHESTMODSEQ 12] UID MOVE completed",
    ]


def test_close_tells_nothing(ten: Server) -> None:
    client = opened(ten)
    client.do("STORE 2 +FLAGS.SILENT (\\Deleted)")
    assert client.do("CLOSE") == ["OK CLOSE completed"]
    assert back(ten, 12) == ["* VANISHED (EARLIER) 2"]


def test_vanished_during_idle(ten: Server) -> None:
    client = opened(ten)
    client.raw(b"i IDLE\r\n")
    expunge(ten.selected(), "2,4:5")
    assert client.news() == ["* VANISHED 2,4:5"]
    ten.flag(6, "\\Seen")
    assert client.news() == ["* 3 FETCH (FLAGS (\\Seen) UID 6 MODSEQ (14))"]
    assert client.raw(b"DONE\r\n") == b"i OK IDLE terminated\r\n"


def test_vanished_waits_for_the_end_of_fetch_store_and_search(ten: Server) -> None:
    client, other = opened(ten), ten.selected()
    expunge(other, "2")
    held = "* OK [HIGHESTMODSEQ 12] Until an expunge to be told"
    gone = "NO [EXPUNGEISSUED] Some of the requested messages no longer exist"
    assert client.do("FETCH 1:2 UID") == ["* 1 FETCH (UID 1)", held, gone]
    assert client.do("SEARCH ALL")[1:] == [held, "OK [EXPUNGEISSUED] SEARCH completed"]
    assert client.do("STORE 3 +FLAGS (\\Seen)") == [
        "* 3 FETCH (FLAGS (\\Seen) UID 3 MODSEQ (14))",
        held,
        "OK STORE completed",
    ]
    # Section 3.2.10.2: nor during a UID SEARCH with message numbers in it
    assert client.do("UID SEARCH NOT OR SEEN 1:4")[1:] == [
        held,
        "OK [EXPUNGEISSUED] UID SEARCH completed",
    ]
    assert client.do("BAD COMMAND")[0].startswith("BAD")
    assert client.do("UID SEARCH UID 3") == [
        "* SEARCH 3",
        "* VANISHED 2",
        "OK UID SEARCH completed",
    ]


def test_only_what_the_client_has_heard_of_vanishes(ten: Server) -> None:
    client, other = opened(ten), ten.selected()
    ten.deliver()
    other.do("NOOP")
    expunge(other, "11")
    assert client.do("NOOP") == ["OK NOOP completed"]


# CLOSED


@pytest.mark.parametrize("command", ["SELECT", "EXAMINE"])
def test_closed_parts_the_mailboxes(ten: Server, command: str) -> None:
    # Section 3.2.11: also if nothing has been enabled
    client = ten.login()
    assert CLOSED not in client.do(f"{command} INBOX")
    assert client.do(f"{command} INBOX")[0] == CLOSED
    assert client.do(f"{command} nothing") == [CLOSED, "NO [NONEXISTENT] No such mailbox"]
    assert client.do(f"{command} &") == ["NO [NONEXISTENT] No such mailbox"]
    client.do(f"{command} INBOX")
    assert client.do("CLOSE") == ["OK CLOSE completed"]
    assert CLOSED not in client.do(f"{command} INBOX")


# What is no such thing


@pytest.mark.parametrize(
    "value",
    [
        "",
        "()",
        "(1)",
        "(0 1)",
        "(1 0)",
        "(1 x)",
        "(1 1 )",
        "(1 1 *)",
        "(1 1 1:*)",
        "(1 1 $)",
        "(1 1 1 2)",
        "(1 1 1:5 ())",
        "(1 1 1:5 (1))",
        "(1 1 1:5 (1 2 3))",
        "(1 1 1:5 (1 *))",
        "(1 1 1:5 (1,2 5))",
        "(1 1 1:5 (2,1 5,6))",
        "(1 1 1:5 (1,1 5,6))",
        "(1 1 1:5 (5:4 5:6))",
        "(1 1 1:5 (1 5) 1)",
        "(1 1 1:5 (1 5)",
        "(1 1(1 5))",
        "(1 1 1:5(1 5))",
        "(4294967296 1)",
        "(1 9223372036854775808)",
    ],
)
def test_malformed_parameters_leave_all_as_it_was(ten: Server, value: str) -> None:
    client = opened(ten)
    (reply,) = client.do(f"SELECT INBOX (QRESYNC {value})")
    assert reply.startswith("BAD ")
    assert client.state == "SELECTED"


def test_it_must_be_enabled_first(ten: Server) -> None:
    client = ten.login()
    client.do("ENABLE CONDSTORE")
    assert client.do("SELECT INBOX (QRESYNC (1 1))") == ["BAD ENABLE QRESYNC comes first"]
    client.do("SELECT INBOX")
    told = client.do("UID FETCH 1:* UID (CHANGEDSINCE 1 VANISHED)")
    assert told == ["BAD ENABLE QRESYNC comes first"]


def test_vanished_is_for_uid_fetch_with_changedsince(ten: Server) -> None:
    client = opened(ten)
    assert client.do("UID FETCH 1 UID (VANISHED)") == ["BAD VANISHED goes with CHANGEDSINCE"]
    assert client.do("FETCH 1 UID (CHANGEDSINCE 1 VANISHED)") == ["BAD VANISHED is for UID FETCH"]


@pytest.mark.parametrize("without", ["QRESYNC", "CONDSTORE", "ENABLE"])
def test_switched_off_it_is_not_in_the_grammar(ten: Server, without: str) -> None:
    client = ten.login(without)
    client.do("ENABLE QRESYNC CONDSTORE")
    for command in ("SELECT INBOX (QRESYNC (1 1))", "EXAMINE INBOX (QRESYNC (1 1 1:2))"):
        assert client.do(command) == ["BAD SELECT has no parameter QRESYNC"]
    client.do("SELECT INBOX")
    assert client.do("UID FETCH 1:* UID (CHANGEDSINCE 1 VANISHED)")[0].startswith("BAD FETCH has")
    expunge(ten.selected(), "2")
    assert client.do("NOOP")[0] == "* 2 EXPUNGE"
    assert (CLOSED in client.do("SELECT INBOX")) == (without != "CONDSTORE")


def test_a_star_reaches_what_went_behind_the_last_message(server: Server) -> None:
    for _ in range(4):
        server.deliver()
    bob = server.login()
    bob.do("ENABLE QRESYNC")
    bob.do("SELECT INBOX")
    bob.do("UID STORE 3:4 +FLAGS (\\Deleted)")
    bob.do("EXPUNGE")
    for uids in ("1:*", "2:*", "*:1"):
        told = bob.do(f"UID FETCH {uids} UID (CHANGEDSINCE 1 VANISHED)")
        assert "* VANISHED (EARLIER) 3:4" in told
