"""What is offered, and what is left once something is switched off."""

from __future__ import annotations

import pytest

from labserver.imap.capabilities import CAPABILITIES, Capability, Moment, Offer
from labserver.imap.commands import COMMANDS
from labserver.imap.table import State
from tests.imap.driver import Client, Server

SWITCHABLE = [each for each in CAPABILITIES if not each.base]


def told(client: Client) -> list[str]:
    line, done = client.do("CAPABILITY")
    assert done == "OK CAPABILITY completed"
    return line.removeprefix("* CAPABILITY ").split()


def test_every_need_and_every_command_exists() -> None:
    names = {each.name for each in CAPABILITIES}
    assert names.issuperset(need for each in CAPABILITIES for need in each.needs)
    assert set(COMMANDS).issuperset(name for each in CAPABILITIES for name in each.commands)


@pytest.mark.parametrize("switched", SWITCHABLE, ids=lambda each: each.name)
def test_what_is_switched_off_is_nowhere(switched: Capability) -> None:
    name = switched.name
    client = Server().connect(name.lower())
    assert name not in told(client)
    gone = [each for each in CAPABILITIES if each.name not in client.session._core.dialect.offer]
    for each in gone:
        assert each.name == name or set(each.needs) & {other.name for other in gone}
    assert client.do("STARTTLS")[0].startswith("BAD" if name == "STARTTLS" else "OK")
    client.do("LOGIN bob tulip")
    client.do("SELECT INBOX")
    left = {command for each in CAPABILITIES if each not in gone for command in each.commands}
    for each in gone:
        for command in set(each.commands) - left:
            assert client.do(command) == [f"BAD Unknown command {command}"]


def test_what_needs_it_goes_with_it() -> None:
    every = Offer()
    for each in SWITCHABLE:
        left = Offer([each.name])
        for other in CAPABILITIES:
            assert (other.name in left) <= (other.name in every)
            if other.name in left:
                assert all(need in left for need in other.needs)


def test_enable_tells_what_it_enables_and_passes_over_the_rest() -> None:
    client = Server().login()
    assert client.do("ENABLE TELEPATHY IDLE") == ["* ENABLED", "OK ENABLE completed"]
    assert client.do("ENABLE") == ["BAD An argument is missing"]
    assert client.do("ENABLE (X)")[0].startswith("BAD")
    client.do("SELECT INBOX")
    assert client.do("ENABLE X") == ["BAD Close the mailbox first"]


def test_other_sessions_keep_it() -> None:
    server = Server()
    server.connect("IDLE")
    assert "IDLE" in told(server.connect())


def test_capabilities_of_the_login_are_told_before_it_only() -> None:
    offer = Offer()
    early, late = Moment(state=State.NOT_AUTHENTICATED), Moment(state=State.AUTHENTICATED)
    assert "AUTH=PLAIN" in offer.data(early, {}).split()
    assert "AUTH=PLAIN" not in offer.data(late, {}).split()
