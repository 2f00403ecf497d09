"""CONDSTORE and QRESYNC: away and back, both servers tell of the same messages."""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.away import change, question
from tests.imap.differential.replies import Meaning, meaning
from tests.imap.differential.talk import LabSide, PeerSide, Side, spoken
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot

_MESSAGES = 6
_ROUNDS = 15
_UIDVALIDITY = re.compile(rb"OK \[UIDVALIDITY ([0-9]+)\]")
_HIGHEST = re.compile(rb"STATUS INBOX \(HIGHESTMODSEQ ([0-9]+)\)")


class _Home:
    """One server with a client that changes INBOX, and one that comes and goes."""

    def __init__(self, writer: Side, reader: Side) -> None:
        self.writer = writer
        self.reader = reader
        self._marks: list[int] = []
        for command in ("CREATE other", *["APPEND INBOX {6+}\r\na: b\r\n"] * _MESSAGES):
            assert writer.ask(spoken(command)).status == "OK"
        for side in (writer, reader):
            assert side.ask(spoken("ENABLE QRESYNC")).status == "OK"
            said = side.ask(spoken("SELECT INBOX")).untagged
        (self._validity,) = (
            found[1].decode() for one in said if (found := _UIDVALIDITY.match(one))
        )

    def mark(self) -> None:
        """Remember how far the mailbox has got."""
        self.writer.ask([b"NOOP"])
        said = self.writer.ask(spoken("STATUS INBOX (HIGHESTMODSEQ)")).untagged
        found = [found for one in said if (found := _HIGHEST.match(one))]
        assert len(found) == 1, said
        self._marks.append(int(found[0][1]))

    def ask(self, side: Side, command: str, mark: int) -> Meaning:
        """Give a command that may name the mark of that number, after the news."""
        side.ask([b"NOOP"])
        command = command.replace("<validity>", self._validity)
        command = command.replace("<mark>", str(self._marks[mark]))
        command = command.replace("<after>", str(self._marks[mark] + 1))
        return meaning(side.ask(spoken(command)))


@pytest.mark.parametrize("batch", range(3))
def test_generated_returns(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(2, 60)):
        seed = batch * 1000 + part
        random = Random(seed)
        server = Server()
        lab = _Home(LabSide(server), LabSide(server))
        dovecot = _Home(*(PeerSide(peer, f"away{seed}") for _ in range(2)))
        script: list[str] = []
        for number in range(_ROUNDS):
            for home in (lab, dovecot):
                home.mark()
            for _ in range(random.randrange(4)):
                command = change(random)
                mark = random.randint(0, number)
                script.append(f"{command} -- mark {mark}")
                ours, theirs = (home.ask(home.writer, command, mark) for home in (lab, dovecot))
                if "STORE" in command:
                    # Which flags are told again is free; what they are is asked.
                    ours, theirs = (*ours[:2], []), (*theirs[:2], [])
                assert ours == theirs, "\n".join(script)
            for command in ("UID FETCH 1:* (UID FLAGS)", *question(random)):
                mark = random.randint(0, number)
                script.append(f"  {command} -- mark {mark}")
                ours, theirs = (home.ask(home.reader, command, mark) for home in (lab, dovecot))
                assert ours == theirs, "\n".join(script)
        for home in (lab, dovecot):
            home.writer.close()
            home.reader.close()
