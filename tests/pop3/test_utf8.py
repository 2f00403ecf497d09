"""UTF8 (RFC 6856 section 2)."""

from __future__ import annotations

from base64 import b64encode

import pytest

from labserver.pop3.text import needs_utf8
from tests.pop3.support import Drop, Talk

HEADER = "From: Jürgen <j@home.example>\r\nSubject: Grüße\r\n\r\nHallo\r\n".encode()
PART = (
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    "Content-Disposition: attachment; filename=Bücher.txt\r\n\r\nx\r\n--b--\r\n"
).encode()
INNER = ("Content-Type: message/rfc822\r\n\r\nSubject: Grüße\r\n\r\nHallo\r\n").encode()
BODY = "Subject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n".encode()
MIXED = "Subject: Grüße\r\n".encode() + b"X-Old: Gr\xfc\xdfe\r\n\r\nHallo\r\n"
LATIN = b"Subject: Gr\xfc\xdfe\r\n\r\nHallo\r\n"
ASCII = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHallo\r\n"


def wide(text: str) -> str:
    """The same in full-width letters."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


@pytest.mark.parametrize("data", [HEADER, PART, INNER, MIXED])
def test_a_message_that_needs_it(empty: Drop, data: bytes) -> None:
    assert needs_utf8(data)
    empty.deliver(ASCII, data)
    talk = empty.talk()
    talk.login()
    size = len(data)
    assert talk.say("LIST 2") == f"+OK 2 {size}", "what RETR sends to those who may have it"
    for line in ("RETR 2", "TOP 2 0"):
        assert talk.say(line) == (
            "-ERR [UTF8] Message 2 has UTF-8 in its header: send UTF8 before you log in"
        )
    assert talk.say("RETR 1").startswith("+OK")
    assert talk.say("DELE 2") == "+OK Marked"
    talk.session.lost("cut")
    talk = empty.talk()
    assert talk.say("UTF8") == "+OK UTF-8 from here on"
    talk.login()
    assert talk.say("LIST 2") == f"+OK 2 {size}"
    assert talk.raw(b"RETR 2\r\n") == b"+OK %d octets\r\n%b.\r\n" % (size, data)
    assert talk.raw(b"TOP 2 99\r\n") == b"+OK\r\n" + data + b".\r\n"


@pytest.mark.parametrize("data", [BODY, LATIN, ASCII, b"", b"\xff\r\n\r\n\xff\r\n"])
@pytest.mark.parametrize("mode", [False, True])
def test_a_message_that_does_not(empty: Drop, data: bytes, *, mode: bool) -> None:
    empty.deliver(data)
    talk = empty.talk()
    if mode:
        talk.say("UTF8")
    talk.login()
    assert talk.raw(b"RETR 1\r\n") == b"+OK %d octets\r\n%b.\r\n" % (len(data), data)


def test_where_it_is_switched_off_all_is_sent_as_it_is(empty: Drop) -> None:
    empty.deliver(HEADER)
    talk = empty.talk("laptop", "UTF8")
    talk.login()
    assert talk.raw(b"RETR 1\r\n") == b"+OK %d octets\r\n%b.\r\n" % (len(HEADER), HEADER)


def test_it_comes_before_the_login_and_may_be_repeated(open_talk: Talk, drop: Drop) -> None:
    assert open_talk.say("UTF8") == "-ERR You are logged in already"
    talk = drop.talk()
    assert talk.say("UTF8 x") == "-ERR Write: UTF8"
    for _ in range(2):
        assert talk.say("utf8") == "+OK UTF-8 from here on"


# Section 2.2: names and passwords


@pytest.mark.parametrize("mode", [False, True])
@pytest.mark.parametrize(
    ("held", "given"),
    [
        ("schlüssel", "schlüssel"),
        ("schlu\u0308ssel", "schlüssel"),
        ("schlüssel", "schlu\u0308ssel"),
        ("Ⅸ", "IX"),
        ("tulip", wide("tulip")),
        ("a\u00a0b", "a b"),
        ("tu\u00adlip", "tulip"),
    ],
)
def test_a_password_is_prepared(empty: Drop, held: str, given: str, *, mode: bool) -> None:
    empty.store.accounts.add("eve", held)
    talk = empty.talk()
    if mode:
        talk.say("UTF8")
    assert talk.login("eve", given) == "+OK 0 messages"
    talk.session.lost("cut")
    # RFC 4616 section 2: AUTH takes the same.
    response = b64encode(f"\0eve\0{given}".encode()).decode()
    assert empty.talk().say(f"AUTH PLAIN {response}") == "+OK 0 messages"


@pytest.mark.parametrize("given", ["schluessel", "SCHLÜSSEL", "schlüssel ", "\u0007schlüssel"])
def test_and_is_compared(empty: Drop, given: str) -> None:
    empty.store.accounts.add("eve", "schlüssel")
    talk = empty.talk()
    talk.say("USER eve")
    assert talk.say(f"PASS {given}").startswith("-ERR ")
    assert talk.say("STAT") == "-ERR Log in first"


def test_a_character_that_is_unassigned_yet_may_be_asked_but_not_kept(empty: Drop) -> None:
    # A query string and a stored string: RFC 6856 section 2.2.
    empty.store.accounts.add("eve", "\u0221")
    assert empty.talk().login("eve", "\u0221").startswith("-ERR [AUTH]")


def test_a_name_is_prepared(talk: Talk) -> None:
    assert talk.login(wide("bob")) == "+OK 3 messages"


def test_a_name_that_nobody_has(talk: Talk) -> None:
    assert talk.login("jürgen") == "-ERR [AUTH] User name or password is wrong"


@pytest.mark.parametrize(
    "line", [b"USER \xff", b"USER \xc3", b"PASS \xed\xa0\x80", b"APOP \xc0\xaf x"]
)
def test_what_is_no_utf8_is_rejected(line: bytes, talk: Talk) -> None:
    talk.say("USER bob")
    assert talk.raw(line + b"\r\n") == b"-ERR This is no UTF-8 text\r\n"


def test_elsewhere_a_command_is_ascii_until_utf8(drop: Drop, talk: Talk) -> None:
    for line in ("LANG dé", "LIST é", "É"):
        assert talk.say(line) == "-ERR A command is printable ASCII text"
    talk.say("UTF8")
    assert talk.say("LANG dé").startswith("-ERR There is no such language")
    assert talk.say("É") == "-ERR A command is printable ASCII text"
    off = drop.talk("laptop", "UTF8")
    assert off.say("USER é") == "-ERR A command is printable ASCII text"
