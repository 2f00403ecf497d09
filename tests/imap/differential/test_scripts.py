"""Two connections that create, fill, change and empty mailboxes leave the same on both servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.known import Right, Rule
from tests.imap.differential.replies import meaning
from tests.imap.differential.scripts import MAILBOXES, SETUP, step
from tests.imap.differential.talk import Command, LabSide, PeerSide, Side, shown
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot

_STEPS = 60


def _ask(sides: Sequence[Side], command: Command, script: list[str]) -> bool:
    """Give a command to both servers, after NOOP, so that both know the news; compare."""
    for side in sides:
        side.ask([b"NOOP"])
    script.append(shown(command))
    ours, theirs = (meaning(side.ask(command)) for side in sides)
    if not script[-1].startswith("UID STORE"):
        assert ours == theirs, "\n".join(script)
        return ours[0] == "OK"
    # Whether flags that were so before are told again is free; what they are is asked.
    assert ours[:2] == theirs[:2], "\n".join(script)
    return _ask(sides, [b"UID FETCH 1:* (UID FLAGS)"], script)


@pytest.mark.parametrize("batch", range(4))
def test_generated_scripts(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(3, 60)):
        seed = batch * 1000 + part
        random = Random(seed)
        server = Server()
        pairs = [(LabSide(server), PeerSide(peer, f"script{seed}")) for _ in range(2)]
        script: list[str] = []
        try:
            for command in SETUP:
                _ask(pairs[0], [command.encode()], script)
            for pair in pairs:
                _ask(pair, [b"SELECT INBOX"], script)
            for _ in range(_STEPS):
                who, commands = step(random)
                for given in commands:
                    _ask(pairs[who], given, script)
            for mailbox in MAILBOXES:
                for command in (f"EXAMINE {mailbox}", "UID FETCH 1:* (FLAGS RFC822.SIZE)"):
                    if not _ask(pairs[0], [command.encode()], script):
                        break
        finally:
            for pair in pairs:
                for side in pair:
                    side.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What the last of some commands is answered by the lab, and by Dovecot."""

    right: Right
    rule: Rule
    commands: tuple[str, ...]
    ours: str
    theirs: str


_ROWS = (
    _Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 3501 section 6.3.3",
            "If the server's hierarchy separator character appears elsewhere in the name, the "
            "server SHOULD create any superior hierarchical names that are needed for the CREATE "
            "command to be successfully completed.",
        ),
        commands=("CREATE m/n", "SELECT m"),
        ours="OK",
        theirs="NO",
    ),
    _Row(
        right=Right.BOTH,
        rule=Rule(
            "RFC 3501 section 6.3.6",
            "A server MAY validate the mailbox argument to SUBSCRIBE to verify that it exists.",
        ),
        commands=("SUBSCRIBE nowhere",),
        ours="OK",
        theirs="NO",
    ),
    _Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 3501 section 6.3.7", "NO - unsubscribe failure: can't unsubscribe that name"
        ),
        commands=("UNSUBSCRIBE nowhere",),
        ours="NO",
        theirs="OK",
    ),
    _Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 3501 section 6.3.2",
            "No changes to the permanent state of the mailbox, including per-user state, are "
            "permitted",
        ),
        commands=("CREATE m", "EXAMINE m", "UID STORE 1 FLAGS (\\Seen)"),
        ours="NO",
        theirs="OK",
    ),
    _Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 3501 section 6.4.7",
            "If the destination mailbox does not exist, a server SHOULD return an error.",
        ),
        commands=("CREATE m", "SELECT m", "UID COPY 1 nowhere"),
        ours="NO",
        theirs="OK",
    ),
)


@pytest.mark.parametrize("number", range(len(_ROWS)))
def test_each_known_difference_is_still_there(peer: Dovecot, number: int) -> None:
    row = _ROWS[number]
    sides = (LabSide(Server()), PeerSide(peer, f"scriptrow{number}"))
    for side, expected in zip(sides, (row.ours, row.theirs), strict=True):
        *before, last = ([command.encode()] for command in row.commands)
        for command in before:
            assert side.ask(command).status == "OK"
        answer = side.ask(last)
        side.close()
        assert answer.status == expected
