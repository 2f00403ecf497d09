"""The session of RFC 1939 section 10, with USER and PASS in place of APOP."""

from __future__ import annotations

from tests.pop3.support import Drop


def test_the_example_session(empty: Drop) -> None:
    one = b"Subject: 1\r\n\r\n" + b"a" * 104 + b"\r\n"
    two = b"Subject: 2\r\n\r\n" + b"b" * 184 + b"\r\n"
    assert (len(one), len(two)) == (120, 200)
    empty.deliver(one, two)
    empty.store.accounts.add("mrose", "tanstaaf")
    talk = empty.talk()
    assert talk.login() == "+OK 2 messages"
    assert talk.say("STAT") == "+OK 2 320"
    assert talk.say("LIST") == "+OK\r\n1 120\r\n2 200\r\n."
    assert talk.say("RETR 1") == "+OK 120 octets\r\n" + one.decode() + "."
    assert talk.say("DELE 1").startswith("+OK")
    assert talk.say("RETR 2") == "+OK 200 octets\r\n" + two.decode() + "."
    assert talk.say("DELE 2").startswith("+OK")
    assert talk.say("QUIT") == "+OK Bye (0 messages left)"
    assert talk.session.next == "close"
    assert empty.uids() == []


def test_the_examples_of_sections_5_to_7(empty: Drop) -> None:
    empty.deliver(b"a" * 118 + b"\r\n", b"b" * 198 + b"\r\n")
    talk = empty.talk()
    assert talk.say("QUIT").startswith("+OK")
    talk = empty.talk()
    talk.login()
    assert talk.say("LIST 2") == "+OK 2 200"
    assert talk.say("LIST 3") == "-ERR No message 3 (the numbers are 1 to 2)"
    assert talk.say("DELE 2").startswith("+OK")
    assert talk.say("DELE 2").startswith("-ERR")
    assert talk.say("NOOP") == "+OK"
    assert talk.say("RSET").startswith("+OK")
    assert talk.say("TOP 100 3").startswith("-ERR")
    assert talk.say("UIDL 3").startswith("-ERR")
    assert talk.say("QUIT") == "+OK Bye (2 messages left)"
