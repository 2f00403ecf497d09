"""Commands of RFC 3501 beyond what its examples show (test_examples.py replays those)."""

from __future__ import annotations

from tests.imap.driver import Server

NAMES = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"


def test_greeting(server: Server) -> None:
    assert server.connect().welcome == b"* OK IMAP server ready\r\n"


def test_capability(server: Server) -> None:
    told, done = server.connect().do("CAPABILITY")
    assert told.startswith("* CAPABILITY IMAP4rev1 ")
    assert done == "OK CAPABILITY completed"


def test_examine(server: Server) -> None:
    server.flag(server.deliver(), "\\Seen", "$Work")
    reply = server.login().do("EXAMINE inbox")
    assert reply[:4] == [
        f"* FLAGS ({NAMES} $Work)",
        "* OK [PERMANENTFLAGS ()] No flags can be changed",
        "* 1 EXISTS",
        "* 1 RECENT",
    ]
    assert not any("UNSEEN" in line for line in reply)
    assert reply[-1] == "OK [READ-ONLY] EXAMINE completed"


def test_delete(server: Server) -> None:
    bob = server.login("CHILDREN")
    for command in ("CREATE blurdybloop", "CREATE foo/bar", "DELETE foo"):
        assert bob.do(command)[-1].startswith("OK")
    assert bob.do('LIST "" *')[1:] == [
        '* LIST () "/" blurdybloop',
        '* LIST (\\Noselect) "/" foo',
        '* LIST () "/" foo/bar',
        "OK LIST completed",
    ]
    assert bob.do("DELETE blurdybloop") == ["OK DELETE completed"]
    assert bob.do("DELETE foo") == ["NO [HASCHILDREN] Delete the mailboxes below it first"]
    assert bob.do("SELECT foo") == ["NO [NONEXISTENT] No such mailbox"]
    assert bob.do("DELETE foo/bar") == ["OK DELETE completed"]
    assert bob.do('LIST "" *')[1:] == ['* LIST (\\Noselect) "/" foo', "OK LIST completed"]
    assert bob.do("DELETE foo") == ["OK DELETE completed"]
    assert bob.do("DELETE foo") == ["NO [NONEXISTENT] No such mailbox"]
    assert bob.do("DELETE inbox") == ["NO [CANNOT] INBOX cannot be deleted"]


def test_rename(server: Server) -> None:
    bob = server.login("CHILDREN")
    for command in ("CREATE blurdybloop", "CREATE foo/bar", "DELETE foo"):
        bob.do(command)
    assert bob.do("RENAME blurdybloop sarasoop") == ["OK RENAME completed"]
    assert bob.do("RENAME foo zowie") == ["OK RENAME completed"]
    assert bob.do('LIST "" *')[1:] == [
        '* LIST () "/" sarasoop',
        '* LIST (\\Noselect) "/" zowie',
        '* LIST () "/" zowie/bar',
        "OK LIST completed",
    ]
    assert bob.do("RENAME sarasoop zowie/bar")[0].startswith("NO [ALREADYEXISTS]")
    assert bob.do("RENAME nowhere x") == ["NO [NONEXISTENT] No such mailbox"]
    assert bob.do("RENAME zowie/bar baz/rag/zowie") == ["OK RENAME completed"]
    assert '* LIST () "/" baz/rag' in bob.do('LIST "" *')


def test_lsub(server: Server) -> None:
    bob = server.login()
    for name in ("#news.comp.mail.mime", "news/comp/mail/mime", "news/comp/mail/misc"):
        assert bob.do(f"SUBSCRIBE {name}") == ["OK SUBSCRIBE completed"]
    bob.do("CREATE news/comp/mail/mime")
    assert bob.do('LSUB "news/" "comp/mail/*"') == [
        '* LSUB () "/" news/comp/mail/mime',
        '* LSUB () "/" news/comp/mail/misc',
        "OK LSUB completed",
    ]
    assert bob.do('LSUB "news/" "comp/%"') == [
        '* LSUB (\\Noselect) "/" news/comp/mail',
        "OK LSUB completed",
    ]
    assert bob.do("UNSUBSCRIBE #news.comp.mail.mime") == ["OK UNSUBSCRIBE completed"]
    assert bob.do("UNSUBSCRIBE #news.comp.mail.mime")[0].startswith("NO [NONEXISTENT]")


def test_status(server: Server) -> None:
    server.deliver()
    bob = server.login()
    assert bob.do("STATUS inbox (UIDNEXT MESSAGES)") == [
        "* STATUS INBOX (UIDNEXT 2 MESSAGES 1)",
        "OK STATUS completed",
    ]
    assert bob.do("STATUS INBOX (recent unseen)")[0] == "* STATUS INBOX (RECENT 1 UNSEEN 1)"


def test_append(server: Server) -> None:
    bob = server.login()
    bob.do("CREATE saved-messages")
    text = "From: Fred Foobar <foobar@home.example>\r\n\r\nHello Joe\r\n"
    saved = server.store.mailboxes.get(server.bob, "saved-messages")
    command = f"x APPEND saved-messages (\\Seen) {{{len(text)}}}\r\n"
    assert bob.raw(command.encode()) == b"+ Ready for literal data\r\n"
    reply = bob.raw(text.encode() + b"\r\n").decode()
    assert reply == f"x OK [APPENDUID {saved.uidvalidity} 1] APPEND completed\r\n"
    (row,) = server.store.messages.rows(saved)
    assert row.flags == "\\Seen"
    assert server.store.messages.data(row.body) == text.encode()


