"""VRFY, EXPN and HELP."""

from __future__ import annotations

import pytest

from labserver.protocol.policy import Policy
from labserver.store import Route
from labserver.wire import MemoryConnection
from tests.smtp.house import HELLO, PEOPLE, House, build, codes

UNTOLD = b"252 2.0.0 Cannot VRFY user, but will accept message and attempt delivery\r\n"


@pytest.fixture
def open_house() -> House:
    return build(Policy(verify=True))


@pytest.fixture(params=[b"", HELLO], ids=["before EHLO", "after EHLO"])
def telling(open_house: House, request: pytest.FixtureRequest) -> MemoryConnection:
    """A server that tells who is there (RFC 5321 section 4.1.4 has it do so before EHLO too)."""
    connection = open_house.receiving()
    connection.send(request.param)
    return connection


@pytest.mark.parametrize("name", [b"bob", b"nobody", b"dan@work.example", b"x@elsewhere.example"])
def test_by_default_vrfy_tells_nothing(house: House, name: bytes) -> None:
    # RFC 5321 section 7.3.
    assert house.receiving().send(b"VRFY " + name + b"\r\n") == UNTOLD


def test_by_default_there_is_no_expn(house: House) -> None:
    connection = house.receiving()
    said = connection.send(HELLO)
    assert b"VRFY" not in said
    assert b"EXPN" not in said
    assert connection.send(b"EXPN bob\r\n") == b"502 5.5.1 Command not implemented\r\n"


def test_both_are_offered_where_they_tell(open_house: House) -> None:
    # RFC 5321 section 3.5.2.
    said = open_house.receiving().send(HELLO)
    assert b"\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n" in said


@pytest.mark.parametrize("command", [b"VRFY", b"EXPN"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        (b"bob", b"250 2.1.5 <bob@home.example>\r\n"),
        (b"BOB", b"250 2.1.5 <bob@home.example>\r\n"),
        (b'"bob"', b"250 2.1.5 <bob@home.example>\r\n"),
        (b"bob@home.example", b"250 2.1.5 <bob@home.example>\r\n"),
        (b"<bob@home.example>", b"250 2.1.5 <bob@home.example>\r\n"),
        (b"bob@HOME.EXAMPLE  ", b"250 2.1.5 <bob@home.example>\r\n"),
        (b"postmaster", b"250 2.1.5 <alice@home.example>\r\n"),
        (b"bob SMTPUTF8", b"250 2.1.5 <bob@home.example>\r\n"),
        (b"bob smtputf8", b"250 2.1.5 <bob@home.example>\r\n"),
        (b"nobody", b"550 5.1.1 No such user here\r\n"),
        (b"dan", b"550 5.1.1 No such user here\r\n"),
        ("ü".encode(), b"550 5.1.1 No such user here\r\n"),
        ("ü SMTPUTF8".encode(), b"550 5.1.1 No such user here\r\n"),
    ],
)
def test_users_of_the_domain(
    telling: MemoryConnection, command: bytes, name: bytes, said: bytes
) -> None:
    assert telling.send(command + b" " + name + b"\r\n") == said


@pytest.mark.parametrize("command", [b"VRFY", b"EXPN"])
@pytest.mark.parametrize("name", [b"", b" ", b"two words", b"a@b@c", b"<bob", b"<bob>", b"a..b"])
def test_what_is_no_name(telling: MemoryConnection, command: bytes, name: bytes) -> None:
    assert codes(telling.send(command + b" " + name + b"\r\n")) == [501]


def test_who_is_elsewhere(open_house: House) -> None:
    receiving = open_house.receiving()
    said = receiving.send(b"VRFY dan@work.example\r\n")
    assert said == b"551 5.7.1 User not local; please try <dan@work.example>\r\n"
    assert receiving.send(b"VRFY x@elsewhere.example\r\n").startswith(b"550 5.7.1 ")
    assert receiving.send(b"EXPN dan@work.example\r\n").startswith(b"550 5.7.1 ")
    submission = open_house.logged_in()
    # It would take the message on its way, and can't know more.
    assert submission.send(b"VRFY dan@work.example\r\n") == UNTOLD
    assert submission.send(b"VRFY x@elsewhere.example\r\n").startswith(b"550 5.1.2 ")


def test_aliases_and_lists_are_expanded_one_step(open_house: House) -> None:
    # RFC 5321 section 3.5.1.
    routes = open_house.store.routes
    both = ("alice@home.example", "dan@work.example")
    routes.put(Route(address="both@home.example", kind="alias", targets=both))
    routes.put(
        Route(
            address="news@home.example",
            kind="list",
            targets=("both@home.example", "bob@home.example"),
            owner="bob@home.example",
        )
    )
    routes.put(Route(address="carol@home.example", kind="forward", targets=("dan@work.example",)))
    connection = open_house.receiving()
    said = connection.send(b"EXPN both\r\n")
    assert said == b"250-2.1.5 <alice@home.example>\r\n250 2.1.5 <dan@work.example>\r\n"
    said = connection.send(b"EXPN <NEWS@home.example>\r\n")
    assert said == b"250-2.1.5 <both@home.example>\r\n250 2.1.5 <bob@home.example>\r\n"
    assert connection.send(b"VRFY both\r\n") == b"250 2.1.5 <both@home.example>\r\n"
    # Where somebody's mail is forwarded to is not told (section 3.4).
    assert connection.send(b"EXPN carol\r\n") == b"250 2.1.5 <carol@home.example>\r\n"


