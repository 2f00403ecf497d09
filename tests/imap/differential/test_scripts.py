"""Two connections that create, fill, change and empty mailboxes leave the same on both servers."""

from __future__ import annotations

import contextlib
from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.replies import meaning
from tests.imap.differential.scripts import MAILBOXES, SETUP, step
from tests.imap.differential.talk import Command, Ended, LabSide, PeerSide, shown, spoken
from tests.imap.differential.twins import settle
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot

_STEPS = 60


class _Account:
    """One account on both servers, and two connections to each."""

    def __init__(self, peer: Dovecot, user: str) -> None:
        self._server = Server()
        self._open = lambda: (LabSide(self._server), PeerSide(peer, user))
        self._pairs = [self._open(), self._open()]
        self._selected = ["", ""]
        self._script: list[str] = []

    def close(self) -> None:
        for pair in self._pairs:
            for side in pair:
                side.close()

    def ask(self, who: int, command: Command) -> bool:
        """Give a command to both servers, after NOOP, so that both know the news; compare.

        Return whether it is OK.
        """
        pair = self._pairs[who]
        words = shown(command)
        self._script.append(f"{who} {words}")
        try:
            pair[0].ask([b"NOOP"])
            ours = meaning(pair[0].ask(command))
        except Ended:
            pytest.fail("\n".join((*self._script, "the lab has closed the connection")))
        pair[1].ask([b"NOOP"])
        theirs = meaning(pair[1].ask(command))
        verb, _, rest = words.partition(" ")
        if words.startswith("UID STORE"):
            # Whether flags that were so before are told again is free; what they are is asked.
            ours, theirs = (*ours[:2], []), (*theirs[:2], [])
        elif words.startswith(("UID COPY", "UID MOVE")) and (ours, theirs) == _NOTHING_COPIED:
            theirs = ours
        assert ours == theirs, "\n".join(self._script)
        done = ours[0] == "OK"
        if verb == "SELECT":
            self._selected[who] = rest.strip('"') if done else ""
        if done and verb in ("CREATE", "DELETE", "RENAME"):
            self._leave(words)
            settle(*self._pairs[who], words)
        if words.startswith("UID STORE"):
            return self.ask(who, [b"UID FETCH 1:* (UID FLAGS)"])
        return done

    def _leave(self, words: str) -> None:
        """Connect anew who has selected what is gone: rows say how the old connection ends."""
        verb, gone = words.split('"')[:2]
        for who, name in enumerate(self._selected):
            if name and (
                (verb != "CREATE " and name == gone)
                or (verb == "RENAME " and name.startswith(f"{gone}/"))
            ):
                for side in self._pairs[who]:
                    side.close()
                self._pairs[who] = self._open()
                self._selected[who] = ""
                self.ask(who, [b"SELECT INBOX"])


_NOTHING_COPIED = (("NO", ("TRYCREATE", None), []), ("OK", None, []))
"""What a COPY of no message to no mailbox is answered, as a row says."""


@pytest.mark.parametrize("batch", range(4))
def test_generated_scripts(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(3, 60)):
        seed = batch * 1000 + part
        random = Random(seed)
        account = _Account(peer, f"script{seed}")
        # Dovecot may hang up at any time where mailboxes come and go: then it has nothing to say.
        with contextlib.suppress(Ended):
            _play(account, random)
        account.close()


def _play(account: _Account, random: Random) -> None:
    for command in SETUP:
        account.ask(0, spoken(command))
    for who in range(2):
        account.ask(who, [b"SELECT INBOX"])
    for _ in range(_STEPS):
        who, commands = step(random)
        for given in commands:
            account.ask(who, given)
    for mailbox in MAILBOXES:
        if account.ask(0, spoken(f"SELECT {mailbox}")):
            account.ask(0, spoken("UID FETCH 1:* (FLAGS RFC822.SIZE)"))
