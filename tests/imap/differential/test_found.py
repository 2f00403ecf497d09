"""SORT, THREAD, ESEARCH, SEARCHRES, WITHIN: both servers find the same, in the same order."""

from __future__ import annotations

from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.letters import answering
from tests.imap.differential.orders import SORTED, question
from tests.imap.differential.pair import Pair
from tests.imap.differential.replies import meaning
from tests.imap.differential.talk import Command, shown
from tests.peers.dovecot import Dovecot

_MESSAGES = 30
_QUESTIONS = 80
_FLAGS = (b"\\Seen", b"\\Flagged $a", b"\\Deleted $B")


@pytest.mark.parametrize("batch", range(3))
def test_generated_questions(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(2, 40)):
        seed = batch * 1000 + part
        random = Random(seed)
        with Pair(peer, f"found{seed}", [answering(random) for _ in range(_MESSAGES)]) as pair:
            for number, flags in enumerate(_FLAGS):
                span = f"{number * 3 + 1}:{_MESSAGES - 4 * number}"
                pair.ask([f"STORE {span} +FLAGS.SILENT (".encode() + flags + b")"])
            for key in SORTED:
                # Of all messages at first: else Dovecot orders some wrongly, as a row says.
                _compare(pair, [f"SORT ({key}) UTF-8 ALL".encode()])
            ages = [*pair.ages(), 4294967295]
            for _ in range(_QUESTIONS):
                _compare(pair, question(random, _MESSAGES, ages))


def _compare(pair: Pair, command: Command) -> None:
    ours, theirs = map(meaning, pair.ask(command))
    assert ours == theirs, shown(command)
    assert ours[0] == "OK", shown(command)
