"""METADATA (RFC 5464), its entry for special uses (RFC 6154 section 4)."""

from __future__ import annotations

import pytest

from labserver.store.annotations import COUNT_LIMIT, VALUE_LIMIT
from tests.imap.driver import Client, Server

DONE = ["OK SETMETADATA completed"]
GOT = "OK GETMETADATA completed"


def put(client: Client, mailbox: str, values: str) -> None:
    assert client.do(f"SETMETADATA {mailbox} ({values})") == DONE


def value(client: Client, mailbox: str, entry: str) -> str:
    line, done = client.do(f"GETMETADATA {mailbox} {entry}")
    assert done == GOT
    head = f"* METADATA {mailbox} ({entry} "
    assert line.startswith(head)
    return line.removeprefix(head).removesuffix(")")


# The examples of RFC 5464, in their order


def test_examples_of_getmetadata(server: Server) -> None:
    bob = server.login()
    put(bob, '""', '/shared/comment "Shared comment"')
    put(bob, "INBOX", '/shared/comment "Shared comment" /private/comment "My own comment"')
    # Section 4.2
    assert bob.do('GETMETADATA "" /shared/comment') == [
        '* METADATA "" (/shared/comment "Shared comment")',
        GOT,
    ]
    assert bob.do('GETMETADATA "INBOX" /private/comment') == [
        '* METADATA INBOX (/private/comment "My own comment")',
        GOT,
    ]
    assert bob.do('GETMETADATA "INBOX" (/shared/comment /private/comment)') == [
        '* METADATA INBOX (/shared/comment "Shared comment" /private/comment "My own comment")',
        GOT,
    ]
    # Section 4.4.1, which has its entries without parentheses
    assert bob.do('GETMETADATA "INBOX" /private/comment /shared/comment') == [
        '* METADATA INBOX (/private/comment "My own comment" /shared/comment "Shared comment")',
        GOT,
    ]


def test_examples_of_the_options(server: Server) -> None:
    bob = server.login()
    put(bob, "INBOX", '/private/comment "My own comment"')
    bob.do("SETMETADATA INBOX (/shared/comment {2199}\n" + "x" * 2199 + ")")
    small, boss = "/private/filters/values/small", "/private/filters/values/boss"
    put(bob, "INBOX", f'{small} "SMALLER 5000" {boss} "FROM \\"boss@example.com\\""')
    # Section 4.2.1; the grammar of section 5 has the options before the name
    for command in (
        'GETMETADATA "INBOX" (MAXSIZE 1024) (/shared/comment /private/comment)',
        'GETMETADATA (MAXSIZE 1024) "INBOX" (/shared/comment /private/comment)',
    ):
        assert bob.do(command) == [
            '* METADATA INBOX (/private/comment "My own comment")',
            "OK [METADATA LONGENTRIES 2199] GETMETADATA completed",
        ]
    # Section 4.2.2
    told = [f'* METADATA INBOX ({boss} "FROM \\"boss@example.com\\"" {small} "SMALLER 5000")', GOT]
    assert bob.do('GETMETADATA "INBOX" (DEPTH 1) (/private/filters/values)') == told
    assert bob.do('GETMETADATA (DEPTH 1) "INBOX" /private/filters/values') == told


def test_examples_of_setmetadata(server: Server) -> None:
    bob = server.login()
    # Section 4.3
    text = "My new comment across\r\ntwo lines."
    assert len(text) == 33
    assert bob.raw(b"a SETMETADATA INBOX (/private/comment {33}\r\n").startswith(b"+ ")
    assert bob.raw(f"{text})\r\n".encode()) == b"a OK SETMETADATA completed\r\n"
    assert bob.raw(b"b GETMETADATA INBOX /private/comment\r\n") == (
        f"* METADATA INBOX (/private/comment {{33}}\r\n{text})\r\nb {GOT}\r\n".encode()
    )
    put(bob, "INBOX", "/private/comment NIL")
    assert value(bob, "INBOX", "/private/comment") == "NIL"
    put(bob, "INBOX", '/private/comment "My new comment" /shared/comment "This one is for you!"')
    assert value(bob, "INBOX", "/shared/comment") == '"This one is for you!"'


