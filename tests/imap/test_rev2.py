r"""IMAP4rev2 (RFC 9051): what ENABLE changes, and what a session of IMAP4rev1 beside it sees."""

from __future__ import annotations

import re

import pytest

from labserver.imap.capabilities import REV2_PARTS
from tests.imap.driver import Client, Server

NAMES = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
E_ACUTE = "\u00e9"
DECOMPOSED = "e\u0301"


def rev2(server: Server, *without: str) -> Client:
    client = server.login("CHILDREN", *without)
    assert client.do("ENABLE IMAP4rev2") == ["* ENABLED IMAP4rev2", "OK ENABLE completed"]
    return client


def said(client: Client, command: str) -> list[str]:
    """Give a command; return the lines of the reply, which may be UTF-8."""
    return [line.encode("latin-1").decode("utf-8") for line in client.do(command)]


# Section 6.3.1


def test_both_revisions_are_advertised_before_and_after_enable(server: Server) -> None:
    client = server.login()
    before = client.do("CAPABILITY")
    assert {"IMAP4rev1", "IMAP4rev2"} <= set(before[0].split())
    assert client.do("ENABLE imap4REV2") == ["* ENABLED IMAP4rev2", "OK ENABLE completed"]
    assert client.do("CAPABILITY") == before
    assert client.do("ENABLE IMAP4rev2") == ["* ENABLED", "OK ENABLE completed"]
    assert client.do("LOGOUT")[0] == "* BYE IMAP4rev2 server logging out"


@pytest.mark.parametrize("part", [*REV2_PARTS, "IMAP4rev2"])
def test_without_a_part_of_it_there_is_none(server: Server, part: str) -> None:
    client = server.login(part)
    assert "IMAP4rev2" not in client.do("CAPABILITY")[0].split()
    if part != "ENABLE":
        assert client.do("ENABLE IMAP4rev2") == ["* ENABLED", "OK ENABLE completed"]
    assert "* 0 RECENT" in client.do("SELECT INBOX")


# Sections 6.3.2 and 6.3.3, Appendix E items 9 to 12


def test_select_and_examine(server: Server) -> None:
    server.flag(server.deliver(), "\\Seen")
    server.deliver()
    bob = rev2(server, "CONDSTORE", "OBJECTID")
    bob.do("CREATE Drafts (USE (\\Drafts))")
    uidvalidity = server.store.mailboxes.get(server.bob, "INBOX").uidvalidity
    assert bob.do("SELECT INBOX") == [
        f"* FLAGS ({NAMES})",
        f"* OK [PERMANENTFLAGS ({NAMES} \\*)] These flags can be changed",
        "* 2 EXISTS",
        f"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
        "* OK [UIDNEXT 3] Predicted next UID",
        '* LIST () "/" INBOX',
        "OK [READ-WRITE] SELECT completed",
    ]
    reply = bob.do("EXAMINE Drafts")
    assert reply[0] == "* OK [CLOSED] Previous mailbox is now closed"
    assert reply[3] == "* 0 EXISTS"
    assert reply[-2:] == [
        '* LIST (\\Drafts) "/" Drafts',
        "OK [READ-ONLY] EXAMINE completed",
    ]
    assert bob.do("SELECT nowhere") == [
        "* OK [CLOSED] Previous mailbox is now closed",
        "NO [NONEXISTENT] No such mailbox",
    ]
    assert bob.state == "AUTHENTICATED"
    assert bob.do("SELECT nowhere") == ["NO [NONEXISTENT] No such mailbox"]
    # The example of section 8
    assert '* LIST () "/" INBOX ("OLDNAME" ("inbox"))' in bob.do("select inbox")
    assert bob.do("UNSELECT") == ["OK UNSELECT completed"]


def test_select_in_rev1_has_nothing_of_it(server: Server) -> None:
    server.deliver()
    bob = server.login("CONDSTORE")  # which has CLOSED too
    bob.do("SELECT INBOX")
    reply = bob.do("SELECT inbox")
    assert not any("LIST" in line or "CLOSED" in line for line in reply)
    assert "* 0 RECENT" in reply
    assert any("[UNSEEN 1]" in line for line in reply)


# \Recent: Appendix E item 12


