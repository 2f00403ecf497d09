"""The traps that IMAP test servers have fallen into, one test each."""

from __future__ import annotations

import logging
import re

import pytest

from labserver.imap.capabilities import CAPABILITIES
from tests.imap.driver import Server, letter

PARTS = (
    b"From: alice@home.example\r\nSubject: Two parts\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    b"--x\r\nContent-Type: text/plain\r\n\r\nFirst\r\n"
    b"--x\r\nContent-Type: text/plain\r\n\r\nThe second\r\nhas two lines\r\n--x--\r\n"
)


def test_a_message_marked_deleted_stays_until_it_is_expunged() -> None:
    server = Server()
    uid = server.deliver()
    bob = server.selected()
    bob.do("STORE 1 +FLAGS (\\Deleted)")
    assert server.uids() == [uid]
    assert bob.do("UID FETCH 1 BODY.PEEK[]")[-1] == "OK UID FETCH completed"
    bob.do("EXPUNGE")
    assert server.uids() == []


def test_mailboxes_can_be_made_at_any_depth() -> None:
    bob = Server().login()
    assert bob.do("CREATE Projects/2026/Lab")[-1].endswith("CREATE completed")
    assert len(bob.do('LIST "" Projects*')) == 4


def test_idle_tells_of_arrival_flags_and_expunge_at_once() -> None:
    server = Server()
    server.deliver()
    phone, laptop = server.selected(), server.selected()
    phone.do("IDLE")
    laptop.do("STORE 1 +FLAGS (\\Flagged)")
    assert phone.wakes
    assert phone.news() == ["* 1 FETCH (FLAGS (\\Flagged \\Recent))"]
    server.deliver()
    assert phone.news()[0] == "* 2 EXISTS"
    laptop.do("UID MOVE 1 INBOX")
    assert phone.news()[0] == "* 1 EXPUNGE"


def test_copyuid_has_the_uidvalidity_of_the_target() -> None:
    server = Server()
    server.deliver()
    bob = server.selected()
    bob.do("CREATE box")
    (status,) = re.findall(r"UIDVALIDITY (\d+)", " ".join(bob.do("STATUS box (UIDVALIDITY)")))
    (source,) = re.findall(r"UIDVALIDITY (\d+)", " ".join(bob.do("STATUS INBOX (UIDVALIDITY)")))
    assert status != source
    assert f"[COPYUID {status} 1 1]" in bob.do("COPY 1 box")[-1]


def test_uidvalidity_has_32_bits_and_is_not_zero() -> None:
    server = Server()
    bob = server.login()
    for number in range(20):
        bob.do(f"CREATE box{number}")
    for mailbox in server.store.mailboxes.all(server.bob):
        assert 0 < mailbox.uidvalidity < 2**32


def test_sizes_of_parts_are_those_of_the_parts() -> None:
    server = Server()
    server.deliver(PARTS)
    (line, _) = server.selected().do("FETCH 1 BODYSTRUCTURE")
    assert re.findall(r'"7BIT" (\d+) (\d+)', line) == [("5", "0"), ("25", "1")]


def test_nothing_is_nil_and_an_empty_string_is_empty() -> None:
    server = Server()
    server.deliver(b"From: alice@home.example\r\nSubject:\r\n\r\nx")
    (line, _) = server.selected().do("FETCH 1 ENVELOPE")
    alice = '((NIL NIL "alice" "home.example"))'
    assert line == f'* 1 FETCH (ENVELOPE (NIL "" {alice} {alice} {alice} NIL NIL NIL NIL NIL))'


def test_return_options_are_heeded_or_refused() -> None:
    server = Server()
    server.deliver()
    bob = server.selected()
    assert bob.do("SEARCH RETURN (COUNT) ALL")[0] == '* ESEARCH (TAG "a3") COUNT 1'
    assert bob.do("SEARCH RETURN (COLOUR) ALL")[0].startswith("BAD")
    without = server.connect("ESEARCH", "CONTEXT=SEARCH", "CONTEXT=SORT", "ESORT", "PARTIAL")
    without.do("LOGIN bob tulip")
    without.do("SELECT INBOX")
    assert without.do("SEARCH RETURN (COUNT) ALL")[0].startswith("BAD")


def test_keywords_stay() -> None:
    server = Server()
    server.deliver()
    bob = server.selected()
    bob.do("STORE 1 +FLAGS ($Work Later)")
    bob.do("STORE 1 +FLAGS (\\Seen)")
    bob.do("CREATE box")
    bob.do("COPY 1 box")
    bob.do("LOGOUT")
    again = server.selected("box")
    assert again.do("FETCH 1 FLAGS")[0].startswith("* 1 FETCH (FLAGS (\\Seen $Work Later")
    assert again.do("SEARCH KEYWORD later")[0] == "* SEARCH 1"


def test_a_long_line_costs_no_more_than_a_bad(caplog: pytest.LogCaptureFixture) -> None:
    bob = Server().login()
    with caplog.at_level(logging.WARNING):
        assert (
            bob.raw(b"z1 SEARCH " + b"x" * 100_000 + b"\r\n") == b"z1 BAD The line is too long\r\n"
        )
    assert caplog.records == []
    assert bob.do("NOOP") == ["OK NOOP completed"]


def test_what_is_advertised_is_known() -> None:
    told = Server().connect().do("CAPABILITY")[0].split()[2:]
    names = {each.name for each in CAPABILITIES}
    assert len(told) == len(set(told))
    for word in told:
        assert word in names or any(word.startswith(f"{name}=") for name in names), word


def test_what_was_fetched_is_what_arrived() -> None:
    server = Server()
    data = letter(body="Caf\xe9 \u2603\r\n") + b"\x80\xff no charset at all\r\n"
    server.deliver(data)
    assert data in server.selected().raw(b"z9 FETCH 1 BODY[]\r\n")