def test_too_many(server: Server) -> None:
    bob = server.login()
    for n in range(COUNT_LIMIT):
        put(bob, "INBOX", f'/private/filters/{n} "x"')
    refused = ["NO [METADATA TOOMANY] There is no room for more annotations"]
    assert bob.do('SETMETADATA INBOX (/private/comment "My new comment")') == refused
    # What is there may change, and none of a command is set if one can't be
    put(bob, "INBOX", '/private/filters/7 "y"')
    two = 'SETMETADATA INBOX (/private/filters/7 "z" /shared/comment "z" /private/comment "z")'
    assert bob.do(two) == refused
    assert value(bob, "INBOX", "/private/filters/7") == '"y"'
    assert value(bob, "INBOX", "/shared/comment") == "NIL"
    # Others have room of their own; and whoever makes room has some
    put(bob, "INBOX", '/shared/comment "z"')
    put(bob, '""', '/private/comment "z"')
    put(bob, "INBOX", '/private/filters/7 NIL /private/comment "z"')


# Values


def test_values_of_any_octets(server: Server) -> None:
    bob = server.login()
    for name, octets in (
        ("empty", b""),
        ("latin", b"caf\xe9"),
        ("nul", b"a\0b"),
        ("lines", b"a\r\nb"),
        ("large", b"x" * VALUE_LIMIT),
    ):
        kind = b"~" if b"\0" in octets else b""
        head = b"a SETMETADATA INBOX (/shared/%b %b{%d}\r\n" % (name.encode(), kind, len(octets))
        assert bob.raw(head) == b"+ Ready for literal data\r\n"
        assert bob.raw(octets + b")\r\n") == b"a OK SETMETADATA completed\r\n"
        told = b'""' if not octets else b"%b{%d}\r\n%b" % (kind, len(octets), octets)
        assert bob.raw(b"b GETMETADATA INBOX /shared/%b\r\n" % name.encode()) == (
            b"* METADATA INBOX (/shared/%b %b)\r\nb OK GETMETADATA completed\r\n"
            % (name.encode(), told)
        )


def test_a_literal8_needs_no_other_extension(server: Server) -> None:
    bob = server.login("BINARY")
    assert bob.do("SETMETADATA INBOX (/shared/comment ~{3}\na\0b)") == DONE
    assert bob.do("SETMETADATA INBOX (/shared/comment {3}\na\0b)")[0].startswith("BAD ")
    assert bob.raw(b"b GETMETADATA INBOX /shared/comment\r\n") == (
        b"* METADATA INBOX (/shared/comment ~{3}\r\na\0b)\r\nb OK GETMETADATA completed\r\n"
    )


def test_what_is_too_large_is_refused_before_it_is_sent(server: Server) -> None:
    bob = server.login()
    refused = f"NO [METADATA MAXSIZE {VALUE_LIMIT}] The value is too large\r\n".encode()
    size = VALUE_LIMIT + 1
    assert bob.raw(b"a SETMETADATA INBOX (/shared/x {%d}\r\n" % size) == b"a " + refused
    assert bob.raw(b"b NOOP\r\n") == b"b OK NOOP completed\r\n"
    # Sent without waiting it is passed over, and not held
    assert bob.raw(b"a SETMETADATA INBOX (/shared/x {%d+}\r\n" % size) == b"a " + refused
    assert bob.raw(b"x" * size + b")\r\nc NOOP\r\n") == b"c OK NOOP completed\r\n"


# Entries


@pytest.mark.parametrize(
    "entry",
    [
        *("comment", "/comment", "/public/comment", "/private", "/shared", "/private/"),
        *("/private//comment", "/private/comment/", '"/private/a*b"', '"/private/a%b"', '""'),
        *("/shared/vendor", "/shared/vendor/cmu", "/private/vendor/cmu", '"/shared/\x19"'),
        *("/sharedcomment", "private/comment", "/shared/caf\xe9", '"/shared/caf\xe9"', "NIL"),
    ],
)
def test_names_that_no_entry_has(server: Server, entry: str) -> None:
    bob = server.login()
    count = len(server.log)
    assert bob.do(f'SETMETADATA INBOX ({entry} "x")')[0].startswith("BAD ")
    assert len(server.log) == count


