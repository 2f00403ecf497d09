"""The example sessions of the RFCs: each is replayed, or listed with the reason why it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from labserver.protocol.policy import Policy
from labserver.smtp import EXTENSIONS
from labserver.store import Resource
from labserver.wire import MemoryConnection
from tests.smtp.house import SERVICES, House, build
from tests.smtp.scenarios import Scenario, Turn, read, replies
from tests.wire.house import Inside

SCENARIOS = read(Path(__file__).with_name("examples") / "sessions.txt")
REPLAYED = [each for each in SCENARIOS if each.turns]

# The sections with sessions in them, and how many if not one: counted in the RFCs. RFC 3461 has
# notifications in 10.6 to 10.9; RFC 6531 and RFC 8314 have no session; those of RFC 1854 and RFC
# 2554 are in their successors.
SECTIONS = """
    5321-D.1 5321-D.2 5321-D.3*2 5321-D.4 1870-8 2034-6 2920-4*4 3030-4.1 3030-4.2 3207-5
    3461-10.1 3461-10.2 3461-10.3 3461-10.4 3461-10.5 4954-4.1*4 4954-5.1*2
"""


class Stage:
    """A server as the scenario needs it, and a client."""

    def __init__(self, scenario: Scenario) -> None:
        policy = Policy(verify=scenario.server == "verify")
        self.house: House = build(policy, people=scenario.people)
        for name, units in scenario.quotas.items():
            account = self.house.store.accounts.find(name)
            assert account is not None
            self.house.store.quotas.set(account, {Resource.STORAGE: units})
        key = "smtp" if scenario.server == "verify" else scenario.server
        self.service = SERVICES[key]
        self.connection: MemoryConnection = self.house.dial(key)
        self.client: MemoryConnection | Inside = self.connection
        self.waiting = self.connection.received

    def play(self, turn: Turn) -> list[str]:
        """Send, and return the lines of the replies."""
        said, self.waiting = self.waiting, b""
        if turn.tls:
            self.client = Inside(self.connection)
            said += self.client.handshake()
        if turn.sent:
            said += self.client.send(turn.sent)
        return said.decode().splitlines()


@pytest.mark.parametrize("scenario", REPLAYED, ids=lambda each: each.name)
def test_it_goes_as_it_is_printed(scenario: Scenario) -> None:
    stage = Stage(scenario)
    for turn in scenario.turns:
        ours, printed = replies(stage.play(turn)), replies(turn.told)
        assert [code for code, _, _ in ours] == [code for code, _, _ in printed], turn
        for (_, status, words), (_, told, keywords) in zip(ours, printed, strict=True):
            assert status == told or not told, turn
            if turn.sent.startswith(b"EHLO"):
                assert set(keywords[1:]) <= set(words), turn
    people = [who for who in scenario.people if stage.house.inbox(who)]
    assert people == scenario.delivered


def test_every_session_is_replayed_or_listed() -> None:
    counted = []
    for word in SECTIONS.split():
        section, _, count = word.partition("*")
        numbers = range(1, int(count) + 1) if count else []
        counted += [f"{section}-{number}" for number in numbers] or [section]
    assert [each.name for each in SCENARIOS] == counted


def test_what_is_not_replayed_has_a_reason_or_a_test() -> None:
    for each in SCENARIOS:
        assert bool(each.turns) + bool(each.reason) + bool(each.elsewhere) == 1, each.name
        if each.reason:
            assert len(each.reason.split()) > 5
        if each.elsewhere:
            file, _, name = each.elsewhere.partition("::")
            assert f"def {name}(" in Path(__file__).with_name(file).read_text("utf-8")


def test_extensions_without_a_session_are_known() -> None:
    # RFC 6531 prints none, and the SASL mechanisms are in IMAP's and POP3's.
    shown = {
        word for each in REPLAYED for turn in each.turns for word in " ".join(turn.told).split()
    }
    keywords = {each.name for each in EXTENSIONS if not each.name.startswith("AUTH=")}
    told = {word.removeprefix("250-").removeprefix("250") for word in shown}
    assert keywords - told == {"SMTPUTF8"}
