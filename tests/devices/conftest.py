"""Servers for devices to dial."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devices.support import House, Script


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "devices")
    yield made
    made.close()


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    made = Script(tmp_path / "phone")
    yield made
    for server in made.servers:
        server.socket.close()
        server.wait_ended()
