"""offlineimap: another two-way sync, on imaplib2, with what it last saw in a base of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labserver import Lab
from tests.clients.offlineimaprc import offlineimaprc
from tests.clients.program import Program
from tests.clients.two_way import sync_twice

pytestmark = pytest.mark.clients


@pytest.fixture
def offlineimap(mail_lab: Lab, program: Callable[..., Program]) -> Program:
    found = program("offlineimap", "offlineimap3")
    found.write(".offlineimaprc", offlineimaprc(mail_lab.ports["imap"], ssl="no", starttls="no"))
    return found


def test_syncs_both_ways_twice(
    mail_lab: Lab, letters: tuple[bytes, ...], offlineimap: Program
) -> None:
    def sync() -> None:
        offlineimap.run()

    sync_twice(mail_lab, letters, offlineimap.home / "mail", sync, ".")
