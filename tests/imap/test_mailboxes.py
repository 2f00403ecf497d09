from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.naming.patterns import listed, matches
from tests.imap.driver import Server


@given(st.text("ab/*%", max_size=8), st.text("ab/", max_size=8))
def test_patterns_match_as_their_regular_expression(pattern: str, name: str) -> None:
    expression = re.escape(pattern).replace("\\*", "(?s:.*)").replace("%", "[^/]*")
    assert matches(pattern, name) == bool(re.fullmatch(expression, name))


def test_no_pattern_is_slow() -> None:
    assert listed("*a%" * 300 + "b", ["a/" * 240 + "a"]) == {}
    assert listed("%" * 8000, ["x"]) == {"x": True}
    assert listed("x" * 3000, ["x"]) == {}


def test_levels_are_shown_for_a_percent_at_the_end() -> None:
    names = ["b", "a/x/y", "INBOX"]
    assert listed("%", names) == {"INBOX": True, "a": False, "b": True}
    assert listed("a/%", names) == {"a/x": False}
    assert listed("*", names) == {"INBOX": True, "a/x/y": True, "b": True}
    assert listed("%/y", names) == {}


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ('LIST "" %', ["INBOX", "work"]),
        ('LIST "" *', ["INBOX", "work", "work/2026", "work/2026/may"]),
        ('LIST "" work/%', ["work/2026"]),
        ("LIST work/ %", ["work/2026"]),
        ("LIST work %", ["work"]),
        ('LIST "" inbox', ["INBOX"]),
        ('LIST "" "INB%"', ["INBOX"]),
        ('LIST "" WORK', []),
        ('LIST "" "w*y"', ["work/2026/may"]),
        ('LIST "" "w%y"', []),
        ('LIST "" {4}\nwork', ["work"]),
        ('LIST "" &', []),
    ],
)  # fmt: skip
def test_list(server: Server, command: str, names: list[str]) -> None:
    bob = server.login("CHILDREN")
    bob.do("CREATE work/2026/may")
    assert bob.do(command) == [*(f'* LIST () "/" {name}' for name in names), "OK LIST completed"]


def test_names_are_written_so_that_they_can_be_read(server: Server) -> None:
    bob = server.login("CHILDREN")
    for name in ('"Sent Items"', "&AMk-t&AOk-", "R&-D", "nil", '"a\\"b"', "a]b"):
        assert bob.do(f"CREATE {name}")[-1].endswith("CREATE completed")
    assert [mailbox.name for mailbox in server.store.mailboxes.all(server.bob)] == [
        "INBOX",
        "R&D",
        "Sent Items",
        'a"b',
        "a]b",
        "nil",
        "Été",
    ]
    assert bob.do('LIST "" *')[1:-1] == [
        '* LIST () "/" R&-D',
        '* LIST () "/" "Sent Items"',
        '* LIST () "/" "a\\"b"',
        '* LIST () "/" a]b',
        '* LIST () "/" "nil"',
        '* LIST () "/" &AMk-t&AOk-',
    ]
    assert bob.do("STATUS &AMk-t&AOk- (MESSAGES)")[0] == "* STATUS &AMk-t&AOk- (MESSAGES 0)"
    assert bob.do("CREATE &AMk-&AMk-")[0].startswith("NO [CANNOT]")


def test_a_mailbox_that_is_made_again_has_another_uidvalidity(server: Server) -> None:
    bob = server.login()
    seen = set()
    for _ in range(3):
        bob.do("CREATE box")
        seen.add(bob.do("STATUS box (UIDVALIDITY)")[0])
        bob.do("DELETE box")
    assert len(seen) == 3


def test_subscriptions_outlive_their_mailboxes(server: Server) -> None:
    bob = server.login()
    bob.do("CREATE box")
    bob.do("SUBSCRIBE box")
    assert bob.do('LSUB "" *')[0] == '* LSUB () "/" box'
    bob.do("DELETE box")
    # RFC 3501 section 6.3.9: the name stays; \\Noselect would say that only others below it are.
    assert bob.do('LSUB "" *')[0] == '* LSUB () "/" box'
    bob.do("SUBSCRIBE far/away")
    assert bob.do('LSUB "" %') == [
        '* LSUB () "/" box',
        '* LSUB (\\Noselect) "/" far',
        "OK LSUB completed",
    ]


def test_append_keeps_flags_and_date_and_tells_who_has_the_mailbox_open(server: Server) -> None:
    bob, other = server.selected(), server.selected()
    date = '" 7-Feb-1994 21:52:25 -0830"'
    reply = bob.do(f"APPEND INBOX (\\Flagged $Work) {date} {{5}}\nHello")
    assert reply[:2] == ["* 1 EXISTS", "* 1 RECENT"]
    assert re.fullmatch(r"OK \[APPENDUID \d+ 1\] APPEND completed", reply[2])
    assert other.do("NOOP")[:2] == ["* 1 EXISTS", "* 0 RECENT"]
    assert other.do("FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])") == [
        '* 1 FETCH (FLAGS (\\Flagged $Work) INTERNALDATE "07-Feb-1994 21:52:25 -0830" BODY[] {5}',
        "Hello)",
        "OK FETCH completed",
    ]


