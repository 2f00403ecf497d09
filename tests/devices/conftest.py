"""Servers for devices to dial."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.devices.support import MAIL, House, Script


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "devices")
    yield made
    made.close()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    """A server's context with a certificate for a name."""

    def made(name: str = MAIL) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        context.num_tickets = 0
        return context

    return made


@pytest.fixture
def script(tmp_path: Path, authority: trustme.CA) -> Iterator[Script]:
    made = Script(tmp_path / "phone", authority=authority)
    yield made
    for server in made.servers:
        server.socket.close()
        server.wait_ended()