def test_a_name_alone_belongs_to_the_domain_of_the_server(open_house: House) -> None:
    connection = open_house.at_work()
    assert connection.send(b"VRFY dan\r\n") == b"250 2.1.5 <dan@work.example>\r\n"
    assert codes(connection.send(b"VRFY bob\r\n")) == [550]


def test_neither_changes_a_transaction(open_house: House) -> None:
    connection = open_house.greeted()
    connection.send(b"MAIL FROM:<>\r\nRCPT TO:<bob@home.example>\r\n")
    connection.send(b"VRFY carol\r\nEXPN carol\r\nHELP\r\n")
    assert codes(connection.send(b"DATA\r\n")) == [354]


def test_nobody_is_told_on_submission_before_the_login(open_house: House) -> None:
    connection = open_house.submission()
    connection.send(HELLO)
    for name in (*PEOPLE, "nobody"):
        for command in ("VRFY", "EXPN"):
            assert codes(connection.send(f"{command} {name}\r\n".encode())) == [530]


def test_help_names_what_may_be_said_now(house: House) -> None:
    connection = house.receiving()
    said = connection.send(b"HELP\r\n").decode()
    assert said.startswith("214-2.0.0 You are in the state CONNECTED. Allowed now:\r\n214 2.0.0 ")
    assert said.split("214 2.0.0 ")[1].split() == [
        "EHLO",
        "HELO",
        "STARTTLS",
        "RSET",
        "VRFY",
        "HELP",
        "NOOP",
        "QUIT",
    ]
    connection.send(HELLO + b"MAIL FROM:<>\r\n")
    said = connection.send(b"HELP\r\n").decode()
    assert "state MAIL" in said
    assert " RCPT " in said
    assert "BDAT" not in said
    connection.send(b"RCPT TO:<bob@home.example>\r\n")
    words = connection.send(b"HELP\r\n").decode().split()
    assert "DATA" in words
    assert words.count("BDAT") == 1
    assert "." not in words


def test_help_on_each_command(open_house: House) -> None:
    connection = open_house.submission()
    for command in (
        *("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "RSET"),
        *("VRFY", "EXPN", "HELP", "NOOP", "QUIT"),
    ):
        said = connection.send(f"help {command.lower()}\r\n".encode())
        assert said.startswith(f"214 2.0.0 {command}".encode())
        assert b"{" not in said


def test_help_tells_the_parameters_that_there_are(house: House) -> None:
    assert b"[SIZE=octets]" in house.receiving().send(b"HELP MAIL\r\n")
    assert b"[AUTH=address]" not in house.receiving().send(b"HELP MAIL\r\n")
    assert b"[AUTH=address]" in house.submission().send(b"HELP MAIL\r\n")
    house.switches.switch_off("smtp", ["DSN", "SIZE"])
    assert b"SIZE" not in house.receiving().send(b"HELP MAIL\r\n")
    assert house.receiving().send(b"HELP RCPT\r\n").startswith(b"214 2.0.0 RCPT TO:<address>: ")


@pytest.mark.parametrize(
    "topic", [b"X", b"EXPN", b"AUTH", b".", b"BDAT LAST", b"MAIL RCPT", b"{0}"]
)
def test_no_help_on_what_is_not_there(house: House, topic: bytes) -> None:
    said = house.receiving().send(b"HELP " + topic + b"\r\n")
    assert said == b"504 5.5.4 No help on that\r\n"


def test_an_address_beyond_ascii_is_shown_to_who_allows_it(open_house: House) -> None:
    # RFC 6531 section 3.7.4.2: 252 or 550, and X.6.8, where the client has not said SMTPUTF8.
    connection = open_house.greeted()
    name = "käthe@work.example"
    said = connection.send(f"VRFY {name}\r\n".encode())
    assert said.startswith(b"252 2.6.8 ")
    assert said.isascii()
    assert connection.send(f"VRFY {name} SMTPUTF8\r\n".encode()) == (
        f"551 5.7.1 User not local; please try <{name}>\r\n".encode()
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"VRFY " + b"a" * 3000 + b"@work.example", 501),
        (b"VRFY a@" + b"b." * 2000 + b"example", 501),
        (b"EXPN " + b"a" * 3000, 501),
        (b"MAIL FROM:<a@b.example> " + b"X" * 4000, 555),
        (b"MAIL FROM:<a@b.example> " + b" ".join(b"X%d" % n for n in range(900)), 555),
        (b"MAIL FROM:<a@b.example> " + b"X" * 4000 + b" " + b"X" * 4000, 501),
    ],
)
def test_no_reply_line_is_too_long(open_house: House, line: bytes, code: int) -> None:
    # RFC 5321 section 4.5.3.1.5: 512 octets, whatever the client has written.
    said = open_house.greeted().send(line + b"\r\n")
    assert codes(said) == [code]
    assert max(map(len, said.splitlines(keepends=True))) <= 512