def test_append_without_a_date_is_now(server: Server) -> None:
    bob = server.selected()
    bob.do("APPEND INBOX {1}\nx")
    assert bob.do("FETCH 1 INTERNALDATE")[0].endswith('"02-Mar-2026 09:00:00 +0000")')


def test_nobody_is_told_to_create_what_cannot_be(server: Server) -> None:
    server.deliver()
    bob = server.selected()
    # RFC 9051 section 6.3.12: TRYCREATE unless it is certain that it can't be created.
    for name in ("a//b", '"a*"', '""'):
        assert bob.do(f"APPEND {name} {{1}}\nx")[-1].startswith("NO [CANNOT] ")
        assert bob.do(f"COPY 1 {name}")[0].startswith("NO [CANNOT] ")
    assert bob.do("COPY 1 a/b") == ["NO [TRYCREATE] No such mailbox"]


def test_without_uidplus_nobody_hears_of_uids_in_other_mailboxes(server: Server) -> None:
    server.deliver()
    bob = server.selected(without=["UIDPLUS"])
    bob.do("CREATE box")
    assert bob.do("COPY 1 box") == ["OK COPY completed"]
    assert bob.do("MOVE 1 box") == ["* 1 EXPUNGE", "OK MOVE completed"]
    assert bob.do("APPEND box {1}\nx") == ["OK APPEND completed"]


def test_a_message_keeps_its_letter_when_it_is_copied_moved_and_appended(server: Server) -> None:
    server.deliver(b"Hello")
    bob = server.selected()
    bob.do("CREATE box")
    bob.do("COPY 1 box")
    bob.do("MOVE 1 box")
    bob.do("APPEND INBOX {5}\nHello")
    bob.do("APPEND INBOX {5}\nOther")
    delivered = [event.message for event in server.log if hasattr(event, "cause")]
    assert delivered == [1, 1, 1, 1, 2]


def test_keywords_appear_among_the_flags(server: Server) -> None:
    server.deliver()
    bob = server.selected()
    bob.do("STORE 1 +FLAGS ($Forwarded NonJunk)")
    assert bob.do("STORE 1 -FLAGS (nonjunk)")[0] == "* 1 FETCH (FLAGS ($Forwarded \\Recent))"
    assert bob.do("SELECT INBOX")[1] == (
        "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded)"
    )


def test_namespace(server: Server) -> None:
    # RFC 2342 section 5, example 5.1
    bob = server.login("ACL")
    assert bob.do("NAMESPACE") == ['* NAMESPACE (("" "/")) NIL NIL', "OK NAMESPACE completed"]
    assert bob.do("NAMESPACE x") == ["BAD Too many arguments"]
    # Example 5.7
    assert server.login().do("NAMESPACE")[0] == '* NAMESPACE (("" "/")) (("Other Users/" "/")) NIL'


def test_unselect_removes_nothing(server: Server) -> None:
    server.flag(server.deliver(), "\\Deleted")
    bob = server.selected()
    # RFC 3691 section 2
    assert bob.do("UNSELECT") == ["OK UNSELECT completed"]
    assert server.uids() == [1]
    assert bob.do("UNSELECT") == ["BAD Select a mailbox first"]
    assert bob.do("SELECT INBOX")[-1].startswith("OK")
    assert bob.do("UNSELECT now") == ["BAD Too many arguments"]
    assert bob.state == "SELECTED"


def test_an_empty_mailbox(server: Server) -> None:
    bob = server.selected()
    for command in ("FETCH 1 FLAGS", "FETCH * FLAGS", "FETCH 1:* FLAGS", "STORE * FLAGS ()"):
        assert bob.do(command) == ["BAD There are no messages in the mailbox"]
    assert bob.do("UID FETCH 1:* FLAGS") == ["OK UID FETCH completed"]
    assert bob.do("SEARCH 1:*") == ["* SEARCH", "OK SEARCH completed"]
    assert bob.do("EXPUNGE") == ["OK EXPUNGE completed"]


def test_accounts_are_apart(server: Server) -> None:
    server.store.accounts.add("eve", "apple")
    server.deliver()
    server.login("CHILDREN").do("CREATE secret")
    eve = server.connect("CHILDREN")
    assert eve.do("LOGIN eve@home.example apple") == ["OK LOGIN completed"]
    assert eve.do('LIST "" *')[:-1] == ['* LIST () "/" INBOX']
    assert "* 0 EXISTS" in eve.do("SELECT INBOX")
    assert eve.do("SELECT secret")[1:] == ["NO [NONEXISTENT] No such mailbox"]