@pytest.mark.parametrize(
    "command",
    [
        *("GETMETADATA", "GETMETADATA INBOX", "GETMETADATA INBOX ()", "GETMETADATA /shared/x"),
        *("GETMETADATA INBOX /shared//x", "GETMETADATA INBOX (/shared/x", "GETMETADATA INBOX x"),
        *("GETMETADATA () INBOX /shared/x", "GETMETADATA (DEPTH) INBOX /shared/x"),
        *("GETMETADATA (DEPTH 2) INBOX /shared/x", "GETMETADATA (DEPTH 1 DEPTH 1) INBOX /shared/x"),
        *("GETMETADATA (MAXSIZE x) INBOX /shared/x", "GETMETADATA (WIDTH 1) INBOX /shared/x"),
        *("GETMETADATA (MAXSIZE 1) INBOX (DEPTH 1) /shared/x", "GETMETADATA INBOX (DEPTH 1)"),
        *("GETMETADATA INBOX (/shared/x)x", "GETMETADATA INBOX /shared/*"),
        *("SETMETADATA", "SETMETADATA INBOX", "SETMETADATA INBOX ()"),
        "SETMETADATA INBOX /shared/x",
        *("SETMETADATA INBOX (/shared/x)", "SETMETADATA INBOX (/shared/x atom)"),
        *('SETMETADATA INBOX (/shared/x "y"', 'SETMETADATA INBOX (/shared/x "y" )'),
        *('SETMETADATA INBOX /shared/x "y"', "SETMETADATA INBOX (/shared/x ~)"),
        *('SETMETADATA INBOX (/shared/x ~"y")', "SETMETADATA INBOX (/shared/x (y))"),
    ],
)
def test_what_is_not_in_the_grammar_is_bad(server: Server, command: str) -> None:
    bob = server.login()
    count = len(server.log)
    assert bob.do(command)[0].startswith("BAD ")
    assert len(server.log) == count


def test_names_of_entries_are_the_same_in_any_case(server: Server) -> None:
    bob = server.login()
    put(bob, "INBOX", '/Private/COMMENT "a"')
    put(bob, "inbox", '/PRIVATE/comment "b"')
    assert value(bob, "INBOX", "/private/comment") == '"b"'
    put(bob, "INBOX", '/private/comment "c" /private/Comment "d"')
    assert value(bob, "INBOX", "/private/comment") == '"d"'


def test_depth(server: Server) -> None:
    bob = server.login()
    put(bob, "INBOX", '/private/a "1" /private/a/b "2" /private/a/b/c "3" /private/ab "4"')
    put(bob, "INBOX", '/shared/vendor/cmu/x "5"')

    def names(arguments: str) -> list[str]:
        *lines, done = bob.do(f"GETMETADATA {arguments}")
        assert done == GOT
        return [word for line in lines for word in line.split() if word.lstrip("(")[0] == "/"]

    assert names("(DEPTH 0) INBOX /private/a") == ["(/private/a"]
    assert names("(DEPTH 1) INBOX /private/a") == ["(/private/a", "/private/a/b"]
    below = ["(/private/a", "/private/a/b", "/private/a/b/c"]
    assert names("(depth Infinity) INBOX /private/a") == below
    assert names("(DEPTH infinity) INBOX (/private/a /private/a/b)") == below
    assert names("(DEPTH infinity) INBOX /private") == [*below, "/private/ab"]
    assert names("(DEPTH infinity) INBOX /shared/vendor") == ["(/shared/vendor/cmu/x"]
    assert names("(DEPTH 1) INBOX /shared") == []
    assert names("(DEPTH infinity MAXSIZE 1) INBOX /shared") == ["(/shared/vendor/cmu/x"]


def test_only_values_that_are_too_long_are_left_out(server: Server) -> None:
    bob = server.login()
    put(bob, "INBOX", '/private/a "12345" /private/b "1234567" /private/c "123"')
    assert bob.do("GETMETADATA (MAXSIZE 5) INBOX (/private/a /private/b /private/d)") == [
        '* METADATA INBOX (/private/a "12345" /private/d NIL)',
        "OK [METADATA LONGENTRIES 7] GETMETADATA completed",
    ]
    assert bob.do("GETMETADATA (MAXSIZE 0) INBOX (/private/a /private/b)") == [
        "OK [METADATA LONGENTRIES 7] GETMETADATA completed"
    ]
    assert bob.do("GETMETADATA (MAXSIZE 4) INBOX /private/c")[-1] == GOT


