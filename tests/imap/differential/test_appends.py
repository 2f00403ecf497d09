"""MULTIAPPEND, CATENATE, LITERAL+, BINARY: the same comes in, and comes out again."""

from __future__ import annotations

from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.pieces import FIRST, appending, fetching, text
from tests.imap.differential.replies import meaning
from tests.imap.differential.talk import Command, LabSide, Literal, PeerSide, shown, spoken
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot

_STEPS = 25
_ALL = ("INBOX", "other")


@pytest.mark.parametrize("batch", range(3))
def test_generated_appends(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(2, 60)):
        seed = batch * 1000 + part
        random = Random(seed)
        sides = LabSide(Server()), PeerSide(peer, f"append{seed}")
        script: list[str] = []

        def both(
            command: Command,
            sides: tuple[LabSide, PeerSide] = sides,
            script: list[str] = script,
        ) -> None:
            for side in sides:
                side.ask([b"NOOP"])
            script.append(shown(command))
            ours, theirs = (meaning(side.ask(command)) for side in sides)
            assert ours == theirs, "\n".join(script)

        both(spoken("CREATE other"))
        for _ in range(FIRST):
            both([b"APPEND INBOX ", Literal(text(random))])
        both(spoken("SELECT INBOX"))
        for _ in range(_STEPS):
            both(appending(random))
            both(fetching(random))
        for mailbox in _ALL:
            both(spoken(f"EXAMINE {mailbox}"))
            both(spoken("UID FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])"))
        for side in sides:
            side.close()