def test_store(server: Server) -> None:
    for flags in ((), ("\\Seen",), (), ("\\Flagged", "\\Seen")):
        server.flag(server.deliver(), *flags)
    bob = server.selected()
    assert bob.do("STORE 2:4 +FLAGS (\\Deleted)") == [
        "* 2 FETCH (FLAGS (\\Deleted \\Seen \\Recent))",
        "* 3 FETCH (FLAGS (\\Deleted \\Recent))",
        "* 4 FETCH (FLAGS (\\Flagged \\Deleted \\Seen \\Recent))",
        "OK STORE completed",
    ]
    assert server.uids() == [1, 2, 3, 4]  # nothing is destroyed by a flag
    assert bob.do("STORE 2 -FLAGS \\Deleted \\Seen") == [
        "* 2 FETCH (FLAGS (\\Recent))",
        "OK STORE completed",
    ]
    assert bob.do("STORE 3 FLAGS (odd \\answered)") == [
        "* 3 FETCH (FLAGS (\\Answered odd \\Recent))",
        "OK STORE completed",
    ]
    assert bob.do("STORE 3 FLAGS ()")[0] == "* 3 FETCH (FLAGS (\\Recent))"


def test_uid_fetch_has_numbers_and_uids(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob = server.selected()
    bob.do("STORE 1 +FLAGS.SILENT \\Deleted")
    bob.do("EXPUNGE")
    assert bob.do("UID FETCH 2:99 FLAGS") == [
        "* 1 FETCH (UID 2 FLAGS (\\Recent))",
        "* 2 FETCH (UID 3 FLAGS (\\Recent))",
        "OK UID FETCH completed",
    ]
    assert bob.do("UID FETCH 559:* UID")[0] == "* 2 FETCH (UID 3)"
    assert bob.do("UID FETCH 77 UID") == ["OK UID FETCH completed"]


def test_search(server: Server) -> None:
    server.deliver()
    server.deliver(b"Subject: Smith\r\n\r\nXYZ\r\n")
    bob = server.selected()
    assert bob.do("SEARCH SUBJECT smith") == ["* SEARCH 2", "OK SEARCH completed"]
    assert bob.do('SEARCH TEXT "string not in mailbox"') == ["* SEARCH", "OK SEARCH completed"]
    assert bob.do("SEARCH CHARSET UTF-8 TEXT {3}\nXYZ")[0] == "* SEARCH 2"
    assert bob.do("SEARCH CHARSET KOI8-R ALL")[0].startswith("NO [BADCHARSET (US-ASCII UTF-8)]")
    assert bob.do("UID SEARCH 1:100 UID 2:557")[0] == "* SEARCH 2"


def test_idle(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob, other = server.selected(), server.selected()
    assert bob.do("IDLE") == ["+ idling"]
    server.deliver()
    assert bob.wakes == 1
    assert bob.news() == ["* 4 EXISTS", "* 4 RECENT"]
    assert bob.raw(b"done\r\n") == b"a3 OK IDLE terminated\r\n"
    other.do("STORE 2 +FLAGS.SILENT \\Deleted")
    other.do("EXPUNGE")
    assert bob.do("FETCH 4 UID") == [
        "* 4 FETCH (UID 4)",
        "OK FETCH completed",
    ]
    # RFC 2177 section 3: what may be told now is told before the prompt.
    assert bob.do("IDLE") == ["* 2 EXPUNGE", "+ idling"]
    other.do("STORE 3 +FLAGS \\Deleted \\Seen")
    assert bob.news() == ["* 3 FETCH (FLAGS (\\Deleted \\Seen \\Recent))"]
    other.do("EXPUNGE")
    assert bob.news() == ["* 3 EXPUNGE"]
    assert bob.news() == []
    server.deliver()
    assert bob.raw(b"DONE\r\n") == b"* 3 EXISTS\r\n* 3 RECENT\r\na5 OK IDLE terminated\r\n"
    assert bob.news() == []


def test_move(server: Server) -> None:
    for _ in range(3):
        server.deliver()
    bob = server.selected()
    bob.do("CREATE foo")
    to = server.store.mailboxes.get(server.bob, "foo").uidvalidity
    # RFC 6851 section 3.3: COPYUID comes before the EXPUNGEs.
    assert bob.do("UID MOVE 2:3 foo") == [
        f"* OK [COPYUID {to} 2:3 1:2] Moved",
        "* 2 EXPUNGE",
        "* 2 EXPUNGE",
        "OK UID MOVE completed",
    ]
    assert bob.do("MOVE 1 INBOX")[1:] == [
        "* 1 EXPUNGE",
        "* 1 EXISTS",
        "* 1 RECENT",
        "OK MOVE completed",
    ]
    assert bob.do("MOVE 1 nowhere") == ["NO [TRYCREATE] No such mailbox"]
    assert (server.uids(), server.uids("foo")) == ([4], [1, 2])
