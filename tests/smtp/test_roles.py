"""What each port is for: whom it takes mail from and for, and what it adds."""

from __future__ import annotations

import re

import pytest

from labserver.store import Route
from tests.smtp.house import HELLO, LETTER, TO_BOB, House, codes, plain

NO_RELAY = b"550 5.7.1 This server takes mail for its own domain only; relaying denied\r\n"
NO_DOMAIN = b"550 5.1.2 There is no such domain in this lab\r\n"
NO_USER = b"550 5.1.1 No such user here\r\n"

# The forms by which servers have been made to send mail to places that they should not. Each at
# port 25, without a login; none may be accepted for anybody but the account it is delivered to.
ELSEWHERE = [
    b"bob@elsewhere.example",
    b"bob@work.example",
    b"dan@work.example",
    b"bob@HOME.EXAMPLE.elsewhere.example",
    b"bob@home.example.",
    b"bob@sub.home.example",
    b"bob@mail.home.example",
    b"bob@localhost",
    b"bob@[127.0.0.1]",
    b"bob@[IPv6:::1]",
    b"bob@[10.0.0.1]",
    b"bob%elsewhere.example@home.example",
    b"bob%elsewhere.example@[127.0.0.1]",
    b"elsewhere.example!bob@home.example",
    b"elsewhere.example!bob",
    b"home.example!elsewhere.example!bob@home.example",
    b'"bob@elsewhere.example"@home.example',
    b'"bob%elsewhere.example"@home.example',
    b'"dan@work.example"@home.example',
    b'"elsewhere.example!bob"@home.example',
    b'"bob"@elsewhere.example',
    b'"bob\\@elsewhere.example"@home.example',
    b'"bob@home.example"@elsewhere.example',
    b'"bob "@home.example',
    b'" bob"@home.example',
    b'"<bob@elsewhere.example>"@home.example',
    b"@home.example:bob@elsewhere.example",
    b"@home.example,@elsewhere.example:bob@work.example",
    b"@home.example:bob%elsewhere.example@home.example",
    b"@elsewhere.example:bob",
    b"bob@elsewhere.example@home.example",
    b"bob@home.example@elsewhere.example",
    b"bob@elsewhere.example,home.example",
    b"bob@home.example,bob@elsewhere.example",
    b"bob@elsewhere.example:bob@home.example",
    b"bob:elsewhere.example@home.example",
    b"bob@",
    b"@home.example",
    b"bob",
    b"",
    b"bob@home.example\x00",
    b"bob@home.example\x00@elsewhere.example",
    b"bob@elsewhere.example\x00@home.example",
    b"<bob@elsewhere.example>",
    b"bob@home.example> <bob@elsewhere.example",
    b"bob@home.example>,<bob@elsewhere.example",
    b"postmaster@elsewhere.example",
    b"postmaster%elsewhere.example",
    b"Postmaster@work.example",
    b"bob+@elsewhere.example",
    b"|/bin/sh@home.example",
    b"/etc/passwd@home.example",
    b'"|/bin/sh"@home.example',
    b"bob@\xd0\xbdome.example",
    b"bob@home\xe3\x80\x82example",
]


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("login", [False, True])
def test_no_form_of_an_address_relays(house: House, path: bytes, login: bool) -> None:  # noqa: FBT001
    connection = house.logged_in() if login else house.greeted()
    connection.send(b"MAIL FROM:<> SMTPUTF8\r\n")
    said = connection.send(b"RCPT TO:<" + path + b">\r\n")
    # For its users a server passes mail on to the lab's other domain, and to no more.
    beside = login and path.endswith(b"@work.example")
    assert codes(said)[0] // 100 == (2 if beside else 5), said
    if not beside:
        assert codes(connection.send(b"DATA\r\n")) == [503]
        assert not any(house.inbox(who) for who in ("alice", "bob", "dan@work.example"))


@pytest.mark.parametrize(
    "path",
    [
        b"bob@home.example",
        b"@elsewhere.example:bob@home.example",
        b'"bob"@home.example',
        b"BOB@HOME.EXAMPLE",
    ],
)
def test_what_is_for_somebody_here(house: House, path: bytes) -> None:
    connection = house.greeted()
    connection.send(b"MAIL FROM:<x@elsewhere.example>\r\nRCPT TO:<" + path + b">\r\nDATA\r\n")
    assert codes(connection.send(LETTER + b".\r\n")) == [250]
    assert len(house.inbox("bob")) == 1