def test_the_administrator_is_told_and_not_changed(server: Server) -> None:
    bob = server.login()
    assert value(bob, '""', "/shared/admin") == '"mailto:postmaster@home.example"'
    refused = ["NO [CANNOT] Only the server sets that entry"]
    assert bob.do('SETMETADATA "" (/shared/admin "mailto:eve@home.example")') == refused
    assert bob.do('SETMETADATA "" (/shared/comment "x" /Shared/Admin NIL)') == refused
    assert bob.do('GETMETADATA (DEPTH 1) "" /shared') == [
        '* METADATA "" (/shared/admin "mailto:postmaster@home.example")',
        GOT,
    ]
    assert value(bob, "INBOX", "/shared/admin") == "NIL"


def test_whose_an_annotation_is(server: Server) -> None:
    server.store.accounts.add("alice", "rose")
    bob, alice = server.login(), server.connect()
    alice.do("LOGIN alice rose")
    put(bob, '""', '/shared/comment "all" /private/comment "bob"')
    put(bob, "INBOX", '/shared/comment "box"')
    assert value(alice, '""', "/shared/comment") == '"all"'
    assert value(alice, '""', "/private/comment") == "NIL"
    assert value(alice, "INBOX", "/shared/comment") == "NIL"
    put(alice, '""', '/private/comment "alice"')
    assert value(bob, '""', "/private/comment") == '"bob"'


# Mailboxes


def test_a_mailbox_that_is_not_there(server: Server) -> None:
    bob = server.login()
    assert bob.do("GETMETADATA nowhere /shared/x") == ["NO [NONEXISTENT] No such mailbox"]
    assert bob.do("SETMETADATA nowhere (/shared/x NIL)") == ["NO [NONEXISTENT] No such mailbox"]
    assert bob.do("GETMETADATA &broken /shared/x")[0].startswith("NO [CANNOT]")


def test_annotations_follow_their_mailbox(server: Server) -> None:
    bob = server.login()
    bob.do("CREATE a/b")
    put(bob, "a", '/shared/x "a"')
    put(bob, "a/b", '/private/x "b"')
    bob.do("RENAME a z")
    assert value(bob, "z", "/shared/x") == '"a"'
    assert value(bob, "z/b", "/private/x") == '"b"'
    # \Noselect: may be annotated, but what the mailbox had is gone
    bob.do("DELETE z")
    assert value(bob, "z", "/shared/x") == "NIL"
    put(bob, "z", '/shared/x "level"')
    assert value(bob, "z", "/shared/x") == '"level"'
    bob.do("DELETE z/b")
    bob.do("CREATE z/b")
    assert value(bob, "z/b", "/private/x") == "NIL"


def test_a_renamed_inbox_leaves_its_annotations_and_takes_a_copy(server: Server) -> None:
    bob = server.login()
    put(bob, "INBOX", '/shared/x "s" /private/x "p" /private/specialuse "\\\\Archive"')
    bob.do("RENAME INBOX old")
    for name in ("INBOX", "old"):
        assert value(bob, name, "/shared/x") == '"s"'
        assert value(bob, name, "/private/x") == '"p"'
    put(bob, "old", '/shared/x "other"')
    assert value(bob, "INBOX", "/shared/x") == '"s"'
    # A use is one mailbox's only
    assert value(bob, "INBOX", "/private/specialuse") == '"\\\\Archive"'
    assert value(bob, "old", "/private/specialuse") == "NIL"


def test_names_that_are_not_ascii(server: Server) -> None:
    bob = server.login()
    bob.do("CREATE Entw&APw-rfe")
    put(bob, "Entw&APw-rfe", '/shared/x "1"')
    assert value(bob, "Entw&APw-rfe", "/shared/x") == '"1"'
    bob.do("ENABLE IMAP4rev2")
    line = bob.raw('a GETMETADATA "Entwürfe" /shared/x\r\n'.encode())
    assert line.startswith('* METADATA "Entwürfe" (/shared/x "1")\r\n'.encode())


def test_a_change_raises_the_mod_sequence(server: Server) -> None:
    # RFC 7162 section 3.2
    bob = server.login()

    def highest() -> int:
        return server.store.mailboxes.get(server.bob, "INBOX").modseq

    before = highest()
    put(bob, "INBOX", '/private/comment "a" /shared/comment "b"')
    assert highest() == before + 1
    put(bob, "INBOX", '/private/comment "a"')
    put(bob, "INBOX", "/private/nothing NIL")
    put(bob, '""', '/private/comment "a"')
    assert highest() == before + 1
    put(bob, "INBOX", '/private/specialuse "\\\\Junk"')
    assert highest() == before + 2


