"""What the server does is explained, all of it; what it does not do is not."""

from __future__ import annotations

import pytest

from labserver import Lab
from labserver.explain import book, notes, reader
from labserver.imap import table as imap
from labserver.imap.capabilities import CAPABILITIES
from labserver.pop3 import capabilities as pop3_offers
from labserver.pop3 import states as pop3
from labserver.smtp import table as smtp
from labserver.smtp.extensions import EXTENSIONS, MECHANISM
from tests.explain.said import details, found, numbers, response_codes

COMMANDS = {
    # BDAT LAST is a BDAT.
    "smtp": {name.partition(" ")[0] for name in (*smtp.RECEIVING.rules, *smtp.SUBMISSION.rules)},
    "pop3": set(pop3.TABLE.rules),
    "imap": set(imap.TABLE.rules),
}
# A fault may have the server say what it never says of itself.
FAULTS = {"UNAVAILABLE"}
# RFC 5321 section 4.2.3 and RFC 4954 section 6.
A_FAULT_MAY_SAY = {
    "214",
    "220",
    "221",
    "235",
    "250",
    "251",
    "252",
    "334",
    "354",
    "421",
    "432",
    "450",
    "451",
    "452",
    "454",
    "455",
    "500",
    "501",
    "502",
    "503",
    "504",
    "530",
    "534",
    "535",
    "538",
    "550",
    "551",
    "552",
    "553",
    "554",
    "555",
}


def explained(protocol: str, kind: str) -> set[str]:
    return set(book(protocol).tables[kind])


def agree(protocol: str, kind: str, done: set[str]) -> bool:
    """Tell whether all that is done is explained, and all that is explained is done."""
    told = explained(protocol, kind)
    missing, idle = done - told, told - done
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
    named = {each.name for each in pop3_offers.CAPABILITIES if not each.mechanism}
    # The greeting tells of APOP, and nothing of CAPA (RFC 2449 section 6).
    assert agree("pop3", "capability", named - {"APOP", "CAPA"})
    assert agree(
        "pop3", "mechanism", {each.name for each in pop3_offers.CAPABILITIES if each.mechanism}
    )


def test_every_response_code_of_pop3() -> None:
    codes = {code for each in pop3_offers.CAPABILITIES for code in each.codes}
    assert agree("pop3", "code", codes)
    assert response_codes("pop3") <= codes


def test_every_keyword_of_smtp() -> None:
    named = {each.name for each in EXTENSIONS}
    mechanisms = {name for name in named if name.startswith(MECHANISM)}
    assert agree("smtp", "keyword", named - mechanisms)
    assert agree("smtp", "mechanism", {name.removeprefix(MECHANISM) for name in mechanisms})


def test_every_parameter_of_smtp() -> None:
    assert agree(
        "smtp",
        "parameter",
        {name.partition(" ")[2] for each in EXTENSIONS for name in each.parameters},
    )


def test_every_reply_code_of_smtp() -> None:
    said = numbers("smtp") | found("smtp", r"^(\d{3})[ -]")
    told = {name for name in explained("smtp", "reply") if name.isdigit() and len(name) == 3}
    assert said <= told
    assert told <= said | A_FAULT_MAY_SAY
    assert {code[0] for code in said} <= explained("smtp", "reply")


def test_every_exact_status_of_smtp() -> None:
    said = found("smtp", r"\b[245]\.(\d{1,3}\.\d{1,3})\b") | details("smtp")
    assert said
    assert said <= explained("smtp", "detail")


@pytest.mark.parametrize(
    ("listener", "command"), [("smtp", "EHLO me"), ("submission", "EHLO me"), ("pop3", "CAPA")]
)
def test_what_a_server_lists_is_explained_line_by_line(listener: str, command: str) -> None:
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
        names.add(told[0].term)
    assert len(names) > 5