def test_receiving_is_for_the_own_domain_only(house: House) -> None:
    home, work = house.greeted(), house.at_work()
    mail = b"MAIL FROM:<>\r\n"
    home.send(mail)
    work.send(mail)
    bob, dan = b"RCPT TO:<bob@home.example>\r\n", b"RCPT TO:<dan@work.example>\r\n"
    assert codes(home.send(bob)) == codes(work.send(dan)) == [250]
    assert home.send(dan) == work.send(bob) == NO_RELAY
    # The postmaster of each domain (RFC 5321 section 4.5.1).
    assert codes(work.send(b"RCPT TO:<Postmaster>\r\nRCPT TO:<postmaster@work.example>\r\n")) == [
        250,
        250,
    ]


def test_submission_is_for_the_domains_of_the_lab(house: House) -> None:
    connection = house.logged_in()
    connection.send(b"MAIL FROM:<alice@home.example>\r\n")
    assert codes(connection.send(b"RCPT TO:<bob@home.example>\r\n")) == [250]
    assert codes(connection.send(b"RCPT TO:<dan@work.example>\r\n")) == [250]
    assert connection.send(b"RCPT TO:<x@elsewhere.example>\r\n") == NO_DOMAIN
    assert connection.send(b"RCPT TO:<nobody@home.example>\r\n") == NO_USER


def test_before_the_login_submission_tells_nothing(house: House) -> None:
    connection = house.submission()
    connection.send(HELLO)
    asked = [
        b"RCPT TO:<bob@home.example>\r\n",
        b"RCPT TO:<nobody@home.example>\r\n",
        b"VRFY bob\r\n",
        b"VRFY nobody\r\n",
    ]
    assert {connection.send(line) for line in asked} == {b"530 5.7.0 Authentication required\r\n"}


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        (b"alice@home.example", 250),
        (b"ALICE@Home.Example", 250),
        (b'"alice"@home.example', 250),
        (b"", 250),
        (b"postmaster@home.example", 250),  # which is delivered to her
        (b"bob@home.example", 553),
        (b"dan@work.example", 553),
        (b"alice@work.example", 553),
        (b"alice@elsewhere.example", 553),
        (b"alice@[127.0.0.1]", 553),
        (b"nobody@home.example", 553),
        (b"@home.example:bob@home.example", 553),
        (b"alice%elsewhere.example@home.example", 553),
    ],
)
def test_the_sender_is_who_has_logged_in(house: House, sender: bytes, code: int) -> None:
    connection = house.logged_in()
    said = connection.send(b"MAIL FROM:<" + sender + b">\r\n")
    assert codes(said) == [code]
    if code == 553:
        assert said == b"553 5.7.1 This address is not yours to send from\r\n"
        assert codes(connection.send(b"MAIL FROM:<alice@home.example>\r\n")) == [250]


def test_an_alias_is_the_address_of_those_it_leads_to(house: House) -> None:
    routes = house.store.routes
    office, team = "office@home.example", "team@home.example"
    routes.put(Route(address=office, kind="alias", targets=("alice@home.example",)))
    routes.put(Route(address=team, kind="alias", targets=(office, "bob@home.example")))
    news = Route(
        address="news@home.example",
        kind="list",
        targets=("alice@home.example",),
        owner="bob@home.example",
    )
    routes.put(news)
    wanted = {"alice": [250, 250, 553], "bob": [553, 250, 553], "carol": [553, 553, 553]}
    for who, told in wanted.items():
        connection = house.logged_in(who)
        said = [
            codes(connection.send(f"MAIL FROM:<{sender}>\r\n".encode()))[0]
            for sender in (office, team, "news@home.example")
            if connection.send(b"RSET\r\n")
        ]
        assert said == told


def test_the_postmaster_is_not_everybody(house: House) -> None:
    connection = house.logged_in("bob")
    assert codes(connection.send(b"MAIL FROM:<postmaster@home.example>\r\n")) == [553]


