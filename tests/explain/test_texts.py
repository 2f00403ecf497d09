"""The explanations: cited from RFCs that are as they say, short, and with values that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labserver.explain import Entry, book

PROTOCOLS = ("smtp", "pop3", "imap")
SECTIONS = {
    line.partition(": ")[0]
    for line in Path(__file__).with_name("sections.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}
# Known without their text: what they define is used by section by none of the others.
WHOLE = {"RFC 3206", "RFC 3463", "common use"}
STATE = {"state", "account", "mailbox", "host", "device", "command", "tag", "octets"}
GIVEN = {"n", "name"}
LONGEST = 30
ENTRIES = [
    pytest.param(entry, id=f"{protocol} {kind} {name}")
    for protocol in PROTOCOLS
    for kind, entries in book(protocol).tables.items()
    for name, entry in entries.items()
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_cites_a_heading_that_exists(entry: Entry) -> None:
    assert entry.source in SECTIONS | WHOLE


def test_no_heading_is_kept_that_nothing_cites() -> None:
    cited = {
        entry.source
        for protocol in PROTOCOLS
        for entries in book(protocol).tables.values()
        for entry in entries.values()
    }
    assert cited >= SECTIONS


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_is_short_sentences(entry: Entry) -> None:
    for text in (entry.says, *entry.here):
        assert text.endswith((".", "?"))
        for sentence in re.split(r"[.?:;] ", text):
            assert len(sentence.split()) <= LONGEST


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_value_can_be_known(entry: Entry) -> None:
    named = set(entry.match.groupindex) if entry.match is not None else set()
    for sentence in entry.here:
        for value in re.findall(r"\{(\w+)\}", sentence):
            assert value in STATE | GIVEN | named or re.fullmatch(r"arg\d?", value)
