"""Several sessions on one mailbox: what each is told, when, and what it may still count on."""

from __future__ import annotations

import pytest

from labserver.events import FlagsChanged
from labserver.imap.commands import reading
from labserver.protocol.session import Payload
from tests.imap.driver import Client, Server, letter


@pytest.fixture
def three(server: Server) -> Server:
    for n in range(3):
        server.deliver(letter(f"Letter {n + 1}", "x" * 1000))
    return server


def expunge(client: Client, numbers: str) -> None:
    assert client.do(f"STORE {numbers} +FLAGS.SILENT (\\Deleted)") == ["OK STORE completed"]
    assert client.do("EXPUNGE")[-1] == "OK EXPUNGE completed"


def test_no_exists_ever_takes_a_message_away(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    expunge(other, "1:2")
    three.deliver()
    assert bob.do("FETCH 3 UID") == [
        "* 3 FETCH (UID 3)",
        "* 4 EXISTS",
        "* 4 RECENT",
        "OK FETCH completed",
    ]
    assert bob.do("NOOP") == ["* 1 EXPUNGE", "* 1 EXPUNGE", "OK NOOP completed"]


def test_what_came_and_went_untold_was_never_there(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    three.deliver()
    other.do("NOOP")
    expunge(other, "4")
    assert bob.do("NOOP") == ["OK NOOP completed"]
    three.deliver()
    assert bob.do("NOOP")[0] == "* 4 EXISTS"
    assert bob.do("FETCH 4 UID")[0] == "* 4 FETCH (UID 5)"


def test_others_hear_of_flags_and_oneself_only_once(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    bob.do("STORE 1 +FLAGS (\\Seen)")
    bob.do("STORE 2 +FLAGS.SILENT (\\Seen)")
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert other.do("NOOP") == [
        "* 1 FETCH (FLAGS (\\Seen))",
        "* 2 FETCH (FLAGS (\\Seen))",
        "OK NOOP completed",
    ]
    bob.do("FETCH 3 BODY[]")
    assert other.do("UID SEARCH SEEN") == [
        "* SEARCH 1 2 3",
        "* 3 FETCH (FLAGS (\\Seen) UID 3)",
        "OK UID SEARCH completed",
    ]


def test_flags_that_a_fetch_shows_are_not_told_again(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    other.do("STORE 1:2 +FLAGS (\\Seen)")
    assert bob.do("FETCH 1 FLAGS") == [
        "* 1 FETCH (FLAGS (\\Seen \\Recent))",
        "* 2 FETCH (FLAGS (\\Seen \\Recent))",
        "OK FETCH completed",
    ]


def test_flags_that_a_store_shows_are_not_told_again(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    other.do("STORE 1 +FLAGS (\\Flagged)")
    assert bob.do("STORE 1 +FLAGS (\\Seen)") == [
        "* 1 FETCH (FLAGS (\\Flagged \\Seen \\Recent))",
        "OK STORE completed",
    ]


def test_a_silent_store_still_shows_what_others_did(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    other.do("STORE 1 +FLAGS (\\Flagged)")
    assert bob.do("STORE 1 +FLAGS.SILENT (\\Seen)") == [
        "* 1 FETCH (FLAGS (\\Flagged \\Seen \\Recent))",
        "OK STORE completed",
    ]


def test_store_that_changes_nothing_is_no_event(three: Server) -> None:
    bob = three.selected()
    bob.do("STORE 1 +FLAGS (\\Seen)")
    count = len(three.log)
    assert bob.do("STORE 1 +FLAGS (\\Seen)")[0] == "* 1 FETCH (FLAGS (\\Seen \\Recent))"
    bob.do("FETCH 1 BODY[]")
    assert len(three.log) == count


def test_recent_is_shown_to_one_session_only(three: Server) -> None:
    assert "* 3 RECENT" in three.login().do("EXAMINE INBOX")
    bob, other = three.selected(), three.login()
    assert "* 0 RECENT" in other.do("SELECT INBOX")
    assert bob.do("SEARCH RECENT")[0] == "* SEARCH 1 2 3"
    assert bob.do("STATUS INBOX (RECENT)")[0] == "* STATUS INBOX (RECENT 3)"
    assert other.do("STATUS INBOX (RECENT)")[0] == "* STATUS INBOX (RECENT 0)"
    three.deliver()
    # Who says so first has it.
    assert other.do("NOOP")[:2] == ["* 4 EXISTS", "* 1 RECENT"]
    assert bob.do("NOOP")[:2] == ["* 4 EXISTS", "* 3 RECENT"]
    # Selected again, nothing is recent any more.
    assert "* 0 RECENT" in bob.do("SELECT INBOX")


def test_a_read_only_session_takes_no_recent(three: Server) -> None:
    looker = three.selected(command="EXAMINE")
    three.deliver()
    assert looker.do("NOOP")[:2] == ["* 4 EXISTS", "* 4 RECENT"]
    assert "* 4 RECENT" in three.login().do("SELECT INBOX")


def test_read_only_changes_nothing(three: Server) -> None:
    looker = three.selected(command="EXAMINE")
    looker.do("CREATE box")
    for command in (
        *("STORE 1 +FLAGS (\\Deleted)", "UID STORE 1 FLAGS.SILENT ()", "EXPUNGE"),
        *("UID EXPUNGE 1", "MOVE 1 box", "UID MOVE 1 box"),
    ):
        assert looker.do(command) == ["NO [READ-ONLY] The mailbox is open to read only"]
    looker.do("FETCH 1:3 (BODY[] RFC822.TEXT)")
    three.flag(1, "\\Deleted")
    looker.do("CLOSE")
    assert three.uids() == [1, 2, 3]
    changes = [event for event in three.log if isinstance(event, FlagsChanged)]
    assert [change.connection for change in changes] == [None]
    assert looker.state == "AUTHENTICATED"


def test_copy_from_a_read_only_mailbox(three: Server) -> None:
    looker = three.selected(command="EXAMINE")
    looker.do("CREATE box")
    assert looker.do("COPY 1 box")[0].startswith("OK [COPYUID")


def test_close_expunges_without_saying_so(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    bob.do("STORE 1,3 +FLAGS (\\Deleted)")
    assert bob.do("CLOSE") == ["OK CLOSE completed"]
    assert three.uids() == [2]
    assert other.do("NOOP")[:2] == ["* 1 EXPUNGE", "* 2 EXPUNGE"]


def test_select_and_logout_expunge_nothing(three: Server) -> None:
    bob = three.selected()
    bob.do("STORE 1 +FLAGS (\\Deleted)")
    bob.do("SELECT INBOX")
    bob.do("LOGOUT")
    assert three.uids() == [1, 2, 3]


def test_a_session_that_is_gone_is_told_nothing(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    bob.do("IDLE")
    bob.session.lost("cut")
    bob.session.lost("cut")
    other.do("STORE 1 +FLAGS (\\Seen)")
    assert bob.wakes == 0
    assert bob.news() == []
    assert bob.session.next == "close"


def test_idle_in_authenticated_waits_for_nothing(three: Server) -> None:
    bob = three.login()
    assert bob.do("IDLE") == ["+ idling"]
    assert (bob.state, bob.activity) == ("AUTHENTICATED", "IDLE")
    three.deliver()
    assert bob.news() == []
    assert bob.raw(b"DONE\r\n") == b"a2 OK IDLE terminated\r\n"
    assert (bob.state, bob.activity) == ("AUTHENTICATED", "")


def test_only_done_ends_idle_well(three: Server) -> None:
    bob = three.selected()
    bob.do("IDLE")
    assert bob.raw(b"a4 NOOP\r\n") == b"a3 BAD IDLE is over; only DONE ends it well\r\n"
    assert bob.state == "SELECTED"
    assert bob.do("NOOP") == ["OK NOOP completed"]


def test_nothing_is_said_unasked_outside_idle(three: Server) -> None:
    bob = three.selected()
    three.deliver()
    assert bob.news() == []
    assert bob.do("NOOP")[0] == "* 4 EXISTS"


def test_own_changes_wake_nobody_but_the_others(three: Server) -> None:
    bob, other = three.selected(), three.selected()
    bob.do("STORE 1 +FLAGS (\\Seen)")
    assert (bob.wakes, other.wakes) == (0, 1)


# The mailbox itself goes, or is renamed


def test_others_hear_bye_when_the_mailbox_is_deleted(three: Server) -> None:
    bob = three.login()
    bob.do("CREATE box")
    waiting, working, idling = (three.selected("box") for _ in range(3))
    idling.do("IDLE")
    bob.do("DELETE box")
    # RFC 2180 section 3.3
    assert waiting.wakes == idling.wakes == 1
    bye = "* BYE The mailbox has been deleted"
    assert waiting.news() == [bye]
    assert idling.news() == [bye]
    assert working.do("FETCH 1 FLAGS") == [bye]
    for client in (waiting, working, idling):
        assert client.session.next == "close"
        assert client.state == "LOGOUT"
        assert client.news() == []


def test_who_deletes_the_own_mailbox_goes_on(three: Server) -> None:
    bob = three.login()
    bob.do("CREATE box")
    bob.do("SELECT box")
    assert bob.do("DELETE box") == ["OK DELETE completed"]
    assert bob.states[-1] == ("AUTHENTICATED", None)
    assert bob.do("FETCH 1 FLAGS") == ["BAD Select a mailbox first"]


def test_a_mailbox_that_becomes_a_mere_name_is_gone_too(three: Server) -> None:
    bob = three.login()
    bob.do("CREATE box/below")
    other = three.selected("box")
    bob.do("DELETE box")
    bob.do("CREATE box")
    three.deliver(mailbox="box")
    assert other.do("NOOP") == ["* BYE The mailbox has been deleted"]


def test_a_renamed_mailbox_stays_selected(three: Server) -> None:
    bob = three.login()
    bob.do("CREATE box")
    three.deliver(mailbox="box")
    other = three.selected("box")
    bob.do("RENAME box chest")
    # RFC 2180 section 3.4
    assert other.do("STORE 1 +FLAGS (\\Seen)")[-1] == "OK STORE completed"
    assert other.states[-1] == ("SELECTED", "chest")
    changed = [event for event in three.log if isinstance(event, FlagsChanged)]
    assert changed[-1].mailbox == "chest"


# A reply that is still being sent


@pytest.mark.parametrize("ahead", [1, 2, 64])
@pytest.mark.parametrize("stop", range(9))
def test_fetch_while_another_session_expunges_at_every_chunk(
    three: Server, stop: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_GROUP", ahead)
    bob, other = three.selected(), three.selected()
    command = b"f FETCH 1:3 BODY.PEEK[]\r\n"
    bob.sent += command
    out, bodies, chunks = b"", [], 0
    for count, chunk in enumerate(bob.session.receive(command)):
        if count == stop:
            expunge(other, "1:3")
            three.deliver()
            other.session.lost("client")
        out += chunk
        chunks = count + 1
        if isinstance(chunk, Payload):
            bodies.append(bytes(chunk))
    # Each letter is three chunks, of which the last goes with what follows.
    assert chunks == 2 * len(bodies) + 1
    assert bodies == [letter(f"Letter {n + 1}", "x" * 1000) for n in range(len(bodies))]
    if len(bodies) == 3:
        assert out.endswith(b")\r\nf OK FETCH completed\r\n")
        assert stop >= {1: 4, 2: 4, 64: 0}[ahead]
    else:
        assert out.endswith(
            b")\r\nf NO [EXPUNGEISSUED] Some of the requested messages no longer exist\r\n"
        )
        assert stop < 4
        assert len(bodies) % ahead == 0
    assert b"EXPUNGE\r\n" not in out
    news = bob.do("NOOP")
    if stop < chunks:
        assert news[:4] == ["* 1 EXPUNGE", "* 1 EXPUNGE", "* 1 EXPUNGE", "* 1 EXISTS"]
    else:
        assert news == ["OK NOOP completed"]


def test_seen_is_set_before_the_first_chunk(three: Server) -> None:
    bob = three.selected()
    reply = iter(bob.session.receive(b"f FETCH 1:2 (BODY[TEXT] FLAGS)\r\n"))
    first = next(reply)
    assert first.startswith(b"* 1 FETCH (BODY[TEXT] {")
    changed = [event for event in three.log if isinstance(event, FlagsChanged)]
    assert [(event.uid, event.flags) for event in changed] == [(1, ("\\Seen",)), (2, ("\\Seen",))]
    rest = b"".join(reply)
    assert b"FLAGS (\\Seen \\Recent)" in rest
    assert bob.session.next == "read"


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ("BODY[]", True),
        ("BODY[HEADER]", True),
        ("RFC822", True),
        ("RFC822.TEXT", True),
        ("BODY.PEEK[]", False),
        ("RFC822.HEADER", False),
        ("RFC822.SIZE", False),
        ("BODYSTRUCTURE", False),
    ],
)
def test_what_sets_seen(three: Server, item: str, *, seen: bool) -> None:
    bob = three.selected()
    bob.do(f"FETCH 2 {item}")
    assert bob.do("SEARCH SEEN")[0] == ("* SEARCH 2" if seen else "* SEARCH")


def test_pipelined_commands_are_done_in_order(three: Server) -> None:
    bob = three.selected()
    reply = bob.raw(
        b"b1 STORE 1 +FLAGS.SILENT (\\Deleted)\r\nb2 FETCH 1 FLAGS\r\nb3 EXPUNGE\r\n"
        b"b4 FETCH 1 UID\r\nb5 LOGOUT\r\n"
    )
    assert reply.decode().split("\r\n") == [
        "b1 OK STORE completed",
        "* 1 FETCH (FLAGS (\\Deleted \\Recent))",
        "b2 OK FETCH completed",
        "* 1 EXPUNGE",
        "b3 OK EXPUNGE completed",
        "* 1 FETCH (UID 2)",
        "b4 OK FETCH completed",
        "* BYE IMAP4rev1 server logging out",
        "b5 OK LOGOUT completed",
        "",
    ]


def test_uid_expunge_reaches_what_has_arrived_untold(server: Server) -> None:
    # RFC 4315 section 2.1: all that is marked for it and has a UID in the set.
    server.deliver()
    client, other = server.selected(), server.login()
    for _ in range(2):
        other.do("APPEND INBOX (\\Deleted) {1}\nx")
    assert client.do("UID EXPUNGE 1:*") == ["* 3 EXISTS", "* 3 RECENT", "OK UID EXPUNGE completed"]
    other.do("APPEND INBOX (\\Deleted) {1}\nx")
    assert client.do("UID EXPUNGE 3:4") == ["* 3 EXPUNGE", "OK UID EXPUNGE completed"]
    assert server.uids() == [1, 2]
    assert client.do("NOOP") == ["OK NOOP completed"]
