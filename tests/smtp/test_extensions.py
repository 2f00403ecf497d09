"""What EHLO offers, and what is left once something is switched off."""

from __future__ import annotations

import pytest

from labserver.protocol.policy import Policy
from labserver.protocol.sasl import MECHANISMS
from labserver.smtp import EXTENSIONS, names
from labserver.smtp.extensions import Extension, Offer, When
from labserver.smtp.server import SmtpServer
from labserver.wire import MemoryConnection
from tests.smtp.house import TO_BOB, build, codes, plain

EVERYTHING = [when for when in When if when is not When.ALWAYS]
ROLES = {"smtp": names(submission=False), "submission": names(submission=True)}
PAIRS = [(role, each) for role in ROLES for each in EXTENSIONS if each.name in ROLES[role]]

# What a client may say only with the extension: command lines in the state RCPT, and parameters.
COMMAND = {
    "BDAT": b"BDAT 0\r\n",
    "STARTTLS": b"STARTTLS\r\n",
    "AUTH": plain("bob", "builder"),
    "EXPN": b"EXPN bob\r\n",
    "HELP": b"HELP\r\n",
}
PARAMETER = {
    "MAIL SIZE": b"MAIL FROM:<alice@home.example> SIZE=1\r\n",
    "MAIL BODY": b"MAIL FROM:<alice@home.example> BODY=7BIT\r\n",
    "MAIL SMTPUTF8": b"MAIL FROM:<alice@home.example> SMTPUTF8\r\n",
    "MAIL RET": b"MAIL FROM:<alice@home.example> RET=FULL\r\n",
    "MAIL ENVID": b"MAIL FROM:<alice@home.example> ENVID=1\r\n",
    "MAIL AUTH": b"MAIL FROM:<alice@home.example> AUTH=<>\r\n",
    "RCPT NOTIFY": b"RCPT TO:<bob@home.example> NOTIFY=NEVER\r\n",
    "RCPT ORCPT": b"RCPT TO:<bob@home.example> ORCPT=rfc822;x\r\n",
    "VRFY SMTPUTF8": b"VRFY bob SMTPUTF8\r\n",
    "EXPN SMTPUTF8": b"EXPN bob SMTPUTF8\r\n",
}


def told(connection: MemoryConnection) -> list[str]:
    """The lines of the reply to EHLO behind the server's name."""
    lines = connection.send(b"EHLO laptop\r\n").decode().splitlines()
    return [line[4:] for line in lines[1:]]


def connect(role: str, *without: str) -> MemoryConnection:
    house = build(Policy(verify=True))
    house.switches.switch_off(role, without)
    return house.dial(role)


def test_every_need_command_parameter_and_mechanism_exists() -> None:
    every = {each.name for each in EXTENSIONS}
    assert every.issuperset(need for each in EXTENSIONS for need in each.needs)
    commands = {command for each in EXTENSIONS for command in each.commands}
    assert commands == set(COMMAND)
    assert all(hasattr(SmtpServer, f"smtp_{command}") for command in commands)
    assert {name for each in EXTENSIONS for name in each.parameters} == set(PARAMETER)
    assert Offer((), EVERYTHING).mechanisms == tuple(MECHANISMS)


@pytest.mark.parametrize(
    ("role", "switched"), PAIRS, ids=[f"{role}-{each.name}" for role, each in PAIRS]
)
def test_what_is_switched_off_is_nowhere(role: str, switched: Extension) -> None:
    full = told(connect(role))
    connection = connect(role, switched.name.lower())
    left = told(connection)
    gone = {each.name for each in EXTENSIONS} - {line.split()[0] for line in left}
    assert switched.name in gone
    assert not any(switched.name.removeprefix("AUTH=") in line.split() for line in left)
    assert {line.split()[0] for line in left} <= {line.split()[0] for line in full}
    if role == "submission":
        said = connection.send(plain("alice", "wonder"))
        assert codes(said) == [{"AUTH": 502, "AUTH=PLAIN": 504}.get(switched.name, 235)]
        connection.send(b"AUTH LOGIN\r\nYWxpY2U=\r\nd29uZGVy\r\n")
        if switched.name == "AUTH":
            assert codes(connection.send(b"MAIL FROM:<>\r\n")) == [530]
            return
    for each in EXTENSIONS:
        if each.name not in gone:
            continue
        for name in each.parameters:
            connection.send(b"RSET\r\n" + (b"" if "MAIL" in name else b"MAIL FROM:<>\r\n"))
            unknown = {"VRFY": 501, "EXPN": 502 if "EXPN" in gone else 501}
            said = connection.send(PARAMETER[name])
            assert codes(said) == [unknown.get(name.split()[0], 555)], name
        connection.send(b"RSET\r\n")
        connection.send(b"MAIL FROM:<alice@home.example>\r\nRCPT TO:<bob@home.example>\r\n")
        for command in each.commands:
            assert codes(connection.send(COMMAND[command])) == [502]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PARAMETER)
def test_every_parameter_is_known_where_its_extension_is_offered(role: str, name: str) -> None:
    connection = connect(role)
    connection.send(b"EHLO laptop\r\n" + plain("alice", "wonder"))
    if not name.startswith("MAIL"):
        connection.send(b"MAIL FROM:<>\r\n")
    known = name != "MAIL AUTH" or role == "submission"
    assert codes(connection.send(PARAMETER[name])) == [250 if known else 555]


def test_what_needs_it_goes_with_it() -> None:
    every = Offer((), EVERYTHING)
    for each in EXTENSIONS:
        left = Offer([each.name], EVERYTHING)
        assert each.name not in left
        for other in EXTENSIONS:
            assert (other.name in left) <= (other.name in every)
            if other.name in left:
                assert all(need in left for need in other.needs)


def test_auth_without_a_mechanism_is_not_offered() -> None:
    off = [each.name for each in EXTENSIONS if each.name.startswith("AUTH=")]
    assert "AUTH" not in Offer(off, EVERYTHING)
    assert "AUTH" in Offer(off[:-1], EVERYTHING)


def test_binarymime_needs_chunking() -> None:
    left = told(connect("smtp", "CHUNKING"))
    assert "BINARYMIME" not in left
    assert "8BITMIME" in left
    said = connect("smtp", "BINARYMIME").send(b"EHLO x\r\nMAIL FROM:<> BODY=BINARYMIME\r\n")
    assert codes(said) == [250, 501]


def test_without_enhanced_status_codes_there_are_none() -> None:
    connection = connect("smtp", "ENHANCEDSTATUSCODES")
    said = connection.send(b"EHLO x\r\n" + TO_BOB + b"RCPT TO:<x@y>\r\nX\r\nHELP\r\nQUIT\r\n")
    assert b" 2." not in said.replace(b"RFC 2.", b"")
    assert b"\r\n250 OK\r\n250 OK\r\n550 This server" in said
    assert said.endswith(b"\r\n221 mail.home.example Bye\r\n")


def test_other_sessions_keep_it() -> None:
    house = build()
    house.switches.switch_off("smtp", ["CHUNKING"], "phone")
    assert "CHUNKING" not in told(house.dial("smtp", "phone"))
    assert "CHUNKING" in told(house.dial("smtp", "laptop"))
    assert "CHUNKING" in told(house.dial("submission", "phone"))
