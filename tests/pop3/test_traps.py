"""What other test servers got wrong in POP3: one test each."""

from __future__ import annotations

from labserver.events import Expunged
from labserver.store import Flagging
from tests.pop3.support import Drop, Talk


def test_rset_answers_once(open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    assert open_talk.raw(b"RSET\r\n") == b"+OK 3 messages\r\n"


def test_rset_leaves_imap_s_deleted_flags(drop: Drop, open_talk: Talk) -> None:
    drop.flag(1, "\\Deleted")
    drop.flag(2, "\\Deleted")
    open_talk.say("DELE 1")
    open_talk.say("RSET")
    assert [row.flags for row in drop.store.messages.rows(drop.inbox)] == [
        "\\Deleted",
        "\\Deleted",
        "",
    ]


def test_quit_leaves_what_imap_flagged(drop: Drop, open_talk: Talk) -> None:
    drop.flag(2, "\\Deleted")
    open_talk.say("DELE 1")
    open_talk.say("QUIT")
    assert drop.uids() == [2, 3]


def test_what_imap_flagged_is_listed(drop: Drop) -> None:
    drop.flag(2, "\\Deleted")
    talk = drop.talk()
    assert talk.login() == "+OK 3 messages"


def test_dele_acts_at_quit_only(drop: Drop, open_talk: Talk) -> None:
    open_talk.say("DELE 1")
    open_talk.say("NOOP")
    assert drop.uids() == [1, 2, 3]
    assert drop.events(Expunged) == []
    open_talk.say("QUIT")
    assert drop.uids() == [2, 3]


def test_stat_list_uidl_retr_and_top_heed_dele(open_talk: Talk) -> None:
    count, octets = map(int, open_talk.say("STAT").split()[1:])
    size = int(open_talk.say("LIST 2").split()[2])
    open_talk.say("DELE 2")
    assert open_talk.say("STAT") == f"+OK {count - 1} {octets - size}"
    for listing in ("LIST", "UIDL"):
        lines = open_talk.say(listing).split("\r\n")[1:-1]
        assert [line.split()[0] for line in lines] == ["1", "3"]
    for line in ("LIST 2", "UIDL 2", "RETR 2", "TOP 2 0", "DELE 2"):
        assert open_talk.say(line).startswith("-ERR")


def test_more_than_the_newest_hundred_are_shown(empty: Drop) -> None:
    empty.deliver(*(b"n: %d\r\n\r\n" % n for n in range(250)))
    talk = empty.talk()
    assert talk.login() == "+OK 250 messages"
    assert talk.raw(b"RETR 1\r\n").endswith(b"n: 0\r\n\r\n.\r\n")


def test_what_capa_names_is_there(drop: Drop) -> None:
    talk = drop.talk(tls=True)
    tags = {line.split()[0] for line in talk.capabilities()}
    # Commands by the same name; USER means PASS too, and SASL means AUTH.
    for line in ("LANG", "UTF8", "USER bob", "PASS tulip", "TOP 1 0", "UIDL"):
        assert line.split()[0] in tags | {"PASS"}
        assert talk.say(line).startswith("+OK"), line
    assert {"SASL", "STLS"} <= tags
    other = drop.talk(tls=True)
    assert other.say("AUTH CRAM-MD5").startswith("+ ")
    other.say("*")
    assert other.say("STLS").startswith("+OK")


def test_top_and_retr_stuff_dots(empty: Drop) -> None:
    empty.deliver(b".a: b\r\n\r\n.\r\n..\r\n.x\r\n")
    talk = empty.talk()
    talk.login()
    body = b"..a: b\r\n\r\n..\r\n...\r\n..x\r\n.\r\n"
    assert talk.raw(b"RETR 1\r\n").partition(b"\r\n")[2] == body
    assert talk.raw(b"TOP 1 3\r\n").partition(b"\r\n")[2] == body


def test_uidl_n_names_the_number(open_talk: Talk) -> None:
    assert open_talk.say("UIDL 2").split()[:2] == ["+OK", "2"]


def test_no_password_but_the_right_one(talk: Talk) -> None:
    for password in ("", "x", "Tulip", "tulip ", "bob"):
        assert talk.login(password=password).startswith("-ERR")


def test_the_digest_of_apop_is_looked_at(talk: Talk) -> None:
    assert talk.say(f"APOP bob {'0' * 32}").startswith("-ERR [AUTH]")
    assert talk.say("STAT") == "-ERR Log in first"


# And some of our own: what stays the same for ever, and what others do meanwhile.


def test_a_unique_id_is_for_ever(drop: Drop) -> None:
    def ids() -> dict[str, str]:
        talk = drop.talk()
        talk.login()
        rows = [row.split() for row in talk.say("UIDL").split("\r\n")[1:-1]]
        talk.session.lost("cut")
        return dict(rows)

    first = ids()
    assert ids() == first
    drop.flag(1, "\\Seen")
    drop.store.messages.set_flags(drop.inbox, [2], Flagging.REPLACE, ["\\Flagged"])
    assert ids() == first
    drop.store.messages.expunge(drop.inbox, [1])
    assert list(ids().values()) == [first["2"], first["3"]]
    archive = drop.store.mailboxes.create(drop.bob, "Archive")
    drop.store.messages.move(drop.inbox, [3], archive)
    drop.store.messages.move(archive, [1], drop.inbox)
    back = ids()
    assert back["1"] == first["2"]
    assert back["2"] not in first.values(), "what came back is another message to POP3"
    assert all(1 <= len(each) <= 70 and each.isascii() for each in back.values())