def test_anybody_may_be_the_sender_at_port_25(house: House) -> None:
    connection = house.greeted()
    assert codes(connection.send(b"MAIL FROM:<alice@home.example>\r\nRSET\r\n")) == [250, 250]
    assert codes(connection.send(b"MAIL FROM:<x@elsewhere.example>\r\n")) == [250]


def test_the_from_field_is_left_alone(house: House) -> None:
    connection = house.logged_in()
    connection.send(TO_BOB + b"DATA\r\n")
    connection.send(b"From: Mallory <m@elsewhere.example>\r\n\r\nHi\r\n.\r\n")
    assert b"From: Mallory <m@elsewhere.example>\r\n" in house.inbox("bob")[0]
    assert b"Sender:" not in house.inbox("bob")[0]


def sent(talk: object, *, login: bool, hello: bytes = HELLO, utf8: bool = False) -> None:
    """Send bob a letter by any kind of client."""
    send = talk.send  # type: ignore[attr-defined]
    send(hello)
    if login:
        assert codes(send(plain("alice", "wonder"))) == [235]
    send(TO_BOB.replace(b">\r\nRCPT", b"> SMTPUTF8\r\nRCPT") if utf8 else TO_BOB)
    assert codes(send(b"DATA\r\n")) == [354]
    assert codes(send(LETTER + b".\r\n")) == [250]


@pytest.mark.parametrize("utf8", [False, True])
def test_the_protocol_in_received(house: House, utf8: bool) -> None:  # noqa: FBT001
    # RFC 4954 section 7 and RFC 6531 section 4.3.
    sent(house.dial("smtp"), login=False, utf8=utf8)
    sent(house.inside("smtp"), login=False, utf8=utf8)
    sent(house.dial("submission"), login=True, utf8=utf8)
    sent(house.inside("submission"), login=True, utf8=utf8)
    sent(house.inside("submissions"), login=True, utf8=utf8)
    found = [
        re.findall(rb"\r\n\tby mail\.home\.example with (\w+) id", each)[0]
        for each in house.inbox("bob")
    ]
    base = b"UTF8SMTP" if utf8 else b"ESMTP"
    assert found == [base + rest for rest in (b"", b"S", b"A", b"SA", b"SA")]


def test_helo_is_smtp_inside_tls_too(house: House) -> None:
    sent(house.inside("smtp"), login=False, hello=b"HELO laptop\r\n")
    assert b" with SMTP id " in house.inbox("bob")[0]


def test_the_host_that_takes_it_is_named(house: House) -> None:
    connection = house.at_work()
    connection.send(b"MAIL FROM:<>\r\nRCPT TO:<dan@work.example>\r\nDATA\r\n")
    connection.send(LETTER + b".\r\n")
    assert b"\tby mail.work.example with ESMTP id " in house.inbox("dan@work.example")[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Return-Path: <old@x>\r\nA: b\r\n\r\nx\r\n", b"A: b\r\n\r\nx\r\n"),
        (
            b"A: b\r\nreturn-path : <old@x>\r\n\tfolded\r\n more\r\nC: d\r\n\r\nx\r\n",
            b"A: b\r\nC: d\r\n\r\nx\r\n",
        ),
        (b"A: b\r\nRETURN-PATH:\r\n\r\nReturn-Path: <x>\r\n", b"A: b\r\n\r\nReturn-Path: <x>\r\n"),
        (b"Return-Path: <1>\r\nReturn-Path: <2>\r\n", b""),
        (b"X-Return-Path: <x>\r\n", b"X-Return-Path: <x>\r\n"),
        (b"A: b\nReturn-Path: <x>\r\n\r\n", b"A: b\nReturn-Path: <x>\r\n\r\n"),
        (b"A: b\r\n Return-Path: <x>\r\n\r\n", b"A: b\r\n Return-Path: <x>\r\n\r\n"),
        (b"\r\nReturn-Path: <x>\r\n", b"\r\nReturn-Path: <x>\r\n"),
    ],
)
def test_there_is_one_return_path(house: House, before: bytes, after: bytes) -> None:
    # RFC 5321 section 4.4: at final delivery, that of the envelope.
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    assert codes(connection.send(before + b".\r\n")) == [250]
    (letter,) = house.inbox("bob")
    assert letter.startswith(b"Return-Path: <alice@home.example>\r\nReceived: from ")
    assert letter.endswith(b"09:00:00 +0000\r\n" + after)
