"""Letters that try a client's care for octets."""

from __future__ import annotations

import pytest

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
