"""A right password that a fault refuses: every way to log in, in the three protocols."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator

import pytest

from labserver.events import FaultStruck
from labserver.faults import WrongPassword
from labserver.imap import ImapSession
from labserver.pop3 import Pop3Session
from labserver.smtp import submission
from labserver.wire import MemoryConnection
from tests.wire.house import Build, House

BOB = "bob@home.example"


def b64(octets: bytes) -> bytes:
    return base64.b64encode(octets)


def plain(password: bytes) -> bytes:
    return b64(b"\0bob\0" + password)


def cram(challenge: bytes, password: bytes) -> bytes:
    octets = base64.b64decode(challenge.split()[1])
    return b64(b"bob " + hmac.new(password, octets, "md5").hexdigest().encode())


def apop(greeting: bytes, password: bytes) -> bytes:
    (stamp,) = re.findall(rb"<.*>", greeting)
    digest = hashlib.md5(stamp + password, usedforsecurity=False).hexdigest()
    return f"APOP bob {digest}\r\n".encode()


def scram(dial: Callable[[bytes], bytes], begin: bytes, password: bytes) -> bytes:
    bare = b"n=bob,r=nonce"
    asked = dial(begin + b" " + b64(b"n,," + bare) + b"\r\n")
    first = base64.b64decode(asked.split()[1])
    found = re.fullmatch(rb"r=(.*),s=(.*),i=(\d+)", first)
    assert found is not None
    without = b"c=biws,r=" + found[1]
    salted = hashlib.pbkdf2_hmac("sha256", password, base64.b64decode(found[2]), int(found[3]))
    key = hmac.digest(salted, b"Client Key", "sha256")
    known = b",".join((bare, first, without))
    signature = hmac.digest(hashlib.sha256(key).digest(), known, "sha256")
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    said = dial(b64(without + b",p=" + b64(proof)) + b"\r\n")
    return dial(b"\r\n") if said.startswith((b"+ ", b"334 ")) else said


Login = Callable[[MemoryConnection, bytes], bytes]


def challenged(begin: bytes) -> Login:
    def login(line: MemoryConnection, password: bytes) -> bytes:
        return line.send(cram(line.send(begin + b"\r\n"), password) + b"\r\n")

    return login


LOGINS: dict[str, tuple[str, Login]] = {
    "USER": ("pop3", lambda line, word: line.send(b"USER bob\r\nPASS " + word + b"\r\n")[5:]),
    "APOP": ("pop3", lambda line, word: line.send(apop(line.received[:100], word))),
    "pop3 PLAIN": ("pop3", lambda line, word: line.send(b"AUTH PLAIN " + plain(word) + b"\r\n")),
    "pop3 CRAM": ("pop3", challenged(b"AUTH CRAM-MD5")),
    "pop3 SCRAM": ("pop3", lambda line, word: scram(line.send, b"AUTH SCRAM-SHA-256", word)),
    "LOGIN": ("imap", lambda line, word: line.send(b"a LOGIN bob " + word + b"\r\n")),
    "imap PLAIN": (
        "imap",
        lambda line, word: line.send(b"a AUTHENTICATE PLAIN " + plain(word) + b"\r\n"),
    ),
    "imap CRAM": ("imap", challenged(b"a AUTHENTICATE CRAM-MD5")),
    "imap SCRAM": (
        "imap",
        lambda line, word: scram(line.send, b"a AUTHENTICATE SCRAM-SHA-256", word),
    ),
    "smtp PLAIN": (
        "submission",
        lambda line, word: line.send(b"AUTH PLAIN " + plain(word) + b"\r\n"),
    ),
    "smtp CRAM": ("submission", challenged(b"AUTH CRAM-MD5")),
    "smtp SCRAM": (
        "submission",
        lambda line, word: scram(line.send, b"AUTH SCRAM-SHA-256", word),
    ),
}


@pytest.fixture
def house(build: Build) -> Iterator[House]:
    house = build()
    house.store.accounts.add("bob", "tulip")
    yield house
    asyncio.run(house.wire.close())


def right(said: bytes) -> bool:
    return re.match(rb"\+OK|a OK|\* CAPABILITY|235 ", said) is not None


@pytest.mark.parametrize("name", LOGINS)
def test_a_right_password_is_refused_once_and_a_wrong_one_is_no_match(
    house: House, name: str
) -> None:
    protocol, login = LOGINS[name]
    makers = {"pop3": Pop3Session, "imap": ImapSession, "submission": submission}
    service = house.service(protocol=protocol, make=makers[protocol])
    fault = house.faults.add(WrongPassword(account=BOB, protocol=protocol, device="laptop"))
    answers = []
    for device, password in (
        ("laptop", b"rose"),
        ("phone", b"tulip"),
        ("laptop", b"tulip"),
        ("laptop", b"tulip"),
    ):
        line = house.wire.memory(service, device)
        if protocol == "submission":
            line.send(b"EHLO laptop.home.example\r\n")
        answers.append(login(line, password))
        line.send(b"a LOGOUT\r\nQUIT\r\n")
    assert [right(said) for said in answers] == [False, True, False, True]
    # The one can't be told from the other.
    assert answers[0] == answers[2]
    assert house.events(FaultStruck) == [FaultStruck(connection=3, fault=str(fault))]