def test_recent_is_nowhere(server: Server) -> None:
    server.deliver()
    bob = rev2(server)
    told = bob.do("SELECT INBOX")
    server.deliver()
    told += bob.do("NOOP")
    told += bob.do("FETCH 1:* (FLAGS UID)")
    told += bob.do("STORE 1 +FLAGS (\\Flagged)")
    bob.do("IDLE")
    server.deliver()
    server.flag(2, "\\Answered")
    told += bob.news()
    assert "* 2 EXISTS" in told
    assert "* 3 EXISTS" in told
    assert "* 1 FETCH (FLAGS (\\Flagged))" in told
    # Appendix E item 21: unsolicited FETCH has the UID
    assert "* 2 FETCH (FLAGS (\\Answered) UID 2)" in told
    assert not any("recent" in line.lower() for line in told)


def test_a_rev2_session_is_the_first_to_be_notified_like_any_other(server: Server) -> None:
    server.deliver()
    new = rev2(server)
    new.do("SELECT INBOX")
    old = server.selected()
    assert old.do("FETCH 1 FLAGS")[0] == "* 1 FETCH (FLAGS ())"
    server.deliver()
    assert new.do("NOOP")[0] == "* 2 EXISTS"
    assert old.do("NOOP")[:2] == ["* 2 EXISTS", "* 0 RECENT"]
    server.deliver()
    assert old.do("NOOP")[:2] == ["* 3 EXISTS", "* 1 RECENT"]
    assert new.do("NOOP")[0] == "* 3 EXISTS"
    assert old.do("FETCH 3 FLAGS")[0] == "* 3 FETCH (FLAGS (\\Recent))"
    assert new.do("FETCH 3 FLAGS")[0] == "* 3 FETCH (FLAGS ())"
    # EXAMINE takes nothing, in either revision.
    server.store.mailboxes.create(server.bob, "box")
    server.deliver(mailbox="box")
    rev2(server).do("EXAMINE box")
    assert "* 1 RECENT" in server.login().do("SELECT box")


# What IMAP4rev2 has no more: Appendix E items 12, 17, 18 and 19


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("CHECK", "BAD Unknown command CHECK"),
        ('LSUB "" *', "BAD Unknown command LSUB"),
        ("FETCH 1 RFC822", "BAD There is no FETCH item RFC822"),
        ("FETCH 1 (UID RFC822.HEADER)", "BAD There is no FETCH item RFC822.HEADER"),
        ("UID FETCH 1 RFC822.TEXT", "BAD There is no FETCH item RFC822.TEXT"),
        ("SEARCH NEW", "BAD IMAP4rev2 has no SEARCH key NEW"),
        ("SEARCH NOT OLD", "BAD IMAP4rev2 has no SEARCH key OLD"),
        ("UID SEARCH (SEEN RECENT)", "BAD IMAP4rev2 has no SEARCH key RECENT"),
        ("STATUS INBOX (MESSAGES RECENT)", "BAD There is no STATUS item RECENT"),
    ],
)
def test_what_is_removed(server: Server, command: str, reply: str) -> None:
    server.deliver()
    old = server.selected()
    assert old.do(command)[-1].startswith("OK ")
    new = rev2(server)
    new.do("SELECT INBOX")
    assert new.do(command) == [reply]
    assert new.do("FETCH 1 RFC822.SIZE")[0] == "* 1 FETCH (RFC822.SIZE 58)"


# What is new in the grammar


def test_status_deleted(server: Server) -> None:
    server.flag(server.deliver(), "\\Deleted")
    server.deliver()
    bob = rev2(server)
    # Section 6.3.11
    assert bob.do("STATUS INBOX (DELETED SIZE MESSAGES)")[0] == (
        "* STATUS INBOX (DELETED 1 SIZE 116 MESSAGES 2)"
    )
    assert bob.do('LIST "" INBOX RETURN (STATUS (DELETED))')[1] == "* STATUS INBOX (DELETED 1)"
    old = server.login("QUOTA=RES-MESSAGE")  # which brings it too (RFC 9208 section 4.1.4)
    assert old.do("STATUS INBOX (DELETED)") == ["BAD There is no STATUS item DELETED"]


def test_sizes_have_63_bits(server: Server) -> None:
    server.deliver(b"Hello")
    new, old = rev2(server), server.selected()
    new.do("SELECT INBOX")
    # Section 9: number64
    for command, reply in (
        ("FETCH 1 BODY.PEEK[]<1.9223372036854775807>", "* 1 FETCH (BODY[]<1> {4}"),
        ("FETCH 1 BODY.PEEK[]<9223372036854775807.1>", "* 1 FETCH (BODY[]<9223372036854775807> "),
        ("SEARCH SMALLER 9223372036854775807", '* ESEARCH (TAG "a6") ALL 1'),
        ("SEARCH LARGER 4294967296", '* ESEARCH (TAG "a7")'),
    ):
        assert new.do(command)[0].startswith(reply)
        assert old.do(command) == ["BAD The number is too large"]
    for command in ("SEARCH LARGER 9223372036854775808", "FETCH 1 BODY[]<0.9223372036854775808>"):
        assert new.do(command) == ["BAD The number is too large"]


