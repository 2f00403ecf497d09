"""What the server does is explained, all of it; what it does not do is not."""

from __future__ import annotations

import pytest

from labserver import Lab
from labserver.explain import book, notes, reader
from labserver.imap import table as imap
from labserver.imap.capabilities import CAPABILITIES
from labserver.pop3 import states as pop3
from labserver.smtp import table as smtp
from tests.explain.said import found, numbers, response_codes

COMMANDS = {
    "smtp": set(smtp.RECEIVING.rules) | set(smtp.SUBMISSION.rules),
    "pop3": set(pop3.TABLE.rules),
    "imap": set(imap.TABLE.rules),
}
# A fault may have the server say what it never says of itself.
FAULTS = {"UNAVAILABLE"}
# Explained before the server does it.
AHEAD = {
    "smtp": {"BDAT", "EXPN", "STARTTLS", "VRFY"}
    | {"BINARYMIME", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES", "SMTPUTF8"},
    "pop3": {"APOP", "AUTH", "LANG", "STLS", "UTF8", "SASL", "LOGIN-DELAY", "SYS/PERM"},
    "imap": {"STARTTLS", "LOGINDISABLED", "PRIVACYREQUIRED", "CAPABILITY", "CLIENTBUG"},
}


def explained(protocol: str, kind: str) -> set[str]:
    return set(book(protocol).tables[kind])


def agree(protocol: str, kind: str, done: set[str]) -> bool:
    """Tell whether all that is done is explained, and all that is explained is done."""
    told = explained(protocol, kind)
    missing, idle = done - told, told - done - AHEAD[protocol]
    assert (missing, idle) == (set(), set())
    return True


@pytest.mark.parametrize("protocol", COMMANDS)
def test_every_command_of_the_table(protocol: str) -> None:
    told = explained(protocol, "command")
    with_uid = {name for name in COMMANDS[protocol] if name.startswith("UID ")}
    assert {name.removeprefix("UID ") for name in with_uid - told} <= told
    assert agree(protocol, "command", COMMANDS[protocol] - (with_uid - told))


def test_every_capability_of_imap() -> None:
    offered = {each.name for each in CAPABILITIES}
    # Its value is a value there, and not a name of its own.
    assert agree(
        "imap", "capability", {"RIGHTS" if "RIGHTS=" in name else name for name in offered}
    )


def test_every_response_code_of_imap() -> None:
    said = response_codes("imap") | found("imap", r"\[([A-Z][A-Z-]+)[ \]]")
    said |= found("imap", r"^(APPENDUID|COPYUID|[A-Z]+ (?=MAXSIZE|TOOMANY))")
    said = {code.strip() for code in said} - {"HEADER", "TEXT"}
    assert agree("imap", "code", said | _refusals() | FAULTS)


def _refusals() -> set[str]:
    from labserver.imap.errors import _REFUSALS

    return {code.partition(" ")[0] for _, code, _ in _REFUSALS}


def test_every_untagged_datum_of_imap() -> None:
    said = found("imap", r"\* (?:%d )?([A-Z]{2,})\b") - {"OK", "NO", "BAD", "BYE"}
    # Of a command's own name: made by one function for several.
    said |= explained("imap", "data") & COMMANDS["imap"]
    assert agree("imap", "data", said)


def test_every_capability_of_pop3() -> None:
    assert agree("pop3", "capability", _listed("pop3", "CAPA"))


def test_every_response_code_of_pop3() -> None:
    assert agree("pop3", "code", found("pop3", r"\[([A-Z/-]+)\]"))


def test_every_keyword_of_smtp() -> None:
    said = _listed("smtp", "EHLO me.example") | _listed("submission", "EHLO me.example")
    assert agree("smtp", "keyword", said)


def test_every_reply_code_of_smtp() -> None:
    said = numbers("smtp") | found("smtp", r"^(\d{3})[ -]")
    told = {name for name in explained("smtp", "reply") if name.isdigit() and len(name) == 3}
    assert said <= told
    assert {code[0] for code in said} <= explained("smtp", "reply")


def test_every_exact_status_of_smtp() -> None:
    said = found("smtp", r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
    assert said <= explained("smtp", "detail")


def _listed(listener: str, command: str) -> set[str]:
    """Return the names that a server lists, by really asking it; each is explained."""
    protocol = "pop3" if listener == "pop3" else "smtp"
    with Lab() as lab:
        dialogue = lab.device("laptop").dial(listener)
        dialogue.send(command)
        assert dialogue.last is not None
        said = dialogue.last.lines
    follower = reader(protocol)
    follower.server(b"+OK" if protocol == "pop3" else b"220 ready")
    follower.client(command.encode())
    names = set()
    for line in said:
        octets = line.encode()
        moment = follower.server(octets)
        told = notes(moment, octets)
        assert told, line
        if moment.step > 1 or moment.role.value == "listed":
            names.add(told[0].term)
    return names