# Special uses (RFC 6154 section 4)


def test_special_uses(server: Server) -> None:
    bob = server.login("CHILDREN")
    for name, use in (("SentMail", "Sent"), ("MyDrafts", "Drafts"), ("Trash", "Trash")):
        bob.do(f"CREATE {name} (USE (\\{use}))")
    bob.do("CREATE SavedDrafts")
    # RFC 6154 section 5.4
    assert bob.do('GETMETADATA "MyDrafts" /private/specialuse') == [
        '* METADATA MyDrafts (/private/specialuse "\\\\Drafts")',
        GOT,
    ]
    # There the use moves. Here it is refused, as CREATE refuses it, and must be taken first.
    new = 'SETMETADATA "SavedDrafts" (/private/specialuse "\\\\Drafts" /private/comment "x")'
    assert bob.do(new) == ["NO [USEATTR] 'MyDrafts' is \\Drafts already"]
    assert value(bob, "SavedDrafts", "/private/comment") == "NIL"
    put(bob, "MyDrafts", "/private/specialuse NIL")
    assert bob.do(new) == DONE
    put(bob, "SentMail", "/private/specialuse NIL")
    assert bob.do('LIST "" "%" RETURN (SPECIAL-USE)') == [
        '* LIST () "/" INBOX',
        '* LIST () "/" MyDrafts',
        '* LIST (\\Drafts) "/" SavedDrafts',
        '* LIST () "/" SentMail',
        '* LIST (\\Trash) "/" Trash',
        "OK LIST completed",
    ]
    # Again, in other letters and another order, is no change; more than one may stand there
    put(bob, "Trash", '/private/specialuse "\\\\junk \\\\TRASH"')
    assert value(bob, "Trash", "/private/specialuse") == '"\\\\Junk \\\\Trash"'
    put(bob, "Trash", '/private/specialuse ""')
    assert value(bob, "Trash", "/private/specialuse") == "NIL"


def test_uses_that_are_not_there(server: Server) -> None:
    bob = server.login()
    for use in ("\\\\All", "Sent", "caf"):
        reply = bob.do(f'SETMETADATA INBOX (/private/specialuse "{use}")')
        assert reply[0].startswith("NO [USEATTR] ")
    assert bob.do("SETMETADATA INBOX (/private/specialuse {2}\n\xe9)")[0].startswith("NO [USEATTR]")
    bob.do("CREATE a/b")
    bob.do("DELETE a")
    assert bob.do('SETMETADATA a (/private/specialuse "\\\\Sent")')[0].startswith("NO [USEATTR] ")
    # On the server it is an entry like any other
    put(bob, '""', '/private/specialuse "x"')
    assert value(bob, '""', "/private/specialuse") == '"x"'


# What others change (section 4.4)


def test_changes_of_others_are_told_to_who_asked(server: Server) -> None:
    server.store.accounts.add("alice", "rose")
    bob, other, plain = (server.login() for _ in range(3))
    alice = server.connect()
    alice.do("LOGIN alice rose")
    for client in (bob, other, alice):
        assert client.do("ENABLE METADATA-SERVER METADATA")[0] == "* ENABLED METADATA"
    # Section 4.4.2
    put(other, '""', '/shared/comment "x"')
    assert bob.do("NOOP") == ['* METADATA "" /shared/comment', "OK NOOP completed"]
    assert alice.do("NOOP") == ['* METADATA "" /shared/comment', "OK NOOP completed"]
    put(other, "INBOX", '/shared/comment "x" /private/comment "x"')
    put(other, "INBOX", '/shared/comment "y"')
    assert bob.do("NOOP") == [
        "* METADATA INBOX /shared/comment /private/comment",
        "OK NOOP completed",
    ]
    put(other, '""', '/private/comment "x"')
    put(other, "INBOX", "/shared/comment NIL")
    assert bob.do("CHECK") == ["BAD Select a mailbox first"]
    assert bob.do("NOOP") == [
        '* METADATA "" /private/comment',
        "* METADATA INBOX /shared/comment",
        "OK NOOP completed",
    ]
    for client in (bob, other, plain, alice):
        assert client.do("NOOP") == ["OK NOOP completed"]
    # What does not change is not told
    put(other, "INBOX", "/shared/comment NIL")
    assert bob.do("NOOP") == ["OK NOOP completed"]