def test_unsubscribe_of_what_is_not_subscribed(server: Server) -> None:
    # Section 6.3.8; RFC 3501 section 6.3.7 has OK only if it was
    assert rev2(server).do("UNSUBSCRIBE x") == ["OK UNSUBSCRIBE completed"]
    assert server.login().do("UNSUBSCRIBE x")[0].startswith("NO [NONEXISTENT] ")


# Names: section 5.1, and what other commands say of them


def test_names_are_utf8_for_one_and_modified_utf7_for_the_other(server: Server) -> None:
    new, old = rev2(server), server.login("CHILDREN")
    assert new.do(f'CREATE "{E_ACUTE}t{E_ACUTE}"')[-1].endswith("CREATE completed")
    assert new.do("CREATE R&D")[-1].endswith("CREATE completed")
    assert old.do("CREATE &U,BTFw-")[-1].endswith("CREATE completed")
    assert said(new, 'LIST "" *')[1:-1] == [
        '* LIST () "/" R&D',
        f'* LIST () "/" "{E_ACUTE}t{E_ACUTE}"',
        '* LIST () "/" "\u53f0\u5317"',
    ]
    assert old.do('LIST "" *')[1:-1] == [
        '* LIST () "/" R&-D',
        '* LIST () "/" &AOk-t&AOk-',
        '* LIST () "/" &U,BTFw-',
    ]
    assert said(new, f'STATUS "{E_ACUTE}t{E_ACUTE}" (MESSAGES)')[0] == (
        f'* STATUS "{E_ACUTE}t{E_ACUTE}" (MESSAGES 0)'
    )
    assert said(new, 'LIST "" "%\u5317"')[:-1] == ['* LIST () "/" "\u53f0\u5317"']
    size = len(f"{E_ACUTE}t{E_ACUTE}".encode())
    assert new.do(f"DELETE {{{size}}}\n{E_ACUTE}t{E_ACUTE}") == ["OK DELETE completed"]


def test_a_denormalised_name_means_the_normalised_one_everywhere(server: Server) -> None:
    bob = rev2(server)
    oldname = f'("OLDNAME" ("{DECOMPOSED}"))'
    told = f'* LIST () "/" "{E_ACUTE}" {oldname}'
    # Section 6.3.4
    assert said(bob, f'CREATE "{DECOMPOSED}"') == [
        told,
        "OK [MAILBOXID (F2)] CREATE completed",
    ]
    assert said(bob, f'CREATE "{DECOMPOSED}"')[0].startswith("NO [ALREADYEXISTS] ")
    assert told in said(bob, f'SELECT "{DECOMPOSED}"')
    append = said(bob, f'APPEND "{DECOMPOSED}" {{5}}\nHello')
    assert append[0] == told
    assert append[-1].startswith("OK [APPENDUID ")
    assert said(bob, f'STATUS "{DECOMPOSED}" (MESSAGES)')[0] == f'* STATUS "{E_ACUTE}" (MESSAGES 1)'
    assert re.match(r"OK \[COPYUID \d+ 1 2\]", said(bob, f'COPY 1 "{DECOMPOSED}"')[-1])
    assert said(bob, f'LIST "" "{DECOMPOSED}"')[0] == f'* LIST () "/" "{E_ACUTE}"'
    bob.do(f'SUBSCRIBE "{DECOMPOSED}"')
    assert said(bob, 'LIST (SUBSCRIBED) "" *')[0] == f'* LIST (\\Subscribed) "/" "{E_ACUTE}"'
    assert bob.do("UNSELECT") == ["OK UNSELECT completed"]
    # Section 6.3.6: either spelling counts, OLDNAME is that of the old name.
    assert said(bob, f'RENAME "{DECOMPOSED}" x') == [
        f'* LIST () "/" x {oldname}',
        "OK RENAME completed",
    ]
    assert said(bob, f'RENAME x "{DECOMPOSED}/"') == [
        f'* LIST () "/" "{E_ACUTE}" ("OLDNAME" ("x"))',
        "OK RENAME completed",
    ]
    # Section 6.3.5
    assert said(bob, f'DELETE "{DECOMPOSED}"') == [
        f'* LIST (\\NonExistent) "/" "{E_ACUTE}" {oldname}',
        "OK DELETE completed",
    ]


