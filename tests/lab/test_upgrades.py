"""STARTTLS and STLS of every listener that has them: what came before is never obeyed inside."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from labserver.events import Closed, Secured
from labserver.lab.services import services
from tests.wire.house import Build, House, Inside, close_all


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A client's way into TLS.

    `before` is what it says first; `command` begins TLS and is answered `begun`. `injected` is
    obeyed nowhere, or `trace` would be seen; inside, `probe` is answered `alive`.
    """

    listener: str
    before: bytes
    command: bytes
    begun: bytes
    injected: bytes
    trace: bytes
    probe: bytes = b"NOOP\r\n"
    alive: bytes = b""


SMTP = {
    "before": b"EHLO laptop\r\n",
    "command": b"STARTTLS\r\n",
    "begun": b"220 ",
    "injected": b"HELP\r\nMAIL FROM:<alice@home.example>\r\nRSE",
    "trace": b"214",
    "alive": b"250 ",
}
UPGRADES = (
    Upgrade(listener="smtp", **SMTP),
    Upgrade(listener="submission", **SMTP),
    Upgrade(
        listener="pop3",
        before=b"",
        command=b"STLS\r\n",
        begun=b"+OK ",
        injected=b"CAPA\r\nUSER bob\r\nPA",
        trace=b"UIDL",
        alive=b"-ERR ",  # not before the login; after injected octets it would be another
    ),
    Upgrade(
        listener="imap",
        before=b"",
        command=b"a STARTTLS\r\n",
        begun=b"a OK ",
        injected=b"b CAPABILITY\r\nc LOGIN bob tulip\r\nd NO",
        trace=b"* CAPABILITY",
        probe=b"e NOOP\r\n",
        alive=b"e OK NOOP completed\r\n",
    ),
)


@pytest.fixture
def house() -> House:
    house = Build()()
    house.wire._store.accounts.add("bob", "tulip")
    return house


@pytest.mark.parametrize("upgrade", UPGRADES, ids=lambda each: each.listener)
def test_what_comes_with_the_command_is_thrown_away_at_every_split(
    house: House, upgrade: Upgrade
) -> None:
    """RFC 3207 section 4.2, RFC 2595 and RFC 9051 section 6.2.1."""
    octets = upgrade.command + upgrade.injected
    for at in range(len(upgrade.command)):
        connection = house.wire.memory(services()[upgrade.listener])
        if upgrade.before:
            connection.send(upgrade.before)
        said = connection.send(octets[:at]) + connection.send(octets[at:])
        assert said.startswith(upgrade.begun)
        assert said.count(b"\r\n") == 1
        client = Inside(connection)
        assert client.handshake() == b""  # no second greeting
        reply = client.send(upgrade.probe)
        assert reply.startswith(upgrade.alive)
        assert reply.count(b"\r\n") == 1
        assert upgrade.trace not in reply
        crossed = house.crossed(connection.connection, "C")
        assert crossed == upgrade.before + octets + upgrade.probe
        connection.close()
    close_all()


@pytest.mark.parametrize("upgrade", UPGRADES, ids=lambda each: each.listener)
def test_it_is_offered_outside_tls_only_and_once(house: House, upgrade: Upgrade) -> None:
    connection = house.wire.memory(services()[upgrade.listener])
    connection.send(upgrade.before + upgrade.command)
    client = Inside(connection)
    client.handshake()
    again = client.send(upgrade.before + upgrade.command)
    assert not again.splitlines()[-1].startswith(upgrade.begun.strip())
    assert client.send(upgrade.probe).startswith(upgrade.alive)
    assert len(house.events(Secured)) == 1
    connection.close()
    close_all()


@pytest.mark.parametrize("upgrade", UPGRADES, ids=lambda each: each.listener)
@pytest.mark.parametrize("octets", [0, 1, 100])
@pytest.mark.parametrize(("leave", "how"), [("close", "client"), ("cut", "cut")])
def test_a_client_that_leaves_in_the_handshake_has_left(
    house: House, upgrade: Upgrade, octets: int, leave: str, how: str
) -> None:
    connection = house.wire.memory(services()[upgrade.listener])
    connection.send(upgrade.before + upgrade.command)
    connection.send(Inside(connection).hello()[:octets])
    getattr(connection, leave)()
    assert [event.how for event in house.events(Closed)] == [how]
    close_all()


@pytest.mark.parametrize("upgrade", UPGRADES, ids=lambda each: each.listener)
def test_a_handshake_that_fails_ends_the_session(house: House, upgrade: Upgrade) -> None:
    connection = house.wire.memory(services()[upgrade.listener])
    connection.send(upgrade.before + upgrade.command)
    connection.send(upgrade.probe)
    assert connection.closed
    assert [event.how for event in house.events(Closed)] == ["server"]
    close_all()


@pytest.mark.parametrize("upgrade", UPGRADES, ids=lambda each: each.listener)
def test_a_handshake_that_goes_on_for_too_long_ends_the_session(upgrade: Upgrade) -> None:
    house = Build()(handshake=10)
    connection = house.wire.memory(services()[upgrade.listener])
    connection.send(upgrade.before + upgrade.command)
    before = connection.received
    connection.wait(11)
    assert connection.closed
    assert connection.received == before
    close_all()
