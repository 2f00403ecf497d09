"""LIST in all its forms, LIST-STATUS, SPECIAL-USE, STATUS: both tell the same of the same tree."""

from __future__ import annotations

from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.replies import Meaning, meaning
from tests.imap.differential.talk import LabSide, PeerSide, Side, spoken
from tests.imap.differential.trees import SPECIAL, change, question
from tests.imap.differential.twins import settle
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot

_ROUNDS = 12
_QUESTIONS = 5


_UNASKED = {use.lower() for use in SPECIAL.values()}


class _Tree:
    """The same mailboxes on both sides."""

    def __init__(self, lab: Side, dovecot: Side) -> None:
        self._lab = lab
        self._dovecot = dovecot
        self._script: list[str] = []

    def close(self) -> None:
        self._lab.close()
        self._dovecot.close()

    def both(self, command: str, other: str = "") -> None:
        """Give a command to both, `other` to Dovecot if it has another form of it; compare."""
        self._script.append(command)
        ours = meaning(self._lab.ask(spoken(command)))
        theirs = meaning(self._dovecot.ask(spoken(other or command)))
        verb = command.partition(" ")[0]
        if verb in ("LIST", "LSUB") and "SPECIAL-USE" not in command:
            ours, theirs = _without_uses(ours), _without_uses(theirs)
        if verb == "SUBSCRIBE" and (ours[0], theirs[0]) == ("OK", "NO"):
            # To what is not there, as a row says.
            theirs = ours
            assert self._lab.ask(spoken("UN" + command)).status == "OK"
        if verb == "UNSUBSCRIBE" and (ours[0], theirs[0]) == ("NO", "OK"):
            theirs = ours
        assert ours == theirs, "\n".join(self._script)
        if verb in ("CREATE", "DELETE", "RENAME"):
            settle(self._lab, self._dovecot, command)


def _without_uses(told: Meaning) -> Meaning:
    """Leave out special uses: who does not ask for them may be told (RFC 6154 section 2)."""
    status, code, said = told
    kept = [
        (name, closed, [one for one in attributes if one not in _UNASKED], *rest)
        if name in (b"LIST", b"LSUB")
        else (name, closed, attributes, *rest)
        for name, closed, attributes, *rest in said
    ]
    return status, code, sorted(kept, key=repr)


@pytest.mark.parametrize("batch", range(3))
def test_generated_trees(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(2, 40)):
        seed = batch * 1000 + part
        random = Random(seed)
        tree = _Tree(LabSide(Server()), PeerSide(peer, f"tree{seed}"))
        tree.both("SELECT INBOX")  # Dovecot makes it now, and without this a CREATE would
        tree.both("UNSELECT")
        for name, use in SPECIAL.items():
            if random.random() < 0.5:
                tree.both(f'CREATE "{name}" (USE ({use}))', f'CREATE "{name}"')
        for _ in range(_ROUNDS):
            tree.both(change(random))
            for _ in range(_QUESTIONS):
                tree.both(question(random))
        tree.close()
