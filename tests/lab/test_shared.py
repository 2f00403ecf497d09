"""A mailbox of Bob's on a device of Alice's: one message, one origin, one true picture."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from labserver.lab import Lab
from labserver.snapshot import situation
from labserver.store import Granting, Store, rights_of
from tests.lab.test_true import told, truth

BOB, ALICE = "bob@home.example", "alice@home.example"
SHARED = "Other Users/bob/INBOX"


def share(store: Store) -> None:
    bob = store.accounts.find("bob")
    assert bob is not None
    inbox = store.mailboxes.get(bob, "INBOX")
    store.access.grant(inbox, "alice", Granting.REPLACE, rights_of("lrswite"))


@pytest.mark.parametrize("way", ["program", "dialogue"])
def test_what_alice_fetches_is_tied_to_what_bob_has(tmp_path: Path, way: str) -> None:
    with Lab(folder=tmp_path) as lab:
        lab.load(b"Subject: A\r\n\r\nA\r\n", to="bob")
        lab.call(share)
        device = lab.device("alice-laptop", owner="alice")
        with contextlib.redirect_stdout(io.StringIO()):
            if way == "program":
                device.imap_program("alice", "orchid").sync(SHARED, bodies=False)
            else:
                session = device.dial("imap")
                for line in (
                    "a1 LOGIN alice orchid",
                    f'a2 SELECT "{SHARED}"',
                    "a3 FETCH 1 (UID BODY.PEEK[HEADER])",
                ):
                    session.send(line)
        (file,) = lab.snapshot().devices["alice-laptop"].files.values()
        assert (file.account, file.mailbox, file.copied) == (BOB, "INBOX", "headers")
        assert file.message == 1
        # On Bob's map too it is known which message that is.
        now = situation(lab.snapshot(), BOB, ["alice-laptop"])
        assert now.strangers == (0,)
        assert [copy.tied for copy in now.rows[0].cells[1].copies] == [True]
        if way == "program":
            program = device.imap_program("alice", "orchid")
            program.sync(SHARED)
            assert len(device.files()) == 1
            program.delete(1, SHARED)
            assert not device.files()
            assert not lab.snapshot().accounts[BOB].mailboxes["INBOX"].copies
        assert told(lab.snapshot()) == truth(lab, tmp_path)[1]


def test_the_log_knows_whose_mailbox_is_open(tmp_path: Path) -> None:
    with Lab(folder=tmp_path) as lab:
        lab.call(share)
        with contextlib.redirect_stdout(io.StringIO()):
            session = lab.device("alice-laptop", owner="alice").dial("imap")
            session.send("a1 LOGIN alice orchid")
            session.send(f'a2 SELECT "{SHARED}"')
        (connection,) = lab.snapshot().connections.values()
        assert (connection.account, connection.owner, connection.mailbox) == (ALICE, BOB, "INBOX")
