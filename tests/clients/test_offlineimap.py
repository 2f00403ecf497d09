"""offlineimap: another two-way sync, on imaplib2, with what it last saw in a base of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labserver import Lab
from tests.clients.program import Program
from tests.clients.two_way import sync_twice

pytestmark = pytest.mark.clients

CONFIGURATION = """
[general]
accounts = Lab
ui = ttyui
metadata = ~/metadata

[Account Lab]
localrepository = Disk
remoterepository = Server

[Repository Disk]
type = Maildir
localfolders = ~/mail

[Repository Server]
type = IMAP
remotehost = 127.0.0.1
remoteport = {port}
remoteuser = bob
remotepass = tulip
ssl = no
starttls = no
"""


@pytest.fixture
def offlineimap(mail_lab: Lab, program: Callable[..., Program]) -> Program:
    found = program("offlineimap", "offlineimap3")
    found.write(".offlineimaprc", CONFIGURATION.format(port=mail_lab.ports["imap"]))
    return found


def test_syncs_both_ways_twice(
    mail_lab: Lab, letters: tuple[bytes, ...], offlineimap: Program
) -> None:
    def sync() -> None:
        offlineimap.run()

    sync_twice(mail_lab, letters, offlineimap.home / "mail", sync, ".")