def test_changes_are_pushed_in_idle(server: Server) -> None:
    bob, other = server.login(), server.login()
    bob.do("ENABLE METADATA")
    put(other, '""', '/private/comment "x"')
    assert bob.news() == []
    assert bob.raw(b"a IDLE\r\n") == b'* METADATA "" /private/comment\r\n+ idling\r\n'
    wakes = bob.wakes
    put(other, '""', "/private/comment NIL")
    assert bob.wakes > wakes
    assert bob.news() == ['* METADATA "" /private/comment']
    assert bob.raw(b"DONE\r\n") == b"a OK IDLE terminated\r\n"


def test_a_mailbox_is_told_of_by_its_name_now(server: Server) -> None:
    bob, other = server.login(), server.login()
    bob.do("ENABLE METADATA")
    for command in ("CREATE a", "CREATE b"):
        other.do(command)
    for name in ("b", "INBOX", "a"):
        put(other, name, '/private/x "1"')
    other.do("RENAME a c")
    other.do("DELETE b")
    assert bob.do("NOOP")[:-1] == ["* METADATA INBOX /private/x", "* METADATA c /private/x"]


def test_what_is_held_for_a_client_is_bounded(server: Server) -> None:
    bob, other = server.selected(), server.login()
    bob.do("CLOSE")
    bob.do("ENABLE METADATA")
    for n in range(1001):
        put(other, "INBOX", f'/private/{n % 90}/{n} "x"')
        put(other, "INBOX", f"/private/{n % 90}/{n} NIL")
    assert bob.news() == ["* BYE More annotations have changed than could be told"]
    assert bob.session.next == "close"
    assert other.do("NOOP") == ["OK NOOP completed"]


def test_who_has_gone_is_told_nothing_and_costs_nothing(server: Server) -> None:
    bob, other = server.login(), server.login()
    bob.do("ENABLE METADATA")
    bob.do("LOGOUT")
    put(other, '""', '/private/comment "x"')
    assert bob.wakes == 0
    again = server.login()
    again.do("ENABLE METADATA")
    again.do("UNAUTHENTICATE")
    assert server.store.database._observers == []


# Switched off


def test_without_mailbox_annotations(server: Server) -> None:
    bob = server.login("METADATA")
    told = bob.do("CAPABILITY")[0].split()
    assert "METADATA-SERVER" in told
    assert "METADATA" not in told
    assert bob.do("ENABLE METADATA METADATA-SERVER")[0] == "* ENABLED METADATA-SERVER"
    put(bob, '""', '/shared/comment "x"')
    refused = ["NO [CANNOT] Only the server has annotations here, no mailbox"]
    assert bob.do("GETMETADATA INBOX /shared/comment") == refused
    assert bob.do('SETMETADATA INBOX (/shared/comment "x")') == refused
    other = server.login()
    put(other, "INBOX", '/shared/comment "x"')
    put(other, '""', '/shared/comment "y"')
    assert bob.do("NOOP")[:-1] == ['* METADATA "" /shared/comment']


def test_one_name_is_advertised(server: Server) -> None:
    told = server.login().do("CAPABILITY")[0].split()
    assert "METADATA" in told
    assert "METADATA-SERVER" not in told
    bob = server.login("METADATA-SERVER")
    assert "METADATA" not in bob.do("CAPABILITY")[0]
    assert bob.do("ENABLE METADATA")[0] == "* ENABLED"
    assert bob.do('GETMETADATA "" /shared/x') == ["BAD Unknown command GETMETADATA"]


def test_without_special_use(server: Server) -> None:
    bob, other = server.login("SPECIAL-USE"), server.login()
    bob.do("ENABLE METADATA")
    put(other, "INBOX", '/private/specialuse "\\\\Junk"')
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert value(bob, "INBOX", "/private/specialuse") == "NIL"
    assert bob.do("GETMETADATA (DEPTH 1) INBOX /private") == [GOT]
    assert bob.do("SETMETADATA INBOX (/private/specialuse NIL)") == [
        "NO [CANNOT] There is no such entry here"
    ]
