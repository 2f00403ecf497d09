"""mbsync (isync): a Maildir and the server made equal, whoever changed what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labserver import Lab
from tests.clients import elsewhere
from tests.clients.maildir import on_disk, on_server
from tests.clients.program import Program
from tests.clients.two_way import sync_twice

pytestmark = pytest.mark.clients

# The option is called TLSType from 1.5 on; the old name stays understood.
CONFIGURATION = """
IMAPStore server
Host 127.0.0.1
Port {port}
User bob
Pass tulip
SSLType None
AuthMechs * LOGIN

MaildirStore disk
Path ~/mail/
Inbox ~/mail/INBOX
SubFolders Verbatim

Channel all
Far :server:
Near :disk:
Patterns *
Create Both
Expunge Both
SyncState *
"""


@pytest.fixture
def mbsync(mail_lab: Lab, program: Callable[..., Program]) -> Program:
    found = program("mbsync", "isync")
    found.write(".mbsyncrc", CONFIGURATION.format(port=mail_lab.ports["imap"]))
    (found.home / "mail").mkdir()
    return found


def test_syncs_both_ways_twice(mail_lab: Lab, letters: tuple[bytes, ...], mbsync: Program) -> None:
    def sync() -> None:
        mbsync.run("-V", "-a")

    sync_twice(mail_lab, letters, mbsync.home / "mail", sync, "/")


def test_a_mailbox_made_anew_is_not_mistaken_for_the_old_one(
    mail_lab: Lab, letters: tuple[bytes, ...], mbsync: Program
) -> None:
    """Another UIDVALIDITY: what mbsync knows of the mailbox is void, and it must not delete."""
    plans = mbsync.home / "mail" / "Plans"
    elsewhere.create(mail_lab, "Plans")
    mail_lab.load(letters[0], mailbox="Plans")
    mbsync.run("-V", "-a")
    assert on_disk(plans) == on_server(mail_lab, "Plans")
    elsewhere.delete(mail_lab, "Plans")
    elsewhere.create(mail_lab, "Plans")
    mail_lab.load(letters[1], mailbox="Plans")
    ended = mbsync.run("-V", "-a", status=1)
    assert b"UIDVALIDITY" in ended.stderr
    assert on_disk(plans) == {(letters[0], frozenset()): 1}
    assert on_server(mail_lab, "Plans") == {(letters[1], frozenset()): 1}
