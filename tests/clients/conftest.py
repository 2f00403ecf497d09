"""Letters that try a client's care for octets, and other people's programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labserver import Lab
from tests.clients.program import Program, find

LUNCH = (
    b"From: Alice <alice@home.example>\r\nTo: bob@home.example\r\nSubject: Lunch?\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\n.\r\n..two dots\r\nAt noon\r\n"
)
LATIN = (
    b"From: alice@home.example\r\nTo: bob@home.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nCaf\xe9\r\n\r\n"
)


@pytest.fixture
def letters() -> tuple[bytes, ...]:
    return LUNCH, LATIN


@pytest.fixture
def program(mail_lab: Lab, tmp_path: Path) -> Callable[..., Program]:
    """Give a program by its name and its Debian package: `program("mbsync", "isync")`."""

    def ready(name: str, package: str = "") -> Program:
        path = find(name, package or name)
        home = tmp_path / "home"
        home.mkdir()
        return Program(path, home, mail_lab)

    return ready