def test_nothing_is_told_of_names_that_were_spelled_right(server: Server) -> None:
    bob = rev2(server)
    for command, name in (
        (f'CREATE "{E_ACUTE}/"', "CREATE"),
        (f'RENAME "{E_ACUTE}" b/c/', "RENAME"),
        ("RENAME inbox d", "RENAME"),
        ("DELETE b/c", "DELETE"),
    ):
        (told,) = bob.do(command)
        assert told.endswith(f"{name} completed")


def test_rev1_cannot_make_a_name_that_rev2_could_not_reach(server: Server) -> None:
    # Appendix A.1 has modified UTF-7 kept exactly; section 5.1 has none but Net-Unicode.
    assert server.login().do("CREATE e&AwE-") == [
        "NO [CANNOT] A mailbox name is in Unicode Normalization Form C"
    ]


@pytest.mark.parametrize(
    "name", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"]
)
def test_what_is_no_utf8_is_no_name(server: Server, name: bytes) -> None:
    bob = rev2(server)
    assert bob.raw(b'x CREATE "' + name + b'"\r\n').startswith(b"x BAD The quoted string is wrong")
    bob.raw(b"x CREATE {%d}\r\n" % len(name))
    assert bob.raw(name + b"\r\n") == b"x NO [CANNOT] The mailbox name is not in UTF-8\r\n"
    assert bob.raw(b"x CREATE " + name + b"\r\n").startswith(b"x BAD ")
    assert bob.do('LIST "" *')[:-1] == ['* LIST () "/" INBOX']


@pytest.mark.parametrize("name", ["a\u0085b", "a\u2028b", "a\u009fb", "\u00e9*"])
def test_what_is_utf8_and_no_name(server: Server, name: str) -> None:
    (reply,) = rev2(server).do(f'CREATE "{name}"')
    assert reply.startswith("NO [CANNOT] ")


@pytest.mark.parametrize(
    "command",
    [f'CREATE "{E_ACUTE}"', f'SEARCH SUBJECT "{E_ACUTE}"', f'STATUS "{E_ACUTE}" (MESSAGES)'],
)
def test_before_enable_quoted_strings_are_ascii(server: Server, command: str) -> None:
    old = server.selected()
    assert old.do(command)[0].startswith("BAD The quoted string is wrong")


@pytest.mark.parametrize(
    "command",
    [
        f'SEARCH ON "1-Feb-20{E_ACUTE}"',
        f'APPEND INBOX "{E_ACUTE} 7-Feb-1994 21:52:25 -0800" {{1}}',
    ],
)
def test_a_date_is_no_place_for_utf8(server: Server, command: str) -> None:
    bob = rev2(server)
    bob.do("SELECT INBOX")
    assert bob.raw(f"x {command}\r\n".encode()).startswith(b"x BAD A date ")


# Hierarchy


def test_delete(server: Server) -> None:
    bob = rev2(server)
    bob.do("CREATE blurdybloop")
    bob.do("CREATE foo/bar")
    assert bob.do("DELETE foo") == ["OK DELETE completed"]
    # Section 6.3.5, the first example
    assert bob.do('LIST "" *')[1:-1] == [
        '* LIST () "/" blurdybloop',
        '* LIST (\\Noselect) "/" foo',
        '* LIST () "/" foo/bar',
    ]
    assert bob.do("DELETE blurdybloop") == ["OK DELETE completed"]
    assert bob.do("DELETE foo")[0].startswith("NO [HASCHILDREN] ")
    assert bob.do("APPEND foo {1}\nx") == ["NO [TRYCREATE] No such mailbox"]
    assert bob.do("SELECT foo") == ["NO [NONEXISTENT] No such mailbox"]
    assert bob.do("DELETE foo/bar") == ["OK DELETE completed"]
    assert bob.do('LIST "" *')[1:-1] == ['* LIST (\\Noselect) "/" foo']
    assert bob.do("DELETE foo") == ["OK DELETE completed"]


def test_rename_of_inbox(server: Server) -> None:
    server.deliver()
    bob = rev2(server)
    bob.do("CREATE INBOX/bar")
    # Section 6.3.6
    assert bob.do("RENAME INBOX old-mail") == ["OK RENAME completed"]
    assert bob.do('LIST "" *')[:-1] == [
        '* LIST () "/" INBOX',
        '* LIST () "/" INBOX/bar',
        '* LIST () "/" old-mail',
    ]
    assert bob.do('LIST "" % RETURN (STATUS (MESSAGES))')[1::2] == [
        "* STATUS INBOX (MESSAGES 0)",
        "* STATUS old-mail (MESSAGES 1)",
    ]


# Other examples


def test_append_and_copy(server: Server) -> None:
    for n in range(4):
        server.deliver(f"Subject: {n}\r\n\r\n".encode())
    bob = rev2(server)
    for name in ("saved-messages", "meeting", "funny"):
        bob.do(f"CREATE {name}")
    bob.do("SELECT INBOX")
    validity = {
        name: server.store.mailboxes.get(server.bob, name).uidvalidity
        for name in ("saved-messages", "meeting", "funny")
    }
    # Section 6.3.12, the second example
    assert bob.raw(b"A003 APPEND saved-messages (\\Seen) {5+}\r\nHello\r\n") == (
        b"A003 OK [APPENDUID %d 1] APPEND completed\r\n" % validity["saved-messages"]
    )
    assert bob.do("COPY 2:4 meeting") == [
        f"OK [COPYUID {validity['meeting']} 2:4 1:3] COPY completed"
    ]
    assert bob.do("UID COPY 305:310 meeting") == ["OK UID COPY completed"]
    assert bob.do("COPY 2 funny") == [f"OK [COPYUID {validity['funny']} 2 1] COPY completed"]
    told = bob.do("SELECT funny")
    assert told[0] == "* OK [CLOSED] Previous mailbox is now closed"
    assert {"* 1 EXISTS", "* OK [UIDNEXT 2] Predicted next UID", '* LIST () "/" funny'} < set(told)
    assert told[-1] == "OK [READ-WRITE] SELECT completed"
    # Section 6.3.11
    assert bob.do("STATUS meeting (UIDNEXT MESSAGES)") == [
        "* STATUS meeting (UIDNEXT 4 MESSAGES 3)",
        "OK STATUS completed",
    ]
    # Section 6.3.7
    assert bob.do("SUBSCRIBE #news.comp.mail.mime") == ["OK SUBSCRIBE completed"]
    assert bob.do('LIST (SUBSCRIBED) "" *') == [
        '* LIST (\\NonExistent \\Subscribed) "/" #news.comp.mail.mime',
        "OK LIST completed",
    ]


def test_names_that_others_change_while_the_mailbox_is_selected(server: Server) -> None:
    bob, other = rev2(server), rev2(server)
    bob.do(f'CREATE "{E_ACUTE}"')
    bob.do(f'SELECT "{DECOMPOSED}"')
    assert other.do(f'RENAME "{E_ACUTE}" x') == ["OK RENAME completed"]
    assert bob.do("NOOP") == ["OK NOOP completed"]
    assert bob.states[-1] == ("SELECTED", "x")
    # RFC 2180 section 3.3
    assert other.do("DELETE x") == ["OK DELETE completed"]
    assert bob.do("NOOP") == ["* BYE The mailbox has been deleted"]


# Section 9: media-message


def test_a_message_global_shows_the_message_in_it(server: Server) -> None:
    server.deliver(b"Content-Type: message/global\r\n\r\nSubject: in\r\n\r\nx\r\n")
    old, new = server.login("CHILDREN"), rev2(server)
    basic = '"message" "global" NIL NIL NIL "7BIT" 18'
    envelope = '(NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)'
    inner = '"text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 3 1'
    for client, body, structure in (
        (old, f"({basic})", f"({basic} NIL NIL NIL NIL)"),
        (
            new,
            f"({basic} {envelope} ({inner}) 3)",
            f"({basic} {envelope} ({inner} NIL NIL NIL NIL) 3 NIL NIL NIL NIL)",
        ),
    ):
        client.do("EXAMINE INBOX")
        assert client.do("FETCH 1 (BODY BODYSTRUCTURE)") == [
            f"* 1 FETCH (BODY {body} BODYSTRUCTURE {structure})",
            "OK FETCH completed",
        ]


# Section 3: what leads from selected to authenticated


def test_who_deletes_the_selected_mailbox_is_told_that_it_is_closed(server: Server) -> None:
    for client, closed in (
        (server.login(), []),
        (rev2(server), ["* OK [CLOSED] The selected mailbox is gone"]),
    ):
        client.do("CREATE work")
        client.do("SELECT work")
        assert client.do("DELETE work") == [*closed, "OK DELETE completed"]
        assert client.state == "AUTHENTICATED"
        client.do("CREATE work")
        assert client.do("DELETE work") == ["OK DELETE completed"]
